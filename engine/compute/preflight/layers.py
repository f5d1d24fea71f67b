"""How long every layer of a network works on one batch, forward and backward."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from engine.compute.batches import Batch
from engine.compute.network import GraphModule, random_input
from engine.protocol import LayerTime

TURNS = 3


def fed(network: GraphModule, batch: Batch) -> tuple[Tensor, ...]:
    """Return what a network is fed with in a step: examples, noise, or in place of codes random numbers.

    Behind that stand labels, where the network is told some.
    """
    count, device = len(batch.inputs), batch.inputs.device
    given = batch.inputs
    if network.entry_kind != "input" or given.shape[1:] != network.in_shape.dims:
        given = random_input(network, count).to(device)
    labels = network.any_labels(count)
    return (given,) if labels is None else (given, labels.to(device))


def layer_times(
    network: GraphModule,
    inputs: tuple[Tensor, ...],
    go_on: Callable[[], bool] = lambda: True,
    wanted: Callable[[], bool] = lambda: True,
) -> dict[str, LayerTime]:
    """Return the seconds that every layer takes, by node: the median of a few turns.

    Layers are run one by one on what really flows into them. *Backward* is everything that autograd does
    for the layer alone: the gradient of its weights and of its inputs, for a gradient of ones. So the times
    of all layers add up to a little more than a step, whose first layer needs no gradient of the examples.

    Args:
        network: The network; gradients of its weights are cleared.
        inputs: ``(batch, *in_shape)``, and labels where the network is told some.
        go_on: Asked before every turn but the first; False ends it with what was measured so far.
        wanted: Asked before every layer; False gives it up, and nothing is returned.
    """
    network.write_over(False)  # a layer by itself must leave what the one before it made
    try:
        seconds = _turns(network, inputs, go_on, wanted)
    finally:
        network.write_over(True)
    network.zero_grad(set_to_none=False)  # a learner's gradients are views of one tensor
    warm = {node: turns[1:] or turns for node, turns in seconds.items()}  # the first one warms up
    return {
        node: LayerTime(
            forward=statistics.median(turn[0] for turn in turns),
            backward=statistics.median(turn[1] for turn in turns),
        )
        for node, turns in warm.items()
    }


def _turns(
    network: GraphModule,
    inputs: tuple[Tensor, ...],
    go_on: Callable[[], bool],
    wanted: Callable[[], bool],
) -> dict[str, list[tuple[float, float]]]:
    """Seconds forward and backward of every turn, by node; nothing when it was given up."""
    wait = _waiter(inputs[0].device)
    seconds: dict[str, list[tuple[float, float]]] = {}
    for turn in range(TURNS + 1):
        if turn and not go_on():
            break
        values = {network.entry: inputs[0], **dict.fromkeys(network.label_nodes, inputs[-1])}
        for node, module, sources in network.calls():
            if not wanted():
                return {}
            given = [_leaf(values[source]) for source in sources]
            wait()
            begun = time.perf_counter()
            made = module(*given)
            wait()
            middle = time.perf_counter()
            if made.requires_grad:
                made.backward(torch.ones_like(made))
                wait()
            ended = time.perf_counter()
            values[node] = made.detach()
            seconds.setdefault(node, []).append((middle - begun, ended - middle))
    return seconds


def _leaf(value: Tensor) -> Tensor:
    """A tensor that asks for a gradient, where numbers of its kind can have one."""
    return value.detach().requires_grad_(value.is_floating_point())


def _waiter(device: torch.device) -> Callable[[], None]:
    """Return what waits until the device has done what it was given."""
    if device.type == "cuda":
        return lambda: torch.cuda.synchronize(device)
    return lambda: None
