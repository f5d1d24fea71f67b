"""Mixtures of Gaussians in the plane, on which the improvements of GANs are measured."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.declare import FieldError

Samples = Annotated[int, Meta(ge=10, le=1_000_000, title="Examples")]
Seed = Annotated[int, Meta(ge=0, le=2**31 - 1, title="Seed")]
Spread = Annotated[float, Meta(gt=0, le=10, title="Standard deviation")]


def mixture(modes: NDArray[np.float64], sd: float, samples: int, seed: int, title: str) -> Dataset:
    """Return equally likely round Gaussians.

    Args:
        modes: Their centres ``(modes, 2)``.
        sd: Standard deviation of each.
        samples: How many points are drawn.
        seed: Of the random numbers.
        title: Name that people read.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % len(modes)
    points = modes[labels] + sd * random.standard_normal((samples, 2))
    return Dataset(
        kind="points",
        inputs=points.astype(np.float32),
        targets=labels.astype(np.int64),
        classes=tuple(f"{i + 1}" for i in range(len(modes))),
        features=("x", "y"),
        modes=modes.astype(np.float32),
        mode_sd=sd,
        title=title,
    )


def need_examples(samples: int, kinds: int) -> None:
    """Refuse to draw fewer examples than there are kinds of them.

    Args:
        samples: How many examples are drawn.
        kinds: Modes, arms: each is a class.

    Raises:
        FieldError: Some kind would have no example.
    """
    if samples < kinds:
        raise FieldError(
            "samples",
            _("{samples} examples of {kinds} kinds leave some kinds without any.").format(
                samples=samples, kinds=kinds
            ),
            _("Draw at least {kinds}.").format(kinds=kinds),
        )


class GaussianRing(Source, frozen=True, tag="gaussian_ring"):
    """Gaussians on a circle: the classic test for mode collapse.

    Eight of standard deviation 0.01 on the unit circle is the protocol of VEEGAN (Srivastava 2017)
    and PacGAN (Lin 2018).
    """

    title: ClassVar[str] = "Ring of Gaussians"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 60

    modes: Annotated[int, Meta(ge=1, le=100, title="Gaussians")] = 8
    radius: Annotated[float, Meta(gt=0, le=100, title="Radius")] = 1.0
    sd: Spread = 0.01
    samples: Samples = 20_000
    seed: Seed = 0

    def validate(self) -> None:
        """Every Gaussian needs an example; see :meth:`Declared.validate`."""
        need_examples(self.samples, self.modes)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        angles = 2 * np.pi * np.arange(self.modes) / self.modes
        centers = self.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return mixture(centers, self.sd, self.samples, self.seed, self.title)


class GaussianGrid(Source, frozen=True, tag="gaussian_grid"):
    """Gaussians on a square grid: twenty-five modes to cover.

    5 × 5, spacing 2 and standard deviation 0.05 is the protocol of VEEGAN (Srivastava 2017) and
    PacGAN (Lin 2018).
    """

    title: ClassVar[str] = "Grid of Gaussians"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 61

    side: Annotated[int, Meta(ge=1, le=20, title="Gaussians on a side")] = 5
    spacing: Annotated[float, Meta(gt=0, le=100, title="Spacing")] = 2.0
    sd: Spread = 0.05
    samples: Samples = 20_000
    seed: Seed = 0

    def validate(self) -> None:
        """Every Gaussian needs an example; see :meth:`Declared.validate`."""
        need_examples(self.samples, self.side**2)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        line = (np.arange(self.side) - (self.side - 1) / 2) * self.spacing
        centers = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
        return mixture(centers, self.sd, self.samples, self.seed, self.title)
