"""The networks as a Jupyter notebook."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from engine.compute.modes import same_randomness, threads
from engine.export.examples import trials
from engine.export.pytorch import document
from engine.export.repeating.obstacles import obstacles
from engine.export.repeating.page import imports_of
from engine.export.repeating.program import Program, program_of
from engine.export.repeating.proof import need_same_steps
from engine.export.safetensors import weights_bytes
from engine.export.writer import Answer, Job, Writer, answer_of, npz_bytes
from projects.errors import Problem

HERE = "HERE = Path.cwd()"
FEW = 3
TRY = f"again, metrics, losses = repeat({FEW})\nprint(losses)"


class NotebookWriter(Writer):
    """Writes a notebook, the weights, and examples to try them with.

    Args:
        job: What is handed over.
        count: How many examples are shown.
        training: Whether cells that repeat the training are written.
    """

    def __init__(self, job: Job, count: int, training: bool) -> None:
        super().__init__(job)
        self._count = count
        self._training = training
        self._obstacles = obstacles(job) if training else []
        self._room: dict[str, Any] = {}  # what there is once the cells have been run

    def lacking(self) -> list[Problem]:
        """Say why the training is not repeated, where it isn't."""
        return self._obstacles

    def files(self) -> dict[str, bytes]:
        """Return the cells, the weights and the examples, and what the training needs."""
        job, stem = self.job, self.job.stem
        weights, examples = f"{stem}.safetensors", f"{stem}_examples.npz"
        cells = [_words(f"# {_plain(job.about)}\n\n{_plain(job.session.project.description)}")]
        text = document(job.networks, weights, job.about, job.constants())
        text = text.replace("Path(__file__).parent", "HERE")
        first, *others = text.rstrip().split("\n\n\n")
        first = first.replace("\nWEIGHTS = ", f"\n{HERE}\nWEIGHTS = ")
        cells += [_words("## The networks"), _code(first), *map(_code, others)]
        cells.append(
            _words("## Answers\n\nExamples as the networks take them: scaled as in the training.")
        )
        cells.append(_code(_READING.format(name=examples)))
        cells += [_code(_answer(job, name)) for name, module in job.networks.items()]
        found = {
            weights: weights_bytes(job.networks, {"project": job.about}),
            examples: self._examples(),
        }
        if self._training and not self._obstacles:
            program = program_of(job, False)
            found |= program.files
            cells += _training(program)
        return {**found, job.name: _notebook(cells)}

    def answers(self, folder: Path) -> Answer:
        """Return what the networks compute once all cells have been run."""
        self._room = self._run(folder)
        load = self._room["load"]
        return answer_of({name: load(name) for name in self.job.networks})

    def tried(self, folder: Path) -> list[str]:
        """Compare the first steps of the training, after :meth:`answers`."""
        if not self._training or self._obstacles:
            return []
        return [need_same_steps(self.job, self._room["repeat"])]

    def _run(self, folder: Path) -> dict[str, Any]:
        """What there is once the cells have been run.

        What may be answered is asked without gradients; in a notebook nobody forbids them.
        """
        cells = json.loads((folder / self.job.name).read_text(encoding="utf-8"))["cells"]
        room: dict[str, Any] = {"__name__": "__main__"}
        with (
            threads(torch.get_num_threads()),
            same_randomness(torch.device("cpu")),
            contextlib.redirect_stdout(io.StringIO()),
            torch.enable_grad(),
        ):
            for cell in cells:
                if cell["cell_type"] == "code":
                    text = "".join(cell["source"]).replace(HERE, f"HERE = Path({str(folder)!r})")
                    exec(compile(text, self.job.name, "exec"), room)
        return room

    def _examples(self) -> bytes:
        tried = trials(self.job.session, self.job.session.task.networks)
        data = self.job.session.data
        part = data.validation if len(data.validation.inputs) else data.train
        arrays: dict[str, NDArray[Any]] = {}
        for name in self.job.networks:
            trial = tried[name]
            count = min(self._count, trial.real) if trial.real else self._count
            arrays[name] = trial.inputs[:count].numpy()
            if trial.labels is not None:
                arrays[f"{name}_labels"] = trial.labels[:count].numpy()
            if trial.part and part.targets is not None and data.info.classes:
                arrays[f"{name}_targets"] = part.targets[: len(arrays[name])]
        return npz_bytes(arrays)


def _training(program: Program) -> list[dict[str, Any]]:
    """Cells that repeat the training."""
    first, *others = program.text.split("\n\n\n")
    head = "\n".join(imports_of(program.text))
    return [
        _words(
            "## The training\n\nThe same again, from the same first weights: `repeat()` makes all steps, "
            f"`repeat({FEW})` the first ones."
        ),
        _code(f"{head}\n\n{first}"),
        *map(_code, others),
        _code(TRY),
    ]


def _answer(job: Job, name: str) -> str:
    module, info = job.networks[name], job.session.data.info
    told = f', torch.from_numpy(examples["{name}_labels"])' if module.label is not None else ""
    lines = [
        f"network = load({name!r})",
        "with torch.no_grad():",
        f"    outputs = network(torch.from_numpy(examples[{name!r}]){told})",
        "print(tuple(outputs.shape))",
    ]
    if job.session.project.objective.type == "classification" and name == "classifier":
        lines += [
            'for shares, target in zip(outputs.softmax(1), examples["classifier_targets"], strict=True):',
            "    best = int(shares.argmax())",
            '    print(f"{CLASSES[best]} ({float(shares[best]):.1%}), in truth {CLASSES[int(target)]}")',
        ]
    elif "TARGET_SCALE" in job.constants():
        lines.append("print(outputs * torch.tensor(TARGET_SCALE) + torch.tensor(TARGET_SHIFT))")
    else:
        lines.append("print(outputs[0])")
    if module.out_shape.rank == 3 or (module.in_shape.rank == 3 and info.kind == "image"):
        shown = "outputs" if module.out_shape.rank == 3 else f"examples[{name!r}]"
        lines += _PICTURES.format(shown=shown).splitlines()
    return "\n".join(lines)


_READING = """import numpy as np
import torch

with np.load(HERE / {name!r}, allow_pickle=False) as stored:
    examples = {{name: stored[name] for name in stored.files}}"""

_PICTURES = """try:
    import matplotlib.pyplot as plt
except ImportError:
    print("Install matplotlib to see pictures.")
else:
    shown = np.asarray({shown})[:8]
    figure, axes = plt.subplots(1, len(shown), squeeze=False)
    for axis, image in zip(axes[0], shown, strict=True):
        axis.imshow(image[0], cmap="gray")
        axis.axis("off")
    plt.show()"""


def _plain(text: str) -> str:
    """A person's words as Markdown that holds no markup of theirs."""
    return "".join(
        f"\\{c}" if c in "\\`*_{}[]<>#|$!" else c for c in text if c.isprintable() or c == "\n"
    )


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }


def _notebook(cells: list[dict[str, Any]]) -> bytes:
    """The cells as nbformat 4.5, where each has an id."""
    for place, cell in enumerate(cells):
        name = hashlib.sha256(f"{place}{''.join(cell['source'])}".encode()).hexdigest()
        cell["id"] = name[:12]
    whole = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"
