"""Examples that mean nothing: a place for data that are still to come."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.data.base import Dataset, Kind, Place, Source
from engine.declare import FieldError
from projects.translation import gettext as _

MOST = 200_000_000
_KINDS: dict[int, Kind] = {1: "table", 2: "sequence", 3: "image"}


class RandomNumbers(Source, frozen=True, kw_only=True, tag="random"):
    """Random examples of any shape, each with a random class.

    A place for data that are still to come: a network can be drawn, checked and measured with them. What
    they teach is only learned by heart, which shows how much a network can hold.
    """

    title: ClassVar[str] = "Random numbers"
    category: ClassVar[str] = "Placeholders"
    order: ClassVar[int] = 95
    use: ClassVar[str] = (
        "To draw and measure a network before the data are there: shapes, time a step, memory. "
        "And to see how much a network learns by heart, with training accuracy as the only "
        "measure."
    )
    trouble: ClassVar[str] = (
        "Validation stays at 1/K whatever is done: there is nothing to learn. A network that "
        "reaches 100 % in training here can do the same with your data's errors."
    )
    source: ClassVar[str] = (
        "Zhang et al. 2017, Understanding deep learning requires rethinking generalization"
    )

    shape: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=1_000_000)], ...],
        Meta(
            min_length=1,
            max_length=4,
            title="Shape",
            description="Of one example: features; steps, features; or channels, height, width.",
        ),
    ] = (1, 28, 28)
    classes: Annotated[
        int, Meta(ge=2, le=100_000, title="Classes", description="How many, dealt at random.")
    ] = 10
    samples: Annotated[
        int, Meta(ge=1, le=1_000_000, title="Examples", description="How many in all.")
    ] = 256
    indices: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000_000,
            title="Indices",
            description="0: numbers from N(0, 1); else whole numbers below this one, as words are.",
        ),
    ] = 0
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, title="Seed of the numbers")] = 0

    def validate(self) -> None:
        """The numbers have to fit into memory."""
        count = self.samples * math.prod(self.shape)
        if count > MOST:
            raise FieldError(
                "samples",
                _("{count:,} numbers are too many; the limit is {limit:,}.").format(
                    count=count, limit=MOST
                ),
                _("Choose fewer examples or a smaller shape."),
            )

    def load(self, place: Place) -> Dataset:
        """Draw the numbers; see :meth:`Source.load`."""
        generator = np.random.default_rng(self.seed)
        size = (self.samples, *self.shape)
        kind = _KINDS.get(len(self.shape), "table")
        if kind == "image" and (self.shape[0] not in (1, 3) or self.indices):
            kind = "table"
        return Dataset(
            kind=kind,
            inputs=(
                generator.integers(self.indices, size=size, dtype=np.int64)
                if self.indices
                else generator.standard_normal(size, dtype=np.float32)
            ),
            targets=generator.integers(self.classes, size=self.samples, dtype=np.int64),
            classes=tuple(str(number) for number in range(self.classes)),
            features=tuple(f"x{i}" for i in range(self.shape[0])) if len(self.shape) == 1 else (),
            vocabulary=self.indices or None,
            title=self.title,
        )
