"""Tabs of pages, and the list in their place where they have no room; boxes with words that end in …."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.elided_box import ElidedBox
from widgets.page_tabs import PageTabs

TITLES = ("Reconstructions", "Samples", "Latent plane", "Use of latents")


def made(qtbot: QtBot) -> PageTabs:
    tabs = PageTabs("Pages")
    qtbot.addWidget(tabs)
    for title in TITLES:
        tabs.addTab(title)
    tabs.show()
    return tabs


def listed(tabs: PageTabs, room: int) -> bool:
    tabs.resize(tabs.sizeHint().width() + room, 32)
    return tabs.listed


def test_a_list_stands_in_the_place_of_tabs_that_have_no_room(qtbot: QtBot) -> None:
    tabs = made(qtbot)
    assert not listed(tabs, 0)
    assert listed(tabs, -1)
    (box,) = tabs.findChildren(ElidedBox)
    assert [box.itemText(place) for place in range(box.count())] == list(TITLES)
    assert box.geometry() == tabs.rect()
    tabs.removeTab(0)
    assert box.isHidden()


def test_list_and_tabs_choose_the_same(qtbot: QtBot) -> None:
    tabs = made(qtbot)
    tabs.resize(120, 32)
    (box,) = tabs.findChildren(ElidedBox)
    with qtbot.waitSignal(tabs.currentChanged):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert tabs.currentIndex() == box.currentIndex() == 1
    tabs.setCurrentIndex(3)
    assert box.currentText() == TITLES[3]


def test_tabs_need_no_more_room_than_the_list(qtbot: QtBot) -> None:
    tabs = made(qtbot)
    assert tabs.minimumSizeHint().width() < tabs.sizeHint().width() / 2


def test_what_a_list_says_while_nothing_is_chosen_is_painted_too(qtbot: QtBot) -> None:
    box = ElidedBox()
    qtbot.addWidget(box)
    box.addItem("a")
    box.setCurrentIndex(-1)
    box.resize(160, 30)
    blank = box.grab().toImage()
    box.setPlaceholderText("different values")
    assert box.grab().toImage() != blank


def test_an_opened_list_shows_its_words_whole(qtbot: QtBot) -> None:
    box = ElidedBox()
    qtbot.addWidget(box)
    box.addItems(["a", "Update-to-weight ratio of all layers"])
    box.setFixedWidth(60)
    box.show()
    box.showPopup()
    qtbot.wait(20)
    words = box.fontMetrics().horizontalAdvance(box.itemText(1))
    assert box.view().viewport().width() >= words
    box.hidePopup()
