"""Augmentations as a form: every one of the catalogue with a switch; the project has a list of them."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.augmentations.base import AUGMENTATIONS
from projects.schema import Data
from widgets.forms import FormField
from workbench.plug_lists import list_fields, list_values, with_entry


def augment_fields() -> tuple[FormField, ...]:
    """Return a group that can be switched on for every augmentation."""
    return list_fields(AUGMENTATIONS)


def augment_values(data: Data) -> dict[str, dict[str, Any] | None]:
    """Return the settings of augmentations by type, None for those that are off."""
    return list_values(data.augment, AUGMENTATIONS)


def with_augment(data: Data, path: str, value: Any) -> Data:
    """Return data with what the form said.

    Args:
        data: The data.
        path: ``random_crop`` (a mapping, or None), or ``random_crop.padding``.
        value: What was entered.
    """
    augment = with_entry(data.augment, AUGMENTATIONS, path, value)
    return msgspec.structs.replace(data, augment=augment)
