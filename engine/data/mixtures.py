"""Mixtures of Gaussians in the plane, on which the improvements of GANs are measured."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.declare import FieldError
from projects.translation import gettext as _

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

    Eight of standard deviation 0.01 on the unit circle is the published protocol.
    """

    title: ClassVar[str] = "Ring of Gaussians"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 60
    formula: ClassVar[tuple[str, ...]] = (
        r"\mu_k = r\left(\cos \frac{2\pi k}{K}, \sin \frac{2\pi k}{K}\right), \quad x \sim \mathrm{N}(\mu_k, s^2)",
    )
    use: ClassVar[str] = (
        "For GANs: whether all modes are drawn is seen at a glance and counted (modes, high "
        "quality). Start here before images; Grid of Gaussians is harder in the middle, Stacked "
        "digits is the same question for images."
    )
    trouble: ClassVar[str] = (
        "The modes are 0.01 wide and 0.77 apart: a generator has to bend sharply, so samples "
        "between the modes are usual and lower high quality alone. A perfect one scores 98.9 %, "
        "not 100. Gradient penalties need smaller weights than on images (0.1 to 1)."
    )
    source: ClassVar[str] = (
        "Protocol of Srivastava et al. 2017, VEEGAN: reducing mode collapse in GANs using "
        "implicit variational learning, and Lin et al. 2018, PacGAN: the power of two samples in "
        "generative adversarial networks"
    )

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

    5 × 5, spacing 2 and standard deviation 0.05 is the published protocol.
    """

    title: ClassVar[str] = "Grid of Gaussians"
    category: ClassVar[str] = "Points in the plane"
    order: ClassVar[int] = 61
    formula: ClassVar[tuple[str, ...]] = (
        r"\mu_{ij} = s\left(i - \frac{n - 1}{2}, j - \frac{n - 1}{2}\right), \quad x \sim \mathrm{N}(\mu_{ij}, \mathrm{sd}^2)",
    )
    use: ClassVar[str] = (
        "For GANs when the ring is no challenge any more: 25 modes, some of them surrounded on "
        "all sides. Published plain GANs draw 3 to 17 of them."
    )
    trouble: ClassVar[str] = (
        "Unscaled, points go to ±4: standardise them, or latents of N(0, 1) have far to go. Outer "
        "modes are lost first. 20,000 examples are 800 of each mode; fewer make the scores noisy."
    )
    source: ClassVar[str] = (
        "Protocol of Srivastava et al. 2017, VEEGAN: reducing mode collapse in GANs using "
        "implicit variational learning, and Lin et al. 2018, PacGAN: the power of two samples in "
        "generative adversarial networks"
    )

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
