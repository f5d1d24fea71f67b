"""The map in the corner: there when there is more to see, and a way to get there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.canvas import Canvas, FrameSpec, NodeSpec
from widgets.canvas.kit import kit


@pytest.fixture
def wide(canvas: Canvas) -> Canvas:
    """Nodes far beyond what is seen."""
    canvas.put([NodeSpec("far", "Linear", position=(4000, 1000), category="Dense")])
    QApplication.processEvents()
    return canvas


def centre(canvas: Canvas) -> QPointF:
    return canvas.mapToScene(canvas.viewport().rect().center())


def test_it_is_there_only_where_not_everything_is_seen(canvas: Canvas) -> None:
    shown = [canvas.minimap.isVisible()]
    canvas.put([NodeSpec("far", "Linear", position=(4000, 1000))])
    shown.append(canvas.minimap.isVisible())
    canvas.fit()
    shown.append(canvas.minimap.isVisible())
    canvas.zoom_to(1.0)
    shown.append(canvas.minimap.isVisible())
    canvas.minimap.want(False)
    shown.append(canvas.minimap.isVisible())
    assert shown == [False, True, False, True, False]


def test_a_small_canvas_keeps_its_room(wide: Canvas) -> None:
    wide.resize(300, 200)
    QApplication.processEvents()
    assert not wide.minimap.isVisible()


def test_it_stays_in_its_corner(wide: Canvas) -> None:
    wide.resize(800, 500)
    QApplication.processEvents()
    place, view = wide.minimap.geometry(), wide.viewport().rect()
    assert view.contains(place)
    assert view.right() - place.right() < 20
    assert view.bottom() - place.bottom() < 20


def test_what_changes_is_on_the_map_at_once(
    wide: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide.minimap.grab()
    draw = wide.minimap._draw
    drawn: list[QPixmap] = []

    def watched() -> QPixmap:
        drawn.append(draw())
        return drawn[-1]

    monkeypatch.setattr(wide.minimap, "_draw", watched)
    QApplication.processEvents()
    wide.minimap.refresh()  # nothing else is painted anew
    qtbot.waitUntil(lambda: bool(drawn))


def test_a_click_looks_there_and_a_drag_follows(wide: Canvas) -> None:
    wide.minimap.grab()  # painted once, as it is on a screen
    spot = wide.minimap.to_map(QPointF(4080, 1030)).toPoint()
    QTest.mousePress(wide.minimap, Qt.MouseButton.LeftButton, pos=spot)
    there = centre(wide)
    pixel = 4080 / 150  # what one pixel of the map is worth, about
    assert abs(there.x() - 4080) < pixel
    assert abs(there.y() - 1030) < pixel
    home = wide.minimap.to_map(QPointF(0, 0)).toPoint()
    QTest.mouseMove(wide.minimap, home)
    assert abs(centre(wide).x() - 0) < pixel
    QTest.mouseRelease(wide.minimap, Qt.MouseButton.LeftButton, pos=home)
    QTest.mouseMove(wide.minimap, spot)
    assert abs(centre(wide).x() - 0) < pixel
    assert wide.selection == ()


def test_nodes_and_frames_are_on_it(wide: Canvas) -> None:
    wide.set_frames([FrameSpec("f", "Frame", (2000, 0), (800, 800), "red")])
    wide.minimap._picture = None
    picture = wide.minimap.grab().toImage()

    def color(x: float, y: float) -> str:
        return picture.pixelColor(wide.minimap.to_map(QPointF(x, y)).toPoint()).name()

    assert color(4080, 1030) == kit().category_far("Dense").color().name()
    assert color(2400, 400) not in (color(3200, 400), theme.current().surface)
    assert color(3200, 100) == color(1200, 800)  # the ground


def test_the_part_that_is_seen_is_marked(wide: Canvas) -> None:
    before = wide.minimap.grab().toImage()
    wide.look_at(QPointF(3000, 900))
    assert wide.minimap.grab().toImage() != before
    assert wide.minimap.mapTo(wide.viewport(), QPoint(0, 0)).x() > 0


def test_it_covers_nothing_of_a_canvas_in_a_small_window(wide: Canvas) -> None:
    wide.resize(498, 290)  # of a window of 1024 × 700
    QApplication.processEvents()
    assert not wide.minimap.isVisible()
