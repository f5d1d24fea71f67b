"""Inputs that climb the gradient of a unit's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from engine.compute.inside.anatomy import channels_first, units_of
from engine.compute.inside.subject import Subject
from engine.compute.network import GraphModule
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.exciting import Maximised

NOISE = 0.1  # standard deviation of what it begins with, by the range of the data


def look(subject: Subject, view: Maximised) -> Pictures:
    """Return an input for every unit; see :class:`engine.inside.exciting.Maximised`."""
    name, network, node = subject.place()
    info = subject.session.data.info
    if network.in_shape.kind == "index":
        raise RunError(
            _("“{name}” reads entries of a table, between which there is nothing to climb.").format(
                name=name
            ),
            where=subject.layer,
            hint=_("Look at its most exciting examples instead."),
        )
    is_data = network.in_shape == info.input
    low, high = (info.low, info.high) if is_data else (-2.0, 2.0)
    total = units_of(
        torch.zeros(1, *network.shape_of(node).dims), channels_first(network, node)
    ).shape[1]
    units = list(range(view.first, min(view.first + view.units, total)))
    if not units:
        raise subject.no_unit(view.first, total)
    made, values = maximise(subject, network, node, units, view, (low, high))
    arrays: dict[str, Any]
    if is_data:
        arrays, _texts = subject.shown(made.numpy())
    else:
        arrays = {"inputs": np.ascontiguousarray(made.flatten(1).numpy())}
    classes = info.classes if node == network.result_node and len(info.classes) == total else ()
    arrays["excitement"] = values.numpy()
    return arrays, {
        "kind": "examples",
        "features": subject.feature_names() if is_data else [],
        "units": [classes[unit] if classes else str(unit) for unit in units],
        "total": total,
        "made": True,
    }


def maximise(
    subject: Subject,
    network: GraphModule,
    node: str,
    units: list[int],
    view: Maximised,
    limits: tuple[float, float],
) -> tuple[Tensor, Tensor]:
    """Climb, every unit with an input of its own.

    Args:
        subject: Told how far it is.
        network: The network.
        node: Whose units are excited.
        units: Which ones.
        view: How.
        limits: Least and greatest value that an input may have.

    Returns:
        The inputs ``(units, *in_shape)`` and the values that they excite ``(units,)``.
    """
    low, high = limits
    spread = max(high - low, 1e-6)
    generator = torch.Generator().manual_seed(view.seed)
    noise = torch.randn(len(units), *network.in_shape.dims, generator=generator)
    x = ((low + high) / 2 + NOISE * spread * noise).clamp(low, high).requires_grad_()
    optimizer = torch.optim.Adam([x], lr=view.rate * spread)
    first = channels_first(network, node)
    own = torch.arange(len(units))
    chosen = torch.tensor(units)
    label = network.any_labels(len(units), generator)

    def excited(inputs: Tensor) -> Tensor:
        found = units_of(network.forward_to(node, inputs, label), first)
        return found[own, chosen].amax(dim=1)

    is_image = x.ndim == 4
    with torch.enable_grad():
        for step in range(view.steps):
            if step % 8 == 0:
                subject.tell(_("climbing"), step / view.steps)
            optimizer.zero_grad()
            shifted = x
            if is_image and view.jitter:
                moves = torch.randint(-view.jitter, view.jitter + 1, (2,), generator=generator)
                shifted = torch.roll(x, (int(moves[0]), int(moves[1])), (2, 3))
            small = view.decay * (x / spread).square().flatten(1).sum(1)
            rough = view.smoothness * _variation(x / spread) if is_image else 0.0
            (-(excited(shifted) - small - rough).sum()).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            with torch.no_grad():
                x.clamp_(low, high)
    with torch.no_grad():
        return x.detach(), excited(x).float()


def _variation(images: Tensor) -> Tensor:
    """Return the total variation of images ``(n,)``: squared differences of neighbouring pixels, summed."""
    down = (images[:, :, 1:] - images[:, :, :-1]).square().flatten(1).sum(1)
    across = (images[:, :, :, 1:] - images[:, :, :, :-1]).square().flatten(1).sum(1)
    return down + across
