"""Generated points in the plane: what a straight line can and cannot separate."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.mixtures import Samples, Seed, need_examples

Noise = Annotated[float, Meta(ge=0, le=10, title="Noise", description="Standard deviation.")]


def _points(
    points: NDArray[np.float64],
    labels: NDArray[np.generic] | None,
    classes: tuple[str, ...],
    title: str,
) -> Dataset:
    return Dataset(
        kind="points",
        inputs=points.astype(np.float32),
        targets=None if labels is None else labels.astype(np.int64),
        classes=classes,
        features=("x", "y"),
        title=title,
    )


class Moons(Source, frozen=True, tag="moons"):
    """Two interleaved half circles, from scikit-learn's ``make_moons``."""

    title: ClassVar[str] = "Two moons"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 50

    samples: Samples = 1000
    noise: Noise = 0.1
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_moons

        points, labels = make_moons(self.samples, noise=self.noise, random_state=self.seed)
        return _points(points, labels, ("upper", "lower"), self.title)


class Circles(Source, frozen=True, tag="circles"):
    """A circle inside another, from scikit-learn's ``make_circles``."""

    title: ClassVar[str] = "Two circles"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 51

    samples: Samples = 1000
    noise: Noise = 0.05
    factor: Annotated[float, Meta(gt=0, lt=1, title="Inner radius over outer radius")] = 0.5
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_circles

        points, labels = make_circles(
            self.samples, noise=self.noise, factor=self.factor, random_state=self.seed
        )
        return _points(points, labels, ("outer", "inner"), self.title)


class Spirals(Source, frozen=True, tag="spirals"):
    """Arms of a spiral around each other: hard to separate without hidden layers.

    After Lang & Witbrock 1988, *Learning to tell two spirals apart*.
    """

    title: ClassVar[str] = "Spirals"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 52

    samples: Samples = 1000
    arms: Annotated[int, Meta(ge=1, le=20, title="Arms")] = 2
    turns: Annotated[float, Meta(gt=0, le=10, title="Turns")] = 1.5
    noise: Noise = 0.02
    seed: Seed = 0

    def validate(self) -> None:
        """Every arm needs an example; see :meth:`Declared.validate`."""
        need_examples(self.samples, self.arms)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        random = np.random.default_rng(self.seed)
        labels = np.arange(self.samples) % self.arms
        along = np.sqrt(random.uniform(0.01, 1, self.samples))
        angle = 2 * np.pi * (self.turns * along + labels / self.arms)
        points = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        points += self.noise * random.standard_normal(points.shape)
        names = tuple(f"arm {i + 1}" for i in range(self.arms))
        return _points(points, labels, names, self.title)


class SwissRoll(Source, frozen=True, tag="swiss_roll"):
    """A rolled-up sheet seen from its edge, from scikit-learn's ``make_swiss_roll``; no classes."""

    title: ClassVar[str] = "Swiss roll"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 62

    samples: Samples = 20_000
    noise: Noise = 0.2
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_swiss_roll

        points, _along = make_swiss_roll(self.samples, noise=self.noise, random_state=self.seed)
        return _points(points[:, [0, 2]] / 7.5, None, (), self.title)


class SCurve(Source, frozen=True, tag="s_curve"):
    """A sheet bent to an S seen from its edge, from scikit-learn's ``make_s_curve``; no classes."""

    title: ClassVar[str] = "S-curve"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 62

    samples: Samples = 20_000
    noise: Noise = 0.05
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_s_curve

        points, _along = make_s_curve(self.samples, noise=self.noise, random_state=self.seed)
        return _points(points[:, [0, 2]], None, (), self.title)


class Logic(Source, frozen=True, tag="logic"):
    """A logical function of the signs of two numbers: what one perceptron can and cannot do.

    AND and OR can be separated by a line, XOR cannot (Minsky & Papert 1969, *Perceptrons*).
    """

    title: ClassVar[str] = "Logic of two inputs"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 40

    function: Annotated[Literal["and", "or", "xor"], Meta(title="Function")] = "and"
    samples: Samples = 1000
    gap: Annotated[
        float, Meta(ge=0, lt=1, title="Gap", description="Free space on both sides of the axes.")
    ] = 0.1
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        random = np.random.default_rng(self.seed)
        signs = np.stack(np.unravel_index(np.arange(self.samples) % 4, (2, 2)), axis=1).astype(bool)
        sizes = random.uniform(self.gap, 1.0, (self.samples, 2))
        points = np.where(signs, sizes, -sizes)
        a, b = signs.T
        labels = {"and": a & b, "or": a | b, "xor": a ^ b}[self.function]
        return _points(points, labels, ("false", "true"), f"{self.function.upper()} of two inputs")
