"""Weights of units as pictures: their own ones, or summed back to the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from engine.compute.inside.anatomy import (
    ACTIVATIONS,
    IMAGES_FIRST,
    channels_first,
    owner_of,
    units_of,
    weight_of,
)
from engine.compute.inside.subject import Subject
from engine.compute.network import GraphModule
from engine.compute.ops.merging import Add, Concat
from engine.compute.ops.pooling import GlobalPool
from engine.compute.ops.reading import Permute, Reshape, Slice
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.features import Features

LINEAR = (
    nn.Linear,
    *IMAGES_FIRST,
    nn.Flatten,
    nn.AvgPool1d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool1d,
    nn.AdaptiveAvgPool2d,
    nn.Upsample,
    nn.PixelShuffle,
    nn.PixelUnshuffle,
    nn.Identity,
    nn.modules.dropout._DropoutNd,
    _BatchNorm,
    Add,
    Concat,
    Reshape,
    Permute,
    Slice,
)
NORMS = (nn.GroupNorm, nn.LayerNorm, nn.InstanceNorm1d, nn.InstanceNorm2d, nn.RMSNorm)


def look(subject: Subject, view: Features) -> Pictures:
    """Return a picture for every unit; see :class:`engine.inside.features.Features`."""
    name, network, node = subject.place()
    if view.what == "weights":
        return _own_weights(subject, view, network, node)
    if network.in_shape.kind == "index":
        raise RunError(
            _("“{name}” reads entries of a table, to which no weighted sum leads back.").format(
                name=name
            ),
            where=subject.layer,
            hint=_("Choose Show: weights, or another view."),
        )
    found = features_of(network, node, view.first, view.units)
    values = found.detach().numpy()
    units = list(range(view.first, view.first + len(values)))
    if not len(units):
        raise subject.no_unit(view.first, _units(network, node))
    arrays, info = _shown_at_input(subject, network, values)
    info |= {
        "captions": _captions(subject, network, node, units),
        "units": units,
        "scale": view.scale,
    }
    info["total"] = _units(network, node)
    norms = np.linalg.norm(values.reshape(len(values), -1), axis=1)
    arrays["norms"] = np.asarray(norms, np.float32)
    return arrays, info


def features_of(network: GraphModule, node: str, first: int, count: int) -> Tensor:
    """Return what weighs the input of a network in units of a node, with everything between made linear.

    Activations let everything through, maxima become means, and norms that depend on the example their scale
    alone. Of a unit that stands at many places the one in the middle is taken.

    Args:
        network: The network.
        node: The node whose units are meant.
        first: The first unit.
        count: How many at most.

    Returns:
        ``(units, *in_shape)``.

    Raises:
        RunError: A module between has no linear part.
    """
    x = torch.zeros(1, *network.in_shape.dims, requires_grad=True)
    found: dict[str, Tensor] = {network.entry: x}
    with torch.enable_grad():
        for name, module, sources in network.calls():
            if name != node and node in found:
                break
            if not all(source in found for source in sources):
                continue  # it hangs on something that is no input
            try:
                found[name] = _linear(name, module)(*[found[source] for source in sources])
            except RunError:
                if name == node:
                    raise
        if node not in found:
            raise RunError(
                _(
                    "no weighted sum leads from “{node}” back to the input: layers between are not linear."
                ).format(node=node),
                hint=_("Choose an earlier layer, or Show: weights."),
            )
        units = units_of(found[node], channels_first(network, node))
        middle = _middle(found[node], units.shape[2])
        rows = [
            torch.autograd.grad(units[0, unit, middle], x, retain_graph=True, allow_unused=True)[0]
            for unit in range(first, min(first + count, units.shape[1]))
            if units.requires_grad
        ]
    return (
        torch.cat([torch.zeros_like(x) if row is None else row for row in rows]) if rows else x[:0]
    )


def _middle(values: Tensor, places: int) -> int:
    """Index of the middle of images and sequences whose places lie in one row."""
    if values.ndim != 4:
        return places // 2
    height, width = values.shape[2:]
    return (height // 2) * width + width // 2


def _linear(node: str, module: nn.Module) -> Callable[..., Tensor]:
    """Return what stands for a module where everything is to be linear."""
    if isinstance(module, (*ACTIVATIONS, nn.Softmax)):
        return lambda x: x
    if isinstance(module, LINEAR):
        return module
    if isinstance(module, nn.MaxPool2d):
        return lambda x: functional.avg_pool2d(
            x, module.kernel_size, module.stride, module.padding, module.ceil_mode
        )
    if isinstance(module, nn.MaxPool1d):
        return lambda x: functional.avg_pool1d(
            x, module.kernel_size, module.stride, module.padding, module.ceil_mode
        )
    if isinstance(module, GlobalPool):
        return lambda x: x.flatten(2).mean(2)
    if isinstance(module, NORMS):
        return lambda x: _scaled(module, x)
    raise RunError(
        _("no weighted sum leads through “{node}” ({kind}).").format(
            node=node, kind=type(module).__name__
        ),
        hint=_("Choose an earlier layer, or Show: weights."),
    )


def _scaled(norm: nn.Module, x: Tensor) -> Tensor:
    weight = getattr(norm, "weight", None)
    if weight is None:
        return x
    last = isinstance(norm, (nn.LayerNorm, nn.RMSNorm))
    scaled: Tensor = x * (weight if last else weight.view(-1, *[1] * (x.ndim - 2)))
    return scaled


# ------------------------------------------------------------------------------------ showing


def _shown_at_input(
    subject: Subject, network: GraphModule, values: NDArray[np.float32]
) -> Pictures:
    """Weights of an input as what it is: images, curves or bars with the names of columns."""
    info = subject.session.data.info
    shape = network.in_shape.dims
    is_data = shape == info.input.dims
    if is_data and info.picture:
        return _tiles(_cropped(values.reshape(-1, *info.picture)))
    if len(shape) == 3:
        return _tiles(_cropped(values))
    if len(shape) == 2:
        return {"values": values}, {"kind": "tiles", "across": _("step"), "down": _("feature")}
    names = subject.feature_names() if is_data else [str(place) for place in range(shape[0])]
    units = {"kind": "bars", "names": names}
    if not subject.session.data.scaler.identity and is_data:
        units["note"] = _("weights of scaled columns")
    return {"values": values.reshape(len(values), -1)}, units


def _cropped(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut images ``(n, channels, h, w)`` to where any of them is not zero: the receptive field."""
    there = np.abs(values).max(axis=(0, 1)) > 0 if len(values) else np.zeros(values.shape[2:], bool)
    if not there.any():
        return values
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    return values[:, :, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _tiles(values: NDArray[np.float32]) -> Pictures:
    """Images ``(n, channels, h, w)``: in colour where there are three channels, else their mean."""
    if values.shape[1] == 3:
        return {"values": np.ascontiguousarray(values.transpose(0, 2, 3, 1))}, {"kind": "tiles"}
    return {"values": np.ascontiguousarray(values.mean(axis=1))}, {"kind": "tiles"}


def _own_weights(subject: Subject, view: Features, network: GraphModule, node: str) -> Pictures:
    weight = weight_of(owner_of(network, node))
    if weight is None:
        raise RunError(
            _("“{node}” has no weights of its own that a picture could show.").format(node=node),
            where=subject.layer,
            hint=_("Choose a convolution or a linear layer."),
        )
    total = len(weight)
    values = weight[view.first : view.first + view.units].numpy()
    units = list(range(view.first, view.first + len(values)))
    if not units:
        raise subject.no_unit(view.first, total)
    captions = _captions(subject, network, node, units)
    info: dict[str, Any] = {"kind": "tiles", "captions": captions}
    if values.ndim == 2:
        names = [str(place) for place in range(values.shape[1])]
        if values.shape[1:] == network.in_shape.dims == subject.session.data.info.input.dims:
            names = subject.feature_names()
        info = {"kind": "bars", "names": names, "captions": captions}
    elif values.ndim == 4 and values.shape[1] == 3:
        values = values.transpose(0, 2, 3, 1)
    elif values.ndim == 4:  # a filter for every channel that enters
        values, info["captions"] = _by_channel(values, captions)
    elif values.ndim > 4:
        values = values.reshape(len(values), -1, values.shape[-1])
    info |= {"units": units, "scale": view.scale, "total": total}
    return {"values": np.ascontiguousarray(values, np.float32)}, info


def _by_channel(
    values: NDArray[np.float32], captions: list[str]
) -> tuple[NDArray[np.float32], list[str]]:
    """Filters ``(n, channels, k, k)`` as one image each, or where there are many channels side by side."""
    if values.shape[1] == 1:
        return values[:, 0], captions
    channels, height, width = values.shape[1:]
    columns = int(np.ceil(np.sqrt(channels)))
    rows = -(-channels // columns)
    sheet = np.full(
        (len(values), rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan, np.float32
    )
    for channel in range(channels):
        top, left = divmod(channel, columns)
        top, left = top * (height + 1), left * (width + 1)
        sheet[:, top : top + height, left : left + width] = values[:, channel]
    return sheet, captions


def _captions(subject: Subject, network: GraphModule, node: str, units: list[int]) -> list[str]:
    """Names of units: those of classes for what answers with one, else numbers."""
    classes = subject.session.data.info.classes
    if node == network.result_node and len(classes) == _units(network, node):
        return [classes[unit] for unit in units]
    return [str(unit) for unit in units]


def _units(network: GraphModule, node: str) -> int:
    shape = network.shape_of(node).dims
    if len(shape) == 2 and not channels_first(network, node):
        return shape[1]
    return shape[0] if shape else 1
