"""The registry of commands: switches of which one alone is on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from widgets import theme
from workbench.actions import Command, Registry
from workbench.styles import stylesheet

NAMES = ("day", "night")


class Lamp:
    """What is switched."""

    def __init__(self) -> None:
        self.mode, self.on = "day", False

    def choose(self, mode: str) -> None:
        self.mode = mode

    def flip(self) -> None:
        self.on = not self.on


def registered(window: QWidget) -> tuple[Registry, Lamp, QMenu]:
    lamp, registry, menu = Lamp(), Registry(window), QMenu(window)
    modes = [
        Command(
            name,
            name,
            "view",
            partial(lamp.choose, name),
            checked=lambda name=name: lamp.mode == name,  # type: ignore[misc]
            group="modes",
        )
        for name in NAMES
    ]
    registry.add([*modes, Command("lamp", "lamp", "view", lamp.flip, checked=lambda: lamp.on)])
    registry.fill({"view": menu})
    return registry, lamp, menu


def checks(registry: Registry) -> list[bool]:
    return [registry.action(name).isChecked() for name in (*NAMES, "lamp")]


def test_of_a_group_one_is_on_whatever_is_chosen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry, lamp, menu = registered(window)
    window.show()
    for chosen, expected in (
        ("night", [False, True, False]),
        ("night", [False, True, False]),
        ("lamp", [False, True, True]),
        ("day", [True, False, True]),
    ):
        menu.popup(window.mapToGlobal(QPoint(0, 0)))
        place = menu.actionGeometry(registry.action(chosen)).center()
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
        assert checks(registry) == expected
    lamp.mode = "night"  # by other means
    registry.refresh()
    assert checks(registry) == [False, True, True]


def test_menus_show_a_group_as_bullets_and_switches_as_boxes(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(stylesheet(theme.LIGHT))
    registry, _lamp, menu = registered(window)
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    picture = menu.grab().toImage()

    def corner_is_ground(name: str) -> bool:
        """Whether the corner of the mark, a pixel inside of its border, is empty."""
        row = menu.actionGeometry(registry.action(name))
        ground = picture.pixelColor(row.right() - 4, row.center().y())
        middle = row.center().y()
        line = [picture.pixelColor(x, middle) != ground for x in range(row.left(), 40)]
        left = row.left() + line.index(True)
        top = next(y for y in range(row.top(), middle) if picture.pixelColor(left + 8, y) != ground)
        return picture.pixelColor(left + 1, top + 1) == ground

    assert corner_is_ground("night")
    assert not corner_is_ground("lamp")
    menu.hide()
