"""Another look for a widget that is there already."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Give a widget another value of a property that the style sheet asks for, and the look that goes with it.

    Args:
        widget: The widget.
        name: The property: ``role``, ``wrong``.
        value: Its value; False and an empty text are the same as none.
    """
    if (widget.property(name) or None) != (value or None):
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
