"""Everything that can be read in a window, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pyqtgraph as pg
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGraphicsView,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QTabBar,
    QTextBrowser,
    QTreeView,
    QWidget,
)

Said = Iterator[tuple[str, str]]
ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
MOST_ROWS, DEEPEST = 200, 4


def visible(root: QWidget) -> Said:
    """Yield place and text of whatever a widget and all inside it say."""
    for widget in (root, *root.findChildren(QWidget)):
        name = f"{type(widget).__name__}#{widget.objectName()}"
        for text in _texts(widget):
            if text:
                yield name, text
    for action in root.findChildren(QAction):
        yield f"QAction#{action.objectName()}", action.text()
        yield f"QAction#{action.objectName()}", action.toolTip()


def _texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.windowTitle(), widget.toolTip(), widget.statusTip())
    yield from (widget.accessibleName(), widget.accessibleDescription())
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QTextBrowser():
            yield widget.toPlainText()
        case QGroupBox() | QMenu():
            yield widget.title()
        case QTabBar():
            for place in range(widget.count()):
                yield from (widget.tabText(place), widget.tabToolTip(place))
        case QComboBox():
            yield from map(widget.itemText, range(widget.count()))
        case QHeaderView() | QListView() if isinstance(widget.parent(), QWidget):
            return  # of a table, or of a box of choices, that speaks for it
        case QAbstractItemView() if widget.model() is not None:
            yield from _cells(widget.model(), isinstance(widget, QTreeView))
        case QGraphicsView() if widget.scene() is not None:
            for item in widget.scene().items():
                yield item.toolTip()
                if isinstance(item, pg.AxisItem):
                    yield str(item.labelText or "")


def _cells(
    model: QAbstractItemModel, tree: bool, parent: QModelIndex | None = None, depth: int = 0
) -> Iterator[str]:
    above = parent or QModelIndex()
    for column in range(model.columnCount(above)):
        if depth == 0:
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(model.rowCount(above), MOST_ROWS)):
            index = model.index(row, column, above)
            yield from (str(index.data(role) or "") for role in ROLES)
            if tree and column == 0 and depth < DEEPEST:
                yield from _cells(model, tree, index, depth + 1)
