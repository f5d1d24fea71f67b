"""What happened to a run, as marks on its curves: changes by hand, checkpoints, alarms, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from engine.clinic.base import AILMENTS
from engine.clinic.practice import BROKEN, VERDICT, state_words
from engine.live import live_title
from engine.protocol import Marker
from engine.runs.control import CHANGES
from projects.schema import Project
from projects.translation import gettext as _
from widgets.plots.curves import Mark
from widgets.plots.scale import Scale
from workbench.names import network_words
from workbench.rundata import RunData

CHANGE, CHECKPOINT, ALARM, OTHER = "change", "checkpoint", "alarm", "other"
ALARMS = (
    *(VERDICT, BROKEN, "roll_back", "disk_full"),
    *("damaged_checkpoint", "damaged_measurements", "damaged_folder"),
)
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
        (marker.step, marker_words(run, marker), TONES[kind])
        for kind, some in found.items()
        for marker in some
    ]
    if CHECKPOINT in wanted:
        words = _("checkpoint at step {step:,}")
        told += [
            (step, words.format(step=step), TONES[CHECKPOINT]) for step in run.checkpoints[-MOST:]
        ]
    scale = scale_of(run)
    return [Mark(_place(step, scale), text, tone) for step, text, tone in told]


def marker_words(run: RunData, marker: Marker) -> str:
    """Return what a marker tells, in the language of the moment as far as it says what that is; it was written in another.

    Args:
        run: The run.
        marker: One of its markers.
    """
    match marker.values:
        case {"value": float() as value, "network": str(network)}:
            title = _("Learning rate")
            if network:
                title = _("{network}: Learning rate").format(network=network_words(network))
        case {"value": float() as value, "path": str(path)} if run.project is not None:
            title = _live_title(run.project, path)
        case {"ailment": str(tag), "state": str(state)} if tag in AILMENTS:
            title = AILMENTS.get(tag).title
            short = f"{title} ({state_words(state)})"
            return marker.text if marker.text.startswith(title) else short
        case _:
            return marker.text
    return _("{title} → {value:g}").format(title=title, value=value) if title else marker.text


def _live_title(project: Project, path: str) -> str:
    """What a value that was changed is called; nothing where the project has none such."""
    try:
        return live_title(project, path)
    except KeyError:
        return ""


def _place(step: int, scale: Scale | None) -> float:
    return float(step if scale is None else scale.places_of(np.array([step]))[0])
