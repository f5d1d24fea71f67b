"""What a network answers for a fixed choice of examples: what panels show one by one, and count for themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax

from engine.compute import pictures
from engine.data.base import NO_TARGET
from engine.data.prepare import Part, Prepared
from engine.data.texts import Tokens

Pictures = tuple[dict[str, NDArray[Any]], dict[str, Any]]

MOST_EXAMPLES = 1024
MOST_NUMBERS = 2**15  # probabilities in one picture
MOST_VALUES = 2**24  # numbers in all examples that are looked at
MOST_BYTES = 2**23  # of all examples as they are told, once in a run
ALL_CLASSES, LIKELIEST = 32, 8  # up to so many classes all are kept; of more the likeliest ones


@dataclass(frozen=True)
class Answers:
    """Answers for some examples of a part of the data.

    Attributes:
        kind: ``classes``, ``labels``, ``steps`` or ``numbers``.
        places: Which examples of the part ``(examples,)``.
        arrays: What was answered, see ``docs/protocol.md``.
        info: What else there is to know.
    """

    kind: str
    places: NDArray[np.int64]
    arrays: dict[str, NDArray[Any]]
    info: dict[str, Any] = field(default_factory=dict)


def choice(part: Part, numbers: int) -> NDArray[np.int64]:
    """Return which examples of a part are kept: evenly from first to last, the same ones every time.

    Args:
        part: The part.
        numbers: How many numbers are kept of one.
    """
    values = max(1, int(np.prod(part.inputs.shape[1:])))
    most = max(1, min(MOST_EXAMPLES, MOST_NUMBERS // max(1, numbers), MOST_VALUES // values))
    count = len(part.inputs)
    return np.linspace(0, count - 1, min(count, most)).astype(np.int64)


class Picker:
    """Takes the answers for chosen examples out of those for all, which come some at a time.

    Args:
        places: The chosen examples, rising.

    Attributes:
        places: The chosen examples.
    """

    def __init__(self, places: NDArray[np.int64]) -> None:
        self.places = places
        self._next = 0
        self._taken: list[Tensor] = []

    def take(self, answers: Tensor) -> None:
        """Take those that were chosen among the next ``(examples, …)``."""
        start, end = self._next, self._next + len(answers)
        self._next = end
        first, last = np.searchsorted(self.places, (start, end))
        if last > first:
            rows = torch.from_numpy(self.places[first:last] - start)
            self._taken.append(answers.detach()[rows.to(answers.device)].float().cpu())

    def taken(self) -> Tensor:
        """Return all that were chosen, in order."""
        return torch.cat(self._taken)

    def targets(self, part: Part) -> NDArray[Any]:
        """Return the targets of the chosen examples."""
        assert part.targets is not None
        return part.targets[self.places]

    def told(self, kind: str, arrays: dict[str, NDArray[Any]], **info: Any) -> Answers:
        """Return what is told of the chosen examples; see :class:`Answers`."""
        return Answers(kind, self.places, arrays, info)


def kept_of(classes: int) -> int:
    """Return how many numbers are kept of what is answered about one example or step."""
    return classes if classes <= ALL_CLASSES else 2 * LIKELIEST


def of_classes(logits: Tensor, labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return what was answered about the class of examples, or of steps.

    Args:
        logits: ``(n, classes)`` on the CPU.
        labels: True classes ``(n,)``.

    Returns:
        ``labels``, ``predicted``, ``loss`` ``(n,)``, and ``probabilities`` ``(n, classes)``; of many classes those of
        the likeliest ``(n, 8)`` with ``candidates``, which classes these are, and ``truth``, that of the right one.
    """
    true = torch.from_numpy(np.ascontiguousarray(labels, dtype=np.int64))
    odds = log_softmax(logits, dim=1).exp()
    arrays: dict[str, NDArray[Any]] = {
        "labels": true.numpy().astype(np.int32),
        "predicted": logits.argmax(dim=1).numpy().astype(np.int32),
        "loss": cross_entropy(logits, true, reduction="none").numpy(),
    }
    if logits.shape[1] <= ALL_CLASSES:
        return {**arrays, "probabilities": odds.numpy()}
    best, which = odds.topk(LIKELIEST, dim=1)
    return {
        **arrays,
        "probabilities": best.numpy(),
        "candidates": which.numpy().astype(np.int32),
        "truth": odds.gather(1, true[:, None])[:, 0].numpy(),
    }


def of_steps(logits: Tensor, labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return what was answered about the class of every step that has one.

    Args:
        logits: ``(sequences, steps, classes)`` on the CPU.
        labels: True classes ``(sequences, steps)``.

    Returns:
        As :func:`of_classes`, with ``owner`` and ``step``: of which sequence, and where in it.
    """
    owner, step = np.nonzero(labels != NO_TARGET)
    arrays = of_classes(
        logits[torch.from_numpy(owner), torch.from_numpy(step)], labels[owner, step]
    )
    return {**arrays, "owner": owner.astype(np.int32), "step": step.astype(np.int32)}


def examples(data: Prepared, part: Part, places: NDArray[np.int64]) -> Pictures:
    """Return examples as panels draw them, see ``docs/protocol.md``.

    Args:
        data: The data set.
        part: A part of it.
        places: Which examples of the part.
    """
    inputs = np.ascontiguousarray(part.inputs[places])
    tokens = Tokens(data.info)
    info: dict[str, Any] = {
        "features": list(data.info.features),
        "dims": list(inputs.shape[1:]),
        **tokens.of_examples(inputs),
    }
    if inputs.dtype.kind == "i" and inputs.ndim == 2:
        info["tokens"] = [tokens.words(row) for row in inputs]
        return {"places": places}, info
    arrays = pictures.of_examples(inputs, data)
    room = MOST_BYTES // max(1, len(inputs))
    if "images" in arrays:
        arrays["images"] = pictures.smaller(arrays["images"], room // arrays["images"].shape[3])
    else:
        arrays["inputs"] = np.ascontiguousarray(arrays["inputs"][:, : max(1, room // 4)])
    return {**arrays, "places": places}, info
