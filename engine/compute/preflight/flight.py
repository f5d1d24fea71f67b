"""The whole pre-flight: build, time, weigh, and learn one batch by heart."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from engine.compute.batches import Batch
from engine.compute.check import check
from engine.compute.modes import threads
from engine.compute.preflight.layers import fed, layer_times
from engine.compute.preflight.memory import largest_batch, step_memory
from engine.compute.preflight.one_batch import learn_one_batch
from engine.compute.teaching import without_teacher
from engine.compute.training import Training
from engine.protocol import Checked, NetworkFlight, OneBatch, Preflighted, Stage
from engine.runs.control import Control, Sink
from projects.errors import ProblemsError
from projects.schema import Project
from projects.translation import gettext as _

TIMED_STEPS = 20
TIMED_SHARE = 0.2


def preflight(
    project: Project, folder: Path, sink: Sink, control: Control, seconds: float = 10.0
) -> Preflighted:
    """Measure what a training of a project would cost, and whether its networks can learn.

    Nothing is written, and the project's own training is not touched: every part works on networks of
    its own, drawn from the recipe's seed.

    Args:
        project: The project.
        folder: Folder of its file, where relative data paths start.
        sink: Told of every stage.
        control: A stop ends it early, with what was found so far.
        seconds: How long it may take, about.

    Raises:
        ProblemsError: The project cannot train.
        DataError: Its data is missing, damaged or unsuitable.
    """
    found = check(project, folder)
    if not found.ok:
        raise ProblemsError(p for p in found.problems if p.severity == "error")
    with threads(project.recipe.threads):
        return _measured(without_teacher(project), folder, found, sink, control, seconds)


def _measured(
    project: Project,
    folder: Path,
    found: Checked,
    sink: Sink,
    control: Control,
    seconds: float,
) -> Preflighted:
    end = time.monotonic() + seconds
    sink.emit(Stage(text=_("building the networks"), share=0.0))
    training = Training(project, folder)
    batch = next(training.rest_of_epoch())
    sink.emit(Stage(text=_("timing layers"), share=0.1))
    timed = time.monotonic() + TIMED_SHARE * seconds
    times = {
        name: layer_times(
            network,
            fed(network, batch),
            lambda: not control.stopping and time.monotonic() < timed,
        )
        for name, network in training.task.networks.items()
    }
    sink.emit(Stage(text=_("timing steps"), share=0.2))
    memory = step_memory(training, batch)
    step = _step_seconds(training, batch, TIMED_SHARE * seconds, control)
    names = tuple(training.task.networks)
    learned = _learned(names, batch, lambda: Training(project, folder), sink, control, end)
    size, count = len(batch.inputs), len(training.session.data.train.inputs)
    largest = largest_batch(memory, size, count, training.session.device)
    return Preflighted(
        device=str(training.session.device),
        batch_size=size,
        step_seconds=step,
        steps_per_epoch=training.steps_per_epoch,
        total_steps=training.total_steps,
        memory={
            "weights": memory.weights,
            "gradients": memory.gradients,
            "optimizer": memory.optimizer,
            "activations": memory.activations,
            "peak": memory.peak,
        },
        measured=memory.measured,
        largest_batch=largest,
        all_fit=largest == count,
        networks={
            name: NetworkFlight(
                parameters=found.networks[name].parameters,
                flops=found.networks[name].flops,
                layers=times[name],
                one_batch=one_batch,
            )
            for name, one_batch in learned.items()
        },
    )


def _learned(
    names: Sequence[str],
    batch: Batch,
    make: Callable[[], Training],
    sink: Sink,
    control: Control,
    end: float,
) -> dict[str, OneBatch]:
    """Return by network how a fresh one learned the batch by heart; all share the time that is left until ``end``."""
    learned: dict[str, OneBatch] = {}
    for index, name in enumerate(names):
        share = 0.3 + 0.7 * index / len(names)
        sink.emit(Stage(text=_("learning one batch: {name}").format(name=name), share=share))
        until = time.monotonic() + max(0.5, (end - time.monotonic()) / (len(names) - index))
        fresh = make()
        learned[name] = learn_one_batch(
            fresh,
            name,
            batch,
            fresh.session.project.recipe.seed,
            lambda until=until: not control.stopping and time.monotonic() < until,  # type: ignore[misc]
        )
    return learned


def _step_seconds(training: Training, batch: Batch, seconds: float, control: Control) -> float:
    """Return the median time of a step; one has been made already."""
    taken: list[float] = []
    begun = time.perf_counter()
    while len(taken) < TIMED_STEPS and (not taken or time.perf_counter() - begun < seconds):
        before = time.perf_counter()
        training.make_step(batch)
        training.task.kept.clear()
        if training.session.device.type == "cuda":
            torch.cuda.synchronize(training.session.device)
        taken.append(time.perf_counter() - before)
        if control.stopping:
            break
    return statistics.median(taken)
