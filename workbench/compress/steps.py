"""The list of what is done to a run: cards with a form each, in the order in which they are done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.compression.base import COMPRESSIONS
from projects.fields import Field
from projects.schema import Plug
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.forms import Form
from widgets.plain import plain_tip
from widgets.topics import TOPIC
from workbench.compress.step_fields import Subject, fields_for, first_settings, sliding
from workbench.forms import first_words
from workbench.values import plug_values, set_plug

NOTCHES = 100  # of a slider for a real number
SLIDER, ICON = 88, 16  # pixels
DIGITS = 4
LEAST = 280  # pixels


class Slider(QSlider):
    """A slider for a declared number; the wheel scrolls past it.

    Args:
        field: The number.

    Signals:
        moved(value): It was moved to a value.
    """

    moved = Signal(object)

    def __init__(self, field: Field) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        assert field.minimum is not None
        assert field.maximum is not None
        self._whole = field.kind == "int"
        self._low, self._high = field.minimum, field.maximum
        self.setObjectName(f"slide-{field.name}")
        self.setAccessibleName(field.title)
        self.setToolTip(plain_tip(field.help))
        first, last = (int(self._low), int(self._high)) if self._whole else (0, NOTCHES)
        open_ends = 0 if self._whole else 1
        self.setRange(
            first + open_ends * field.exclusive, last - open_ends * field.exclusive_maximum
        )
        self.setFixedWidth(SLIDER)
        self.valueChanged.connect(lambda: self.moved.emit(self.value_of()))

    def value_of(self) -> int | float:
        """Return the number that it stands at."""
        if self._whole:
            return self.value()
        return round(self._low + self.value() / NOTCHES * (self._high - self._low), DIGITS)

    def show_value(self, value: object) -> None:
        """Stand at a number, as nearly as it can."""
        if isinstance(value, (int, float)):
            place = (
                value if self._whole else NOTCHES * (value - self._low) / (self._high - self._low)
            )
            with QSignalBlocker(self):
                self.setValue(round(place))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the list."""
        event.ignore()


class StepCard(QFrame):
    """One step.

    Args:
        place: Which one it is, from 0.
        count: How many there are.
        step: What is done.
        subject: What it is done to.
        parent: Qt parent.

    Signals:
        edited(Plug): It has other settings.
        moved(way): It is to be done one step earlier (-1) or later (1).
        removed: It is not to be done.
    """

    edited = Signal(object)
    moved = Signal(int)
    removed = Signal()

    def __init__(
        self, place: int, count: int, step: Plug, subject: Subject, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        kind = COMPRESSIONS.get(step.type)
        self._step = step
        self.setObjectName(f"step-{place}")
        self.setProperty("role", "section")
        self.setProperty(TOPIC, COMPRESSIONS.key(step.type))
        title = QLabel(f"{place + 1}  {kind.title}")
        title.setProperty("role", "subheading")
        title.setToolTip(plain_tip(first_words(kind.help())))
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(title, 1)
        self._buttons = {
            "up": self._button("up", _("Do {step} earlier").format(step=kind.title), place > 0),
            "down": self._button(
                "down", _("Do {step} later").format(step=kind.title), place + 1 < count
            ),
            "close": self._button("close", _("Leave {step} out").format(step=kind.title), True),
        }
        for button in self._buttons.values():
            row.addWidget(button)
        self._buttons["up"].clicked.connect(lambda: self.moved.emit(-1))
        self._buttons["down"].clicked.connect(lambda: self.moved.emit(1))
        self._buttons["close"].clicked.connect(self.removed)
        self.form = Form(fields_for(kind, subject))
        self._sliders = {field.name: Slider(field) for field in sliding(kind)}
        for name, slider in self._sliders.items():
            self.form.trail(name, slider)
            slider.moved.connect(partial(self._edit, name))
        self._problem = QLabel()
        self._problem.setObjectName("stepProblem")
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(row)
        if self.form.names():
            column.addWidget(self.form)
        else:
            self.form.setParent(None)
            words = QLabel(first_words(kind.help()))
            words.setProperty("role", "hint")
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(words)
        column.addWidget(self._problem)
        self.form.edited.connect(self._edit)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self._show()

    def _button(self, name: str, words: str, possible: bool) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName(f"step-{name}")
        made.setAccessibleName(words)
        made.setToolTip(words)
        made.setProperty("flat", True)
        made.setIconSize(QSize(ICON, ICON))
        made.setEnabled(possible)
        return made

    def _recolor(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(name, "muted"))

    def _edit(self, path: str, value: object) -> None:
        self._step = set_plug(self._step, COMPRESSIONS, path, value)
        self._show()
        self.edited.emit(self._step)

    def _show(self) -> None:
        values = plug_values(self._step, COMPRESSIONS)
        self.form.set_values(values)
        for name, slider in self._sliders.items():
            slider.show_value(values.get(name))

    def show_problem(self, path: str, text: str) -> None:
        """Say what is wrong with it: at the field that is named, else below the form; nothing takes it away."""
        self.form.clear_problems()
        at_field = bool(text) and bool(path) and self.form.set_problem(path, text)
        self._problem.setText("" if at_field else text)
        self._problem.setVisible(bool(text) and not at_field)

    def focus(self, button: str) -> None:
        """Put the keys on one of its buttons, or on the next one that can be pressed."""
        found = self._buttons[button]
        (found if found.isEnabled() else self._buttons["close"]).setFocus(
            Qt.FocusReason.OtherFocusReason
        )


class StepList(QWidget):
    """The cards, and what adds one.

    Signals:
        changed: Other steps, or other settings.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[Plug, ...] = ()
        self._subject: Subject | None = None
        self._cards: list[StepCard] = []
        title = QLabel(_("What is done"))
        title.setObjectName("plotTitle")
        self.add = QPushButton(_("Add a step"))
        self.add.setObjectName("compressAdd")
        self.add.setAccessibleName(self.add.text())
        self.add.clicked.connect(self._offer)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.add)
        self._hint = QLabel(
            _(
                "Nothing yet: the figures beside are those of the run as it is. Add a step, such as Prune weights, and "
                "move its slider."
            )
        )
        self._hint.setProperty("role", "hint")
        self._hint.setWordWrap(True)
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.GAP)
        inner = QWidget()
        inner.setObjectName("compressCards")
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, theme.GAP, theme.GAP)
        lines.addWidget(self._hint)
        lines.addLayout(self._column)
        lines.addStretch(1)
        area = self._area = QScrollArea()
        area.setObjectName("compressSteps")
        area.setAccessibleName(_("What is done, in order"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setMinimumWidth(LEAST)
        self._inner = inner
        for part in (area.viewport(), inner):
            part.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, 0, 0)
        column.setSpacing(theme.GAP)
        head.setContentsMargins(0, 0, theme.GAP, 0)
        column.addLayout(head)
        column.addWidget(area, 1)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()

    def set_subject(self, subject: Subject) -> None:
        """The steps are about another run; they stay."""
        self._subject = subject
        self._build()

    def add_step(self, tag: str) -> None:
        """Add a step of a kind at the end."""
        if self._subject is not None:
            self.set_steps((*self.steps, first_settings(tag, self._subject)))

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

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("compressKinds")
        menu.setToolTipsVisible(True)
        for kind in COMPRESSIONS:
            entry = menu.addAction(kind.title, partial(self.add_step, kind.tag()))
            entry.setToolTip(plain_tip(first_words(kind.help())))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def set_steps(self, steps: tuple[Plug, ...]) -> None:
        """Do these, in this order."""
        self.steps = steps
        self._build()
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
            self._cards.append(card)
            self._column.addWidget(card)
        QTimer.singleShot(0, self, self._make_room)

    def _make_room(self) -> None:
        """Forms, once they know their fonts, decide how narrow the list may be."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(max(LEAST, self._inner.minimumSizeHint().width() + bar))

    def _edited(self, place: int, step: Plug) -> None:
        self.steps = tuple(step if i == place else one for i, one in enumerate(self.steps))
        self.changed.emit()

    def _move(self, place: int, way: int) -> None:
        steps = list(self.steps)
        steps.insert(place + way, steps.pop(place))
        self.set_steps(tuple(steps))
        self._cards[place + way].focus("up" if way < 0 else "down")

    def _remove(self, place: int) -> None:
        self.set_steps(tuple(one for i, one in enumerate(self.steps) if i != place))
        if self._cards:
            self._cards[min(place, len(self._cards) - 1)].focus("close")
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recolor(self) -> None:
        self.add.setIcon(icons.icon("add"))
