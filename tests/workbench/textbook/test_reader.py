"""The textbook's window, read as a person would."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QShortcut, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QTabBar, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from projects.templates import template
from tests.workbench.shell import click, wait
from widgets import theme
from widgets.topics import topic_of
from workbench.compare.dialog import CompareDialog
from workbench.textbook.book import book
from workbench.textbook.reader import Reader
from workbench.window import MainWindow


def reader_of(qtbot: QtBot) -> Reader:
    reader = Reader(book())
    qtbot.addWidget(reader)
    reader.show()
    assert QTest.qWaitForWindowActive(reader)
    return reader


def test_pages_and_the_way_back(qtbot: QtBot) -> None:
    reader = reader_of(qtbot)
    reader.open("layer/batch_norm")
    assert "Batch norm" in reader.page.toPlainText()
    reader.page.anchorClicked.emit(QUrl("layer/layer_norm"))
    assert reader.key == "layer/layer_norm"
    click(reader.back)
    assert reader.key == "layer/batch_norm"
    assert not reader.back.isEnabled()
    click(reader.forward)
    assert reader.key == "layer/layer_norm"
    click(reader.home)
    assert reader.key == ""
    assert "F1" in reader.page.toPlainText()
    click(reader.back)
    reader.open("layer/linear")
    assert not reader.forward.isEnabled(), "another way was taken"


def test_a_page_that_is_not_there_is_the_contents(qtbot: QtBot) -> None:
    reader = reader_of(qtbot)
    reader.open("layer/from_the_future")
    assert reader.key == ""


def test_a_search_finds_by_a_few_letters(qtbot: QtBot) -> None:
    reader = reader_of(qtbot)
    QTest.keyClicks(reader.search, "batch norm")
    first = reader.list.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "Batch norm"
    QTest.keyClick(reader.search, Qt.Key.Key_Return)
    assert reader.key == "layer/batch_norm"
    reader.search.setText("qqqqqq")
    nothing = reader.list.topLevelItem(0)
    assert nothing is not None
    assert nothing.flags() == Qt.ItemFlag.NoItemFlags


def test_the_list_follows_what_is_read(qtbot: QtBot) -> None:
    reader = reader_of(qtbot)
    reader.open("optimiser/adam")
    current = reader.list.currentItem()
    assert current is not None
    assert current.text(0) == "Adam"


def test_formulas_have_the_colours_of_the_theme(qtbot: QtBot) -> None:
    reader = reader_of(qtbot)
    key = next(key for key, page in book().pages.items() if page.entry and page.entry.formula)
    reader.open(key)
    kind = QTextDocument.ResourceType.ImageResource.value

    def shown() -> object:
        return reader.page.document().resource(kind, QUrl("formula:0"))

    light = shown()
    before = theme.current()
    theme.use(theme.DARK if before is theme.LIGHT else theme.LIGHT)
    assert shown() != light
    theme.use(before)


def test_f1_is_about_what_is_chosen_or_under_the_pointer(window: MainWindow, qtbot: QtBot) -> None:
    window.open_template(template("digits_mlp"))
    designer = window.designer
    assert designer is not None
    wait(qtbot, lambda: designer.graph.nodes != {})
    place = QPoint(0, 0)
    window.attention._where = lambda: place
    node = next(name for name, node in designer.graph.nodes.items() if node.type == "relu")
    designer.canvas.select((node,))
    designer.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F1)
    reader = window.textbook.reader
    assert reader is not None
    assert reader.key == "layer/relu"
    linear = next(name for name, node in designer.graph.nodes.items() if node.type == "linear")
    item = designer.canvas.graph.nodes[linear]
    scene = item.sceneBoundingRect().center()
    place = designer.canvas.viewport().mapToGlobal(designer.canvas.mapFromScene(QPointF(scene)))
    window.activateWindow()
    window.help_on_this()
    assert reader.key == "layer/linear", "the pointer has moved"
    window.view.setCurrentWidget(window.view.recipe)  # type: ignore[union-attr]
    kind = window.view.recipe.findChild(QComboBox, "field-optimizer")  # type: ignore[union-attr]
    assert kind is not None
    window.activateWindow()
    kind.setFocus()
    wait(qtbot, lambda: window.focusWidget() is kind)
    window.help_on_this()
    assert reader.key == "optimiser/adam"
    reader.close()


def test_the_layer_list_and_panels_have_pages(window: MainWindow, qtbot: QtBot) -> None:
    window.open_template(template("digits_mlp"))
    tree = window.layers.findChild(QTreeWidget, "layer_palette_tree")
    assert tree is not None
    item = tree.findItems("Dropout", Qt.MatchFlag.MatchRecursive)[0]
    tree.scrollToItem(item)
    pixel = tree.viewport().mapToGlobal(tree.visualItemRect(item).center())
    assert window.layers.topic_at(pixel) == "layer/dropout"
    topics = {panel.name: panel.property("topic") for panel in window.viewer.panels}
    assert all(topic in book() for topic in topics.values() if topic)
    assert topics["health"] == "probe/health"


def test_f1_on_the_tab_of_a_panel_is_about_that_panel(window: MainWindow, qtbot: QtBot) -> None:
    window.open_template(template("digits_mlp"))
    wait(qtbot, lambda: window.designer is not None)
    window.show()
    window.docks.reveal("problems")
    direct = Qt.FindChildOption.FindDirectChildrenOnly

    def places() -> dict[str, QPoint]:
        return {
            bar.tabText(place): bar.mapToGlobal(bar.tabRect(place).center())
            for bar in window.findChildren(QTabBar, options=direct)
            for place in range(bar.count())
            if bar.isVisible()
        }

    wait(qtbot, lambda: window.topic_at(places().get("Problems")) == "article/problems")
    place = places()["Runs"]
    window.attention._where = lambda: place
    window.help_on_this()
    assert window.textbook.reader is not None
    assert window.textbook.reader.key == "article/runs"
    assert window.topic_at(places()["Gradient health"]) == "probe/health"
    assert window.topic_at(QPoint(-1, -1)) == window.topic_at(None) == ""
    window.textbook.reader.close()


def test_the_palette_finds_pages(window: MainWindow) -> None:
    from workbench.finder import find_entries

    found = [entry for entry in find_entries(window) if entry.text == "Spectral norm"]
    assert found
    found[0].run()
    assert window.textbook.reader is not None
    assert window.textbook.reader.key == "penalty/spectral_norm"
    window.textbook.reader.close()


PAGES = {
    "panel_doctor": "article/reading_the_curves",
    "runTree": "article/runs",
    "problemTree": "article/problems",
    "learningRateField": "article/training",
    "field-epochs": "article/training",
    "field-batch_size": "article/training",
    "use-clip_norm": "article/training",
    "field-seed": "article/training",
    "field-label_smoothing": "loss/label_smoothing",
    "field-objective": "objective/classification",
}


def test_f1_has_a_page_about_every_part_of_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.open_template(template("digits_mlp"))
    wait(qtbot, lambda: window.view is not None and window.designer is not None)
    assert window.view is not None
    window.view.setCurrentWidget(window.view.recipe)
    for name, page in PAGES.items():
        found = window.view.recipe.findChild(QWidget, name) or window.findChild(QWidget, name)
        assert found is not None, name
        assert topic_of(found, None) == page, name
        window.show_textbook(topic_of(found, None))
        assert window.textbook.reader is not None
        assert window.textbook.reader.key == page
        window.textbook.reader.close()


def test_escape_closes_the_book_and_before_that_ends_a_search(qtbot: QtBot) -> None:
    reader = reader_of(qtbot)
    reader.open("layer/relu")
    reader.search.setFocus()
    QTest.keyClicks(reader.search, "norm")
    QTest.keyClick(reader.search, Qt.Key.Key_Escape)
    assert reader.isVisible()
    assert reader.search.text() == ""
    reader.page.setFocus()
    QTest.keyClick(reader.page, Qt.Key.Key_Escape)
    assert not reader.isVisible()


def without_a_page(root: QWidget) -> list[str]:
    """What of a widget can have the focus and has no page."""
    return [
        f"{type(widget).__name__}#{widget.objectName()}"
        for widget in (root, *root.findChildren(QWidget))
        if widget.isVisibleTo(root)
        and widget.window() is root.window()
        and (widget is root or widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and topic_of(widget, None) not in book()
    ]


def test_f1_has_a_page_wherever_the_focus_can_be(window: MainWindow, qtbot: QtBot) -> None:
    window.show()
    assert without_a_page(window) == []
    window.open_template(template("digits_mlp"))
    wait(qtbot, lambda: window.view is not None and window.desk.latest is not None)
    assert window.view is not None
    for panel in window.viewer.panels:
        window.docks.reveal(panel.name)
    for tab in range(window.view.count()):
        window.view.setCurrentIndex(tab)
        assert without_a_page(window) == []


PARTS = {
    "field-validation": "article/data",
    "field-test": "article/data",
    "field-seed": "article/data",
    "field-scale": "article/data",
    "split-train": "article/data",
    "field-source": "data_source/digits",
    "findRate": "article/training",
    "historyList": "article/drawing",
    "outlineTree": "article/drawing",
    "statusProblems": "article/problems",
    "statusHealth": "article/reading_the_curves",
    "compareTab": "article/comparing",
    "studyTab": "article/comparing",
    "compressTab": "article/compression",
    "startPage": "article/window",
}


def test_parts_of_the_window_have_the_page_that_is_about_them(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_template(template("digits_mlp"))
    wait(qtbot, lambda: window.view is not None)
    assert window.view is not None
    for lab in ("compare", "study", "compress"):
        window.show_lab(lab)
    for name, page in PARTS.items():
        found = window.view.data.findChild(QWidget, name) or window.findChild(QWidget, name)
        assert found is not None, name
        assert topic_of(found, None) == page, name


def test_f1_in_a_dialog_opens_a_book_that_can_be_read_beside_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_template(template("digits_mlp"))
    project = template("digits_mlp").project
    dialog = CompareDialog(project, [], lambda _path: project, window)
    dialog.open()
    qtbot.addWidget(dialog)
    wait(qtbot, dialog.isActiveWindow)
    dialog._editor.path.setFocus()
    wait(qtbot, lambda: dialog.findChild(QShortcut, "dialogHelp") is not None)
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    reader = dialog.findChild(Reader)
    assert reader is not None
    assert reader.isVisible()
    assert reader.key == "article/comparing"
    assert window.textbook.reader is None
    wait(qtbot, reader.isActiveWindow)
    reader.page.setFocus()
    QTest.keyClick(reader.page, Qt.Key.Key_Escape)
    assert not reader.isVisible()
    dialog.reject()
