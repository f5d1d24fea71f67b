"""Variational autoencoders: the evidence lower bound, its parts, samples from the prior."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from msgspec.structs import replace
from torch import Tensor

from engine.compute import likelihoods
from engine.compute.batches import Batch
from engine.compute.task import TaskContext
from engine.compute.tasks.variational import VariationalTask, noise_like
from engine.objectives.vae import Vae

LEAST_LOG_VARIANCE = -10.0


class VaeTask(VariationalTask):
    """Trains a variational autoencoder; what is random is drawn from torch's own generator.

    Args:
        context: What it is built from.
        settings: What the project says.

    Attributes:
        warmup: Steps in which β grows to what it is set to.
    """

    names = ("loss", "elbo", "kl", "reconstruction")
    lowered: ClassVar[Mapping[str, float]] = {"encoder": 0.75, "decoder": 0.75}

    def __init__(self, context: TaskContext, settings: Vae) -> None:
        super().__init__(context, settings.anomalies(context.data.info))
        self._settings = settings
        self._steps = 0
        self.warmup = self._steps_of_warmup()

    def _steps_of_warmup(self) -> int:
        if self._settings.warmup_unit == "steps":
            return self._settings.warmup
        size, count = self.context.project.recipe.batch_size, len(self.context.data.train.inputs)
        return self._settings.warmup * max(1, -(-count // size))

    # ------------------------------------------------------------------------------- a step

    @property
    def beta(self) -> float:
        """The weight of the KL divergence in the next step."""
        grown = min(1.0, (self._steps + 1) / self.warmup) if self.warmup else 1.0
        return self._settings.beta * grown

    def loss(self, batch: Batch) -> Tensor:
        """Return ``−E ln p(x | z) + β·KL`` of a batch, by one sample of ``z`` for each example."""
        mean, log_variance = self.posterior(batch.inputs)
        noise = torch.randn_like(mean)
        fit = self._log_likelihood(self.draw(mean, log_variance, noise), batch.inputs).mean()
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
        mean, log_variance = self.posterior(inputs)
        latents = mean
        if self._settings.evaluation == "sample":
            latents = self.draw(mean, log_variance, noise_like(mean, generator))
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
            noise = noise_like(mean, generator)
            latents = self.draw(mean, log_variance, noise)
            # ln p(z) − ln q(z | x): what both normal densities have in common cancels.
            prior = 0.5 * (noise.square() + log_variance - latents.square()).sum(dim=1)
            weights.append(self._log_likelihood(latents, inputs) + prior)
        return likelihoods.importance_bound(torch.stack(weights))

    def decoded(self, codes: Tensor) -> Tensor:
        """Return the mean of ``p(x | z)``."""
        given: Tensor = self.decoder(codes)
        if self._settings.likelihood == "bernoulli":
            return given.sigmoid()
        return given.chunk(2, dim=1)[0] if self._settings.variance == "learned" else given

    # ------------------------------------------------------------------------------- state

    def facts(self) -> dict[str, Any]:
        """Return how far the warm-up is."""
        return {"steps": self._steps}

    def load_facts(self, facts: Mapping[str, Any]) -> None:
        """Go back to what :meth:`facts` returned."""
        self._steps = int(facts["steps"])
