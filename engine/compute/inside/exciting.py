"""Which examples of the data excite a unit most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute.inside.anatomy import channels_first, units_of
from engine.compute.inside.subject import Subject
from engine.compute.modes import evaluating

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.exciting import Exciting


def most_exciting(subject: Subject, view: Exciting) -> Pictures:
    """Return the examples that excite a unit most; see :class:`engine.inside.exciting.Exciting`."""
    subject.need_examples(subject.place()[0])
    inputs, labels = subject.rows(view.split, view.searched)
    values = excitements(subject, inputs, labels, view.unit)
    order = np.argsort(-values, kind="stable")[: view.shown]
    arrays, info = subject.shown(inputs[order])
    arrays["excitement"] = np.asarray(values[order], np.float32)
    arrays["places"] = order.astype(np.int64)
    if labels is not None:
        arrays["labels"] = labels[order]
    info |= {
        "kind": "examples",
        "classes": list(subject.session.data.info.classes),
        "features": subject.feature_names(),
        "searched": len(values),
        "mean": float(values.mean()),
        "unit": view.unit,
    }
    return arrays, info


def excitements(
    subject: Subject, inputs: NDArray[Any], labels: NDArray[np.int64] | None, unit: int
) -> NDArray[np.float32]:
    """Return how much every example excites a unit: its value, or the largest one at any place.

    Args:
        subject: What is looked at.
        inputs: ``(n, …)``, as networks of the data take them.
        labels: Their classes ``(n,)`` or None.
        unit: Which unit of the layer.

    Raises:
        RunError: The layer has no such unit, or answers for no examples.
    """
    name, network, node = subject.place()
    first = channels_first(network, node)
    found = []
    for x, label in subject.portions(name, inputs, labels, len(inputs)):
        with evaluating(network):
            units = units_of(network.forward_to(node, x, label), first)
        if unit >= units.shape[1]:
            raise subject.no_unit(unit, units.shape[1])
        found.append(units[:, unit].amax(dim=1).float())
    return torch.cat(found).numpy()
