"""The palette finds, chooses and hands out layers by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.layer_palette import LAYER_MIME, LayerPalette, PaletteEntry

ENTRIES = (
    PaletteEntry("linear", "Linear", "Dense", "Every output sees every input."),
    PaletteEntry("conv2d", "Convolution 2-D", "Convolution"),
    PaletteEntry("relu", "ReLU", "Activation"),
    PaletteEntry("leaky_relu", "Leaky ReLU", "Activation"),
)


@pytest.fixture
def palette(qtbot: QtBot) -> LayerPalette:
    made = LayerPalette(ENTRIES)
    qtbot.addWidget(made)
    made.resize(240, 400)
    made.show()
    return made


def item(palette: LayerPalette, *path: int) -> QTreeWidgetItem:
    """The item at a path of row numbers; it must be there."""
    found = palette.tree.topLevelItem(path[0])
    for row in path[1:]:
        found = found and found.child(row)
    assert found is not None
    return found


def shown(palette: LayerPalette) -> list[str]:
    found = []
    for index in range(palette.tree.topLevelItemCount()):
        heading = item(palette, index)
        found.append(heading.text(0))
        found.extend(item(palette, index, row).text(0) for row in range(heading.childCount()))
    return found


def test_entries_stand_under_their_categories(palette: LayerPalette) -> None:
    assert shown(palette) == [
        "Dense", "Linear", "Convolution", "Convolution 2-D", "Activation", "ReLU", "Leaky ReLU",
    ]  # fmt: skip


def test_searching_puts_the_best_first(palette: LayerPalette) -> None:
    QTest.keyClicks(palette.search, "relu")
    assert shown(palette) == ["ReLU", "Leaky ReLU"]
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert len(shown(palette)) == 7
    QTest.keyClicks(palette.search, "cv2")
    assert shown(palette) == ["Convolution 2-D"]


def test_nothing_found_says_so_and_chooses_nothing(palette: LayerPalette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "zzz")
    assert len(shown(palette)) == 1
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.search, Qt.Key.Key_Return)


def test_enter_arrows_and_double_click_choose(palette: LayerPalette) -> None:
    said: list[str] = []
    palette.chosen.connect(said.append)
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    place = palette.tree.visualItemRect(item(palette, 2, 1)).center()
    pixels = palette.tree.viewport()
    QTest.mouseClick(pixels, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(pixels, Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert said == ["conv2d", "leaky_relu", "leaky_relu"]


def test_a_heading_folds_and_stays_folded(palette: LayerPalette) -> None:
    place = palette.tree.visualItemRect(item(palette, 0)).center()
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not item(palette, 0).isExpanded()
    palette.search.setText("x")
    palette.search.clear()
    assert not item(palette, 0).isExpanded()


def test_what_is_dragged_carries_its_key(palette: LayerPalette) -> None:
    linear = item(palette, 0, 0)
    data = palette.tree.mimeData([linear])
    assert bytes(data.data(LAYER_MIME).data()) == b"linear"
    assert linear.flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_another_theme_keeps_the_list(palette: LayerPalette) -> None:
    theme.use(theme.DARK)
    try:
        assert len(shown(palette)) == 7
    finally:
        theme.use(theme.LIGHT)
