"""Generative adversarial training: a generator against a discriminator."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.adversarial.base import AdversarialLoss
from engine.compute import measures, pictures
from engine.compute.batches import Batch, rows
from engine.compute.flat import Flat
from engine.compute.modes import evaluating
from engine.compute.network import GraphModule
from engine.compute.task import Evaluation, Pictures, Task, TaskContext, Update
from engine.data.prepare import Part

SAMPLES_SCORED = 2500
POINTS_SHOWN = 512
ROWS_AT_ONCE = 1024
LATENT_SEED = 0x6A17


class GanTask(Task):
    """Trains a generator to deceive a discriminator that learns to tell its examples from real ones.

    A step updates the discriminator on real and generated examples, then the generator through the
    discriminator as it is now, on the same generated examples.

    Args:
        context: What it is built from.
        loss: What the two players minimise.
        ema: Decay of the moving average of the generator's weights; 0 for none.
    """

    whole_batches = True
    lowered: ClassVar[Mapping[str, float]] = {"generator": 0.9}

    def __init__(self, context: TaskContext, loss: AdversarialLoss, ema: float) -> None:
        super().__init__(context)
        self._generator = context.networks["generator"]
        self._discriminator = context.networks["discriminator"]
        self._loss = loss
        self._decay = ema
        self._steps = 0
        self._average = _copy(self._generator) if ema else None
        self._average_weights = Flat(self._average, learns=False).weights if self._average else None
        self._critic_weights = list(self._discriminator.parameters())
        self._fake: Tensor | None = None
        self._noted: tuple[Tensor, ...] = ()
        self.updates = (
            Update("discriminator", self._discriminator_loss),
            Update("generator", self._generator_loss),
        )

    # ------------------------------------------------------------------------------- a step

    def _discriminator_loss(self, batch: Batch) -> Tensor:
        self._fake = self._generator(self._latents(len(batch.inputs)))
        real = self._discriminator(batch.inputs)
        fake = self._discriminator(self._fake.detach())
        loss = self._loss.discriminator(real, fake)
        self._noted = (loss.detach(), real.detach(), fake.detach())
        return loss

    def _generator_loss(self, batch: Batch) -> Tensor:
        assert self._fake is not None
        for weight in self._critic_weights:  # it is looked through, not trained
            weight.requires_grad_(False)
        real = self._discriminator(batch.inputs) if self._loss.needs_real else None
        loss = self._loss.generator(real, self._discriminator(self._fake))
        for weight in self._critic_weights:
            weight.requires_grad_(True)
        self._fake = None
        self.kept.append((*self._noted, loss.detach()))
        return loss

    def after_step(self) -> None:
        """Move the average of the generator: its decay grows to the set one in the first steps."""
        self._steps += 1
        if self._average_weights is not None:
            decay = min(self._decay, self._steps / (self._steps + 9))
            self._average_weights.lerp_(self.context.flats["generator"].weights, 1 - decay)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return both losses and how the discriminator judges, of every step.

        ``d_real`` and ``d_fake`` are how often each kind was taken for real; ``d_accuracy`` is the share of
        pairs of a real and a generated example in which the real one is scored higher: ½ where the two
        cannot be told apart, whatever the loss.
        """
        critic, real, fake, generator = (torch.stack(column) for column in zip(*kept, strict=True))
        values = {
            "discriminator_loss": critic,
            "generator_loss": generator,
            "d_real": real.sigmoid().flatten(1).mean(dim=1),
            "d_fake": fake.sigmoid().flatten(1).mean(dim=1),
            "d_accuracy": ((real > fake).double() + 0.5 * (real == fake)).flatten(1).mean(dim=1),
        }
        return {name: value.double().cpu().numpy() for name, value in values.items()}

    # ------------------------------------------------------------------------------- drawing

    def _latents(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Return ``(count, latent)`` from torch's own randomness, or from ``generator`` (on the CPU)."""
        latent = self._generator.latent
        assert latent is not None
        device = self.context.device if generator is None else torch.device("cpu")
        shape = (count, latent.size)
        if latent.distribution == "uniform":
            drawn = torch.rand(shape, generator=generator, device=device).mul_(2).sub_(1)
        else:
            drawn = torch.randn(shape, generator=generator, device=device)
        return drawn.to(self.context.device)

    def _draw(self, count: int, seed: int) -> NDArray[Any]:
        """Return examples as networks see them, from latents that follow from ``seed`` alone."""
        generator = torch.Generator().manual_seed(seed)
        latents = self._latents(count, generator)
        network = self._shown_generator()
        with evaluating(network):
            parts = [network(some).cpu() for some in rows(latents, ROWS_AT_ONCE)]
        return torch.cat(parts).numpy()

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        """Draw examples in the data's own units, from the averaged generator where there is one."""
        return np.asarray(self.context.data.scaler.invert(self._draw(count, seed)))

    def _shown_generator(self) -> GraphModule:
        if self._average is None:
            return self._generator
        for mine, its in zip(self._average.buffers(), self._generator.buffers(), strict=True):
            mine.copy_(its)
        return self._average

    # ------------------------------------------------------------------------------- measuring

    def can_measure(self, part: Part) -> bool:
        """Mixtures with known modes need no example."""
        return self.is_watched() or len(part.inputs) > 0

    # ------------------------------------------------------------------------------- probing

    def drawn(self, count: int, seed: int) -> Tensor:
        """Return examples of the generator that learns, not of its average, from fixed latents.

        Args:
            count: How many.
            seed: The same seed gives the same latents.
        """
        latents = self._latents(count, torch.Generator().manual_seed(seed))
        with evaluating(self._generator):
            return torch.cat([self._generator(some) for some in rows(latents, ROWS_AT_ONCE)])

    def judged(self, examples: Tensor) -> Tensor:
        """Return the raw outputs ``(n,)`` of the discriminator for examples as networks see them."""
        parts = [self._discriminator(some) for some in rows(examples, ROWS_AT_ONCE)]
        return torch.cat(parts).flatten()

    def pulled(self, examples: Tensor) -> Tensor:
        """Return what the generator would minimise if it had drawn these examples, a mean over them."""
        real = None
        if self._loss.needs_real:
            part = self.context.data.train.inputs
            chosen = np.arange(len(examples)) % len(part)
            real = self._discriminator(torch.from_numpy(part[chosen]).to(examples.device))
        return self._loss.generator(real, self._discriminator(examples))

    def is_watched(self) -> bool:
        """Losses on held-back examples say little about a generator; modes and quality do."""
        return self.context.data.source.modes is not None

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return modes and quality for mixtures of Gaussians, else the losses on a part of the data."""
        data = self.context.data
        if data.source.modes is not None:
            samples = self.sample(SAMPLES_SCORED, LATENT_SEED)
            modes, quality = measures.modes_and_quality(
                samples, data.source.modes, data.source.mode_sd
            )
            return Evaluation(split, {"modes": float(modes), "high_quality": quality})
        return Evaluation(split, self._losses(part, split))

    def _losses(self, part: Part, split: str) -> dict[str, float]:
        totals = np.zeros(2)
        fakes = torch.from_numpy(self._draw(len(part.inputs), LATENT_SEED))
        with evaluating(self._discriminator):
            for real, fake in zip(self._rows(part), rows(fakes, ROWS_AT_ONCE), strict=True):
                on_real = self._discriminator(real)
                on_fake = self._discriminator(fake.to(self.context.device))
                losses = (
                    self._loss.discriminator(on_real, on_fake),
                    self._loss.generator(on_real, on_fake),
                )
                totals += [float(loss) * len(real) for loss in losses]
        critic, generator = totals / len(part.inputs)
        return {f"{split}_discriminator_loss": critic, f"{split}_generator_loss": generator}

    def _rows(self, part: Part) -> Iterator[Tensor]:
        for start in range(0, len(part.inputs), ROWS_AT_ONCE):
            some = torch.from_numpy(part.inputs[start : start + ROWS_AT_ONCE])
            yield some.to(self.context.device)

    # ------------------------------------------------------------------------------- showing

    def show(self, count: int) -> Pictures | None:
        """Return what the generator makes of the same latents every time."""
        data = self.context.data
        if data.info.input.dims == (2,):
            real = data.scaler.invert(data.train.inputs[:POINTS_SHOWN])
            drawn = data.scaler.invert(self._draw(POINTS_SHOWN, LATENT_SEED))
            points = {"real": real, "generated": drawn}
            arrays = {k: np.asarray(v, np.float32) for k, v in points.items()}
            return arrays, {"kind": "points"}
        images = pictures.images_of(self._draw(count, LATENT_SEED), data)
        if images is None:
            return None
        return {"images": images}, {"kind": "images", "columns": round(len(images) ** 0.5)}

    # ------------------------------------------------------------------------------- state

    def averages(self) -> dict[str, GraphModule]:
        """Return the average of the generator."""
        return {"generator": self._average} if self._average is not None else {}

    def facts(self) -> dict[str, Any]:
        """Return how many steps the average has seen."""
        return {"steps": self._steps}

    def load_facts(self, facts: Mapping[str, Any]) -> None:
        """Go back to what :meth:`facts` returned."""
        self._steps = int(facts["steps"])


def _copy(generator: GraphModule) -> GraphModule:
    average = copy.deepcopy(generator)
    for weight in average.parameters():
        weight.requires_grad_(False)
    average.eval()
    return average
