"""A change that was ordered while a training goes on, carried out and told."""

from __future__ import annotations

from typing import Any

from engine.compute.training import Training
from engine.live import live_title
from engine.protocol import Marker
from engine.runs.control import Change, RateChange
from engine.runs.script import RATE, VALUE
from projects.errors import ProjectError
from projects.translation import gettext as _


def change(training: Training, ordered: Change) -> Marker:
    """Carry out a change between two steps; return what belongs on the curves.

    Its values say all that is needed to make the change again. What cannot be changed is refused in a
    marker of its own kind.

    Args:
        training: The training.
        ordered: The change.
    """
    values: dict[str, Any]
    training.changes += 1
    if isinstance(ordered, RateChange):
        for name in [ordered.network] if ordered.network else list(training.learners):
            if name in training.learners:
                training.learners[name].set_rate(ordered.value, training.step)
        whose = _("{network}: Learning rate") if ordered.network else _("Learning rate")
        title = whose.format(network=ordered.network)
        text = _("{title} → {value:g}").format(title=title, value=ordered.value)
        values = {"value": ordered.value, "network": ordered.network}
        return Marker(step=training.step, kind=RATE, text=text, values=values)
    try:
        value = training.live.set(ordered.path, ordered.value)
    except ProjectError as error:
        training.changes -= 1
        return Marker(step=training.step, kind="refused", text=str(error))
    values = {"path": ordered.path, "value": value}
    title = live_title(training.session.project, ordered.path)
    text = _("{title} → {value:g}").format(title=title, value=value)
    return Marker(step=training.step, kind=VALUE, text=text, values=values)
