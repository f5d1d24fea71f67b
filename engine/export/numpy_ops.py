"""What layers compute, in NumPy alone; programs that are exported carry the source text of those they use.

So every function stands alone on ``math`` and ``numpy`` and on functions above it. Examples come first,
channels second, as in PyTorch; all numbers are float32.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]

# --------------------------------------------------------------------------- dense and convolution


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Return x Wᵀ + b over the last dimension."""
    y = x @ weight.T
    return y if bias is None else y + bias


def bilinear(x: Array, other: Array, weight: Array, bias: Array | None = None) -> Array:
    """Return xᵀ W y + b for each unit."""
    y = np.einsum("...i,uij,...j->...u", x, weight, other, optimize=True).astype(x.dtype)
    return y if bias is None else y + bias


def padded(x: Array, padding: Sequence[int], value: float = 0.0) -> Array:
    """Return images with so many numbers more on every side; fewer for numbers below 0."""
    for axis, size in enumerate(padding, start=2):
        if size < 0:
            x = np.take(x, range(-size, x.shape[axis] + size), axis)
    sides = [(0, 0), (0, 0), *((max(0, size), max(0, size)) for size in padding)]
    return np.pad(x, sides, constant_values=value)


def windows(
    x: Array, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> Array:
    """Return (batch, channels, places …, kernel …): what a window sees at every place."""
    spans = [(size - 1) * apart + 1 for size, apart in zip(kernel, dilation, strict=True)]
    seen = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    steps = [slice(None, None, size) for size in (*stride, *dilation)]
    return seen[(slice(None), slice(None), *steps)]


def conv(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    groups: int = 1,
) -> Array:
    """Slide filters (filters, channels / groups, kernel …) over (batch, channels, sizes …)."""
    rank, kernel = x.ndim - 2, weight.shape[2:]
    seen = windows(padded(x, padding), kernel, stride, dilation)
    batch, places = len(seen), seen.shape[2 : 2 + rank]
    rows = np.moveaxis(seen, 1, 1 + rank).reshape(batch * math.prod(places), groups, -1)
    filters = weight.reshape(groups, len(weight) // groups, -1)
    y = rows.transpose(1, 0, 2) @ filters.transpose(0, 2, 1)
    y = y.transpose(1, 0, 2).reshape(batch, *places, len(weight))
    y = np.moveaxis(y if bias is None else y + bias, -1, 1)
    return np.ascontiguousarray(y)


def conv_transpose(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: Sequence[int],
    padding: Sequence[int],
    output_padding: Sequence[int],
    dilation: Sequence[int],
    groups: int = 1,
) -> Array:
    """Paint filters (channels, filters / groups, kernel …) at every place, so that images grow."""
    sizes = [
        (size - 1) * step + 1 + more
        for size, step, more in zip(x.shape[2:], stride, output_padding, strict=True)
    ]
    spread = np.zeros((*x.shape[:2], *sizes), x.dtype)
    ends = [slice(0, (n - 1) * step + 1, step) for n, step in zip(x.shape[2:], stride, strict=True)]
    spread[(slice(None), slice(None), *ends)] = x
    turned = np.flip(weight, tuple(range(2, weight.ndim)))
    turned = turned.reshape(groups, len(weight) // groups, *weight.shape[1:]).swapaxes(1, 2)
    turned = turned.reshape(-1, len(weight) // groups, *weight.shape[2:])
    around = [
        apart * (size - 1) - less
        for size, apart, less in zip(weight.shape[2:], dilation, padding, strict=True)
    ]
    ones = [1] * len(around)
    return conv(spread, turned, bias, stride=ones, padding=around, dilation=dilation, groups=groups)


# --------------------------------------------------------------------------- pooling and sizes


def max_pool(
    x: Array, kernel: Sequence[int], stride: Sequence[int], padding: Sequence[int]
) -> Array:
    """Return the largest number of every window."""
    seen = windows(padded(x, padding, -np.inf), kernel, stride, [1] * len(kernel))
    return seen.max(axis=tuple(range(x.ndim, seen.ndim)))


def avg_pool(
    x: Array, kernel: Sequence[int], stride: Sequence[int], padding: Sequence[int]
) -> Array:
    """Return the mean of every window; what lies beyond the edge doesn't count."""
    ones = [1] * len(kernel)
    seen = windows(padded(x, padding), kernel, stride, ones)
    there = windows(padded(np.ones_like(x[:1, :1]), padding), kernel, stride, ones)
    axes = tuple(range(x.ndim, seen.ndim))
    return seen.sum(axis=axes) / there.sum(axis=axes)


def adaptive_pool(x: Array, sizes: Sequence[int], mode: str) -> Array:
    """Return the means or maxima of so many even parts of every axis."""
    for axis, size in enumerate(sizes, start=2):
        length = x.shape[axis]
        parts = [
            np.take(x, range(place * length // size, -(-(place + 1) * length // size)), axis)
            for place in range(size)
        ]
        x = np.stack([p.mean(axis) if mode == "avg" else p.max(axis) for p in parts], axis)
    return x


def global_pool(x: Array, mode: str) -> Array:
    """Return the mean or the maximum of each channel over all positions."""
    positions = x.reshape(*x.shape[:2], -1)
    return positions.mean(2) if mode == "avg" else positions.max(2)


def enlarge(x: Array, factor: int, blend: bool) -> Array:
    """Return images that are so many times as large: pixels copied, or blended between."""
    for axis in range(2, x.ndim):
        if not blend:
            x = np.repeat(x, factor, axis)
            continue
        length = x.shape[axis]
        places = np.clip((np.arange(length * factor) + 0.5) / factor - 0.5, 0, None)
        low = places.astype(int)
        high = np.minimum(low + 1, length - 1)
        share = (places - low).astype(x.dtype).reshape(-1, *[1] * (x.ndim - 1 - axis))
        x = np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share
    return x


def shuffle_pixels(x: Array, factor: int) -> Array:
    """Turn channels into pixels: (batch, c f², h, w) into (batch, c, h f, w f)."""
    batch, channels, height, width = x.shape
    x = x.reshape(batch, channels // factor**2, factor, factor, height, width)
    return x.transpose(0, 1, 4, 2, 5, 3).reshape(batch, -1, height * factor, width * factor)


def unshuffle_pixels(x: Array, factor: int) -> Array:
    """Turn pixels into channels: (batch, c, h f, w f) into (batch, c f², h, w)."""
    batch, channels, height, width = x.shape
    x = x.reshape(batch, channels, height // factor, factor, width // factor, factor)
    return x.transpose(0, 1, 3, 5, 2, 4).reshape(batch, -1, height // factor, width // factor)


# --------------------------------------------------------------------------- norms


def along_channels(values: Array, rank: int) -> Array:
    """Return one number a channel in a shape that goes with (batch, channels, …)."""
    return values.reshape(1, -1, *[1] * (rank - 2))


def batch_norm(
    x: Array,
    mean: Array,
    variance: Array,
    eps: float,
    scale: Array | None = None,
    shift: Array | None = None,
) -> Array:
    """Normalise every channel by what was measured in training."""
    rank = x.ndim
    y = (x - along_channels(mean, rank)) / np.sqrt(along_channels(variance, rank) + np.float32(eps))
    if scale is not None and shift is not None:
        y = y * along_channels(scale, rank) + along_channels(shift, rank)
    return y


def group_norm(
    x: Array, groups: int, eps: float, scale: Array | None = None, shift: Array | None = None
) -> Array:
    """Normalise groups of channels of every example."""
    rows = x.reshape(len(x), groups, -1)
    rows = rows - rows.mean(2, keepdims=True)
    y = (rows / np.sqrt(np.square(rows).mean(2, keepdims=True) + np.float32(eps))).reshape(x.shape)
    if scale is not None and shift is not None:
        y = y * along_channels(scale, x.ndim) + along_channels(shift, x.ndim)
    return y


def layer_norm(
    x: Array, rank: int, eps: float, scale: Array | None = None, shift: Array | None = None
) -> Array:
    """Normalise over the last dimensions."""
    axes = tuple(range(-rank, 0))
    y = x - x.mean(axes, keepdims=True)
    y = y / np.sqrt(np.square(y).mean(axes, keepdims=True) + np.float32(eps))
    y = y if scale is None else y * scale
    return y if shift is None else y + shift


def rms_norm(x: Array, rank: int, eps: float, scale: Array | None = None) -> Array:
    """Divide by the root of the mean square over the last dimensions."""
    axes = tuple(range(-rank, 0))
    y = x / np.sqrt(np.square(x).mean(axes, keepdims=True) + np.float32(eps))
    return y if scale is None else y * scale


# --------------------------------------------------------------------------- activations


def relu(x: Array) -> Array:
    """Return max(x, 0)."""
    return np.maximum(x, 0)


def leaky_relu(x: Array, slope: float) -> Array:
    """Return x where it is above 0, else slope · x."""
    return np.where(x > 0, x, np.float32(slope) * x)


def prelu(x: Array, slopes: Array) -> Array:
    """Return x where it is above 0, else a learned slope times x."""
    return np.where(x > 0, x, along_channels(slopes, x.ndim) * x if slopes.size > 1 else slopes * x)


def elu(x: Array, alpha: float) -> Array:
    """Return x where it is above 0, else alpha (eˣ − 1)."""
    return np.where(x > 0, x, np.float32(alpha) * np.expm1(np.minimum(x, 0)))


def selu(x: Array) -> Array:
    """Return the scaled ELU that keeps mean 0 and variance 1."""
    return np.float32(1.0507009873554805) * elu(x, 1.6732632423543772)


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + e⁻ˣ) without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def softplus(x: Array, beta: float) -> Array:
    """Return ln(1 + e^βx) / β."""
    return np.logaddexp(0, np.float32(beta) * x) / np.float32(beta)


def gelu(x: Array, approximate: str) -> Array:
    """Return x Φ(x), or its approximation by a tanh."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * (x + 0.044715 * x**3)))
    erf = np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2)).astype(x.dtype)
    return 0.5 * x * (1 + erf)


def silu(x: Array) -> Array:
    """Return x σ(x)."""
    return x * sigmoid(x)


def mish(x: Array) -> Array:
    """Return x tanh(ln(1 + eˣ))."""
    return x * np.tanh(np.logaddexp(0, x).astype(x.dtype))


def hard_sigmoid(x: Array) -> Array:
    """Return x / 6 + 1/2, held between 0 and 1."""
    return np.clip(x / 6 + 0.5, 0, 1)


def softmax(x: Array, axis: int) -> Array:
    """Return shares that add up to 1 along an axis."""
    y = np.exp(x - x.max(axis, keepdims=True))
    return y / y.sum(axis, keepdims=True)


# --------------------------------------------------------------------------- merging and conditions


def total(*inputs: Array) -> Array:
    """Return the sum of what flows in."""
    found = inputs[0]
    for value in inputs[1:]:
        found = found + value
    return found


def product(*inputs: Array) -> Array:
    """Return the product of what flows in, number by number."""
    found = inputs[0]
    for value in inputs[1:]:
        found = found * value
    return found


def one_hot(x: Array, classes: int) -> Array:
    """Turn every index into a vector with a one at its place."""
    return np.eye(classes, dtype=np.float32)[x]


def modulated(x: Array, known: Array, axis: int) -> Array:
    """Scale and shift every channel by what a condition says."""
    shape = [len(x), *[1] * (x.ndim - 1)]
    shape[axis] = -1
    scale, shift = np.split(known.reshape(len(x), -1), 2, axis=1)
    return x * (1 + scale.reshape(shape)) + shift.reshape(shape)


def excite(x: Array, down: Array, down_bias: Array, up: Array, up_bias: Array) -> Array:
    """Scale every channel by what the means of all channels say."""
    means = x.reshape(*x.shape[:2], -1).mean(2)
    scale = sigmoid(linear(relu(linear(means, down, down_bias)), up, up_bias))
    return x * scale.reshape(*scale.shape, *[1] * (x.ndim - 2))


def with_deviation(x: Array, group: int) -> Array:
    """Add a channel that tells how much the examples of a batch differ."""
    batch = len(x)
    size = group if batch % group == 0 else batch
    groups = x.reshape(size, batch // size, -1)
    spread = np.sqrt(groups.var(0) + np.float32(1e-8)).mean(1)
    told = np.tile(spread, size).reshape(batch, *[1] * (x.ndim - 1))
    return np.concatenate([x, np.broadcast_to(told, (batch, 1, *x.shape[2:]))], 1)


def with_closeness(x: Array, maps: Array, kernels: int) -> Array:
    """Add to every example how close it comes to the others of its batch."""
    seen = linear(x, maps).reshape(len(x), kernels, -1)
    apart = np.abs(seen[:, None] - seen[None]).sum(3)
    return np.concatenate([x, np.exp(-apart).sum(1) - 1], 1)


# --------------------------------------------------------------------------- sequences


def recurrent(
    x: Array, layers: Sequence[Sequence[Sequence[Array]]], kind: str, last: bool
) -> Array:
    """Read (batch, steps, features) step by step; each layer has one or two directions.

    A direction is (input weights, state weights, input bias, state bias), its gates in the order of PyTorch.
    """
    for directions in layers:
        told, ends = [], []
        for place, direction in enumerate(directions):
            order = range(x.shape[1]) if place == 0 else reversed(range(x.shape[1]))
            states: dict[int, Array] = {}
            h = c = np.zeros((len(x), direction[1].shape[1]), x.dtype)
            for step in order:
                h, c = next_state(x[:, step], h, c, direction, kind)
                states[step] = h
            told.append(np.stack([states[step] for step in range(x.shape[1])], 1))
            ends.append(h)
        x = np.concatenate(told, 2)
    return np.concatenate(ends, 1) if last else x


def next_state(
    x: Array, h: Array, c: Array, direction: Sequence[Array], kind: str
) -> tuple[Array, Array]:
    """Return state and cell after one step of an lstm, a gru or a plain network (tanh, relu)."""
    weight, state, bias, state_bias = direction
    a, b = x @ weight.T + bias, h @ state.T + state_bias
    if kind == "lstm":
        enter, forget, made, leave = np.split(a + b, 4, axis=1)
        c = sigmoid(forget) * c + sigmoid(enter) * np.tanh(made)
        return sigmoid(leave) * np.tanh(c), c
    if kind == "gru":
        (ar, az, an), (br, bz, bn) = np.split(a, 3, axis=1), np.split(b, 3, axis=1)
        keep, fresh = sigmoid(az + bz), np.tanh(an + sigmoid(ar + br) * bn)
        return (1 - keep) * fresh + keep * h, c
    return (np.tanh(a + b) if kind == "tanh" else relu(a + b)), c


def turned(x: Array) -> Array:
    """Turn pairs of features by angles of their steps (rotary positions)."""
    steps, size = x.shape[-2:]
    rates = np.float32(10_000) ** (-np.arange(0, size, 2, dtype=np.float32) / size)
    angles = np.arange(steps, dtype=np.float32)[:, None] * rates
    cosine, sine = np.cos(angles), np.sin(angles)
    left, right = np.split(x, 2, axis=-1)
    return np.concatenate([left * cosine - right * sine, right * cosine + left * sine], -1)


def attend(query: Array, key: Array, value: Array, causal: bool) -> Array:
    """Return what queries find: (batch, heads, steps, size)."""
    scores = query @ key.swapaxes(-2, -1) / np.float32(math.sqrt(query.shape[-1]))
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:]) > 0, scores, -np.inf)
    mixed = softmax(scores, -1).astype(value.dtype) @ value
    batch, heads, steps, size = mixed.shape
    return mixed.transpose(0, 2, 1, 3).reshape(batch, steps, heads * size)


def by_heads(x: Array, parts: int, heads: int) -> Array:
    """Share features out: (parts, batch, heads, steps, size)."""
    return x.reshape(*x.shape[:2], parts, heads, -1).transpose(2, 0, 3, 1, 4)


def self_attention(
    x: Array,
    enter: Sequence[Array | None],
    leave: Sequence[Array | None],
    heads: int,
    causal: bool,
    rotary: bool,
) -> Array:
    """Return what a sequence finds in itself; weights and biases come in pairs."""
    query, key, value = by_heads(linear(x, *enter), 3, heads)  # type: ignore[arg-type]
    if rotary:
        query, key = turned(query), turned(key)
    return linear(attend(query, key, value, causal), *leave)  # type: ignore[arg-type]


def cross_attention(
    x: Array,
    memory: Array,
    ask: Sequence[Array | None],
    answer: Sequence[Array | None],
    leave: Sequence[Array | None],
    heads: int,
) -> Array:
    """Return what a sequence finds in another one; weights and biases come in pairs."""
    (query,) = by_heads(linear(x, *ask), 1, heads)  # type: ignore[arg-type]
    key, value = by_heads(linear(memory, *answer), 2, heads)  # type: ignore[arg-type]
    return linear(attend(query, key, value, False), *leave)  # type: ignore[arg-type]
