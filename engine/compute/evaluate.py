"""What a trained run can do: be measured, answer for inputs, draw examples, hand out its networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compression.activation import rounded_in
from engine.compute import checkpoint
from engine.compute.averages import use_averages
from engine.compute.checkpoint import Snapshot
from engine.compute.compression.grid import Grids
from engine.compute.facts import unfit
from engine.compute.keys import below
from engine.compute.modes import same_randomness
from engine.compute.network import GraphModule
from engine.compute.rounding import round_as
from engine.compute.session import Session, open_session
from engine.compute.task import load_weights_into
from engine.data.prepare import Part
from engine.layers.base import Shape
from engine.runs.folder import RunFolder
from engine.runs.known_data import changed_data, need_known_data
from engine.runs.origin import data_folder
from engine.runs.reader import Reader
from engine.runs.summary import read_summary
from engine.runs.vocabulary import need_vocabulary
from projects.errors import DataError, UserError
from projects.translation import gettext as _

SPLITS = ("test", "validation", "train")


Told = Callable[[UserError], None]


def open_run(run: Path, damaged: Told = lambda _error: None) -> Session:
    """Return a run's project in memory, on the processor, with its best weights (the last ones when none were best).

    Args:
        run: The run folder.
        damaged: Told of every newer checkpoint that is damaged, in whose place an older one is used.

    Raises:
        RunError: It is no run, has no whole checkpoint, or learned from other data than there are now.
        DataError: Its data is gone.
    """
    return open_on_grids(run, damaged)[0]


def open_on_grids(run: Path, damaged: Told = lambda _error: None) -> tuple[Session, Grids]:
    """Return what :func:`open_run` does, and the grids on which weights lie.

    Args:
        run: The run folder.
        damaged: As there.

    Raises:
        RunError: It is no run, has no whole checkpoint, or learned from other data than there are now.
        DataError: Its data is gone.
    """
    Reader(run).project()  # a folder that is no run says so
    snapshot, damages = checkpoint.load_newest(RunFolder(run).checkpoints)
    for damage in damages:
        damaged(damage)
    session = open_fresh(run)
    _need_same_data(run, session, snapshot)
    return session, use_weights(session, snapshot)


def open_fresh(run: Path) -> Session:
    """Return a run's project in memory, on the processor, with the weights that its seed draws.

    Args:
        run: The run folder.

    Raises:
        RunError: It is no run, or learned from other data than there are now.
        DataError: Its data is gone.
    """
    return fresh_state(run)[0]


def fresh_state(run: Path) -> tuple[Session, torch.Tensor]:
    """Return what :func:`open_fresh` does, and the state of torch's random numbers after the weights were drawn.

    With both a training of the run begins on a processor.
    """
    project = Reader(run).project()
    folder = data_folder(run, read_summary(run))
    here = torch.device("cpu")
    with same_randomness(here):
        torch.manual_seed(project.recipe.seed)
        session = open_session(project, folder, here)
        state = torch.get_rng_state()
    need_vocabulary(run, session.data.info)
    need_known_data(run, session.data)
    return session, state


def _need_same_data(run: Path, session: Session, snapshot: Snapshot) -> None:
    """Refuse to hand out a run that keeps nothing of its data where their files are not those of its checkpoint.

    Args:
        run: The run folder; one that knows its data was asked when it was opened.
        session: The run, opened.
        snapshot: The checkpoint; without a fingerprint, as imported runs and variants have it, nothing is asked.

    Raises:
        RunError: Sizes or times of the files are others.
    """
    kept = snapshot.facts.get("run")
    environment = kept.get("environment") if isinstance(kept, dict) else None
    before = environment.get("data") if isinstance(environment, dict) else None
    known = RunFolder(run).data.is_file()
    if before is not None and before != session.data.fingerprint and not known:
        raise changed_data()


def use_weights(session: Session, snapshot: Snapshot, best: bool = True) -> Grids:
    """Give an open run the weights of a checkpoint, averages in the place of what they average, rounded as it says.

    Args:
        session: The run, opened.
        snapshot: The checkpoint.
        best: Whether those of the best evaluation, where there was one.

    Returns:
        The grids on which weights lie now.

    Raises:
        RunError: They do not fit.
    """
    try:
        load_weights_into(session.task, (best and snapshot.best) or snapshot.weights)
        use_averages(session.task)
        task = session.task
        made = round_as(
            (*task.networks.items(), *task.averages().items()), rounded_in(snapshot.facts)
        )
    except (RuntimeError, LookupError, TypeError, ValueError) as error:
        raise unfit(snapshot, str(error)) from error
    return made or {name: below(f"{name}.", snapshot.grids) for name in task.networks}


def evaluate(session: Session, split: str = "test") -> dict[str, float]:
    """Return the metrics of a run's best weights on one part of its data.

    Args:
        session: The run, opened.
        split: ``test``, ``validation`` or ``train``.

    Raises:
        DataError: The part has no examples.
    """
    parts = {name: getattr(session.data, name) for name in SPLITS}
    part: Part = parts[split]
    if not session.task.can_measure(part):
        raise DataError(
            _("there is no example in the {split} part.").format(split=split), where="data.split"
        )
    found = session.task.measure(part, split)
    return {**found.metrics, **found.details}


def predict(session: Session, inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return a run's outputs for inputs in the data's own units.

    Args:
        session: The run, opened.
        inputs: ``(examples, …)``, each shaped like an example or flat; bytes are images from 0 to 255.

    Raises:
        RunError: Its networks only draw.
        DataError: The inputs do not have the shape of the data's examples.
    """
    shape = session.data.info.input
    given = np.asarray(inputs)
    if given.ndim == 0 or given.size != len(given) * shape.elements:
        raise DataError(
            _("expected examples of the shape {expected}, got an array of {given}.").format(
                expected=shape, given="×".join(map(str, given.shape))
            ),
            hint=_("Examples come first; the rest is the shape of one."),
        )
    rows = given.reshape(len(given), *shape.dims)
    if rows.dtype == np.uint8 and shape.kind == "float":
        rows = rows.astype(np.float32) / np.float32(255)
    if shape.kind == "index":
        _need_indices(rows, shape)
    dtype = np.int64 if shape.kind == "index" else np.float32
    with np.errstate(over="ignore", invalid="ignore"):
        prepared = np.ascontiguousarray(session.data.scaler.apply(rows), dtype=dtype)
    finite = np.isfinite(prepared.reshape(len(prepared), -1)).all(axis=1)
    if not finite.all():
        raise DataError(
            _("example {row} holds a value that is missing, infinite or too large.").format(
                row=int(np.argmin(finite)) + 1
            ),
            hint=_("Fill it in or take the example out."),
        )
    return session.task.predict(torch.from_numpy(prepared))


def _need_indices(rows: NDArray[Any], shape: Shape) -> None:
    """Refuse what names no entry of the run's vocabulary; names the example."""
    count = shape.classes or np.iinfo(np.int64).max
    with np.errstate(invalid="ignore"):
        fine = (rows >= 0) & (rows < count) & (rows == np.floor(rows))
    fine = fine.reshape(len(rows), -1).all(axis=1)
    if not fine.all():
        raise DataError(
            _("example {row} holds a value that is no index from 0 to {last:,}.").format(
                row=int(np.argmin(fine)) + 1, last=count - 1
            ),
            hint=_("Give the indices of the run's vocabulary, or a text file."),
        )


def networks(session: Session) -> dict[str, GraphModule]:
    """Return the networks that a run hands out: averages in place of what they average."""
    averages = session.task.averages()
    chosen = {name: averages.get(name, module) for name, module in session.task.networks.items()}
    return {name: module.eval() for name, module in chosen.items()}
