"""Imported weights as a run: it has made no step, and everything that a run can do it can."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.compute.wiring import child_names
from engine.runs.folder import RunFolder
from engine.runs.origin import seal
from engine.runs.store import Store
from engine.runs.summary import IMPORTED, Summary, write_summary
from projects.files import save
from projects.schema import Project


def write_run(
    run: Path, project: Project, weights: Mapping[str, Mapping[str, NDArray[Any]]], folder: Path
) -> Path:
    """Write a run whose weights are these.

    It can be evaluated, asked and exported where its networks work, and a training can begin with it; it
    cannot be resumed, because no training was ever begun.

    Args:
        run: The run folder; made.
        project: The project that the weights are for.
        weights: Weights by network, and in each by ``<node>.<parameter>``.
        folder: Folder of the project file, where relative data paths start.

    Raises:
        FileError: It cannot be written.
    """
    begin_run(run, project, folder, IMPORTED)
    tensors = {
        f"{network}.{name}": torch.from_numpy(np.array(value))
        for network, own in weights.items()
        for name, value in named(project, network, own).items()
    }
    checkpoint.save(RunFolder(run).checkpoints, Snapshot(tensors, {}, {"step": 0}))
    return run


def begin_run(run: Path, project: Project, folder: Path, state: str, **facts: Any) -> None:
    """Make the folder of a run that no training was begun for; its weights are still to be saved.

    Args:
        run: The run folder; made.
        project: The project.
        folder: Folder of the project file, where relative data paths start.
        state: ``imported`` or ``compressed``.
        facts: What else its summary says; see :class:`~engine.runs.summary.Summary`.

    Raises:
        FileError: It cannot be written.
    """
    place = RunFolder(run)
    place.make()
    save(project, place.project)
    Store(place.database).close()
    summary = _summary(project, str(folder.resolve()), state)
    write_summary(run, msgspec.structs.replace(summary, **facts))


def named(
    project: Project, network: str, weights: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return weights with the names of their modules, which differ from ids that Python needs itself."""
    names = child_names(project.networks[network].nodes)
    found = {}
    for key, value in weights.items():
        node, dot, parameter = key.partition(".")
        found[f"{names.get(node, node)}{dot}{parameter}"] = value
    return found


def _summary(project: Project, folder: str, state: str) -> Summary:
    return Summary(
        project=project.name,
        objective=project.objective.type,
        state=state,
        seed=project.recipe.seed,
        torch=str(torch.__version__),
        started=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        folder=folder,
        seal=seal(folder),
    )
