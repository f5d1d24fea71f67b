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
    """Two interleaved half circles."""

    title: ClassVar[str] = "Two moons"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 50
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{upper:} \ (\cos t, \sin t), \quad \text{lower:} \ (1 - \cos t, \tfrac{1}{2} - \sin t)",
        r"0 \leq t \leq \pi, \quad \text{plus normal noise}",
    )
    use: ClassVar[str] = (
        "The first problem in which a hidden layer visibly helps: a line gets 88 %, eight hidden "
        "units mostly all. Without its classes it serves GANs and VAEs of points."
    )
    trouble: ClassVar[str] = (
        "Above a noise of 0.2 or so the moons overlap, and no network can get all right; a "
        "boundary that tries is overfitted. 1,000 points are plenty: to see overfitting take 50 "
        "and more noise."
    )
    source: ClassVar[str] = "scikit-learn, make_moons"

    samples: Samples = 1000
    noise: Noise = 0.1
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_moons

        points, labels = make_moons(self.samples, noise=self.noise, random_state=self.seed)
        return _points(points, labels, ("upper", "lower"), self.title)


class Circles(Source, frozen=True, tag="circles"):
    """A circle inside another."""

    title: ClassVar[str] = "Two circles"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 51
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{outer:} \ (\cos t, \sin t), \quad \text{inner:} \ f\,(\cos t, \sin t)",
        r"0 \leq t < 2\pi, \quad \text{plus normal noise}",
    )
    use: ClassVar[str] = (
        "To watch hidden units close a shape: three straight lines are the least that fence in "
        "the inner circle, and with eight units the fence closes from every start. A feature x² + "
        "y² would do it with one."
    )
    trouble: ClassVar[str] = (
        "A linear network guesses: 50 %. With two hidden units the fence stays open on one side: "
        "80 %. A factor near 1 or noise above (1 − f)/2 mixes the circles."
    )
    source: ClassVar[str] = "scikit-learn, make_circles"

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
    """Arms of a spiral around each other: hard to separate without hidden layers."""

    title: ClassVar[str] = "Spirals"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 52
    formula: ClassVar[tuple[str, ...]] = (
        r"(x, y) = s\,\left(\cos \alpha, \sin \alpha\right), \quad \alpha = 2\pi\left(n\,s + \frac{k}{a}\right)",
        r"s = \sqrt{u}, \quad u \sim \mathrm{U}(0.01, 1), \quad \text{plus normal noise}",
    )
    use: ClassVar[str] = (
        "For comparing depth, width, activations and optimisers where the plane can still be "
        "drawn: k of a arms, n turns. A line gets two thirds of two arms; two hidden layers of 16 "
        "to 32 units get nearly all."
    )
    trouble: ClassVar[str] = (
        "Learning often stands still at 60 to 70 % for many epochs and then goes fast: don't stop "
        "early. More turns need more units and a smaller learning rate. With Sigmoid units it is "
        "still at 60 to 75 % when ReLU has long finished."
    )
    source: ClassVar[str] = "After Lang & Witbrock 1988, Learning to tell two spirals apart"

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
    """A rolled-up sheet seen from its edge; no classes."""

    title: ClassVar[str] = "Swiss roll"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 62
    formula: ClassVar[tuple[str, ...]] = (
        r"t = \frac{3\pi}{2}(1 + 2u), \quad u \sim \mathrm{U}(0, 1), \quad (x, y) = \frac{(t \cos t, t \sin t)}{7.5}",
    )
    use: ClassVar[str] = (
        "For a GAN of points that has to draw one thin, long line: gaps and short cuts between "
        "the turns are seen at once. Learned embeddings show whether the roll was unrolled."
    )
    trouble: ClassVar[str] = (
        "Turns lie close: noise above 1 joins them. Points are sparser outside, so the outer turn "
        "is learned last. A straight walk in the latents may jump from turn to turn."
    )
    source: ClassVar[str] = "scikit-learn, make_swiss_roll"

    samples: Samples = 20_000
    noise: Noise = 0.2
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        from sklearn.datasets import make_swiss_roll

        points, _along = make_swiss_roll(self.samples, noise=self.noise, random_state=self.seed)
        return _points(points[:, [0, 2]] / 7.5, None, (), self.title)


class SCurve(Source, frozen=True, tag="s_curve"):
    """A sheet bent to an S seen from its edge; no classes."""

    title: ClassVar[str] = "S-curve"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 62
    formula: ClassVar[tuple[str, ...]] = (
        r"t \sim \mathrm{U}\left({-}\tfrac{3\pi}{2}, \tfrac{3\pi}{2}\right), \quad (x, y) = (\sin t, \mathrm{sign}(t)(\cos t - 1))",
    )
    use: ClassVar[str] = (
        "For a GAN or a VAE with one latent number: the S is one line, and a walk along the "
        "latent should follow it. Easier than Swiss roll, whose turns lie close together."
    )
    trouble: ClassVar[str] = (
        "A Gaussian decoder with a large fixed standard deviation fills the curve's belly. With "
        "two latents nothing forces one of them to follow the line. There are no classes: "
        "Classification has nothing to learn."
    )
    source: ClassVar[str] = "scikit-learn, make_s_curve"

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

    AND and OR can be separated by a line, XOR cannot.
    """

    title: ClassVar[str] = "Logic of two inputs"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 40
    formula: ClassVar[tuple[str, ...]] = (
        r"x_j \sim \pm\,\mathrm{U}(g, 1), \quad a = [x_1 > 0], \quad b = [x_2 > 0]",
        r"y = a \,\wedge\, b, \quad a \,\vee\, b, \quad \text{or} \quad a \,\oplus\, b",
    )
    use: ClassVar[str] = (
        "To see the limit of one perceptron with your own eyes: AND and OR succeed, XOR stays "
        "below 75 % until there is a hidden layer. Four Tanh units do it."
    )
    trouble: ClassVar[str] = (
        "AND is true for one in four: 75 % is guessing “false”. Two hidden units can solve XOR "
        "only where the gap is above a third, and from some starts one corner stays wrong; ReLU "
        "units get stuck more often than Tanh."
    )
    source: ClassVar[str] = "Minsky & Papert 1969, Perceptrons"

    function: Annotated[
        Literal["and", "or", "xor"],
        Meta(title="Function", extra={"names": {"and": "AND", "or": "OR", "xor": "XOR"}}),
    ] = "and"
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
