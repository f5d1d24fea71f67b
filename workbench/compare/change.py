"""One thing of a project changed: a setting by its form, or any path by a value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QStackedWidget, QVBoxLayout, QWidget

from projects.errors import ProjectError
from projects.paths import set_value
from projects.schema import Project
from projects.translation import gettext as _
from projects.yaml_writer import flow
from widgets import theme
from widgets.forms import Form
from workbench.forms import form_field
from workbench.studies.path_box import PathBox
from workbench.studies.values import field_at, options_at, value_of, wanted_paths, words_of
from workbench.values import CATALOGUES, plug_values, set_at, values_of

FORM_KINDS = ("plug", "struct")


class ChangeEditor(QWidget):
    """Chooses a path and what stands there instead.

    Args:
        project: The project as it is.
        parent: Qt parent.

    Signals:
        changed(): Something else is chosen.
    """

    changed = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._after = project
        self._refused = ""
        self.path = PathBox(project, wanted_paths(project), "")
        self.path.setObjectName("changePath")
        self.value = QComboBox()
        self.value.setObjectName("changeValue")
        self.value.setAccessibleName(_("New value"))
        self.value.setEditable(True)
        self.value.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.value)
        self._form: Form | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        for title, editor in ((_("Setting"), self.path), (_("New value"), self._pages)):
            label = QLabel(title)
            label.setObjectName("plotTitle")
            column.addWidget(label)
            column.addWidget(editor)
        self.path.chosen.connect(self._choose)
        self.value.currentTextChanged.connect(self._typed)

    @property
    def blank(self) -> bool:
        """Whether nothing is chosen yet."""
        return self._form is None and not self.value.currentText().strip()

    def project(self) -> Project:
        """Return the project with the change.

        Raises:
            ProjectError: The path leads nowhere, or the value does not fit.
        """
        if self._form is not None:
            if self._refused:
                raise ProjectError(self._refused, where=self.path.path)
            return self._after
        path = self.path.path
        text = self.value.currentText().strip()
        if not path or not (text or self.path.offers(path)):
            raise ProjectError(_("Choose a setting that is to be different."))
        if not text:
            raise ProjectError(_("Choose or write the value that it is to have."))
        known = value_of(self._project, path, text)
        return set_value(self._project, path, text if known is None else flow(known))

    def _choose(self, path: str) -> None:
        self._after, self._refused = self._project, ""
        field = field_at(self._project, path)
        self._drop_form()
        if field is not None and field.kind in FORM_KINDS:
            self._show_form(path)
        else:
            self._pages.setCurrentWidget(self.value)
            self.value.blockSignals(True)
            self.value.clear()
            for option in options_at(self._project, path):
                self.value.addItem(words_of(self._project, path, option) or flow(option))
            self.value.blockSignals(False)
        self.changed.emit()

    def _show_form(self, path: str) -> None:
        field = field_at(self._project, path)
        assert field is not None
        head = path.partition(".")[0]
        self._form = Form((replace(form_field(field), when={}),))
        self._form.set_values(_values(self._project, head))
        self._form.edited.connect(lambda name, value: self._edit(f"{head}.{name}", value))
        self._pages.addWidget(self._form)
        self._pages.setCurrentWidget(self._form)

    def _drop_form(self) -> None:
        form, self._form = self._form, None
        if form is not None:
            self._pages.removeWidget(form)
            form.deleteLater()

    def _edit(self, path: str, value: Any) -> None:
        head, _dot, name = path.partition(".")
        try:
            self._after, self._refused = set_at(self._after, path, value), ""
        except ProjectError as error:
            self._refused = error.problem.message
        if self._form is not None:
            self._form.set_values(_values(self._after, head))
            if self._refused:
                self._form.refuse(name, self._refused)
        self.changed.emit()

    def _typed(self, _text: str) -> None:
        self.changed.emit()


def _values(project: Project, head: str) -> dict[str, Any]:
    if head == "recipe":
        return values_of(project.recipe)
    return plug_values(project.objective, CATALOGUES["objectives"])
