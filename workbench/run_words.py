"""What lists say about runs: states, results, lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.runs.summary import (
    COMPRESSED,
    DAMAGED,
    FOREIGN,
    IMPORTED,
    Summary,
    was_never_trained,
)
from projects.figures import measured
from projects.translation import gettext as _
from workbench.metric_words import metric_words
from workbench.place_words import placed_in
from workbench.problem_words import placed

if TYPE_CHECKING:
    from workbench.rundata import RunData

HEADLINES = (
    *("perplexity", "accuracy", "r2", "skill", "modes", "roc_auc", "elbo", "mse"),
    *("validation_loss", "generator_loss", "loss"),
)


def state_words(state: str) -> str:
    """Return a run's state as people read it."""
    words = {
        "starting": _("starting"),
        "running": _("running"),
        "paused": _("paused"),
        "stopping": _("stopping"),
        "finished": _("finished"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
        IMPORTED: _("imported"),
        COMPRESSED: _("compressed"),
        FOREIGN: _("from elsewhere"),
        DAMAGED: _("damaged"),
    }
    return words.get(state, state)


def why_no_training(state: str, begun: bool = True) -> str:
    """Return why no training can go on with a run in this state; empty where one can.

    Args:
        state: The state.
        begun: Whether the run came as far as its first step.
    """
    words = {
        IMPORTED: _("These weights came from a file: Continue training begins with them."),
        COMPRESSED: _(
            "This is a smaller variant of a run: Continue training begins with its weights."
        ),
        FOREIGN: _("This run holds curves of another program: nothing can go on from it."),
        DAMAGED: _("What this run says of itself cannot be read: nothing can go on from it."),
    }
    never = (
        "" if begun else _("This training ended before its first step: nothing can go on from it.")
    )
    return words.get(state, never)


def why_failed(run: RunData) -> str:
    """Return why a run failed, in words; empty where it did not."""
    if run.state == "interrupted" and not run.begun:
        return _("It was interrupted before its first step.")
    if run.state != "failed":
        return ""
    problems = run.failure.problems if run.failure is not None else ()
    if run.project is None:
        return "\n".join(map(placed, problems)) or _("Why is not known.")
    found = [placed_in(run.project, problem) for problem in problems]
    return "\n".join(found) or _("Why is not known.")


def headline_of(metrics: Mapping[str, float], known: str = "") -> str:
    """Return the metric that says most about a run: ``test accuracy 0.981``.

    Args:
        metrics: Its metrics.
        known: A metric whose name stands elsewhere: of it the value alone is told.
    """
    name = headline_name(metrics)
    if name and name == known:
        return measured(name, metrics[name])
    return f"{metric_words(name)} {measured(name, metrics[name])}" if name else ""


def headline_name(metrics: Mapping[str, float]) -> str:
    """Return the name of the metric that says most about a run; empty where there is none."""
    for ending in HEADLINES:
        for prefix in ("test_", "validation_", ""):
            if f"{prefix}{ending}" in metrics:
                return f"{prefix}{ending}"
    return ""


def duration(seconds: float) -> str:
    """Return a length of time in the units people would say it in."""
    if seconds < 60:
        return _("{seconds:.0f} s").format(seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def cells_of(summary: Summary, known: str = "") -> list[str]:
    """Return what stands behind the name of a run: state, steps, time, result."""
    if summary.state == DAMAGED:
        return [state_words(summary.state), "–", "–", "–"]
    if was_never_trained(summary.state):
        of_file = _("weights of a file") if summary.state == IMPORTED else ""
        result = headline_of(summary.metrics, known) or of_file
        return [state_words(summary.state), "–", "–", result]
    if not summary.begun:
        return [state_words(summary.state), "–", "–", summary.message.partition("\n")[0]]
    return [
        state_words(summary.state),
        f"{summary.steps:,}",
        duration(summary.seconds),
        headline_of(summary.metrics, known) or summary.message.partition("\n")[0],
    ]
