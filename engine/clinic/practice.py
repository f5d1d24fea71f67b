"""A doctor who hears what a run says: live in the engine, or read back from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.clinic.base import AILMENTS, Breakdown, Verdict
from engine.clinic.chart import Table
from engine.clinic.doctor import Doctor
from engine.clinic.intake import INTAKE, intake_of_marker
from engine.clinic.vitals import VITALS, record_of
from engine.protocol import Array, Event, Marker, Measured, Scalars
from engine.runs.reader import Reader
from projects.schema import Project
from projects.translation import gettext as _

VERDICT = "verdict"  # the kind of markers that tell of one
BROKEN = "not_a_number"  # the kind of the marker after which a training can't go on
SCORES = "scores"  # the stream of pictures that know how often each mode or class is drawn

STREAMS = (SCORES, VITALS)  # what else than curves and markers a doctor has to hear


class Practice:
    """Hears events and goes the rounds.

    Args:
        project: What is trained.

    Attributes:
        doctor: Who knows the verdicts.
        reached: The last step that a curve told of.
        informed: Whether it was told what is known of the data.
    """

    def __init__(self, project: Project) -> None:
        self.doctor = Doctor(project)
        self.reached = 0
        self.informed = False
        self._broke: Breakdown | None = None

    def hear(self, event: Event) -> None:
        """Take an event of the run; those of other kinds are passed over."""
        if isinstance(event, Scalars):
            before: Array | None = None
            for name, (steps, values) in event.series.items():
                if steps.shape and steps.shape[0]:
                    if steps is not before:  # several curves have the steps of one
                        before, at = steps, steps.numpy()
                        self.reached = max(self.reached, int(at[-1]))
                    self.doctor.feed(name, at, values.numpy())
        elif isinstance(event, Measured):
            self._look_at(event)
        elif isinstance(event, Marker) and event.kind == INTAKE:
            intake = intake_of_marker(event.values)
            if intake is not None:
                self.doctor.take_in(intake)
                self.informed = True
        elif isinstance(event, Marker) and event.kind == BROKEN:
            self._broke = breakdown_of(event)

    def _look_at(self, event: Measured) -> None:
        if event.stream not in STREAMS:
            return
        arrays = {name: array.numpy() for name, array in event.arrays.items()}
        if event.stream == SCORES:
            table = table_of(arrays, event.info)
            if table is not None:
                self.doctor.feed_table(event.step, table)
        else:
            record = record_of(event.step, arrays, event.info)
            if record is not None:
                self.doctor.feed_record(record)

    def go(self) -> Iterator[Verdict]:
        """Go the rounds up to where the curves are; yield verdicts as they change."""
        yield from self.doctor.advance(self.reached)
        if self._broke is not None:
            yield from self.doctor.break_down(self._broke)
            self._broke = None


def breakdown_of(marker: Marker) -> Breakdown:
    """Return what a marker of the kind :data:`BROKEN` tells; those of older runs know the step alone."""
    where, what = (marker.values.get(name, "") for name in ("where", "what"))
    return Breakdown(marker.step, str(where), str(what))


def table_of(arrays: dict[str, Any], info: dict[str, Any]) -> Table | None:
    """Return what a picture of a scoring says of modes or classes; None where it has none, or is damaged."""
    names, noun = info.get("names"), info.get("of")
    share, real = arrays.get("share"), arrays.get("real_share")
    if not isinstance(names, list) or share is None or real is None:
        return None
    if np.shape(share) != (len(names),) or np.shape(real) != (len(names),) or not names:
        return None
    words = tuple(str(name) for name in names)
    return Table(str(noun), words, np.asarray(share, np.float64), np.asarray(real, np.float64))


def marker_of(verdict: Verdict) -> Marker:
    """Return a verdict as curves and logs tell it."""
    return Marker(
        step=verdict.step,
        kind=VERDICT,
        text=words_of(verdict),
        values={
            "ailment": verdict.ailment,
            "state": verdict.state,
            "since": verdict.since,
            "curve": verdict.look.curve,
        },
    )


def words_of(verdict: Verdict) -> str:
    """Return a verdict in a line: what it is and the evidence."""
    title = AILMENTS.get(verdict.ailment).title
    return f"{title} ({state_words(verdict.state)}): {verdict.look.words}"


def causes_of(verdict: Verdict, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return the titles of ailments of which one may come: those that bring it along, and were there no later."""
    return tuple(
        AILMENTS.get(other.ailment).title
        for other in verdicts
        if verdict.ailment in AILMENTS.get(other.ailment).brings
        and other.state == "confirmed"
        and other.since <= verdict.since
    )


def cause_words(verdict: Verdict, verdicts: Sequence[Verdict]) -> str:
    """Return of what an ailment may come in a sentence; empty where nothing is known of that."""
    causes = causes_of(verdict, verdicts)
    if not causes or verdict.state == "cured":
        return ""
    return _("It may come of this: {causes}.").format(causes=", ".join(causes))


def state_words(state: str) -> str:
    """Return the state of a verdict as people read it."""
    return {"suspected": _("suspected"), "confirmed": _("confirmed"), "cured": _("cured")}[state]


def plain(verdict: Verdict, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return one of several verdicts as plain values, as ``--json`` has it."""
    return {
        "ailment": verdict.ailment,
        "title": AILMENTS.get(verdict.ailment).title,
        "state": verdict.state,
        "since": verdict.since,
        "step": verdict.step,
        "curve": verdict.look.curve,
        "window": list(verdict.window),
        "figure": verdict.look.figure,
        "limit": verdict.look.limit,
        "evidence": verdict.look.words,
        "causes": list(causes_of(verdict, verdicts)),
    }


def examine(run: Path) -> Practice:
    """Go all rounds of a run that lies in a folder.

    Raises:
        ProjectError: The frozen project is damaged.
        RunError: This is no run, or its measurements are damaged.
    """
    reader = Reader(run)
    practice = Practice(reader.project())
    for event in reader.events(STREAMS):
        practice.hear(event)
    for _verdict in practice.go():
        pass
    return practice
