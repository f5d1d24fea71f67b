"""What tasks have in common in which a generator plays against a discriminator."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.adversarial.choices import Choices
from engine.adversarial.penalties.base import of_each
from engine.compute.batches import Batch, rows
from engine.compute.flat import Flat
from engine.compute.game import Game
from engine.compute.judging import GameJudge, guesses_of, packed
from engine.compute.network import GraphModule
from engine.compute.task import Task, TaskContext, Update

ROWS_AT_ONCE = 1024


class Judged(Task):
    """Base of tasks with a discriminator whose answers can be looked at."""

    def real(self, count: int) -> Tensor:
        """Return the first real examples of the training part, as the discriminator sees them."""
        inputs = np.ascontiguousarray(self.context.data.train.inputs[:count])
        return torch.from_numpy(inputs).to(self.context.device)

    def drawn(self, count: int, seed: int) -> Tensor:
        """Return examples of the generator that learns, not of its average, as the discriminator sees them.

        Args:
            count: How many.
            seed: The same seed gives the same ones of the same weights.
        """
        raise NotImplementedError

    def real_classes(self, count: int) -> Tensor | None:
        """Return the classes of :meth:`real` for a discriminator that is told them, else None."""
        return None

    def judged(self, examples: Tensor, classes: Tensor | None = None) -> Tensor:
        """Return what the discriminator says ``(n,)`` of examples as it sees them, raw; of a map the mean.

        Args:
            examples: As many as there are.
            classes: What it is told of them; one class after the other where nothing is given.
        """
        raise NotImplementedError


class PlayersTask(Judged):
    """Trains a generator to deceive a discriminator that learns to tell its examples from real ones.

    What a step does is told by :class:`engine.compute.game.Game`.

    Args:
        context: What it is built from.
        choices: The game.
        ema: Decay of the moving average of the generator's weights; 0 for none.
    """

    whole_batches = True
    lowered: ClassVar[Mapping[str, float]] = {"generator": 0.9}

    def __init__(self, context: TaskContext, choices: Choices, ema: float) -> None:
        super().__init__(context)
        self._generator = context.networks["generator"]
        self._discriminator = context.networks["discriminator"]
        self._choices = choices
        self._loss = choices.loss
        self._decay = ema
        self.batches_a_step = choices.critic_steps
        if self._discriminator.out_shape.rank > 1:  # logits of all patches are kept
            self.most_kept = max(1, self.most_kept // self._discriminator.out_shape.elements)
        self._average = _copy(self._generator) if ema else None
        self._average_weights = Flat(self._average, learns=False).weights if self._average else None
        self._game = self.begun()
        self.updates = (
            *(
                Update("discriminator", partial(self._game.critic_loss, number))
                for number in range(choices.critic_steps)
            ),
            Update("generator", self._generator_loss),
        )

    # ------------------------------------------------------------------------------- what differs

    def begun(self) -> Game:
        """Return the game at its beginning."""
        raise NotImplementedError

    def told(self, count: int) -> Tensor | None:
        """Return what the discriminator's Label is told of so many examples; None where it has none."""
        return None

    # ------------------------------------------------------------------------------- a step

    def _generator_loss(self, batch: Batch) -> Tensor:
        loss = self._game.generator_loss(batch)
        self.kept.append(self._game.noted(loss))
        return loss

    def after_step(self) -> None:
        """Move the average of the generator: its decay grows to the set one in the first steps."""
        self._game.after_step()
        if self._average_weights is not None:
            steps = self._game.step
            decay = min(self._decay, steps / (steps + 9))
            self._average_weights.lerp_(self.context.flats["generator"].weights, 1 - decay)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return both losses and how the discriminator judges, of every step; see :func:`verdicts`.

        Every penalty has a curve (``r1_penalty``: its share of the loss), and slopes that were looked at are
        ``input_gradient``.
        """
        critic, real, fake, generator, *others = (
            torch.stack(column) for column in zip(*kept, strict=True)
        )
        values = {
            "discriminator_loss": critic,
            "generator_loss": generator,
            **verdicts(real, fake),
            **dict(zip(self._game.columns, others, strict=True)),
        }
        return {name: value.double().cpu().numpy() for name, value in values.items()}

    # ------------------------------------------------------------------------------- judging

    def judged(self, examples: Tensor, classes: Tensor | None = None) -> Tensor:
        """Return what the discriminator says ``(n,)`` of examples as it sees them, raw.

        Of a map of logits that is the mean. One that sees several examples at once sees each with copies
        of it.
        """
        return of_each(self.logits(examples, classes))

    def logits(self, examples: Tensor, classes: Tensor | None = None) -> Tensor:
        """Return the raw outputs ``(n, …)`` of the discriminator, see :meth:`judged`."""
        labels = self.told(len(examples)) if classes is None else classes
        count, guesses = self._choices.packed, guesses_of(self._discriminator)
        parts = [
            GameJudge(self._discriminator, (), count, told[0] if told else None, guesses)(
                packed(some.repeat_interleave(count, 0), count)
            )
            for some, *told in together(examples, labels)
        ]
        return torch.cat(parts)

    # ------------------------------------------------------------------------------- state

    def shown_generator(self) -> GraphModule:
        """Return the average of the generator, where there is one."""
        if self._average is None:
            return self._generator
        for mine, its in zip(self._average.buffers(), self._generator.buffers(), strict=True):
            mine.copy_(its)
        return self._average

    def averages(self) -> dict[str, GraphModule]:
        """Return the average of the generator, with the statistics of norms as they are."""
        return {"generator": self.shown_generator()} if self._average is not None else {}

    def facts(self) -> dict[str, Any]:
        """Return how many steps were made."""
        return {"steps": self._game.step}

    def load_facts(self, facts: Mapping[str, Any]) -> None:
        """Go back to what :meth:`facts` returned."""
        self._game.step = int(facts["steps"])

    def tensors(self) -> dict[str, Tensor]:
        """Return what the game remembers."""
        return self._game.tensors()

    def load_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to what :meth:`tensors` returned."""
        self._game.load_tensors(tensors)


def verdicts(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """Return how a discriminator judges, of every step.

    ``d_real`` and ``d_fake`` are how often each kind was taken for real; ``d_accuracy`` is the share of pairs of
    a real and a generated example in which the real one is scored higher: ½ where the two cannot be told apart,
    whatever the loss. ``logit_gap`` is the mean of D(real) − D(fake). Of a discriminator that ends in a map
    every patch counts as one example.

    Args:
        real: Logits of real examples ``(steps, batch, …)``.
        fake: Logits of generated ones.
    """
    return {
        "d_real": real.sigmoid().flatten(1).mean(dim=1),
        "d_fake": fake.sigmoid().flatten(1).mean(dim=1),
        "d_accuracy": ((real > fake).double() + 0.5 * (real == fake)).flatten(1).mean(dim=1),
        "logit_gap": (real - fake).flatten(1).mean(dim=1),
    }


def together(
    values: Tensor, labels: Tensor | None, count: int = ROWS_AT_ONCE
) -> Iterator[tuple[Tensor, ...]]:
    """Yield ``count`` rows at a time, with their labels where there are any."""
    columns = [values] if labels is None else [values, labels]
    return zip(*(rows(column, count) for column in columns), strict=True)


def _copy(generator: GraphModule) -> GraphModule:
    average = copy.deepcopy(generator)
    for weight in average.parameters():
        weight.requires_grad_(False)
    average.eval()
    return average
