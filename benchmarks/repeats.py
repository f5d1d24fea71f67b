"""Hands every example project over with its training program, and makes the same steps both ways.

Each example is trained for a few steps, without scores of samples. Told are the largest difference of a loss, as a share of it where it
is above 1, with layers of PyTorch on both sides, or why there is no program.

    python -m benchmarks.repeats [EXAMPLE …]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import msgspec
import torch

from engine.compute.evaluate import open_run
from engine.compute.trainer import Trainer
from engine.export.hand_out import written
from engine.exports.base import EXPORTS
from engine.runs.control import Control, Silent
from projects.errors import UserError
from projects.schema import Plug, Project
from projects.templates import EXAMPLES, templates

STEPS = 4
SCORED = ("gan", "vae", "vae_gan")


def short(project: Project) -> Project:
    """Return a project that makes few steps and scores nothing."""
    objective = project.objective
    if objective.type in SCORED:
        objective = Plug(objective.type, {**objective.params, "scores": None})
    recipe = msgspec.structs.replace(project.recipe, max_steps=STEPS, device="cpu")
    return msgspec.structs.replace(project, objective=objective, recipe=recipe, probes=())


def main(wanted: list[str]) -> None:
    """Print a line for every example."""
    torch.set_num_threads(1)
    for example in templates():
        if wanted and example.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as place:
            run = Path(place) / "run"
            Trainer(short(example.project), EXAMPLES, run, Silent(), Control()).run()
            export = EXPORTS.make("pytorch", {})
            try:
                notes = written(run, open_run(run), export, Path(place) / "m.py").notes
            except UserError as error:
                notes = (str(error),)
        print(f"{example.name}: {' '.join(notes)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
