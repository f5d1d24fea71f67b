"""Augmentations as a form: every one of the catalogue with a switch; the project has a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from engine.augmentations.base import AUGMENTATIONS
from projects.schema import Data, Plug
from widgets.forms import FormField
from workbench.forms import defaults, first_words, form_fields, plug_values


def augment_fields() -> tuple[FormField, ...]:
    """Return a group that can be switched on for every augmentation."""
    return tuple(
        FormField(
            name=cls.tag(),
            title=cls.title,
            kind="struct",
            help=first_words(cls.help()),
            optional=True,
            blank=defaults(cls.fields()),
            fields=form_fields(cls.fields()),
        )
        for cls in AUGMENTATIONS
    )


def augment_values(data: Data) -> dict[str, dict[str, Any] | None]:
    """Return the settings of augmentations by type, None for those that are off.

    Of several of one type the first one counts; the others are for the file alone.
    """
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(AUGMENTATIONS.entries)
    for plug in reversed(data.augment):
        if plug.type in found:
            values = plug_values(plug, AUGMENTATIONS)
            found[plug.type] = {name: value for name, value in values.items() if name != "type"}
    return found


def with_augment(data: Data, path: str, value: Any) -> Data:
    """Return data with what the form said; what is switched on takes its place in the usual order.

    Args:
        data: The data.
        path: ``random_crop`` (a mapping, or None), or ``random_crop.padding``.
        value: What was entered.
    """
    tag, _dot, setting = path.partition(".")
    plugs = list(data.augment)
    at = next((i for i, plug in enumerate(plugs) if plug.type == tag), None)
    if not setting and value is None:
        if at is not None:
            del plugs[at]
    elif at is None:
        plugs.insert(_place(plugs, tag), Plug(tag, _told(tag, value if not setting else {})))
    if (
        setting
        and (at := next((i for i, p in enumerate(plugs) if p.type == tag), None)) is not None
    ):
        plugs[at] = Plug(tag, _told(tag, {**plugs[at].params, setting: value}))
    return msgspec.structs.replace(data, augment=tuple(plugs))


def _told(tag: str, params: dict[str, Any]) -> dict[str, Any]:
    """Settings that differ from their defaults."""
    known = defaults(AUGMENTATIONS.get(tag).fields())
    return {name: value for name, value in params.items() if known.get(name) != value}


def _place(plugs: Sequence[Plug], tag: str) -> int:
    """Where an augmentation goes: before the first that usually comes later."""
    order = list(AUGMENTATIONS.entries)
    later = [
        i for i, p in enumerate(plugs) if p.type in order and order.index(p.type) > order.index(tag)
    ]
    return later[0] if later else len(plugs)
