"""Language modelling: one network, the next token at every step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.batches import rows
from engine.compute.losses import ClassLoss
from engine.compute.modes import evaluating
from engine.compute.task import Evaluation, Pictures, TaskContext
from engine.compute.tasks.stepwise import StepwiseTask, step_costs
from engine.compute.writing import Reader, Style, chosen
from engine.data.base import NO_TARGET
from engine.data.prepare import Part
from engine.data.tokens import UNKNOWN
from projects.errors import ProjectError
from projects.translation import gettext as _

SHOWN_TEXTS, SHOWN_TOKENS = 3, 80
SHOWN_SEED = 0x6A17
TEXTS_AT_ONCE = 256
LARGEST_LOSS = 700.0  # nats; the exponential of more is no number


class LanguageTask(StepwiseTask):
    """Trains a network to foretell the next token.

    Args:
        context: What it is built from.
        name: Name of the network.
        style: How shown texts are written.

    Raises:
        ProjectError: The network sees the tokens that it is to foretell.
    """

    def __init__(self, context: TaskContext, name: str, style: Style) -> None:
        super().__init__(context, name, ClassLoss())
        self.style = style
        self._reader = Reader(self.network, context.device)
        self._characters = self.tokens.characters()
        self._never = [
            index
            for index, token in enumerate(self.tokens.names)
            if index == self.tokens.padding or token == UNKNOWN
        ]
        self._refuse_looking_ahead(name)

    def _refuse_looking_ahead(self, name: str) -> None:
        """Change the last token and look whether answers before it change."""
        part = self.context.data.train
        first = torch.from_numpy(part.inputs[:1].copy())
        other = first.clone()
        other[:, -1] = (other[:, -1] + 1) % self.classes
        before, after = (self.outputs(tokens)[:, :-1] for tokens in (first, other))
        if not torch.allclose(before, after, atol=1e-4):
            raise ProjectError(
                _(
                    "the network sees the tokens that it is to foretell: a later one changes answers."
                ),
                where=f"networks.{name}",
                hint=_(
                    "Use layers that look back only: recurrent ones in one direction, causal attention."
                ),
            )

    # ------------------------------------------------------------------------------- measuring

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return the loss in nats, perplexity, bits per character, and how often the likeliest is right."""
        total, tokens, hits, characters = 0.0, 0, 0, 0
        for logits, targets in self.answers(part):
            total += float(self.cost.sums(logits.flatten(0, 1), targets.flatten())[0])
            there = targets != NO_TARGET
            tokens += int(there.sum())
            hits += int((logits.argmax(dim=-1) == targets).sum())
            characters += int(self._characters[targets[there].cpu().numpy()].sum())
        loss = total / max(1, tokens)
        found = {
            "loss": loss,
            "perplexity": math.exp(min(loss, LARGEST_LOSS)),
            "bits_per_character": total / math.log(2) / max(1, characters),
            "accuracy": hits / max(1, tokens),
        }
        return Evaluation(split, {f"{split}_{name}": value for name, value in found.items()})

    # ------------------------------------------------------------------------------- writing

    def write(
        self, count: int, seed: int, style: Style | None = None
    ) -> tuple[NDArray[np.int64], list[str]]:
        """Write texts; see :meth:`Task.write`."""
        style = style or self.style
        prompt = self.tokens.indices(style.prompt, "--prompt")
        generator = torch.Generator().manual_seed(seed)
        begun = self._beginnings(count, prompt, generator)
        with evaluating(self.network):
            parts = [self._written(some, style, generator) for some in rows(begun, TEXTS_AT_ONCE)]
        indices = torch.cat(parts).numpy()
        return indices, [self.tokens.text(row) for row in indices]

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        """Return the tokens of texts ``(texts, tokens)``."""
        return self.write(count, seed)[0]

    def _beginnings(self, count: int, prompt: list[int], generator: torch.Generator) -> Tensor:
        """The prompt, or the first token of some example, for each text."""
        if prompt:
            return torch.tensor([prompt]).repeat(count, 1)
        firsts = torch.from_numpy(self.context.data.train.inputs[:, :1].copy())
        return firsts[torch.randint(len(firsts), (count,), generator=generator)]

    def _written(self, begun: Tensor, style: Style, generator: torch.Generator) -> Tensor:
        written = [begun]
        logits = self._reader.begin(begun)
        for step in range(style.length):
            logits[:, self._never] = -torch.inf
            tokens = chosen(logits, style, generator)
            written.append(tokens[:, None])
            if step + 1 < style.length:
                logits = self._reader.go_on(tokens)
        return torch.cat(written, dim=1)

    # ------------------------------------------------------------------------------- showing

    def show(self, count: int) -> Pictures | None:
        """Return texts from the same random numbers every time, and how a real one surprises."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        assert part.targets is not None
        style = Style(
            self.style.temperature,
            self.style.top_k,
            self.style.top_p,
            self.style.prompt,
            SHOWN_TOKENS,
        )
        _indices, texts = self.write(min(count, SHOWN_TEXTS), SHOWN_SEED, style)
        targets = torch.from_numpy(part.targets[:1])
        logits = self.outputs(torch.from_numpy(part.inputs[:1])).cpu()
        there = targets[0] != NO_TARGET
        surprise = (step_costs(logits, targets)[0] / math.log(2))[there]
        info: dict[str, Any] = {
            "kind": "texts",
            "texts": texts,
            "tokens": list(self._following(targets[0][there])),
            "temperature": self.style.temperature,
        }
        return {"surprise": surprise.numpy()}, info

    def _following(self, targets: Tensor) -> Iterator[str]:
        return (self.tokens.names[index] for index in targets.tolist())

    def constants(self) -> dict[str, Any]:
        """Return the text of every index."""
        return {"TOKENS": tuple(self.tokens.names)}
