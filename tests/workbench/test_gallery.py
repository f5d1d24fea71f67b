"""The examples of the start page: all of them under headings, chosen by family, found by words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.objectives.base import OBJECTIVES
from projects.templates import Template, templates
from projects.translation import SOURCE, languages, speak
from widgets import theme
from workbench.gallery import BEGINNING, Gallery, family_of
from workbench.start_cards import CARD, LINES, TemplateCard
from workbench.window import MainWindow

ALL = templates()
BEGIN = "Begin here"


@pytest.fixture
def gallery(qtbot: QtBot) -> Gallery:
    page = Gallery(ALL)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.show()
    return page


def shown(gallery: Gallery) -> list[str]:
    cards = gallery.findChildren(TemplateCard)
    return [card.template.name for card in cards if card.isVisible()]


def field(gallery: Gallery) -> QLineEdit:
    found = gallery.findChild(QLineEdit, "startSearch")
    assert isinstance(found, QLineEdit)
    return found


def family(gallery: Gallery, words: str) -> QPushButton:
    buttons = gallery.findChildren(QPushButton)
    return next(button for button in buttons if button.text().startswith(words))


def test_every_objective_is_of_a_family() -> None:
    assert all(objective.family for objective in OBJECTIVES)


def test_every_example_stands_under_the_heading_of_its_family(gallery: Gallery) -> None:
    assert sorted(shown(gallery)) == sorted(entry.name for entry in ALL)
    headings = {
        label.text(): label.parentWidget()
        for label in gallery.findChildren(QLabel)
        if label.property("role") == "subheading"
    }
    assert set(headings) == {BEGIN, *(family_of(entry) for entry in ALL)}
    for card in gallery.findChildren(TemplateCard):
        if card.isVisible():
            first = card.template.name in BEGINNING
            assert card.parentWidget() is headings[BEGIN if first else family_of(card.template)]


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_what_a_beginner_needs_is_seen_without_scrolling(
    size: tuple[int, int], window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(*size)
    qtbot.wait(50)
    assert (window.width(), window.height()) == size
    cards = [card for card in window.findChildren(TemplateCard) if card.isVisible()]
    assert [card.template.name for card in cards[: len(BEGINNING)]] == list(BEGINNING)
    for card in cards[:2]:
        assert card.visibleRegion().boundingRect() == card.rect(), card.template.name


def test_whole_families_are_shown_when_one_is_chosen_or_looked_through(gallery: Gallery) -> None:
    QTest.mouseClick(family(gallery, "Classes"), Qt.MouseButton.LeftButton)
    assert {"digits_mlp", "perceptron"} < set(shown(gallery))
    assert "gan_ring" not in shown(gallery)
    QTest.keyClicks(field(gallery), "perceptron")
    assert shown(gallery).count("perceptron") == 1


def test_a_family_is_chosen_by_a_click(gallery: Gallery) -> None:
    wanted = [entry.name for entry in ALL if entry.objective in ("autoencoder", "vae")]
    button = family(gallery, "Autoencoders")
    assert button.text().endswith(str(len(wanted)))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(gallery) == wanted
    QTest.mouseClick(family(gallery, "All"), Qt.MouseButton.LeftButton)
    assert len(shown(gallery)) == len(ALL)


def test_words_are_looked_for_everywhere(gallery: Gallery) -> None:
    QTest.mouseClick(family(gallery, "Autoencoders"), Qt.MouseButton.LeftButton)
    QTest.keyClicks(field(gallery), "XOR Perceptron")
    assert shown(gallery) == ["perceptron", "perceptron_xor"]
    assert family(gallery, "All").isChecked()
    QTest.keyClicks(field(gallery), " nonsense")
    nothing = gallery.findChild(QLabel, "startNothing")
    assert isinstance(nothing, QLabel)
    assert shown(gallery) == []
    assert nothing.isVisible()
    field(gallery).clear()
    assert len(shown(gallery)) == len(ALL)
    assert not nothing.isVisible()


def test_a_click_chooses(gallery: Gallery) -> None:
    chosen: list[Template] = []
    gallery.chosen.connect(chosen.append)
    card = gallery.findChild(QPushButton, f"template_{ALL[0].name}")
    assert isinstance(card, QPushButton)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert [entry.name for entry in chosen] == [ALL[0].name]


@pytest.mark.parametrize("language", languages())
def test_a_card_has_room_for_what_it_says(language: str, qtbot: QtBot) -> None:
    speak(language)
    try:
        for one in templates():
            card = TemplateCard(one)
            qtbot.addWidget(card)
            card.ensurePolished()
            (text,) = (label for label in card.findChildren(QLabel) if label.wordWrap())
            width = CARD.width() - 2 * theme.PAD - 2
            wrapped, whole = (
                text.fontMetrics().boundingRect(QRect(0, 0, width, 999), flags, text.text())
                for flags in (Qt.TextFlag.TextWordWrap, Qt.TextFlag.TextSingleLine)
            )
            assert round(wrapped.height() / whole.height()) <= LINES, one.name
            assert text.text().endswith("…") or text.text() == " ".join(one.summary.split())
    finally:
        speak(SOURCE)
