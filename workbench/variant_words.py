"""What the window says of variants of runs: what was done to them, and how large they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.compression.base import COMPRESSIONS
from engine.compression.variant import Variant, read_variant
from projects.errors import UserError
from projects.fields import Field, applies, shown
from projects.schema import Plug
from projects.translation import gettext as _
from workbench.inspector_facts import in_bytes
from workbench.values import plug_values

LONGEST = 100


def variant_words(run: Path) -> str:
    """Return what was done to a variant, and the size of its file; what it is where that isn't known."""
    variant = variant_of(run)
    if variant is None:
        return _("a smaller variant")
    return f"{steps_words(variant.steps)} · {in_bytes(variant.size.file_bytes)}"


def variant_of(run: Path) -> Variant | None:
    """Return what a run folder says of a variant; None where it is none, or damaged."""
    try:
        return read_variant(run)
    except UserError:
        return None


def steps_words(steps: Sequence[Plug]) -> str:
    """Return what was done, in order: ``Prune weights 0.9 + Rewind``; of very much the beginning."""
    words = " + ".join(step_words(step) for step in steps)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def step_words(step: Plug) -> str:
    """Return one compression with how much of it, and the other settings that it was given: ``Prune weights 0.9``."""
    if step.type not in COMPRESSIONS:
        return step.type
    kind = COMPRESSIONS.get(step.type)
    fields = {field.name: field for field in kind.fields()}
    every = plug_values(step, COMPRESSIONS)
    amounts = {
        name: every[name]
        for name, field in fields.items()
        if field.kind == "float" and name in every and applies(field, every)
    }
    said = {**amounts, **step.params}
    values = (_value_words(fields.get(name), value) for name, value in said.items())
    return " ".join([kind.title, *values])


def _value_words(field: Field | None, value: object) -> str:
    if field is not None and field.kind == "choice":
        return field.words_of(value)
    return shown(value)
