"""Pictures of attention, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projects.translation import gettext as _
from workbench.rundata import Frame
from workbench.sequences.recurrence import Floats, shown


@dataclass(frozen=True, eq=False)
class Looking:
    """Where the heads of one attention look.

    Attributes:
        layer: ``network/node``.
        cross: Whether it looks at another sequence than its own.
        causal: Whether no step sees those after it.
        weights: ``(examples, heads, steps, steps looked at)``.
        spread: How many steps each head looks at ``(heads,)``.
        distance: How far away they are ``(heads,)``; None for another sequence.
        steps: How many steps there are in all: that look, that are looked at.
    """

    layer: str
    cross: bool
    causal: bool
    weights: Floats
    spread: Floats
    distance: Floats | None
    steps: tuple[int, int]

    @property
    def heads(self) -> int:
        """How many heads there are."""
        return int(self.weights.shape[1])


@dataclass(frozen=True, eq=False)
class Attended:
    """Where all heads look at one moment of the training.

    Attributes:
        layers: The attentions, in working order.
        words: What stands at the steps of every example.
        truths: The class of every example, where it has one.
        images: What the examples look like ``(examples, height, width, channels)``, where they are images.
    """

    layers: Sequence[Looking]
    words: Sequence[Sequence[str]]
    truths: Sequence[str]
    images: NDArray[np.uint8] | None

    @property
    def examples(self) -> int:
        """How many examples are read."""
        return len(self.layers[0].weights)

    def name_of(self, example: int) -> str:
        """Return an example as people read it."""
        name = _("Example {number}").format(number=example + 1)
        if example < len(self.truths):
            return _("{name}, “{truth}”").format(name=name, truth=self.truths[example])
        return name

    def words_of(self, example: int, count: int, grid: tuple[int, int] | None) -> list[str]:
        """Return what stands at the steps of an example: words, places in an image, or numbers."""
        if example < len(self.words) and len(self.words[example]) >= count:
            return [shown(word) for word in self.words[example][:count]]
        if grid is not None:
            pattern = _("row {row}, column {column}")
            rows, columns = np.divmod(np.arange(count), grid[1])
            return [
                pattern.format(row=r + 1, column=c + 1)
                for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
            ]
        return [str(step + 1) for step in range(count)]

    def grid_of(self, steps: int) -> tuple[int, int] | None:
        """Return rows and columns where so many steps are the parts of the images, from top to bottom."""
        if self.images is None or self.words:
            return None
        height, width = self.images.shape[1:3]
        rows = round((steps * height / max(1, width)) ** 0.5)
        if rows < 2 or steps % rows or steps // rows < 2:
            return None
        columns = steps // rows
        return (rows, columns) if rows * width == columns * height else None


def attended_of(frame: Frame) -> Attended:
    """Return a picture of attention.

    Raises:
        LookupError, TypeError, ValueError: It is damaged.
    """
    arrays, info = frame.arrays, frame.info
    layers = []
    for number, told in enumerate(info["layers"]):
        weights = np.asarray(arrays[f"{number}/weights"], np.float64)
        if weights.ndim != 4 or not all(weights.shape):
            raise ValueError("attention of an odd shape")
        spread = np.asarray(arrays[f"{number}/spread"], np.float64).reshape(weights.shape[1])
        far = arrays.get(f"{number}/distance")
        steps = told.get("steps", weights.shape[2:])
        layers.append(
            Looking(
                layer=str(told.get("layer", "")),
                cross=bool(told.get("cross")),
                causal=bool(told.get("causal")),
                weights=weights,
                spread=spread,
                distance=None if far is None else np.asarray(far, np.float64).reshape(spread.shape),
                steps=(int(steps[0]), int(steps[1])),
            )
        )
    images = arrays.get("images")
    if not layers or len({len(one.weights) for one in layers}) > 1:
        raise ValueError("attention without layers")
    if images is not None and (images.ndim != 4 or len(images) != len(layers[0].weights)):
        raise ValueError("images of an odd shape")
    return Attended(
        layers=layers,
        words=[[str(word) for word in row] for row in info.get("words", ())],
        truths=[str(name) for name in info.get("truths", ())],
        images=images,
    )
