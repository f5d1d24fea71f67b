"""Writing texts token by token: what is chosen from what a network holds for likely."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compute.network import GraphModule

# Layers that look at one step at a time, and at nothing but what flows in.
POINTWISE = (
    nn.Embedding,
    nn.Linear,
    nn.Identity,
    nn.Dropout,
    nn.ReLU,
    nn.LeakyReLU,
    nn.ELU,
    nn.GELU,
    nn.SiLU,
    nn.Tanh,
    nn.Sigmoid,
)


@dataclass(frozen=True)
class Style:
    """How to write.

    Attributes:
        temperature: Logits are divided by it: below 1 likely tokens become likelier, 0 takes the
            likeliest one.
        top_k: Only so many likeliest tokens can be chosen; 0: all (Fan, Lewis & Dauphin 2018,
            *Hierarchical neural story generation*).
        top_p: Only the likeliest tokens that make up this probability together; 1: all (Holtzman et
            al. 2020, *The curious case of neural text degeneration*).
        prompt: What the text begins with; empty: with the beginning of some example.
        length: Tokens to write after the prompt.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    prompt: str = ""
    length: int = 200


def chosen(logits: Tensor, style: Style, generator: torch.Generator) -> Tensor:
    """Return one token for each row.

    Args:
        logits: ``(texts, vocabulary)`` on the CPU.
        style: How to choose.
        generator: Source of randomness, on the CPU.
    """
    if style.temperature == 0:
        return logits.argmax(dim=1)
    logits = logits.double() / style.temperature
    if style.top_k:
        least = logits.topk(min(style.top_k, logits.shape[1]), dim=1).values[:, -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    if style.top_p < 1:
        logits = _nucleus(logits, style.top_p)
    return torch.multinomial(logits.softmax(dim=1), 1, generator=generator)[:, 0]


def _nucleus(logits: Tensor, share: float) -> Tensor:
    """Leave the fewest likeliest tokens whose probabilities add up to a share."""
    ordered, order = logits.sort(dim=1, descending=True, stable=True)
    odds = ordered.softmax(dim=1)
    before = odds.cumsum(dim=1) - odds
    return logits.scatter(1, order, ordered.masked_fill(before >= share, -torch.inf))


class Reader:
    """Says what may follow: reads tokens one after another.

    A network of which every layer either looks at single steps or reads in one direction is fed with
    single steps and keeps its states; others see the last steps again and again.

    Args:
        network: Gives logits ``(texts, steps, vocabulary)``, and no step of them sees later ones.
        device: Where it is.
    """

    def __init__(self, network: GraphModule, device: torch.device) -> None:
        self._network = network
        self._device = device
        self._steps = network.in_shape.dims[0]
        self._seen = torch.zeros(0)
        self._states: dict[str, object] = {}
        self.stateful = all(_is_stepwise(module) for _node, module, _from in network.calls())

    def begin(self, tokens: Tensor) -> Tensor:
        """Read the beginnings of texts ``(texts, tokens)``; return logits of what follows."""
        self._states = {}
        self._seen = tokens
        if self.stateful:
            return self._by_states(tokens)
        return self._by_window()

    def go_on(self, tokens: Tensor) -> Tensor:
        """Read one more token of each text ``(texts,)``; return logits of what follows."""
        if self.stateful:
            return self._by_states(tokens[:, None])
        self._seen = torch.cat((self._seen, tokens[:, None]), dim=1)[:, -self._steps :]
        return self._by_window()

    def _by_window(self) -> Tensor:
        """Fill the window up at its end: no step sees what comes after it."""
        seen = self._seen[:, -self._steps :]
        window = torch.zeros((len(seen), self._steps), dtype=torch.int64)
        window[:, : seen.shape[1]] = seen
        logits: Tensor = self._network(window.to(self._device))
        return logits[:, seen.shape[1] - 1].cpu()

    def _by_states(self, tokens: Tensor) -> Tensor:
        network = self._network
        values = {network.entry: tokens.to(self._device)}
        last = network.entry
        for node, module, sources in network.calls():
            flowing = values[sources[0]]
            core = getattr(module, "core", None)
            if isinstance(core, nn.RNNBase):
                values[node], self._states[node] = core(flowing, self._states.get(node))
            else:
                values[node] = module(flowing)
            last = node
        return values[last][:, -1].cpu()


def _is_stepwise(module: nn.Module) -> bool:
    core = getattr(module, "core", None)
    if isinstance(core, nn.RNNBase):
        return not core.bidirectional and not getattr(module, "last", True)
    if isinstance(module, nn.LayerNorm):
        return len(module.normalized_shape) == 1
    return isinstance(module, POINTWISE)
