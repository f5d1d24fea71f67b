"""Frames: dragged with what lies in them, resized, chosen, named."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import Hand, Heard, key
from widgets import theme
from widgets.canvas import Canvas, FrameSpec
from widgets.canvas.frames import LEAST
from widgets.canvas.title_editor import TitleEditor

Mods = Qt.KeyboardModifier
Keys = Qt.Key
OUTER = FrameSpec("f", "Encoder", (220, -60), (460, 160), "blue")
INNER = FrameSpec("g", "Inside", (240, -20), (200, 100), "red")


@pytest.fixture
def framed(canvas: Canvas) -> Canvas:
    """``b`` and ``c`` lie in a frame, ``a`` and ``d`` do not."""
    canvas.set_frames([OUTER])
    return canvas


def test_the_bar_takes_what_lies_in_it_along(framed: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(framed.frames_moved)
    hand.drag(hand.at(300, -50), hand.at(300, -50) + QPoint(47, 33))
    assert said == [({"f": (260.0, -20.0, 460.0, 160.0)}, {"b": (280.0, 40.0), "c": (520.0, 40.0)})]
    assert framed.graph.frames["f"].rect == QRectF(220, -60, 460, 160)  # until it is said so
    assert framed.selected_frames == ("f",)
    assert framed.graph.layer.emphasis == {}


def test_frames_in_a_frame_go_along(framed: Canvas, hand: Hand, heard: Heard) -> None:
    framed.set_frames([OUTER, INNER])
    said = heard(framed.frames_moved)
    hand.drag(hand.at(600, -50), hand.at(600, -30))
    ((rects, _nodes),) = said
    assert rects == {"f": (220.0, -40.0, 460.0, 160.0), "g": (240.0, 0.0, 200.0, 100.0)}


def test_with_alt_it_goes_alone(framed: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(framed.frames_moved)
    hand.drag(hand.at(300, -50), hand.at(300, -70), Mods.AltModifier)
    assert said == [({"f": (220.0, -80.0, 460.0, 160.0)}, {})]


def test_escape_puts_it_back_with_all_in_it(framed: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(framed.frames_moved)
    hand.drag(hand.at(300, -50), hand.at(400, 50), release=False)
    assert framed.graph.nodes["b"].pos().x() == 340
    hand.press(Keys.Key_Escape)
    assert framed.graph.nodes["b"].pos().x() == 240
    assert framed.graph.frames["f"].rect == QRectF(220, -60, 460, 160)
    QTest.mouseRelease(framed.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, QPoint(5, 5))
    assert said == []


def test_the_corner_gives_it_another_size(framed: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(framed.frames_moved)
    grip = hand.at(674, 94)
    hand.drag(grip, grip + QPoint(43, 21))
    assert said == [({"f": (220.0, -60.0, 500.0, 180.0)}, {})]
    hand.drag(grip, grip - QPoint(600, 300))
    assert said[1][0]["f"][2:] == LEAST  # never too small to be taken


def test_a_click_chooses_and_delete_deletes(framed: Canvas, hand: Hand, heard: Heard) -> None:
    deleted, opened = heard(framed.delete_wanted), heard(framed.frame_opened)
    hand.click(hand.at(300, -50))
    assert (framed.selected_frames, framed.selection) == (("f",), ())
    hand.press(Keys.Key_Delete)
    assert deleted == [((), (), ("f",), False)]
    QTest.mouseDClick(
        framed.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.at(300, -50)
    )
    assert opened == [("f",)]
    hand.click(hand.at(20, 400))
    assert framed.selected_frames == ()


def test_its_ground_is_ground(framed: Canvas, hand: Hand, heard: Heard) -> None:
    added = heard(framed.add_wanted)
    QTest.mouseDClick(
        framed.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.at(430, 80)
    )
    assert len(added) == 1
    hand.drag(hand.at(230, -20), hand.at(420, 90))  # a rubber band that begins in the frame
    assert framed.selection == ("b",)


def test_nodes_and_wires_come_first(framed: Canvas, hand: Hand) -> None:
    framed.set_frames([FrameSpec("f", "Over", (220, 14), (460, 160))])  # its bar is over both
    hand.click(hand.node("b"))
    assert (framed.selection, framed.selected_frames) == (("b",), ())
    hand.click(hand.at(440, 30))
    assert framed.selected_wires == (key("b", "c"),)


def test_a_frame_is_seen_near_and_far(framed: Canvas) -> None:
    for zoom in (1.0, 0.2):
        framed.zoom_to(zoom)
        framed.centerOn(440, 20)
        picture = framed.viewport().grab().toImage()
        place = framed.mapFromScene(609, 85)
        ground = theme.current().color("canvas")
        assert picture.pixelColor(place) != ground
        assert picture.pixelColor(framed.mapFromScene(609, 149)) == ground


def test_it_counts_where_everything_is_shown(canvas: Canvas) -> None:
    canvas.set_frames([FrameSpec("far", "Far", (3000, 2000), (400, 240))])
    canvas.fit()
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert seen.contains(QRectF(3000, 2000, 400, 240))
    canvas.set_frames([])
    assert canvas.everything().right() == 640


@pytest.mark.parametrize(("end", "kept"), [("enter", True), ("escape", False), ("leave", True)])
def test_a_title_is_typed_on_the_canvas(canvas: Canvas, qtbot: QtBot, end: str, kept: bool) -> None:
    canvas.activateWindow()
    editor = TitleEditor(canvas.viewport())
    said: list[str] = []
    editor.ask("Old", QRect(10, 10, 200, 30), said.append)
    assert (editor.isVisible(), editor.selectedText()) == (True, "Old")
    QTest.keyClicks(editor, "New")
    if end == "leave":
        canvas.setFocus()
        editor.clearFocus()
    else:
        QTest.keyClick(editor, Keys.Key_Return if end == "enter" else Keys.Key_Escape)
    assert said == (["New"] if kept else [])
    assert not editor.isVisible()
    editor.ask("Old", QRect(10, 10, 200, 30), said.append)
    QTest.keyClick(editor, Keys.Key_Return)  # nothing was typed
    assert said == (["New"] if kept else [])
