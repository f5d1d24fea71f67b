"""Weights of an earlier time of a training, with the zeros of now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from torch import Tensor

from engine.compute.compression.model import Model
from engine.compute.inside.opened import OpenRun
from engine.compute.kinds import kinds_of
from engine.compute.pruning import prunable
from engine.runs.branch import parent_beside
from engine.runs.summary import COMPRESSED, read_summary
from projects.errors import CompressionError, RunError
from projects.translation import gettext as _


def rewind(model: Model, moment: str) -> Model:
    """Return a model with the weights that its training had at some time; what is 0 now stays 0.

    Args:
        model: The model.
        moment: ``start``, ``best``, ``last`` or the name of a checkpoint of the run, or of the trained run of which this
            one is a variant.

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
    trained = OpenRun(trained_run(model.run))
    trained.use(moment)
    found = {}
    for name in names:
        now, network = model.weights[name], trained.networks().get(name)
        found[name] = dict(network.state_dict()) if network is not None else {}
        if {key: value.shape for key, value in found[name].items()} != {
            key: value.shape for key, value in now.items()
        }:
            raise CompressionError(
                _("the weights of that time do not fit: the design is another one by now."),
                where=f"networks.{name}",
                hint=advice,
            )
    return found


def _put(then: Tensor, zeros: Tensor | None) -> Tensor:
    return then.clone() if zeros is None else then.masked_fill(zeros, 0.0)


def trained_run(run: Path) -> Path:
    """Return the run that was trained: of a variant the nearest one that it came from.

    Raises:
        RunError: It is gone.
    """
    seen: set[Path] = set()
    while (summary := read_summary(run)).state == COMPRESSED and run not in seen:
        seen.add(run)
        parent = parent_beside(run, summary.parent)
        if parent is None:
            raise RunError(
                _("the run that this was made of does not lie beside it."),
                where=str(run),
                hint=_("Put both folders into one."),
            )
        run = parent
    return run
