"""What a single value is entered with. No editor changes its value by the wheel."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox
from widgets.forms.field import MIXED, FormField
from widgets.forms.typed import parse, stepped, text_of
from widgets.restyling import restyle

_turns = itertools.count()  # numbers of typings and choosings, whichever form they are in


class Editor(QWidget):
    """Base of all editors.

    Args:
        field: What it edits.

    Signals:
        edited(value): A good value was entered.
        refused(sentence): What was entered cannot stand here, and why; empty once it can.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(theme.GAP)

    def show_value(self, value: Any) -> None:
        """Show a value, :data:`MIXED` for several different ones."""
        raise NotImplementedError

    def controls(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        return [self.focusProxy() or self]

    def merge_key(self) -> str:
        """What edits of one typing or choosing have in common; empty where every edit stands for itself."""
        return ""

    def show_off(self, off: bool) -> None:
        """Take nothing and say that nothing is set, or let a value be entered again."""
        self.setEnabled(not off)

    def mark(self, sentence: str, wrong: bool) -> None:
        """Mark the control as wrong or as right again; screen readers are told what is said of it."""
        control = self.focusProxy() or self
        control.setAccessibleDescription(sentence or self.field.help)
        restyle(control, "wrong", wrong)

    def _adopt(self, control: QWidget) -> None:
        """Make ``control`` the part that has the focus and the names."""
        control.setObjectName(f"field-{self.field.name}")
        control.setAccessibleName(self.field.title)
        control.setAccessibleDescription(self.field.help)
        self.setFocusProxy(control)

    def _offer(self, raw: Any) -> bool:
        """Pass on what was entered if it can stand here; return whether it can."""
        try:
            value = self.field.read(raw)
        except ValueError as error:
            self.refused.emit(str(error))
            return False
        self.refused.emit("")
        self.edited.emit(value)
        return True


class _Line(QLineEdit):
    """A line that steps numbers by the arrow keys."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down step."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)


class LineEditor(Editor):
    """Numbers, lists of numbers and text, typed; good ones are passed on while typing."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._line = _Line()
        self._shown: Any = None
        self._before: Any = None
        self._typing = False
        self._off = False
        self._number = next(_turns)
        self._restoring = False
        self._adopt(self._line)
        self.row.addWidget(self._line, 1)
        if field.unit:
            unit = QLabel(field.unit)
            unit.setProperty("role", "hint")
            self.row.addWidget(unit)
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._finished)
        self._line.stepped.connect(self._step)

    def merge_key(self) -> str:
        """A typing ends when Enter is pressed or the field is left."""
        return f"turn-{self._number}"

    def show_off(self, off: bool) -> None:
        """An empty field that takes nothing says so."""
        super().show_off(off)
        self._off = off
        self._say_empty()

    def _say_empty(self) -> None:
        different = self._shown is MIXED
        empty = (self.field.none or _("none")) if self._off else ""
        self._line.setPlaceholderText(_("different values") if different else empty)

    def show_value(self, value: Any) -> None:
        """Show a value; what is being typed stays unless the value is another one."""
        if not self._typing:
            self._before = value
        if self._restoring:
            self._shown = value  # what is typed is wrong so far: it stays, and says so
            return
        news = value is not self._shown and (value is MIXED or value != self._shown)
        self._shown = value
        self._say_empty()
        if (self._line.hasFocus() and not news) or self._means(value):
            return
        self._line.setText("" if value is MIXED or value is None else text_of(value))
        if not self._line.hasFocus():
            self._line.setCursorPosition(0)  # of a long text one sees the beginning
        self.refused.emit("")

    def _means(self, value: Any) -> bool:
        """Whether the text means this value already, however it is written."""
        try:
            return value is not MIXED and bool(self._read() == value)
        except ValueError:
            return False

    def _read(self) -> Any:
        return self.field.read(parse(self.field.kind, self._line.text()))

    def _typed(self, text: str) -> None:
        if self._shown is MIXED and not text:
            self.refused.emit("")  # several values stay as they are
            return
        if not self._typing:
            self._typing, self._before = True, self._shown
        try:
            raw = parse(self.field.kind, text)
        except ValueError:
            raw = text
        if not self._offer(raw) and self._before is not MIXED and self._shown != self._before:
            self._restoring = True  # a good beginning of something wrong counts for nothing
            self.edited.emit(self._before)
            self._restoring = False

    def _finished(self) -> None:
        """Write a good value as it is written everywhere."""
        self._typing = False
        self._number = next(_turns)
        if self._shown is not MIXED or self._line.text():
            with contextlib.suppress(ValueError):
                self._line.setText(text_of(self._read()))

    def _step(self, direction: int) -> None:
        try:
            value = self.field.read(stepped(self.field.kind, self._read(), direction))
        except ValueError:
            return  # no number, or at the end of its range
        self._line.setText(text_of(value))
        self._offer(value)


class SwitchEditor(Editor):
    """Yes or no."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._box = QCheckBox()
        self._adopt(self._box)
        self.row.addWidget(self._box)
        self.row.addStretch(1)
        self._box.clicked.connect(self._clicked)

    def show_value(self, value: Any) -> None:
        """Show a value."""
        with QSignalBlocker(self._box):
            self._box.setTristate(value is MIXED)
            state = Qt.CheckState.PartiallyChecked if value is MIXED else None
            checked = Qt.CheckState.Checked if value is True else Qt.CheckState.Unchecked
            self._box.setCheckState(state or checked)

    def _clicked(self) -> None:
        self._box.setTristate(False)
        self._offer(self._box.isChecked())


class _Combo(ElidedBox):
    """A list that the wheel scrolls past."""

    begun = Signal()  # another choosing begins: by its list, or by keys after it was left

    def showPopup(self) -> None:
        """Begin to choose."""
        self.begun.emit()
        super().showPopup()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End a choosing by keys."""
        super().focusOutEvent(event)
        self.begun.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class ChoiceEditor(Editor):
    """One of some values."""

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._combo = _Combo()
        self._combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._combo.setMinimumContentsLength(6)
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for _value, words in field.choices:
            self._combo.addItem(words)
        for place, kind in enumerate(field.kinds):
            self._combo.addItem(kind.title)
            self._combo.setItemData(place, kind.help, Qt.ItemDataRole.ToolTipRole)
        self._values = [value for value, _words in field.choices] or [k.tag for k in field.kinds]
        self._number = next(_turns)
        self._adopt(self._combo)
        self.row.addWidget(self._combo)
        self._combo.activated.connect(self._chosen)
        self._combo.begun.connect(self._begin)

    def merge_key(self) -> str:
        """Walking through the list by keys is one choosing; each use of the open list is another."""
        return f"turn-{self._number}"

    def _begin(self) -> None:
        self._number = next(_turns)

    def show_value(self, value: Any) -> None:
        """Show a value; one that is not among the choices is shown as it is."""
        known = value in self._values
        self._combo.setCurrentIndex(self._values.index(value) if known else -1)
        empty = self.field.none
        self._combo.setPlaceholderText(
            _("different values") if value is MIXED else empty if value is None else str(value)
        )

    def _chosen(self, index: int) -> None:
        self._offer(self._values[index])


class PathEditor(LineEditor):
    """A file or folder: typed or chosen.

    Signals:
        picked(path): The person chose it themselves in a dialog, wherever it lies.
    """

    picked = Signal(str)

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        browse = QPushButton(_("Browse…"))
        browse.setObjectName(f"browse-{field.name}")
        browse.setAccessibleName(_("Browse for {title}").format(title=field.title))
        browse.clicked.connect(self._browse)
        self.row.addWidget(browse)
        self._browse_button = browse
        self._folder = Path()

    def set_folder(self, folder: Path) -> None:
        """Say where relative paths start."""
        self._folder = folder

    def controls(self) -> list[QWidget]:
        """The line and the button."""
        return [self._line, self._browse_button]

    def _browse(self) -> None:
        start = str(self._start())
        if self.field.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, self.field.title, start)
        else:
            chosen, _filter = QFileDialog.getOpenFileName(self, self.field.title, start)
        if chosen:
            self.take(chosen)

    def _start(self) -> Path:
        """The folder that the dialog shows first: where the path leads, or where it would start."""
        there = self._folder / self._line.text()
        with contextlib.suppress(OSError, ValueError):  # a path may be anything
            if self._line.text() and there.parent.is_dir():
                return there.parent
        return self._folder

    def take(self, chosen: str) -> None:
        """Use what was chosen in the dialog."""
        self.picked.emit(chosen)
        self._line.setText(chosen)
        self._typed(chosen)


EDITORS: dict[str, type[Editor]] = {
    "int": LineEditor,
    "float": LineEditor,
    "numbers": LineEditor,
    "text": LineEditor,
    "bool": SwitchEditor,
    "choice": ChoiceEditor,
    "path": PathEditor,
    "folder": PathEditor,
}
