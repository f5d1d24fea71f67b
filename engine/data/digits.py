"""Handwritten digits, 8 × 8."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from engine.data.base import Dataset, Kind, Place, Source


class Digits(Source, frozen=True, tag="digits"):
    """1,797 handwritten digits of 8 × 8 pixels, from scikit-learn.

    Values are ink from 0 to 1.
    """

    title: ClassVar[str] = "Digits 8×8"
    category: ClassVar[str] = "Images"
    order: ClassVar[int] = 10
    use: ClassVar[str] = (
        "For a first Classification of images, autoencoders and small GANs: a training takes "
        "seconds. An MLP gets 97 to 98.5 %, a CNN 98 to 99 %; laid out as rows it is a sequence "
        "for recurrent layers."
    )
    trouble: ClassVar[str] = (
        "Some 180 images of each class, so a test part of 15 % is 270 images: half a per cent is "
        "one or two of them. The same people wrote training and test, which flatters. 8 × 8 "
        "pixels leave room for one or two pooling layers."
    )
    source: ClassVar[str] = (
        "Alpaydin & Kaynak 1998, Optical recognition of handwritten digits (its test part), UCI "
        "Machine Learning Repository (CC BY 4.0); ships with scikit-learn"
    )

    layout: Annotated[
        Literal["image", "flat", "rows", "pixels"],
        Meta(
            title="Layout",
            description="An image 1×8×8, a vector of 64, a sequence of 8 rows, or of 64 pixels.",
        ),
    ] = "image"

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        from sklearn.datasets import load_digits

        pixels, labels = load_digits(return_X_y=True)
        ink = (pixels / 16.0).astype(np.float32)
        shapes: dict[str, tuple[tuple[int, ...], Kind]] = {
            "image": ((1, 8, 8), "image"),
            "flat": ((64,), "table"),
            "rows": ((8, 8), "sequence"),
            "pixels": ((64, 1), "sequence"),
        }
        shape, kind = shapes[self.layout]
        return Dataset(
            kind=kind,
            inputs=ink.reshape(-1, *shape),
            targets=labels.astype(np.int64),
            classes=tuple("0123456789"),
            features=tuple(f"pixel {i}" for i in range(64)) if kind == "table" else (),
            title=self.title,
            picture=(1, 8, 8),
        )
