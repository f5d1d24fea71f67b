"""What every layer can lose: the score where a single one is pruned (Han et al. 2015, section 5, figure 6).

Of each layer the smallest weights go, all its matrices compared with each other, while every other layer stays whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from engine.compression.sensitivity import SHARES, LayerSensitivity, Scan, most_of
from engine.compute.compression.measuring import quality
from engine.compute.compression.model import Model
from engine.compute.compression.zeroing import prunable
from engine.compute.modes import threads
from engine.compute.pruning import kept
from engine.compute.session import Session
from engine.compute.task import parameters_by_layer
from projects.errors import DataError
from projects.translation import gettext as _


def scan(model: Model, tell: Callable[[str, float], None]) -> Scan:
    """Prune one layer after the other, and measure.

    Args:
        model: The networks; stay as they are.
        tell: Told which layer it is, and which share of the scan is done; raises where it is to end.

    Raises:
        DataError: There is nothing to measure on.
    """
    session = model.opened()
    with threads(session.project.recipe.threads):
        metric, higher, value, _metrics = quality(session)
        if not metric:
            raise DataError(
                _("there is no example in the validation part on which layers could be tried."),
                where="data.split",
            )
        layers = _layers(model, session)
        found = []
        for place, (layer, weights) in enumerate(layers.items()):
            scores = []
            for count, share in enumerate(SHARES):
                tell(layer, (place + count / len(SHARES)) / len(layers))
                scores.append(_score_without(session, metric, weights, share))
            found.append(
                LayerSensitivity(
                    layer=layer,
                    weights=sum(weight.numel() for weight in weights.values()),
                    scores=tuple(scores),
                    most=most_of(value, higher, tuple(scores)),
                )
            )
    return Scan(metric=metric, higher=higher, value=value, layers=tuple(found))


def _layers(model: Model, session: Session) -> dict[str, Mapping[str, nn.Parameter]]:
    """The weights that may be pruned, by ``network/node``."""
    averages = session.task.averages()
    found: dict[str, Mapping[str, nn.Parameter]] = {}
    for name in model.weights:
        module = averages.get(name, session.task.networks[name])
        may, own = prunable(module), dict(module.named_parameters())
        for node, parameters in parameters_by_layer(module).items():
            weights = {key: own[key] for key in parameters if key in may}
            if weights:
                found[f"{name}/{node}"] = weights
    return found


@torch.no_grad()
def _score_without(
    session: Session, metric: str, weights: Mapping[str, nn.Parameter], share: float
) -> float:
    """The score without a share of some weights, which are put back; not a number where there is none then."""
    before = {key: weight.detach().clone() for key, weight in weights.items()}
    stays = kept({key: weight.abs() for key, weight in before.items()}, share, "network")
    for key, weight in weights.items():
        weight.masked_fill_(~stays[key], 0.0)
    try:
        metrics = session.task.measure(session.data.validation, "validation").metrics
    finally:
        for key, weight in weights.items():
            weight.copy_(before[key])
    return metrics.get(metric, math.nan)
