"""Pairs of images made from a set that ships: something is taken away, and is to be given back."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import SOURCES, Dataset, Place, Source
from engine.data.streaming import as_networks_take

Images = NDArray[np.float32]
SEED = 0x9A125
EDGE = 0.3  # of the steepest place of an image
COARSE = 4
SETS = {"fashion_mnist": "Fashion-MNIST", "digits": "Digits 8×8"}


class DerivedPairs(Source, frozen=True, tag="derived_pairs"):
    """Real images, each beside a poorer one that is made of it: the network is to restore the whole.

    *Edges*: black and white outlines, where the slope of the image (Sobel's filter) is above 30 % of its
    greatest. *Blurred*: a Gaussian filter with a standard deviation of 1/14 of the side. *Hidden*: a square
    of half the side is black, at a place drawn once for each image. *Coarse*: means of 4 × 4 pixels. The same
    pairs every time; nothing is downloaded.
    """

    title: ClassVar[str] = "Pairs from a shipped set"
    category: ClassVar[str] = "Images"
    order: ClassVar[int] = 15
    use: ClassVar[str] = (
        "For Image to image (pix2pix) with nothing but what ships: colouring in outlines, "
        "sharpening, filling in. Blurred and coarse have nearly one answer, hidden and edges "
        "many: there L1 alone blurs."
    )
    trouble: ClassVar[str] = (
        "What is taken away is always taken away alike; a network that restores these does not "
        "restore photos. In 8 × 8 digits outlines fill the image and a hidden square often the "
        "whole figure: prefer Fashion-MNIST."
    )
    source: ClassVar[str] = (
        "Made of Fashion-MNIST (© 2017 Zalando SE, MIT licence) or Digits 8×8 (UCI, CC BY 4.0)"
    )

    images: Annotated[
        Literal["fashion_mnist", "digits"],
        Meta(
            title="Images",
            description="Where the whole images come from.",
            extra={"names": {"fashion_mnist": "Fashion-MNIST"}},
        ),
    ] = "fashion_mnist"
    shown: Annotated[
        Literal["edges", "blurred", "hidden", "coarse"],
        Meta(
            title="Shown",
            description="What is left of an image for the network to see.",
            extra={"names": {"hidden": "a part hidden"}},
        ),
    ] = "edges"

    def load(self, place: Place) -> Dataset:
        """Make the pairs; see :meth:`Source.load`."""
        found = SOURCES.make(self.images, {}, "data.source.images").load(place)
        whole = np.ascontiguousarray(as_networks_take(found.inputs))
        make = {"edges": edges, "blurred": blurred, "hidden": hidden, "coarse": coarse}[self.shown]
        return Dataset(
            kind="image",
            inputs=make(whole),
            targets=whole,
            test_from=found.test_from,
            title=f"{SETS[self.images]}, {self.shown}",
        )


def edges(images: Images) -> Images:
    """Return outlines of images ``(n, channels, height, width)``, ones where they are steep."""
    from scipy.ndimage import sobel

    slope = np.hypot(sobel(images, axis=2), sobel(images, axis=3))
    steepest = slope.max(axis=(1, 2, 3), keepdims=True)
    return np.asarray((slope > EDGE * steepest) & (slope > 0), np.float32)


def blurred(images: Images) -> Images:
    """Return images seen out of focus."""
    from scipy.ndimage import gaussian_filter

    sd = images.shape[2] / 14
    return np.asarray(gaussian_filter(images, (0, 0, sd, sd)), np.float32)


def hidden(images: Images) -> Images:
    """Return images with a black square before each."""
    count, _channels, height, width = images.shape
    rng = np.random.Generator(np.random.PCG64(SEED))
    top = rng.integers(0, height - height // 2 + 1, (count, 1, 1, 1))
    left = rng.integers(0, width - width // 2 + 1, (count, 1, 1, 1))
    down, across = np.arange(height)[:, None], np.arange(width)[None]
    behind = (down >= top) & (down < top + height // 2)
    behind = behind & (across >= left) & (across < left + width // 2)
    return np.where(behind, np.float32(0), images)


def coarse(images: Images) -> Images:
    """Return images in squares of 4 × 4 pixels, each the mean of what it stands for."""
    count, channels, height, width = images.shape
    tiles = images.reshape(count, channels, height // COARSE, COARSE, width // COARSE, COARSE)
    means = tiles.mean(axis=(3, 5), dtype=np.float32)
    return np.ascontiguousarray(means.repeat(COARSE, axis=2).repeat(COARSE, axis=3))
