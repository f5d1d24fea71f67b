"""Values that may be changed while a training goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.live import live_fields, live_title, value_in_project
from projects.schema import Project
from projects.translation import gettext as _
from widgets import theme
from widgets.forms import Form, FormField
from widgets.topics import TOPIC
from workbench.forms import form_field
from workbench.rundata import RunData

VALUE = "value"  # the kind of markers that tell of changes


class LiveDialog(QDialog):
    """Shows every value that may change, as it is in force, and says which is to be another one.

    Args:
        run: The training.
        parent: The window.

    Signals:
        wanted(path, value): Use this value from the next step on.
    """

    wanted = Signal(str, float)

    def __init__(self, run: RunData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("live")
        self.setProperty(TOPIC, "article/training")
        self.setWindowTitle(_("Change while training"))
        self.resize(440, 420)
        project = run.project
        assert project is not None
        self._paths = list(changeable(project))
        hint = QLabel(_("A change counts from the next step on and is marked on the curves."))
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        self._form = Form(_fields(project, self._paths))
        now = values_in_force(run, self._paths)
        self._form.set_values({_name(i): now[path] for i, path in enumerate(self._paths)})
        self._form.edited.connect(self._change)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._form)
        rows.addStretch(1)  # few values stand as closely as many
        scroll.setWidget(page)
        self._typed: dict[str, float] = {}
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._apply = QPushButton(_("Apply"))
        self._apply.setObjectName("liveApply")
        self._apply.setDefault(True)
        self._apply.setEnabled(False)
        self._apply.clicked.connect(self._order)
        buttons.addButton(self._apply, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.PAD)
        column.addWidget(hint)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)

    def _change(self, name: str, value: Any) -> None:
        """Take note of what is typed; it counts when it is applied, not half of it on the way."""
        self._typed[self._paths[int(name.removeprefix("value"))]] = float(value)
        self._apply.setEnabled(True)

    def _order(self) -> None:
        for path, value in self._typed.items():
            self.wanted.emit(path, value)
        self._typed.clear()
        self._apply.setEnabled(False)


def changeable(project: Project) -> list[str]:
    """Return the paths of values that may change; learning rates have a field in the toolbar."""
    return [path for path in live_fields(project) if not path.endswith(".lr")]


def values_in_force(run: RunData, paths: list[str]) -> dict[str, float]:
    """Return the values that a training works with: the project's, or what they were changed to."""
    assert run.project is not None
    values = {path: value_in_project(run.project, path) for path in paths}
    for marker in run.markers:
        if marker.kind == VALUE and marker.values.get("path") in values:
            values[marker.values["path"]] = marker.values["value"]
    return values


def _fields(project: Project, paths: list[str]) -> tuple[FormField, ...]:
    declared = live_fields(project)
    return tuple(
        replace(
            form_field(declared[path]),
            name=_name(index),
            title=live_title(project, path),
            when={},
        )
        for index, path in enumerate(paths)
    )


def _name(index: int) -> str:
    return f"value{index}"
