"""A row of a form: the title of a field, its editor, and below it what is wrong or what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.forms.editors import EDITORS, Editor, PathEditor
from widgets.forms.field import FormField
from widgets.restyling import restyle
from widgets.topics import TOPIC

TITLE_WIDTH = 112


class Row(QWidget):
    """Base of rows.

    Args:
        field: The field.
        captions: As in :class:`widgets.forms.form.Form`.
        depth: In how many groups it stands; titles of inner rows are shorter, so that all fields align.
        parent: Qt parent: without one it would be a window of its own for a moment.

    Signals:
        edited(path, value): As in :class:`widgets.forms.form.Form`.
        picked(path): As in :class:`widgets.forms.form.Form`.
    """

    edited = Signal(str, object)
    picked = Signal(str)

    def __init__(self, field: FormField, captions: bool, depth: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self.setProperty(TOPIC, field.topic)
        self._captions = captions
        self._depth = depth
        self.problem = QLabel(self)
        self.problem.setObjectName(f"problem-{field.name}")
        self.problem.setProperty("role", "problem")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()
        self.title = QLabel(field.title, self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setToolTip(field.help)
        self.caption = QLabel(field.help, self)
        self.caption.setProperty("role", "hint")
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setWordWrap(True)
        if not (captions and field.help):
            self.caption.hide()

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def set_problem(self, path: str, text: str, caution: bool = False) -> None:
        """Show a sentence."""
        self.problem.setText(text)
        if self.problem.isHidden() == bool(text):
            self.problem.setVisible(bool(text))
        restyle(self.problem, "role", "caution" if caution else "problem")

    def clear_problems(self) -> None:
        """Show no sentence."""
        self.set_problem("", "")

    def refuse(self, path: str, text: str) -> bool:
        """Say that what was just entered cannot stand; return whether it is said here."""
        raise NotImplementedError

    def focus_field(self, path: str) -> QWidget | None:
        """Put the cursor into it."""
        raise NotImplementedError

    def merge_key(self, path: str) -> str:
        """See :meth:`widgets.forms.form.Form.merge_key`."""
        raise NotImplementedError

    def set_folder(self, folder: Path) -> None:
        """Say where relative paths start."""
        raise NotImplementedError

    def controls(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        raise NotImplementedError


class FieldRow(Row):
    """Title, editor, and below it what is wrong or what it means."""

    def __init__(self, field: FormField, captions: bool, depth: int, parent: QWidget) -> None:
        super().__init__(field, captions, depth, parent)
        self._refused = ""
        self._outside = ""
        self._caution = False
        self._switch = (
            switch(field, self) if field.optional else None
        )  # first, so that Tab finds it first
        self.editor: Editor = EDITORS[field.kind](field, self)
        self.editor.setToolTip(field.help)
        self.editor.edited.connect(self._pass_on)
        self.editor.refused.connect(self._refuse)
        if isinstance(self.editor, PathEditor):
            self.editor.picked.connect(self.picked)
        self.title.setBuddy(self.editor.focusProxy() or self.editor)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(2)
        self.title.setFixedWidth(TITLE_WIDTH - depth * theme.PAD)
        self._line = QHBoxLayout()
        self._line.setSpacing(theme.GAP)
        if self._switch is not None:
            self._line.addWidget(self._switch)
            self._switch.clicked.connect(self._switched)
        self._line.addWidget(self.editor, 1)
        grid.addWidget(self.title, 0, 0)
        grid.addLayout(self._line, 0, 1)
        grid.addWidget(self.caption, 1, 1)
        grid.addWidget(self.problem, 2, 1)
        grid.setColumnStretch(1, 1)

    @property
    def refused(self) -> str:
        """Why what is typed in it is not taken; empty when it is."""
        return self._refused

    def lead(self, control: QWidget) -> None:
        """Put a control before the editor."""
        self._line.insertWidget(0, control)

    def trail(self, control: QWidget) -> None:
        """Put a control behind the editor."""
        self._line.addWidget(control)

    def show_value(self, value: Any) -> None:
        """Show a value; None empties an optional field."""
        self._turn_to(value)
        if self._switch is not None:
            self._switch.setChecked(value is not None)
            self.editor.show_off(value is None)
        self.editor.show_value(value)

    def set_problem(self, path: str, text: str, caution: bool = False) -> None:
        """Show a sentence, unless what is being typed has one of its own."""
        self._outside, self._caution = text, caution
        self._say()

    def focus_field(self, path: str) -> QWidget | None:
        """Put the cursor into it, or onto its switch while that is off."""
        off = self._switch is not None and not self._switch.isChecked()
        control = self._switch if off else self.editor.focusProxy()
        assert control is not None
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        return control

    def refuse(self, path: str, text: str) -> bool:
        """Say it."""
        self._refuse(text)
        return True

    def controls(self) -> list[QWidget]:
        """Switch, then editor."""
        return [*([self._switch] if self._switch is not None else []), *self.editor.controls()]

    def merge_key(self, path: str) -> str:
        """That of its editor."""
        return self.editor.merge_key()

    def set_folder(self, folder: Path) -> None:
        """Tell an editor of paths."""
        if isinstance(self.editor, PathEditor):
            self.editor.set_folder(folder)

    def _turn_to(self, value: Any) -> None:
        """Lead to the page about a value, where it has one of its own."""
        pages = self.field.topics
        if pages:
            self.setProperty(TOPIC, pages.get(value, self.field.topic))

    def _pass_on(self, value: Any) -> None:
        self._turn_to(value)
        self.edited.emit(self.field.name, value)

    def _refuse(self, sentence: str) -> None:
        self._refused = sentence
        self._say()

    def _say(self) -> None:
        text, caution = self._refused or self._outside, self._caution and not self._refused
        super().set_problem("", text, caution)
        self.editor.mark(text, wrong=bool(text) and not caution)

    def _switched(self, on: bool) -> None:
        self._refuse("")
        value = self.field.blank if on else None
        self.show_value(value)
        self.edited.emit(self.field.name, value)
        if on:
            self.focus_field("")


def switch(field: FormField, parent: QWidget) -> QCheckBox:
    """Return a box that turns an optional field on."""
    box = QCheckBox(parent)
    box.setObjectName(f"use-{field.name}")
    box.setAccessibleName(_("Use {title}").format(title=field.title))
    box.setToolTip(_("Off: {title} is not used").format(title=field.title.lower()))
    return box
