"""The first steps of a program that repeats a training, beside those of Ganvas itself."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.compute import randomness
from engine.compute.branching import begin_with
from engine.compute.modes import threads
from engine.compute.ops import FASTER
from engine.compute.training import Training
from engine.export.repeating.kinds import KINDS
from engine.export.writer import Job
from engine.runs.origin import data_folder
from engine.runs.summary import read_summary
from projects.errors import RunError
from projects.translation import gettext as _

STEPS = 3
MOST_DIFFERENT = 1e-4
"""Of a loss, as a share of it where it is above 1; sums in another order differ by less."""

Repeat = Callable[[int], tuple[dict[str, nn.Module], dict[str, float], list[Any]]]


def need_same_steps(job: Job, repeat: Repeat) -> str:
    """Make the first steps of a training both ways; return how far the losses are apart, in words.

    Layers are those of PyTorch on both sides: dropout draws the same numbers, sums are made in the same order.

    Args:
        job: What is handed over.
        repeat: Makes so many steps of the program; returns networks, metrics and the losses of all steps.

    Raises:
        RunError: The losses are not the same.
    """
    with _as_it_was(), threads(torch.get_num_threads()), torch.enable_grad():
        ours = _losses(job)
        with contextlib.redirect_stdout(io.StringIO()):
            theirs = np.array(repeat(len(ours))[2], dtype=np.float64).reshape(ours.shape)
    found = float((np.abs(ours - theirs) / np.maximum(1.0, np.abs(ours))).max(initial=0.0))
    if not found <= MOST_DIFFERENT:
        raise RunError(
            _(
                "the training program computes other losses than the run, by up to {found:.2g}; nothing was kept."
            ).format(found=found),
            hint=_("Switch the training program off, and report this with the project."),
        )
    said = _(
        "The training program makes the same first {count} steps; losses differ by at most {found:.2g}."
    )
    return said.format(count=len(ours), found=found)


def _losses(job: Job) -> NDArray[np.float64]:
    """The losses ``(steps, losses)`` of the first steps of the run's project."""
    project = job.session.project
    recipe = msgspec.structs.replace(
        project.recipe, device="cpu", compile=False, cuda_graphs=False, channels_last="never"
    )
    torch.set_num_threads(recipe.threads)
    summary = read_summary(job.run)
    training = Training(
        msgspec.structs.replace(project, recipe=recipe), data_folder(job.run, summary)
    )
    begin_with(training.task, job.run)
    for network in training.task.networks.values():
        for module in network.modules():
            if type(module) in FASTER.values():
                module.__class__ = type(module).__bases__[0]  # whose place it takes
    most = min(STEPS, summary.steps)
    if training.schedule.watches:  # nothing is evaluated here
        most = min(most, training.steps_per_epoch)
    while training.step < most:
        for batch in itertools.islice(training.rest_of_epoch(), most - training.step):
            training.make_step(batch)
        training.end_epoch()
    values = training.task.read(training.task.kept)
    return np.stack([values[name] for name in KINDS[type(job.session.objective)].curves], axis=1)


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Give all random numbers their states back after the block."""
    here = torch.device("cpu")
    before = randomness.state(here)
    try:
        yield
    finally:
        randomness.restore(*before, here)
