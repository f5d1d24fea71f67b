"""What leaves a layer for one example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.compute.inside.anatomy import channels_first
from engine.compute.inside.subject import Subject
from engine.compute.modes import evaluating
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.feature_maps import FeatureMaps


def look(subject: Subject, view: FeatureMaps) -> Pictures:
    """Return what leaves the layer; see :class:`engine.inside.feature_maps.FeatureMaps`."""
    name, network, node = subject.place()
    seen, x, told = subject.fed_seen(name)
    with evaluating(network):
        values = network.forward_to(node, x, told)[0].float().numpy()
    arrays: dict[str, Any] = {}
    info: dict[str, Any] = {}
    if not subject.is_drawn(name):  # else it is a drawn latent, and no example of the data
        arrays, texts = subject.shown(seen.x.numpy())
        info = {"example": seen.words, "place": seen.place, "of": seen.of, **texts}
    if values.ndim == 2:  # a picture of units by steps
        units = values if channels_first(network, node) else values.T
    else:
        units = (
            values.reshape(-1)
            if values.ndim < 3
            else values.reshape(len(values), *values.shape[-2:])
        )
    chosen = units[view.first : view.first + view.units]
    if not len(chosen):
        raise subject.no_unit(view.first, len(units))
    numbers = [str(unit) for unit in range(view.first, view.first + len(chosen))]
    info |= {"total": len(units), "scale": view.scale, "features": subject.feature_names()}
    arrays["values"] = np.ascontiguousarray(chosen, np.float32)
    if values.ndim >= 3:
        info |= {"kind": "tiles", "captions": numbers}
    elif values.ndim == 2:
        info |= {"kind": "grid", "rows": numbers, "columns": _steps(subject, seen.x, values, node)}
        info |= {"across": _("step"), "down": _("unit")}
    else:
        arrays["values"] = arrays["values"][None]
        if node == network.result_node and len(units) == len(subject.session.data.info.classes):
            numbers = list(subject.session.data.info.classes)[view.first :][: view.units]
        info |= {"kind": "bars", "names": numbers, "captions": [""]}
    return arrays, info


def _steps(subject: Subject, x: Any, values: Any, node: str) -> list[str]:
    """Names of the steps: the tokens of a text, else numbers."""
    _name, network, _node = subject.place()
    count = values.shape[1] if channels_first(network, node) else values.shape[0]
    tokens = subject.tokens(x)
    return tokens if len(tokens) == count else [str(step) for step in range(count)]
