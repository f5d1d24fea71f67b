"""The list of problems of the open project; choosing one leads to its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plain import plain_tip
from workbench.mend_buttons import MendButton
from workbench.mending import Candidate

WHERE = Qt.ItemDataRole.UserRole
MEND, PLACE = 1, 3


class ProblemList(QWidget):
    """Every problem with its place and what would mend it, errors first.

    Args:
        fixes: Answers what would mend a problem.
        parent: Qt parent.

    Signals:
        place_wanted(where): Go to this place.
        mend_wanted(candidate): Do this fix.
    """

    place_wanted = Signal(str)
    mend_wanted = Signal(object)

    def __init__(
        self,
        fixes: Callable[[Problem], Sequence[Candidate]] = lambda problem: (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self._fixes = fixes
        self._problems: tuple[Problem, ...] | None = None
        self._tree = QTreeWidget()
        self._tree.setObjectName("problemTree")
        self._tree.setAccessibleName(_("Problems"))
        self._tree.setHeaderLabels([_("Problem"), _("Mend"), _("What to do"), _("Place")])
        self._tree.setRootIsDecorated(False)
        self._tree.setWordWrap(True)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._menu)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, width in ((MEND, 280), (PLACE, 220)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
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

    def show_fixes(self) -> None:
        """Show what would mend each problem, as far as it is known."""
        for row, problem in enumerate(self.problems):
            item = self._tree.topLevelItem(row)
            if item is not None:
                self._show_button(item, self._fixes(problem))
        self._hide_mends()

    def _hide_mends(self) -> None:
        """Where nothing would mend anything, the words have the room."""
        rows = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        mends = any(item is not None and self._tree.itemWidget(item, MEND) for item in rows)
        self._tree.setColumnHidden(MEND, not mends)

    def _show_button(self, item: QTreeWidgetItem, fixes: Sequence[Candidate]) -> None:
        """The likeliest fix is a button; the others are in the menu of the line."""
        there = self._tree.itemWidget(item, MEND) is not None
        if there and not fixes:
            self._tree.removeItemWidget(item, MEND)
        elif fixes and not there:
            button = MendButton(fixes[0])
            button.clicked.connect(lambda: self.mend_wanted.emit(fixes[0]))
            self._tree.setItemWidget(item, MEND, button)

    def _fill(self) -> None:
        self._tree.clear()
        for problem in self.problems:
            message = problem.message[:1].upper() + problem.message[1:]
            item = QTreeWidgetItem([message, "", problem.hint, problem.where])
            error = problem.severity == "error"
            item.setIcon(0, icons.icon(*(("error", "bad") if error else ("warning", "warning"))))
            item.setData(0, WHERE, problem.where)
            kind = _("Error") if error else _("Warning")
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{kind}: {problem}")
            for column, text in enumerate((problem.message, "", problem.hint, problem.where)):
                item.setToolTip(column, plain_tip(text))
            self._tree.addTopLevelItem(item)
            self._show_button(item, self._fixes(problem))
        self._hide_mends()
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
        text = f"{item.text(3)}: {item.text(0)} {item.text(2)}".strip()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for fix in self._fixes(self.problems[self._tree.indexOfTopLevelItem(item)]):
            action = menu.addAction(fix.title.replace("&", "&&"))
            action.setIcon(icons.icon("mend", "accent"))
            action.triggered.connect(lambda _on=False, fix=fix: self.mend_wanted.emit(fix))
        menu.addSeparator()
        menu.addAction(_("Go to its place"), lambda: self._go(item))
        menu.addAction(_("Copy"), lambda: QGuiApplication.clipboard().setText(text))
        menu.popup(self._tree.viewport().mapToGlobal(position))
