"""How every module is written as layers of Keras 3; :data:`RULES` finds it by its type.

Images keep the channels of PyTorch first wherever that can be seen: at inputs and outputs, and where they are flattened or
reshaped. Between convolutions they lie channels last, which every backend computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.compute.ops import OPS
from engine.compute.ops.chance import GaussianDropout, GaussianNoise, Reparameterise
from engine.compute.ops.conditioning import ConditionalNorm, FiLM, OneHot, Projection, SqueezeExcite
from engine.compute.ops.merging import Add, Concat, Matmul, Multiply
from engine.compute.ops.pooling import GlobalPool
from engine.compute.ops.reading import Permute, Reshape, Slice
from engine.compute.ops.sequences import Recurrent
from projects.translation import gettext as _

Weights = tuple[NDArray[Any], ...]


class NotHeldError(Exception):
    """What Keras has no layer for; the message is a sentence on why."""


@dataclass(frozen=True)
class Value:
    """What flows along a wire.

    Attributes:
        text: The name of the variable that holds it.
        dims: Its shape in PyTorch, without the batch.
        last: Whether its channels lie last in the program.
    """

    text: str
    dims: tuple[int, ...]
    last: bool = False


class Page:
    """The lines of one function that builds a network.

    Args:
        shared: Keys of layers that are called more than once.

    Attributes:
        lines: What the function does.
        weights: Weights by layer.
    """

    def __init__(self, shared: Iterable[str] = ()) -> None:
        self.lines: list[str] = []
        self.weights: dict[str, Weights] = {}
        self._shared = frozenset(shared)

    def layer(self, key: str, made: str, x: str, *weights: NDArray[Any]) -> str:
        """Return a call of a layer, which is made once.

        Args:
            key: Its name.
            made: The call that makes it, without its name.
            x: What it is called with.
            weights: Its weights as Keras wants them.
        """
        known = key in self.weights
        self.weights[key] = weights
        comma = "" if made.endswith("(") else ", "
        text = f"layers.{made}{comma}name={key!r})"
        if key not in self._shared:
            return f"{text}({x})"
        if not known:
            self.lines.append(f"layer_{key} = {text}")
        return f"layer_{key}({x})"

    def let(self, name: str, text: str) -> str:
        """Write a line that names a result, and return the name."""
        if text != name:
            self.lines.append(f"{name} = {text}")
        return name

    def first(self, x: Value) -> Value:
        """Return a value with its channels first."""
        if not x.last:
            return x
        rank = len(x.dims)
        order = (rank, *range(1, rank))
        return Value(f"layers.Permute({order})({x.text})", x.dims)

    def channels_last(self, x: Value) -> Value:
        """Return a value with its channels last."""
        rank = len(x.dims)
        if x.last or rank < 2:
            return x
        order = (*range(2, rank + 1), 1)
        return Value(f"layers.Permute({order})({x.text})", x.dims, True)


Rule = Callable[[Page, Any, str, tuple[Value, ...], tuple[int, ...]], Value]
"""Of page, module, key, what flows in and the shape that leaves: what leaves."""


def rule_of(module: nn.Module) -> Rule:
    """Return how a module is written.

    Raises:
        NotHeldError: It cannot be.
    """
    for kind in type(module).__mro__:
        if kind in RULES:
            return RULES[kind]
    raise NotHeldError(
        _("Keras has no layer like this one ({kind}).").format(kind=type(module).__name__)
    )


def array(tensor: Tensor) -> NDArray[Any]:
    """Return a tensor as an array of its own."""
    found: NDArray[Any] = tensor.detach().cpu().contiguous().numpy().copy()
    return found


def _there(*tensors: Tensor | None) -> Weights:
    return tuple(array(tensor) for tensor in tensors if tensor is not None)


def _tuple(value: Any, rank: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, Iterable) else (int(value),) * rank


# --------------------------------------------------------------------------- dense and convolution


def _linear(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    bias = "" if m.bias is not None else ", use_bias=False"
    weights = (array(m.weight.T), *_there(m.bias))
    return Value(p.layer(key, f"Dense({m.out_features}{bias}", p.first(x[0]).text, *weights), out)


def _conv(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    rank = len(out) - 1
    if max(m.stride) > 1 and max(m.dilation) > 1:
        raise NotHeldError(_("Keras has no convolution with a stride and a dilation at once."))
    seen = p.channels_last(x[0]).text
    if max(m.padding):
        amount = m.padding[0] if rank == 1 else tuple(m.padding)
        seen = f"layers.ZeroPadding{rank}D({amount})({seen})"
    options = [f"{m.out_channels}, {tuple(m.kernel_size)}"]
    options += [f"strides={tuple(m.stride)}"] if max(m.stride) > 1 else []
    options += [f"dilation_rate={tuple(m.dilation)}"] if max(m.dilation) > 1 else []
    options += [f"groups={m.groups}"] if m.groups > 1 else []
    options += ["use_bias=False"] if m.bias is None else []
    kernel = np.moveaxis(array(m.weight), (0, 1), (-1, -2))
    text = p.layer(key, f"Conv{rank}D({', '.join(options)}", seen, kernel, *_there(m.bias))
    return Value(text, out, True)


def _conv_transpose(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    rank = len(out) - 1
    if m.groups > 1 or max(m.dilation) > 1:
        raise NotHeldError(_("Keras has no transposed convolution with groups or dilation."))
    if any(k < s for k, s in zip(m.kernel_size, m.stride, strict=True)):
        raise NotHeldError(_("in Keras the kernel of a transposed convolution reaches its stride."))
    if any(more > less for more, less in zip(m.output_padding, m.padding, strict=True)):
        raise NotHeldError(_("Keras cannot add more at the end than padding takes away."))
    options = [f"{m.out_channels}, {tuple(m.kernel_size)}, strides={tuple(m.stride)}"]
    options += ["use_bias=False"] if m.bias is None else []
    kernel = np.moveaxis(array(m.weight), (0, 1), (-1, -2))
    text = p.layer(
        key,
        f"Conv{rank}DTranspose({', '.join(options)}",
        p.channels_last(x[0]).text,
        kernel,
        *_there(m.bias),
    )
    cuts = tuple(
        (less, less - more) for less, more in zip(m.padding, m.output_padding, strict=True)
    )
    if any(map(any, cuts)):
        amount = cuts[0] if rank == 1 else cuts
        text = f"layers.Cropping{rank}D({amount})({text})"
    return Value(text, out, True)


# --------------------------------------------------------------------------- pooling and sizes


def _pool(kind: str) -> Rule:
    def write(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
        rank = len(out) - 1
        if max(_tuple(m.padding, rank)):
            raise NotHeldError(_("pooling in Keras has no padding that counts for nothing."))
        sizes = f"{_tuple(m.kernel_size, rank)}, strides={_tuple(m.stride, rank)}"
        if rank == 1:
            sizes = f"{_tuple(m.kernel_size, 1)[0]}, strides={_tuple(m.stride, 1)[0]}"
        text = p.layer(key, f"{kind}Pooling{rank}D({sizes}", p.channels_last(x[0]).text)
        return Value(text, out, True)

    return write


def _adaptive(kind: str) -> Rule:
    def write(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
        rank = len(out) - 1
        if any(a % b for a, b in zip(x[0].dims[1:], out[1:], strict=True)):
            raise NotHeldError(_("Keras pools to a size only where that divides the size before."))
        sizes = tuple(a // b for a, b in zip(x[0].dims[1:], out[1:], strict=True))
        amount = sizes[0] if rank == 1 else sizes
        text = p.layer(key, f"{kind}Pooling{rank}D({amount}", p.channels_last(x[0]).text)
        return Value(text, out, True)

    return write


def _global_pool(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    kind = "Average" if m.mode == "avg" else "Max"
    rank = len(x[0].dims) - 1
    return Value(p.layer(key, f"Global{kind}Pooling{rank}D(", p.channels_last(x[0]).text), out)


def _upsample(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    rank, factor = len(out) - 1, int(m.scale_factor)
    if m.mode != "nearest" and rank != 2:
        raise NotHeldError(_("Keras blends images alone when it enlarges."))
    blend = ', interpolation="bilinear"' if m.mode != "nearest" else ""
    text = p.layer(key, f"UpSampling{rank}D({factor}{blend}", p.channels_last(x[0]).text)
    return Value(text, out, True)


def _shuffle(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    f = m.upscale_factor
    channels, height, width = out
    inner = (channels, f, f, height // f, width // f)
    text = f"layers.Reshape({inner})({p.first(x[0]).text})"
    return Value(f"layers.Reshape({out})(layers.Permute((1, 4, 2, 5, 3))({text}))", out)


def _unshuffle(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    f = m.downscale_factor
    channels, height, width = x[0].dims
    inner = (channels, height // f, f, width // f, f)
    text = f"layers.Reshape({inner})({p.first(x[0]).text})"
    return Value(f"layers.Reshape({out})(layers.Permute((1, 3, 5, 2, 4))({text}))", out)


# --------------------------------------------------------------------------- norms


def _batch_norm(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    kept = 0.9 if m.momentum is None else 1 - m.momentum
    options = f"axis=-1, momentum={kept:.6g}, epsilon={m.eps}"
    options += "" if m.affine else ", center=False, scale=False"
    weights = (*_there(m.weight, m.bias), array(m.running_mean), array(m.running_var))
    seen = p.channels_last(x[0])
    return Value(p.layer(key, f"BatchNormalization({options}", seen.text, *weights), out, seen.last)


def _group_norm(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    groups = getattr(m, "num_groups", None) or m.num_features
    if len(out) < 2:
        raise NotHeldError(_("groups of numbers without places are not normalised in Keras."))
    options = f"groups={groups}, axis=-1, epsilon={m.eps}"
    options += "" if m.affine else ", center=False, scale=False"
    text = p.layer(
        key,
        f"GroupNormalization({options}",
        p.channels_last(x[0]).text,
        *_there(m.weight, m.bias),
    )
    return Value(text, out, True)


def _layer_norm(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    axes = list(range(-len(m.normalized_shape), 0))
    options = f"axis={axes if len(axes) > 1 else -1}, epsilon={m.eps}"
    options += "" if m.weight is not None else ", center=False, scale=False"
    seen = p.first(x[0]).text
    return Value(
        p.layer(key, f"LayerNormalization({options}", seen, *_there(m.weight, m.bias)), out
    )


def _rms_norm(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    if len(m.normalized_shape) > 1 or m.weight is None:
        raise NotHeldError(_("an RMS norm in Keras is over one dimension, and has scales."))
    eps = float(np.finfo(np.float32).eps) if m.eps is None else m.eps
    text = p.layer(
        key, f"RMSNormalization(axis=-1, epsilon={eps}", p.first(x[0]).text, array(m.weight)
    )
    return Value(text, out)


# --------------------------------------------------------------------------- element by element


def _each(template: str) -> Rule:
    """An expression of ``{x}`` and attributes ``{m.…}`` that leaves the layout as it is."""

    def write(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
        return Value(template.format(x=x[0].text, m=m), out, x[0].last)

    return write


def _named(made: str) -> Rule:
    """A layer without weights that leaves the layout as it is; ``{m.…}`` are attributes."""

    def write(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
        return Value(p.layer(key, made.format(m=m), x[0].text), out, x[0].last)

    return write


def _passes(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return x[0]


def _prelu(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    seen = p.channels_last(x[0])
    rank = len(out)
    shape = (*[1] * (rank - 1), out[0])
    slopes = np.broadcast_to(array(m.weight).reshape(-1), (out[0],)).reshape(shape).copy()
    axes = f"shared_axes={list(range(1, rank))}" if rank > 1 else ""
    return Value(p.layer(key, f"PReLU({axes}", seen.text, slopes), out, seen.last)


def _softmax(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return Value(p.layer(key, f"Softmax(axis={m.dim}", p.first(x[0]).text), out)


def _gelu(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return Value(f"ops.gelu({x[0].text}, approximate={m.approximate == 'tanh'})", out, x[0].last)


def _softplus(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    inner = x[0].text if m.beta == 1 else f"{m.beta} * {x[0].text}"
    text = f"ops.softplus({inner})"
    return Value(text if m.beta == 1 else f"{text} / {m.beta}", out, x[0].last)


# --------------------------------------------------------------------------- shapes and merging


def _flatten(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return Value(p.layer(key, "Flatten(", p.first(x[0]).text), out)


def _reshape(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return Value(p.layer(key, f"Reshape({out}", p.first(x[0]).text), out)


def _permute(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return Value(p.layer(key, f"Permute({tuple(m.order)}", p.first(x[0]).text), out)


def _slice(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    if (m.chosen.step or 1) != 1:
        raise NotHeldError(_("Keras does not skip places on every backend."))
    ends = ("" if value is None else value for value in (m.chosen.start, m.chosen.stop))
    chosen = ", ".join((*[":"] * m.axis, ":".join(map(str, ends))))
    return Value(f"{p.let(f'{key}_whole', p.first(x[0]).text)}[{chosen}]", out)


def _merge(made: str) -> Rule:
    def write(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
        alike = all(value.last for value in x) and len({len(value.dims) for value in x}) == 1
        return _joined(p, key, f"{made}(", x, out, alike)

    return write


def _concat(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    alike = m.axis == 1 and all(value.last for value in x)
    return _joined(p, key, f"Concatenate(axis={-1 if alike else m.axis}", x, out, alike)


def _joined(
    p: Page, key: str, made: str, x: tuple[Value, ...], out: tuple[int, ...], alike: bool
) -> Value:
    """What a layer makes of several values, which stay as they are where all have their channels last alike."""
    values = x if alike else tuple(p.first(value) for value in x)
    if len(values) == 1:
        return values[0]
    joined = f"[{', '.join(value.text for value in values)}]"
    return Value(p.layer(key, made, joined), out, alike)


def _matmul(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    one, other = (p.first(value).text for value in x)
    second = f"ops.swapaxes({other}, -2, -1)" if m.transposed else other
    return Value(f"ops.matmul({one}, {second})", out)


def _embedding(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    made = f"Embedding({m.num_embeddings}, {m.embedding_dim}"
    return Value(p.layer(key, made, x[0].text, array(m.weight)), out)


def _reparameterise(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    return Value(f"{p.let(f'{key}_both', p.first(x[0]).text)}[:, :{out[0]}]", out)


# --------------------------------------------------------------------------- conditions


def _known(p: Page, m: Any, key: str, condition: Value, count: int) -> str:
    """Scales and shifts that follow from a condition, (batch, 2 channels)."""
    text = rule_of(m)(p, m, key, (condition,), (2 * count,)).text
    return p.let(f"{key}_known", f"layers.Flatten()({text})")


def _modulated(p: Page, key: str, x: Value, known: str, count: int, axis: int) -> Value:
    dims = [1] * len(x.dims)
    dims[axis] = count
    ends = (f"{known}[:, :{count}]", f"{known}[:, {count}:]")
    scale, shift = (f"layers.Reshape({tuple(dims)})({end})" for end in ends)
    return Value(f"{p.first(x).text} * (1 + {scale}) + {shift}", x.dims)


def _conditional_norm(
    p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]
) -> Value:
    known = _known(p, m.maps, f"{key}_maps", x[1], out[0])
    normed = rule_of(m.norm)(p, m.norm, f"{key}_norm", (x[0],), out)
    return _modulated(p, key, normed, known, out[0], 0)


def _film(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    axis = -1 if m.last else 0
    known = _known(p, m.maps, f"{key}_maps", x[1], out[axis])
    return _modulated(p, key, x[0], known, out[axis], axis)


def _projection(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    seen = Value(p.let(f"{key}_seen", p.first(x[0]).text), x[0].dims)
    judged = rule_of(m.judge)(p, m.judge, f"{key}_judge", (seen,), out).text
    told = rule_of(m.embed)(p, m.embed, f"{key}_embed", (x[1],), seen.dims).text
    return Value(f"{judged} + layers.Dot(1)([{seen.text}, layers.Flatten()({told})])", out)


def _excite(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    seen = Value(p.let(f"{key}_seen", p.channels_last(x[0]).text), out, True)
    rank = len(out) - 1
    means = Value(f"layers.GlobalAveragePooling{rank}D()({seen.text})", out[:1])
    down = _linear(p, m.squeeze, f"{key}_squeeze", (means,), ()).text
    up = _linear(p, m.excite, f"{key}_excite", (Value(f"ops.relu({down})", ()),), ()).text
    scale = f"layers.Reshape({(*[1] * rank, out[0])})(ops.sigmoid({up}))"
    return Value(f"{seen.text} * {scale}", out, True)


# --------------------------------------------------------------------------- sequences


def _recurrent(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    core: nn.RNNBase = m.core
    text = p.first(x[0]).text
    for layer in range(core.num_layers):
        every = not m.last or layer + 1 < core.num_layers
        text = p.let(f"{key}_in{layer}", text) if core.bidirectional else text
        ahead = p.layer(f"{key}_{layer}", _core(core, every, False), text, *_gates(core, layer, ""))
        if not core.bidirectional:
            text = ahead
            continue
        back = p.layer(
            f"{key}_{layer}_back", _core(core, every, True), text, *_gates(core, layer, "_reverse")
        )
        back = f"ops.flip({back}, axis=1)" if every else back
        text = f"layers.Concatenate()([{ahead}, {back}])"
    return Value(text, out)


def _core(core: nn.RNNBase, every: bool, back: bool) -> str:
    kind = {"LSTM": "LSTM", "GRU": "GRU"}.get(core.mode, "SimpleRNN")
    options = [str(core.hidden_size)]
    options += ['activation="relu"'] if core.mode == "RNN_RELU" else []
    options += ["return_sequences=True"] if every else []
    options += ["go_backwards=True"] if back else []
    return f"{kind}({', '.join(options)}"


def _gates(core: nn.RNNBase, layer: int, end: str) -> Weights:
    """Weights in the order of Keras: its GRU has the update gate first, and both biases."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    enter, state, bias, state_bias = (array(getattr(core, f"{n}_l{layer}{end}")) for n in names)
    if core.mode != "GRU":
        return enter.T.copy(), state.T.copy(), bias + state_bias

    def turned(values: NDArray[Any]) -> NDArray[Any]:
        reset, update, fresh = np.split(values, 3)
        return np.concatenate([update, reset, fresh])

    biases = np.stack([turned(bias), turned(state_bias)])
    return turned(enter).T.copy(), turned(state).T.copy(), biases


def _sequential(p: Page, m: Any, key: str, x: tuple[Value, ...], out: tuple[int, ...]) -> Value:
    (value,) = x
    children = list(m.named_children())
    for name, child in children:
        dims = out
        if isinstance(child, nn.Conv1d | nn.Conv2d):
            dims = (child.out_channels, *out[1:])
        value = rule_of(child)(p, child, f"{key}_{name}", (value,), dims)
    return value


RULES: dict[type[nn.Module], Rule] = {
    nn.Linear: _linear,
    nn.Conv1d: _conv,
    nn.Conv2d: _conv,
    nn.Conv3d: _conv,
    nn.ConvTranspose1d: _conv_transpose,
    nn.ConvTranspose2d: _conv_transpose,
    nn.MaxPool1d: _pool("Max"),
    nn.MaxPool2d: _pool("Max"),
    nn.AvgPool1d: _pool("Average"),
    nn.AvgPool2d: _pool("Average"),
    nn.AdaptiveAvgPool1d: _adaptive("Average"),
    nn.AdaptiveAvgPool2d: _adaptive("Average"),
    nn.AdaptiveMaxPool1d: _adaptive("Max"),
    nn.AdaptiveMaxPool2d: _adaptive("Max"),
    GlobalPool: _global_pool,
    nn.Upsample: _upsample,
    nn.PixelShuffle: _shuffle,
    nn.PixelUnshuffle: _unshuffle,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.BatchNorm3d: _batch_norm,
    nn.GroupNorm: _group_norm,
    nn.InstanceNorm1d: _group_norm,
    nn.InstanceNorm2d: _group_norm,
    nn.InstanceNorm3d: _group_norm,
    nn.LayerNorm: _layer_norm,
    nn.RMSNorm: _rms_norm,
    nn.ReLU: _named("ReLU("),
    nn.LeakyReLU: _named("LeakyReLU({m.negative_slope}"),
    nn.ELU: _named("ELU({m.alpha}"),
    nn.PReLU: _prelu,
    nn.Softmax: _softmax,
    nn.GELU: _gelu,
    nn.Softplus: _softplus,
    nn.ReLU6: _each("ops.relu6({x})"),
    nn.SELU: _each("ops.selu({x})"),
    nn.SiLU: _each("ops.silu({x})"),
    nn.Mish: _each("keras.activations.mish({x})"),
    nn.Sigmoid: _each("ops.sigmoid({x})"),
    nn.Tanh: _each("ops.tanh({x})"),
    nn.Softsign: _each("ops.softsign({x})"),
    nn.Hardtanh: _each("ops.clip({x}, {m.min_val}, {m.max_val})"),
    nn.Hardsigmoid: _each("ops.hard_sigmoid({x})"),
    nn.Hardswish: _each("ops.hard_silu({x})"),
    nn.Dropout: _named("Dropout({m.p}"),
    nn.Dropout1d: _named("Dropout({m.p}"),
    nn.Dropout2d: _named("Dropout({m.p}"),
    nn.Dropout3d: _named("Dropout({m.p}"),
    nn.AlphaDropout: _named("AlphaDropout({m.p}"),
    nn.FeatureAlphaDropout: _named("AlphaDropout({m.p}"),
    GaussianDropout: _named("GaussianDropout({m.p}"),
    GaussianNoise: _named("GaussianNoise({m.sd}"),
    OPS["StochasticDepth"]: _passes,
    nn.Identity: _passes,
    nn.Flatten: _flatten,
    Reshape: _reshape,
    Permute: _permute,
    Slice: _slice,
    Add: _merge("Add"),
    Multiply: _merge("Multiply"),
    Concat: _concat,
    Matmul: _matmul,
    nn.Embedding: _embedding,
    OneHot: _each("ops.one_hot({x}, {m.classes})"),
    Reparameterise: _reparameterise,
    ConditionalNorm: _conditional_norm,
    FiLM: _film,
    Projection: _projection,
    SqueezeExcite: _excite,
    Recurrent: _recurrent,
    nn.Sequential: _sequential,
}
"""By type of module; that of a subclass is that of its base."""
