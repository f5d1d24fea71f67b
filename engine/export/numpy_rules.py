"""How every module is written as a call of NumPy; :data:`RULES` finds it by its type."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.compute.ops import OPS
from engine.compute.ops.attention import CrossAttention, DecoderBlock, EncoderBlock, SelfAttention
from engine.compute.ops.chance import MinibatchDeviation, Reparameterise
from engine.compute.ops.comparing import MinibatchDiscrimination
from engine.compute.ops.conditioning import ConditionalNorm, FiLM, OneHot, Projection, SqueezeExcite
from engine.compute.ops.merging import Add, Concat, Matmul, Multiply
from engine.compute.ops.pooling import GlobalPool
from engine.compute.ops.reading import Permute, Reshape, Slice
from engine.compute.ops.sequences import LearnedPositions, Recurrent, SinusoidalPositions
from engine.export import numpy_ops

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: made
    for name, made in vars(numpy_ops).items()
    if inspect.isfunction(made) and made.__module__ == numpy_ops.__name__
}

TAKEN = frozenset((*FUNCTIONS, "x", "z", "label", "w", "np", "len", "math"))
"""Names that mean something inside of a function that computes a network."""

RESTING: tuple[type[nn.Module], ...] = (
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
    nn.Identity,
    *(OPS[name] for name in ("GaussianDropout", "GaussianNoise", "StochasticDepth")),
)
"""What does nothing outside of training."""


class Sheet:
    """What a program of NumPy is made of.

    Attributes:
        weights: Arrays by name.
        used: Names of the functions of :mod:`engine.export.numpy_ops` that are called.
        lines: The lines of the function that is being written.
    """

    def __init__(self) -> None:
        self.weights: dict[str, NDArray[Any]] = {}
        self.used: set[str] = set()
        self.lines: list[str] = []
        self._names: set[str] = set()

    def let(self, text: str) -> str:
        """Write a line that gives an expression a name, and return the name."""
        name = "a"
        while name in self._names:
            name += "a"
        self.lines.append(f"{name} = {text}")
        self._names.add(name)
        return name

    def begin(self, names: Iterable[str]) -> None:
        """Begin a function of its own; what is kept and called stays.

        Args:
            names: Variables that it will have.
        """
        self.lines = []
        self._names = set(names)

    def weight(self, name: str, tensor: Tensor | None) -> str:
        """Keep an array and return how the program reads it."""
        if tensor is None:
            return "None"
        self.weights[name] = tensor.detach().cpu().contiguous().numpy().copy()
        return f"w[{name!r}]"

    def call(self, function: str, *arguments: str, **options: Any) -> str:
        """Return a call of a function of ours; arguments that are None at the end are left out."""
        self.used.add(function)
        given = list(arguments)
        while given and given[-1] == "None":
            given.pop()
        named = [f"{key}={value!r}" for key, value in options.items()]
        return f"{function}({', '.join((*given, *named))})"

    def module(self, module: nn.Module, key: str, *x: str) -> str:
        """Return what a module makes of inputs, as source text.

        Args:
            module: The module.
            key: The name of its weights, with a dot behind.
            x: Source text of the inputs.

        Raises:
            NotHeldError: There is no rule for it.
        """
        return rule_of(module)(self, module, key, *x)

    def sources(self) -> list[str]:
        """Return the source text of the functions that are called, and of those that they call."""
        found: set[str] = set()
        waiting = list(self.used)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            text = inspect.getsource(FUNCTIONS[name])
            waiting += [other for other in FUNCTIONS if re.search(rf"\b{other}\(", text)]
        chosen = sorted(found, key=lambda name: FUNCTIONS[name].__code__.co_firstlineno)
        texts = (inspect.getsource(FUNCTIONS[name]).rstrip() for name in chosen)
        return [re.sub(r"  # type: ignore\[[a-z-]+\]", "", text) for text in texts]


class NotHeldError(Exception):
    """A module that cannot be written."""


Rule = Callable[..., str]


def rule_of(module: nn.Module) -> Rule:
    """Return how a module is written.

    Raises:
        NotHeldError: It cannot be.
    """
    for kind in type(module).__mro__:
        if kind in RULES:
            return RULES[kind]
    raise NotHeldError(type(module).__name__)


def _pair(value: Any, rank: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, Iterable) else (int(value),) * rank


def _weighted(function: str) -> Rule:
    def write(s: Sheet, m: Any, key: str, *x: str) -> str:
        return s.call(
            function, *x, s.weight(f"{key}weight", m.weight), s.weight(f"{key}bias", m.bias)
        )

    return write


def _plain(function: str, *names: str) -> Rule:
    """A function of ours whose options are attributes of the module."""

    def write(s: Sheet, m: Any, key: str, x: str) -> str:
        return s.call(function, x, *(repr(getattr(m, name)) for name in names))

    return write


def _text(template: str) -> Rule:
    """An expression with ``{x}`` and attributes ``{m.…}`` of the module."""

    def write(s: Sheet, m: Any, key: str, *x: str) -> str:
        return template.format(x=x[0], y=x[-1], all=", ".join(x), m=m)

    return write


def _conv(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call(
        "conv",
        x,
        s.weight(f"{key}weight", m.weight),
        s.weight(f"{key}bias", m.bias),
        stride=m.stride,
        padding=m.padding,
        dilation=m.dilation,
        groups=m.groups,
    )


def _conv_transpose(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call(
        "conv_transpose",
        x,
        s.weight(f"{key}weight", m.weight),
        s.weight(f"{key}bias", m.bias),
        stride=m.stride,
        padding=m.padding,
        output_padding=m.output_padding,
        dilation=m.dilation,
        groups=m.groups,
    )


def _pool(function: str, rank: int) -> Rule:
    def write(s: Sheet, m: Any, key: str, x: str) -> str:
        sizes = (_pair(value, rank) for value in (m.kernel_size, m.stride, m.padding))
        return s.call(function, x, *map(repr, sizes))

    return write


def _adaptive(mode: str, rank: int) -> Rule:
    def write(s: Sheet, m: Any, key: str, x: str) -> str:
        return s.call("adaptive_pool", x, repr(_pair(m.output_size, rank)), repr(mode))

    return write


def _batch_norm(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call(
        "batch_norm",
        x,
        s.weight(f"{key}mean", m.running_mean),
        s.weight(f"{key}variance", m.running_var),
        repr(m.eps),
        s.weight(f"{key}weight", m.weight),
        s.weight(f"{key}bias", m.bias),
    )


def _group_norm(s: Sheet, m: Any, key: str, x: str) -> str:
    groups = getattr(m, "num_groups", None) or m.num_features  # instance norms have one a channel
    scale, shift = s.weight(f"{key}weight", m.weight), s.weight(f"{key}bias", m.bias)
    return s.call("group_norm", x, repr(groups), repr(m.eps), scale, shift)


def _layer_norm(s: Sheet, m: Any, key: str, x: str) -> str:
    scale, shift = s.weight(f"{key}weight", m.weight), s.weight(f"{key}bias", m.bias)
    return s.call("layer_norm", x, repr(len(m.normalized_shape)), repr(m.eps), scale, shift)


def _rms_norm(s: Sheet, m: Any, key: str, x: str) -> str:
    eps = float(np.finfo(np.float32).eps) if m.eps is None else m.eps
    scale = s.weight(f"{key}weight", m.weight)
    return s.call("rms_norm", x, repr(len(m.normalized_shape)), repr(eps), scale)


def _prelu(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call("prelu", x, s.weight(f"{key}weight", m.weight))


def _upsample(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call("enlarge", x, repr(int(m.scale_factor)), repr(m.mode != "nearest"))


def _sequential(s: Sheet, m: Any, key: str, x: str) -> str:
    for name, child in m.named_children():
        x = s.module(child, f"{key}{name}.", x)
    return x


def _slice(s: Sheet, m: Any, key: str, x: str) -> str:
    ends = ("" if value is None else value for value in (m.chosen.start, m.chosen.stop))
    chosen = ":".join(map(str, ends)) + (
        f":{m.chosen.step}" if m.chosen.step not in (None, 1) else ""
    )
    return f"{x}[{', '.join((*[':'] * m.axis, chosen))}]"


def _reshape(s: Sheet, m: Any, key: str, x: str) -> str:
    return f"{x}.reshape(len({x}), {', '.join(map(str, m.sizes))})"


def _permute(s: Sheet, m: Any, key: str, x: str) -> str:
    return f"{x}.transpose({', '.join(map(str, (0, *m.order)))})"


def _matmul(s: Sheet, m: Any, key: str, x: str, y: str) -> str:
    return f"{x} @ {y}.swapaxes(-2, -1)" if m.transposed else f"{x} @ {y}"


def _embedding(s: Sheet, m: Any, key: str, x: str) -> str:
    return f"{s.weight(f'{key}weight', m.weight)}[{x}]"


def _conditional_norm(s: Sheet, m: Any, key: str, x: str, condition: str) -> str:
    known = s.module(m.maps, f"{key}maps.", condition)
    return s.call("modulated", s.module(m.norm, f"{key}norm.", x), known, "1")


def _film(s: Sheet, m: Any, key: str, x: str, condition: str) -> str:
    known = s.module(m.maps, f"{key}maps.", condition)
    return s.call("modulated", x, known, "-1" if m.last else "1")


def _projection(s: Sheet, m: Any, key: str, x: str, label: str) -> str:
    judged, told = s.module(m.judge, f"{key}judge.", x), s.module(m.embed, f"{key}embed.", label)
    return f"{judged} + ({x} * {told}.reshape(len({x}), -1)).sum(1, keepdims=True)"


def _excite(s: Sheet, m: Any, key: str, x: str) -> str:
    down, up = _two(s, m.squeeze, f"{key}squeeze."), _two(s, m.excite, f"{key}excite.")
    return s.call("excite", x, *down, *up)


def _two(s: Sheet, m: Any, key: str) -> tuple[str, str]:
    return s.weight(f"{key}weight", m.weight), s.weight(f"{key}bias", m.bias)


def _together(s: Sheet, m: Any, key: str) -> str:
    return f"({', '.join(_two(s, m, key))})"


def _deviation(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call("with_deviation", x, repr(m.group))


def _closeness(s: Sheet, m: Any, key: str, x: str) -> str:
    return s.call("with_closeness", x, s.weight(f"{key}maps", m.maps.weight), repr(m.kernels))


def _recurrent(s: Sheet, m: Any, key: str, x: str) -> str:
    core: nn.RNNBase = m.core
    kinds = {"LSTM": "lstm", "GRU": "gru", "RNN_TANH": "tanh", "RNN_RELU": "relu"}
    layers = []
    for layer in range(core.num_layers):
        directions = []
        for end in ("", "_reverse")[: 2 if core.bidirectional else 1]:
            names = [
                f"{kind}_l{layer}{end}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            ]
            directions.append(
                f"({', '.join(s.weight(f'{key}{name}', getattr(core, name)) for name in names)})"
            )
        layers.append(f"[{', '.join(directions)}]")
    return s.call("recurrent", x, f"[{', '.join(layers)}]", repr(kinds[core.mode]), repr(m.last))


def _positions(s: Sheet, m: Any, key: str, x: str) -> str:
    table = m.table if isinstance(m, SinusoidalPositions) else m.weight
    return f"{x} + {s.weight(f'{key}table', table)}"


def _attention(s: Sheet, m: Any, key: str, x: str) -> str:
    enter, leave = _together(s, m.enter, f"{key}enter."), _together(s, m.leave, f"{key}leave.")
    return s.call("self_attention", x, enter, leave, *map(repr, (m.heads, m.causal, m.rotary)))


def _cross_attention(s: Sheet, m: Any, key: str, x: str, memory: str) -> str:
    pairs = [_together(s, getattr(m, name), f"{key}{name}.") for name in ("ask", "answer", "leave")]
    return s.call("cross_attention", x, memory, *pairs, repr(m.heads))


def _block(s: Sheet, m: Any, key: str, x: str, *memory: str) -> str:
    """Attention and the map of every step, each with a way past it."""
    steps = ["attend", "recall", "feed"] if isinstance(m, DecoderBlock) else ["attend", "feed"]
    for place, step in enumerate(steps, start=1):
        norm, told = f"norm{place}", memory if step == "recall" else ()
        layer, layer_key = getattr(m, step), f"{key}{step}."
        if m.norm_first:
            seen = s.module(getattr(m, norm), f"{key}{norm}.", x)
            x = s.let(f"{x} + {s.module(layer, layer_key, seen, *told)}")
        else:
            both = f"{x} + {s.module(layer, layer_key, x, *told)}"
            x = s.let(s.module(getattr(m, norm), f"{key}{norm}.", both))
    return x


def _same(s: Sheet, m: Any, key: str, x: str) -> str:
    return x


RULES: dict[type[nn.Module], Rule] = {
    **dict.fromkeys(RESTING, _same),
    **dict.fromkeys((nn.Conv1d, nn.Conv2d, nn.Conv3d), _conv),
    **dict.fromkeys((nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d), _conv_transpose),
    **dict.fromkeys((nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d), _batch_norm),
    **dict.fromkeys(
        (nn.GroupNorm, nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d), _group_norm
    ),
    nn.Linear: _weighted("linear"),
    nn.Bilinear: _weighted("bilinear"),
    nn.LayerNorm: _layer_norm,
    nn.RMSNorm: _rms_norm,
    nn.MaxPool1d: _pool("max_pool", 1),
    nn.MaxPool2d: _pool("max_pool", 2),
    nn.AvgPool1d: _pool("avg_pool", 1),
    nn.AvgPool2d: _pool("avg_pool", 2),
    nn.AdaptiveAvgPool1d: _adaptive("avg", 1),
    nn.AdaptiveAvgPool2d: _adaptive("avg", 2),
    nn.AdaptiveMaxPool1d: _adaptive("max", 1),
    nn.AdaptiveMaxPool2d: _adaptive("max", 2),
    GlobalPool: _plain("global_pool", "mode"),
    nn.Upsample: _upsample,
    nn.PixelShuffle: _plain("shuffle_pixels", "upscale_factor"),
    nn.PixelUnshuffle: _plain("unshuffle_pixels", "downscale_factor"),
    nn.ReLU: _plain("relu"),
    nn.ReLU6: _text("np.clip({x}, 0, 6)"),
    nn.Hardtanh: _text("np.clip({x}, {m.min_val}, {m.max_val})"),
    nn.Hardsigmoid: _plain("hard_sigmoid"),
    nn.Hardswish: lambda s, m, key, x: f"{x} * {s.call('hard_sigmoid', x)}",
    nn.LeakyReLU: _plain("leaky_relu", "negative_slope"),
    nn.PReLU: _prelu,
    nn.ELU: _plain("elu", "alpha"),
    nn.SELU: _plain("selu"),
    nn.GELU: _plain("gelu", "approximate"),
    nn.SiLU: _plain("silu"),
    nn.Mish: _plain("mish"),
    nn.Sigmoid: _plain("sigmoid"),
    nn.Tanh: _text("np.tanh({x})"),
    nn.Softplus: _plain("softplus", "beta"),
    nn.Softsign: _text("{x} / (1 + np.abs({x}))"),
    nn.Softmax: _plain("softmax", "dim"),
    nn.Flatten: _text("{x}.reshape(len({x}), -1)"),
    Reshape: _reshape,
    Permute: _permute,
    Slice: _slice,
    nn.Sequential: _sequential,
    Add: lambda s, m, key, *x: s.call("total", *x),
    Multiply: lambda s, m, key, *x: s.call("product", *x),
    Concat: _text("np.concatenate([{all}], {m.axis})"),
    Matmul: _matmul,
    nn.Embedding: _embedding,
    OneHot: _plain("one_hot", "classes"),
    ConditionalNorm: _conditional_norm,
    FiLM: _film,
    Projection: _projection,
    SqueezeExcite: _excite,
    Reparameterise: _text("np.split({x}, 2, axis=1)[0]"),
    MinibatchDeviation: _deviation,
    MinibatchDiscrimination: _closeness,
    Recurrent: _recurrent,
    SinusoidalPositions: _positions,
    LearnedPositions: _positions,
    SelfAttention: _attention,
    CrossAttention: _cross_attention,
    EncoderBlock: _block,
    DecoderBlock: _block,
}
"""By type of module; that of a subclass is that of its base."""
