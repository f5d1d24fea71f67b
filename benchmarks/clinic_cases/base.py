"""What a staged training is, and what is needed to make one and to prove it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import fields, replace
from numpy.typing import NDArray

from engine.data.base import SOURCES
from engine.protocol import Scalars
from engine.runs.reader import Reader
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire

if TYPE_CHECKING:
    from engine.compute.session import Session

HEALTHY = ""
Values = NDArray[np.float64]
Layers = list[tuple[str, dict[str, Any]]]


def chain(layers: Layers, init: str | Plug = "default") -> Network:
    """Return a network of layers in a row; the ids are the type and the place."""
    nodes = {"entry": Node(type="input")}
    nodes |= {f"{kind}{i}": Node(type=kind, params=p) for i, (kind, p) in enumerate(layers)}
    nodes["exit"] = Node(type="output")
    ids = list(nodes)
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(ids))
    return Network(nodes=nodes, wires=wires, init=Plug(init) if isinstance(init, str) else init)


def perceptron(depth: int, width: int, activation: str, outputs: int, extra: Layers = ()) -> Layers:  # type: ignore[assignment]
    """Return hidden layers of one kind and a last one; ``extra`` stands behind every activation."""
    one: Layers = [("linear", {"units": width}), (activation, {}), *extra]
    return [*one * depth, ("linear", {"units": outputs})]


def classifier(network: Network, data: Data, optimizer: Plug, **recipe: Any) -> Project:
    """Return a project that tells classes."""
    settings = {"epochs": None, "max_steps": 600, "batch_size": 64, **recipe}
    return Project(
        name="case",
        networks={"classifier": network},
        data=data,
        objective=Plug("classification"),
        recipe=Recipe(optimizer=optimizer, **settings),
        probes=(),
    )


def sown(project: Project, seed: int) -> Project:
    """Return a project whose data, parts, weights and batches are all drawn by a seed, as far as they are drawn."""
    source = project.data.source
    if any(field.name == "seed" for field in fields(SOURCES.get(source.type))):
        source = Plug(source.type, {**source.params, "seed": seed})
    data = replace(project.data, source=source, split=replace(project.data.split, seed=seed))
    return replace(project, data=data, recipe=replace(project.recipe, seed=seed))


def told(row: dict[str, Any]) -> str:
    """A row of a bench for the terminal."""
    what = row["ailment"] or "healthy"
    state = "right" if row["right"] else "WRONG"
    staged = "" if row["proven"] else "  (staging did not take)"
    said = ", ".join(row["confirmed"]) or "all well"
    return (
        f"{row['case']:32} seed {row['seed']:3}  {what:26} {state}{staged}: {said}"
        f"   [{row['proof']}] {row['seconds']:.0f} s"
    )


def right_ones(rows: list[dict[str, Any]]) -> list[str]:
    """How many sick and healthy trainings of a bench were judged right, of those whose staging took."""
    lines = []
    for title, wanted in (("sick", True), ("healthy", False)):
        these = [row for row in rows if bool(row["ailment"]) == wanted and row["proven"]]
        lines.append(f"{title}: {sum(row['right'] for row in these)} of {len(these)} right")
    return [*lines, f"{sum(row['seconds'] for row in rows):.0f} s of processor time"]


class Trained:
    """A finished run, for measurements that have nothing to do with the doctor's.

    Args:
        project: What was trained.
        run: The run folder.
        failed: How its training ended early, or nothing.
    """

    def __init__(self, project: Project, run: Path, failed: str) -> None:
        self.project, self.run, self.failed = project, run, failed

    def curve(self, name: str) -> tuple[NDArray[np.int64], Values]:
        """Return steps and values of a curve; empty where there is none."""
        parts = [
            event.series[name]
            for event in Reader(self.run).events(())
            if isinstance(event, Scalars) and name in event.series
        ]
        if not parts:
            return np.empty(0, np.int64), np.empty(0)
        steps = np.concatenate([steps.numpy() for steps, _values in parts])
        return steps, np.concatenate([values.numpy() for _steps, values in parts])

    @cached_property
    def session(self) -> Session:
        """The run with its best weights, in memory."""
        from engine.compute.evaluate import open_run

        return open_run(self.run)

    @cached_property
    def fresh(self) -> Session:
        """The project as it was before the first step: the same seed draws the same weights."""
        from engine.compute import randomness
        from engine.compute.session import open_session

        randomness.seed_everything(self.project.recipe.seed)
        return open_session(self.project, self.run.parent)


Proof = Callable[[Trained], tuple[bool, str]]


@dataclass(frozen=True)
class Case:
    """A training that is staged.

    Attributes:
        project: Makes it.
        ailment: Tag of what ails it; empty: nothing.
        proof: Shows that it does, in another way than the doctor: whether, and in words.
        also: Tags of what may be said as well, because one comes of the other.
        files: Writes what the project reads into its folder, drawn by a seed.
        held_out: Whether it is kept back while thresholds are chosen.
    """

    project: Callable[[], Project]
    ailment: str
    proof: Proof
    also: frozenset[str] = frozenset()
    files: Callable[[Path, int], None] | None = None
    held_out: bool = False
