"""What every view of samples is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from workbench.rundata import Frame


class View:
    """Shows pictures of one kind, or of a few that look alike.

    Class attributes:
        kinds: What ``info.kind`` of these pictures is.
        has_mistakes: Whether answers can be right or wrong, so that mistakes alone can be shown.
        square: Whether a picture is as wide as high, whatever room there is.
        paged: Whether tabs stand above a picture, so that a low place has little room for more.

    Attributes:
        widget: What shows them.
        again: To be called when another part of a picture was chosen: it is painted anew.
    """

    kinds: ClassVar[tuple[str, ...]] = ()
    has_mistakes: ClassVar[bool] = False
    square: ClassVar[bool] = False
    paged: ClassVar[bool] = False

    def __init__(self) -> None:
        self.again: Callable[[], None] = lambda: None
        self.widget = self.build()

    def build(self) -> QWidget:
        """Return the widget; called once."""
        raise NotImplementedError

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show a picture.

        Args:
            frame: The picture.
            mistakes: Whether to show mistakes only.

        Returns:
            A sentence above it, in plain text.
        """
        raise NotImplementedError

    def film(self, frame: Frame) -> QImage | None:
        """Return what a film shows of a picture; None where that is what is seen, enlarged."""
        return None

    def retheme(self) -> None:
        """Take the colours of the theme in force; :meth:`paint` follows."""
