"""Three handwritten digits as the channels of one image: a thousand kinds to count."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.data.base import Dataset, Place, Source
from engine.data.mixtures import Seed

CHANNELS = 3


class StackedDigits(Source, frozen=True, kw_only=True, tag="stacked_digits"):
    """Three digits of 8 × 8 pixels, drawn at random, as the channels of an image: 1,000 modes.

    What a GAN draws is counted channel by channel by a classifier. The test of Metz et al. 2017, *Unrolled
    generative adversarial networks*, with the digits of scikit-learn in place of MNIST's, so
    figures compare with one another, not with published ones.
    """

    title: ClassVar[str] = "Stacked digits"
    category: ClassVar[str] = "Images"
    order: ClassVar[int] = 12
    use: ClassVar[str] = (
        "To count modes on images: how many of the 1,000 does a GAN draw, and how evenly (reverse "
        "KL)? It shows collapse that Digits 8×8 with its ten kinds hides."
    )
    trouble: ClassVar[str] = (
        "20,000 examples are 20 of each mode: scores of few samples miss modes that are there. "
        "The three channels are independent, so colour means nothing. The classifier that counts "
        "may err on unclear digits."
    )
    source: ClassVar[str] = (
        "Test after Metz et al. 2017, Unrolled generative adversarial networks; digits of "
        "Alpaydin & Kaynak 1998, UCI Machine Learning Repository (CC BY 4.0); ships with "
        "scikit-learn"
    )

    samples: Annotated[int, Meta(ge=10, le=200_000, title="Examples")] = 20_000
    seed: Seed = 0

    def load(self, place: Place) -> Dataset:
        """Draw the digits; see :meth:`Source.load`."""
        from sklearn.datasets import load_digits

        pixels, labels = load_digits(return_X_y=True)
        ink = (pixels / 16.0).astype(np.float32).reshape(-1, 8, 8)
        random = np.random.default_rng(self.seed)
        chosen = random.integers(0, len(ink), (self.samples, CHANNELS))
        return Dataset(
            kind="image",
            inputs=ink[chosen],
            channel_classes=labels.astype(np.int64)[chosen],
            title=self.title,
        )
