"""What the heads of attention layers look at, computed from the weights while a network reads examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.compute.modes import evaluating
from engine.compute.network import GraphModule
from engine.compute.ops.attention import CrossAttention, SelfAttention

Attention = SelfAttention | CrossAttention


@dataclass(frozen=True)
class Attended:
    """Where the heads of one attention look.

    Attributes:
        node: Node of the layer in the network.
        cross: Whether it looks at another sequence than its own.
        causal: Whether no step sees those after it.
        steps: How many steps look, and how many are looked at.
        weights: ``(examples, heads, steps that look, steps that are looked at)``, the first steps of both; rows of all
            steps sum to 1.
        spread: How many steps each head looks at ``(heads,)``; see :func:`spread`.
        distance: How far from itself a step looks ``(heads,)``; None where it looks at another sequence.
    """

    node: str
    cross: bool
    causal: bool
    steps: tuple[int, int]
    weights: Tensor
    spread: Tensor
    distance: Tensor | None


def attentions(network: GraphModule) -> Iterator[tuple[str, Attention]]:
    """Yield the attentions of a network with the node that each belongs to, in working order."""
    seen: set[int] = set()
    for node, module, _sources in network.calls():
        for inner in module.modules():
            if isinstance(inner, Attention) and id(inner) not in seen:
                seen.add(id(inner))
                yield node, inner


def attend(
    network: GraphModule,
    x: Tensor,
    label: Tensor | None = None,
    longest: int = 1024,
    most: int = 16,
    side: int = 64,
) -> list[Attended]:
    """Return where attentions of a network look while it reads examples, as in evaluation mode.

    Nothing of the network changes, and nothing is drawn. The map of one example is all that is held at once.

    Args:
        network: The network.
        x: ``(examples, *in_shape)``.
        label: Of a network with Labels, the class of each.
        longest: Attentions of longer sequences are left out: their maps would be too large.
        most: How many attentions are looked at, the first ones.
        side: Steps of which the weights themselves are kept.
    """
    found: list[Attended] = []
    places = list(attentions(network))[:most]
    if not places:
        return found
    hooks = [
        module.register_forward_pre_hook(_listener(node, found, longest, side))
        for node, module in places
    ]
    try:
        with evaluating(network):
            network.forward_to(places[-1][0], x, label)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _listener(node: str, found: list[Attended], longest: int, side: int) -> Any:
    def listen(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if max(one.shape[1] for one in inputs) <= longest:
            found.append(_summed_up(node, module, inputs, side))

    return listen


def _summed_up(node: str, module: nn.Module, inputs: tuple[Tensor, ...], side: int) -> Attended:
    """What an attention does with examples, one after the other."""
    cross = isinstance(module, CrossAttention)
    kept, spreads, distances = [], [], []
    for example in range(len(inputs[0])):
        some = [one[example : example + 1] for one in inputs]
        if isinstance(module, CrossAttention):
            weights = cross_weights(module, *some)
        else:
            assert isinstance(module, SelfAttention)
            weights = self_weights(module, some[0])
            distances.append(distance(weights))
        kept.append(weights[:, :, :side, :side].clone())
        spreads.append(spread(weights))
    return Attended(
        node,
        cross,
        bool(getattr(module, "causal", False)) and not cross,
        (inputs[0].shape[1], inputs[-1].shape[1]),
        torch.cat(kept),
        torch.stack(spreads).mean(0),
        torch.stack(distances).mean(0) if distances else None,
    )


def self_weights(module: SelfAttention, x: Tensor) -> Tensor:
    """Return ``softmax(Q Kᵀ / √d)`` of a self-attention ``(batch, heads, steps, steps)``.

    Vaswani et al. 2017, *Attention is all you need*, equation 1.

    Args:
        module: The attention.
        x: What flows in ``(batch, steps, features)``.
    """
    batch, steps, _features = x.shape
    parts = module.enter(x).view(batch, steps, 3, module.heads, module.size)
    query, key, _value = parts.permute(2, 0, 3, 1, 4)
    if module.rotary:
        query, key = module.turned(query), module.turned(key)
    scores = _scores(query, key)
    if module.causal:
        later = torch.ones(steps, steps, dtype=torch.bool, device=x.device).triu(1)
        scores = scores.masked_fill(later, -torch.inf)
    return scores.softmax(-1)


def cross_weights(module: CrossAttention, x: Tensor, memory: Tensor) -> Tensor:
    """Return ``softmax(Q Kᵀ / √d)`` of an attention to a memory ``(batch, heads, steps, other steps)``.

    Args:
        module: The attention.
        x: What asks ``(batch, steps, features)``.
        memory: What is asked ``(batch, other steps, memory)``.
    """
    batch, steps, _features = x.shape
    query = module.ask(x).view(batch, steps, module.heads, module.size).transpose(1, 2)
    parts = module.answer(memory).view(batch, memory.shape[1], 2, module.heads, module.size)
    return _scores(query, parts.permute(2, 0, 3, 1, 4)[0]).softmax(-1)


def _scores(query: Tensor, key: Tensor) -> Tensor:
    return torch.matmul(query.float(), key.float().transpose(-2, -1)).div(query.shape[-1] ** 0.5)


def spread(weights: Tensor) -> Tensor:
    """Return how many steps a head looks at: ``exp H`` of its weights, the mean over examples and rows ``(heads,)``.

    ``H = −Σ p ln p``; 1 where each row looks at a single step, the number of steps where it looks at all alike.

    Args:
        weights: ``(examples, heads, steps, others)``.
    """
    entropy: Tensor = torch.special.entr(weights).sum(-1)
    return entropy.exp().mean(dim=(0, 2))


def distance(weights: Tensor) -> Tensor:
    """Return how far from itself a step looks: ``Σ p |t − s|``, the mean over examples and rows ``(heads,)``.

    Args:
        weights: ``(examples, heads, steps, steps)``.
    """
    steps, others = weights.shape[-2:]
    device = weights.device
    gaps = torch.arange(steps, device=device)[:, None] - torch.arange(others, device=device)
    far: Tensor = (weights * gaps.abs()).sum(-1)
    return far.mean(dim=(0, 2))
