"""Layers that come to one: batch norms folded into what is before them, linear layers without a bend between them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compression.fold_norms import FoldNorms
from engine.compression.merge_linears import MergeLinears
from engine.compute.compression.drawn import Drawn, Facts, State, editable, left_alone, redrawn
from engine.compute.compression.model import Model
from engine.compute.compression.zeroing import chosen
from engine.layers.base import Layer
from engine.layers.batch_norm import BatchNorm
from engine.layers.bilinear import Bilinear
from engine.layers.conv_transpose import ConvTranspose2d
from engine.layers.convolution import Convolution
from engine.layers.depthwise import Depthwise, Separable
from engine.layers.linear import Linear
from engine.layers.reshape import Reshape
from projects.errors import CompressionError
from projects.translation import gettext as _


@dataclass(frozen=True)
class Map:
    """Where a layer keeps the map whose units leave it.

    Attributes:
        head: What the names of its weight and bias begin with.
        axis: Of the weight, along which the units lie.
    """

    head: str = ""
    axis: int = 0


def map_of(layer: Layer | None) -> Map | None:
    """Return the map with which a layer ends; None where it ends with none, or its weight is normed."""
    if getattr(layer, "norm", "none") != "none":
        return None
    if isinstance(layer, Separable):
        return Map("1.")
    if isinstance(layer, ConvTranspose2d):
        return Map(axis=1)
    if isinstance(layer, Linear | Bilinear | Convolution | Depthwise):
        return Map()
    return None


def fold_norms(model: Model, rule: FoldNorms) -> Model:
    """Return a model without the batch norms that a layer before them can do.

    Raises:
        CompressionError: There is none.
    """
    names = chosen(model.weights, rule.networks)
    changed, notes = [], left_alone(model, names)
    for drawn, words in editable(model, names):
        facts = Facts(drawn)
        norms = [node for node in facts.order if isinstance(facts.layers[node], BatchNorm)]
        left = [node for node in norms if not _fold(drawn, facts, node)]
        if len(left) < len(norms):
            changed.append(drawn)
            notes += words
        if left:
            notes.append(
                _(
                    "“{name}”: these norms stay, since no layer of one reader and with its own weights is before them: {nodes}."
                ).format(name=drawn.name, nodes=", ".join(left))
            )
    if not changed:
        advice = _(
            "It has to follow a Linear or a convolution right away, whose result goes nowhere else."
        )
        raise CompressionError(
            _("there is no batch norm that could be folded into the layer before it."),
            where=f"networks.{rule.networks}" if rule.networks else "networks",
            hint=" ".join([*left_alone(model, names), advice]),
        )
    return redrawn(model, changed, notes)


def _fold(drawn: Drawn, facts: Facts, node: str) -> bool:
    """Fold one norm into the layer before it; return whether that could be done."""
    source, reader = facts.sources[node][0], node
    if isinstance(facts.layers.get(source), Reshape) and facts.alone(source, node):
        source, reader = facts.sources[source][0], source
    layer = facts.layers.get(source)
    units = map_of(layer)
    if units is None or layer is None or not facts.alone(source, reader):
        return False
    left = facts.found.shapes[source]
    each = left.rank == 1 or (reader == node and not isinstance(layer, Linear | Bilinear))
    if facts.shares(source) or facts.shares(node) or not each:
        return False
    norm, state = facts.layers[node], drawn.weights[source]
    assert isinstance(norm, BatchNorm)
    times = left.channels // facts.found.shapes[node].channels  # units of one channel, in a row
    scale, shift = (
        numbers.repeat_interleave(times)
        for numbers in _scale_and_shift(drawn.weights[node], norm.epsilon)
    )
    weight, bias = f"{units.head}weight", f"{units.head}bias"
    shape = [1] * state[weight].dim()
    shape[units.axis] = -1
    before = state[bias].double() if bias in state else torch.zeros_like(scale)
    folded: State = {
        weight: (state[weight].double() * scale.view(shape)).float(),
        bias: (before * scale + shift).float(),
    }
    if isinstance(layer, Separable) and "0.bias" not in state:
        folded["0.bias"] = torch.zeros(len(state["0.weight"]))
    drawn.weights[source] = {**state, **folded}
    drawn.set(source, bias=True)
    drawn.remove(node)
    return True


def _scale_and_shift(state: State, epsilon: float) -> tuple[Tensor, Tensor]:
    """What a batch norm does to each channel after training: ``scale · x + shift``, both float64."""
    scale = (state["running_var"].double() + epsilon).rsqrt()
    if "weight" in state:
        scale = scale * state["weight"].double()
    shift = -state["running_mean"].double() * scale
    return scale, shift + state["bias"].double() if "bias" in state else shift


def merge_linears(model: Model, rule: MergeLinears) -> Model:
    """Return a model in which maps in a row are one, where that costs no more.

    Raises:
        CompressionError: There are none.
    """
    names = chosen(model.weights, rule.networks)
    changed, notes = [], left_alone(model, names)
    for drawn, words in editable(model, names):
        done = 0
        while (pair := _mergeable(drawn)) is not None:
            _merge(drawn, *pair)
            done += 1
        if done:
            changed.append(drawn)
            notes += words
    if not changed:
        advice = _(
            "Between them there must be no activation, and the one that they become must not cost more than both."
        )
        raise CompressionError(
            _("there are no two linear layers that could be one."),
            where=f"networks.{rule.networks}" if rule.networks else "networks",
            hint=" ".join([*notes, advice]),
        )
    return redrawn(model, changed, notes)


def _mergeable(drawn: Drawn) -> tuple[str, str] | None:
    """The first two layers that can be one: of kind Linear, or a convolution and one of kernel 1."""
    facts = Facts(drawn)
    for second in facts.order:
        first = facts.sources[second][0]
        one, two = facts.layers.get(first), facts.layers[second]
        if map_of(one) is None or map_of(two) is None or type(one) is not type(two):
            continue
        fits = isinstance(two, Linear) or _only_mixes(two)
        whole = not isinstance(one, Convolution) or one.groups == 1
        if not (fits and whole and facts.alone(first, second)):
            continue
        if facts.shares(first) or facts.shares(second):
            continue
        a, b = drawn.weights[first]["weight"], drawn.weights[second]["weight"]
        if a[0].numel() * len(b) <= a.numel() + b.numel():
            return first, second
    return None


def _only_mixes(layer: Layer) -> bool:
    """Whether a convolution looks at one place at a time, and at all of them."""
    return isinstance(layer, Convolution) and (
        layer.kernel == layer.stride == layer.groups == 1 and layer.pad == 0
    )


def _merge(drawn: Drawn, first: str, second: str) -> None:
    """Let the first of two layers do what both did; the second goes."""
    one, two = drawn.weights[first], drawn.weights[second]
    a, b = one["weight"].double(), two["weight"].double().flatten(1)
    state: State = {"weight": (b @ a.flatten(1)).view(len(b), *a.shape[1:]).float()}
    bias = two["bias"].double() if "bias" in two else torch.zeros(len(b), dtype=torch.float64)
    if "bias" in one:
        bias = bias + b @ one["bias"].double()
    has_bias = "bias" in one or "bias" in two
    if has_bias:
        state["bias"] = bias.float()
    drawn.weights[first] = state
    units = "units" if drawn.nodes[first].type == Linear.tag() else "filters"
    drawn.set(first, **{units: len(b), "bias": has_bias})
    drawn.remove(second)
