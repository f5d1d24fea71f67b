"""What every data source declares; :data:`SOURCES` is the catalogue of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from engine.declare import Catalogue, Declared
from engine.layers.base import Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.data.streaming import Reader

Kind = Literal["image", "points", "table", "sequence", "text", "series"]
NO_TARGET = -1
"""Class of a step that has none: a padded one, or one that is not to be named."""


class DataInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the designer needs to know of a data set; travels on the wire.

    Attributes:
        kind: How to show an example.
        input: Shape of one example as networks receive it.
        target: Shape of one target; None when there is none. Of kind ``index`` for classes: without
            dimensions one for each example, ``(steps,)`` one for each step.
        classes: Names of the classes, empty when the target is not a class.
        labels: Names of yes-or-no targets that an example may have several of, ``(labels,)``.
        targets: Names of the numbers to foretell, where the set names them.
        padding: The index that fills short sequences up; None where there is none.
        tokens: The text of every index that examples are made of, where there is one.
        tokenizer: What made tokens of texts: ``character``, ``word`` or ``byte``; else nothing.
        lowercase: Whether capital letters were made small first.
        features: Names of the columns of a table, else empty.
        counts: Examples in ``train``, ``validation`` and ``test``.
        class_counts: Examples of every class, by split.
        low: Least input value after scaling (training part).
        high: Greatest input value after scaling.
        title: Name that people read.
        picture: Where an example is an image, in whatever layout networks get it: its
            ``(channels, height, width)``; else empty.
    """

    kind: Kind
    input: Shape
    target: Shape | None = None
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    padding: int | None = None
    tokens: tuple[str, ...] = ()
    tokenizer: str = ""
    lowercase: bool = False
    features: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    class_counts: dict[str, tuple[int, ...]] = {}
    low: float = 0.0
    high: float = 1.0
    title: str = ""
    picture: tuple[int, ...] = ()


def is_paired(info: DataInfo) -> bool:
    """Whether an example is an image and its target another one of the same height and width."""
    target = info.target
    if info.kind != "image" or target is None or target.kind != "float" or target.rank != 3:
        return False
    return info.input.rank == 3 and target.dims[1:] == info.input.dims[1:]


@dataclass(frozen=True)
class Strays:
    """Words among the numbers of a column that was taken for one of words.

    Attributes:
        column: Its name.
        words: How many words there are.
        numbers: How many numbers.
        row: That of the first word, in the file.
        word: The first word.
    """

    column: str
    words: int
    numbers: int
    row: int
    word: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A data set as its source gives it: unscaled, not yet split.

    Attributes:
        kind: How to show an example.
        reader: Reads the inputs piece by piece, where they are streamed; ``inputs`` are empty then.
        inputs: ``(examples, …)`` float32, uint8 (images; scaled to 0–1 floats later) or int64
            (indices). Images are channels first.
        targets: int64 classes ``(examples,)`` or, for every step, ``(examples, steps)``, where
            :data:`NO_TARGET` stands for none; float32 numbers ``(examples,)`` or ``(examples, …)``;
            float32 zeros and ones ``(examples, labels)``; or None.
        classes: Class names, empty when targets are not classes.
        labels: Names of yes-or-no targets that an example may have several of.
        names: Names of the numbers to foretell, where the set names them.
        features: Column names of a table.
        test_from: Index of the first example of a test part of its own, or None.
        modes: For mixtures of Gaussians: centres ``(modes, dimensions)``, else None.
        mode_sd: Standard deviation of each mode.
        channel_classes: Where every channel is an image of its own: the class of each, ``(examples,
            channels)``. What is drawn is then counted by the classes of its channels together.
        vocabulary: For ``index`` inputs, how many entries there are.
        tokens: For ``index`` inputs, the text of every index, where there is one.
        tokenizer: What made tokens of texts, see :mod:`engine.data.tokens`; else nothing.
        lowercase: Whether capital letters were made small first.
        padding: The index that fills short sequences up.
        fill: What takes the place of values that are missing (NaN) in a table: ``mean`` or ``most
            frequent``, each of the training part; nothing where none may be missing.
        strays: Columns of a table that are words only because of a few among their numbers.
        overlap: For series: so many examples after one share values with it. They are then dealt in
            the order of time, and that many between two parts are left out.
        title: Name that people read.
        picture: For images that are not laid out as images (rows, vectors): what they are,
            ``(channels, height, width)``; their values are then 0 to 1, or bytes.
    """

    kind: Kind
    inputs: NDArray[np.generic]
    targets: NDArray[np.generic] | None = None
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    test_from: int | None = None
    modes: NDArray[np.float32] | None = None
    mode_sd: float = 0.0
    channel_classes: NDArray[np.int64] | None = None
    vocabulary: int | None = None
    tokens: tuple[str, ...] = ()
    tokenizer: str = ""
    lowercase: bool = False
    padding: int | None = None
    fill: str = ""
    strays: tuple[Strays, ...] = ()
    overlap: int | None = None
    title: str = ""
    picture: tuple[int, int, int] | None = None
    reader: Reader | None = None


@dataclass(frozen=True)
class Place:
    """Where a source may look for files.

    Attributes:
        folder: Folder of the project file; relative paths start here.
        outside: Paths outside the folder that the person has allowed.
        loading: ``auto``, ``memory`` or ``stream``: how a set that allows it is read.
    """

    folder: Path
    outside: frozenset[Path] = field(default_factory=frozenset)
    loading: str = "auto"


class Source(Declared, frozen=True, kw_only=True):
    """Base of every data source."""

    def load(self, place: Place) -> Dataset:
        """Read or generate the whole set.

        Args:
            place: Where files may be looked for.

        Raises:
            DataError: Missing, damaged or unsuitable; names file, row and column.
        """
        raise NotImplementedError

    def fingerprint(self, place: Place) -> str:
        """A short text that changes when the set may have changed (sizes and times of files)."""
        return ""


SOURCES: Catalogue[Source] = Catalogue("data source", Source, "engine.data")
