"""The folder in which a window's questions begin where something is saved: the project's, or where something was saved last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

PLACE = "savePlace"


def place_of(widget: QWidget) -> Path:
    """Return the folder in which the window around a widget begins; the person's home where it knows none."""
    kept = _outermost(widget).property(PLACE)
    return Path(kept) if kept and Path(kept).is_dir() else Path.home()


def begin_in(widget: QWidget, folder: Path) -> None:
    """Begin in this folder from now on, in all of the window around a widget."""
    _outermost(widget).setProperty(PLACE, str(folder))


def _outermost(widget: QWidget) -> QWidget:
    """A panel that floats is a window of its own, but it belongs to another one."""
    while (around := widget.parentWidget()) is not None:
        widget = around
    return widget
