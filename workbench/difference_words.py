"""How two projects differ, in the words that forms have; files and the terminal have dotted paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.probes.base import PROBES
from projects.difference import UNKNOWN, difference, shown
from projects.fields import REQUIRED, fields_of
from projects.schema import Node, Project
from projects.translation import gettext as _
from workbench.metric_words import metric_words
from workbench.place_words import BESIDE, BETWEEN, place_words
from workbench.run_columns import words_of
from workbench.run_settings import settings_of
from workbench.setting_words import setting_field, setting_title, setting_words
from workbench.values import defaults


def difference_words(one: Project, other: Project) -> tuple[list[str], list[str]]:
    """Return what is different in the second of two projects: sentences in words, and the same ones with paths.

    Args:
        one: The project to compare with.
        other: The project that is described.
    """
    return difference(one, other, _AsForms(one, other)), difference(one, other)


class _AsForms:
    """Calls places and values of two projects as forms do; what they do not know, as files do.

    Args:
        one: A project.
        other: Another one, in which a place is looked for first.
    """

    def __init__(self, one: Project, other: Project) -> None:
        self._projects = (other, one)
        self._settings: dict[str, object] = {
            **settings_of(one),
            **settings_of(other),
            **{
                f"blocks.{name}.nodes.{layer}.type": node.type
                for project in (one, other)
                for name, block in project.blocks.items()
                for layer, node in block.nodes.items()
            },
        }

    def place(self, path: str) -> str:
        """Return what a dotted path is called: *Recipe › Optimiser › Learning rate*."""
        told = (place_words(project, path) for project in self._projects)
        known = next((words for words in told if words != path), "")
        return known or setting_title(path, self._settings) or path

    def value(self, path: str, value: Any) -> str:
        """Return what a value that stands there is called."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return words_of(value)
        if isinstance(value, str):
            if path.endswith(".metric"):
                return metric_words(value)
            return setting_words(path, value, self._settings) or value
        if _is_plug(value):
            return self._plug(path, value)
        if value and isinstance(value, Sequence) and all(map(_is_plug, value)):
            return ", ".join(self._plug(path, one) for one in value)
        if value and isinstance(value, Mapping) and "nodes" not in value:
            return ", ".join(self._part(path, name, inner) for name, inner in value.items())
        return shown(value)

    def usual(self, path: str) -> Any:
        """Return what is there where nothing is chosen; UNKNOWN where nobody knows."""
        match path.split("."):
            case ["networks" | "blocks", _, "nodes", _, str(name)] if name in BESIDE:
                return next(field.default for field in fields_of(Node) if field.name == name)
        field = setting_field(path, self._settings)
        if field is None or field.default is REQUIRED:
            return UNKNOWN
        return defaults((field,)).get(field.name, UNKNOWN)

    def _plug(self, path: str, value: Mapping[str, Any]) -> str:
        """A type with what is chosen of its parameters: *SGD (Learning rate 0.1)*."""
        tag, settings = str(value["type"]), {**self._settings, f"{path}.type": value["type"]}
        title = setting_words(f"{path}.type", tag, settings)
        if path == "probes" and tag in PROBES:
            title = str(PROBES.get(tag).title)
        chosen = []
        for name, inner in value.items():
            if name not in ("type", "at"):
                chosen.append(self._part(path, name, inner, settings))
        words = title or tag
        return f"{words} ({', '.join(chosen)})" if chosen else words

    def _part(
        self, path: str, name: str, value: Any, settings: Mapping[str, object] | None = None
    ) -> str:
        """A setting inside of another one: *Patience 10*."""
        where = f"{path}.{name}"
        title = setting_title(where, self._settings if settings is None else settings)
        return f"{title.rpartition(BETWEEN)[2] or name} {self.value(where, value)}"


def _is_plug(value: object) -> bool:
    return isinstance(value, Mapping) and "type" in value
