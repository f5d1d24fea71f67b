"""How two runs differ, in sentences: their projects, what was changed by hand, and where each ended."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol import Marker
from engine.runs.control import CHANGES
from projects.translation import gettext as _
from projects.translation import ngettext
from workbench.difference_words import difference_words
from workbench.marks import marker_words
from workbench.run_words import state_words
from workbench.rundata import RunData

MOST_TOLD = 3


def differences(one: RunData, other: RunData) -> tuple[str, str]:
    """Return how run B differs from run A, and all that is different in their projects as files have it.

    Args:
        one: A.
        other: B.
    """
    if one.project is None or other.project is None:
        return "", ""
    sentences, as_files = difference_words(one.project, other.project)
    trained = _trained(one, other)
    if not sentences:
        words = _("B is the same project as A.")
    else:
        words = _("In B {sentences}").format(sentences=_some(sentences))
    return " ".join((words, *trained)), "\n".join(as_files)


def _some(sentences: Sequence[str]) -> str:
    more = len(sentences) - MOST_TOLD
    words = " ".join(sentences[:MOST_TOLD])
    return words + " " + _("… and {count} more.").format(count=more) if more > 0 else words


def _trained(one: RunData, other: RunData) -> list[str]:
    """What was different while they trained."""
    by_hand = [[marker for marker in run.markers if marker.kind in CHANGES] for run in (one, other)]
    known = [[(marker.step, marker.kind, marker.values) for marker in some] for some in by_hand]
    told = []
    if known[0] != known[1]:
        each = zip("AB", (one, other), by_hand, strict=True)
        told = [_changed(letter, run, some) for letter, run, some in each if some]
    if one.active or other.active or not (one.step and other.step) or one.step == other.step:
        return told
    words = _("A {state_a} at step {step_a:,}, B {state_b} at step {step_b:,}.")
    states = {"state_a": state_words(one.state), "state_b": state_words(other.state)}
    return [*told, words.format(step_a=one.step, step_b=other.step, **states)]


def _changed(letter: str, run: RunData, changes: Sequence[Marker]) -> str:
    """What was changed by hand in one of them, the first changes with their steps."""
    each = _("{change} at step {step:,}")
    first = changes[:MOST_TOLD]
    some = [each.format(change=marker_words(run, one), step=one.step) for one in first]
    more = len(changes) - MOST_TOLD
    if more > 0:
        some.append(
            ngettext("{count} more change", "{count} more changes", more).format(count=more)
        )
    return _("By hand while {run} trained: {changes}.").format(run=letter, changes=", ".join(some))
