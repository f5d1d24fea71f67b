"""The list of problems of the open project; choosing one leads to its place."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.errors import Problem
from widgets import icons, theme
from widgets.plain import plain_tip

WHERE = Qt.ItemDataRole.UserRole


class ProblemList(QWidget):
    """Every problem with its place and what would mend it, errors first.

    Signals:
        place_wanted(where): Go to this place.
    """

    place_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self._problems: tuple[Problem, ...] | None = None
        self._tree = QTreeWidget()
        self._tree.setObjectName("problemTree")
        self._tree.setAccessibleName(_("Problems"))
        self._tree.setHeaderLabels([_("Problem"), _("What to do"), _("Place")])
        self._tree.setRootIsDecorated(False)
        self._tree.setWordWrap(True)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._menu)
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 460)
        header.resizeSection(1, 420)
        self._tree.itemActivated.connect(self._go)
        self._tree.itemClicked.connect(self._go)
        self._none = QLabel()
        self._none.setObjectName("emptyText")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(theme.GAP, 0, theme.GAP, theme.GAP)
        inner.addWidget(self._tree)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(page)
        theme.notifier().changed.connect(self._fill)
        self._fill()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is shown."""
        return self._problems or ()

    def set_problems(self, problems: Sequence[Problem] | None) -> None:
        """Show these problems; None while nobody has looked yet."""
        found = None if problems is None else tuple(problems)
        if found is not None:
            found = tuple(sorted(found, key=lambda problem: problem.severity != "error"))
        if found != self._problems:
            self._problems = found
            self._fill()

    def _fill(self) -> None:
        self._tree.clear()
        for problem in self.problems:
            message = problem.message[:1].upper() + problem.message[1:]
            item = QTreeWidgetItem([message, problem.hint, problem.where])
            error = problem.severity == "error"
            item.setIcon(0, icons.icon(*(("error", "bad") if error else ("warning", "warning"))))
            item.setData(0, WHERE, problem.where)
            kind = _("Error") if error else _("Warning")
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{kind}: {problem}")
            for column, text in enumerate((problem.message, problem.hint, problem.where)):
                item.setToolTip(column, plain_tip(text))
            self._tree.addTopLevelItem(item)
        self._none.setText(
            _("Checking …") if self._problems is None else _("No problems: ready to train.")
        )
        self._stack.setCurrentIndex(1 if self.problems else 0)

    def _go(self, item: QTreeWidgetItem) -> None:
        self.place_wanted.emit(str(item.data(0, WHERE)))

    def _menu(self, position: QPoint) -> None:
        item = self._tree.itemAt(position)
        if item is None:
            return
        text = f"{item.text(2)}: {item.text(0)} {item.text(1)}".strip()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Go to its place"), lambda: self._go(item))
        menu.addAction(_("Copy"), lambda: QGuiApplication.clipboard().setText(text))
        menu.popup(self._tree.viewport().mapToGlobal(position))
