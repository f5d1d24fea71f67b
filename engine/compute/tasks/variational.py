"""What tasks have in common whose codes are drawn: each example has a normal distribution of latents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute import likelihoods
from engine.compute.batches import rows
from engine.compute.modes import evaluating
from engine.compute.task import LatentSpace, TaskContext
from engine.compute.tasks.coding import ROWS_AT_ONCE, CodingTask
from engine.compute.tasks.coding_pictures import Album

LOG_VARIANCES = (-20.0, 20.0)


class VariationalTask(CodingTask):
    """Trains an encoder that gives means and log-variances, and a decoder that draws from N(0, 1).

    Args:
        context: What it is built from.
        anomalies: Names of the held-out classes or labels; none for no anomalies.

    Attributes:
        latents: Numbers in a latent vector.
    """

    def __init__(self, context: TaskContext, anomalies: Sequence[str] = ()) -> None:
        super().__init__(context, anomalies)
        self.latents = self.decoder.in_shape.elements

    def posterior(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return means and log-variances ``(examples, latents)``."""
        mean, log_variance = self.encoder(inputs).float().chunk(2, dim=1)
        return mean, log_variance.clamp(*LOG_VARIANCES)

    @staticmethod
    def draw(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
        """Return latents ``μ + σ·ε``."""
        return mean + (0.5 * log_variance).exp() * noise

    def codes(self, inputs: Tensor) -> Tensor:
        """Return the means of the latents."""
        return self.posterior(inputs)[0]

    def coded(self, inputs: Tensor) -> tuple[Tensor, NDArray[np.float64] | None]:
        """Return the means of the latents, and the mean KL divergence of each from N(0, 1), in nats."""
        mean, log_variance = self.posterior(inputs)
        found = likelihoods.kl_to_standard_normal(mean, log_variance).double().mean(dim=0)
        return mean, found.cpu().numpy()

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
        """Return ``reconstructions``, ``latents`` (means), ``latent_sd``, and ``scores`` of anomaly."""
        with evaluating(self.encoder):
            spread = [
                (0.5 * self.posterior(some.to(self.context.device))[1]).exp().cpu()
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


def noise_like(values: Tensor, generator: torch.Generator) -> Tensor:
    """Return noise from N(0, 1), drawn on the CPU."""
    return torch.randn(values.shape, generator=generator).to(values.device)
