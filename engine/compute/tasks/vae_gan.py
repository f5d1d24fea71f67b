"""VAE-GAN: an encoder, a decoder, and a discriminator whose inside tells how well examples are restored."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.penalties.base import of_each
from engine.compute import likelihoods
from engine.compute.batches import Batch
from engine.compute.judging import GameJudge
from engine.compute.modes import evaluating
from engine.compute.task import TaskContext, Update
from engine.compute.tasks.players import Judged, verdicts
from engine.compute.tasks.variational import VariationalTask, noise_like
from engine.objectives.vae_gan import VaeGan


class VaeGanTask(VariationalTask, Judged):
    """Trains a discriminator, then encoder and decoder by what it notices.

    Args:
        context: What it is built from.
        settings: What the project says.
    """

    whole_batches = True
    lowered: ClassVar[Mapping[str, float]] = {"encoder": 0.9, "decoder": 0.9}

    def __init__(self, context: TaskContext, settings: VaeGan) -> None:
        super().__init__(context, settings.anomalies(context.data.info))
        self._settings = settings
        self._loss = ADVERSARIAL.make_plug(settings.loss)
        self._discriminator = context.networks["discriminator"]
        self._judge = GameJudge(self._discriminator)
        self._weights = list(self._discriminator.parameters())
        self._moments: tuple[Tensor, Tensor] | None = None
        self._restored: Tensor | None = None
        self._made: Tensor | None = None
        self._noted: tuple[Tensor, ...] = ()
        if self._discriminator.out_shape.rank > 1:  # logits of all patches are kept
            self.most_kept = max(1, self.most_kept // self._discriminator.out_shape.elements)
        self.updates = (
            Update("discriminator", self.critic_loss),
            Update("encoder", self.loss, also=("decoder",)),
        )

    # ------------------------------------------------------------------------------- a step

    def critic_loss(self, batch: Batch) -> Tensor:
        """Return what the discriminator minimises: real against restored, and against drawn examples."""
        self._moments = mean, log_variance = self.posterior(batch.inputs)
        latents = self.draw(mean, log_variance, torch.randn_like(mean))
        drawn = torch.randn_like(mean)
        # The decoder weighs the error with γ and the encoder with 1: its share is divided by γ again.
        coded = latents.detach()
        self._restored = self._decode(coded + (latents - coded) / self._settings.gamma)
        self._made = self._decode(torch.cat([coded, drawn]))  # no adversarial loss for the encoder
        real = self._judge(batch.inputs)
        restored, made = self._judge(self._made.detach()).chunk(2)
        sides = [self._loss.discriminator(real, said) for said in (restored, made)]
        loss = 0.5 * (sides[0] + sides[1])
        self._noted = (loss.detach(), real.detach(), made.detach())
        return loss

    def loss(self, batch: Batch) -> Tensor:
        """Return ``KL + γ ℓ`` plus the adversarial loss, each felt by those who minimise it."""
        assert self._moments is not None
        assert self._restored is not None
        assert self._made is not None
        kl = likelihoods.kl_to_standard_normal(*self._moments).sum(dim=1).mean()
        with self._looked_through():
            errors = self._errors(batch.inputs, self._restored).mean()
            restored, made = self._judge(self._made).chunk(2)
            real = self._judge(batch.inputs) if self._loss.needs_real else None
            sides = [self._loss.generator(real, said) for said in (restored, made)]
        adversarial = 0.5 * (sides[0] + sides[1])
        values = (adversarial, kl, errors)
        self.kept.append((*self._noted, *(value.detach() for value in values)))
        self._moments = self._restored = self._made = None
        return kl + self._settings.gamma * errors + adversarial

    def _decode(self, latents: Tensor) -> Tensor:
        shaped = latents.view(len(latents), *self.decoder.in_shape.dims)
        return self.decoder(shaped).float()  # type: ignore[no-any-return]

    def _errors(self, inputs: Tensor, restored: Tensor) -> Tensor:
        """Return ``½‖f(x) − f(x̃)‖²`` of every example."""
        with torch.no_grad():
            wanted = self._judge.features(inputs, self._settings.layer)
        given = self._judge.features(restored, self._settings.layer)
        return 0.5 * (wanted - given).square().flatten(1).sum(dim=1)

    @contextlib.contextmanager
    def _looked_through(self) -> Iterator[None]:
        """The discriminator is not trained by what is computed here."""
        for weight in self._weights:
            weight.requires_grad_(False)
        yield
        for weight in self._weights:
            weight.requires_grad_(True)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return the losses of both sides, how the discriminator judges drawn examples, and the parts."""
        critic, real, made, generator, kl, errors = (
            torch.stack(column) for column in zip(*kept, strict=True)
        )
        values = {
            "discriminator_loss": critic,
            "generator_loss": generator,
            "train_kl": kl,
            "train_feature_error": errors,
            **verdicts(real, made),
        }
        return {name: value.double().cpu().numpy() for name, value in values.items()}

    # ------------------------------------------------------------------------------- probing

    def drawn(self, count: int, seed: int) -> Tensor:
        """Return what is decoded of latents from N(0, 1)."""
        return self.made_of(self.latents_of(count, seed))

    def judged(self, examples: Tensor, classes: Tensor | None = None) -> Tensor:
        """Return what the discriminator says; see :meth:`Judged.judged`."""
        return of_each(self._judge(examples))

    # ------------------------------------------------------------------------------- measuring

    def measured(self, inputs: Tensor, generator: torch.Generator, split: str) -> dict[str, Tensor]:
        """Return ``kl``, ``feature_error``, ``mse`` and ``score`` of every example."""
        mean, log_variance = self.posterior(inputs)
        restored = self._decode(self.draw(mean, log_variance, noise_like(mean, generator)))
        with evaluating(self._discriminator):
            errors = self._errors(inputs, restored)
        squares = (restored - inputs).square().flatten(1).mean(dim=1)
        kl = likelihoods.kl_to_standard_normal(mean, log_variance).sum(dim=1)
        return {"kl": kl, "feature_error": errors, "mse": squares, "score": squares}

    def decoded(self, codes: Tensor) -> Tensor:
        """Return what the decoder makes of latents."""
        return self.decoder(codes)  # type: ignore[no-any-return]
