"""Weights of a trained run for a network that was edited since: kept, fitted in part, or new.

A weight is carried over by its name, ``<network>.<node>.<parameter>``. One of the same sizes is kept. One with as
many dimensions but other sizes (a layer was widened, narrowed, or gets more channels) is fitted: the part
that both have is copied, the rest stays as it was drawn. Everything else is new. Carrying weights
over and growing layers around them goes back to Net2Net (Chen, Goodfellow & Shlens 2016); the part that is
grown here is drawn anew, so that the function changes until it is trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from torch import Tensor, nn

from engine.compute import checkpoint
from engine.compute.compression.unpacking import shapes_in
from engine.compute.network import GraphModule
from engine.compute.settling import settle
from engine.compute.survey import Survey
from engine.compute.task import Task
from engine.compute.wiring import child_names
from engine.runs.folder import RunFolder

Shapes = Mapping[str, tuple[int, ...]]
KEPT, FITTED, NEW = "kept", "fitted", "new"
PLAIN, SPECTRAL = ".weight", ".parametrizations.weight.original"
V = TypeVar("V")


def weights_of_run(run: Path) -> dict[str, Tensor]:
    """Return the best weights of a run, or its last ones when none were best.

    Raises:
        RunError: It has no whole checkpoint.
    """
    snapshot, _damages = checkpoint.load_newest(RunFolder(run).checkpoints)
    return snapshot.best or snapshot.weights


def shapes_of_run(run: Path) -> dict[str, tuple[int, ...]]:
    """Return the sizes of what :func:`weights_of_run` returns, read from the heads of files alone.

    Raises:
        RunError: It has no checkpoint that can be read.
    """
    for folder in checkpoint.checkpoints(RunFolder(run).checkpoints):
        for name in (checkpoint.BEST, checkpoint.WEIGHTS):
            path = folder / name
            if path.is_file():
                try:
                    return shapes_in(path)
                except (ValueError, OSError):
                    break  # damaged: the checkpoint before it
    checkpoint.load_newest(RunFolder(run).checkpoints)  # says what is wrong
    return {}


def compare(before: Shapes, now: Shapes) -> str:
    """Return whether weights of one layer are ``kept``, ``fitted`` or ``new``.

    Args:
        before: Sizes by parameter in the trained network.
        now: Sizes by parameter in the network as it is.
    """
    if all(before.get(name) == sizes for name, sizes in now.items()):
        return KEPT
    if any(_alike(before.get(name), sizes) for name, sizes in now.items()):
        return FITTED
    return NEW


def plan(found: Survey, network: str, before: Shapes) -> dict[str, str]:
    """Return what becomes of every layer with weights of a network, by node.

    Args:
        found: The network as it is.
        network: Its name.
        before: Sizes of all weights of the trained run, as :func:`shapes_of_run` returns them.
    """
    before = under_either_name(before)
    steps = [step for step in found.plan.steps if step.sources and not step.passes]
    names = child_names(step.id for step in steps if step.id != found.plan.output)
    own = {step.id for step in steps if step.owner == step.id}
    weights = {node: dict(cost.weights) for node, cost in found.costs.items() if cost.weights}
    sizes = {node: weights[node] for node in names if node in own and node in weights}
    heads = origins(network, {node: names[node] for node in sizes}, sizes, before)
    states = {}
    for node, now in sizes.items():
        there = {name: before.get(f"{heads[node]}{name}", ()) for name in now}
        states[node] = compare(there, now)
    return states


def under_either_name(before: Mapping[str, V]) -> dict[str, V]:
    """Return weights also under the names that they have with a spectral norm, or without it.

    What is learned is the same weight: whoever switches the norm on or off keeps it.

    Args:
        before: Weights, or their sizes, by name.
    """
    found = dict(before)
    for name, value in before.items():
        if name.endswith(SPECTRAL):
            found[name.removesuffix(SPECTRAL) + PLAIN] = value
        elif name.endswith(PLAIN):
            found.setdefault(name.removesuffix(PLAIN) + SPECTRAL, value)
    return found


def origins(
    network: str,
    names: Mapping[str, str],
    sizes: Mapping[str, Shapes],
    before: Shapes,
) -> dict[str, str]:
    """Return where the weights of every layer were in a trained run: what their names began with.

    A layer is looked for under its own name first. One that was put into a block since, or taken out of one,
    is found by the last part of its name, if only one layer there has it, nobody else has a claim to
    that, and all its sizes are the same.

    Args:
        network: Name of the network.
        names: Name of the child module by node.
        sizes: Sizes by node and parameter.
        before: Sizes of the weights of the run by their names.
    """
    known = {".".join(name.split(".")[:2]) for name in before if name.startswith(f"{network}.")}
    heads = {node: f"{network}.{child}" for node, child in names.items()}
    spare = known - set(heads.values())
    for node, head in heads.items():
        last = node.rpartition("/")[2]
        if head not in known:
            alike = [h for h in spare if h == f"{network}.{last}" or h.endswith(f"_{last}")]
            if len(alike) == 1 and _same(alike[0], sizes[node], before):
                heads[node] = alike[0]
                spare.discard(alike[0])
    return {node: f"{head}." for node, head in heads.items()}


def _same(head: str, sizes: Shapes, before: Shapes) -> bool:
    return all(before.get(f"{head}.{name}") == size for name, size in sizes.items())


def carry(task: Task, before: Mapping[str, Tensor]) -> dict[str, dict[str, str]]:
    """Give the networks of a task the weights of a trained run, as far as they fit.

    Args:
        task: What is about to be trained; its averages become equal to the networks.
        before: Weights as :func:`weights_of_run` returns them.

    Returns:
        What became of every layer with weights, by network and node.
    """
    states: dict[str, dict[str, str]] = {}
    before = under_either_name(before)
    shapes = {name: tuple(weight.shape) for name, weight in before.items()}
    for name, network in task.networks.items():
        modules = network.layer_modules()
        sizes = {node: _sizes(module) for node, module in modules.items()}
        heads = heads_of(name, network, shapes)
        states[name] = {}
        for node, module in modules.items():
            head = heads[node]
            old = {key: shapes[head + key] for key in sizes[node] if head + key in shapes}
            if sizes[node]:
                states[name][node] = compare(old, sizes[node])
            there = [key for key in module.state_dict() if head + key in before]
            for key, tensor in module.state_dict().items():
                if key in there:
                    _copy(before[head + key], tensor)
            if len(there) < len(module.state_dict()) or states[name].get(node, KEPT) != KEPT:
                settle(module)
    for name, average in task.averages().items():
        average.load_state_dict(task.networks[name].state_dict())
    return states


def heads_of(name: str, network: GraphModule, before: Shapes) -> dict[str, str]:
    """Return what the names of every layer's weights began with in a trained run, by node.

    Args:
        name: Name of the network.
        network: The network as it is.
        before: Sizes of the weights of the run by their names.
    """
    children = {module: child for child, module in network.named_children()}
    modules = network.layer_modules()
    sizes = {node: _sizes(module) for node, module in modules.items()}
    return origins(name, {n: children[m] for n, m in modules.items()}, sizes, before)


def _sizes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in module.named_parameters()}


def _alike(before: tuple[int, ...] | None, now: tuple[int, ...]) -> bool:
    """Whether a part of the old weight has a place in the new one."""
    return bool(before) and before is not None and len(before) == len(now)


def _copy(old: Tensor, new: Tensor) -> None:
    """Copy the part that both have."""
    if old.dim() != new.dim() or old.dtype != new.dtype:
        return
    common = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
    new[common] = old[common].to(new.device)
