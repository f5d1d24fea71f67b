"""How far a person has come in a guided experiment: since when it goes on, and which steps they called done."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

from workbench.settings import Settings


class Progress:
    """Remembered of every saved project on its own, and of an experiment that was not saved yet.

    Args:
        settings: Where it is remembered.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = ""

    def follow(self, guide: str, path: Path | None) -> None:
        """Be about an experiment.

        Args:
            guide: Its name.
            path: The project's file; None for one that was never saved.
        """
        self._key = _key(guide, path)

    def moved(self, guide: str, path: Path) -> None:
        """The project was saved under another name: its progress goes with it."""
        seen, begun = self.seen, self._settings.begun(self._key)
        self.follow(guide, path)
        self._settings.set_seen(self._key, seen)
        self._settings.set_begun(self._key, begun)

    def begin(self) -> None:
        """Begin anew: nothing is done, and trainings from before don't count."""
        now = datetime.datetime.now(datetime.UTC)
        self._settings.set_seen(self._key, frozenset())
        self._settings.set_begun(self._key, now.isoformat(timespec="milliseconds"))

    @property
    def seen(self) -> frozenset[int]:
        """Steps that a person has called done."""
        return self._settings.seen(self._key)

    def turn(self, step: int) -> None:
        """A person calls a step done, or takes that back."""
        self._settings.set_seen(self._key, self.seen ^ {step})

    def counts(self, started: str) -> bool:
        """Whether a training is one of this experiment.

        Args:
            started: When it was begun, ISO 8601 in UTC; empty where nobody knows.
        """
        begun = self._settings.begun(self._key)
        try:
            return not begun or _moment(started) >= _moment(begun).replace(microsecond=0)
        except ValueError:
            return False


def _moment(words: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(words)
    return found if found.tzinfo is not None else found.replace(tzinfo=datetime.UTC)


def _key(guide: str, path: Path | None) -> str:
    if path is None:
        return guide
    return f"{guide}-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
