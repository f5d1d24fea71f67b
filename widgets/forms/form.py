"""A form: one row a field, groups inside groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.forms.field import FormField, Kind
from widgets.forms.row import FieldRow, Row, switch
from widgets.topics import TOPIC


class Form(QWidget):
    """Shows fields and says which one was given another good value.

    Args:
        fields: The fields, in order.
        captions: Whether the help of a field stands below it; it is in the tooltip in any case.
        parent: Qt parent.
        depth: In how many groups of another form it stands.

    Signals:
        edited(path, value): A field has a new value; ``optimizer.lr`` for one inside a group. The type
            of a plug is ``optimizer.type``; an optional group is switched by its own path.
        picked(path): A file was chosen in a dialog.
    """

    edited = Signal(str, object)
    picked = Signal(str)

    def __init__(
        self,
        fields: Sequence[FormField],
        captions: bool = False,
        parent: QWidget | None = None,
        depth: int = 0,
    ) -> None:
        super().__init__(parent)
        self._captions = captions
        self._rows: dict[str, Row] = {}
        self._values: dict[str, Any] = {}
        self._hidden: set[str] = set()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        for field in fields:
            kind = GroupRow if field.kind in ("plug", "struct") else FieldRow
            row = kind(field, captions, depth, self)
            row.edited.connect(self._edited)
            row.picked.connect(self.picked)
            self._rows[field.name] = row
            column.addWidget(row)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values by field; what a person is typing is not disturbed by an equal value."""
        self._values = dict(values)
        for name, row in self._rows.items():
            row.show_value(values.get(name))
        self._show_needed()

    def set_problem(self, path: str, text: str, caution: bool = False) -> bool:
        """Show a sentence below a field, or below the nearest group that holds it.

        Args:
            path: The field.
            text: The sentence.
            caution: Whether it is only a warning: what was entered can stand.

        Returns:
            Whether there is such a field here.
        """
        row, rest = self._find(path)
        if row is not None:
            row.set_problem(rest, text, caution)
        return row is not None

    def refuse(self, path: str, text: str) -> bool:
        """Say that what was just entered cannot stand; stays until it is mended or replaced.

        Returns:
            Whether there is such a field here.
        """
        row, rest = self._find(path)
        return row is not None and row.refuse(rest, text)

    def clear_problems(self) -> None:
        """Take all sentences from outside away; those about what is being typed stay."""
        for row in self._rows.values():
            row.clear_problems()

    def focus_field(self, path: str) -> QWidget | None:
        """Put the cursor into a field; return the control that has it, or None."""
        row, rest = self._find(path)
        return row.focus_field(rest) if row is not None else None

    def merge_key(self, path: str) -> str:
        """Return what edits of one typing, or one walk by keys through a list, have in common.

        They are to be one step of undo; empty for switches: each click is a step of its own.
        """
        row, rest = self._find(path)
        return row.merge_key(rest) if row is not None else ""

    def set_folder(self, folder: Path) -> None:
        """Say where relative paths start."""
        for row in self._rows.values():
            row.set_folder(folder)

    def names(self) -> list[str]:
        """Names of the fields, in order."""
        return list(self._rows)

    def trail(self, path: str, control: QWidget) -> None:
        """Put a control behind the editor of a field of this form."""
        row = self._rows[path]
        assert isinstance(row, FieldRow)
        row.trail(control)

    def controls(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        return [control for row in self._rows.values() for control in row.controls()]

    def _find(self, path: str) -> tuple[Row | None, str]:
        name, _dot, rest = path.partition(".")
        return (None if name in self._hidden else self._rows.get(name)), rest

    def _edited(self, path: str, value: Any) -> None:
        if "." not in path:
            self._values[path] = value
            self._show_needed()
        self.edited.emit(path, value)

    def _show_needed(self) -> None:
        for name, row in self._rows.items():
            wanted = row.field.when.items()
            needed = all(_meets(self._values.get(other), value) for other, value in wanted)
            (self._hidden.discard if needed else self._hidden.add)(name)
            row.setVisible(needed)


def _meets(value: Any, wanted: Any) -> bool:
    return bool(wanted(value)) if callable(wanted) else bool(value == wanted)


class GroupRow(Row):
    """A plug (a type with fields of its own) or a group of fields, which may be switched off."""

    def __init__(self, field: FormField, captions: bool, depth: int, parent: QWidget) -> None:
        super().__init__(field, captions, depth, parent)
        self._form: Form | None = None
        self._folder = Path()
        self._tag: str | None = None
        self._head: FieldRow | None = None
        self._switch = switch(field, self) if field.optional else None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        if field.kind == "plug":
            head = self._make_head(field, captions)
            if self._switch is not None:
                head.lead(self._switch)
            column.addWidget(head)
            self.caption.hide()  # the row of the type has it
        else:
            if self._switch is not None:
                self._switch.setText(field.title)
            column.addWidget(self._switch or self.title)
            column.addWidget(self.caption)
        self.title.setVisible(field.kind == "struct" and self._switch is None)
        if self._switch is not None:
            self._switch.clicked.connect(self._switched)
        self._inside = QFrame(self)
        self._inside.setProperty("role", "group")
        self._place = QVBoxLayout(self._inside)
        self._place.setContentsMargins(theme.PAD, 0, 0, 0)
        column.addWidget(self._inside)
        column.addWidget(self.problem)
        if field.kind == "struct":
            self._fill(Kind("", field.title, field.help, field.fields))

    def show_value(self, value: Any) -> None:
        """Show a mapping with ``type`` (a plug) or without (a group); None when switched off."""
        if self._switch is not None:
            self._switch.setChecked(value is not None)
        self._inside.setVisible(
            isinstance(value, Mapping) and bool(self._form and self._form.names())
        )
        if not isinstance(value, Mapping):
            if self._head is not None:
                self._head.show_value(None)
            return
        if self._head is not None:
            self._show_type(str(value.get("type")))
        if self._form is not None:
            self._form.set_values(value)
            self._inside.setVisible(bool(self._form.names()))

    def set_problem(self, path: str, text: str, caution: bool = False) -> None:
        """Show a sentence at the field that the path names, else below the group."""
        if path == "type" and self._head is not None:
            self._head.set_problem("", text, caution)
            return
        inside = self._form if self._on() and path else None
        if inside is None or not inside.set_problem(path, text, caution):
            super().set_problem("", text, caution)

    def refuse(self, path: str, text: str) -> bool:
        """Say it at the field that the path names."""
        if path == "type" and self._head is not None:
            return self._head.refuse("", text)
        return bool(path and self._form is not None and self._form.refuse(path, text))

    def clear_problems(self) -> None:
        """Show no sentence."""
        super().clear_problems()
        for part in (self._head, self._form):
            if part is not None:
                part.clear_problems()

    def focus_field(self, path: str) -> QWidget | None:
        """Put the cursor into the field that the path names, else to its switch, type or first field."""
        if self._switch is not None and not self._on():
            self._switch.setFocus(Qt.FocusReason.OtherFocusReason)
            return self._switch
        found = self._form.focus_field(path) if self._form is not None and path else None
        if found is None and self._head is not None:
            return self._head.focus_field("")
        if found is None and self._form is not None and not path:
            return self._form.focus_field(self._form.names()[0])
        return found

    def controls(self) -> list[QWidget]:
        """Switch, type, then the fields of the type."""
        stops: list[QWidget] = [] if self._switch is None else [self._switch]
        for part in (self._head, self._form):
            stops += part.controls() if part is not None else []
        return stops

    def merge_key(self, path: str) -> str:
        """That of the type or of the field inside; switches stand for themselves."""
        if path == "type" and self._head is not None:
            return self._head.merge_key("")
        return self._form.merge_key(path) if self._form is not None and path else ""

    def set_folder(self, folder: Path) -> None:
        """Tell the fields inside, now and of other types."""
        self._folder = folder
        if self._form is not None:
            self._form.set_folder(folder)

    def _on(self) -> bool:
        return self._switch is None or self._switch.isChecked()

    def _make_head(self, field: FormField, captions: bool) -> FieldRow:
        kinds = {kind.tag: kind for kind in field.kinds}
        chooser = FormField(
            name=field.name,
            title=field.title,
            kind="choice",
            help=field.help,
            none=(field.none or _("none")) if field.optional else "",
            kinds=field.kinds,
        )  # not optional itself: the switch is the group's
        self._kinds = kinds
        self._head = FieldRow(chooser, captions, self._depth, self)
        self._head.edited.connect(self._choose)
        return self._head

    def _choose(self, _name: str, tag: Any) -> None:
        self._show_type(tag)
        self.edited.emit(f"{self.field.name}.type", tag)

    def _show_type(self, tag: str) -> None:
        assert self._head is not None
        self._head.show_value(tag)
        kind = self._kinds.get(tag)
        self._head.editor.setToolTip(kind.help if kind else "")
        if tag != self._tag:
            self._tag = tag
            self.setProperty(TOPIC, kind.topic if kind else "")
            self._fill(kind or Kind(tag, tag))

    def _fill(self, kind: Kind) -> None:
        if self._form is not None:
            self._place.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        self._form = Form(kind.fields, self._captions, self._inside, self._depth + 1)
        self._form.edited.connect(self._inner)
        self._form.picked.connect(self.picked)
        self._form.set_folder(self._folder)
        self._place.addWidget(self._form)
        for before, after in pairwise(self.controls()):
            QWidget.setTabOrder(before, after)  # new ones would come last in the window

    def _inner(self, path: str, value: Any) -> None:
        self.edited.emit(f"{self.field.name}.{path}", value)

    def _switched(self, on: bool) -> None:
        self.edited.emit(self.field.name, self.field.blank if on else None)
