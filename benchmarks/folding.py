"""How much folding of batch norms changes what networks answer: every example project with norms that fold.

Usage: ``python benchmarks/folding.py [NAME …] [--steps N] [--seeds N]``. Each is trained for some steps first, on one CPU
thread, so that its norms have seen data; then the outputs of its networks are compared in evaluation mode, 256 examples at
once: of the validation part where that is what enters a network, random ones else.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from small_networks import with_recipe

from engine.blocks import unfold
from engine.compute.compression.compressing import applied
from engine.compute.compression.model import Model, model_of
from engine.compute.network import GraphModule, random_input
from engine.compute.trainer import Trainer
from engine.runs.control import Control, Silent
from projects.errors import CompressionError
from projects.schema import Plug, Project
from projects.templates import EXAMPLES, templates

EXAMPLES_AT_ONCE = 256
FOLD = Plug("fold_norms")
Outputs = Mapping[str, torch.Tensor]


def has_norms(project: Project) -> bool:
    """Whether a batch norm stands in one of the networks, blocks included."""
    drawn = (unfold(network, project.blocks).network for network in project.networks.values())
    return any(node.type == "batch_norm" for network in drawn for node in network.nodes.values())


def trained(project: Project, steps: int, seed: int, folder: Path) -> Model:
    """The networks of a project after some steps."""
    recipe = {"seed": seed, "threads": 1, "device": "cpu", "max_steps": steps}
    seeded = with_recipe(project, **recipe)
    run = folder / f"{seed}"
    Trainer(seeded, EXAMPLES, run, Silent(), Control(attended=False)).run()
    return model_of(run)


def entering(model: Model, network: GraphModule) -> tuple[torch.Tensor, ...]:
    """What a network is asked: examples where it takes such, random numbers else; and its labels."""
    generator = torch.Generator().manual_seed(0)
    inputs = random_input(network, EXAMPLES_AT_ONCE, generator)
    real = model.session.data.validation.inputs[:EXAMPLES_AT_ONCE]
    if inputs.shape[1:] == real.shape[1:] and inputs.is_floating_point():
        inputs = torch.as_tensor(real)
    labels = network.any_labels(len(inputs), generator)
    return (inputs,) if labels is None else (inputs, labels)


def answers(model: Model, asked: Mapping[str, tuple[torch.Tensor, ...]]) -> Outputs:
    """What the networks answer in evaluation mode."""
    with torch.inference_mode():
        return {name: module(*asked[name]) for name, module in model.modules().items()}


def changes(model: Model) -> Iterator[tuple[str, float, float]]:
    """By network the largest change of an output, and the largest output."""
    asked = {name: entering(model, module) for name, module in model.modules().items()}
    before, after = answers(model, asked), answers(applied(model, [FOLD]), asked)
    for name, told in before.items():
        if not torch.equal(told, after[name]):
            yield name, float((after[name] - told).abs().max()), float(told.abs().max())


def main() -> None:
    """Train, fold, compare; a line for every network that has changed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of examples; all when left out")
    parser.add_argument("--steps", type=int, default=100, help="that each is trained for")
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    chosen = parser.parse_args()
    for example in templates():
        asked = not chosen.names or example.name in chosen.names
        if not asked or not has_norms(example.project):
            continue
        found: dict[str, list[tuple[float, float]]] = {}
        with tempfile.TemporaryDirectory() as folder:
            try:
                for seed in range(chosen.seeds):
                    model = trained(example.project, chosen.steps, seed, Path(folder))
                    for name, change, largest in changes(model):
                        found.setdefault(name, []).append((change, largest))
            except CompressionError:
                continue  # it has no norm that folds
        for name, rows in found.items():
            change = max(change for change, _largest in rows)
            mean = statistics.mean(largest for _change, largest in rows)
            print(f"| `{example.name}` | {name} | {change:.1e} | {mean:.3g} |", flush=True)


if __name__ == "__main__":
    main()
