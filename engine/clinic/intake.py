"""What is known of a training before its first step: how much there is to learn, and what is odd about the data."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.protocol import Marker
from projects.translation import gettext as _
from projects.translation import ngettext

INTAKE = "data"  # the kind of the marker that tells of it


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine knows of the data when a training begins; kept in the run as a marker.

    Attributes:
        counts: Examples in ``train``, ``validation`` and ``test``.
        blind: Loss of the best answer that does not look at the input, on the training part; None
            where that is not known.
        majority: Which part of the training examples, or of their steps, the most frequent class has; 0
            without classes.
        common: The most frequent class, and how many of them it has.
        rare: The same of the least frequent class.
        classes: How many classes there are.
        known: By part, how many of its examples are in the training part too.
        looked_at: By part, how many of its examples were looked up there.
        readable: Features that are the target under another name.
        length: Root of the mean squared norm of the examples, as networks see them; None where nothing is judged by it.
        size: How many numbers an example has; 0 where nothing is judged by it.
    """

    counts: dict[str, int] = {}
    blind: float | None = None
    majority: float = 0.0
    common: tuple[str, int] = ("", 0)
    rare: tuple[str, int] = ("", 0)
    classes: int = 0
    known: dict[str, int] = {}
    looked_at: dict[str, int] = {}
    readable: tuple[str, ...] = ()
    length: float | None = None
    size: int = 0


def marker_of_intake(intake: Intake, step: int) -> Marker:
    """Return what is known of the data as a run tells and keeps it."""
    count = intake.counts.get("train", 0)
    text = ngettext(
        "{count:,} example to learn from.", "{count:,} examples to learn from.", count
    ).format(count=count)
    if intake.blind is not None:
        told = _("Without looking at them the loss is {blind:.4g} at best.")
        text = f"{text} {told.format(blind=intake.blind)}"
    values = msgspec.to_builtins(intake)
    plain = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
    return Marker(step=step, kind=INTAKE, text=text, values=plain)  # as it is read back


def intake_of_marker(values: dict[str, Any]) -> Intake | None:
    """Return what a run tells of its data; None where that is damaged."""
    try:
        return msgspec.convert(values, Intake)
    except msgspec.ValidationError:
        return None
