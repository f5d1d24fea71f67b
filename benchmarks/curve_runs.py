"""Run folders as trainings leave them, made without training: for measurements of what shows them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
if TYPE_CHECKING:
    from projects.schema import Project

EXAMPLE = HERE.parent / "projects" / "examples" / "digits_mlp.yaml"
PIECE = 400  # values of a row of measurements: about what half a second of training leaves


def note_run(run: Path, seed: int, rate: float, steps: int = 1000, parent: str = "") -> None:
    """Write what lists read of a training that did not happen: its project and its summary.

    Args:
        run: The run folder.
        seed: Seed of the recipe.
        rate: Learning rate of the optimiser.
        steps: How many steps it is said to have made.
        parent: Name of the run that it is said to have branched off from.
    """
    from engine.runs.folder import RunFolder
    from engine.runs.summary import Summary, write_summary
    from projects.files import save

    folder = RunFolder(run)
    folder.make()
    save(_project(seed, rate), folder.project)
    random = np.random.default_rng(seed)
    score = 0.97 + 0.01 * float(random.standard_normal())
    metrics = {"train_loss": 0.1, "validation_accuracy": score, "test_accuracy": score - 0.005}
    told = Summary(
        project="digits",
        objective="classification",
        state="finished",
        steps=steps,
        epochs=steps / 20,
        seconds=steps / 800.0,
        metrics=metrics,
        seed=seed,
        parent=parent,
        parent_step=steps // 2 if parent else 0,
    )
    write_summary(run, told)


def _project(seed: int, rate: float) -> Project:
    from projects.files import load
    from projects.paths import set_value

    project = set_value(load(EXAMPLE).project, "recipe.optimizer.lr", str(rate))
    recipe = msgspec.structs.replace(project.recipe, seed=seed)
    return msgspec.structs.replace(project, recipe=recipe)


def make_run(run: Path, seed: int, steps: int, rate: float = 1e-3, parent: str = "") -> None:
    """Write the folder of a training that did not happen.

    Args:
        run: The run folder.
        seed: Seed of the recipe, and of the noise.
        steps: How many steps it is said to have made.
        rate: Learning rate of the optimiser.
        parent: Name of the run that it is said to have branched off from.
    """
    from engine.protocol import Array, Marker, Progress, Scalars, Started, State
    from engine.runs.folder import RunFolder
    from engine.runs.store import Store

    note_run(run, seed, rate, steps, parent)
    random = np.random.default_rng(seed)
    where = np.arange(1, steps + 1)
    loss = 2.3 * np.exp(-4 * where / steps) + 0.1 + 0.05 * random.standard_normal(steps)
    each = max(1, steps // 20)
    marks = where[each - 1 :: each]
    score = 0.98 - 0.6 * np.exp(-6 * marks / steps) + 0.01 * random.standard_normal(len(marks))
    store = Store(RunFolder(run).database)
    store.emit(Started(run=str(run), step=0, steps_per_epoch=20, total_steps=steps, device="cpu"))
    store.emit(State(state="running", step=0))
    store.emit(Marker(step=steps // 2, kind="learning_rate", text="learning rate 0.0005"))
    for start in range(0, steps, PIECE):
        piece = slice(start, start + PIECE)
        told = Array.of(where[piece]), Array.of(loss[piece])
        store.emit(Scalars(series={"train_loss": told}))
        done = int(where[piece][-1])
        store.emit(
            Progress(step=done, epoch=done / 20, steps_per_second=800.0, seconds=done / 800.0)
        )
        store.flush()
    validation = 2.3 * np.exp(-4 * marks / steps) + 0.15 + 0.02 * random.standard_normal(len(marks))
    for name, values in {"validation_loss": validation, "validation_accuracy": score}.items():
        store.emit(Scalars(series={name: (Array.of(marks), Array.of(values))}))
    store.emit(State(state="finished", step=steps))
    store.close()
