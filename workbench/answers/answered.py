"""Pictures of answers as panels work with them: checked, complete, and with what was wrong lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.rundata import Frame, RunData

STREAM, SUBJECT = "answers", "examples"
CLASSES, LABELS, STEPS, NUMBERS = "classes", "labels", "steps", "numbers"
LATELY = 10  # evaluations
MOST_CELLS = 2**22  # answers × classes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answered:
    """What was answered in one evaluation.

    Attributes:
        kind: ``classes``, ``labels``, ``steps`` (a class for every step) or ``numbers``.
        names: Of the classes, the labels or the numbers.
        loss: Of every answer ``(n,)``.
        owner: Which of the told examples each is about ``(n,)``.
        truth: True classes ``(n,)``, labels ``(n, K)`` of zeros and ones, or numbers ``(n, K)``.
        said: What was answered, like ``truth``.
        odds: Probabilities ``(n, K)``; of numbers none.
        step: Of steps, where in their sequences they stand ``(n,)``; else empty.
        few: Whether of many classes only the likeliest ones of each answer are known.
        split: Which part of the data was looked at.
        of: How many examples that part has.
        low: Of numbers, the lowest quantile, or None.
        high: Of numbers, the highest quantile, or None.
    """

    kind: str
    names: Sequence[str]
    loss: Floats
    owner: Integers
    truth: NDArray[Any]
    said: NDArray[Any]
    odds: Floats
    step: Integers
    few: bool
    split: str
    of: int
    low: Floats | None = None
    high: Floats | None = None

    def __len__(self) -> int:
        """How many answers there are."""
        return len(self.loss)

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Which answers are made of numbers ``(n,)``."""
        said = self.said.reshape(len(self), -1) if self.kind == NUMBERS else self.odds
        there: NDArray[np.bool_] = np.isfinite(self.loss) & np.isfinite(said).all(axis=1)
        return there

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which answers are wrong ``(n,)``; numbers are never simply wrong."""
        if self.kind == NUMBERS:
            return np.zeros(len(self), bool)
        differ = np.asarray(self.truth != self.said).reshape(len(self), -1)
        return np.asarray(differ.any(axis=1))

    @property
    def certainty(self) -> Floats:
        """How certain each answer is ``(n,)``: its probability; of labels that of the least certain one."""
        if self.kind == LABELS:
            sure = np.where(self.said > 0, self.odds, 1 - self.odds)
            return np.asarray(sure.min(axis=1))
        return np.take_along_axis(self.odds, self.said[:, None], axis=1)[:, 0]

    @property
    def surprise(self) -> Floats:
        """How much was bet on what is wrong ``(n,)``, 0 where nothing is: the probability of the wrong answer."""
        if self.kind == LABELS:
            return np.where(self.wrong, np.abs(self.odds - self.truth).max(axis=1), 0.0)
        return np.where(self.wrong, self.certainty, 0.0)

    def one_hot(self) -> NDArray[np.bool_]:
        """Truths as ``(n, K)``, whether each class or label is the case."""
        if self.kind == LABELS:
            return np.asarray(self.truth > 0)
        return np.asarray(self.truth[:, None] == np.arange(len(self.names)))


@dataclass(frozen=True, eq=False)
class Examples:
    """The examples that answers are about.

    Attributes:
        places: Where each stands in its part of the data ``(n,)``.
        images: ``(n, height, width, channels)``, or None.
        rows: Their numbers ``(n, features)``, or None.
        dims: Shape of one.
        features: Names of the features, where they have some.
        texts: What they read as, where they are texts.
        tokens: Their tokens, where they are made of some.
    """

    places: Integers
    images: NDArray[np.uint8] | None = None
    rows: NDArray[np.float32] | None = None
    dims: Sequence[int] = ()
    features: Sequence[str] = ()
    texts: Sequence[str] = ()
    tokens: Sequence[Sequence[str]] = field(default_factory=list)


def answered_of(frame: Frame) -> Answered:
    """Return a picture of answers.

    Raises:
        LookupError, TypeError, ValueError: It is damaged.
    """
    arrays, info = frame.arrays, frame.info
    kind = str(info["kind"])
    if kind not in (CLASSES, LABELS, STEPS, NUMBERS):
        raise ValueError(f"answers of an unknown kind: {kind}")
    loss = np.asarray(arrays["loss"], np.float64).reshape(-1)
    count = len(loss)
    low: Floats | None = None
    high: Floats | None = None
    truth: NDArray[Any]
    said: NDArray[Any]
    if kind == NUMBERS:
        truth = _table(arrays["truth"], count)
        said = _table(arrays["predicted"], count)
        if "lower" in arrays:
            low, high = _table(arrays["lower"], count), _table(arrays["upper"], count)
        given = [str(name) for name in info.get("targets", ())]
        names = [*given, *(str(i + 1) for i in range(len(given), truth.shape[1]))]
        odds = np.zeros((count, 0))
    else:
        names = [str(name) for name in info["labels" if kind == LABELS else "classes"]]
        odds = _odds(arrays, count, len(names))
        truth, said = (np.asarray(arrays[key], np.int64) for key in ("labels", "predicted"))
        wanted = odds.shape if kind == LABELS else (count,)
        most = 2 if kind == LABELS else len(names)
        for values in (truth, said):
            if values.shape != wanted or ((values < 0) | (values >= most)).any():
                raise ValueError("answers that do not fit their classes")
    return Answered(
        kind=kind,
        names=names,
        loss=loss,
        owner=_numbered(arrays.get("owner"), count, np.arange(count)),
        truth=truth,
        said=said,
        odds=odds,
        step=_numbered(arrays.get("step"), count, np.zeros(0, np.int64)),
        few="candidates" in arrays,
        split=str(info.get("split", "")),
        of=int(info.get("of", count)),
        low=low,
        high=high,
    )


def _table(values: NDArray[Any], count: int) -> Floats:
    return np.asarray(values, np.float64).reshape(count, -1)


def _numbered(values: NDArray[Any] | None, count: int, otherwise: Integers) -> Integers:
    if values is None:
        return otherwise
    found = np.asarray(values, np.int64)
    if found.shape != (count,) or (found < 0).any():
        raise ValueError("answers that name no examples")
    return found


def _odds(arrays: Mapping[str, NDArray[Any]], count: int, classes: int) -> Floats:
    """Probabilities of all classes; what is not known of many is 0."""
    given = np.asarray(arrays["probabilities"], np.float64)
    if count * classes > MOST_CELLS:
        raise ValueError(f"{count} answers about {classes} classes are too many")
    if "candidates" not in arrays:
        if given.shape != (count, classes):
            raise ValueError("probabilities that do not fit their classes")
        return given
    odds = np.zeros((count, classes))
    truth = np.asarray(arrays["truth"], np.float64)
    np.put_along_axis(odds, np.asarray(arrays["labels"], np.int64)[:, None], truth[:, None], 1)
    np.put_along_axis(odds, np.asarray(arrays["candidates"], np.int64), given, 1)
    return odds


def examples_of(run: RunData) -> Examples | None:
    """Return the examples that the answers of a run are about; None where none were told.

    Raises:
        LookupError, TypeError, ValueError: They are damaged.
    """
    frames = run.frames.get(SUBJECT)
    frame = frames.last if frames else None
    if frame is None:
        return None
    arrays, info = frame.arrays, frame.info
    places = np.asarray(arrays["places"], np.int64).reshape(-1)
    images, rows = arrays.get("images"), arrays.get("inputs")
    for told in (images, rows):
        if told is not None and len(told) != len(places):
            raise ValueError("examples that are not all there")
    if images is not None and (images.ndim != 4 or images.dtype != np.uint8):
        raise ValueError("images of an odd shape")
    return Examples(
        places=places,
        images=images,
        rows=None if rows is None else np.asarray(rows, np.float32).reshape(len(places), -1),
        dims=[int(size) for size in info.get("dims", ())],
        features=[str(name) for name in info.get("features", ())],
        texts=[str(text) for text in info.get("texts", ())],
        tokens=[[str(token) for token in row] for row in info.get("tokens", ())],
    )


def frames_until(run: RunData, step: int) -> list[Frame]:
    """Return the pictures of answers up to a step, the newest last."""
    return [frame for frame in run.frames.get(STREAM, ()) if frame.step <= step]


def wrong_lately(frames: Sequence[Frame], count: int) -> tuple[Integers, int]:
    """Return how often each answer was wrong in the last evaluations, and how many of them there were.

    Args:
        frames: Pictures of answers, the newest last.
        count: How many answers there are.
    """
    times = np.zeros(count, np.int64)
    looked = 0
    for frame in frames[-LATELY:]:
        wrong = frame.arrays.get("labels") != frame.arrays.get("predicted")
        if not isinstance(wrong, np.ndarray) or len(wrong) != count:
            continue
        looked += 1
        times += wrong.any(axis=1) if wrong.ndim == 2 else wrong
    return times, looked


def odds_of_truth(frames: Sequence[Frame], index: int) -> tuple[Integers, Floats]:
    """Return the steps of evaluations and which probability the right class of an answer had.

    Args:
        frames: Pictures of answers about classes, the newest last.
        index: Which answer.
    """
    steps, odds = [], []
    for frame in frames:
        if index >= len(frame.arrays["labels"]):
            continue
        if "truth" in frame.arrays:
            value = frame.arrays["truth"][index]
        else:
            value = frame.arrays["probabilities"][index, frame.arrays["labels"][index]]
        steps.append(frame.step)
        odds.append(float(value))
    return np.array(steps, np.int64), np.array(odds, np.float64)
