"""Reading data in tests, and what every refusal has to say."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.data.base import SOURCES, Dataset, Place
from engine.data.prepare import Prepared, prepare
from projects.errors import DataError, Problem
from projects.schema import Data, Plug

QUICK = 8.0  # a shared machine is slow; what hangs takes far longer
LITTLE = 100 * 2**20


def load(tag: str, folder: Path, /, **params: Any) -> Dataset:
    """The data set of a source."""
    return SOURCES.make(tag, params, "data.source").load(Place(folder))


def prepared(tag: str, folder: Path, /, scale: str = "none", **params: Any) -> Prepared:
    """The data set of a source, ready to train on."""
    return prepare(Data(source=Plug(tag, params), scale=scale), folder)  # type: ignore[arg-type]


@contextmanager
def refused(*, where: str, says: str) -> Iterator[None]:
    """What is done inside has to end in one sentence with a place and a hint, soon and cheaply.

    Args:
        where: Part of the place.
        says: Part of the sentence.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    with pytest.raises(DataError) as caught:
        yield
    assert time.monotonic() - start < QUICK
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < LITTLE
    (problem,) = caught.value.problems
    check_words(problem, where, says)


def check_words(problem: Problem, where: str, says: str) -> None:
    """A problem has a place, one line that is a sentence, and a hint."""
    assert where in problem.where
    assert says in problem.message
    assert problem.message.endswith((".", "?"))
    assert problem.hint
    assert str(problem).isprintable()
