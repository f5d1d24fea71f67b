"""The list of problems of the open project; choosing one leads to its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.errors import Problem
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plain import plain_tip
from widgets.topics import TOPIC
from workbench.mend_buttons import MendButton
from workbench.mending import Candidate
from workbench.problem_words import capital, short

WHERE = Qt.ItemDataRole.UserRole
MEND, PLACE = 1, 3
MOST_LINES = 2


class ProblemList(QWidget):
    """Every problem with its place and what would mend it, errors first.

    Args:
        fixes: Answers what would mend a problem.
        words: Says a place in words that people know.
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
        words: Callable[[str], str] = lambda where: where,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setProperty(TOPIC, "article/problems")
        self._fixes = fixes
        self._words = words
        self._problems: tuple[Problem, ...] | None = None
        self._tree = Lines()
        self._tree.setObjectName("problemTree")
        self._tree.setAccessibleName(_("Problems"))
        self._tree.setHeaderLabels([_("Problem"), _("Mend"), _("What to do"), _("Place")])
        self._tree.setRootIsDecorated(False)
        self._tree.setWordWrap(True)
        self._tree.setItemDelegate(Wrapped(self._tree))
        self._tree.copy_wanted.connect(lambda: self._copy(self._tree.currentItem()))
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._menu)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, width in ((MEND, 280), (PLACE, 220)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.sectionResized.connect(self._tree.scheduleDelayedItemsLayout)
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
            message = capital(problem.message)
            place = short(self._words(problem.where))
            item = QTreeWidgetItem([message, "", problem.hint, place])
            error = problem.severity == "error"
            item.setIcon(0, icons.icon(*(("error", "bad") if error else ("warning", "warning"))))
            item.setData(0, WHERE, problem.where)
            kind = _("Error") if error else _("Warning")
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{kind}: {problem}")
            for column, text in enumerate((message, "", problem.hint, problem.where)):
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

    def _copy(self, item: QTreeWidgetItem | None) -> None:
        """Copy a whole problem, its place as files and the terminal name it."""
        if item is not None:
            where = str(item.data(0, WHERE))
            place = f"{where}: " if where else ""
            QGuiApplication.clipboard().setText(f"{place}{item.text(0)} {item.text(2)}".strip())

    def _menu(self, position: QPoint) -> None:
        item = self._tree.itemAt(position)
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for fix in self._fixes(self.problems[self._tree.indexOfTopLevelItem(item)]):
            action = menu.addAction(fix.title.replace("&", "&&"))
            action.setIcon(icons.icon("mend", "accent"))
            action.triggered.connect(lambda _on=False, fix=fix: self.mend_wanted.emit(fix))
        menu.addSeparator()
        menu.addAction(_("Go to its place"), lambda: self._go(item))
        menu.addAction(_("Copy"), lambda: self._copy(item))
        menu.popup(self._tree.viewport().mapToGlobal(position))


class Lines(QTreeWidget):
    """A tree of which more than the word under the cursor is copied.

    Signals:
        copy_wanted(): Copy what is chosen.
    """

    copy_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt would copy one column."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)


class Wrapped(QStyledItemDelegate):
    """Gives a line of a tree the height that its words need in their column, two lines at most; the rest is in the tip."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size; Qt's own is that of words on one line."""
        hint = super().sizeHint(option, index)
        tree = self.parent()
        if not isinstance(tree, QTreeWidget):
            return hint
        self.initStyleOption(option, index)
        style = tree.style()
        margin = 2 * (style.pixelMetric(style.PixelMetric.PM_FocusFrameHMargin, option, tree) + 1)
        icon = option.decorationSize.width() + margin if not option.icon.isNull() else 0
        room = QRect(0, 0, max(1, tree.columnWidth(index.column()) - margin - icon), 2**15)
        line, needed = (
            option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()
            for text in ("x", option.text)
        )
        lines = min(max(1, round(needed / line)), MOST_LINES)
        return QSize(hint.width(), hint.height() + (lines - 1) * line)
