"""Mouse and keys on the canvas, and what it says was meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.widgets.canvas.conftest import Hand, Heard, key
from widgets.canvas import Canvas, NodeSpec, PortRef, WireSpec

Mods = Qt.KeyboardModifier
Keys = Qt.Key


def test_click_selects_shift_adds_and_ground_clears(canvas: Canvas, hand: Hand) -> None:
    hand.click(hand.node("a"))
    assert list(canvas.selection) == ["a"]
    hand.click(hand.node("b"), Mods.ShiftModifier)
    assert list(canvas.selection) == ["a", "b"]
    hand.click(hand.node("a"), Mods.ControlModifier)
    assert list(canvas.selection) == ["b"]
    hand.click(hand.at(20, 300))
    assert list(canvas.selection) == []


def test_dragging_a_node_says_where_on_the_grid(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.moved)
    hand.drag(hand.node("a"), hand.node("a") + QPoint(47, 33))
    assert said == [({"a": (40.0, 40.0)},)]
    # The canvas moves nothing by itself.
    assert canvas.graph.nodes["a"].pos() == QPointF(0, 0)


def test_a_selection_moves_together(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.moved)
    canvas.select(["a", "b"])
    hand.drag(hand.node("b"), hand.node("b") + QPoint(0, 60))
    assert said == [({"a": (0.0, 60.0), "b": (240.0, 60.0)},)]


def test_escape_while_dragging_puts_it_back(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.moved)
    hand.drag(hand.node("a"), hand.node("a") + QPoint(100, 100), release=False)
    assert canvas.graph.nodes["a"].pos() != QPointF(0, 0)
    hand.press(Keys.Key_Escape)
    assert canvas.graph.nodes["a"].pos() == QPointF(0, 0)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, QPoint(5, 5))
    assert said == []
    assert canvas.graph.layer.emphasis == {}


def test_a_trembling_click_is_no_drag(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.moved)
    hand.drag(hand.node("a"), hand.node("a") + QPoint(2, 1))
    assert said == []
    assert list(canvas.selection) == ["a"]


def test_a_loose_node_on_a_wire_is_spliced_and_alt_prevents(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    spliced, moved = heard(canvas.spliced), heard(canvas.moved)
    goal = hand.at(440, 30)
    hand.drag(hand.node("d"), goal)
    assert [(said[0], said[2]) for said in spliced] == [("d", key("b", "c"))]
    assert moved == []
    hand.drag(hand.node("d"), goal, Mods.AltModifier)
    assert len(spliced) == 1
    assert len(moved) == 1


def test_rubber_band_selects_what_it_touches(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.at(-40, -60), hand.at(300, 80))
    assert set(canvas.selection) == {"a", "b"}
    hand.drag(hand.at(200, 300), hand.at(300, 220), Mods.ShiftModifier)
    assert set(canvas.selection) == {"a", "b", "d"}
    assert canvas.overlay.boundingRect().isNull()


def test_a_wire_is_drawn_from_port_to_port(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.connected)
    hand.drag(hand.port("a", True), hand.port("d", False) + QPoint(-12, 8))
    assert said == [(key("a", "d"), None)]


def test_a_wire_can_be_drawn_backwards(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.connected)
    hand.drag(hand.port("d", False), hand.port("a", True))
    assert said == [(key("a", "d"), None)]


def test_a_wire_dropped_on_a_card_finds_its_port(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.connected)
    hand.drag(hand.port("a", True), hand.node("d"))
    assert said == [(key("a", "d"), None)]


def test_ports_that_do_not_fit_dim_and_say_why(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.connected)
    canvas.judge = lambda source, target, taken: "No." if target.node == "d" else ""
    hand.drag(hand.port("a", True), hand.port("d", False), release=False)
    refused = canvas.graph.nodes["d"].refused
    assert refused is not None
    assert PortRef("d", "in", False) in refused
    assert canvas.overlay.hint == "No."
    QTest.mouseRelease(
        canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.port("d", False)
    )
    assert said == []
    assert canvas.graph.nodes["d"].refused is None
    assert canvas.overlay.hint == ""


def test_a_wire_dropped_on_the_ground_asks_what_to_add(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    said = heard(canvas.add_wanted)
    hand.drag(hand.port("b", True), hand.at(520, 200))
    assert [values[2:] for values in said] == [(PortRef("b", "out", True), None)]
    assert canvas.overlay.boundingRect().isNull()


def test_taking_a_wire_off_its_input(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    connected, deleted = heard(canvas.connected), heard(canvas.delete_wanted)
    hand.drag(hand.port("b", False), hand.port("d", False))
    assert connected == [(key("a", "d"), key("a", "b"))]
    hand.drag(hand.port("b", False), hand.at(100, 300))
    assert deleted == [((), (key("a", "b"),), (), False)]


def test_control_takes_all_wires_of_a_port(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    canvas.put([NodeSpec("e", "Linear", position=(0, 200))])
    canvas.set_wires([WireSpec(key("a", "b")), WireSpec(key("a", "d")), WireSpec(key("b", "c"))])
    said = heard(canvas.relinked)
    start = hand.port("a", True)
    hand.drag(start, hand.port("e", True), Mods.ControlModifier, release=False)
    refused = canvas.graph.nodes["b"].refused or frozenset()
    assert {ref for ref in refused if ref.node == "b"} == {PortRef("b", "in", False)}
    QTest.mouseRelease(
        canvas.viewport(), Qt.MouseButton.LeftButton, Mods.ControlModifier, hand.port("e", True)
    )
    assert said == [(PortRef("a", "out", True), PortRef("e", "out", True))]
    assert canvas.graph.nodes["b"].refused is None
    hand.drag(start, hand.at(600, 300), Mods.ControlModifier)  # over nothing they stay
    assert len(said) == 1


def test_a_port_is_refused_if_one_of_the_wires_does_not_fit(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    canvas.put([NodeSpec("e", "Linear", position=(0, 200))])
    canvas.set_wires([WireSpec(key("a", "b")), WireSpec(key("a", "d"))])
    canvas.judge = lambda source, target, taken: "No." if target.node == "d" else ""
    said = heard(canvas.relinked)
    hand.drag(hand.port("a", True), hand.port("e", True), Mods.ControlModifier, release=False)
    assert canvas.overlay.hint == "No."
    hand.press(Keys.Key_Escape)
    assert said == []
    assert canvas.overlay.hint == ""


def test_several_wires_do_not_go_into_a_port_for_one(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    canvas.put([NodeSpec("e", "Linear", position=(0, 200))])
    canvas.set_wires([WireSpec(key("a", "d")), WireSpec(key("b", "d"))])
    said = heard(canvas.relinked)
    hand.drag(hand.port("d", False), hand.port("e", False), Mods.ControlModifier)
    assert said == []


def test_guides_show_what_a_dragged_node_is_level_with(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    canvas.put([NodeSpec("c", "Output", outputs=(), position=(487, 7))])  # off the grid
    said = heard(canvas.moved)
    start = hand.node("d")
    hand.drag(start, start + QPoint(245, 3), release=False)
    lines = canvas.overlay._guides
    assert [(line.x1(), line.x2()) for line in lines] == [(487.0, 487.0)]
    assert (lines[0].y1(), lines[0].y2()) == (7.0, 260.0)
    QTest.mouseRelease(
        canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, start + QPoint(245, 3)
    )
    assert said == [({"d": (487.0, 200.0)},)]
    assert canvas.overlay._guides == []


def test_far_from_all_lines_a_node_sits_on_the_grid(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    said = heard(canvas.moved)
    start = hand.node("d")
    hand.drag(start, start + QPoint(38, 62), release=False)
    assert canvas.overlay._guides == []
    QTest.mouseRelease(
        canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, start + QPoint(38, 62)
    )
    assert said == [({"d": (280.0, 260.0)},)]


def test_a_wire_can_be_clicked_and_deleted(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.delete_wanted)
    hand.click(hand.at(440, 31))
    assert canvas.selected_wires == (key("b", "c"),)
    hand.press(Keys.Key_Delete)
    assert said == [((), (key("b", "c"),), (), False)]


def test_delete_and_shift_delete(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.delete_wanted)
    hand.press(Keys.Key_Delete)
    assert said == []
    canvas.select(["b"])
    hand.press(Keys.Key_Delete)
    hand.press(Keys.Key_Backspace, Mods.ShiftModifier)
    assert said == [(("b",), (), (), False), (("b",), (), (), True)]


def test_arrows_follow_wires_and_reach_neighbours(canvas: Canvas, hand: Hand) -> None:
    hand.press(Keys.Key_Right)
    assert list(canvas.selection) == ["a"]
    for arrow, expected in (
        ("Right", "b"),
        ("Down", "d"),
        ("Up", "b"),
        ("Right", "c"),
        ("Left", "b"),
    ):
        hand.press(getattr(Keys, f"Key_{arrow}"))
        assert list(canvas.selection) == [expected], arrow
    hand.press(Keys.Key_Right, Mods.ShiftModifier)
    assert list(canvas.selection) == ["b", "c"]


def test_control_arrows_move_a_grid_step(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.moved)
    canvas.select(["b"])
    hand.press(Keys.Key_Down, Mods.ControlModifier)
    assert said == [({"b": (240.0, 20.0)},)]


def test_control_a_selects_all_and_escape_nothing(canvas: Canvas, hand: Hand) -> None:
    hand.press(Keys.Key_A, Mods.ControlModifier)
    assert set(canvas.selection) == {"a", "b", "c", "d"}
    hand.press(Keys.Key_Escape)
    assert list(canvas.selection) == []


def test_c_connects_the_chosen(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.connected)
    canvas.select(["a", "d"])
    hand.press(Keys.Key_C)
    assert said == [(key("a", "d"), None)]


def test_tab_space_and_double_click_ask_what_to_add(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    said = heard(canvas.add_wanted)
    hand.press(Keys.Key_Tab)
    hand.press(Keys.Key_Space)
    QTest.mouseDClick(
        canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.at(20, 300)
    )
    hand.click(hand.at(440, 31))  # with a wire chosen it goes there
    hand.press(Keys.Key_Tab)
    assert [values[2:] for values in said] == [(None, None)] * 3 + [(None, key("b", "c"))]
    assert said[-1][1] == QPointF(440, 30)


def test_double_click_on_a_wire_bends_it(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said, added = heard(canvas.bend_wanted), heard(canvas.add_wanted)
    QTest.mouseDClick(
        canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.at(440, 31)
    )
    assert [values[1] for values in said] == [key("b", "c")]
    assert added == []


def test_a_bend_is_dragged_by_its_dot_and_wires_begin_beside_it(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    canvas.put([NodeSpec("k", "Reroute", position=(420, 20), bend=True)])
    canvas.set_wires([WireSpec(key("b", "k")), WireSpec(key("k", "c"))])
    moved, drawn = heard(canvas.moved), heard(canvas.connected)
    hand.drag(hand.at(430, 30), hand.at(430, 90))
    assert moved == [({"k": (420.0, 80.0)},)]
    hand.drag(hand.at(446, 30), hand.port("d", False))
    assert drawn == [(key("k", "d"), None)]


def test_double_click_and_enter_open_a_node(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.opened)
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.node("b"))
    canvas.select(["c"])
    hand.press(Keys.Key_Return)
    assert said == [("b",), ("c",)]


def test_middle_drag_and_space_drag_pan(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    asked = heard(canvas.add_wanted)
    before = canvas.middle()
    hand.drag(QPoint(500, 300), QPoint(440, 270), button=Qt.MouseButton.MiddleButton)
    assert canvas.middle() - before == QPointF(60, 30)
    QTest.keyPress(canvas, Keys.Key_Space)
    hand.drag(hand.node("b"), hand.node("b") + QPoint(60, 30))
    QTest.keyRelease(canvas, Keys.Key_Space)
    assert canvas.middle() == before
    assert list(canvas.selection) == []
    assert asked == []


def wheel(canvas: Canvas, place: QPoint, pixels: QPoint, angle: QPoint, mods: Mods) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(canvas.viewport().mapToGlobal(place)),
        pixels,
        angle,
        Qt.MouseButton.NoButton,
        mods,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)


def test_control_wheel_zooms_about_the_pointer(canvas: Canvas) -> None:
    place = QPoint(700, 150)
    before = canvas.mapToScene(place)
    wheel(canvas, place, QPoint(), QPoint(0, 240), Mods.ControlModifier)
    assert canvas.zoom > 1.3
    away = canvas.mapToScene(place) - before
    assert abs(away.x()) < 1.5
    assert abs(away.y()) < 1.5


def test_two_fingers_scroll(canvas: Canvas) -> None:
    before = canvas.middle()
    wheel(canvas, QPoint(10, 10), QPoint(-30, 20), QPoint(-60, 40), Mods.NoModifier)
    assert canvas.middle() - before == QPointF(30, -20)
    assert canvas.zoom == 1.0


def test_a_pinch_zooms_about_the_fingers(canvas: Canvas) -> None:
    place = QPointF(300, 200)
    before = canvas.mapToScene(place.toPoint())
    pad = QPointingDevice.primaryPointingDevice()
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, pad, 2, place, place, place, 0.25, QPointF(0, 0)
    )
    QApplication.sendEvent(canvas.viewport(), pinch)
    assert canvas.zoom == 1.25
    after = canvas.mapToScene(place.toPoint())
    assert abs(after.x() - before.x()) < 2
    assert abs(after.y() - before.y()) < 2


def test_the_wheel_zooms_if_one_wants_it_to(canvas: Canvas) -> None:
    canvas.wheel_zooms = True
    wheel(canvas, QPoint(300, 200), QPoint(), QPoint(0, 120), Mods.NoModifier)
    zoomed = canvas.zoom
    assert zoomed > 1.0
    wheel(canvas, QPoint(300, 200), QPoint(), QPoint(0, 120), Mods.ControlModifier)
    assert canvas.zoom == zoomed  # then Ctrl scrolls


def test_zoom_stays_within_limits(canvas: Canvas) -> None:
    for _turn in range(60):
        canvas.zoom_by(2)
    assert canvas.zoom == 3.0
    for _turn in range(60):
        canvas.zoom_by(0.5)
    assert canvas.zoom == 0.04


def test_home_fits_all_and_f_the_selection(canvas: Canvas, hand: Hand) -> None:
    canvas.zoom_to(0.1)
    hand.press(Keys.Key_Home)
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert seen.contains(canvas.everything())
    assert seen.width() < 3 * canvas.everything().width()
    canvas.select(["d"])
    hand.press(Keys.Key_F)
    middle = canvas.middle() - canvas.graph.bounds(["d"]).center()
    assert middle.manhattanLength() < 3


def test_a_fitted_view_follows_its_size_until_one_looks_elsewhere(canvas: Canvas) -> None:
    canvas.fit()
    canvas.resize(500, 400)
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert seen.contains(canvas.everything())
    canvas.zoom_to(1.0)
    canvas.resize(400, 400)
    assert canvas.zoom == 1.0


def seen_by(canvas: Canvas) -> QRectF:
    return canvas.mapToScene(canvas.viewport().rect()).boundingRect()


def test_what_was_brought_into_view_stays_there_when_the_size_changes(canvas: Canvas) -> None:
    canvas.put(NodeSpec(f"n{place}", "ReLU", position=(240 * place, 400)) for place in range(60))
    canvas.begin()
    assert not seen_by(canvas).contains(canvas.everything())
    canvas.resize(canvas.width() + 10, canvas.height())
    assert seen_by(canvas).contains(canvas.graph.bounds(["n0"]))
    canvas.reveal(["n40"])
    for width in (10, -10, -canvas.width() // 2):
        canvas.resize(canvas.width() + width, canvas.height())
        assert seen_by(canvas).contains(canvas.graph.bounds(["n40"]))
    canvas.pan_by(QPoint(5_000, 0))
    canvas.resize(canvas.width() + 10, canvas.height())
    assert not seen_by(canvas).contains(canvas.graph.bounds(["n40"]))


def test_a_fitted_view_stays_fitted_when_a_layer_was_revealed_in_a_small_one(
    canvas: Canvas,
) -> None:
    size = canvas.size()
    canvas.put(NodeSpec(f"n{place}", "ReLU", position=(240 * place, 400)) for place in range(8))
    canvas.begin()
    assert seen_by(canvas).contains(canvas.everything())
    canvas.resize(300, 300)
    canvas.reveal(["n7"])
    assert not seen_by(canvas).contains(canvas.everything())
    canvas.resize(320, 300)
    assert seen_by(canvas).contains(canvas.graph.bounds(["n7"]))
    canvas.resize(size)
    assert seen_by(canvas).contains(canvas.everything())


def test_a_layer_revealed_is_scrolled_to_from_where_one_is(canvas: Canvas) -> None:
    canvas.put(NodeSpec(f"n{place}", "ReLU", position=(240 * place, 400)) for place in range(60))
    canvas.begin()
    canvas.reveal(["n40"])
    canvas.reveal(["n30"])
    before = canvas.middle()
    canvas.resize(canvas.width() + 10, canvas.height())
    assert (canvas.middle() - before).manhattanLength() < 40


def hand_moves() -> list[Callable[[Canvas], None]]:
    return [
        lambda canvas: canvas.pan_by(QPoint(60, 0)),
        lambda canvas: canvas.zoom_by(1.25),
        lambda canvas: canvas.look_at(QPointF(400, 300)),
        lambda canvas: canvas.fit_selection(),
    ]


@pytest.mark.parametrize("move", hand_moves())
def test_who_moved_or_zoomed_the_view_keeps_it(
    move: Callable[[Canvas], None], canvas: Canvas
) -> None:
    canvas.begin()
    canvas.select(["d"])
    move(canvas)
    zoom, corner = canvas.zoom, canvas.mapToScene(QPoint())
    canvas.resize(canvas.width() - 200, canvas.height() - 200)
    assert canvas.zoom == zoom
    assert canvas.mapToScene(QPoint()) == corner


def test_a_wheel_that_does_not_turn_moves_nothing_by_hand(canvas: Canvas) -> None:
    canvas.begin()
    canvas.pan_by(QPoint())
    canvas.resize(400, 300)
    assert seen_by(canvas).contains(canvas.everything())


def test_who_looks_there_again_has_all_in_view_whatever_the_size_is_now(canvas: Canvas) -> None:
    canvas.begin()
    there = canvas.outlook()
    canvas.zoom_to(2.0)
    canvas.resize(400, 300)
    canvas.look(there)
    assert seen_by(canvas).contains(canvas.everything())
    canvas.resize(300, 300)
    assert seen_by(canvas).contains(canvas.everything())
    canvas.zoom_to(1.7)
    near = canvas.outlook()
    canvas.fit()
    canvas.look(near)
    canvas.resize(400, 300)
    assert canvas.zoom == pytest.approx(1.7)


def drop(canvas: Canvas, place: QPoint, mods: Mods = Mods.NoModifier) -> None:
    data = QMimeData()
    data.setData("text/plain", b"relu")
    button = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, button, mods)
    QApplication.sendEvent(canvas.viewport(), enter)
    move = QDragMoveEvent(place, Qt.DropAction.CopyAction, data, button, mods)
    QApplication.sendEvent(canvas.viewport(), move)
    event = QDropEvent(
        QPointF(place), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, mods
    )
    QApplication.sendEvent(canvas.viewport(), event)


def test_drops_land_on_the_grid_or_on_a_wire(canvas: Canvas, hand: Hand, heard: Heard) -> None:
    said = heard(canvas.dropped)
    drop(canvas, hand.at(101, 301))
    drop(canvas, hand.at(440, 35))
    drop(canvas, hand.at(440, 35), Mods.AltModifier)
    assert [values[0] for values in said] == ["relu"] * 3
    assert said[0][1] == QPointF(20, 280)
    assert [values[2] for values in said] == [None, key("b", "c"), None]
    assert canvas.graph.layer.emphasis == {}


def test_hover_shows_ports_and_wires(canvas: Canvas, hand: Hand) -> None:
    for place in (hand.node("b"), hand.port("b", True)):
        spot = QPointF(canvas.viewport().mapToGlobal(place))
        QApplication.sendEvent(
            canvas.viewport(),
            QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(place),
                spot,
                Qt.MouseButton.NoButton,
                Qt.MouseButton.NoButton,
                Mods.NoModifier,
            ),
        )
    assert canvas.graph.nodes["b"].hot_port == PortRef("b", "out", True)


def test_removing_what_is_selected_hovered_and_dragged(
    canvas: Canvas, hand: Hand, heard: Heard
) -> None:
    said = heard(canvas.selection_changed)
    canvas.select(["b"])
    hand.drag(hand.node("b"), hand.node("b") + QPoint(90, 90), release=False)
    canvas.discard(["b"])
    assert list(canvas.selection) == []
    assert len(said) == 2
    assert canvas.graph.wires == {}
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton)


def test_only_what_differs_is_painted_anew(canvas: Canvas) -> None:
    items = dict(canvas.graph.nodes)
    specs = [item.spec for item in items.values()]
    canvas.put([*specs[:3], NodeSpec("d", "Multiply", position=(240, 240))])
    assert all(canvas.graph.nodes[name] is item for name, item in items.items())
    assert canvas.graph.nodes["d"].spec.title == "Multiply"


def test_wires_to_missing_nodes_are_left_out(canvas: Canvas) -> None:
    canvas.set_wires([WireSpec(key("a", "nowhere")), WireSpec(key("a", "b"))])
    assert list(canvas.graph.wires) == [key("a", "b")]


def test_the_selection_is_told_to_screen_readers(canvas: Canvas) -> None:
    canvas.select(["b"])
    assert "Linear" in canvas.accessibleDescription()
    assert "64" in canvas.accessibleDescription()
    assert canvas.accessibleName()


def test_everything_is_where_nodes_are_carried_and_put_back(canvas: Canvas, hand: Hand) -> None:
    """The map and “fit” ask for it while nodes are dragged, too."""
    home = canvas.everything()
    hand.drag(hand.node("d"), hand.node("d") + QPoint(0, 80), release=False)
    carried = canvas.everything()
    canvas.end_gesture()
    assert carried.bottom() > home.bottom()
    assert canvas.everything() == home
    canvas.put([canvas.graph.nodes["d"].spec._replace(position=(240, 1000))])
    assert canvas.everything().bottom() > 1000
    canvas.discard(["d"])
    assert canvas.everything().bottom() < home.bottom()


def test_what_a_check_answers_does_not_break_off_a_drag(canvas: Canvas, hand: Hand) -> None:
    """Badges and settings may change under the hand; where things stand may not."""
    start = hand.node("d")
    hand.drag(start, start + QPoint(60, 40), release=False)
    there = canvas.graph.nodes["d"].pos()
    assert there != QPointF(240, 200)
    spec, other = canvas.graph.nodes["d"].spec, canvas.graph.nodes["b"].spec
    canvas.put([spec._replace(subtitle="told"), other._replace(subtitle="65")])
    assert canvas.graph.nodes["d"].pos() == there
    held = [canvas._gesture is not None]
    canvas.put([other._replace(position=(260.0, 0.0))])
    held.append(canvas._gesture is not None)
    assert held == [True, False]
    assert canvas.graph.nodes["d"].pos() == QPointF(240, 200)


def test_a_click_at_a_port_is_a_click_on_its_layer(canvas: Canvas, hand: Hand) -> None:
    """Also with Ctrl or Shift, and where a wire enters: only a drag takes wires."""
    chosen = []
    for node, output, mods in (
        ("b", False, Mods.NoModifier),
        ("c", False, Mods.ControlModifier),
        ("b", True, Mods.ControlModifier),
        ("a", True, Mods.ShiftModifier),
        ("c", False, Mods.NoModifier),
    ):
        hand.click(hand.port(node, output), mods)
        chosen.append("".join(sorted(canvas.selection)))
    assert chosen == ["b", "bc", "c", "ac", "c"]
