"""What panels show is made while nobody waits for it, and once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.plots.spare_plots import SparePlots
from workbench.panels import panels
from workbench.panels.base import Panel, can_be_seen
from workbench.preparing import Preparing
from workbench.runs import Runs
from workbench.viewer import Viewer


class Dear(Panel):
    """Takes two parts and a whole."""

    name = "dear"
    title = "Dear"
    stream = "none"

    def __init__(self) -> None:
        self.made: list[str] = []
        super().__init__()

    def parts(self) -> Iterator[None]:
        for part in ("first", "second"):
            self.made.append(part)
            yield

    def build(self) -> QWidget:
        self.made.append("whole")
        return QLabel("content")

    def paint(self) -> bool:
        return True


def dear(qtbot: QtBot) -> Dear:
    panel = Dear()
    qtbot.addWidget(panel)
    return panel


def test_a_panel_is_made_in_pieces_ahead_of_its_first_picture(qtbot: QtBot) -> None:
    panel = dear(qtbot)
    pieces = panel.ahead()
    assert panel.made == []
    next(pieces)
    assert panel.made == ["first"]
    assert len(list(pieces)) == 2
    assert panel.made == ["first", "second", "whole"]
    panel._make()
    assert list(panel.ahead()) == []
    assert panel.made.count("whole") == 1


def test_who_cannot_wait_has_it_made_at_once_and_the_rest_is_left_out(qtbot: QtBot) -> None:
    panel = dear(qtbot)
    pieces = panel.ahead()
    next(pieces)
    panel._make()
    assert list(pieces) == []
    assert panel.made.count("whole") == 1


def test_panels_are_made_one_after_the_other_and_what_was_begun_before_is_left(
    qtbot: QtBot,
) -> None:
    left, first, second = dear(qtbot), dear(qtbot), dear(qtbot)
    preparing = Preparing()
    preparing.begin([left])
    preparing.begin([first, second])
    qtbot.waitUntil(lambda: "whole" in second.made)
    assert first.made == second.made == ["first", "second", "whole"]
    assert left.made == []


def test_every_panel_is_made_ahead_once(qtbot: QtBot) -> None:
    for kind in panels():
        panel = kind()
        qtbot.addWidget(panel)
        assert list(panel.ahead()), kind.name
        assert panel._built
        assert not list(panel.ahead())


def test_what_a_training_may_need_is_made_ahead_and_first_what_can_be_seen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Sequence[Panel]] = []
    monkeypatch.setattr(Preparing, "begin", lambda _self, wanted: begun.append(wanted))
    viewer = Viewer(Runs())
    hidden, away, unmeasured, seen = (dear(qtbot) for _one in range(4))
    for panel in (hidden, away, unmeasured, seen):
        viewer.add(panel)
    away.name = "away"  # type: ignore[misc]
    unmeasured.set_measured(False)
    seen.show()
    qtbot.waitUntil(lambda: can_be_seen(seen))
    viewer.prepare({"away"})
    assert begun == [[seen, hidden]]


def test_a_spare_plot_is_made_once_taken_once_and_in_the_colours_in_force(qtbot: QtBot) -> None:
    spare = SparePlots()
    assert len(list(spare.make(("Loss", "Scores")))) == 2
    assert list(spare.make(("Loss", "Scores"))) == []
    theme.use(theme.DARK)
    try:
        taken, other = spare.take("Loss"), spare.take("Loss")
        for plot in (taken, other):
            qtbot.addWidget(plot)
        qtbot.addWidget(spare.take("Scores"))
        assert taken is not other
        assert taken.plot.backgroundBrush().color() == other.plot.backgroundBrush().color()
    finally:
        theme.use(theme.LIGHT)
