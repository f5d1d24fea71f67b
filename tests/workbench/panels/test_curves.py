"""The panel of curves: which metric goes where, several runs, tools."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QSlider, QToolButton

from engine.protocol import Marker
from tests.workbench.panels.conftest import Live, Show, made_up, measure
from widgets.plots.curves import CurvePlot
from workbench.metric_words import metric_words
from workbench.panels.curves import CurvesPanel, group_of


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
    box = panel.findChild(QCheckBox, "curvesRate")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert "Learning rate" in plots(panel)


def test_several_runs_are_compared(panel: CurvesPanel) -> None:
    first, second = made_up("one", "/runs/one"), made_up("two", "/runs/two")
    measure(first, 1, 20, "train_loss", "validation_loss")
    measure(second, 1, 40, "train_loss")
    red, blue = QColor("#ff0000"), QColor("#0000ff")
    panel.show_run(first)
    panel.set_overlay([(first, red), (second, blue)])
    plot = plots(panel)["Loss"]
    assert names(plot) == ["one · train loss", "one · validation loss", "two · train loss"]
    pens = [line.opts["pen"] for line in lines(plot)]
    assert {pen.color().name() for pen in pens} == {"#ff0000", "#0000ff"}
    assert sum(bool(pen.dashPattern()) for pen in pens) == 1
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


def test_a_run_that_goes_on_from_a_checkpoint(panel: CurvesPanel) -> None:
    from engine.protocol import Started

    run = made_up()
    measure(run, 1, 100, "train_loss")
    panel.show_run(run)
    run.feed(Started(run="r", step=50, steps_per_epoch=10, total_steps=100, device="cpu"))
    panel.refresh()
    (line,) = lines(plots(panel)["Loss"])
    assert line.getData()[0].max() == 50
