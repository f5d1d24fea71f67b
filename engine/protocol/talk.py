"""The conversation itself: its first and last words, signs of life, how far a request is, and what could not be met."""

from __future__ import annotations

from engine.protocol.base import Command, Event
from projects.errors import Problem


class Ready(Event, frozen=True, tag="ready"):
    """First words of an engine: it can take work."""

    protocol: int
    pid: int
    torch: str
    devices: tuple[str, ...]


class Beat(Event, frozen=True, tag="beat"):
    """A sign of life, about twice a second, whatever the engine is doing."""

    step: int = 0


class Stage(Event, frozen=True, tag="stage"):
    """What a long request is doing, and which share of it is done, 0 to 1."""

    text: str
    share: float


class Failed(Event, frozen=True, tag="failed"):
    """A request could not be met.

    Attributes:
        problems: In people's words.
        trace: For a bug: the traceback, for the report. Empty for a person's error.
        kind: ``user``, ``bug``, ``memory``, ``nan``, ``interrupted``, ``given_up`` (a branch was
            stopped before it began, a look inside or a compression before its end) or ``protocol``.
    """

    problems: tuple[Problem, ...]
    trace: str = ""
    kind: str = "user"


class Speak(Command, frozen=True, tag="speak"):
    """Say everything in another language from now on.

    Attributes:
        language: One of :func:`projects.translation.languages`.
    """

    language: str


class Quit(Command, frozen=True, tag="quit"):
    """Checkpoint if training, then end the process."""
