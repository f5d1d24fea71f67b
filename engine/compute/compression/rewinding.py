"""Weights of an earlier time of a training, with the zeros of now."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torch import Tensor

from engine.compute.compression.model import Model, States
from engine.compute.inside.opened import BEST, START, OpenRun
from engine.compute.kinds import kinds_of
from engine.compute.pruning import prunable
from engine.runs.lineage import trained_run
from projects.errors import CompressionError, RunError
from projects.translation import gettext as _

STEP = "step-"
NUMBERED = re.compile(rf"{STEP}\d{{1,12}}")


def rewind(model: Model, moment: str) -> Model:
    """Return a model with the weights that its training had at some time; what is 0 now stays 0.

    Args:
        model: The model.
        moment: ``start``, ``best``, ``last``, the name of a checkpoint or ``step-`` with the number of any step of the run, or of
            the trained run of which this one is a variant. Steps are made again where no checkpoint is of that one.

    Raises:
        RunError: There are no weights of this time, or the run that was trained is gone.
        CompressionError: They do not fit, because the design is another one now.
    """
    modules = model.modules()
    weights = {}
    advice = _("Rewind before layers or units are taken out.")
    for name, then in weights_at(model, model.weights, moment, advice).items():
        now = model.weights[name]
        zeros = {key: now[key] == 0 for key in prunable(now, kinds_of(modules[name]))}
        weights[name] = {key: _put(then[key], zeros.get(key)) for key in now}
    note = _("The weights are those of an earlier time: train the network on, with Keep zeros.")
    return model.with_weights(weights, note)


def weights_at(
    model: Model, names: Iterable[str], moment: str, advice: str
) -> dict[str, dict[str, Tensor]]:
    """Return the weights that the training of a model had at some time, by network; see :func:`rewind`.

    Args:
        model: The model.
        names: Of which networks; others may have another design by now.
        moment: The time.
        advice: What to do where the design is another one by now.
    """
    found = {}
    weights = _weights_of(model, moment)
    for name in names:
        now = model.weights[name]
        found[name] = dict(weights.get(name, {}))
        if {key: value.shape for key, value in found[name].items()} != {
            key: value.shape for key, value in now.items()
        }:
            raise CompressionError(
                _("the weights of that time do not fit: the design is another one by now."),
                where=f"networks.{name}",
                hint=advice,
            )
    return found


def _weights_of(model: Model, moment: str) -> States:
    """The weights of all networks at some time of the training."""
    step = int(moment.removeprefix(STEP)) if NUMBERED.fullmatch(moment) else None
    if step is not None and step in model.again:
        return model.again[step]
    trained = OpenRun(trained_run(model.run))
    steps = {one.name: one.step for one in trained.moments}
    if moment not in (BEST, *steps):
        begun, most = steps.get(START, 0), max(steps.values())
        if step is None or not begun <= step <= most:
            raise RunError(
                _("this run has no weights called “{name}”.").format(name=moment),
                where=str(trained.path),
                hint=_(
                    "It has: {names}; and {step} with the number of any step from {first} to {last}, up to which steps are made again."
                ).format(names=", ".join(steps), step=f"{STEP}…", first=begun, last=most),
            )
        exact = next((name for name, at in steps.items() if at == step and name != BEST), "")
        moment = exact or trained.come_to(step, model.tell).name
    trained.use(moment)
    weights = {name: dict(one.state_dict()) for name, one in trained.networks().items()}
    if step is not None:
        model.again.clear()  # of one time: whoever tries others needs not all of them
        model.again[step] = weights
    return weights


def _put(then: Tensor, zeros: Tensor | None) -> Tensor:
    return then.clone() if zeros is None else then.masked_fill(zeros, 0.0)
