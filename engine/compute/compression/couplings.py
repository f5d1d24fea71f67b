"""What every layer does with the units that flow through it; a layer that is not known here keeps them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.compute.compression.drawn import Drawn, Facts, State
from engine.compute.compression.heads import by_size, cut_heads, new_heads
from engine.compute.compression.units import STAYS, Cut, Ids, Walk, lies_along, spread
from engine.compute.ops import namespace
from engine.layers.adaptive_pool import AdaptivePool1d, AdaptivePool2d
from engine.layers.base import Layer, Shape
from engine.layers.batch_norm import BatchNorm
from engine.layers.bilinear import Bilinear
from engine.layers.conv_transpose import ConvTranspose2d
from engine.layers.convolution import Convolution
from engine.layers.cross_attention import CrossAttention
from engine.layers.depthwise import Depthwise, Separable
from engine.layers.embedding import Embedding
from engine.layers.flatten import Flatten
from engine.layers.global_pool import GlobalPool
from engine.layers.instance_norm import InstanceNorm
from engine.layers.linear import Linear
from engine.layers.merge import Add, Concat, Multiply
from engine.layers.permute import Permute
from engine.layers.pixel_shuffle import PixelShuffle, PixelUnshuffle
from engine.layers.pooling import Pooling
from engine.layers.positions import LearnedPositions
from engine.layers.prelu import PReLU
from engine.layers.recurrent import Recurrent
from engine.layers.reshape import Reshape
from engine.layers.self_attention import SelfAttention
from engine.layers.slicing import Slice
from engine.layers.transformer import Transformer, TransformerDecoder
from engine.layers.upsample import Upsample


@dataclass(frozen=True)
class Place:
    """One node on the way.

    Attributes:
        owner: The node whose weights it uses.
        layer: What it is.
        enters: Shapes that flow in.
        leaves: Sizes of what flows out.
        state: The weights.
    """

    owner: str
    layer: Layer
    enters: tuple[Shape, ...]
    leaves: tuple[int, ...]
    state: State


Rule = Callable[[Walk, Place, Sequence[Ids]], Ids]


def walked(drawn: Drawn, facts: Facts) -> Walk:
    """Return which units of a network there are, where they lie, and which go together."""
    walk, shapes = Walk(), facts.found.shapes
    for node in (facts.wiring.entry, *facts.wiring.labels):
        walk.results[node] = np.full(shapes[node].dims, STAYS)
    for node in facts.order:
        owner, layer = facts.owners[node], facts.layers[node]
        enters = facts.found.incoming[node]
        place = Place(owner, layer, enters, shapes[node].dims, drawn.weights.get(owner, {}))
        walk.results[node] = _rule(layer)(
            walk, place, [walk.results[source] for source in facts.sources[node]]
        )
    walk.units.keep(walk.results[facts.wiring.result])
    for ids in walk.results.values():
        if not lies_along(walk.units.roots(ids)):
            walk.units.keep(ids)
    return walk


def _rule(layer: Layer) -> Rule:
    if getattr(layer, "norm", "none") != "none":
        return _hold
    if layer.tag() in ALONE:
        return _pass
    return next((rule for kinds, rule in RULES if isinstance(layer, kinds)), _hold)


def _hold(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """Nothing that flows in may go."""
    walk.hold(place.layer.title, inputs)
    return np.full(place.leaves, STAYS)


def _pass(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """Every number is worked on alone."""
    return inputs[0]


def _slopes(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    if len(place.state["weight"]) > 1:
        walk.cut(place.owner, place.state, [Cut("weight", 0, walk.along(inputs[0], 0))])
    return inputs[0]


def _channels(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """Every channel is worked on alone."""
    return spread(walk.along(inputs[0], 0), place.leaves, 0)


def _norm(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    ids = walk.along(inputs[0], 0)
    keys = ("weight", "bias", "running_mean", "running_var")
    walk.cut(place.owner, place.state, [Cut(key, 0, ids, scales=key == "weight") for key in keys])
    return spread(ids, place.leaves, 0)


def _moved(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """Numbers only change places: the layer itself is asked where to."""
    module = place.layer.build(namespace, *place.enters)
    given = [torch.from_numpy(np.array(ids, dtype=np.float64))[None] for ids in inputs]
    moved: torch.Tensor = module(*given)
    return moved[0].numpy().astype(np.int64)


def _sliced(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """A stretch counts places, so along its axis all of them stay."""
    assert isinstance(place.layer, Slice)
    (ids,) = inputs
    axis = place.layer.axis - 1
    roots = walk.units.roots(ids)
    if (roots != roots.take([0], axis)).any():
        walk.hold(place.layer.title, inputs)
    return _moved(walk, place, inputs)


def _reshaped(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    ids = _moved(walk, place, inputs)
    walk.count(place.owner, "sizes", ids)
    return ids


def _met(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """Numbers meet at the same place; a path of one channel that is stretched over many belongs to none of them."""
    whole = [ids for ids in inputs if ids.shape == place.leaves]
    if not whole:
        return _hold(walk, place, inputs)
    for ids in inputs:
        stretched = [a for a, size in enumerate(ids.shape) if size != place.leaves[a]]
        roots = walk.units.roots(whole[0])
        if any((roots != roots.take([0], axis)).any() for axis in stretched):
            walk.hold(place.layer.title, [ids])
        else:
            walk.units.join(whole[0], np.broadcast_to(ids, place.leaves))
    return whole[0]


def _linear(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, Linear)
    read, made = walk.along(inputs[0], -1), walk.units.new(place.layer.units)
    _map(walk, place, "", read, made)
    walk.count(place.owner, "units", made)
    return spread(made, place.leaves, -1)


def _bilinear(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, Bilinear)
    other, made = walk.along(inputs[1], -1), walk.units.new(place.layer.units)
    _map(walk, place, "", walk.along(inputs[0], -1), made)
    walk.cut(place.owner, place.state, [Cut("weight", 2, other)])
    walk.count(place.owner, "units", made)
    return spread(made, place.leaves, -1)


def _map(walk: Walk, place: Place, head: str, read: Ids, made: Ids, axis: int = 0) -> None:
    """A weight with one axis for what it reads and one for what it makes, and a bias."""
    weight = f"{head}weight"
    cuts = [Cut(weight, axis, made, makes=True), Cut(weight, 1 - axis, read)]
    walk.cut(place.owner, place.state, [*cuts, Cut(f"{head}bias", 0, made)])


def _convolved(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, Convolution)
    layer, channels = place.layer, place.enters[0].channels
    if layer.groups == 1:
        read, made = walk.along(inputs[0], 0), walk.units.new(layer.filters)
        _map(walk, place, "", read, made)
    elif layer.groups == channels:
        read = walk.along(inputs[0], 0)
        made = _each(walk, place, "", read, layer.filters // channels)
        walk.count(place.owner, "groups", read)
    else:
        return _hold(walk, place, inputs)
    walk.count(place.owner, "filters", made)
    return spread(made, place.leaves, 0)


def _each(walk: Walk, place: Place, head: str, read: Ids, times: int) -> Ids:
    """Some filters for every channel alone, which go with it."""
    made = np.repeat(read, times)
    cuts = [Cut(f"{head}weight", 0, made), Cut(f"{head}bias", 0, made)]
    walk.cut(place.owner, place.state, cuts)
    return made


def _painted(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, ConvTranspose2d)
    made = walk.units.new(place.layer.filters)
    _map(walk, place, "", walk.along(inputs[0], 0), made, axis=1)
    walk.count(place.owner, "filters", made)
    return spread(made, place.leaves, 0)


def _separated(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, Separable)
    between = _each(walk, place, "0.", walk.along(inputs[0], 0), place.layer.multiplier)
    made = walk.units.new(place.layer.filters)
    _map(walk, place, "1.", between, made)
    walk.count(place.owner, "filters", made)
    return spread(made, place.leaves, 0)


def _depthwise(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, Depthwise)
    made = _each(walk, place, "", walk.along(inputs[0], 0), place.layer.multiplier)
    return spread(made, place.leaves, 0)


def _looked_up(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    assert isinstance(place.layer, Embedding)
    made = walk.units.new(place.layer.features)
    walk.cut(place.owner, place.state, [Cut("weight", 1, made, makes=True)])
    walk.count(place.owner, "features", made)
    return spread(made, place.leaves, -1)


def _positions(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    walk.cut(place.owner, place.state, [Cut("weight", 1, walk.along(inputs[0], -1))])
    return inputs[0]


def _recurrent(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """A unit has the same place in every gate, stacked layer and direction, and goes in all of them."""
    assert isinstance(place.layer, Recurrent)
    layer, made = place.layer, walk.units.new(place.layer.units)
    gates = np.tile(made, layer.gates)
    state = np.tile(made, 2 if layer.bidirectional else 1)
    read = walk.along(inputs[0], -1)
    for number in range(layer.layers):
        for way in ("", "_reverse"):
            ending = f"l{number}{way}"
            enters, again = f"core.weight_ih_{ending}", f"core.weight_hh_{ending}"
            cuts = [
                Cut(enters, 0, gates, makes=True),
                Cut(enters, 1, state if number else read),
                Cut(again, 0, gates, makes=True),
                Cut(again, 1, made),
                Cut(f"core.bias_ih_{ending}", 0, gates),
                Cut(f"core.bias_hh_{ending}", 0, gates),
            ]
            walk.cut(place.owner, place.state, cuts)
    walk.count(place.owner, "units", made)
    return spread(state, place.leaves, -1)


def _attended(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """Whole heads may go; what flows in, and what all of them are mixed to, may not."""
    assert isinstance(place.layer, SelfAttention | CrossAttention)
    heads = new_heads(walk, place.owner, place.state, "", place.layer.heads)
    cut_heads(walk, place.owner, place.state, "", heads)
    return _hold(walk, place, inputs)


def _transformed(walk: Walk, place: Place, inputs: Sequence[Ids]) -> Ids:
    """The units between the two maps of every step may go, and heads; what flows past them, through norms, may not.

    Both attentions of a decoder have as many heads: the smallest ones of each go together.
    """
    assert isinstance(place.layer, Transformer)
    owner, state, count = place.owner, place.state, place.layer.heads
    heads = new_heads(walk, owner, state, "attend.", count)
    cut_heads(walk, owner, state, "attend.", heads)
    if isinstance(place.layer, TransformerDecoder):
        others = np.empty_like(heads)
        others[by_size(state, "recall.", count)] = heads[by_size(state, "attend.", count)]
        cut_heads(walk, owner, state, "recall.", others)
    made = walk.units.new(place.layer.width)
    cuts = [
        Cut("feed.0.weight", 0, made, makes=True),
        Cut("feed.0.bias", 0, made),
        Cut("feed.3.weight", 1, made),
    ]
    walk.cut(place.owner, place.state, cuts)
    walk.count(place.owner, "width", made)
    return _hold(walk, place, inputs)


RULES: tuple[tuple[type[Layer] | tuple[type[Layer], ...], Rule], ...] = (
    (Linear, _linear),
    (Bilinear, _bilinear),
    (Convolution, _convolved),
    (ConvTranspose2d, _painted),
    (Separable, _separated),
    (Depthwise, _depthwise),
    (Embedding, _looked_up),
    (LearnedPositions, _positions),
    (Recurrent, _recurrent),
    (Transformer, _transformed),
    ((SelfAttention, CrossAttention), _attended),
    ((BatchNorm, InstanceNorm), _norm),
    ((Pooling, AdaptivePool1d, AdaptivePool2d, GlobalPool, Upsample), _channels),
    ((Flatten, Permute, PixelShuffle, PixelUnshuffle, Concat), _moved),
    (Reshape, _reshaped),
    (Slice, _sliced),
    ((Add, Multiply), _met),
    (PReLU, _slopes),
)
"""The first that fits a layer."""

ALONE = frozenset(
    (
        "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "sigmoid", "hard_sigmoid", "tanh",
        "hard_tanh", "hard_swish", "softplus", "softsign", "dropout", "alpha_dropout", "gaussian_dropout",
        "gaussian_noise", "stochastic_depth",
    )
)  # fmt: skip
"""Layers that work on every number alone and have no weights."""
