"""What every layer can lose: the score where a single one is pruned or quantised, while every other stays whole.

Pruned, the smallest weights of a layer go, all its matrices compared with each other (Han et al. 2015, section 5,
figure 6). Quantised, its weights lie on grids of few bits and its inputs are rounded to 8 bits by the range of their own
example (Krishnamoorthi 2018, section 3, looks at whole networks so; by single layers it follows Wu et al. 2020, Integer
quantization for deep learning inference, section 4.2).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compression.activation import Activation
from engine.compression.sensitivity import (
    BITS,
    SAVED,
    SHARES,
    Kind,
    LayerSensitivity,
    Scan,
    most_of,
)
from engine.compute.compression.measuring import quality
from engine.compute.compression.model import Model
from engine.compute.gridding import axes_of, on_grids
from engine.compute.modes import threads
from engine.compute.network import GraphModule
from engine.compute.pruning import kept
from engine.compute.rounding import quantisable, round_inputs, rules_of
from engine.compute.session import Session
from engine.compute.task import parameters_by_layer
from engine.runs.stages import Tell
from projects.errors import DataError
from projects.translation import gettext as _


def scan(model: Model, tell: Tell, kind: Kind = "pruned") -> Scan:
    """Prune or quantise one layer after the other, and measure.

    Args:
        model: The networks; stay as they are.
        tell: Told which layer it is, and which share of the scan is done; raises where it is to end.
        kind: What is done to a layer.

    Raises:
        DataError: There is nothing to measure on.
    """
    session = model.opened()
    shares = SHARES if kind == "pruned" else SAVED
    with threads(session.project.recipe.threads):
        metric, higher, value, _metrics = quality(session)
        if not metric:
            raise DataError(
                _("there is no example in the validation part on which layers could be tried."),
                where="data.split",
            )
        layers = _layers(session, _asked(session, list(model.weights), metric, value, tell))
        found = []
        for place, (layer, weights) in enumerate(layers.items()):
            scores = []
            for count, share in enumerate(shares):
                tell(layer, (place + count / len(shares)) / len(layers))
                with weights.pruned(share) if kind == "pruned" else weights.quantised(BITS[count]):
                    scores.append(_score(session, metric))
            found.append(
                LayerSensitivity(
                    layer=layer,
                    weights=sum(weight.numel() for weight in weights.own.values()),
                    scores=tuple(scores),
                    most=most_of(value, higher, tuple(scores), shares),
                )
            )
    return Scan(
        metric=metric, higher=higher, value=value, kind=kind, shares=shares, layers=tuple(found)
    )


@dataclass(frozen=True)
class _Layer:
    """A layer of a network.

    Attributes:
        modules: It, and the one of an average where there is one: whichever is measured has to be changed.
        copies: The weights of each that may be pruned or quantised, by name in the network.
        axes: Which axis of each has a scale for every entry.
    """

    modules: tuple[nn.Module, ...]
    copies: tuple[Mapping[str, nn.Parameter], ...]
    axes: Mapping[str, int]

    @property
    def own(self) -> Mapping[str, nn.Parameter]:
        """Its weights, once."""
        return self.copies[0]

    @contextlib.contextmanager
    def pruned(self, share: float) -> Iterator[None]:
        """Hold it without a share of its weights."""
        sizes = {key: weight.detach().abs() for key, weight in self.own.items()}
        stays = kept(sizes, share, "network")
        with self.holding(
            {key: w.detach().masked_fill(~stays[key], 0.0) for key, w in self.own.items()}
        ):
            yield

    @contextlib.contextmanager
    def quantised(self, bits: int) -> Iterator[None]:
        """Hold it with weights on grids and rounded inputs; inputs that are rounded already stay so."""
        known = [rules_of(module) for module in self.modules]
        made, _grids = on_grids(self.own, self.axes, bits)
        with self.holding(made):
            for module, rules in zip(self.modules, known, strict=True):
                round_inputs(module, dict.fromkeys(quantisable(module), Activation()) | rules)
            try:
                yield
            finally:
                for module, rules in zip(self.modules, known, strict=True):
                    round_inputs(module, rules)

    @contextlib.contextmanager
    def holding(self, weights: Mapping[str, Tensor]) -> Iterator[None]:
        """Hold other weights, and give it its own back."""
        before = {key: weight.detach().clone() for key, weight in self.own.items()}
        try:
            self._put(weights)
            yield
        finally:
            self._put(before)

    @torch.no_grad()
    def _put(self, weights: Mapping[str, Tensor]) -> None:
        for own in self.copies:
            for key, weight in own.items():
                weight.copy_(weights[key])


def _asked(session: Session, names: list[str], metric: str, value: float, tell: Tell) -> list[str]:
    """The networks that the score depends on: without its weights one gives another score, but a judge of samples doesn't."""
    found = []
    for name in names if len(names) > 1 else ():
        tell(name, 0.0)
        if _score_without(session, name, metric) != value:
            found.append(name)
    return found or names


def _score_without(session: Session, name: str, metric: str) -> float:
    """The score of networks one of which has no weights but 0."""
    copies = tuple(dict(network.named_parameters()) for network in _copies(session, name))
    whole = _Layer((), copies, {})
    with whole.holding({key: torch.zeros_like(weight) for key, weight in whole.own.items()}):
        return _score(session, metric)


def _copies(session: Session, name: str) -> list[GraphModule]:
    """A network, and its average where there is one."""
    averages = session.task.averages()
    return [session.task.networks[name], *([averages[name]] if name in averages else [])]


def _layers(session: Session, names: Sequence[str]) -> dict[str, _Layer]:
    """The layers of networks with weights that may be pruned or quantised, by ``network/node``."""
    found: dict[str, _Layer] = {}
    for name in names:
        networks = _copies(session, name)
        axes = axes_of(networks[0])
        every = [dict(network.named_parameters()) for network in networks]
        for node, parameters in parameters_by_layer(networks[0]).items():
            keys = [key for key in parameters if key in axes]
            if keys:
                found[f"{name}/{node}"] = _Layer(
                    tuple(network.layer_modules()[node] for network in networks),
                    tuple({key: own[key] for key in keys} for own in every),
                    {key: axes[key] for key in keys},
                )
    return found


def _score(session: Session, metric: str) -> float:
    """The score; not a number where there is none."""
    metrics = session.task.measure(session.data.validation, "validation").metrics
    return metrics.get(metric, math.nan)
