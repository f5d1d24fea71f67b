"""What making networks smaller costs and gains: one figure a name, as a row for docs/results.md.

Usage: ``python benchmarks/compression.py [NAME …] [--seeds N]``. Trainings run on one CPU thread, one after the other;
those that several figures begin with are trained once a seed.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
import torch

from projects.schema import Distillation, Network, Node, Plug, Project, Wire
from projects.templates import EXAMPLES, template

if TYPE_CHECKING:
    from engine.compute.network import GraphModule

EPOCHS, AGAIN = 8, 8
SHARE = 0.5  # of the filters of every convolution
ROUNDS, PASSES = 8, 30
Figures = dict[str, float]
Layer = tuple[str, dict[str, int]]


class Workshop:
    """Runs of one seed, in a folder that goes away.

    Args:
        folder: Where they are written.
        seed: Of every recipe.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.seed = seed

    def train(
        self,
        name: str,
        project: Project,
        weights_from: Path | None = None,
        teacher: Path | None = None,
    ) -> tuple[Path, Figures]:
        """Train once a name; return the run and its metrics."""
        from engine.compute.trainer import Trainer
        from engine.runs.control import Control, Silent
        from engine.runs.summary import read_summary

        run = self.folder / name
        if not run.exists():
            recipe = msgspec.structs.replace(
                project.recipe, seed=self.seed, threads=1, device="cpu"
            )
            seeded = msgspec.structs.replace(project, recipe=recipe)
            Trainer(
                seeded,
                EXAMPLES,
                run,
                Silent(),
                Control(attended=False),
                weights_from=weights_from,
                teacher=teacher,
            ).run()
        return run, read_summary(run).metrics

    def squeeze(self, name: str, run: Path, *steps: Plug) -> tuple[Path, Figures]:
        """Make a variant; return it and how many times smaller it is."""
        from engine.compute.compression.compressing import compress

        place, made = compress(run, steps, self.folder / name)
        before, after = made.parent, made.size
        return place, {
            "times_fewer_weights": before.parameters / after.parameters,
            "times_fewer_macs": before.macs / after.macs,
        }


def times_faster(run: Path, other: Path) -> Figures:
    """How many times less processor time a run needs for a pass than another: by turns, the least of each."""
    from engine.compute.evaluate import networks, open_run
    from engine.compute.modes import threads

    both = [list(networks(open_run(place)).values()) for place in (other, run)]
    found: Figures = {}
    with threads(1), torch.inference_mode():
        for batch in (1, 64):
            rows = [[pass_seconds(one, batch) for one in both] for _ in range(ROUNDS)]
            slow, fast = (min(column) for column in zip(*rows, strict=True))
            found[f"times_faster_{batch}"] = slow / fast
    return found


def pass_seconds(modules: Sequence[GraphModule], batch: int) -> float:
    """Processor seconds of one pass, the mean of some."""
    from engine.compute.network import random_input

    fed = [(module, random_input(module, batch)) for module in modules]
    begun = time.process_time()
    for _ in range(PASSES):
        for module, inputs in fed:
            module(inputs)
    return (time.process_time() - begun) / PASSES


def with_recipe(project: Project, **changes: object) -> Project:
    """The project with another recipe."""
    return msgspec.structs.replace(
        project, recipe=msgspec.structs.replace(project.recipe, **changes)
    )


def fashion_cnn() -> Project:
    """The example, a little shorter: three convolutions of 16, 32 and 64 filters with batch norms."""
    return with_recipe(template("fashion_cnn").project, epochs=EPOCHS)


def gently(project: Project) -> Project:
    """The same for some more passes, at a rate that falls to 0."""
    optimizer = Plug("adam", {**project.recipe.optimizer.params, "lr": 1e-3})
    return with_recipe(project, epochs=AGAIN, optimizer=optimizer, schedule=Plug("cosine"))


def chain(*layers: Layer) -> Network:
    """A network of layers in a row, between an Input and an Output."""
    nodes = {"input": Node(type="input")}
    nodes |= {
        f"{kind}{n}": Node(type=kind, params=params) for n, (kind, params) in enumerate(layers)
    }
    nodes["output"] = Node(type="output")
    return Network(nodes=nodes, wires=tuple(Wire(a, b) for a, b in itertools.pairwise(nodes)))


def digits_mlp(*units: int) -> Project:
    """The example with hidden layers of these sizes."""
    hidden = [part for size in units for part in (("linear", {"units": size}), ("relu", {}))]
    network = chain(("flatten", {}), *hidden, ("linear", {"units": 10}))
    project = template("digits_mlp").project
    return msgspec.structs.replace(project, networks={"classifier": network})


def pruned_units(
    shop: Workshop, project: Project, share: float, criterion: str = "l1", teach: bool = False
) -> Figures:
    """A share of the units of every layer away, trained on, norms folded where there are some."""
    from engine.runs.reader import Reader

    kind = project.data.source.type
    whole, before = shop.train(f"{kind}_whole", project)
    steps = Plug("prune_units", {"amount": share, "criterion": criterion})
    name = f"{kind}_{criterion}_{teach}"
    cut, gains = shop.squeeze(f"{name}_cut", whole, steps)
    narrow = gently(Reader(cut).project())
    if teach:
        narrow = with_recipe(narrow, distillation=Distillation())
    tuned, after = shop.train(
        f"{name}_tuned", narrow, weights_from=cut, teacher=whole if teach else None
    )
    found = {
        "test_accuracy_before": 100 * before["test_accuracy"],
        "points_after": 100 * (after["test_accuracy"] - before["test_accuracy"]),
        **gains,
        **{f"{key}_by_cut": value for key, value in times_faster(tuned, whole).items()},
    }
    layers = project.networks["classifier"].nodes.values()
    if any(layer.type == "batch_norm" for layer in layers):
        folded, _gains = shop.squeeze(f"{name}_folded", tuned, Plug("fold_norms"))
        found |= times_faster(folded, whole)
    return found


def fashion_student() -> Project:
    """A network of 4, 8 and 8 filters for the same images."""
    layers = [
        part
        for filters in (4, 8, 8)
        for part in (("conv2d", {"filters": filters}), ("relu", {}), ("max_pool2d", {}))
    ]
    network = chain(*layers, ("flatten", {}), ("linear", {"units": 10}))
    return msgspec.structs.replace(fashion_cnn(), networks={"classifier": network})


def fashion_mlp() -> Project:
    """LeNet-300-100 of Han et al. 2015 and Frankle & Carbin 2019, for the same images."""
    network = chain(
        ("flatten", {}),
        ("linear", {"units": 300}),
        ("relu", {}),
        ("linear", {"units": 100}),
        ("relu", {}),
        ("linear", {"units": 10}),
    )
    return msgspec.structs.replace(fashion_cnn(), networks={"classifier": network})


def fashion_lenet() -> Project:
    """LeNet-5 with ReLU and max pooling, for the same images."""
    network = chain(
        ("conv2d", {"filters": 6, "kernel": 5}),
        ("relu", {}),
        ("max_pool2d", {}),
        ("conv2d", {"filters": 16, "kernel": 5}),
        ("relu", {}),
        ("max_pool2d", {}),
        ("flatten", {}),
        ("linear", {"units": 120}),
        ("relu", {}),
        ("linear", {"units": 84}),
        ("relu", {}),
        ("linear", {"units": 10}),
    )
    return msgspec.structs.replace(fashion_cnn(), networks={"classifier": network})


def pruned_weights(
    shop: Workshop, name: str, project: Project, share: float, criterion: str = "magnitude"
) -> Figures:
    """A share of the weights away, little by little, while the trained network learns on."""
    from engine.compute.compression.measuring import size_of
    from engine.compute.compression.model import model_of

    whole, before = shop.train(f"{name}_whole", project)
    rule = {"amount": share, "criterion": criterion, "end": 0.6, "every": 10}
    tuned = with_recipe(gently(project), epochs=2 * AGAIN, pruning=Plug("gradual", rule))
    run, after = shop.train(f"{name}_{criterion}_{share}", tuned, weights_from=whole)
    size = size_of(model_of(run).session, 0)
    return {
        "test_accuracy_before": 100 * before["test_accuracy"],
        "test_accuracy_after": 100 * after["test_accuracy"],
        "points_after": 100 * (after["test_accuracy"] - before["test_accuracy"]),
        "per_cent_nonzero": 100 * size.nonzero / size.parameters,
    }


def distilled(shop: Workshop, large: Project, small: Project) -> Figures:
    """A small network alone, and with the large one as its teacher."""
    kind = large.data.source.type
    whole, teacher = shop.train(f"{kind}_teacher", large)
    _run, alone = shop.train(f"{kind}_alone", small)
    taught = with_recipe(small, distillation=Distillation(temperature=2.0, mix=0.7))
    _run, found = shop.train(f"{kind}_taught", taught, teacher=whole)
    return {
        "test_accuracy_teacher": 100 * teacher["test_accuracy"],
        "test_accuracy_alone": 100 * alone["test_accuracy"],
        "test_accuracy_taught": 100 * found["test_accuracy"],
        "points_gained": 100 * (found["test_accuracy"] - alone["test_accuracy"]),
    }


FIGURES: dict[str, Callable[[Workshop], Figures]] = {
    "digits_units": lambda shop: pruned_units(shop, digits_mlp(512, 512), 0.5),
    "digits_units_random": lambda shop: pruned_units(shop, digits_mlp(512, 512), 0.5, "random"),
    "digits_distilled": lambda shop: distilled(
        shop, template("digits_mlp").project, digits_mlp(24)
    ),
    "fashion_units": lambda shop: pruned_units(shop, fashion_cnn(), SHARE),
    "fashion_units_taught": lambda shop: pruned_units(shop, fashion_cnn(), SHARE, teach=True),
    "mlp_weights": lambda shop: pruned_weights(shop, "mlp", fashion_mlp(), 0.92),
    "mlp_weights_random": lambda shop: pruned_weights(shop, "mlp", fashion_mlp(), 0.92, "random"),
    "lenet_weights": lambda shop: pruned_weights(shop, "lenet", fashion_lenet(), 0.91),
    "lenet_weights_random": lambda shop: pruned_weights(
        shop, "lenet", fashion_lenet(), 0.91, "random"
    ),
    "fashion_distilled": lambda shop: distilled(shop, fashion_cnn(), fashion_student()),
}


def spread(values: Sequence[float]) -> str:
    """Return mean ± standard deviation."""
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.2f} ± {deviation:.2f}"


def main() -> None:
    """Measure, and print a line for every number."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(FIGURES))
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    chosen = parser.parse_args()
    found: dict[str, list[Figures]] = {name: [] for name in chosen.names}
    for seed in range(chosen.seeds):
        with tempfile.TemporaryDirectory() as folder:
            shop = Workshop(Path(folder), seed)
            for name in chosen.names:
                found[name].append(FIGURES[name](shop))
                print(name, seed, found[name][-1], file=sys.stderr, flush=True)
    for name, rows in found.items():
        for number in rows[0]:
            print(f"| `{name}` | {number} | {spread([row[number] for row in rows])} |")


if __name__ == "__main__":
    main()
