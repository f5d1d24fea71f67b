"""What tasks have in common that code examples and decode them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import ranking
from engine.compute.batches import Batch, rows
from engine.compute.modes import evaluating
from engine.compute.task import Evaluation, Pictures, Task, TaskContext, Update
from engine.compute.tasks.coding_pictures import Album
from engine.data.held_out import is_held_out
from engine.data.prepare import Part

ROWS_AT_ONCE = 1024
EVALUATION_SEED = 0xE1B0


class CodingTask(Task):
    """Trains an encoder and a decoder by one loss.

    Args:
        context: What it is built from.
        anomalies: Names of the held-out classes or labels; none for no anomalies.

    Attributes:
        encoder: The encoder.
        decoder: The decoder.
    """

    names: tuple[str, ...] = ("loss",)

    def __init__(self, context: TaskContext, anomalies: Sequence[str] = ()) -> None:
        super().__init__(context)
        self.encoder = context.networks["encoder"]
        self.decoder = context.networks["decoder"]
        self.anomalies = tuple(anomalies)
        self.updates = (Update("encoder", self.loss, also=("decoder",)),)

    # ------------------------------------------------------------------------------- what differs

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss of a batch and keep what ``names`` says of it."""
        raise NotImplementedError

    def measured(self, inputs: Tensor, generator: torch.Generator, split: str) -> dict[str, Tensor]:
        """Return numbers of every example by name, ``score`` among them, in evaluation mode.

        Args:
            inputs: ``(examples, …)`` on the device.
            generator: Source of randomness, on the CPU.
            split: Which part of the data they are from; empty for inputs of a person.
        """
        raise NotImplementedError

    def codes(self, inputs: Tensor) -> Tensor:
        """Return the codes ``(examples, …)`` of inputs; of distributions their means."""
        raise NotImplementedError

    def coded(self, inputs: Tensor) -> tuple[Tensor, NDArray[np.float64] | None]:
        """Return :meth:`codes`, and the mean KL divergence of every latent from its prior, in nats, where it has one.

        Args:
            inputs: ``(examples, …)`` on the device.
        """
        return self.codes(inputs), None

    def decoded(self, codes: Tensor) -> Tensor:
        """Return what is decoded of codes, as examples look to networks."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------- reading

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return what ``names`` says as ``train_<name>`` of every step."""
        columns = (torch.stack(column) for column in zip(*kept, strict=True))
        return {
            f"train_{name}": column.double().cpu().numpy()
            for name, column in zip(self.names, columns, strict=True)
        }

    # ------------------------------------------------------------------------------- measuring

    def all_measured(self, inputs: NDArray[Any] | Tensor, split: str) -> dict[str, NDArray[Any]]:
        """Return :meth:`measured` of many inputs; what is drawn follows from a fixed seed.

        Args:
            inputs: ``(examples, …)``, prepared.
            split: Which part of the data they are from; empty for inputs of a person.
        """
        generator = torch.Generator().manual_seed(EVALUATION_SEED)
        found: dict[str, list[Tensor]] = {}
        with evaluating(self.encoder, self.decoder):
            for some in rows(torch.as_tensor(inputs), ROWS_AT_ONCE):
                numbers = self.measured(some.to(self.context.device), generator, split)
                for name, values in numbers.items():
                    found.setdefault(name, []).append(values.double().cpu())
        return {name: torch.cat(values).numpy() for name, values in found.items()}

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return means over the examples and, where there are anomalies, how well they are found.

        Means are of what training is for: of the examples that are no anomalies.
        """
        found = self.all_measured(part.inputs, split)
        scores = found.pop("score")
        odd = self.odd(part)
        usual = ~odd if odd is not None and not odd.all() else np.ones(len(scores), bool)
        metrics = {f"{split}_{name}": float(values[usual].mean()) for name, values in found.items()}
        if odd is not None and odd.any() and not odd.all():
            metrics[f"{split}_roc_auc"] = ranking.roc_auc(odd, scores)
            metrics[f"{split}_average_precision"] = ranking.average_precision(odd, scores)
        return Evaluation(split, metrics)

    def odd(self, part: Part) -> NDArray[np.bool_] | None:
        """Which examples of a part are anomalies; None where nothing was held out."""
        if not self.anomalies:
            return None
        return is_held_out(part.targets, self.context.data.info, self.anomalies)

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``reconstructions`` in the data's units, ``latents`` and ``scores`` of anomaly."""
        made: list[Tensor] = []
        latents: list[Tensor] = []
        with evaluating(self.encoder, self.decoder):
            for some in rows(inputs, ROWS_AT_ONCE):
                latents.append(self.codes(some.to(self.context.device)).cpu())
                made.append(self.decoded(latents[-1].to(self.context.device)).cpu())
        return {
            "reconstructions": self.in_units(torch.cat(made)),
            "latents": torch.cat(latents).flatten(1).numpy(),
            "scores": self.all_measured(inputs, "")["score"],
        }

    def in_units(self, examples: Tensor) -> NDArray[Any]:
        """Return examples as the data has them, unscaled."""
        return np.asarray(self.context.data.scaler.invert(examples.numpy()), np.float32)

    # ------------------------------------------------------------------------------- showing

    def show(self, count: int) -> Pictures | None:
        """Return an album: reconstructions, the latent space, and how anomalies stand out."""
        with evaluating(self.encoder, self.decoder):
            return self.album(count).pictures()

    def album(self, count: int) -> Album:
        """Return the pages that there are for every objective of this kind."""
        album = Album(self, count)
        album.add_reconstructions()
        album.add_latent_space()
        album.add_scores()
        return album

    def noisy(self, inputs: Tensor, generator: torch.Generator | None = None) -> Tensor | None:
        """Return what the encoder sees in place of inputs; None where it sees them as they are."""
        return None
