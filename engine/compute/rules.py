"""What gradients and weights of a network are held to: L1, L2, largest norms, clipping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from engine.blocks import unfold
from engine.compute.flat import Flat
from engine.compute.kinds import TRANSPOSED, VECTOR
from engine.compute.network import GraphModule
from engine.compute.task import parameters_by_layer
from engine.optimizers.base import Again
from projects.schema import Network, Node

TINY = 1e-12


class Held(NamedTuple):
    """What the weights of a matrix are held to; 0 for nothing.

    Attributes:
        l1: Coefficient of the L1 penalty.
        l2: The same, L2.
        max_norm: Largest norm of the weights that lead into one output.
        axes: The axes over which those lie.
    """

    l1: float
    l2: float
    max_norm: float
    axes: tuple[int, ...]


class Rules:
    """Applies penalties and bounds; one that is off costs nothing.

    Penalties are added to the gradient (as if ``l1 ‖w‖₁ + ½ l2 ‖w‖²`` were part of the loss, which is
    reported without them), then single values of the gradient are clipped, then its norm. After the step
    the weights that lead into one output are scaled down to their largest norm (Srivastava et al. 2014,
    *Dropout*, section 5.1). Only matrices are held to anything: biases, and the scales and shifts of norms,
    are left alone, since they are few and no cause of overfitting.

    Args:
        flat: The weights and gradients.
        clip_norm: Largest norm of the gradient, or None.
        clip_value: Largest number in the gradient, or None.
        l1: ``(elements,)``: the coefficient of every weight; None where all are 0.
        l2: The same.
        norms: By parameter name the largest norm.
    """

    def __init__(
        self,
        flat: Flat,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        l1: Tensor | None = None,
        l2: Tensor | None = None,
        norms: Mapping[str, float] | None = None,
    ) -> None:
        self._flat = flat
        self._clip_norm = clip_norm
        self._clip_value = clip_value
        self._penalties = {"l1": l1, "l2": l2}
        self._bounds = [
            (flat.views[name], _inputs(flat, name), bound) for name, bound in (norms or {}).items()
        ]

    def weigh(self, rule: str, names: Iterable[str], value: float) -> None:
        """Let the penalty of some parameters be another one from the next step on.

        Args:
            rule: ``l1`` or ``l2``.
            names: The parameters.
            value: The coefficient of each of their weights.
        """
        coefficients = self._penalties[rule]
        if coefficients is None:
            coefficients = self._penalties[rule] = torch.zeros_like(self._flat.weights)
        parts = self._flat.parts(coefficients)
        for name in names:
            parts[name].fill_(value)

    def before(self, gradient: Tensor) -> None:
        """Add the penalties' gradients and clip, in place."""
        self._penalise(gradient)
        if self._clip_value is not None:
            gradient.clamp_(-self._clip_value, self._clip_value)
        if self._clip_norm is not None:
            excess = gradient.norm().add_(1e-6).reciprocal_().mul_(self._clip_norm)
            gradient.mul_(excess.clamp_(max=1.0))

    def after(self) -> None:
        """Bring weights that have grown too large back to their bound."""
        for view, axes, bound in self._bounds:
            norm = torch.linalg.vector_norm(view, dim=axes, keepdim=True).clamp_(min=TINY)
            view.mul_(norm.reciprocal_().mul_(bound).clamp_(max=1.0))

    def penalised(self, again: Again) -> Again:
        """Return what evaluates the loss with its penalties: a line search has to see both."""

        def evaluate() -> Tensor:
            loss = again().detach()
            self._penalise(self._flat.gradient)
            weights = self._flat.weights
            l1, l2 = self._penalties["l1"], self._penalties["l2"]
            if l2 is not None:
                loss = loss + 0.5 * (weights * weights).dot(l2)
            if l1 is not None:
                loss = loss + weights.abs().dot(l1)
            return loss

        return evaluate

    def _penalise(self, gradient: Tensor) -> None:
        l1, l2 = self._penalties["l1"], self._penalties["l2"]
        if l2 is not None:
            gradient.addcmul_(self._flat.weights, l2)
        if l1 is not None:
            gradient.addcmul_(self._flat.weights.sign(), l1)


def rules_of(
    network: GraphModule, flat: Flat, clip_norm: float | None, clip_value: float | None
) -> Rules:
    """Return what a project says about the weights of a network, layer by layer.

    Args:
        network: The network.
        flat: Its weights.
        clip_norm: Largest norm of the gradient, or None.
        clip_value: Largest number in the gradient, or None.
    """
    held = held_by(network, flat)
    return Rules(
        flat,
        clip_norm,
        clip_value,
        _spread(flat, {name: one.l1 for name, one in held.items()}),
        _spread(flat, {name: one.l2 for name, one in held.items()}),
        {name: one.max_norm for name, one in held.items() if one.max_norm},
    )


def held_by(network: GraphModule, flat: Flat) -> dict[str, Held]:
    """Return what every matrix of a network is held to, by the name of the parameter.

    Args:
        network: The network.
        flat: Its weights.
    """
    drawn = network.network
    nodes = unfold(drawn, network.blocks).network.nodes
    return {
        name: Held(
            _own(nodes[node], drawn, "l1"),
            _own(nodes[node], drawn, "l2"),
            _own(nodes[node], drawn, "max_norm"),
            _inputs(flat, name),
        )
        for name, node in _matrices(network, flat).items()
    }


def held_alike(network: GraphModule, flat: Flat, rule: str, node: str) -> list[str]:
    """Return the parameters that one penalty of a project holds.

    Args:
        network: The network.
        flat: Its weights.
        rule: ``l1`` or ``l2``.
        node: Whose penalty it is; empty for the network's, which holds layers that have none of their own.
    """
    nodes = unfold(network.network, network.blocks).network.nodes
    return [
        name
        for name, layer in _matrices(network, flat).items()
        if (layer == node if node else getattr(nodes[layer], rule) is None)
    ]


def _matrices(network: GraphModule, flat: Flat) -> dict[str, str]:
    """The parameters that are held to something, each with the node of its layer."""
    return {
        name: node
        for node, names in parameters_by_layer(network).items()
        for name in names
        if flat.kinds[name] != VECTOR
    }


def _own(node: Node, network: Network, rule: str) -> float:
    """What holds for a layer: its own value, else the network's; 0 for nothing."""
    own = getattr(node, rule)
    return float((getattr(network, rule) if own is None else own) or 0.0)


def _spread(flat: Flat, values: Mapping[str, float]) -> Tensor | None:
    """Coefficients by parameter as one tensor shaped like the weights; None when all are 0."""
    if not any(values.values()):
        return None
    coefficients = torch.zeros_like(flat.weights)
    parts = flat.parts(coefficients)
    for name, value in values.items():
        parts[name].fill_(value)
    return coefficients


def _inputs(flat: Flat, name: str) -> tuple[int, ...]:
    """The axes over which the weights that lead into one output lie."""
    output = 1 if flat.kinds[name] == TRANSPOSED else 0
    return tuple(axis for axis in range(flat.views[name].ndim) if axis != output)
