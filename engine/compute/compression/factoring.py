"""Two narrow layers for one, by the singular values of its weight."""

from __future__ import annotations

import math

import msgspec
import torch
from torch import Tensor

from engine.compression.low_rank import LowRank
from engine.compute.compression.drawn import Drawn, Facts, editable, left_alone, redrawn
from engine.compute.compression.folding import map_of
from engine.compute.compression.model import Model
from engine.compute.compression.zeroing import chosen
from engine.layers.convolution import Convolution
from engine.layers.linear import Linear
from projects.errors import CompressionError
from projects.translation import gettext as _


def low_rank(model: Model, rule: LowRank) -> Model:
    """Return a model with two layers for one wherever that saves multiply-adds.

    Raises:
        CompressionError: It saves nothing anywhere.
    """
    names = chosen(model.weights, rule.networks)
    changed, notes = [], left_alone(model, names)
    for drawn, words in editable(model, names):
        said = [_split(drawn, node, rule) for node in _layers(drawn, rule.node)]
        if any(said):
            changed.append(drawn)
            notes += [*words, *filter(None, said)]
    if not changed:
        advice = _("Keep less of the energy, or name a wide Linear layer or convolution.")
        raise CompressionError(
            _("two layers of lower rank would cost more than one everywhere."),
            where=rule.node or rule.networks or "networks",
            hint=" ".join([*notes, advice]),
        )
    return redrawn(model, changed, notes)


def _layers(drawn: Drawn, only: str) -> list[str]:
    """Linear layers and plain convolutions with weights of their own."""
    facts = Facts(drawn)
    found = []
    for node in facts.order:
        layer = facts.layers[node]
        fits = isinstance(layer, Linear) or (isinstance(layer, Convolution) and layer.groups == 1)
        if fits and map_of(layer) is not None and not facts.shares(node):
            found.append(node)
    return [node for node in found if not only or node == drawn.ids.get(only)]


def _split(drawn: Drawn, node: str, rule: LowRank) -> str:
    """Put two layers in the place of one if that is cheaper; return what is to be said of it."""
    state = drawn.weights[node]
    weight = state["weight"]
    matrix = weight.double().flatten(1)
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    rank = rank_of(values, rule)
    if rank * sum(matrix.shape) >= matrix.numel():
        return ""
    root = values[:rank].sqrt()
    first = (root[:, None] * right[:rank]).float().view(rank, *weight.shape[1:])
    second = (left[:, :rank] * root).float()
    made = drawn.nodes[node]
    linear = made.type == Linear.tag()
    changes = {"units" if linear else "filters": rank, "bias": False}
    made = msgspec.structs.replace(made, params={**made.params, **changes})
    drawn.insert_before(node, "narrow", made, {"weight": first})
    second = second.view(*second.shape, *[1] * (weight.dim() - 2))
    drawn.weights[node] = {**state, "weight": second}
    if not linear:
        drawn.set(node, kernel=1, stride=1, padding=0, dilation=1)
    kept = float(values[:rank].square().sum() / values.square().sum())
    return _("“{network}.{node}”: rank {rank} of {full}, {kept:.0%} of the energy.").format(
        network=drawn.name, node=node, rank=rank, full=len(values), kept=kept
    )


def rank_of(values: Tensor, rule: LowRank) -> int:
    """Return how many singular values are kept.

    Args:
        values: ``(full rank,)``, falling.
        rule: How many are wanted.
    """
    if rule.by == "share":
        return max(1, math.floor(rule.share * len(values)))
    energy = values.square().cumsum(0)
    return int((energy < rule.energy * energy[-1]).sum()) + 1
