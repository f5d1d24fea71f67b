"""What a guided experiment asks of a run folder."""

from __future__ import annotations

from pathlib import Path

from engine.clinic.practice import VERDICT
from engine.guides.base import Trained
from engine.runs.reader import Reader


def trained_of(run: Path) -> Trained:
    """Return what is known of a training.

    Raises:
        UserError: The run is damaged, or none.
    """
    reader = Reader(run)
    summary = reader.summary()
    verdicts = frozenset(
        str(marker.values.get("ailment", ""))
        for marker in reader.markers()
        if marker.kind == VERDICT
    )
    return Trained(reader.project(), summary.state, summary.metrics, verdicts)
