"""Generative adversarial training: a generator against a discriminator."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute import measures, pictures
from engine.compute.game import Game
from engine.compute.modes import evaluating
from engine.compute.network import GraphModule, draw_latents
from engine.compute.task import Evaluation, LatentSpace, Pictures
from engine.compute.tasks.players import ROWS_AT_ONCE, PlayersTask, together
from engine.data.prepare import Part

SAMPLES_SCORED = 2500
POINTS_SHOWN = 512
LATENT_SEED = 0x6A17


class GanTask(PlayersTask):
    """Trains a generator that draws examples from latents.

    Here is what is drawn, measured and shown. Networks that are told a class draw and judge one class after
    the other, again and again.

    Args:
        context: What it is built from.
        choices: The game.
        ema: Decay of the moving average of the generator's weights; 0 for none.
    """

    def begun(self) -> Game:
        """Return the game; see :meth:`PlayersTask.begun`."""
        context = self.context
        return Game(self._choices, self.networks, context.flats, context.device, self._latents)

    # ------------------------------------------------------------------------------- drawing

    def _latents(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Return ``(count, latent)`` from torch's own randomness, or from ``generator`` (on the CPU)."""
        latent = self._generator.latent
        assert latent is not None
        device = self.context.device if generator is None else torch.device("cpu")
        return draw_latents(latent, count, generator, device).to(self.context.device)

    def _draw(self, count: int, seed: int) -> NDArray[Any]:
        """Return examples as networks see them, from latents that follow from ``seed`` alone."""
        return self._made(self.shown_generator(), self.latents_of(count, seed)).cpu().numpy()

    def _made(self, network: GraphModule, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """What a generator makes of latents, in evaluation mode; of one class after the other if none are named."""
        if labels is None or network.label is None:
            labels = self._in_turn(network, len(latents))
        with evaluating(network):
            count = network.at_once(latents.device)
            parts = [network(*some) for some in together(latents, labels, count)]
        return torch.cat(parts)

    def _in_turn(self, network: GraphModule, count: int) -> Tensor | None:
        """Labels of one class after the other, for a network that is told one."""
        if network.label is None:
            return None
        return torch.arange(count, device=self.context.device) % (network.label.classes or 1)

    def asked(self, count: int, seed: int) -> NDArray[np.int64] | None:
        """Return the classes that :meth:`sample` draws: one after the other; None where none is asked for."""
        conditioning = self._choices.conditioning
        if conditioning is None or not conditioning.needs_classes:
            return None
        labels = self._in_turn(self._generator, count)
        return None if labels is None else labels.cpu().numpy()

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        """Draw examples in the data's own units, from the averaged generator where there is one."""
        return np.asarray(self.context.data.scaler.invert(self._draw(count, seed)))

    def latent_space(self) -> LatentSpace:
        """Return what the generator is fed with."""
        latent, label = self._generator.latent, self._generator.label
        assert latent is not None
        count = (label.classes or 0) if label is not None else 0
        asked, names = self._choices.conditioning, self.context.data.info.classes
        if asked is None or not asked.needs_classes or len(names) != count:
            names = tuple(f"{place + 1}" for place in range(count))  # codes without a meaning yet
        return LatentSpace(latent.size, latent.distribution, names, self._average is not None)

    def latents_of(self, count: int, seed: int) -> Tensor:
        """Return latents as they are shown: after tricks that choose among them."""
        latents = self._latents(count, torch.Generator().manual_seed(seed))
        distribution = self.latent_space().distribution
        for trick in self._choices.tricks:
            latents = trick.latents(latents, distribution)
        return latents

    def made_of(self, latents: Tensor, labels: Tensor | None = None, raw: bool = False) -> Tensor:
        """Return what the averaged generator makes of latents, or the one that learns."""
        network = self._generator if raw else self.shown_generator()
        told = None if labels is None else labels.to(self.context.device)
        return self._made(network, latents.to(self.context.device), told)

    # ------------------------------------------------------------------------------- probing

    def real_classes(self, count: int) -> Tensor | None:
        """Return the classes of the first examples of the training part."""
        return self._classes(self.context.data.train.targets, np.arange(count))

    def _classes(self, targets: NDArray[Any] | None, chosen: NDArray[np.int64]) -> Tensor | None:
        """The classes of some examples, for a discriminator that is told them."""
        if self._discriminator.label is None or targets is None:
            return None
        return torch.from_numpy(targets[chosen]).to(self.context.device)

    def drawn(self, count: int, seed: int) -> Tensor:
        """Return examples from fixed latents; see :meth:`PlayersTask.drawn`."""
        latents = self._latents(count, torch.Generator().manual_seed(seed))
        return self._made(self._generator, latents)

    def told(self, count: int) -> Tensor | None:
        """Return one class after the other."""
        return self._in_turn(self._discriminator, count)

    def pulled(self, examples: Tensor) -> Tensor:
        """Return what the generator would minimise if it had drawn these examples, a mean over them."""
        real = None
        if self._loss.needs_real:
            part = self.context.data.train
            chosen = np.arange(len(examples)) % len(part.inputs)
            inputs = torch.from_numpy(part.inputs[chosen]).to(examples.device)
            real = self.logits(inputs, self._classes(part.targets, chosen))
        return self._loss.generator(real, self.logits(examples))

    # ------------------------------------------------------------------------------- measuring

    def can_measure(self, part: Part) -> bool:
        """Samples that are scored need no example of the part, nor do mixtures with known modes."""
        return self.scorer is not None or self._is_mixture() or len(part.inputs) > 0

    def is_watched(self) -> bool:
        """Losses on held-back examples say little about a generator; scores have a clock of their own."""
        return self.scorer is None and self._is_mixture()

    def _is_mixture(self) -> bool:
        return self.context.data.source.modes is not None

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return the losses on a part of the data; modes and quality for mixtures that nobody scores."""
        data = self.context.data
        if self.scorer is None and data.source.modes is not None:
            samples = self.sample(SAMPLES_SCORED, LATENT_SEED)
            modes, quality = measures.modes_and_quality(
                samples, data.source.modes, data.source.mode_sd
            )
            return Evaluation(split, {"modes": float(modes), "high_quality": quality})
        return Evaluation(split, self._losses(part, split) if len(part.inputs) else {})

    def _losses(self, part: Part, split: str) -> dict[str, float]:
        totals = np.zeros(2)
        fakes = torch.from_numpy(self._draw(len(part.inputs), LATENT_SEED))
        asked = self.told(len(fakes))
        with evaluating(self._discriminator):
            for start in range(0, len(fakes), ROWS_AT_ONCE):
                some = np.arange(start, min(start + ROWS_AT_ONCE, len(fakes)))
                real = torch.from_numpy(part.inputs[some]).to(self.context.device)
                fake = fakes[start : start + len(some)].to(self.context.device)
                on_real = self.logits(real, self._classes(part.targets, some))
                on_fake = self.logits(fake, None if asked is None else asked[some])
                losses = (
                    self._loss.discriminator(on_real, on_fake),
                    self._loss.generator(on_real, on_fake),
                )
                totals += [float(loss) * len(real) for loss in losses]
        critic, generator = totals / len(part.inputs)
        return {f"{split}_discriminator_loss": critic, f"{split}_generator_loss": generator}

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
        return self._sheet(count)

    def _sheet(self, count: int) -> Pictures | None:
        """Images of the same latents every time: a row for each class, where the generator is told one."""
        classes = self.latent_space().classes[:count]
        columns = max(1, count // len(classes)) if classes else round(count**0.5)
        latents = self.latents_of(columns if classes else count, LATENT_SEED)
        labels = torch.arange(len(classes)).repeat_interleave(columns) if classes else None
        latents = latents.repeat(max(1, len(classes)), 1)
        found = {"images": self._images(latents, labels, raw=False)}
        if self._average is not None:
            found["raw"] = self._images(latents, labels, raw=True)
        arrays = {name: images for name, images in found.items() if images is not None}
        if not arrays:
            return None
        return arrays, {"kind": "images", "columns": columns, "classes": list(classes)}

    def _images(
        self, latents: Tensor, labels: Tensor | None, raw: bool
    ) -> NDArray[np.uint8] | None:
        made = self.made_of(latents, labels, raw).cpu().numpy()
        return pictures.images_of(made, self.context.data)
