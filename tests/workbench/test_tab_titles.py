"""Tabs of a project say as much as there is room for; all of them can be pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from projects.translation import SOURCE, languages, speak
from tests.workbench.shell import wait
from widgets import theme
from widgets.elided_box import ElidedBox
from workbench import styles
from workbench.app import make_application
from workbench.project_view import LEAST
from workbench.tab_titles import LITTLE, Fullness, TabTitles
from workbench.window import MainWindow

TITLES = ("Network", "Data", "Recipe", "Compare", "Study", "Inside", "Compress")
ICONS = ("network", "data", "recipe", "compare", "study", "inside", "compress")


@pytest.fixture(params=languages())
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    speak(request.param)
    yield request.param
    speak(SOURCE)


@pytest.fixture
def tabs(qtbot: QtBot) -> QTabWidget:
    styles.apply(make_application(), theme.LIGHT)  # which tabs are as wide as
    made = QTabWidget()
    made.setObjectName("projectTabs")
    qtbot.addWidget(made)
    box = ElidedBox()
    box.addItems(["Gradient health of all layers"])
    corner = QWidget()
    row = QHBoxLayout(corner)
    row.setContentsMargins(0, 0, 4, 4)
    row.addWidget(box)
    made.setCornerWidget(corner)
    titles = TabTitles(made, box)
    for icon, title in zip(ICONS, TITLES, strict=True):
        made.addTab(QWidget(), title)
        titles.add(icon, title)
    made.resize(1200, 300)
    made.show()
    return made


def titles_of(tabs: QTabWidget) -> TabTitles:
    return next(child for child in tabs.children() if isinstance(child, TabTitles))


def reachable(tabs: QTabWidget) -> bool:
    """Whether every tab is whole, and none needs an arrow."""
    bar = tabs.tabBar()
    inside = all(bar.rect().contains(bar.tabRect(place)) for place in range(bar.count()))
    return inside and not any(button.isVisible() for button in bar.findChildren(QToolButton))


def test_tabs_say_less_as_their_place_becomes_narrower(tabs: QTabWidget, qtbot: QtBot) -> None:
    said = []
    for width in range(1200, LEAST[0] - 1, -10):
        tabs.resize(width, 300)
        qtbot.wait(1)
        said.append(titles_of(tabs).fullness)
        assert reachable(tabs), width
    assert said == sorted(said)
    assert set(said) == set(Fullness)


def test_what_is_left_out_is_a_tooltip_and_is_read_out(tabs: QTabWidget, qtbot: QtBot) -> None:
    bar = tabs.tabBar()
    tabs.resize(LEAST[0], 300)
    qtbot.wait(1)
    assert {bar.tabText(place) for place in range(bar.count())} == {""}
    assert not any(bar.tabIcon(place).isNull() for place in range(bar.count()))
    assert [bar.accessibleTabName(place) for place in range(bar.count())] == list(TITLES)
    assert all(title in bar.tabToolTip(place) for place, title in enumerate(TITLES))
    tabs.resize(1200, 300)
    qtbot.wait(1)
    assert [bar.tabText(place) for place in range(bar.count())] == list(TITLES)
    assert not any(bar.tabToolTip(place) for place in range(bar.count()))


def test_the_tab_in_front_keeps_its_words(tabs: QTabWidget, qtbot: QtBot) -> None:
    needed = next(w for w in range(LEAST[0], 1200, 5) if _fullness(tabs, w) <= Fullness.FRONT)
    tabs.resize(needed + 20, 300)
    bar = tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(4).center())
    titles_of(tabs).fit()  # as the view does when it has turned
    assert tabs.currentIndex() == 4
    assert bar.tabText(4) == "Study"
    assert bar.tabText(0) == ""


def _fullness(tabs: QTabWidget, width: int) -> Fullness:
    tabs.resize(width, 300)
    return titles_of(tabs).fullness


def test_what_stands_beside_gives_room(tabs: QTabWidget, qtbot: QtBot) -> None:
    corner = tabs.cornerWidget()
    assert corner is not None
    tabs.resize(LEAST[0], 300)
    qtbot.wait(1)
    (box,) = corner.findChildren(ElidedBox)
    assert box.width() <= LITTLE
    tabs.resize(1200, 300)
    qtbot.wait(1)
    assert box.width() == box.sizeHint().width()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 768)])
def test_every_tab_can_be_pressed_with_a_guide_open(
    size: tuple[int, int], spoken: str, window: MainWindow, qtbot: QtBot
) -> None:
    styles.apply(make_application(), theme.LIGHT)
    window.resize(*size)
    window.open_guide("collapse")
    window.resize(*size)
    view = window.view
    assert view is not None
    wait(qtbot, lambda: reachable(view))
    for place in range(view.count()):
        view.setCurrentIndex(0)
        qtbot.wait(5)
        bar = view.tabBar()
        middle: QPoint = bar.tabRect(place).center()
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=middle)
        assert view.currentIndex() == place
        wait(qtbot, lambda: reachable(view))
