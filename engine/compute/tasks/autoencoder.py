"""Autoencoders: reconstruction, noise to remove, sparse codes."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from msgspec.structs import replace
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from engine.compute.batches import Batch
from engine.compute.network import GraphModule
from engine.compute.task import TaskContext
from engine.compute.tasks.coding import CodingTask
from engine.objectives.autoencoder import Autoencoder

LEAST = 1e-6


class AutoencoderTask(CodingTask):
    """Trains an encoder and a decoder to restore examples.

    Args:
        context: What it is built from.
        settings: What the project says.
    """

    names = ("loss", "mse")

    def __init__(self, context: TaskContext, settings: Autoencoder) -> None:
        super().__init__(context, settings.anomalies(context.data.info))
        self._settings = settings

    # ------------------------------------------------------------------------------- a step

    def loss(self, batch: Batch) -> Tensor:
        """Return the reconstruction error of a batch, with what sparsity costs."""
        noisy = self.noisy(batch.inputs)
        code = self.encoder(batch.inputs if noisy is None else noisy)
        given = self.decoder(code).float()
        loss = self._errors(given, batch.inputs).mean() + self.sparsity(code)
        shown = self._values(given)
        self.kept.append((loss.detach(), (shown.detach() - batch.inputs).square().mean()))
        return self.taught(loss, shown, batch.inputs)

    def answers_of(self, networks: Mapping[str, GraphModule], inputs: Tensor) -> Tensor:
        """Return what the networks restore of inputs without noise."""
        return self._values(networks["decoder"](networks["encoder"](inputs)))

    def noisy(self, inputs: Tensor, generator: torch.Generator | None = None) -> Tensor | None:
        """Return inputs with noise from torch's own randomness, or from ``generator`` (on the CPU)."""
        kind, strength = self._settings.noise, self._settings.strength
        if kind == "none":
            return None
        device = inputs.device if generator is None else torch.device("cpu")
        draw = torch.randn if kind == "gaussian" else torch.rand
        drawn = draw(inputs.shape, generator=generator, device=device).to(inputs.device)
        if kind == "gaussian":
            return inputs + strength * drawn
        if kind == "masking":
            return inputs.masked_fill(drawn < strength, 0.0)
        info = self.context.data.info
        salted = inputs.masked_fill(drawn < strength, info.low)
        return salted.masked_fill(drawn < strength / 2, info.high)

    def set_weight(self, name: str, value: float) -> None:
        """Let the strength of noise or the weight of sparsity be another one from the next step on."""
        self._settings = replace(self._settings, **{name: value})

    def _errors(self, given: Tensor, values: Tensor) -> Tensor:
        """Return the mean error of every example."""
        kind = self._settings.reconstruction
        if kind == "bce":
            errors = binary_cross_entropy_with_logits(given, values, reduction="none")
        elif kind == "mae":
            errors = (given - values).abs()
        else:
            errors = (given - values).square()
        return errors.flatten(1).mean(dim=1)

    def sparsity(self, code: Tensor) -> Tensor:
        """Return what codes ``(examples, …)`` that are not sparse cost.

        L1: ``λ · mean |c|``. KL: ``λ · Σ_j ρ ln(ρ/ρ̂_j) + (1−ρ) ln((1−ρ)/(1−ρ̂_j))``, ``ρ̂_j`` the mean of
        the ``j``-th number over the examples (Ng 2011).
        """
        settings = self._settings
        if settings.sparsity == "l1":
            return settings.sparsity_weight * code.abs().mean()
        if settings.sparsity == "none":
            return code.new_zeros(())
        wanted = torch.tensor(settings.activation, dtype=code.dtype, device=code.device)
        active = code.float().flatten(1).mean(dim=0).clamp(LEAST, 1 - LEAST)
        kl = wanted * (wanted / active).log() + (1 - wanted) * ((1 - wanted) / (1 - active)).log()
        return settings.sparsity_weight * kl.sum()

    def _values(self, given: Tensor) -> Tensor:
        return given.sigmoid() if self._settings.reconstruction == "bce" else given

    # ------------------------------------------------------------------------------- measuring

    def measured(self, inputs: Tensor, generator: torch.Generator, split: str) -> dict[str, Tensor]:
        """Return ``loss`` and ``mse``, with noise, and the ``score``: the error without any."""
        code = self.encoder(inputs)
        given = self.decoder(code)
        score = self._errors(given, inputs)
        noisy = self.noisy(inputs, generator)
        if noisy is not None:
            code = self.encoder(noisy)
            given = self.decoder(code)
        squares = (self._values(given) - inputs).square().flatten(1).mean(dim=1)
        loss = self._errors(given, inputs) + self.sparsity(code)
        return {"loss": loss, "mse": squares, "score": score}

    def codes(self, inputs: Tensor) -> Tensor:
        """Return the codes of inputs."""
        return self.encoder(inputs)  # type: ignore[no-any-return]

    def decoded(self, codes: Tensor) -> Tensor:
        """Return what the decoder makes of codes."""
        return self._values(self.decoder(codes))
