"""The requests that take time, each answered by one function: check, preview, train."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from engine.compute.augmenting import augmented
from engine.compute.carry import plan, shapes_of_run
from engine.compute.check import check
from engine.compute.preflight import preflight
from engine.compute.rate_range import rate_range
from engine.compute.survey import entries_of, survey
from engine.compute.trainer import Trainer
from engine.data.findings import findings
from engine.data.prepare import describe, prepare
from engine.imports.weights_file import refuse_pickles
from engine.protocol import (
    Array,
    Carried,
    Carry,
    Check,
    Checked,
    Event,
    Finished,
    Import,
    Imported,
    Preflight,
    Preflighted,
    Preview,
    Previewed,
    RatesTried,
    Start,
    TryRates,
)
from engine.runs.branch import Branch
from engine.runs.control import Control, Sink

MOST_EXAMPLES = 4096
MOST_SECONDS = 600.0


def answer_check(command: Check) -> Checked:
    """Infer shapes, count and find problems."""
    return check(command.project, Path(command.folder))


def answer_preview(command: Preview) -> Previewed:
    """Return the first examples of a part of the data as they look unscaled, training ones augmented.

    Raises:
        DataError: The data is missing, damaged or unsuitable.
    """
    prepared = prepare(command.data, Path(command.folder))
    parts = {
        "train": prepared.train,
        "validation": prepared.validation,
        "test": prepared.test,
    }
    part = parts.get(command.split, prepared.train)
    count = max(0, min(command.count, MOST_EXAMPLES))
    inputs = np.asarray(part.inputs[:count])
    if command.split == "train":
        inputs = augmented(command.data, prepared, inputs)
    arrays = {"inputs": Array.of(prepared.scaler.invert(inputs))}
    if part.targets is not None:
        arrays["targets"] = Array.of(np.asarray(part.targets[:count]))
    return Previewed(info=prepared.info, arrays=arrays, findings=findings(prepared))


def answer_carry(command: Carry) -> Carried:
    """Say which weights of a run the networks of a project would keep.

    Raises:
        UserError: The run has no weights, or the project's data is not known.
    """
    before = shapes_of_run(Path(command.run))
    folder = Path(command.folder)
    entries = entries_of(command.project, describe(command.project.data, folder))
    blocks = command.project.blocks
    states = {
        name: plan(survey(network, entries.get(name), blocks=blocks), name, before)
        for name, network in command.project.networks.items()
    }
    return Carried(run=command.run, states=states)


def answer_import(command: Import) -> Imported:
    """Draw a project from a file, or give a project the weights of one.

    Raises:
        UserError: The file cannot be read or does not fit.
    """
    from engine.compute.importing import import_design, import_weights  # seldom, and slow to load

    path, file = Path(command.path), Path(command.file) if command.file else None
    refuse_pickles(path)
    if command.project is None:
        return import_design(path, file)
    return import_weights(path, command.project, Path(command.folder), file)


def answer_preflight(command: Preflight, sink: Sink, control: Control) -> Preflighted:
    """Measure what a training would cost.

    Raises:
        UserError: The project cannot train.
    """
    seconds = min(max(command.seconds, 0.1), MOST_SECONDS)
    return preflight(command.project, Path(command.folder), sink, control, seconds)


def answer_try_rates(command: TryRates, sink: Sink, control: Control) -> RatesTried:
    """Make a learning-rate range test.

    Raises:
        UserError: The project cannot train, or has no loss that tells.
    """
    return rate_range(command.project, Path(command.folder), sink, control, command.steps)


def train(command: Start, sink: Sink, control: Control) -> Finished:
    """Train to the end (the recipe's, an early stop, or an order)."""
    trainer = Trainer(
        command.project,
        Path(command.folder),
        Path(command.run),
        sink,
        control,
        resume=command.resume,
        weights_from=Path(command.weights_from) if command.weights_from else None,
        branch=Branch(Path(command.branch_from), command.branch_step)
        if command.branch_from
        else None,
        teacher=Path(command.teacher) if command.teacher else None,
    )
    return trainer.run()


class Stamped:
    """A sink that marks every event as the answer to one request.

    Args:
        sink: Where the events go on to.
        request: The ``id`` of the request.

    Attributes:
        step: The last step that an event told of.
    """

    def __init__(self, sink: Sink, request: int) -> None:
        self._sink = sink
        self._request = request
        self.step = 0

    def emit(self, event: Event) -> None:
        """Pass an event on."""
        self.step = getattr(event, "step", self.step)
        self._sink.emit(msgspec.structs.replace(event, id=self._request))
