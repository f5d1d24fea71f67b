"""Layers that read a sequence step by step."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, need_rank
from projects.translation import gettext as _


def _stacked(layers: int) -> bool:
    return layers > 1


class Recurrent(Layer, frozen=True, kw_only=True):
    """What recurrent layers have in common."""

    category: ClassVar[str] = "Recurrent"
    parametric: ClassVar[bool] = True
    gates: ClassVar[int] = 1
    live: ClassVar[tuple[str, ...]] = ("dropout",)

    units: Annotated[
        int, Meta(ge=1, le=65_536, title="Units", description="Numbers in the state.")
    ] = 64
    returns: Annotated[
        Literal["last", "sequence"],
        Meta(title="Returns", description="The state after the last step, or after every step."),
    ] = "last"
    layers: Annotated[
        int, Meta(ge=1, le=64, title="Layers", description="How many are stacked.")
    ] = 1
    bidirectional: Annotated[
        bool,
        Meta(
            title="Both directions", description="Read backwards as well, with weights of its own."
        ),
    ] = False
    dropout: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99,
            title="Dropout",
            description="Between stacked layers.",
            extra={"when": {"layers": _stacked}},
        ),
    ] = 0.0

    def validate(self) -> None:
        """Dropout between layers needs at least two."""
        if self.dropout and self.layers == 1:
            raise FieldError(
                "dropout",
                _("acts between stacked layers, and there is only one."),
                _("Stack two layers, or put a Dropout layer behind."),
            )

    def check(self, *shapes: Shape) -> None:
        """A sequence of steps × features."""
        (x,) = shapes
        need_rank(x, 2, _("a sequence (steps × features)"), _sequence_hint(x))

    @property
    def width(self) -> int:
        """Features that leave: the units of both directions."""
        return self.units * (2 if self.bidirectional else 1)

    def output(self, *shapes: Shape) -> Shape:
        """One state or all of them (running the layer would take a moment for every step)."""
        (x,) = shapes
        return Shape((self.width,) if self.returns == "last" else (x.channels, self.width))

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Two matrix products for each gate, step, direction and layer."""
        steps, features = shapes[0].dims
        inputs = features + (self.layers - 1) * self.width
        return 2 * steps * self.gates * self.width * (inputs + self.layers * self.units)

    def options(self) -> dict[str, Any]:
        """The arguments that all recurrent modules share."""
        return {
            "num_layers": self.layers,
            "batch_first": True,
            "dropout": self.dropout,
            "bidirectional": self.bidirectional,
        }

    def summary(self) -> str:
        """Units and what is returned."""
        depth = f"{self.layers}×" if self.layers > 1 else ""
        kept = _("last state") if self.returns == "last" else _("every state")
        return f"{depth}{self.units} · {kept}"


class LSTM(Recurrent, frozen=True, kw_only=True, tag="lstm"):
    """Reads a sequence with a memory that gates protect.

    i, f, o = σ(W x + U h + b), g = tanh(W x + U h + b), c = f · c + i · g, h = o · tanh(c)

    What the cell c holds passes many steps unchanged, so gradients reach far back.
    """

    title: ClassVar[str] = "LSTM"
    order: ClassVar[int] = 40
    gates: ClassVar[int] = 4
    formula: ClassVar[tuple[str, ...]] = (
        r"i = \sigma(W_i x_t + U_i h_{t-1} + b_i)",
        r"f = \sigma(W_f x_t + U_f h_{t-1} + b_f)",
        r"o = \sigma(W_o x_t + U_o h_{t-1} + b_o)",
        r"g = \tanh(W_g x_t + U_g h_{t-1} + b_g)",
        r"c_t = f \cdot c_{t-1} + i \cdot g",
        r"h_t = o \cdot \tanh(c_t)",
    )
    use: ClassVar[str] = (
        "For sequences in which something 20 to a few hundred steps back decides: text, sensors, "
        "prices. A GRU has a quarter fewer weights and is often as good; for still longer reach "
        "take Encoder layers."
    )
    trouble: ClassVar[str] = (
        "Steps are worked through one after another, so long sequences are slow: shorten them by "
        "a Convolution 1-D with stride. A loss that suddenly leaps shows exploding gradients: "
        "clip them. The forget gate starts near ½, so what lies far back is found late: begin with a larger "
        "forget bias."
    )
    source: ClassVar[str] = (
        "Hochreiter & Schmidhuber 1997, Long Short-Term Memory; the forget gate: Gers, "
        "Schmidhuber & Cummins 2000, Learning to Forget; the forget bias: Jozefowicz, Zaremba & Sutskever "
        "2015, An Empirical Exploration of Recurrent Network Architectures"
    )

    forget_bias: Annotated[
        float,
        Meta(
            ge=-20,
            le=20,
            title="Forget bias",
            description="Added at the start to the bias of the forget gate: 1 opens it to 73 %, so that the cell keeps more.",
        ),
    ] = 0.0

    def begin(self, module: Any) -> None:
        """Open the forget gates."""
        if self.forget_bias:
            for name, weight in module.named_parameters():
                if "bias_ih" in name:
                    _input, forget, _cell, _output = weight.data.chunk(4)
                    forget += self.forget_bias

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Recurrent`` around ``nn.LSTM``."""
        (x,) = shapes
        core = nn.LSTM(x.features, self.units, **self.options())
        return nn.Recurrent(core, last=self.returns == "last")


class GRU(Recurrent, frozen=True, kw_only=True, tag="gru"):
    """Reads a sequence with two gates and no separate memory: lighter than an LSTM.

    r, z = σ(W x + U h + b), n = tanh(W x + b + r · (U h + b′)), h = (1 − z) · n + z · h
    """

    title: ClassVar[str] = "GRU"
    order: ClassVar[int] = 41
    gates: ClassVar[int] = 3
    formula: ClassVar[tuple[str, ...]] = (
        r"r = \sigma(W_r x_t + U_r h_{t-1} + b_r)",
        r"z = \sigma(W_z x_t + U_z h_{t-1} + b_z)",
        r"n = \tanh(W_n x_t + b_n + r \cdot (U_n h_{t-1} + b'_n))",
        r"h_t = (1 - z) \cdot n + z \cdot h_{t-1}",
    )
    use: ClassVar[str] = (
        "The first recurrent layer to try, above all on few examples: 32 to 128 units, and rather "
        "a second layer than 500 units."
    )
    trouble: ClassVar[str] = (
        "Counting and copying exactly over hundreds of steps come harder to it than to an LSTM: "
        "if the loss stalls there, change over. As with every recurrent layer, clip the gradient "
        "when the loss leaps."
    )
    source: ClassVar[str] = (
        "Cho et al. 2014, Learning Phrase Representations using RNN Encoder–Decoder"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Recurrent`` around ``nn.GRU``."""
        (x,) = shapes
        core = nn.GRU(x.features, self.units, **self.options())
        return nn.Recurrent(core, last=self.returns == "last")


class RNN(Recurrent, frozen=True, kw_only=True, tag="rnn"):
    """Reads a sequence step by step: h = tanh(W x + U h + b).

    Simple, and forgetful: gradients shrink or grow with every step back.
    """

    title: ClassVar[str] = "Simple RNN"
    order: ClassVar[int] = 42
    formula: ClassVar[tuple[str, ...]] = (
        r"h_t = \tanh(W x_t + U h_{t-1} + b)",
        r"\frac{\partial h_t}{\partial h_{t-k}} = \prod_{s = t - k + 1}^{t} \operatorname{diag}(1 - h_s^2)\, U",
    )
    use: ClassVar[str] = (
        "For sequences of up to about ten steps, and to see in the gradients why LSTM and GRU "
        "were invented."
    )
    trouble: ClassVar[str] = (
        "With tanh, gradients of steps far back vanish and only the last few steps count; with "
        "relu they soon explode, and the loss is not a number. Start from Orthogonal weights and "
        "clip the gradient, or take a GRU."
    )
    source: ClassVar[str] = (
        "Elman 1990, Finding Structure in Time; vanishing gradients: Bengio, Simard & Frasconi "
        "1994, Learning Long-Term Dependencies with Gradient Descent Is Difficult"
    )

    nonlinearity: Annotated[
        Literal["tanh", "relu"],
        Meta(
            title="Nonlinearity",
            description="Applied to each new state.",
            extra={"names": {"relu": "ReLU"}},
        ),
    ] = "tanh"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Recurrent`` around ``nn.RNN``."""
        (x,) = shapes
        core = nn.RNN(x.features, self.units, nonlinearity=self.nonlinearity, **self.options())
        return nn.Recurrent(core, last=self.returns == "last")


def _sequence_hint(x: Shape) -> str:
    if x.rank == 1:
        return _(
            "Put a Reshape to steps × features before it, or let the layer before it return every state."
        )
    return _("Put a Reshape to {steps}×{features} before it to read it row by row.").format(
        steps=x.dims[1], features=x.elements // x.dims[1]
    )
