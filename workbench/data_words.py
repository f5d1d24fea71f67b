"""Examples of data in words: answers, texts, what is known of the set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from engine.data.base import NO_TARGET, DataInfo, is_paired
from engine.data.tokens import joined
from projects.figures import Read
from projects.translation import gettext as _
from projects.translation import ngettext

STEPS_SHOWN = 400
NUMBERS_SHOWN = 4
_MARKS = str.maketrans({"\n": "↵", "\t": "→", "\r": "↵"})


def named(name: str) -> str:
    """Return a class or a token as it can be seen: spaces and line ends as marks."""
    return "␣" if name == " " else name.translate(_MARKS)


def is_text(info: DataInfo) -> bool:
    """Whether an example is a row of tokens that have a text."""
    return bool(info.tokens) and info.input.kind == "index" and len(info.input.dims) == 1


def texts(info: DataInfo, inputs: NDArray[Any]) -> list[str]:
    """Return examples of tokens as texts, what fills them up left out."""
    return [_text(info, row) for row in inputs]


def _text(info: DataInfo, row: NDArray[Any]) -> str:
    kept = [int(index) for index in row[:STEPS_SHOWN] if index != info.padding]
    tokens = [info.tokens[index] for index in kept if 0 <= index < len(info.tokens)]
    return joined(tokens, info.tokenizer or "character").translate(_MARKS)


def answers(info: DataInfo, targets: NDArray[Any] | None) -> list[str]:
    """Return what is to be said of each example; nothing where that is the next token, an image or nothing."""
    if targets is None or is_paired(info) or (info.classes and info.classes == info.tokens):
        return []
    return [_answer(info, target) for target in targets]


def _answer(info: DataInfo, target: NDArray[Any]) -> str:
    values = target.reshape(-1)
    if info.classes:
        words = [named(info.classes[int(v)]) for v in values[:STEPS_SHOWN] if v != NO_TARGET]
        return " ".join(words)
    if info.labels:
        return ", ".join(n for n, v in zip(info.labels, values, strict=False) if v > 0.5) or "–"
    return _numbers(values)


def _numbers(values: Sequence[Any] | NDArray[Any]) -> str:
    some = ", ".join(f"{Read(value):.4g}" for value in values[:NUMBERS_SHOWN])
    return f"{some} …" if len(values) > NUMBERS_SHOWN else some


def facts(info: DataInfo, shown: int) -> str:
    """Return what is known of a set, on one line.

    Args:
        info: The set.
        shown: How many examples are shown; 0 where all are.
    """
    parts = [examples_words(sum(info.counts.values()))]
    if shown:
        parts.append(_("{count:,} shown").format(count=shown))
    parts.append(_("input {shape}").format(shape=info.input))
    if is_paired(info):
        parts.append(_("below it the output {shape}").format(shape=info.target))
    if info.tokens:
        parts.append(_("{count:,} tokens").format(count=len(info.tokens)))
    if info.classes and info.classes == info.tokens:
        parts.append(_("the next token is foretold"))
    elif info.classes and info.target is not None and info.target.dims:
        parts.append(_("{count:,} classes, one a step").format(count=len(info.classes)))
    elif info.classes:
        count = len(info.classes)
        parts.append(ngettext("{count} class", "{count} classes", count).format(count=count))
    if info.labels:
        count = len(info.labels)
        parts.append(ngettext("{count:,} label", "{count:,} labels", count).format(count=count))
    if info.targets:
        parts.append(_("foretold: {names}").format(names=", ".join(info.targets[:NUMBERS_SHOWN])))
    if info.input.kind == "float":
        parts.append(
            _("the network gets {low:.4g} to {high:.4g}").format(
                low=Read(info.low), high=Read(info.high)
            )
        )
    return " · ".join(parts)


def examples_words(count: int) -> str:
    """Return so many examples in words."""
    return ngettext("{count:,} example", "{count:,} examples", count).format(count=count)


def width_of(inputs: NDArray[Any]) -> int:
    """Return how many numbers one example is."""
    return math.prod(inputs.shape[1:])
