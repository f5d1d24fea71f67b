"""A discriminator with everything that stands before it: what changes its examples, packs, labels."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from engine.compute.network import GraphModule

View = Callable[[Tensor], Tensor]


class GameJudge:
    """What the two players of a step hear about examples.

    Args:
        network: The discriminator.
        views: What changes single examples before it sees them, in order.
        packed: How many it sees at once; it is handed them packed.
        labels: What its Label is told ``(batch,)``, or None where it has none.
        guesses: How many numbers it ends in beside its logit.
        state: Weights and buffers in the place of its own, by name; None for its own.
    """

    def __init__(
        self,
        network: GraphModule,
        views: tuple[View, ...] = (),
        packed: int = 1,
        labels: Tensor | None = None,
        guesses: int = 0,
        state: Mapping[str, Tensor] | None = None,
    ) -> None:
        self._network = network
        self._views = views
        self._packed = packed
        self._labels = labels
        self._guesses = guesses
        self._state = state

    def __call__(self, examples: Tensor) -> Tensor:
        """Return logits ``(batch, …)`` of examples, or of packs of them, ``(batch, …)``."""
        return self.said(examples)[0]

    def said(self, examples: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and guesses ``(batch, guesses)`` of examples."""
        whole = self._ask(examples, None)
        return (whole[:, :1], whole[:, 1:]) if self._guesses else (whole, whole)

    def features(self, examples: Tensor, node: str) -> Tensor:
        """Return what leaves a node; of none, what flows into the last layer with weights."""
        return self._ask(examples, node or feature_node(self._network))

    def parameters(self) -> dict[str, Tensor]:
        """Return copies of its weights by name, leaves of a new graph."""
        return {
            name: weight.detach().clone().requires_grad_()
            for name, weight in self._network.named_parameters()
        }

    def with_parameters(self, weights: Mapping[str, Tensor]) -> GameJudge:
        """Return the same judge with other weights and copies of the buffers."""
        buffers = {name: buffer.clone() for name, buffer in self._network.named_buffers()}
        return GameJudge(
            self._network,
            self._views,
            self._packed,
            self._labels,
            self._guesses,
            {**buffers, **weights},
        )

    def _ask(self, examples: Tensor, node: str | None) -> Tensor:
        if self._views:
            examples = unpacked(examples, self._packed)
            for view in self._views:
                examples = view(examples)
            examples = packed(examples, self._packed)
        if self._state is None:
            if node is None:
                return self._network(examples, self._labels)  # type: ignore[no-any-return]
            return self._network.forward_to(node, examples, self._labels)
        whole = _Inside(self._network)
        state = {f"network.{name}": value for name, value in self._state.items()}
        arguments = (node, examples, self._labels)
        found: Tensor = torch.func.functional_call(whole, state, arguments)
        return found


def packed(examples: Tensor, count: int) -> Tensor:
    """Put so many examples at a time together along their first dimension."""
    if count == 1:
        return examples
    first, *rest = examples.shape[1:]
    return examples.reshape(len(examples) // count, count * first, *rest)


def unpacked(packs: Tensor, count: int) -> Tensor:
    """Take apart what :func:`packed` put together."""
    if count == 1:
        return packs
    first, *rest = packs.shape[1:]
    return packs.reshape(len(packs) * count, first // count, *rest)


class _Inside(nn.Module):
    """Calls a network up to one of its nodes, so that its weights can be replaced for the call."""

    def __init__(self, network: GraphModule) -> None:
        super().__init__()
        self.network = network

    def forward(self, node: str | None, x: Tensor, labels: Tensor | None) -> Any:
        if node is None:
            return self.network.forward(x, labels)
        return self.network.forward_to(node, x, labels)


def feature_node(network: GraphModule) -> str:
    """Return the node whose result flows into the last layer with weights."""
    calls = network.calls()
    weighted = [
        sources[0] for _node, module, sources in calls if any(True for _ in module.parameters())
    ]
    return weighted[-1]


def guesses_of(network: GraphModule) -> int:
    """How many numbers a discriminator ends in beside its logit; a map of logits has none."""
    return network.out_shape.elements - 1 if network.out_shape.rank == 1 else 0


@contextlib.contextmanager
def twice_differentiable(device: torch.device) -> Iterator[None]:
    """Compute attention and recurrent layers in ways whose gradient has a gradient."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        if device.type == "cuda":
            stack.enter_context(torch.backends.cudnn.flags(enabled=False))
        yield
