"""The list of what is done to a run: cards with a form each, in the order in which they are done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QUndoStack
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.compression.base import COMPRESSIONS
from projects.schema import Plug
from projects.translation import again, phrase, written
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.pages import scrolling
from widgets.plain import plain_label, plain_tip
from workbench.actions import plain
from workbench.choices import State
from workbench.compress.step_card import ICON, StepCard
from workbench.compress.step_fields import Subject, first_settings
from workbench.forms import first_words
from workbench.undoing import Change, meaning
from workbench.variant_words import steps_words

LEAST = 260  # pixels
KEYS = QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress


class StepList(QWidget):
    """The cards, what adds one, and what takes back what was done to them: an undo of their own.

    Attributes:
        steps: What is done.
        stack: What was done to the steps.

    Signals:
        changed: Other steps, or other settings.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[Plug, ...] = ()
        self.stack = QUndoStack(self)
        self._recalling = False
        self._subject: Subject | None = None
        self._cards: list[StepCard] = []
        self.add = QPushButton(_("Add a step"))
        self.add.setObjectName("compressAdd")
        self.add.setAccessibleName(self.add.text())
        self.add.clicked.connect(self._offer)
        self._undo = self._button("undo", plain(_("&Undo")), self.stack.undo)
        self._redo = self._button("redo", plain(_("&Redo")), self.stack.redo)
        self.stack.indexChanged.connect(self._tell_undo)
        self._hint = plain_label(
            _(
                "Nothing yet: the figures beside are those of the run as it is. Add a step, such as Prune weights, and "
                "move its slider."
            ),
            "hint",
        )
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.GAP)
        self._inner = QWidget()
        self._inner.setObjectName("compressCards")
        lines = QVBoxLayout(self._inner)
        lines.setContentsMargins(0, 0, theme.GAP, theme.GAP)
        lines.addWidget(self._hint)
        lines.addLayout(self._column)
        lines.addStretch(1)
        self._area = scrolling(self._inner, "compressSteps", _("What is done, in order"))
        self._area.setMinimumWidth(LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(self._head())
        column.addWidget(self._area, 1)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self._tell_undo()

    def _head(self) -> QHBoxLayout:
        title = QLabel(_("What is done"))
        title.setObjectName("plotTitle")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, theme.GAP, 0)
        row.setSpacing(0)
        row.addWidget(title, 1)
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        row.addSpacing(theme.GAP)
        row.addWidget(self.add)
        return row

    def _button(self, name: str, words: str, work: Callable[[], object]) -> QToolButton:
        made = QToolButton()
        made.setObjectName(f"steps-{name}")
        made.setAccessibleName(words)
        made.setProperty("flat", True)
        made.setIconSize(QSize(ICON, ICON))
        made.clicked.connect(work)
        return made

    def set_subject(self, subject: Subject) -> None:
        """The steps are about another run; they stay."""
        self._subject = subject
        self._build()

    def add_step(self, tag: str) -> None:
        """Add a step of a kind at the end."""
        if self._subject is not None:
            words = phrase("Add {title}").format(title=_called(tag))
            self._apply(words, (*self.steps, first_settings(tag, self._subject)))

    def leave_out_all(self) -> None:
        """Do none of them; they can be had back."""
        words = phrase("Leave {step} out").format(step=partial(steps_words, self.steps))
        self._apply(words, ())

    def remembered(self) -> State:
        """Return the steps and what was done to them."""
        done = map(self.stack.command, range(self.stack.count()))
        return {
            "steps": self.steps,
            "done": tuple(one.told for one in done if isinstance(one, Change)),
            "place": self.stack.index(),
        }

    def restore(self, state: State) -> None:
        """Do these steps; what was done to them elsewhere can be taken back here."""
        match state:
            case {"steps": tuple(steps), "done": tuple(done), "place": int(place)}:
                self.stack.clear()
                self._recalling = True
                for words, before, after, merge in done:
                    self.stack.push(Change(again(words), before, after, self._show, merge))
                self.stack.setIndex(place)
                self._recalling = False
                self._show(steps)

    def show_problem(self, where: str, text: str) -> None:
        """Say what is wrong at the step that a path such as ``steps.1.amount`` names.

        Args:
            where: The path; one that leads to no step is said at none.
            text: The sentence.
        """
        self.clear_problems()
        head, _dot, rest = where.partition(".")
        number, _dot, path = rest.partition(".")
        if head == "steps" and number.isdecimal() and int(number) < len(self._cards):
            self._cards[int(number)].show_problem(path, text)

    def clear_problems(self) -> None:
        """Nothing is wrong any more."""
        for card in self._cards:
            card.show_problem("", "")

    # ------------------------------------------------------------------------------- undo

    def key(self, event: QEvent) -> bool:
        """Take a key that means undo or redo, which elsewhere in the window is about the design; return whether it was one."""
        if not isinstance(event, QKeyEvent) or event.type() not in KEYS:
            return False
        work = meaning(event, self.stack.undo, self.stack.redo)
        if work is None:
            return False
        if event.type() == QEvent.Type.KeyPress:
            work()
        event.accept()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A line takes back its own typing; when there is none, the keys are about the steps."""
        if isinstance(watched, QLineEdit) and isinstance(event, QKeyEvent):
            own = meaning(event, watched.isUndoAvailable, watched.isRedoAvailable)
            if own is not None and not own():
                return self.key(event)
        return super().eventFilter(watched, event)

    def _apply(self, words: str, steps: tuple[Plug, ...], merge: str = "") -> None:
        if steps != self.steps:
            self.stack.push(Change(words, self.steps, steps, self._show, merge))

    def _tell_undo(self) -> None:
        for button, there, words, nothing in (
            (
                self._undo,
                self.stack.canUndo(),
                _("Undo: {what}").format(what=self.stack.undoText()),
                _("There is nothing to undo."),
            ),
            (
                self._redo,
                self.stack.canRedo(),
                _("Redo: {what}").format(what=self.stack.redoText()),
                _("There is nothing to redo."),
            ),
        ):
            button.setEnabled(there)
            button.setToolTip(plain_tip(words if there else nothing))

    # ------------------------------------------------------------------------------- cards

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("compressKinds")
        menu.setToolTipsVisible(True)
        for kind in COMPRESSIONS:
            entry = menu.addAction(kind.title, partial(self.add_step, kind.tag()))
            entry.setToolTip(plain_tip(first_words(kind.help())))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _show(self, steps: tuple[Plug, ...]) -> None:
        """Do these; cards stay where the kinds do, so that who holds a slider goes on holding it."""
        if self._recalling:
            return
        self.steps = steps
        if [step.type for step in steps] == [card.step.type for card in self._cards]:
            for card, step in zip(self._cards, steps, strict=True):
                card.show_step(step)
        else:
            focus = QApplication.focusWidget()
            here = focus is not None and self.isAncestorOf(focus)
            self._build()
            if here:
                self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _build(self) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        self._hint.setVisible(not self.steps)
        if self._subject is None:
            return
        for place, step in enumerate(self.steps):
            card = StepCard(place, len(self.steps), step, self._subject, self)
            card.edited.connect(partial(self._edited, place))
            card.moved.connect(partial(self._move, place))
            card.removed.connect(partial(self._remove, place))
            for line in card.lines():
                line.installEventFilter(self)
            self._cards.append(card)
            self._column.addWidget(card)
        QTimer.singleShot(0, self, self._make_room)

    def _make_room(self) -> None:
        """Forms, once they know their fonts, decide how narrow the list may be."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(max(LEAST, self._inner.minimumSizeHint().width() + bar))

    def _edited(self, place: int, step: Plug, title: str, merge: str) -> None:
        steps = tuple(step if i == place else one for i, one in enumerate(self.steps))
        self._apply(title, steps, f"{place}-{merge}" if merge else "")

    def _move(self, place: int, way: int) -> None:
        steps = list(self.steps)
        steps.insert(place + way, steps.pop(place))
        words = phrase("Do {step} earlier") if way < 0 else phrase("Do {step} later")
        self._apply(words.format(step=self._title(place)), tuple(steps))
        self._cards[place + way].focus("up" if way < 0 else "down")

    def _remove(self, place: int) -> None:
        words = phrase("Leave {step} out").format(step=self._title(place))
        self._apply(words, tuple(one for i, one in enumerate(self.steps) if i != place))
        if self._cards:
            self._cards[min(place, len(self._cards) - 1)].focus("close")

    def _title(self, place: int) -> str:
        return _called(self.steps[place].type)

    def _recolor(self) -> None:
        self.add.setIcon(icons.icon("add"))
        self._undo.setIcon(icons.icon("undo", "muted"))
        self._redo.setIcon(icons.icon("redo", "muted"))


def _called(tag: str) -> str:
    """What a compression is called."""
    return phrase(written(COMPRESSIONS.get(tag), "title"))
