"""What a person changed while a run trained, read back so that it can be done again at the same steps."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from engine.protocol import Marker
from engine.runs.control import CHANGES, Change, RateChange, ValueChange
from engine.runs.reader import Reader
from projects.errors import RunError
from projects.translation import gettext as _

RATE, VALUE = CHANGES
_WENT_BACK = "roll_back"


class Scripted(NamedTuple):
    """A change and the number of steps after which it was made."""

    step: int
    change: Change


def script_of(run: Path) -> list[Scripted]:
    """Return the changes that were made while a run trained, in their order.

    Args:
        run: The run folder.

    Raises:
        RunError: The run has no measurements, or went back after a loss that was not a number, which
            depends on when it was noticed.
    """
    found = []
    for event in Reader(run).events():
        if not isinstance(event, Marker):
            continue
        if event.kind == _WENT_BACK:
            raise RunError(
                _("this run went back to an earlier step, which cannot be done again exactly."),
                where=str(run),
                hint=_("Train its project again, with a lower learning rate."),
            )
        change = _change(event)
        if change is not None:
            found.append(Scripted(event.step, change))
    return found


def _change(marker: Marker) -> Change | None:
    """The change that a marker tells of; None for other markers, and for what a stranger made up."""
    values = marker.values
    value = values.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if marker.kind == RATE and isinstance(values.get("network", ""), str):
        return RateChange(float(value), values.get("network", ""))
    if marker.kind == VALUE and isinstance(values.get("path"), str):
        return ValueChange(values["path"], float(value))
    return None
