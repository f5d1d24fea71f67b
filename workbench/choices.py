"""What a person has chosen in a part of the window: taken from one, and given to another of the same kind.

Controls tell it by their names, so that a part with named controls needs to say nothing. No words of a language
are in it: whoever has an entry of a list chosen has its data chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QSlider,
    QSpinBox,
    QSplitter,
    QTabBar,
    QTabWidget,
    QWidget,
)

from widgets.choice_box import ChoiceBox, place_of
from widgets.plots.plot_wall import PlotWall
from widgets.plots.scrubber import Scrubber

State = Mapping[str, object]


@runtime_checkable
class Lasting(Protocol):
    """A part whose choices outlive it, when another window takes the place of its own."""

    def remembered(self) -> State:
        """Return what is chosen."""

    def restore(self, state: State) -> None:
        """Choose it again."""


def chosen(part: QWidget) -> dict[str, object]:
    """Return what is chosen with the named controls of a part; a time line, which follows the newest, left out."""
    found = {control.objectName(): _value(control) for control in _controls(part)}
    return {name: value for name, value in found.items() if value is not None}


def choose(part: QWidget, state: State) -> None:
    """Choose it again, as far as it can be chosen here."""
    for control in _controls(part):
        if control.objectName() in state:
            _set(control, state[control.objectName()])


def _controls(part: QWidget) -> Iterator[QObject]:
    for control in part.findChildren(QObject):
        if control.objectName() and not isinstance(control.parent(), Scrubber):
            yield control


def _value(control: QObject) -> object:
    match control:
        case ChoiceBox():
            return control.wanted
        case QComboBox():
            return control.currentData()
        case QAbstractButton() | QAction() if control.isCheckable():
            return control.isChecked()
        case QSlider() | QSpinBox():
            return control.value()
        case QTabWidget() | QTabBar():
            return control.currentIndex()
        case QSplitter():
            return control.sizes()
        case PlotWall():
            return control.order
    return None


def _set(control: QObject, value: object) -> None:
    match control, value:
        case ChoiceBox(), _:
            control.choose(value)
        case QComboBox(), _ if (place := place_of(control, value)) >= 0:
            control.setCurrentIndex(place)
        case ((QAbstractButton() | QAction()), bool()) if control.isCheckable():
            control.setChecked(value)
        case ((QSlider() | QSpinBox()), int()):
            control.setValue(value)
        case ((QTabWidget() | QTabBar()), int()):
            control.setCurrentIndex(value)
        case QSplitter(), list() if any(value):
            control.setSizes(value)
        case PlotWall(), list():
            control.set_order(value)
