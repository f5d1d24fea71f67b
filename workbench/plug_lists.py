"""Lists of plugs as forms: every entry of a catalogue with a switch; the project has a list of those that are on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.declare import Catalogue
from projects.schema import Plug
from widgets.forms import FormField
from workbench.forms import first_words, form_fields
from workbench.values import defaults, plug_values


def list_fields(catalogue: Catalogue[Any]) -> tuple[FormField, ...]:
    """Return a group that can be switched on for every entry."""
    return tuple(
        FormField(
            name=cls.tag(),
            title=cls.title,
            kind="struct",
            help=first_words(cls.help()),
            optional=True,
            blank=defaults(cls.fields()),
            fields=form_fields(cls.fields()),
            topic=catalogue.key(cls.tag()),
        )
        for cls in catalogue
    )


def list_values(
    plugs: Sequence[Plug], catalogue: Catalogue[Any]
) -> dict[str, dict[str, Any] | None]:
    """Return the settings of entries by type, None for those that are off.

    Of several of one type the first one counts; the others are for the file alone.
    """
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(catalogue.entries)
    for plug in reversed(plugs):
        if plug.type in found:
            values = plug_values(plug, catalogue)
            found[plug.type] = {name: value for name, value in values.items() if name != "type"}
    return found


def with_entry(
    plugs: Sequence[Plug], catalogue: Catalogue[Any], path: str, value: Any
) -> tuple[Plug, ...]:
    """Return a list with what the form said; what is switched on takes its place in the usual order.

    Args:
        plugs: The list.
        catalogue: Where its entries are declared.
        path: ``random_crop`` (a mapping, or None), or ``random_crop.padding``.
        value: What was entered.
    """
    tag, _dot, setting = path.partition(".")
    changed = list(plugs)
    at = next((i for i, plug in enumerate(changed) if plug.type == tag), None)
    if not setting and value is None:
        if at is not None:
            del changed[at]
        return tuple(changed)
    if at is None:
        at = _place(changed, catalogue, tag)
        given = {} if setting else value
        changed.insert(at, Plug(tag, _told(catalogue, tag, given)))
    if setting:
        changed[at] = Plug(tag, _told(catalogue, tag, {**changed[at].params, setting: value}))
    return tuple(changed)


def path_in_form(plugs: Sequence[Plug], path: str) -> str:
    """Return where the form has what a problem is about: ``0.padding`` is ``random_crop.padding``."""
    index, dot, setting = path.partition(".")
    if not (index.isdecimal() and int(index) < len(plugs)):
        return path
    return f"{plugs[int(index)].type}{dot}{setting}"


def _told(catalogue: Catalogue[Any], tag: str, params: dict[str, Any]) -> dict[str, Any]:
    """Settings that differ from their defaults."""
    known = defaults(catalogue.get(tag).fields())
    return {name: value for name, value in params.items() if known.get(name) != value}


def _place(plugs: Sequence[Plug], catalogue: Catalogue[Any], tag: str) -> int:
    """Where an entry goes: before the first that usually comes later."""
    order = list(catalogue.entries)
    later = [
        i for i, p in enumerate(plugs) if p.type in order and order.index(p.type) > order.index(tag)
    ]
    return later[0] if later else len(plugs)
