"""One step that is done to a run: a card with its form, its sliders, and what is wrong with it."""

from __future__ import annotations

import itertools
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.compression.base import COMPRESSIONS
from projects.fields import Field
from projects.schema import Plug
from projects.translation import Phrase
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.forms import Form
from widgets.plain import plain_label, plain_tip
from widgets.topics import TOPIC
from workbench.compress.step_fields import Subject, fields_for, sliding
from workbench.forms import first_words
from workbench.values import plug_values, set_plug

NOTCHES = 100  # of a slider for a real number
SLIDER, LEAST_SLIDER, ICON = 88, 56, 16  # pixels
DIGITS = 4
_turns = itertools.count()  # numbers of drags, whichever slider they are of


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
        self.setMinimumWidth(LEAST_SLIDER)
        self.setMaximumWidth(SLIDER)
        self._turn = next(_turns)
        self.valueChanged.connect(lambda: self.moved.emit(self.value_of()))
        self.sliderReleased.connect(self._end_turn)

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

    def merge_key(self) -> str:
        """One drag, or one walk by keys, is one step of undo."""
        return f"slide-{self._turn}"

    def _end_turn(self) -> None:
        self._turn = next(_turns)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End a walk by keys."""
        super().focusOutEvent(event)
        self._end_turn()

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

    Attributes:
        step: What is done, with its settings.

    Signals:
        edited(Plug, title, merge): It is to have other settings: those of a field with this title. Edits with the same
            non-empty merge key are one step of undo.
        moved(way): It is to be done one step earlier (-1) or later (1).
        removed: It is not to be done.
    """

    edited = Signal(object, object, str)
    moved = Signal(int)
    removed = Signal()

    def __init__(
        self, place: int, count: int, step: Plug, subject: Subject, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        kind = COMPRESSIONS.get(step.type)
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
        self.step = step
        self.form = Form(fields_for(kind, subject))
        self._sliders = {field.name: Slider(field) for field in sliding(kind)}
        for name, slider in self._sliders.items():
            self.form.trail(name, slider)
            slider.moved.connect(partial(self._slide, name))
        self._problem = plain_label("", "problem", "stepProblem")
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(row)
        if self.form.names():
            column.addWidget(self.form)
        else:
            self.form.setParent(None)
            column.addWidget(plain_label(first_words(kind.help()), "hint"))
        column.addWidget(self._problem)
        self.form.edited.connect(self._edit)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self.show_step(step)

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
        self._tell(path, value, self.form.merge_key(path))

    def _slide(self, path: str, value: object) -> None:
        self._tell(path, value, self._sliders[path].merge_key())

    def _tell(self, path: str, value: object, merge: str) -> None:
        step = set_plug(self.step, COMPRESSIONS, path, value)
        fields = COMPRESSIONS.get(step.type).fields()
        name = path.partition(".")[0]
        place = next(i for i, field in enumerate(fields) if field.name == name)
        title = Phrase(lambda: COMPRESSIONS.get(step.type).fields()[place].title)
        self.edited.emit(step, title, merge)

    def show_step(self, step: Plug) -> None:
        """Show other settings of the same kind of step."""
        self.step = step
        values = plug_values(step, COMPRESSIONS)
        self.form.set_values(values)
        for name, slider in self._sliders.items():
            slider.show_value(values.get(name))

    def show_problem(self, path: str, text: str) -> None:
        """Say what is wrong with it: at the field that is named, else below the form; nothing takes it away."""
        self.form.clear_problems()
        at_field = bool(text) and bool(path) and self.form.set_problem(path, text)
        self._problem.setText("" if at_field else text)
        self._problem.setVisible(bool(text) and not at_field)

    def lines(self) -> list[QLineEdit]:
        """Where something is typed."""
        return [one for one in self.form.controls() if isinstance(one, QLineEdit)]

    def focus(self, button: str) -> None:
        """Put the keys on one of its buttons, or on the next one that can be pressed."""
        found = self._buttons[button]
        (found if found.isEnabled() else self._buttons["close"]).setFocus(
            Qt.FocusReason.OtherFocusReason
        )
