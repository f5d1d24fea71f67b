"""What becomes of the bytes that a smaller variant saves, when it is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.compression.variant import read_variant
from projects.translation import gettext as _

NOTABLE = 1.25
"""How many times as much it is before anything is said."""


def unpacked(run: Path, files: Mapping[str, bytes]) -> list[str]:
    """Say so where files lose what packing the weights of a variant saves, and which format keeps most of it.

    Args:
        run: The run folder; only of a variant is known how small its weights are.
        files: What is written, by name.
    """
    variant = read_variant(run)
    if variant is None:
        return []
    packed, dense = variant.size.file_bytes, variant.size.dense_bytes
    count = sum(len(content) for content in files.values())
    if min(count, dense) <= NOTABLE * packed:
        return []
    said = _(
        "In its folder the variant’s weights are packed in {packed:,} bytes. Here it takes {count:,}, for every weight is "
        "written, those that are 0 as well."
    ).format(packed=packed, count=count)
    if count < dense:
        return [said]
    hint = _("Handed over for NumPy it is smaller: its arrays are compressed.")
    return [f"{said} {hint}"]
