"""Hands example projects over in every format and measures how far the files are from the networks.

Without an option every example is taken, with the weights that a training would begin with, which tries the arithmetic of every
layer; with ``--trained`` some are trained first, for outputs and what adds up to them grow while a network learns. The difference
is the largest over all networks of an example, on 64 real examples of its data (on drawn latents, where a network takes no
examples), in batches of 1, 7 and 56; it stands beside the largest output.

    python -m benchmarks.exports [--trained] [FORMAT …]
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from engine.compute.evaluate import open_run
from engine.compute.session import Session, open_session
from engine.compute.trainer import Trainer
from engine.export.hand_out import Handed, possible, written
from engine.exports.base import EXPORTS, Export
from engine.runs.control import Control, Limits, Silent
from projects.errors import UserError
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire
from projects.templates import EXAMPLES, template, templates

FORMATS = ("pytorch", "safetensors", "torch_export", "onnx", "notebook", "numpy", "keras")
TRAINED = {
    "digits_mlp": 500,
    "fashion_cnn": 500,
    "digits_lstm": 500,
    "subjects": 500,
    "passages": 200,
    "diabetes": 500,
    "vae_fashion": 500,
    "dcgan_fashion": 200,
}
"""Steps by example, each at most as many as its recipe has."""

ATTENTIVE = 500  # steps of the network below, for no example has such layers
LAYERS = {
    "input": Node(type="input"),
    "rows": Node(type="reshape", params={"sizes": [8, 8]}),
    "embed": Node(type="linear", params={"units": 32}),
    "places": Node(type="learned_positions"),
    "encoder": Node(type="transformer_encoder", params={"heads": 4}),
    "flatten": Node(type="flatten"),
    "logits": Node(type="linear", params={"units": 10}),
    "output": Node(type="output"),
}


def attentive() -> Project:
    """Return a classifier of digits that reads their rows by a transformer."""
    wires = tuple(Wire(*ends) for ends in itertools.pairwise(LAYERS))
    return Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={"classifier": Network(nodes=LAYERS, wires=wires)},
        recipe=Recipe(epochs=60, batch_size=64),
    )


def handed(session: Session, export: Export, folder: Path) -> Iterator[Handed]:
    """Yield what is written of each network; of all at once in formats that hold several."""
    for name in list(session.task.networks) if export.single else [""]:
        yield written(folder, session, export, folder / f"m{export.suffix}", name, replace=True)


def differs(session: Session, export: Export, folder: Path) -> tuple[str, float]:
    """Return the largest difference of a format, or why there is none; and the largest output beside it."""
    if problems := possible(folder, session, export):
        return problems[0].message, 0.0
    try:
        found = [
            (done.difference, done.largest)
            for done in handed(session, export, folder)
            if done.difference is not None
        ]
    except UserError as error:
        return str(error), 0.0
    if not found:
        return "not run", 0.0
    difference, largest = max(found)
    return f"{difference:.1e}", largest


def sessions(trained: bool, folder: Path) -> Iterator[tuple[str, Session]]:
    """Yield examples by name, with the first weights of a training or with learned ones."""
    if trained:
        for name, steps in TRAINED.items():
            yield learned(name, template(name).project, steps, folder / name)
        yield learned("transformer on digits", attentive(), ATTENTIVE, folder / "attentive")
        return
    for example in templates():
        torch.manual_seed(0)
        yield example.name, open_session(example.project, EXAMPLES, torch.device("cpu"))


def learned(name: str, project: Project, steps: int, run: Path) -> tuple[str, Session]:
    """Train a project for some steps; return what it is called, and what it came to."""
    limits = Limits(max_steps=steps)
    done = Trainer(project, EXAMPLES, run, Silent(), Control(), limits=limits).run()
    return f"{name}, {done.steps:,} steps", open_run(run)


def main(formats: Sequence[str], trained: bool) -> None:
    """Print a table: an example a line, a format a column."""
    torch.set_num_threads(1)
    print("| example | largest output |", " | ".join(formats), "|")
    print("|---|---|", "---|" * len(formats))
    with tempfile.TemporaryDirectory() as runs:
        for name, session in sessions(trained, Path(runs)):
            cells, most = [], 0.0
            for tag in formats:
                settings = {"training": False} if tag in ("pytorch", "notebook") else {}
                with tempfile.TemporaryDirectory() as folder:
                    cell, largest = differs(session, EXPORTS.make(tag, settings), Path(folder))
                cells.append(cell)
                most = max(most, largest)
            print(f"| {name} | {most:.3g} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("formats", metavar="FORMAT", nargs="*", help=f"of {', '.join(FORMATS)}")
    parser.add_argument("--trained", action="store_true", help="train some examples first")
    asked = parser.parse_args()
    if unknown := set(asked.formats) - set(FORMATS):
        parser.error(f"there is no format {', '.join(sorted(unknown))} that computes")
    main([tag for tag in FORMATS if not asked.formats or tag in asked.formats], asked.trained)
