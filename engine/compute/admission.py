"""What is found out about the data before a training begins, for who judges how it goes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.clinic.game import is_meant_for_one
from engine.clinic.intake import Intake
from engine.compute.session import Session
from engine.data import findings
from engine.data.prepare import Prepared

ROWS = 1024  # at once


def is_asked_for(session: Session) -> bool:
    """Whether anybody judges a training by what is known of its data."""
    return not session.objective.rivals or is_meant_for_one(session.project)


def intake_of(session: Session) -> Intake:
    """Return what is known of the data of a session; the same whenever it is asked for.

    Of a game that is how many examples there are, and how large they are.
    """
    data = session.data
    if session.objective.rivals:
        size = int(np.prod(data.train.inputs.shape[1:]))
        return Intake(counts=dict(data.info.counts), length=_length(data), size=size)
    blind = session.task.blind_loss()
    known = data.known
    return Intake(
        counts=dict(data.info.counts),
        blind=blind if blind is not None and math.isfinite(blind) else None,
        known={part: count for part, (count, _all) in known.items()},
        looked_at={part: looked_at for part, (_count, looked_at) in known.items()},
        readable=tuple(findings.readable(data)),
        **_classes(data),
    )


def _length(data: Prepared) -> float | None:
    """Root of the mean squared norm of examples, as networks see them; None where they are not all in memory."""
    inputs = data.train.inputs
    if data.source.reader is not None or not len(inputs):
        return None
    parts = np.array_split(inputs, -(-len(inputs) // ROWS))
    return math.sqrt(
        sum(float(np.square(part, dtype=np.float64).sum()) for part in parts) / len(inputs)
    )


def _classes(data: Prepared) -> dict[str, Any]:
    """How examples, or the steps of sequences, are spread over classes, where each has one."""
    info = data.info
    counts = info.class_counts.get("train", ())
    if not counts:
        return {}
    most, least = (counts.index(count) for count in (max(counts), min(counts)))
    return {
        "classes": len(counts),
        "majority": counts[most] / max(1, sum(counts)),
        "common": (info.classes[most], counts[most]),
        "rare": (info.classes[least], counts[least]),
    }
