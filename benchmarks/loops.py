"""Training loops without Ganvas: the one of the textbooks, and one tuned by hand.

Run as ``python benchmarks/loops.py textbook|tuned PROJECT STEPS``; prints steps per second as JSON. The network
is the project's own, in the plain PyTorch source that Ganvas exports, so that all loops compute the same.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from engine.compute.network import build
from engine.data.prepare import prepare
from engine.export.pytorch import document
from engine.objectives.base import OBJECTIVES
from projects.files import load
from projects.schema import Project

WARM_UP = 200


def parts(path: Path) -> tuple[Project, nn.Module, Tensor, Tensor]:
    """Return the project, its network as plain PyTorch, and the training examples."""
    project = load(path).project
    prepared = prepare(project.data, path.parent)
    entries = OBJECTIVES.make_plug(project.objective).entries(project, prepared.info)
    (name,) = project.networks
    scope: dict[str, Any] = {"__name__": "exported", "__file__": "exported.py"}
    module = build(project.networks[name], {"input": entries[name]})
    exec(document({name: module}, "weights.safetensors"), scope)
    torch.manual_seed(project.recipe.seed)
    inputs = torch.from_numpy(prepared.train.inputs)
    return project, scope["NETWORKS"][name](), inputs, torch.from_numpy(prepared.train.targets)


def endless(project: Project, steps: int) -> Project:
    """Return the project with a recipe of so many steps."""
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=steps)
    return msgspec.structs.replace(project, recipe=recipe)


def textbook(path: Path, steps: int) -> float:
    """As the tutorials write it: a DataLoader, Adam with its defaults, the loss read every step."""
    project, model, inputs, targets = parts(path)
    loader = DataLoader(
        TensorDataset(inputs, targets), batch_size=project.recipe.batch_size, shuffle=True
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())
    running_loss = 0.0
    done, begun = 0, 0.0
    while True:
        for batch, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(batch), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            done += 1
            if done == WARM_UP:
                begun = time.perf_counter()
            if done == WARM_UP + steps:
                return steps / (time.perf_counter() - begun)


def tuned(path: Path, steps: int) -> float:
    """As fast as plain PyTorch gets: batches by index, fused Adam, no number read."""
    project, model, inputs, targets = parts(path)
    size = project.recipe.batch_size
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    done, begun = 0, 0.0
    while True:
        order = torch.randperm(len(inputs))
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            loss = nn.functional.cross_entropy(
                model(inputs.index_select(0, chosen)), targets.index_select(0, chosen)
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            done += 1
            if done == WARM_UP:
                begun = time.perf_counter()
            if done == WARM_UP + steps:
                return steps / (time.perf_counter() - begun)


def headless(path: Path, steps: int) -> float:
    """Ganvas' own trainer without a window, evaluations and checkpoints included."""
    import tempfile

    from engine.compute.trainer import Trainer
    from engine.protocol import Event, Scalars
    from engine.runs.control import Control

    class Clock:
        begun = (0.0, 0)
        ended = (0.0, 0)

        def emit(self, event: Event) -> None:
            if not isinstance(event, Scalars) or "train_loss" not in event.series:
                return
            now = (time.perf_counter(), int(event.series["train_loss"][0].numpy()[-1]))
            if now[1] < WARM_UP or not self.begun[0]:
                self.begun = now
            self.ended = now

    project = endless(load(path).project, WARM_UP + steps)
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        Trainer(project, path.parent, Path(folder) / "run", clock, Control()).run()
    return (clock.ended[1] - clock.begun[1]) / (clock.ended[0] - clock.begun[0])


def main() -> None:
    loop, path, steps = sys.argv[1:4]
    project = load(Path(path)).project
    torch.set_num_threads(project.recipe.threads)
    rate = {"textbook": textbook, "tuned": tuned, "headless": headless}[loop](
        Path(path), int(steps)
    )
    print(json.dumps({"steps_per_second": rate}))


if __name__ == "__main__":
    main()
