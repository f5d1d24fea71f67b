"""What is found out about the data before a training begins, for who judges how it goes."""

from __future__ import annotations

import math
from typing import Any

from engine.clinic.intake import Intake
from engine.compute.session import Session
from engine.data import findings
from engine.data.prepare import Prepared


def intake_of(session: Session) -> Intake:
    """Return what is known of the data of a session; the same whenever it is asked for."""
    data, blind = session.data, session.task.blind_loss()
    known = data.known
    return Intake(
        counts=dict(data.info.counts),
        blind=blind if blind is not None and math.isfinite(blind) else None,
        known={part: count for part, (count, _all) in known.items()},
        looked_at={part: looked_at for part, (_count, looked_at) in known.items()},
        readable=tuple(findings.readable(data)),
        **_classes(data),
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
