"""Which pictures the panels of a window ask for."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from projects.templates import template
from tests.workbench.shell import wait
from workbench.panels.base import can_be_seen
from workbench.viewer import BEHIND_RATE
from workbench.window import MainWindow


def test_what_lies_behind_a_tab_gets_a_picture_now_and_then(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_template(template("digits_mlp"))
    panels = {panel.name: panel for panel in window.viewer.panels}
    window.docks.reveal("curves")
    wait(qtbot, lambda: not can_be_seen(panels["samples"]))
    streams = window.viewer.streams()
    assert streams["samples"] == streams["confusion"] == BEHIND_RATE
    window.docks.reveal("samples")
    wait(qtbot, lambda: can_be_seen(panels["samples"]))
    streams = window.viewer.streams()
    assert streams["samples"] == panels["samples"].rate > BEHIND_RATE
    assert streams["confusion"] == BEHIND_RATE
    window.docks.toggle("samples")
    assert "samples" not in window.viewer.streams()
