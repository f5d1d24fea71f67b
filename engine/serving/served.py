"""A run in memory that answers one question at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.compute.evaluate import open_run, predict
from engine.compute.modes import threads
from engine.compute.task import Task
from engine.compute.writing import Style
from engine.data.texts import Tokens
from engine.runs.summary import read_summary
from engine.serving.asked import About, Predict, Sample, Write
from projects.errors import DataError, RunError
from projects.translation import gettext as _

PEEK = 256  # examples that say between which numbers inputs lie
LIMIT = 2**63  # of whole numbers


class Served:
    """Answers for one run.

    Args:
        run: The run folder.

    Raises:
        RunError: It is no run, or has no whole checkpoint.
        DataError: Its data is gone.
    """

    def __init__(self, run: Path) -> None:
        self._session = open_run(run)
        self._lock = threading.Lock()
        self._threads = self._session.project.recipe.threads
        self.about = self._about(run)

    def predict(self, request: Predict) -> dict[str, Any]:
        """Return outputs by name, each a list with an entry for every example.

        Raises:
            DataError: The inputs do not fit; names the example.
            RunError: The networks only draw.
        """
        info = self._session.data.info
        if (request.inputs is None) == (request.texts is None):
            raise DataError(
                _("a question holds either “inputs” or “texts”."),
                where="inputs",
                hint=_("Texts are for runs that learned from texts."),
            )
        if request.texts is not None:
            if not info.tokens:
                raise DataError(_("this run did not learn from texts."), where="texts")
            places = [(f"texts.{place}", text) for place, text in enumerate(request.texts)]
            inputs: NDArray[Any] = Tokens(info).rows(places, info.input.dims[0])
        else:
            inputs = _numbers(request.inputs or [])
        with self._lock, threads(self._threads):
            outputs = predict(self._session, inputs)
        return {name: values.tolist() for name, values in outputs.items()}

    def sample(self, request: Sample) -> dict[str, Any]:
        """Return examples that are drawn, in the data's own units.

        Raises:
            RunError: The networks do not draw.
        """
        with self._lock, threads(self._threads):
            drawn = self._session.task.sample(request.count, request.seed)
        return {"samples": drawn.tolist()}

    def write(self, request: Write) -> dict[str, Any]:
        """Return a text.

        Raises:
            RunError: The networks write none.
            DataError: The prompt has tokens that are not in the vocabulary.
        """
        own = getattr(self._session.task, "style", None)
        style = replace(
            own if isinstance(own, Style) else Style(),
            prompt=request.prompt,
            length=request.length,
        )
        if request.temperature is not None:
            style = replace(style, temperature=request.temperature)
        with self._lock, threads(self._threads):
            written = self._session.task.write(1, request.seed, style)
        if written is None:
            raise RunError(_("this run writes no texts."), hint=_("Ask for predictions."))
        return {"text": written[1][0]}

    def example(self, place: int) -> dict[str, Any]:
        """Return an example of the test part in the data's own units, or of what there is; counts around.

        Args:
            place: Which one.
        """
        data = self._session.data
        part = next(p for p in (data.test, data.validation, data.train) if len(p.inputs))
        with self._lock:  # it may be read from a file
            row = np.asarray(part.inputs[place % len(part.inputs)][None])
        raw = data.scaler.invert(row)[0]
        found: dict[str, Any] = {"input": raw.tolist(), "place": place % len(part.inputs)}
        found |= {name: texts[0] for name, texts in Tokens(data.info).of_examples(row).items()}
        target = (
            None if part.targets is None else np.asarray(part.targets[place % len(part.inputs)])
        )
        if target is not None and target.ndim == 0:
            found["target"] = target.item()
        return found

    # ------------------------------------------------------------------------------- what it is

    def _about(self, run: Path) -> About:
        session = self._session
        info, task = session.data.info, type(session.task)
        kind = info.input.kind
        can = {
            "predict": task.predict is not Task.predict,
            "sample": task.sample is not Task.sample,
            "write": session.task.write(1, 0, Style(length=1)) is not None,
        }
        low, high = self._range()
        return About(
            name=session.project.name,
            run=run.resolve().name,
            objective=session.objective.title,
            data=info.title,
            takes=self._takes() if can["predict"] else "nothing",
            shape=info.input.dims,
            kind=kind,
            picture=tuple(info.picture),
            low=low,
            high=high,
            features=info.features,
            classes=info.classes,
            labels=info.labels,
            targets=info.targets,
            can=tuple(name for name, able in can.items() if able),
            metrics=read_summary(run).metrics,
        )

    def _takes(self) -> str:
        info = self._session.data.info
        if info.tokens:
            return "text"
        if info.picture:
            return "image"
        if info.input.dims == (2,):
            return "plane"
        return "row" if info.features and len(info.input.dims) == 1 else "numbers"

    def _range(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The least and greatest numbers of inputs: of each column of a table, else of all."""
        data = self._session.data
        some = np.asarray(data.train.inputs[:PEEK])
        raw = np.asarray(data.scaler.invert(some), np.float64)
        axis = 0 if raw.ndim == 2 and not data.info.picture else None
        low, high = np.atleast_1d(raw.min(axis=axis)), np.atleast_1d(raw.max(axis=axis))
        return tuple(low.tolist()), tuple(high.tolist())


def _numbers(rows: list[Any]) -> NDArray[Any]:
    try:
        found = np.asarray(rows)
    except ValueError as error:
        raise DataError(
            _("examples have to be of one shape."),
            where="inputs",
            hint=_("Each is nested like an example or flat."),
        ) from error
    if found.dtype.kind in "uO" or (found.dtype.kind == "f" and (np.abs(found) >= LIMIT).any()):
        _need_small(rows)
    if found.dtype.kind not in "iufb":
        raise DataError(_("inputs are numbers."), where="inputs")
    return found.astype(np.int64 if found.dtype.kind in "iub" else np.float64)


def _need_small(rows: list[Any]) -> None:
    """Refuse whole numbers that 64 bits with a sign do not hold: they would turn into others. Names the example."""
    for place, row in enumerate(rows):
        if any(isinstance(value, int) and not -LIMIT <= value < LIMIT for value in _within(row)):
            raise DataError(
                _("example {row} holds a value that is missing, infinite or too large.").format(
                    row=place + 1
                ),
                where="inputs",
                hint=_("Fill it in or take the example out."),
            )


def _within(value: Any) -> Iterator[Any]:
    """Everything that is in lists, however deep; arrays have 64 dimensions at most."""
    if not isinstance(value, list):
        yield value
        return
    for one in value:
        yield from _within(one)
