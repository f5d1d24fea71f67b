"""What is remembered between starts, each value with its type and default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from projects.home import home

MOST_RECENT = 12
SCHEMES = ("system", "light", "dark")


class Settings:
    """Typed access to the settings file in the person's home."""

    def __init__(self) -> None:
        self._store = QSettings(str(home() / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        value = str(self._store.value("scheme", "system", type=str))
        return value if value in SCHEMES else "system"

    @scheme.setter
    def scheme(self, value: str) -> None:
        self._store.setValue("scheme", value)

    @property
    def language(self) -> str:
        """``system``, or the name of a language: ``zh_CN``."""
        return str(self._store.value("language", "system", type=str))

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def recent(self) -> list[Path]:
        """Project files, the last opened first; they may be gone."""
        text = str(self._store.value("recent", "[]", type=str))
        try:
            names = json.loads(text)
        except json.JSONDecodeError:
            return []
        return [Path(name) for name in names if isinstance(name, str)] if _is_list(names) else []

    def remember(self, path: Path) -> None:
        """Put a project file first among the recent ones."""
        known = [path, *(other for other in self.recent if other != path)]
        self._store.setValue("recent", json.dumps([str(entry) for entry in known[:MOST_RECENT]]))

    def forget(self, path: Path) -> None:
        """Take a project file off the recent ones."""
        known = [other for other in self.recent if other != path]
        self._store.setValue("recent", json.dumps([str(entry) for entry in known]))

    @property
    def workspace(self) -> str:
        """Name of the last used workspace."""
        return str(self._store.value("workspace", "design", type=str))

    @workspace.setter
    def workspace(self, value: str) -> None:
        self._store.setValue("workspace", value)

    @property
    def minimap(self) -> bool:
        """Whether large networks have a map in the corner."""
        return bool(self._store.value("canvas/minimap", True, type=bool))

    @minimap.setter
    def minimap(self, value: bool) -> None:
        self._store.setValue("canvas/minimap", value)

    @property
    def measure(self) -> str:
        """What layers on the canvas are measured by."""
        return str(self._store.value("canvas/measure", "health", type=str))

    @measure.setter
    def measure(self, value: str) -> None:
        self._store.setValue("canvas/measure", value)

    @property
    def wheel_zooms(self) -> bool:
        """Whether the wheel alone zooms the canvas; otherwise it scrolls, and Ctrl zooms."""
        return bool(self._store.value("canvas/wheel_zooms", False, type=bool))

    @wheel_zooms.setter
    def wheel_zooms(self, value: bool) -> None:
        self._store.setValue("canvas/wheel_zooms", value)

    def seen(self, guide: str) -> frozenset[int]:
        """Steps of a guided experiment that a person has called done."""
        words = str(self._store.value(f"guides/{guide}", "", type=str)).split()
        return frozenset(int(word) for word in words if word.isdecimal())

    def set_seen(self, guide: str, steps: frozenset[int]) -> None:
        """Remember them."""
        self._store.setValue(f"guides/{guide}", " ".join(map(str, sorted(steps))))

    def begun(self, guide: str) -> str:
        """When a guided experiment was begun, ISO 8601 in UTC; empty when nobody knows."""
        return str(self._store.value(f"guides_begun/{guide}", "", type=str))

    def set_begun(self, guide: str, moment: str) -> None:
        """Remember it."""
        self._store.setValue(f"guides_begun/{guide}", moment)

    def bytes_of(self, key: str) -> QByteArray:
        """A stored state of the window; empty when there is none."""
        value = self._store.value(key, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Store a state of the window."""
        self._store.setValue(key, value)

    def sync(self) -> None:
        """Write to the disk now."""
        self._store.sync()


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
