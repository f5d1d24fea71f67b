"""Pictures of the gates of a recurrent layer, checked and complete; those of older runs have less in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.forgetting import KEEPS, left_at_end, memory_length
from projects.translation import gettext as _
from workbench.rundata import Frame

Floats = NDArray[np.float64]
KNOWN = {"lstm": "fiogch", "gru": "zrnh", "rnn": "h"}  # the order in which they are shown
SHARES = frozenset("ifozr")  # from 0 to 1
MOST_WORDS = 14  # characters of a word along an axis


@dataclass(frozen=True, eq=False)
class Recurrence:
    """Gates and states of one recurrent layer at one moment of the training.

    Attributes:
        kind: ``lstm``, ``gru`` or ``rnn``.
        layer: ``network/node``.
        gates: Their letters, in the order in which they are shown.
        units: Values of single units by letter ``(examples, steps, units)``.
        means: Means over all units by letter ``(examples, steps)``, of states those of their sizes.
        left: What is left at the end of what is held after each step ``(examples, steps)``; None without a gate that
            keeps.
        memory: After how many steps 1/e is left, by unit; None without a gate that keeps.
        inputs: What is read, ``(examples, steps, features)``, where that is a sequence of numbers.
        words: What stands at the steps of every example.
        truths: The class of every example, where it has one.
        all_units: How many units the layer has.
        all_steps: How many steps it reads.
        backwards: Whether it reads from the end.
        depth: Which of the stacked layers, from 1.
    """

    kind: str
    layer: str
    gates: str
    units: dict[str, Floats]
    means: dict[str, Floats]
    left: Floats | None
    memory: Floats | None
    inputs: Floats | None
    words: Sequence[Sequence[str]]
    truths: Sequence[str]
    all_units: int
    all_steps: int
    backwards: bool
    depth: int

    @property
    def examples(self) -> int:
        """How many examples are read."""
        return len(self.units["h"])

    @property
    def steps(self) -> int:
        """How many steps are shown."""
        return int(self.units["h"].shape[1])

    def words_of(self, example: int) -> list[str]:
        """Return what stands at every step of an example: words, or numbers of the steps."""
        if example < len(self.words) and len(self.words[example]) >= self.steps:
            return [shown(word) for word in self.words[example][: self.steps]]
        return [str(step + 1) for step in range(self.steps)]

    def name_of(self, example: int) -> str:
        """Return an example as people read it."""
        name = _("Example {number}").format(number=example + 1)
        if example < len(self.truths):
            return _("{name}, “{truth}”").format(name=name, truth=self.truths[example])
        return name


def shown(word: str) -> str:
    """Return a word as it can be seen along an axis."""
    word = {" ": "␣", "\n": "⏎", "\t": "⇥", "": "∅"}.get(word, word)
    return word if len(word) <= MOST_WORDS else f"{word[: MOST_WORDS - 1]}…"


def recurrence_of(frame: Frame) -> Recurrence:
    """Return a picture of gates.

    Raises:
        LookupError, TypeError, ValueError: It is damaged.
    """
    arrays, info = frame.arrays, frame.info
    kind = str(info["kind"])
    letters = KNOWN[kind]
    first = {letter: np.asarray(arrays[letter], np.float64) for letter in letters}
    shape = first["h"].shape
    if len(shape) != 2 or any(value.shape != shape for value in first.values()) or not all(shape):
        raise ValueError("gates of an odd shape")
    told = [str(letter) for letter in info.get("gates", letters)]
    others = np.zeros((0, len(told), *shape))
    if "others" in arrays:
        others = np.asarray(arrays["others"], np.float64)
        if others.shape[1:] != (len(told), *shape):
            raise ValueError("gates of an odd shape")
    units = {
        letter: np.concatenate([first[letter][None], others[:, told.index(letter)]])
        for letter in letters
    }
    count = len(others) + 1
    return Recurrence(
        kind=kind,
        layer=str(info.get("layer", "")),
        gates=letters,
        units=units,
        means=_means(arrays, told, units, (count, shape[0])),
        **_memory(arrays, units, bool(info.get("backwards")), (count, shape[0])),
        inputs=_inputs(arrays, (count, shape[0])),
        words=[[str(word) for word in row] for row in info.get("words", ())],
        truths=[str(name) for name in info.get("truths", ())],
        all_units=int(info.get("units") or shape[1]),
        all_steps=int(info.get("steps") or shape[0]),
        backwards=bool(info.get("backwards")),
        depth=int(info.get("depth") or 1),
    )


def _means(
    arrays: dict[str, NDArray[Any]],
    told: list[str],
    units: dict[str, Floats],
    shape: tuple[int, int],
) -> dict[str, Floats]:
    """Means over all units; of older runs over those that are shown."""
    if "means" not in arrays:
        return {letter: np.abs(value).mean(axis=2) for letter, value in units.items()}
    means = np.asarray(arrays["means"], np.float64)
    if means.shape != (shape[0], len(told), shape[1]):
        raise ValueError("means of an odd shape")
    return {letter: means[:, told.index(letter)] for letter in units}


def _memory(
    arrays: dict[str, NDArray[Any]],
    units: dict[str, Floats],
    backwards: bool,
    shape: tuple[int, int],
) -> dict[str, Any]:
    """How long the memory lasts; of older runs that of the units that are shown."""
    keeps = next((units[letter] for letter in KEEPS if letter in units), None)
    if keeps is None:
        return {"left": None, "memory": None}
    if "left" not in arrays:
        return {"left": left_at_end(keeps, backwards).mean(axis=2), "memory": memory_length(keeps)}
    left = np.asarray(arrays["left"], np.float64)
    if left.shape != shape:
        raise ValueError("memories of an odd shape")
    return {"left": left, "memory": np.asarray(arrays["memory"], np.float64).reshape(-1)}


def _inputs(arrays: dict[str, NDArray[Any]], shape: tuple[int, int]) -> Floats | None:
    inputs = arrays.get("inputs")
    if inputs is None:
        return None
    values = np.asarray(inputs, np.float64)
    if values.ndim != 3 or values.shape[:2] != shape:
        raise ValueError("inputs of an odd shape")
    return values
