"""Metrics by the names that people use."""

from __future__ import annotations

from functools import cache

from engine.metric_names import METRIC_NAMES
from projects.translation import gettext as _
from projects.translation import per_language
from workbench.names import network_words


@per_language
@cache
def metric_words(metric: str) -> str:
    """Return a metric's name as people read it; remembered, because every legend asks often.

    Args:
        metric: The name in files: ``validation_loss``, ``d_real``, ``learning_rate/generator``.

    Returns:
        ``validation loss``, ``D(real)``, ``learning rate · generator``; the plain words of a name
        that is not known.
    """
    first, *others = metric.split("/")
    for prefix, words in _parts().items():
        rest = first.removeprefix(f"{prefix}_")
        if rest != first:
            return " · ".join((words.format(metric=_plain(rest)), *others))
    whose = (
        network_words(other).lower() if network_words(other) != other else other for other in others
    )
    return " · ".join((_plain(first), *whose))


@per_language
@cache
def _parts() -> dict[str, str]:
    return {
        "train": _("train {metric}"),
        "validation": _("validation {metric}"),
        "test": _("test {metric}"),
    }


def _plain(name: str) -> str:
    known = METRIC_NAMES.get(name)
    return _(known) if known else name.replace("_", " ")
