"""What happened to a run, as marks on its curves: changes by hand, checkpoints, alarms, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from engine.clinic.practice import BROKEN, VERDICT
from engine.protocol import Marker
from engine.runs.control import CHANGES
from projects.translation import gettext as _
from widgets.plots.curves import Mark
from widgets.plots.scale import Scale
from workbench.rundata import RunData

CHANGE, CHECKPOINT, ALARM, OTHER = "change", "checkpoint", "alarm", "other"
ALARMS = (VERDICT, BROKEN, "roll_back", "disk_full", "damaged_checkpoint", "damaged_measurements")
TONES = {CHANGE: "accent", CHECKPOINT: "good", ALARM: "warning", OTHER: "border_strong"}
MOST = 20  # of a kind; the newest


def kinds() -> dict[str, str]:
    """Return the kinds of marks with the words for them."""
    return {
        CHANGE: _("Changes while training"),
        CHECKPOINT: _("Checkpoints"),
        ALARM: _("Alarms"),
        OTHER: _("Other events"),
    }


def kind_of(marker: Marker) -> str:
    """Return which kind of mark a marker is."""
    if marker.kind in CHANGES:
        return CHANGE
    return ALARM if marker.kind in ALARMS else OTHER


def marks_of(
    run: RunData, scale_of: Callable[[RunData], Scale | None], wanted: Collection[str]
) -> list[Mark]:
    """Return the marks of a run.

    Args:
        run: The run.
        scale_of: Answers where its steps lie on the axis; None where the axis counts steps.
        wanted: Which kinds.
    """
    found = {kind: [m for m in run.markers if kind_of(m) == kind][-MOST:] for kind in wanted}
    told = [
        (marker.step, marker.text, TONES[kind]) for kind, some in found.items() for marker in some
    ]
    if CHECKPOINT in wanted:
        words = _("checkpoint at step {step:,}")
        told += [
            (step, words.format(step=step), TONES[CHECKPOINT]) for step in run.checkpoints[-MOST:]
        ]
    scale = scale_of(run)
    return [Mark(_place(step, scale), text, tone) for step, text, tone in told]


def _place(step: int, scale: Scale | None) -> float:
    return float(step if scale is None else scale.places_of(np.array([step]))[0])
