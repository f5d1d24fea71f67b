"""What shows an answer of a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Answer:
    """What a view has seen.

    Attributes:
        arrays: Its arrays by name; see ``docs/protocol.md``.
        info: What else belongs to it.
        step: Steps of the weights that were looked at.
        about: The run and the layer, where it is about one.
    """

    arrays: Mapping[str, NDArray[Any]]
    info: Mapping[str, Any]
    step: int = 0
    about: tuple[str, str] = ("", "")

    def words(self, name: str) -> list[str]:
        """Return a list of the description as texts; an empty one where there is none."""
        return [str(word) for word in self.info.get(name, ())]


class Picture:
    """Shows answers of one kind.

    Class attributes:
        kinds: What ``info.kind`` of these answers is.

    Attributes:
        widget: What shows them.
        choose: To be called with the place in its part of an example that was clicked.
    """

    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.choose: Callable[[int], None] = lambda place: None
        self.widget = self.build()

    def build(self) -> QWidget:
        """Return the widget; called once."""
        raise NotImplementedError

    def paint(self, answer: Answer) -> str:
        """Show an answer; return a sentence above it, in plain text."""
        raise NotImplementedError

    def retheme(self) -> None:
        """Take the colours of the theme in force; :meth:`paint` follows."""
