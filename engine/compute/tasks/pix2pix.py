"""Image-to-image translation: a generator that takes an image, judged beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.adversarial.choices import Choices
from engine.compute import pictures
from engine.compute.batches import rows
from engine.compute.game import Game
from engine.compute.modes import evaluating
from engine.compute.network import GraphModule
from engine.compute.pair_game import PairGame
from engine.compute.task import Evaluation, Pictures, TaskContext
from engine.compute.tasks.players import ROWS_AT_ONCE, PlayersTask
from engine.data.prepare import Part


class Pix2PixTask(PlayersTask):
    """Trains a generator to make the second image of a pair of the first one.

    Args:
        context: What it is built from; targets are scaled.
        choices: The game.
        ema: Decay of the moving average of the generator's weights; 0 for none.
        l1: What the distance from the real image counts.
    """

    def __init__(self, context: TaskContext, choices: Choices, ema: float, l1: float) -> None:
        self._l1 = l1
        self._scaler = context.data.target_scaler
        targets = context.data.source.targets
        assert targets is not None
        self._ends = min(0.0, float(targets.min())), max(1.0, float(targets.max()))
        super().__init__(context, choices, ema)

    def begun(self) -> Game:
        """Return the game; see :meth:`PlayersTask.begun`."""
        return PairGame(
            self._choices,
            self.networks,
            self.context.flats,
            self.context.device,
            channels=self._generator.in_shape.dims[0],
            weight=self._l1,
            unit=float(self._scaler.divisor),
        )

    # ------------------------------------------------------------------------------- making

    def _made(self, network: GraphModule, inputs: Tensor) -> Tensor:
        """What a generator makes of images ``(n, …)``, as networks see images, without dropout."""
        with evaluating(network):
            parts = [network(some.to(self.context.device)) for some in rows(inputs, ROWS_AT_ONCE)]
        return torch.cat(parts)

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``outputs``: what the generator makes of images, in the data's own units."""
        made = self._made(self.shown_generator(), inputs).cpu().numpy()
        return {"outputs": np.asarray(self._scaler.invert(made), np.float32)}

    def constants(self) -> dict[str, Any]:
        """Return how outputs become images in the data's own units: output × scale + shift."""
        if self._scaler.identity:
            return {}
        return {
            "TARGET_SHIFT": float(self._scaler.shift),
            "TARGET_SCALE": float(self._scaler.divisor),
        }

    # ------------------------------------------------------------------------------- probing

    def real(self, count: int) -> Tensor:
        """Return the first pairs of the training part."""
        given, wanted = self._first(self.context.data.train, count)
        return torch.cat([given, wanted], 1).to(self.context.device)

    def drawn(self, count: int, seed: int) -> Tensor:
        """Return the same images, each with what is made of it; nothing of it is left to chance."""
        given, _wanted = self._first(self.context.data.train, count)
        made = self._made(self._generator, given)
        return torch.cat([given.to(self.context.device), made], 1)

    @staticmethod
    def _first(part: Part, count: int) -> tuple[Tensor, Tensor]:
        assert part.targets is not None
        given, wanted = part.inputs[:count], part.targets[:count]
        return (
            torch.from_numpy(np.ascontiguousarray(given)),
            torch.from_numpy(np.ascontiguousarray(wanted)),
        )

    # ------------------------------------------------------------------------------- measuring

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return mean distance and mean squared distance of made images from real ones."""
        totals = np.zeros(2)
        generator = self.shown_generator()
        for given, wanted in self._pairs(part):
            made = self._made(generator, given).cpu().numpy()
            apart = self._scaler.invert(made).astype(np.float64) - self._scaler.invert(wanted)
            totals += [np.abs(apart).mean() * len(given), np.square(apart).mean() * len(given)]
        l1, mse = totals / len(part.inputs)
        return Evaluation(split, {f"{split}_l1": float(l1), f"{split}_mse": float(mse)})

    @staticmethod
    def _pairs(part: Part) -> Iterator[tuple[Tensor, NDArray[Any]]]:
        assert part.targets is not None
        for start in range(0, len(part.inputs), ROWS_AT_ONCE):
            some = slice(start, start + ROWS_AT_ONCE)
            yield torch.from_numpy(np.ascontiguousarray(part.inputs[some])), part.targets[some]

    # ------------------------------------------------------------------------------- showing

    def show(self, count: int) -> Pictures | None:
        """Return held-back images, what is made of them, and what belongs to them."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        given, wanted = self._first(part, max(1, count // 2))
        made = self._made(self.shown_generator(), given).cpu()
        found = pictures.images_of(given.numpy(), data)
        assert found is not None
        arrays: dict[str, NDArray[Any]] = {"given": found}
        arrays |= {
            name: pictures.as_images(self._scaler.invert(values.numpy()), *self._ends)
            for name, values in {"images": made, "wanted": wanted}.items()
        }
        return arrays, {"kind": "translations"}
