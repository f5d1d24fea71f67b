"""The settings of runs, read from their frozen projects in the background."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.runs.reader import Reader
from projects.errors import UserError
from projects.fields import join
from projects.plain import project_to
from projects.schema import Project
from projects.yaml_writer import flow
from workbench.aside import aside

Value = float | str
Settings = dict[str, Value]
NO_SETTINGS = ("format", "name", "description", "frames", "at", "wires", "blocks")
BETWEEN = 0.004  # seconds of rest between two runs, so that the window does not notice
PORTION = 50


class SettingsReader(QObject):
    """Reads the settings of runs once.

    Args:
        parent: Qt parent.

    Attributes:
        known: What was read, by run; nothing of runs whose project cannot be read.

    Signals:
        read(paths): The settings of these runs are known now.
    """

    read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.known: dict[Path, Settings] = {}
        self._waiting: list[Path] = []
        self._busy = False
        self._portion = PORTION

    def want(self, paths: Sequence[Path]) -> None:
        """Read the settings of these runs, and of no others that still wait."""
        self._waiting = [path for path in paths if path not in self.known]
        self._portion = PORTION
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        portion = self._waiting[: self._portion]
        self._waiting = self._waiting[self._portion :]
        self._portion *= 2  # the table is filled in again after each
        aside(self, lambda: {path: _read(path) for path in portion}, self._take)

    def _take(self, found: Mapping[Path, Settings]) -> None:
        self._busy = False
        self.known.update(found)
        self.read.emit(found.keys())
        self._go_on()


def settings_of(project: Project) -> Settings:
    """Return every setting that decides a run, by its dotted path; numbers as numbers."""
    return dict(_flat(project_to(project), ""))


def _flat(values: Mapping[str, Any], where: str) -> Iterator[tuple[str, Value]]:
    for name, value in values.items():
        place = join(where, name)
        if name in NO_SETTINGS:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, place)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield place, float(value)
        else:
            yield place, value if isinstance(value, str) else flow(value)


def _read(path: Path) -> Settings:
    time.sleep(BETWEEN)
    try:
        return settings_of(Reader(path).project())
    except (UserError, OSError, ValueError, TypeError):
        return {}
