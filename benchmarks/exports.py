"""Hands every example project over in every format and measures how far the files are from the networks.

Weights are those that a training would begin with, for what counts here is the arithmetic. The difference is the largest
over all networks of an example, with real examples of its data and random ones, in batches of 1, 7 and more.

    python -m benchmarks.exports [FORMAT …]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import torch

from engine.compute.session import Session, open_session
from engine.export.hand_out import possible, written
from engine.exports.base import EXPORTS, Export
from projects.errors import UserError
from projects.templates import EXAMPLES, templates

FORMATS = ("pytorch", "safetensors", "torch_export", "onnx", "notebook", "numpy", "keras")


def differs(session: Session, export: Export, folder: Path) -> str:
    """Return the largest difference of a format, or why there is none."""
    if problems := possible(folder, session, export):
        return problems[0].message
    networks = list(session.task.networks) if export.single else [""]
    worst = 0.0
    for name in networks:
        try:
            done = written(
                folder, session, export, folder / f"m{export.suffix}", name, replace=True
            )
        except UserError as error:
            return str(error)
        if done.difference is None:
            return "not run"
        worst = max(worst, done.difference)
    return f"{worst:.1e}"


def main(wanted: list[str]) -> None:
    """Print a table: an example a line, a format a column."""
    torch.set_num_threads(1)
    formats = [tag for tag in FORMATS if not wanted or tag in wanted]
    print("| example |", " | ".join(formats), "|")
    print("|---|", "---|" * len(formats))
    for example in templates():
        torch.manual_seed(0)
        session = open_session(example.project, EXAMPLES, torch.device("cpu"))
        cells = []
        for tag in formats:
            settings = {"training": False} if tag in ("pytorch", "notebook") else {}
            with tempfile.TemporaryDirectory() as folder:
                cells.append(differs(session, EXPORTS.make(tag, settings), Path(folder)))
        print(f"| {example.name} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
