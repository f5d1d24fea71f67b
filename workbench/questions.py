"""Questions that must be answered before something that cannot be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

CANCEL = "cancel"


@dataclass(frozen=True)
class Choice:
    """One answer.

    Attributes:
        key: What :func:`ask` returns.
        text: Words on the button.
        primary: Whether Enter gives it.
        destructive: Whether something is lost by it.
    """

    key: str
    text: str
    primary: bool = False
    destructive: bool = False


def ask(parent: QWidget, name: str, title: str, text: str, choices: Sequence[Choice]) -> str:
    """Ask and wait for the answer.

    Args:
        parent: The window.
        name: Object name of the dialog; its buttons are ``<name>_<key>``.
        title: The question, short.
        text: What depends on it.
        choices: The answers; Escape gives the one whose key is :data:`CANCEL`.

    Returns:
        Key of the answer.
    """
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(title)
    box.setText(title)
    box.setInformativeText(text)
    roles = QMessageBox.ButtonRole
    keys: dict[QAbstractButton, str] = {}
    for choice in choices:
        role = roles.DestructiveRole if choice.destructive else roles.AcceptRole
        role = roles.RejectRole if choice.key == CANCEL else role
        button = box.addButton(choice.text, role)
        button.setObjectName(f"{name}_{choice.key}")
        button.setAccessibleName(choice.text)
        keys[button] = choice.key
        if choice.primary:
            button.setProperty("primary", True)
            button.style().polish(button)
            box.setDefaultButton(button)
        if choice.key == CANCEL:
            box.setEscapeButton(button)
    box.exec()
    answer = keys.get(box.clickedButton(), CANCEL)
    box.deleteLater()
    return answer
