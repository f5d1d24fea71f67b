"""What a served run is asked and answers, as JSON."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

MOST_EXAMPLES = 256
MOST_BYTES = 2**23
MOST_TOKENS = 2000
MOST_TEXT = 100_000

Count = Annotated[int, Meta(ge=1, le=MOST_EXAMPLES)]
Seed = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Predict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /predict``: one of the two.

    Attributes:
        inputs: Examples in the data's own units, each nested like an example or flat.
        texts: Texts, for a run that learned from texts.
    """

    inputs: Annotated[list[Any], Meta(min_length=1, max_length=MOST_EXAMPLES)] | None = None
    texts: (
        Annotated[
            list[Annotated[str, Meta(max_length=MOST_TEXT)]],
            Meta(min_length=1, max_length=MOST_EXAMPLES),
        ]
        | None
    ) = None


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /sample``: how many examples to draw, and the seed that draws the same ones."""

    count: Count = 16
    seed: Seed = 0


class Write(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /write``: how a language model is to write; see :class:`~engine.compute.writing.Style`."""

    prompt: Annotated[str, Meta(max_length=MOST_TEXT)] = ""
    length: Annotated[int, Meta(ge=1, le=MOST_TOKENS)] = 200
    temperature: Annotated[float, Meta(ge=0, le=100)] | None = None
    seed: Seed = 0


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to ``GET /about``.

    Attributes:
        name: The project's name.
        run: Name of the run's folder.
        objective: What it was trained for, as people read it.
        data: Name of the data set.
        takes: How an input is given: ``image``, ``plane`` (two numbers), ``row``, ``text``, ``numbers``, or ``nothing``.
        shape: Of one input, without the batch.
        kind: ``float``, or ``index`` where inputs are indices of tokens.
        picture: ``(channels, height, width)`` of inputs that are images.
        low: By number of an input its least value in the data, or one for all.
        high: The greatest.
        features: Names of the numbers of an input, where they have any.
        classes: Names of the classes, where answers are such.
        labels: Names of yes-or-no answers.
        targets: Names of the numbers that are answered.
        can: What may be asked: ``predict``, ``sample``, ``write``.
        metrics: What the training found last.
        most_examples: At most so many in one request.
        most_bytes: At most so many bytes in one request.
    """

    name: str
    run: str
    objective: str
    data: str
    takes: str
    shape: tuple[int, ...]
    kind: str
    picture: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    features: tuple[str, ...]
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    targets: tuple[str, ...]
    can: tuple[str, ...]
    metrics: dict[str, float]
    most_examples: int = MOST_EXAMPLES
    most_bytes: int = MOST_BYTES
