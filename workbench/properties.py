"""The project's name and description."""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from projects.errors import ProjectError
from projects.fields import fields_of, read_field
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import phrase
from widgets import theme
from widgets.topics import TOPIC
from workbench.document import Document


class Properties(QDialog):
    """Edits what a project is called and what it says of itself; one undo step.

    Args:
        document: The open project.
        parent: The window.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("properties")
        self.setProperty(TOPIC, "article/window")
        self.setWindowTitle(_("Name and description"))
        self.resize(560, 380)
        self._document = document
        self._name = QLineEdit(document.project.name)
        self._name.setObjectName("projectName")
        self._name.setAccessibleName(_("Name"))
        self._description = QPlainTextEdit(document.project.description)
        self._description.setObjectName("projectDescription")
        self._description.setAccessibleName(_("Description"))
        self._description.setTabChangesFocus(True)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        buttons = QDialogButtonBox()
        for name, text, role in (
            ("propertiesOk", _("OK"), QDialogButtonBox.ButtonRole.AcceptRole),
            ("propertiesCancel", _("Cancel"), QDialogButtonBox.ButtonRole.RejectRole),
        ):
            button = buttons.addButton(text, role)
            button.setObjectName(name)
            button.setAccessibleName(text)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(theme.GAP)
        for title, editor in ((_("Name"), self._name), (_("Description"), self._description)):
            label = QLabel(title)
            label.setBuddy(editor)
            column.addWidget(label)
            column.addWidget(editor)
        column.addWidget(self._problem)
        column.addWidget(buttons)

    def accept(self) -> None:
        """Take both over, or say what is wrong with them."""
        project = self._document.project
        entered = {"name": self._name.text(), "description": self._description.toPlainText()}
        fields = {field.name: field for field in fields_of(Project) if field.name in entered}
        try:
            read = {name: read_field(fields[name], text, "") for name, text in entered.items()}
        except ProjectError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self._document.apply(phrase("Describe project"), msgspec.structs.replace(project, **read))
        super().accept()
