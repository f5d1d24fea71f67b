"""What every layer declares; :data:`LAYERS` is the catalogue of them.

A layer says once what it is: typed, bounded parameters, ports, help and one ``build`` that is handed
``nn`` and the incoming shapes. The engine passes the real modules, the code exporter a recorder that
answers with the source text of the same call; the form, the checks and the docs read the class.
"""

from __future__ import annotations

import functools
from typing import Any, ClassVar, Literal

import msgspec

from engine.declare import Catalogue, Declared
from projects.translation import gettext as _

MOST_NUMBERS = 2_000_000_000
"""Most weights of a network or a file of weights, and most numbers of one example, that Ganvas takes on."""

CATEGORIES = (
    "Ends",
    "Dense",
    "Convolution",
    "Pooling",
    "Recurrent",
    "Attention",
    "Normalisation",
    "Activation",
    "Regularisation",
    "Shape",
    "Merge",
)


class Shape(msgspec.Struct, frozen=True):
    """The shape of what flows along a wire, without the batch.

    Attributes:
        dims: Sizes: ``(features,)``, ``(channels, length)`` or ``(steps, features)`` for sequences,
            ``(channels, height, width)`` for images.
        kind: ``float`` for real values, ``index`` for whole numbers that name entries of a table.
        classes: For ``index``, how many entries there are.
    """

    dims: tuple[int, ...]
    kind: Literal["float", "index"] = "float"
    classes: int | None = None

    @property
    def rank(self) -> int:
        """How many dimensions there are, the batch left out."""
        return len(self.dims)

    @property
    def channels(self) -> int:
        """The first dimension: channels of an image, features of a vector."""
        return self.dims[0]

    @property
    def features(self) -> int:
        """The last dimension."""
        return self.dims[-1]

    @property
    def elements(self) -> int:
        """The product of all dimensions."""
        total = 1
        for size in self.dims:
            total *= size
        return total

    def __str__(self) -> str:
        """``1×28×28``; a single value is ``1``."""
        return _written(self.dims)


@functools.lru_cache(maxsize=4096)
def _written(dims: tuple[int, ...]) -> str:
    """Sizes as text; every wire and tooltip of a drawing shows some, and few of them differ."""
    return "×".join(map(str, dims)) or "1"


class ShapeError(ValueError):
    """A layer cannot take what flows into it.

    Args:
        message: What it expected and what it got, as a sentence.
        hint: What would mend it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Port(msgspec.Struct, frozen=True):
    """Where wires attach.

    Attributes:
        name: The name in wires.
        many: Whether several wires may enter (they arrive in the order of the wires).
        title: What people read.
        accepts: Kinds of values that may flow in here; empty: what the layer accepts.
    """

    name: str
    many: bool = False
    title: str = ""
    accepts: tuple[str, ...] = ()


class Layer(Declared, frozen=True, kw_only=True):
    """Base of every layer.

    Class attributes:
        inputs: Ports that wires enter.
        outputs: Ports that wires leave.
        parametric: Whether it has weights of its own (so that another node may share them).
        entry: What a layer through which a network is fed expects: the objective's ``input`` or
            ``noise``, or beside one of these a ``label``; empty for all others.
        accepts: Kinds of values that may flow in.
        passes: Whether it is no step of the network: what flows in leaves as it is.
        locked: Whether it comes with imported designs alone: no palette offers it, and nobody sets
            its parameters.
        fewest: How many wires a ``many`` port needs at least.
        aliases: Other names under which people look for it.
        live: Names of parameters that may change while a training goes on. The modules that
            :meth:`build` returns hold them under the same name; what holds it as ``p`` is meant by
            ``dropout`` too.
    """

    inputs: ClassVar[tuple[Port, ...]] = (Port("in"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"),)
    parametric: ClassVar[bool] = False
    entry: ClassVar[Literal["", "input", "noise", "label"]] = ""
    accepts: ClassVar[tuple[str, ...]] = ("float",)
    passes: ClassVar[bool] = False
    locked: ClassVar[bool] = False
    fewest: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ()
    live: ClassVar[tuple[str, ...]] = ()

    def admit(self, *shapes: Shape) -> None:
        """Check kinds, then shapes; see :meth:`check`.

        Raises:
            ShapeError: What flows in does not fit.
        """
        for index, shape in enumerate(shapes):
            own = self.inputs[index].accepts if len(self.inputs) > 1 else ()
            if shape.kind not in (own or self.accepts):
                raise _wrong_kind(shape)
        self.check(*shapes)

    def check(self, *shapes: Shape) -> None:
        """Say in people's words why the incoming shapes do not fit.

        Args:
            shapes: What flows in, in the order of the ports (and of the wires of a ``many`` port).

        Raises:
            ShapeError: They do not fit.
        """

    def obstacle(self) -> tuple[str, str] | None:
        """Say why no network with it can work, though its shapes are known.

        Returns:
            The message and what to do about it; None for every layer that works.
        """
        return None

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the module, made with ``nn`` alone.

        Args:
            nn: ``torch.nn`` plus the modules of ``engine.compute.ops``, or the exporter's recorder.
            shapes: What flows in, without the batch; already checked.
        """
        raise NotImplementedError

    def smallest_batch(self, *shapes: Shape) -> int:
        """How many examples a batch has to hold at least while it trains.

        Args:
            shapes: What flows in; already checked.
        """
        return 1

    def output(self, *shapes: Shape) -> Shape | None:
        """The outgoing shape where finding it out by running the layer would take long.

        Args:
            shapes: What flows in; already checked.

        Returns:
            The shape, or None to have it found out by a run on the meta device.
        """
        return None

    def flops(self, output: Shape, *shapes: Shape) -> int | None:
        """Floating-point operations for one example where counting on meta tensors misses them.

        Args:
            output: Shape that leaves the layer.
            shapes: Shapes that enter it.

        Returns:
            The count (a multiply-add is two), or None to have it counted.
        """
        return None

    def begin(self, module: Any) -> None:
        """Change what the initial weights of the network are, where the layer itself asks for something.

        Args:
            module: What :meth:`build` returned, its weights drawn.
        """

    def summary(self) -> str:
        """The parameters that matter most, in a few words: shown on the node (``32 · 3×3``)."""
        return ""


def _wrong_kind(shape: Shape) -> ShapeError:
    if shape.kind == "index":
        return ShapeError(
            _("expected real numbers, got indices ({shape}).").format(shape=shape),
            _("Put an Embedding before it: that turns every index into a vector."),
        )
    return ShapeError(
        _("expected indices (whole numbers), got real numbers ({shape}).").format(shape=shape),
        _("Take it out, or choose data that are indices, such as text."),
    )


def need_rank(shape: Shape, rank: int, what: str, hint: str = "") -> None:
    """Raise unless ``shape`` has ``rank`` dimensions.

    Args:
        shape: What flows in.
        rank: Dimensions expected, the batch left out.
        what: The expectation as words: ``an image (channels × height × width)``.
        hint: What would mend it.

    Raises:
        ShapeError: The rank differs.
    """
    if shape.rank != rank:
        raise ShapeError(_("expected {what}, got {shape}.").format(what=what, shape=shape), hint)


def need_sequence(shape: Shape) -> None:
    """Raise unless ``shape`` is a sequence.

    Args:
        shape: What flows in.

    Raises:
        ShapeError: It is not.
    """
    need_rank(shape, 2, _("a sequence (steps × features)"), _("Put a Reshape before it."))


def need_channels(shape: Shape, least: int, most: int) -> None:
    """Raise unless ``shape`` is a vector (1), a signal (2), an image (3) or a volume (4) as allowed.

    Args:
        shape: What flows in.
        least: Fewest dimensions allowed.
        most: Most dimensions allowed.

    Raises:
        ShapeError: It has fewer or more.
    """
    if not least <= shape.rank <= most:
        names = [_("a vector"), _("a signal (channels × length)"), _("an image"), _("a volume")]
        raise ShapeError(
            _("expected {what}, got {shape}.").format(
                what=_(" or ").join(names[least - 1 : most]), shape=shape
            ),
            _("Put a Reshape before it."),
        )


LAYERS: Catalogue[Layer] = Catalogue("layer", Layer, "engine.layers")
