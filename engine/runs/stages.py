"""What is said while something is done that takes a while, and where a stop ends it."""

from __future__ import annotations

from collections.abc import Callable

from engine.protocol import Stage
from engine.runs.control import Control, Sink
from engine.runs.failures import GivenUpError
from projects.translation import gettext as _

Tell = Callable[[str, float], None]
"""Told what is done, and which share of all of it is behind; raises where it is to end."""


def untold(_text: str, _share: float) -> None:
    """Nobody is told, and nothing ends."""


def telling(sink: Sink, control: Control) -> Tell:
    """Return what tells of every stage, and ends the work where it was stopped.

    Args:
        sink: Told of every stage.
        control: A stop makes the next one raise :class:`GivenUpError`.
    """

    def tell(text: str, share: float) -> None:
        if control.stopping:
            raise GivenUpError(_("stopped."))
        sink.emit(Stage(text=text, share=share))

    return tell
