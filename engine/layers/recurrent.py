"""Layers that read a sequence step by step."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, need_rank


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

    Source: Hochreiter & Schmidhuber 1997, *Long Short-Term Memory*; forget gate: Gers 2000.
    """

    title: ClassVar[str] = "LSTM"
    order: ClassVar[int] = 40
    gates: ClassVar[int] = 4

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Recurrent`` around ``nn.LSTM``."""
        (x,) = shapes
        core = nn.LSTM(x.features, self.units, **self.options())
        return nn.Recurrent(core, last=self.returns == "last")


class GRU(Recurrent, frozen=True, kw_only=True, tag="gru"):
    """Reads a sequence with two gates and no separate memory: lighter than an LSTM.

    r, z = σ(W x + U h + b), n = tanh(W x + r · (U h + b)), h = (1 − z) · n + z · h

    Source: Cho et al. 2014, *Learning Phrase Representations using RNN Encoder–Decoder*.
    """

    title: ClassVar[str] = "GRU"
    order: ClassVar[int] = 41
    gates: ClassVar[int] = 3

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Recurrent`` around ``nn.GRU``."""
        (x,) = shapes
        core = nn.GRU(x.features, self.units, **self.options())
        return nn.Recurrent(core, last=self.returns == "last")


class RNN(Recurrent, frozen=True, kw_only=True, tag="rnn"):
    """Reads a sequence step by step: h = tanh(W x + U h + b).

    Simple, and forgetful: gradients shrink or grow with every step back (Bengio, Simard & Frasconi
    1994).

    Source: Elman 1990, *Finding Structure in Time*.
    """

    title: ClassVar[str] = "Simple RNN"
    order: ClassVar[int] = 42

    nonlinearity: Annotated[
        Literal["tanh", "relu"],
        Meta(title="Nonlinearity", description="Applied to each new state."),
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
