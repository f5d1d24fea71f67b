"""What every view of answers is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from workbench.answers.answered import Answered, Examples
from workbench.rundata import Frame


@dataclass(frozen=True, eq=False)
class Page:
    """One evaluation, with what belongs to it.

    Attributes:
        answered: What was answered.
        examples: What it is about; None where that was not kept.
        frames: This picture of answers and those before it, the newest last.
    """

    answered: Answered
    examples: Examples | None
    frames: Sequence[Frame]


class View:
    """Shows one side of what was answered.

    Class attributes:
        name: Its id.
        kinds: Of which kinds of answers it has something to show.
        order: Position among the tabs.
        least: Pixels of height that it needs; in a lower place it scrolls.

    Attributes:
        widget: What shows it.
        again: To be called when something else is to be shown: it is painted anew.
    """

    name: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[int] = 0
    least: ClassVar[int] = 150

    def __init__(self) -> None:
        self.again: Callable[[], None] = lambda: None
        self.widget = self.build()

    def title(self, kind: str) -> str:
        """Return what its tab says for answers of a kind."""
        raise NotImplementedError

    def build(self) -> QWidget:
        """Return the widget; called once."""
        raise NotImplementedError

    def paint(self, page: Page) -> str:
        """Show an evaluation; return a sentence about it, in plain text."""
        raise NotImplementedError

    def retheme(self) -> None:
        """Take the colours of the theme in force; :meth:`paint` follows."""
