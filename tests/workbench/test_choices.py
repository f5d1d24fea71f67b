"""What is chosen in a part of the window is taken from one and given to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QSlider,
    QSpinBox,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from widgets.choice_box import ChoiceBox
from widgets.plots.scrubber import Scrubber
from workbench.choices import choose, chosen
from workbench.panels.curves import CurvesPanel


def named(control: QWidget, name: str) -> QWidget:
    control.setObjectName(name)
    return control


class Page(QWidget):
    """One control of every kind, in the words of some language."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.box, self.check, self.spin = QComboBox(), QCheckBox(words[0]), QSpinBox()
        self.slider, self.tabs = QSlider(Qt.Orientation.Horizontal), QTabWidget()
        self.entry = QAction(words[0], self, checkable=True)
        self.entry.setObjectName("entry")
        self.button = QPushButton(words[0])
        self.line = Scrubber()
        self.split = QSplitter()
        for place, word in enumerate(words):
            self.box.addItem(word, Path(f"run{place}"))
            self.tabs.addTab(QWidget(), word)
            self.split.addWidget(QLabelled(word))
        column = QVBoxLayout(self)
        for name in ("box", "check", "spin", "slider", "tabs", "split", "button"):
            column.addWidget(named(getattr(self, name), name))
        column.addWidget(self.line)
        self.resize(400, 400)


class QLabelled(QPushButton):
    """Something that may be narrow."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.setMinimumWidth(10)


def test_every_kind_of_control_is_chosen_again(qtbot: QtBot) -> None:
    old, new = Page(("one", "two", "three")), Page(("eins", "zwei", "drei"))
    for page in (old, new):
        qtbot.addWidget(page)
        page.show()
        page.line.set_count(5)
    old.box.setCurrentIndex(2)
    old.check.setChecked(True)
    old.entry.setChecked(True)
    old.spin.setValue(7)
    old.slider.setValue(42)
    old.tabs.setCurrentIndex(1)
    old.split.setSizes([200, 120, 60])
    old.line.choose(2)
    state = chosen(old)
    assert "button" not in state
    choose(new, state)
    assert new.box.currentText() == "drei"
    assert new.check.isChecked()
    assert new.entry.isChecked()
    assert (new.spin.value(), new.slider.value(), new.tabs.currentIndex()) == (7, 42, 1)
    assert new.split.sizes() == old.split.sizes()
    assert new.line.following


def test_what_cannot_be_chosen_here_is_left_as_it_is(qtbot: QtBot) -> None:
    page = Page(("one", "two"))
    qtbot.addWidget(page)
    page.box.setCurrentIndex(1)
    choose(page, {"box": Path("elsewhere"), "spin": "seven", "nothing": 3})
    assert page.box.currentText() == "two"
    assert page.spin.value() == 0


def test_what_waits_to_be_offered_is_handed_on(qtbot: QtBot) -> None:
    pages = [QWidget() for _one in range(3)]
    boxes = [ChoiceBox("box", "Box", [("one", 1)], page) for page in pages]
    for page in pages:
        qtbot.addWidget(page)
    boxes[0].choose(2)
    choose(pages[1], chosen(pages[0]))
    choose(pages[2], chosen(pages[1]))
    boxes[2].fill([("one", 1), ("two", 2)])
    assert boxes[2].currentText() == "two"


def test_a_panel_remembers_what_is_chosen_until_it_is_made(qtbot: QtBot) -> None:
    panels = [CurvesPanel() for _one in range(3)]
    for panel in panels:
        qtbot.addWidget(panel)
    old, middle, new = panels
    old._make()
    old._bar.log_loss.setChecked(True)
    old._bar._smoothing.setValue(600)
    old._bar._more["gradient"].setChecked(True)
    old._wall._swap(0, 2)
    middle.restore(old.remembered())
    new.restore(middle.remembered())  # of which nothing was made in between
    new._make()
    assert new._bar.log_loss.isChecked()
    assert new._plots["loss"].log
    assert new._bar._smoothing.value() == 600
    assert new._bar._more["gradient"].isChecked()
    assert new._wall.order == old._wall.order != sorted(old._wall.order)
