"""What making networks smaller costs and gains: one figure a name, as a row for docs/results.md.

Usage: ``python benchmarks/compression.py [NAME …] [--seeds N] [--folder DIR]``. Trainings run on one CPU thread, one
after the other; those that several figures begin with are trained once a seed.
"""

from __future__ import annotations

import argparse
import shutil
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
from small_networks import (
    MOVED,
    digits_mlp,
    digits_student,
    digits_teacher,
    fashion_cnn,
    fashion_lenet,
    fashion_mlp,
    fashion_student,
    fashion_teacher,
    full,
    with_recipe,
)

from projects.schema import Distillation, Plug, Project
from projects.templates import EXAMPLES

if TYPE_CHECKING:
    from engine.compute.network import GraphModule

AGAIN = 8
TAUGHT = Distillation(temperature=4.0, mix=0.9)
SHARE = 0.5  # of the filters of every convolution
ROUNDS, PASSES = 8, 30
Figures = dict[str, float]


class Workshop:
    """Runs of one seed, in a folder of their own.

    Args:
        folder: Where they are written; trained runs that are there already are taken as they are.
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
        if not run.exists() or read_summary(run).state != "finished":
            shutil.rmtree(run, ignore_errors=True)
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

        shutil.rmtree(self.folder / name, ignore_errors=True)
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


def gently(project: Project) -> Project:
    """The same for some more passes, at a rate that falls to 0."""
    optimizer = Plug("adam", {**project.recipe.optimizer.params, "lr": 1e-3})
    return with_recipe(project, epochs=AGAIN, optimizer=optimizer, schedule=Plug("cosine"))


def again(project: Project) -> Project:
    """The same once more, twice as long, at the rates that it learned with: Renda, Frankle & Carbin 2020, section 4."""
    return with_recipe(project, epochs=2 * AGAIN)


def half_of_all(criterion: str = "l1") -> list[Plug]:
    """Half of the units of every layer go."""
    return [Plug("prune_units", {"amount": SHARE, "criterion": criterion})]


def pruned_units(
    shop: Workshop,
    name: str,
    project: Project,
    steps: Sequence[Plug],
    tune: Callable[[Project], Project] = gently,
) -> Figures:
    """Units away, trained on, norms folded where there are some."""
    from engine.runs.reader import Reader

    whole, before = shop.train(f"{name}_whole", project)
    criterion = steps[0].params.get("criterion", "l1")
    cut, gains = shop.squeeze(f"{name}_{criterion}_cut", whole, *steps)
    narrow = tune(Reader(cut).project())
    tuned, after = shop.train(f"{name}_{criterion}_tuned", narrow, weights_from=cut)
    found = {
        "test_accuracy_before": 100 * before["test_accuracy"],
        "points_after": 100 * (after["test_accuracy"] - before["test_accuracy"]),
        **gains,
        **{f"{key}_by_cut": value for key, value in times_faster(tuned, whole).items()},
    }
    layers = project.networks["classifier"].nodes.values()
    if any(layer.type == "batch_norm" for layer in layers):
        folded, _gains = shop.squeeze(f"{name}_{criterion}_folded", tuned, Plug("fold_norms"))
        found |= times_faster(folded, whole)
    return found


def pruned_weights(
    shop: Workshop, name: str, project: Project, share: float, criterion: str = "magnitude"
) -> Figures:
    """A share of the weights away, little by little, while the trained network learns on; and without that."""
    from engine.compute.compression.measuring import size_of
    from engine.compute.compression.model import model_of

    whole, before = shop.train(f"{name}_whole", project)
    rule = {"amount": share, "criterion": criterion, "end": 0.6, "every": 10}
    longer = with_recipe(gently(project), epochs=2 * AGAIN)
    _run, dense = shop.train(f"{name}_longer", longer, weights_from=whole)
    tuned = with_recipe(longer, pruning=Plug("gradual", rule))
    run, after = shop.train(f"{name}_{criterion}_{share}", tuned, weights_from=whole)
    size = size_of(model_of(run).session, 0)
    return {
        "test_accuracy_before": 100 * before["test_accuracy"],
        "test_accuracy_after": 100 * after["test_accuracy"],
        "points_after": 100 * (after["test_accuracy"] - before["test_accuracy"]),
        "points_unpruned": 100 * (dense["test_accuracy"] - before["test_accuracy"]),
        "points_beside_unpruned": 100 * (after["test_accuracy"] - dense["test_accuracy"]),
        "per_cent_nonzero": 100 * size.nonzero / size.parameters,
    }


def rounded(shop: Workshop, name: str, project: Project) -> Figures:
    """Weights and inputs of 8 bits; how much smaller the file becomes."""
    from engine.compression.variant import read_variant
    from engine.compute.evaluate import evaluate, open_run

    whole, before = shop.train(f"{name}_whole", project)
    place, _gains = shop.squeeze(f"{name}_int8", whole, Plug("quantise_static"))
    after, made = evaluate(open_run(place)), read_variant(place)
    assert made is not None
    return {
        "test_accuracy_before": 100 * before["test_accuracy"],
        "points_after": 100 * (after["test_accuracy"] - before["test_accuracy"]),
        "times_smaller": made.parent.file_bytes / made.size.file_bytes,
    }


def distilled_digits(shop: Workshop, units: int, *augment: Plug) -> Figures:
    """A hidden layer of some units, and a convolutional network as its teacher."""
    name = f"digits_{units}_{len(augment)}"
    return distilled(shop, name, digits_student(units, *augment), "digits", digits_teacher())


def distilled(
    shop: Workshop, name: str, small: Project, subject: str, large_one: Project
) -> Figures:
    """A small network alone, and with a large one as its teacher; and what they know by heart."""
    from engine.compute.compression.measuring import size_of
    from engine.compute.evaluate import evaluate, open_run

    whole, teacher = shop.train(f"{subject}_teacher", large_one)
    alone, before = shop.train(f"{name}_alone", small)
    learner = with_recipe(small, distillation=TAUGHT)
    taught, after = shop.train(f"{name}_taught", learner, teacher=whole)
    large, less = (size_of(open_run(run), 0) for run in (whole, taught))
    found = {
        "test_accuracy_teacher": 100 * teacher["test_accuracy"],
        "test_accuracy_alone": 100 * before["test_accuracy"],
        "test_accuracy_taught": 100 * after["test_accuracy"],
        "points_gained": 100 * (after["test_accuracy"] - before["test_accuracy"]),
        "times_fewer_weights": large.parameters / less.parameters,
        "times_fewer_macs": large.macs / less.macs,
        **times_faster(taught, whole),
    }
    for who, run in (("teacher", whole), ("alone", alone), ("taught", taught)):
        known = evaluate(open_run(run), "train")
        found |= {
            f"train_accuracy_{who}": 100 * known["train_accuracy"],
            f"train_loss_{who}": known["train_loss"],
        }
    return found


FIGURES: dict[str, Callable[[Workshop], Figures]] = {
    "digits_units": lambda shop: pruned_units(shop, "digits", digits_mlp(512, 512), half_of_all()),
    "digits_units_random": lambda shop: pruned_units(
        shop, "digits", digits_mlp(512, 512), half_of_all("random")
    ),
    "digits_distilled": lambda shop: distilled_digits(shop, 128),
    "digits_distilled_narrow": lambda shop: distilled_digits(shop, 16),
    "digits_distilled_moved": lambda shop: distilled_digits(shop, 128, MOVED),
    "fashion_distilled": lambda shop: distilled(
        shop, "fashion_half", fashion_student(), "fashion", fashion_teacher()
    ),
    "fashion_units": lambda shop: pruned_units(
        shop, "fashion", fashion_cnn(), half_of_all(), again
    ),
    "full_fashion_units": lambda shop: pruned_units(
        shop, "full_fashion", full(fashion_cnn()), half_of_all(), again
    ),
    "mlp_weights": lambda shop: pruned_weights(shop, "mlp", fashion_mlp(), 0.92),
    "mlp_weights_random": lambda shop: pruned_weights(shop, "mlp", fashion_mlp(), 0.92, "random"),
    "lenet_weights": lambda shop: pruned_weights(shop, "lenet", fashion_lenet(), 0.91),
    "lenet_weights_random": lambda shop: pruned_weights(
        shop, "lenet", fashion_lenet(), 0.91, "random"
    ),
    "full_mlp_weights": lambda shop: pruned_weights(shop, "full_mlp", full(fashion_mlp()), 0.92),
    "full_mlp_weights_random": lambda shop: pruned_weights(
        shop, "full_mlp", full(fashion_mlp()), 0.92, "random"
    ),
    "full_lenet_weights": lambda shop: pruned_weights(
        shop, "full_lenet", full(fashion_lenet()), 0.91
    ),
    "full_lenet_weights_random": lambda shop: pruned_weights(
        shop, "full_lenet", full(fashion_lenet()), 0.91, "random"
    ),
    "full_mlp_int8": lambda shop: rounded(shop, "full_mlp", full(fashion_mlp())),
    "full_lenet_int8": lambda shop: rounded(shop, "full_lenet", full(fashion_lenet())),
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
    parser.add_argument("--folder", type=Path, help="of runs that are kept, and not trained again")
    chosen = parser.parse_args()
    found: dict[str, list[Figures]] = {name: [] for name in chosen.names}
    for seed in range(chosen.seeds):
        with tempfile.TemporaryDirectory() as folder:
            shop = Workshop(chosen.folder / str(seed) if chosen.folder else Path(folder), seed)
            for name in chosen.names:
                found[name].append(FIGURES[name](shop))
                print(name, seed, found[name][-1], file=sys.stderr, flush=True)
    for name, rows in found.items():
        for number in rows[0]:
            print(f"| `{name}` | {number} | {spread([row[number] for row in rows])} |")


if __name__ == "__main__":
    main()
