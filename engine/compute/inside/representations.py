"""What leaves layers for many examples, as rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.compute.inside.subject import Subject
from engine.compute.modes import evaluating

MOST_NUMBERS = 2**25  # of all layers together: 128 MiB, of which up to eight copies are made
MOST_AT_ONCE = 256  # examples
Rows = NDArray[np.float32]


def rows_of(
    subject: Subject,
    name: str,
    nodes: Sequence[str],
    inputs: NDArray[Any],
    labels: NDArray[np.int64] | None,
) -> dict[str, Rows]:
    """Return what leaves some nodes of a network for examples, ``(examples, numbers)`` by node.

    Args:
        subject: The run; told how far it is.
        name: The network.
        nodes: The nodes.
        inputs: ``(n, …)``, as networks of the data take them.
        labels: Their classes ``(n,)`` or None.

    Raises:
        RunError: What flows into the network cannot be made of examples.
    """
    network = subject.run.networks()[name]
    found: dict[str, list[Rows]] = {node: [] for node in nodes}
    for x, label in subject.portions(name, inputs, labels, MOST_AT_ONCE):
        with evaluating(network):
            results = network.results_of(x, label)
        for node in nodes:
            found[node].append(results[node].reshape(len(x), -1).float().numpy())
    return {node: np.concatenate(parts) for node, parts in found.items()}


def affordable(subject: Subject, name: str, nodes: Sequence[str], examples: int) -> int:
    """Return how many examples may be looked at, so that all results fit into memory."""
    network = subject.run.networks()[name]
    numbers = sum(network.shape_of(node).elements for node in nodes)
    return max(4, min(examples, MOST_NUMBERS // max(1, numbers)))
