"""The panel of curves: which metric goes where, several runs, tools."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Marker, Progress, Saved, Scalars
from tests.engine.training.support import digits, ring
from tests.workbench.panels.conftest import Live, Show, made_up, measure
from widgets import theme
from widgets.plots.curves import CurvePlot
from widgets.topics import topic_of
from workbench.metric_words import metric_words
from workbench.panels import saving
from workbench.panels.curves import CurvesPanel, group_of
from workbench.panels.saving import Table, save_picture, save_table
from workbench.rundata import RunData
from workbench.textbook.book import book


@pytest.fixture
def panel(show: Show) -> CurvesPanel:
    made: CurvesPanel = show(CurvesPanel())
    return made


def plots(panel: CurvesPanel) -> dict[str, CurvePlot]:
    """The plots that can be seen, by what they show."""
    found = panel.findChildren(CurvePlot)
    return {plot.accessibleName(): plot for plot in found if plot.isVisible()}


def names(plot: CurvePlot) -> list[str]:
    """The curves in a plot's legend."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [chip.accessibleName() for chip in plot.legend.findChildren(QToolButton)]


def lines(plot: CurvePlot) -> list[pg.PlotCurveItem]:
    items = [item for item in plot.plot.items() if isinstance(item, pg.PlotCurveItem)]
    return [item for item in items if item.isVisible() and item.zValue() >= 0]


def test_f1_leads_to_what_is_said_about_curves(panel: CurvesPanel) -> None:
    assert topic_of(panel, None) == "article/reading_the_curves"
    assert topic_of(panel, None) in book()


@pytest.mark.parametrize(
    ("metric", "group"),
    [
        ("train_loss", "loss"),
        ("discriminator_loss", "loss"),
        ("validation_accuracy", "share"),
        ("validation_macro_f1", "share"),
        ("d_real", "share"),
        ("high_quality", "share"),
        ("modes", "other"),
        ("train_elbo", "other"),
        ("validation_kl", "divergence"),
        ("reverse_kl", "other"),
        ("learning_rate", "rate"),
        ("learning_rate/generator", "rate"),
    ],
)
def test_metrics_of_one_scale_share_a_plot(metric: str, group: str) -> None:
    assert group_of(metric) == group


def test_names_are_for_people() -> None:
    assert metric_words("validation_loss") == "validation loss"
    assert metric_words("learning_rate/generator") == "learning rate · generator"
    assert metric_words("d_fake") == "D(generated)"
    assert metric_words("some_share") == "some share"
    assert metric_words("validation_r2") == "validation R²"
    assert metric_words("test_bits_per_character") == "test bits per character"
    assert metric_words("test_mse/3") == "test squared error · 3"


def test_a_real_run(panel: CurvesPanel, classifier: Live) -> None:
    panel.show_run(classifier.data)
    shown = plots(panel)
    assert set(shown) == {"Loss", "Scores"}
    assert names(shown["Loss"]) == ["train loss", "validation loss"]
    assert not any("test" in name for name in names(shown["Scores"]))
    x, y = lines(shown["Loss"])[0].getData()
    series = classifier.data.scalars["train_loss"]
    assert any(np.array_equal(line.getData()[1], series.values) for line in lines(shown["Loss"])), (
        x,
        y,
    )


def test_points_come_in_while_it_trains(panel: CurvesPanel) -> None:
    run = made_up()
    panel.show_run(run)
    assert plots(panel) == {}
    for stop in (2, 10, 5000):
        measure(run, 1, stop, "train_loss")
        panel.refresh()
        (line,) = lines(plots(panel)["Loss"])
        assert line.getData()[0].tolist()[-1] == stop - 1


def test_the_learning_rate_is_shown_on_demand(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 20, "train_loss", "learning_rate")
    panel.show_run(run)
    assert "Learning rate" not in plots(panel)
    switch(panel, "Learning rate")
    assert "Learning rate" in plots(panel)


def test_several_runs_are_compared(panel: CurvesPanel) -> None:
    first, second = made_up("one", "/runs/one"), made_up("two", "/runs/two")
    measure(first, 1, 20, "train_loss", "validation_loss")
    measure(second, 1, 40, "train_loss")
    red, blue = QColor("#ff0000"), QColor("#0000ff")
    panel.show_run(first)
    panel.set_overlay([(first, red), (second, blue)])
    plot = plots(panel)["Loss"]
    assert names(plot) == ["train loss", "validation loss", "one", "two"]
    pens = [line.opts["pen"] for line in lines(plot)]
    assert {pen.color().name() for pen in pens} == {"#ff0000", "#0000ff"}
    assert sum(bool(pen.dashPattern()) for pen in pens) == 1
    for chip, left in ((1, 2), (2, 1), (2, 2)):
        QTest.mouseClick(plot.legend.findChildren(QToolButton)[chip], Qt.MouseButton.LeftButton)
        assert len(lines(plot)) == left
    measure(second, 40, 50, "train_loss")
    panel.refresh()
    assert max(line.getData()[0].max() for line in lines(plot)) == 49
    panel.set_overlay(())
    assert names(plots(panel)["Loss"])[-2:] == ["train loss", "validation loss"]


def test_what_happened_is_marked(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 100, "train_loss")
    for step in range(1, 31):
        run.feed(Marker(step=step, kind="best", text=f"best {step}"))
    panel.show_run(run)
    items = plots(panel)["Loss"].plot.items()
    marks = [i.value() for i in items if isinstance(i, pg.InfiniteLine) and i.value()]
    assert sorted(marks) == list(range(11, 31))


def test_tools_smooth_and_fit(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 100, "train_loss")
    panel.show_run(run)
    plot = plots(panel)["Loss"]
    raw = lines(plot)[0].getData()[1].copy()
    slider = panel.findChild(QSlider, "curvesSmoothing")
    assert slider is not None
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert not np.array_equal(lines(plot)[0].getData()[1], raw)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert np.array_equal(lines(plot)[0].getData()[1], raw)
    log = panel.findChild(QCheckBox, "curvesLog")
    assert log is not None
    QTest.keyClick(log, Qt.Key.Key_Space)
    assert np.allclose(lines(plot)[0].getData()[1], np.log10(raw))
    plot.plot.setXRange(10, 12, padding=0)
    fit = panel.findChild(QPushButton, "curvesFit")
    assert fit is not None
    QTest.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert plot.plot.getViewBox().autoRangeEnabled() == [True, True]


def a_game() -> RunData:
    """A game that is measured at every step and scored twice."""
    run = made_up()
    run.project = ring()
    steps = np.arange(1, 101)
    jumps = np.where(steps % 2, 0.5, 1.5)
    run.feed(Scalars(series={"generator_loss": (Array.of(steps), Array.of(jumps))}))
    few = np.array([50, 100])
    run.feed(Scalars(series={"fid": (Array.of(few), Array.of(np.array([9.0, 1.0])))}))
    run.feed(Progress(step=100, epoch=1.0, steps_per_second=9.0, seconds=11.0))
    return run


def test_curves_of_games_are_smooth_until_a_person_wants_them_otherwise(
    panel: CurvesPanel,
) -> None:
    panel.show_run(a_game())
    loss, distance = lines(plots(panel)["Loss"]), lines(plots(panel)["Distance"])
    assert np.ptp(loss[0].getData()[1][50:]) < 0.1
    assert distance[0].getData()[1].tolist() == [9.0, 1.0]  # what is scored now and then is not
    slider = panel.findChild(QSlider, "curvesSmoothing")
    assert slider is not None
    assert slider.value() == 950
    other = made_up()
    other.project = digits()
    measure(other, 1, 100, "train_loss")
    panel.show_run(other)
    assert slider.value() == 0
    panel.show_run(a_game())
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert np.ptp(lines(plots(panel)["Loss"])[0].getData()[1]) == 1.0
    panel.show_run(other)
    panel.show_run(a_game())
    assert slider.value() == 0


def test_a_person_who_smooths_smooths_everything(panel: CurvesPanel) -> None:
    panel.show_run(a_game())
    slider = panel.findChild(QSlider, "curvesSmoothing")
    assert slider is not None
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert lines(plots(panel)["Distance"])[0].getData()[1].tolist() != [9.0, 1.0]


@pytest.mark.parametrize("chosen", [False, True])
def test_only_a_chosen_smoothing_is_taken_along(show: Show, chosen: bool) -> None:
    old, new = show(CurvesPanel()), show(CurvesPanel())
    old.show_run(a_game())
    if chosen:
        slider = old.findChild(QSlider, "curvesSmoothing")
        QTest.keyClick(slider, Qt.Key.Key_Home)
    new.restore(old.remembered())
    new.show_run(a_game())
    assert new.findChild(QSlider, "curvesSmoothing").value() == (0 if chosen else 950)


def choose(panel: CurvesPanel, words: str) -> None:
    """Choose what curves are drawn over, with the keyboard."""
    box = panel.findChild(QComboBox, "curvesAxis")
    assert box is not None
    while box.currentText() != words:
        QTest.keyClick(box, Qt.Key.Key_Down)
        if box.currentIndex() == box.count() - 1 and box.currentText() != words:
            QTest.keyClick(box, Qt.Key.Key_Home)
    box.activated.emit(box.currentIndex())


def switch(panel: CurvesPanel, words: str) -> None:
    """Switch an entry of the menu of marks."""
    button = panel.findChild(QToolButton, "curvesShow")
    assert button is not None
    menu = button.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_curves_over_steps_passes_and_time(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 101, "train_loss")
    run.feed(Marker(step=50, kind="value", text="changed"))
    for step, seconds in ((10, 1.0), (50, 3.0), (100, 13.0)):
        run.feed(Progress(step=step, epoch=step / 10, steps_per_second=1, seconds=seconds))
    panel.show_run(run)
    plot = plots(panel)["Loss"]
    for words, ends, changed, label in (
        ("Epochs", (0.1, 10.0), 5.0, "epoch"),
        ("Time", (0.55, 13.0), 3.0, "time (s)"),
        ("Steps", (1, 100), 50, "step"),
    ):
        choose(panel, words)
        x, _y = lines(plot)[0].getData()
        assert (x[0], x[-1]) == pytest.approx(ends)
        marks = [i.value() for i in plot.plot.items() if isinstance(i, pg.InfiniteLine)]
        assert changed in [round(float(value), 6) for value in marks]
        assert plot.plot.getAxis("bottom").labelText == label
    switch(panel, "Logarithmic axis below curves")
    assert lines(plot)[0].getData()[0][-1] == 2
    assert panel.findChild(QCheckBox, "curvesLog") is not None


def test_time_of_runs_that_kept_none_is_spread_evenly(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 101, "train_loss")
    run.feed(Progress(step=100, epoch=10, steps_per_second=1, seconds=7200.0))
    panel.show_run(run)
    choose(panel, "Time")
    plot = plots(panel)["Loss"]
    assert lines(plot)[0].getData()[0][-1] == pytest.approx(120)
    assert plot.plot.getAxis("bottom").labelText == "time (min)"


def test_kinds_of_marks_have_colours_and_can_be_left_out(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 100, "train_loss")
    run.feed(Marker(step=10, kind="learning_rate", text="rate"))
    run.feed(Marker(step=20, kind="verdict", text="ailing"))
    run.feed(Saved(step=30, path="x"))
    panel.show_run(run)
    tokens = theme.current()

    def shown() -> dict[float, str]:
        items = plots(panel)["Loss"].plot.items()
        found = [i for i in items if isinstance(i, pg.InfiniteLine) and i.value()]
        return {line.value(): line.pen.color().name() for line in found}

    wanted = {10: tokens.accent, 20: tokens.warning, 30: tokens.good}
    assert shown() == wanted
    for words, step in (("Alarms", 20), ("Checkpoints", 30), ("Changes while training", 10)):
        switch(panel, words)
        del wanted[step]
        assert shown() == wanted


def test_marks_stand_on_the_curves_of_their_own_run_alone(panel: CurvesPanel) -> None:
    one, other = made_up("one", "/runs/one"), made_up("other", "/runs/other")
    for run in (one, other):
        measure(run, 1, 100, "train_loss")
    one.feed(Marker(step=10, kind="learning_rate", text="rate"))
    one.feed(Saved(step=30, path="x"))

    def marked() -> list[float]:
        items = plots(panel)["Loss"].plot.items()
        return sorted(i.value() for i in items if isinstance(i, pg.InfiniteLine) and i.value())

    panel.show_run(one)
    assert marked() == [10, 30]
    color = QColor("#2980b9")
    panel.set_overlay([(other, color)])
    assert marked() == []
    panel.set_overlay([(other, color), (one, color)])
    assert marked() == [10, 30]
    panel.set_overlay(())
    assert marked() == [10, 30]


def test_values_far_out_are_left_out_until_the_menu_wants_all(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 100, "train_loss", "validation_accuracy")
    steps = np.arange(100, 1100)
    values = np.r_[8000.0, 2 + 0.1 * np.sin(steps[1:])]
    run.feed(Scalars(series={"train_loss": (Array.of(steps), Array.of(values))}))
    panel.show_run(run)
    QApplication.processEvents()
    plot = plots(panel)["Loss"]
    box = plot.plot.getViewBox()

    def choose(words: str) -> None:
        at = plot.plot.mapFromScene(box.sceneBoundingRect().center())
        QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.RightButton, pos=at)
        (menu,) = [one for one in panel.findChildren(QMenu, "curvesMenu") if one.isVisible()]
        (action,) = [one for one in menu.actions() if one.text() == words]
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        QApplication.processEvents()

    assert box.viewRange()[1][1] < 3
    choose("Whole range of values")
    assert box.viewRange()[1][1] > 8000
    choose("Whole range of values")
    assert box.viewRange()[1][1] < 3
    choose("Whole range of values")
    fit = panel.findChild(QPushButton, "curvesFit")
    assert fit is not None
    QTest.mouseClick(fit, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert box.viewRange()[1][1] < 3
    table = panel.table()
    assert table is not None
    assert 8000.0 in [row[5] for row in table.rows]


def seeded(name: str, seed: int) -> RunData:
    run = made_up(name, f"/runs/{name}")
    project = digits()
    run.project = msgspec.structs.replace(
        project, recipe=msgspec.structs.replace(project.recipe, seed=seed)
    )
    return run


def test_seeds_are_drawn_as_their_mean(panel: CurvesPanel) -> None:
    runs = [seeded(name, seed) for seed, name in enumerate(("one", "two", "three"))]
    other = seeded("other", 0)
    assert other.project is not None
    other.project = msgspec.structs.replace(
        other.project, recipe=msgspec.structs.replace(other.project.recipe, batch_size=7)
    )
    steps = np.arange(1, 11)
    for run, value in zip([*runs, other], (1.0, 2.0, 6.0, 9.0), strict=True):
        told = (Array.of(steps), Array.of(np.full(10, value)))
        run.feed(Scalars(series={"train_loss": told}))
    panel.show_run(runs[0])
    box = panel.findChild(QCheckBox, "curvesMeans")
    assert box is not None
    assert box.isHidden()
    panel.set_overlay([(run, QColor("#0000ff")) for run in (*runs, other)])
    assert not box.isHidden()
    plot = plots(panel)["Loss"]
    assert len(lines(plot)) == 4
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert names(plot) == ["one (mean ± sd of 3 seeds)", "other"]
    assert sorted(line.getData()[1][0] for line in lines(plot)) == [3, 9]
    band = next(i for i in plot.plot.items() if getattr(i, "opts", {}).get("fillLevel"))
    assert np.ptp(band.getData()[1]) == pytest.approx(2 * np.std([1, 2, 6], ddof=1))
    told = (Array.of(np.arange(11, 13)), Array.of(np.full(2, 5.0)))
    for run in runs:
        run.feed(Scalars(series={"train_loss": told}))
    panel.refresh()
    assert max(line.getData()[0].max() for line in lines(plot)) == 12


def test_a_metric_of_one_seed_alone_is_no_mean(panel: CurvesPanel) -> None:
    runs = [seeded(name, seed) for seed, name in enumerate(("one", "two"))]
    steps = Array.of(np.arange(1, 11))
    for run in runs:
        run.feed(Scalars(series={"train_loss": (steps, Array.of(np.ones(10)))}))
    runs[0].feed(Scalars(series={"validation_loss": (steps, Array.of(np.full(10, 2.0)))}))
    panel.show_run(runs[0])
    panel.set_overlay([(run, QColor("#0000ff")) for run in runs])
    box = panel.findChild(QCheckBox, "curvesMeans")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert [curve.label for _group, curve in panel._all_curves()] == [
        "one (mean ± sd of 2 seeds) · train loss",
        "one · validation loss",
    ]


def test_figures_are_saved_as_they_are_drawn(panel: CurvesPanel, tmp_path: Path) -> None:
    run = made_up()
    measure(run, 1, 4, "train_loss", "validation_loss")
    run.feed(Progress(step=3, epoch=0.3, steps_per_second=1, seconds=6.0))
    panel.show_run(run)
    plot = plots(panel)["Loss"]
    QTest.mouseClick(
        plot.legend.findChildren(QToolButton)[1], Qt.MouseButton.LeftButton
    )  # what is hidden is not saved
    table = panel.table()
    assert table is not None
    assert save_table(tmp_path / "a.csv", table) == ""
    head, *rows = (tmp_path / "a.csv").read_text().splitlines()
    assert head == "run,metric,step,epoch,time (s),value,sd over seeds"
    assert rows[1] == "run,train_loss,2,0.2,4.0,0.5,"
    assert len(rows) == 3
    assert "/nowhere/b.csv" in save_table(Path("/nowhere/b.csv"), Table(("a",), ()))


def test_figures_of_plots_without_room_are_saved_too(panel: CurvesPanel) -> None:
    run = made_up()
    measure(run, 1, 4, "train_loss", "train_accuracy", "fid", "learning_rate")
    panel.resize(500, 140)
    QApplication.processEvents()
    panel.staggered = True
    panel.show_run(run)
    assert list(plots(panel)) == ["Loss"]
    table = panel.table()
    assert table is not None
    assert {row[1] for row in table.rows} == {"train_loss", "train_accuracy", "fid"}


def test_figures_are_written_aside(
    panel: CurvesPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made_up()
    measure(run, 1, 2_001, "train_loss")
    panel.show_run(run)
    path = tmp_path / "a.csv"
    threads = []

    def noted(path: Path, table: Table) -> str:
        threads.append(threading.current_thread())
        return save_table(path, table)

    monkeypatch.setattr(saving, "save_table", noted)
    monkeypatch.setattr(saving, "ask_path", lambda *_args: path)
    with qtbot.waitSignal(panel.said) as told:
        panel._saver.save_figures()
    assert threads[0] is not threading.main_thread()  # there may be millions of them
    assert told.args == ["Figures saved", str(path), True]
    assert len(path.read_text().splitlines()) == 2_001


def test_a_drawing_keeps_its_lines_and_words(panel: CurvesPanel, tmp_path: Path) -> None:
    run = made_up()
    measure(run, 1, 100, "train_loss")
    panel.show_run(run)
    QApplication.processEvents()
    assert save_picture(tmp_path / "a.svg", panel.picture_of())
    text = (tmp_path / "a.svg").read_text()
    assert "train loss" in text
    assert text.count("<polyline") + text.count("<path") > 5
    assert save_picture(tmp_path / "a.png", panel.picture_of())
    assert not save_picture(tmp_path / "no" / "a.svg", panel.picture_of())


def test_a_run_that_goes_on_from_a_checkpoint(panel: CurvesPanel) -> None:
    from engine.protocol import Started

    run = made_up()
    measure(run, 1, 100, "train_loss")
    panel.show_run(run)
    run.feed(Started(run="r", step=50, steps_per_epoch=10, total_steps=100, device="cpu"))
    panel.refresh()
    (line,) = lines(plots(panel)["Loss"])
    assert line.getData()[0].max() == 50
