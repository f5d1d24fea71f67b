"""The loss in a plane through the weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.batches import Batch
from engine.compute.inside.embedding import components
from engine.compute.inside.subject import Subject
from engine.compute.modes import evaluating
from engine.compute.task import Task
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.landscape import Landscape

MARGIN = 0.25  # around the path, by its extent
TINY = 1e-12
Weights = dict[str, Tensor]


def look(subject: Subject, view: Landscape) -> Pictures:
    """Return the loss at every place of a plane; see :class:`engine.inside.landscape.Landscape`."""
    task = subject.session.task
    if subject.session.objective.rivals:
        raise RunError(
            _("networks that play against each other have no loss in common to draw."),
            where=str(subject.run.path),
            hint=_("Choose a run with one loss."),
        )
    batch = _batch(subject, view)
    centre = weights(task)
    side = view.side + 1 - view.side % 2
    info: dict[str, Any] = {"kind": "surface", "plane": view.plane, "examples": len(batch.inputs)}
    arrays: dict[str, NDArray[Any]] = {}
    if view.plane == "random":
        generator = torch.Generator().manual_seed(view.seed)
        ways = [random_direction(centre, generator) for _way in range(2)]
        xs = ys = np.linspace(-view.reach, view.reach, side)
        origin = centre
    else:
        origin, ways, path, shares, steps = _path(subject, task, view.retrace)
        subject.run.use(subject.moment.name)
        xs, ys = (_reach(path[:, i], side) for i in (0, 1))
        arrays["path"] = path.astype(np.float32)
        arrays["steps"] = np.asarray(steps, np.int64)
        info["explained"] = shares
    values = np.full((side, side), np.nan)
    try:
        for row, y in enumerate(ys):
            subject.tell(_("measuring the loss"), row / side)
            for column, x in enumerate(xs):
                _go_to(task, origin, ways, (float(x), float(y)))
                values[row, column] = loss(task, batch)
    finally:
        _go_to(task, centre, [], ())
    arrays["values"] = values
    info["extent"] = [float(xs[0]), float(xs[-1]), float(ys[0]), float(ys[-1])]
    info["centre"] = loss(task, batch)
    return arrays, info


def weights(task: Task) -> Weights:
    """Return copies of all weights that learn, by ``network.parameter``."""
    return {
        f"{name}.{key}": parameter.detach().clone()
        for name, network in task.networks.items()
        for key, parameter in network.named_parameters()
    }


def random_direction(centre: Mapping[str, Tensor], generator: torch.Generator) -> Weights:
    """Return a direction whose filters are as long as those of the weights; 0 for biases and norms.

    Source: Li et al. 2018, section 4: ``d_ij ← d_ij ‖θ_ij‖ / ‖d_ij‖``.

    Args:
        centre: The weights.
        generator: Source of randomness.
    """
    found = {}
    for name, weight in centre.items():
        drawn = torch.randn(weight.shape, generator=generator)
        if weight.ndim < 2:
            found[name] = torch.zeros_like(weight)
            continue
        lengths = [tensor.flatten(1).norm(dim=1).clamp(min=TINY) for tensor in (weight, drawn)]
        ratio = (lengths[0] / lengths[1]).view(-1, *[1] * (weight.ndim - 1))
        found[name] = drawn * ratio
    return found


def loss(task: Task, batch: Batch) -> float:
    """Return the loss of a batch in evaluation mode; what is drawn is the same every time."""
    kept = len(task.kept)
    with evaluating(*task.networks.values()), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        found = sum(float(update.loss(batch)) for update in task.updates)
    del task.kept[kept:]
    return found


def _batch(subject: Subject, view: Landscape) -> Batch:
    part = subject.part(view.split)
    inputs = torch.from_numpy(np.asarray(part.inputs[: view.examples]).copy())
    targets = None
    if part.targets is not None:
        targets = torch.from_numpy(np.asarray(part.targets[: view.examples]).copy())
    return Batch(inputs, targets)


def _go_to(
    task: Task, origin: Mapping[str, Tensor], ways: list[Weights], shares: tuple[float, ...]
) -> None:
    """Give the networks the weights at a place of the plane."""
    with torch.no_grad():
        for name, network in task.networks.items():
            for key, parameter in network.named_parameters():
                full = f"{name}.{key}"
                parameter.copy_(origin[full])
                for way, share in zip(ways, shares, strict=True):
                    parameter.add_(way[full], alpha=share)


def _path(
    subject: Subject, task: Task, retrace: int
) -> tuple[Weights, list[Weights], NDArray[np.float64], list[float], list[int]]:
    """Return the middle of the weights that the run keeps, two directions, and where in them each lies."""
    moments = subject.run.retrace(retrace, subject.tell)
    found = []
    for moment in moments:
        subject.run.use(moment.name)
        found.append(weights(task))
    flat = np.stack([_flat(one) for one in found])
    distinct = len({row.tobytes() for row in flat})
    if distinct < 3:
        raise RunError(
            _("this run keeps {count} different sets of weights; a plane needs three.").format(
                count=distinct
            ),
            where=str(subject.run.path),
            hint=_("Let steps between be made again (Retrace), or choose Plane: random."),
        )
    middle = flat.mean(axis=0)
    path, shares = components(flat.astype(np.float64), 2)
    right = np.linalg.lstsq(path, flat - middle, rcond=None)[0]
    return (
        _like(middle, found[0]),
        [_like(way, found[0]) for way in right],
        path,
        [float(share) for share in shares],
        [moment.step for moment in moments],
    )


def _flat(found: Mapping[str, Tensor]) -> NDArray[np.float32]:
    return torch.cat([tensor.flatten() for tensor in found.values()]).float().numpy()


def _like(flat: NDArray[np.floating], found: Mapping[str, Tensor]) -> Weights:
    made, place = {}, 0
    values = torch.from_numpy(np.asarray(flat, np.float32))
    for name, tensor in found.items():
        made[name] = values[place : place + tensor.numel()].view(tensor.shape)
        place += tensor.numel()
    return made


def _reach(along: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    low, high = float(along.min()), float(along.max())
    margin = max(high - low, TINY) * MARGIN
    return np.linspace(low - margin, high + margin, side)
