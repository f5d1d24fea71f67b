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

    Of a game that is how many examples there are, and how far they are apart.
    """
    data = session.data
    if session.objective.rivals:
        return Intake(counts=dict(data.info.counts), reach=_reach(data))
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


def _reach(data: Prepared) -> float | None:
    """How far examples are apart at most, as networks see them; None where they are not all in memory."""
    inputs = data.train.inputs
    if data.source.reader is not None or not len(inputs):
        return None
    parts = np.array_split(inputs.reshape(len(inputs), -1), -(-len(inputs) // ROWS))
    centre = sum(part.sum(axis=0, dtype=np.float64) for part in parts) / len(inputs)
    return 2 * max(float(np.linalg.norm(part - centre, axis=1).max()) for part in parts)


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
