"""What a network answers at every place of the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute.inside.subject import Subject
from engine.compute.modes import evaluating
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.boundary import Boundary

POINTS = 2000


def look(subject: Subject, view: Boundary) -> Pictures:
    """Return a surface for all weights of the run; see :class:`engine.inside.boundary.Boundary`."""
    data = subject.session.data
    takes = [
        name
        for name, network in subject.run.networks().items()
        if network.in_shape.dims == (2,) == data.info.input.dims and network.label is None
    ]
    if not takes or data.info.input.kind != "float":
        raise RunError(
            _(
                "examples of this run are {shape}; a plane can be drawn of two columns alone."
            ).format(shape=data.info.input),
            where=str(subject.run.path),
            hint=_("Look at the map of examples of a layer instead."),
        )
    part = data.train
    raw = np.asarray(data.scaler.invert(part.inputs[:POINTS]), np.float64)
    low, high = raw.min(axis=0), raw.max(axis=0)
    margin = np.maximum(high - low, 1e-6) * view.margin
    low, high = low - margin, high + margin
    grid = _grid(low, high, view.side)
    scaled = torch.from_numpy(np.ascontiguousarray(data.scaler.apply(grid), np.float32))
    surfaces, certainties, steps = [], [], []
    moments = subject.run.retrace(view.retrace, subject.tell)
    for place, moment in enumerate(moments):
        subject.tell(_("looking at step {step:,}").format(step=moment.step), place / len(moments))
        subject.run.use(moment.name)
        network = subject.run.networks()[takes[0]]
        with evaluating(network):
            answers = network(scaled).flatten(1)
        surface, certainty = _answer(answers, len(data.info.classes))
        surfaces.append(surface.reshape(view.side, view.side))
        certainties.append(certainty.reshape(view.side, view.side))
        steps.append(moment.step)
    subject.run.use(subject.moment.name)
    arrays: dict[str, NDArray[Any]] = {
        "points": np.asarray(raw, np.float32),
        "surface": np.stack(surfaces),
        "certainty": np.stack(certainties),
        "steps": np.asarray(steps, np.int64),
    }
    if part.targets is not None and data.info.classes and part.targets.ndim == 1:
        arrays["labels"] = np.asarray(part.targets[:POINTS], np.int64)
    extent = [float(low[0]), float(high[0]), float(low[1]), float(high[1])]
    return arrays, {
        "kind": "plane",
        "extent": extent,
        "classes": list(data.info.classes),
        "moments": [moment.name for moment in moments],
        "names": subject.feature_names(),
        "network": takes[0],
    }


def _grid(low: NDArray[np.float64], high: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Places of a square grid ``(side², 2)``, the second coordinate growing from row to row."""
    xs, ys = (np.linspace(low[i], high[i], side) for i in (0, 1))
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)


def _answer(answers: torch.Tensor, classes: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Return the class and its probability, or of what names no classes the first output twice."""
    if classes > 1 and answers.shape[1] == classes:
        certainty, surface = answers.softmax(1).max(1)
        return surface.numpy(), certainty.numpy()
    first = answers[:, 0].numpy()
    return first, first
