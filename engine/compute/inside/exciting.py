"""Which examples of the data excite a unit most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute.inside.anatomy import channels_first, units_of
from engine.compute.inside.subject import Subject
from engine.compute.modes import evaluating
from projects.errors import RunError
from projects.translation import gettext as _

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
    portion = network.at_once(torch.device("cpu"))
    found = []
    for start in range(0, len(inputs), portion):
        subject.tell(_("looking at examples"), start / len(inputs))
        some = slice(start, start + portion)
        told = None if labels is None else labels[some]
        x, label = subject.fed(name, torch.from_numpy(inputs[some]), told)
        with evaluating(network):
            units = units_of(network.forward_to(node, x, label), first)
        if unit >= units.shape[1]:
            raise RunError(
                _("this layer has no unit {unit}.").format(unit=unit),
                where=subject.layer,
                hint=_("The last one is {last}.").format(last=units.shape[1] - 1),
            )
        found.append(units[:, unit].amax(dim=1).float())
    return torch.cat(found).numpy()
