"""Variational autoencoders: the evidence lower bound, its parts, samples from the prior."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from msgspec.structs import replace
from numpy.typing import NDArray
from torch import Tensor

from engine.compute import likelihoods
from engine.compute.batches import Batch, rows
from engine.compute.modes import evaluating
from engine.compute.task import LatentSpace, TaskContext
from engine.compute.tasks.coding import ROWS_AT_ONCE, CodingTask
from engine.compute.tasks.coding_pictures import Album
from engine.objectives.vae import Vae

LOG_VARIANCES = (-20.0, 20.0)
LEAST_LOG_VARIANCE = -10.0


class VaeTask(CodingTask):
    """Trains a variational autoencoder; what is random is drawn from torch's own generator.

    Args:
        context: What it is built from.
        settings: What the project says.
    """

    names = ("loss", "elbo", "kl", "reconstruction")
    lowered: ClassVar[Mapping[str, float]] = {"encoder": 0.75, "decoder": 0.75}

    def __init__(self, context: TaskContext, settings: Vae) -> None:
        super().__init__(context, settings.anomalies(context.data.info))
        self._settings = settings
        self._steps = 0
        self._warmup = self._steps_of_warmup()
        self.latents = self.decoder.in_shape.elements

    def _steps_of_warmup(self) -> int:
        if self._settings.warmup_unit == "steps":
            return self._settings.warmup
        size, count = self.context.project.recipe.batch_size, len(self.context.data.train.inputs)
        return self._settings.warmup * max(1, -(-count // size))

    # ------------------------------------------------------------------------------- a step

    @property
    def beta(self) -> float:
        """The weight of the KL divergence in the next step."""
        grown = min(1.0, (self._steps + 1) / self._warmup) if self._warmup else 1.0
        return self._settings.beta * grown

    def loss(self, batch: Batch) -> Tensor:
        """Return ``−E ln p(x | z) + β·KL`` of a batch, by one sample of ``z`` for each example."""
        mean, log_variance = self._posterior(batch.inputs)
        noise = torch.randn_like(mean)
        fit = self._log_likelihood(self._draw(mean, log_variance, noise), batch.inputs).mean()
        divergence = likelihoods.kl_to_standard_normal(mean, log_variance).mean(dim=0)
        kl = divergence.sum()
        priced = kl
        if self._settings.free_bits:
            priced = divergence.clamp(min=self._settings.free_bits).sum()
        loss = self.beta * priced - fit
        self.kept.append((loss.detach(), (fit - kl).detach(), kl.detach(), fit.detach()))
        return loss

    def after_step(self) -> None:
        """The warm-up goes on."""
        self._steps += 1

    def set_weight(self, name: str, value: float) -> None:
        """Let β or the free bits be others from the next step on."""
        self._settings = replace(self._settings, **{name: value})

    def _posterior(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return means and log-variances ``(examples, latents)``."""
        mean, log_variance = self.encoder(inputs).float().chunk(2, dim=1)
        return mean, log_variance.clamp(*LOG_VARIANCES)

    def _draw(self, mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
        return mean + (0.5 * log_variance).exp() * noise

    def _log_likelihood(self, latents: Tensor, inputs: Tensor) -> Tensor:
        """Return ``ln p(x | z)`` of every example."""
        given = self.decoder(latents).float()
        if self._settings.likelihood == "bernoulli":
            return likelihoods.bernoulli(given, inputs)
        if self._settings.variance == "learned":
            mean, log_variance = given.chunk(2, dim=1)
            log_variance = log_variance.clamp(LEAST_LOG_VARIANCE, -LEAST_LOG_VARIANCE)
            return likelihoods.gaussian(mean, log_variance, inputs)
        fixed = torch.full((), 2 * math.log(self._settings.sd), device=inputs.device)
        return likelihoods.gaussian(given, fixed, inputs)

    # ------------------------------------------------------------------------------- measuring

    def measured(self, inputs: Tensor, generator: torch.Generator, split: str) -> dict[str, Tensor]:
        """Return ``elbo``, ``kl``, ``reconstruction`` and ``score`` of every example."""
        mean, log_variance = self._posterior(inputs)
        latents = mean
        if self._settings.evaluation == "sample":
            latents = self._draw(mean, log_variance, _noise_like(mean, generator))
        fit = self._log_likelihood(latents, inputs)
        kl = likelihoods.kl_to_standard_normal(mean, log_variance).sum(dim=1)
        found = {"elbo": fit - kl, "kl": kl, "reconstruction": fit, "score": kl - fit}
        if self._settings.importance_samples > 1 and split == "test":
            found["iw_elbo"] = self._importance_bound(inputs, mean, log_variance, generator)
        return found

    def _importance_bound(
        self, inputs: Tensor, mean: Tensor, log_variance: Tensor, generator: torch.Generator
    ) -> Tensor:
        weights = []
        for _number in range(self._settings.importance_samples):
            noise = _noise_like(mean, generator)
            latents = self._draw(mean, log_variance, noise)
            # ln p(z) − ln q(z | x): what both normal densities have in common cancels.
            prior = 0.5 * (noise.square() + log_variance - latents.square()).sum(dim=1)
            weights.append(self._log_likelihood(latents, inputs) + prior)
        return likelihoods.importance_bound(torch.stack(weights))

    def codes(self, inputs: Tensor) -> Tensor:
        """Return the means of the latents."""
        return self._posterior(inputs)[0]

    def decoded(self, codes: Tensor) -> Tensor:
        """Return the mean of ``p(x | z)``."""
        given: Tensor = self.decoder(codes)
        if self._settings.likelihood == "bernoulli":
            return given.sigmoid()
        return given.chunk(2, dim=1)[0] if self._settings.variance == "learned" else given

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        """Return the means of ``p(x | z)`` for latents drawn from N(0, 1), in the data's own units."""
        generator = torch.Generator().manual_seed(seed)
        latents = torch.randn((count, self.latents), generator=generator)
        with evaluating(self.decoder):
            made = [
                self.decoded(some.to(self.context.device)).cpu()
                for some in rows(latents, ROWS_AT_ONCE)
            ]
        return self.in_units(torch.cat(made))

    def latent_space(self) -> LatentSpace:
        """Return the prior N(0, 1)."""
        return LatentSpace(self.latents)

    def latents_of(self, count: int, seed: int) -> Tensor:
        """Return draws from the prior."""
        return torch.randn((count, self.latents), generator=torch.Generator().manual_seed(seed))

    def made_of(self, latents: Tensor, labels: Tensor | None = None, raw: bool = False) -> Tensor:
        """Return the means of ``p(x | z)``."""
        shaped = latents.view(len(latents), *self.decoder.in_shape.dims)
        with evaluating(self.decoder):
            return torch.cat(
                [self.decoded(some.to(self.context.device)) for some in rows(shaped, ROWS_AT_ONCE)]
            )

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``reconstructions``, ``latents`` (means), ``latent_sd``, and ``scores`` (−ELBO)."""
        with evaluating(self.encoder):
            spread = [
                (0.5 * self._posterior(some.to(self.context.device))[1]).exp().cpu()
                for some in rows(inputs, ROWS_AT_ONCE)
            ]
        return {**super().predict(inputs), "latent_sd": torch.cat(spread).numpy()}

    # ------------------------------------------------------------------------------- showing

    def album(self, count: int) -> Album:
        """Return reconstructions, samples, the latent space, and how anomalies stand out."""
        album = Album(self, count, prior=True)
        album.add_reconstructions()
        album.add_samples(self.sample)
        album.add_latent_space()
        album.add_scores()
        return album

    # ------------------------------------------------------------------------------- state

    def facts(self) -> dict[str, Any]:
        """Return how far the warm-up is."""
        return {"steps": self._steps}

    def load_facts(self, facts: Mapping[str, Any]) -> None:
        """Go back to what :meth:`facts` returned."""
        self._steps = int(facts["steps"])


def _noise_like(values: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(values.shape, generator=generator).to(values.device)
