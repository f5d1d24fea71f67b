"""What every panel does alike: empty states, live and replayed runs, themes, nothing while hidden."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.probes.base import PROBES
from engine.runs.reader import Reader
from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets import theme
from workbench.panels import panels
from workbench.panels.base import Panel
from workbench.rundata import Frame, Frames, RunData

ALL = panels()
each_panel = pytest.mark.parametrize("kind", ALL, ids=[panel.name for panel in ALL])


def words(panel: Panel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def fitting(kind: type[Panel], classifier: Live, gan: Live, reader: Live) -> RunData:
    """The run of which a panel has something to show."""
    if kind.name in ("rivals", "plane", "scores"):
        return gan.data
    return reader.data if kind.name in ("gates", "attention") else classifier.data


def test_panels_are_found_and_told_apart() -> None:
    names = ["curves", "health", "rivals", "plane", "samples", "scores", "confusion"]
    assert [panel.name for panel in ALL if panel.name in names] == names
    assert len({panel.title for panel in ALL}) == len(ALL)
    streams = {cls.stream for cls in PROBES}
    assert {panel.stream for panel in ALL} - {"scalars", "vitals"} <= streams


@each_panel
def test_an_empty_panel_says_what_will_be_there_and_offers_to_train(
    kind: type[Panel], show: Show, qtbot: QtBot
) -> None:
    panel: Panel = show(kind())
    for run in (None, made_up()):
        panel.show_run(run)
        assert kind.empty in words(panel)
        (button,) = [b for b in panel.findChildren(QPushButton, "emptyAction") if b.isVisible()]
        with qtbot.waitSignal(panel.action_wanted) as heard:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert heard.args == ["train"]


@each_panel
def test_what_a_project_does_not_measure_is_said(kind: type[Panel], show: Show) -> None:
    panel: Panel = show(kind())
    panel.set_measured(False)
    assert f"{kind.title} is no part of this project." in words(panel)
    panel.set_measured(True)
    assert kind.empty in words(panel)


@each_panel
@pytest.mark.parametrize("which", ["classifier", "gan", "artist", "reader"])
def test_a_run_looks_the_same_live_and_read_back(
    kind: type[Panel], which: str, show: Show, request: pytest.FixtureRequest
) -> None:
    live: Live = request.getfixturevalue(which)
    replay = RunData(label=live.data.label, path=live.data.path)
    for event in Reader(live.folder).events():
        replay.feed(event)
    panel: Panel = show(kind())
    pictures = []
    for run in (live.data, replay):
        panel.show_run(run)
        painted = panel.paint()
        assert painted == (kind.stream in ("scalars", *live.data.frames))
        if kind.name in ("samples", "scores", "confusion"):
            last = run.frames[kind.stream].last if painted else None
            arrays = last.arrays if last else {}
            pictures.append({name: array.tobytes() for name, array in arrays.items()})
    assert pictures[:1] == pictures[1:]
    panel.grab()


@each_panel
def test_both_themes(
    kind: type[Panel], show: Show, classifier: Live, gan: Live, reader: Live
) -> None:
    panel: Panel = show(kind())
    panel.show_run(fitting(kind, classifier, gan, reader))
    light = panel.grab().toImage()
    theme.use(theme.DARK)
    try:
        dark = panel.grab().toImage()
    finally:
        theme.use(theme.LIGHT)
    assert light != dark
    surface = theme.DARK.color("surface").lightness()
    assert surface < 128 < theme.LIGHT.color("surface").lightness()


@each_panel
def test_nothing_is_painted_out_of_sight_or_twice(
    kind: type[Panel], show: Show, classifier: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel: Panel = show(kind())
    painted: list[int] = []
    paint = panel.paint

    def counting() -> bool:
        painted.append(1)
        return paint()

    monkeypatch.setattr(panel, "paint", counting)
    panel.show_run(classifier.data)
    for _turn in range(5):
        panel.refresh()
    assert len(painted) == 1
    panel.hide()
    panel.invalidate()
    panel.refresh()
    assert len(painted) == 1
    panel.show()
    assert len(painted) == 2


@each_panel
def test_going_from_run_to_run(
    kind: type[Panel], show: Show, classifier: Live, gan: Live, artist: Live, reader: Live
) -> None:
    panel: Panel = show(kind())
    last = fitting(kind, classifier, gan, reader)
    for run in (classifier.data, gan.data, artist.data, reader.data, None, made_up(), last):
        panel.show_run(run)
        panel.grab()
    assert kind.empty not in words(panel)


def test_damage_in_a_run_that_was_read_is_said(show: Show, classifier: Live) -> None:
    whole = classifier.data
    run = RunData(label="run", path=whole.path, state="finished")
    panel: Panel = show(next(kind for kind in ALL if kind.name == "confusion")())
    for step, counts in enumerate(({}, {"counts": np.array(3.0)}), 1):
        run.frames["confusion"] = Frames()
        run.frames["confusion"].add(Frame(step, counts, {}))
        panel.show_run(run)
        assert "damaged, or was made by another program" in words(panel)
    panel.show_run(whole)
    assert "damaged" not in words(panel)


def test_what_a_living_run_says_is_whole_or_it_is_a_bug(show: Show) -> None:
    run = made_up()
    picture(run, "confusion", 1, {})
    panel: Panel = show(next(kind for kind in ALL if kind.name == "confusion")())
    panel.run = run
    with pytest.raises(KeyError):
        panel.show_now()


@each_panel
def test_narrow_and_low(kind: type[Panel], show: Show, classifier: Live) -> None:
    panel: Panel = show(kind(), 220, 120)
    panel.show_run(classifier.data)
    assert panel.minimumSizeHint().width() <= 420
    panel.grab()
