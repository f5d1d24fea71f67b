"""Handwritten digits, 8 × 8."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from engine.data.base import Dataset, Kind, Place, Source


class Digits(Source, frozen=True, tag="digits"):
    """1,797 handwritten digits of 8 × 8 pixels, from scikit-learn.

    Alpaydin & Kaynak 1998, *Optical recognition of handwritten digits*, UCI repository (its test part).
    Values are ink from 0 to 1.
    """

    title: ClassVar[str] = "Digits 8×8"
    category: ClassVar[str] = "Images"
    order: ClassVar[int] = 10

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
