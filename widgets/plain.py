"""Words that others wrote, shown as they are where Qt would take them for HTML."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def plain_tip(text: str) -> str:
    """Return a text so that a tooltip shows it as it is.

    Qt guesses whether a tooltip is HTML; names from a file must not be, since HTML may load pictures.
    """
    if "<" not in text and "&" not in text:
        return text
    return f"<div style='white-space:pre-wrap'>{html.escape(text)}</div>"


def plain_label(text: str = "", role: str = "", name: str = "", copied: bool = False) -> QLabel:
    """Return a label that shows a text as it is, on as many lines as it needs.

    Args:
        text: The text.
        role: Its role in the style sheet: ``hint``, ``problem``, ``heading``.
        name: Object name.
        copied: Whether it can be selected with the mouse and copied.
    """
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    if copied:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
