"""What a layer gives and what it costs, found out by running it on the ``meta`` device.

Nothing is allocated there: a layer with 10¹² weights costs no memory. Answers are remembered per
(layer, incoming shapes), so an edit of a network asks only for what it touched.
"""

from __future__ import annotations

import functools

import msgspec
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.compute.ops import namespace
from engine.layers.base import MOST_NUMBERS, Layer, Shape, ShapeError
from projects.translation import gettext as _
from projects.translation import per_language


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What :func:`measure` finds out.

    Attributes:
        out_shape: What leaves the layer.
        weights: Name and sizes of every weight.
        parameters: How many numbers the weights hold.
        flops: Floating-point operations for one example; a multiply-add is two.
        activation_bytes: Memory of what leaves the layer, for one example.
    """

    out_shape: Shape
    weights: tuple[tuple[str, tuple[int, ...]], ...]
    parameters: int
    flops: int
    activation_bytes: int


@per_language
@functools.lru_cache(maxsize=4096)
def measure(layer: Layer, shapes: tuple[Shape, ...]) -> Cost:
    """Find out what a layer gives for what flows in.

    Args:
        layer: The layer.
        shapes: What flows in, in the order of ports and wires.

    Raises:
        ShapeError: It does not fit, or the result is larger than :data:`~engine.layers.base.MOST_NUMBERS`.
    """
    layer.admit(*shapes)
    try:
        return _measured(layer, shapes)
    except (RuntimeError, ValueError, OverflowError) as error:
        if isinstance(error, ShapeError):
            raise
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ShapeError(
            _("cannot work on {shapes}: {reason}").format(
                shapes=", ".join(map(str, shapes)), reason=reason[0]
            )
        ) from error


def _measured(layer: Layer, shapes: tuple[Shape, ...]) -> Cost:
    with torch.device("meta"):
        module: nn.Module = layer.build(namespace, *shapes).eval()
        examples = [_example(shape) for shape in shapes]
    weights = tuple((name, tuple(value.shape)) for name, value in module.named_parameters())
    parameters = sum(value.numel() for value in module.parameters())
    _limit(parameters, _("the layer would have {count:,} weights; the limit is {limit:,}."))
    shape, counted = layer.output(*shapes), 0
    if shape is None:
        result, counted = _run(module, examples)
        shape = _shape(result, shapes)
    _limit(shape.elements, _("one example would become {count:,} numbers; the limit is {limit:,}."))
    told = layer.flops(shape, *shapes)
    return Cost(
        out_shape=shape,
        weights=weights,
        parameters=parameters,
        flops=counted if told is None else told,
        activation_bytes=shape.elements * (4 if shape.kind == "float" else 8),
    )


def _example(shape: Shape) -> Tensor:
    kind = torch.float32 if shape.kind == "float" else torch.int64
    return torch.empty((1, *shape.dims), dtype=kind)


def _run(module: nn.Module, examples: list[Tensor]) -> tuple[Tensor, int]:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        result = module(*examples)
    return result, counter.get_total_flops()


def _shape(result: Tensor, shapes: tuple[Shape, ...]) -> Shape:
    dims = tuple(result.shape[1:])
    if result.is_floating_point():
        return Shape(dims)
    return Shape(dims, "index", shapes[0].classes if shapes else None)


def _limit(count: int, message: str) -> None:
    if count > MOST_NUMBERS:
        raise ShapeError(
            message.format(count=count, limit=MOST_NUMBERS),
            _("Choose smaller sizes, or pool or stride before it."),
        )


def warm() -> None:
    """Pay for the first run on the meta device (about a second of imports) before anyone waits."""
    with torch.device("meta"):
        _run(nn.Linear(1, 1), [torch.empty(1, 1)])
