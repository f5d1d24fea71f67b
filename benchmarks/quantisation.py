"""What quantisation costs and gains, for an MLP of 300 and 100 units and a LeNet-5 on Fashion-MNIST: rows for docs/results.md.

Usage: ``python benchmarks/quantisation.py [mlp lenet] [--seeds N] [--epochs N] [--times] [--learn]``. Trainings run on one CPU thread, one after
the other; every variant is measured on the test part as ``main.py evaluate`` does.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

from projects.schema import Network, Node, Plug, Project, Wire
from projects.templates import EXAMPLES, template

EPOCHS, AGAIN = 8, 3
Figure = tuple[str, float]
MLP: Mapping[str, Node] = {
    "input": Node(type="input"),
    "flatten": Node(type="flatten"),
    "first": Node(type="linear", params={"units": 300}),
    "relu1": Node(type="relu"),
    "second": Node(type="linear", params={"units": 100}),
    "relu2": Node(type="relu"),
    "logits": Node(type="linear", params={"units": 10}),
    "output": Node(type="output"),
}
LENET: Mapping[str, Node] = {
    "input": Node(type="input"),
    "conv1": Node(type="conv2d", params={"filters": 6, "kernel": 5}),
    "relu1": Node(type="relu"),
    "pool1": Node(type="max_pool2d"),
    "conv2": Node(type="conv2d", params={"filters": 16, "kernel": 5, "padding": 0}),
    "relu2": Node(type="relu"),
    "pool2": Node(type="max_pool2d"),
    "flatten": Node(type="flatten"),
    "first": Node(type="linear", params={"units": 120}),
    "relu3": Node(type="relu"),
    "second": Node(type="linear", params={"units": 84}),
    "relu4": Node(type="relu"),
    "logits": Node(type="linear", params={"units": 10}),
    "output": Node(type="output"),
}
VARIANTS: Mapping[str, Plug] = {
    "weights, 8 bits": Plug("quantise_weights"),
    "on the fly": Plug("quantise_dynamic"),
    "measured ranges": Plug("quantise_static", {"ends": "largest"}),
    "measured ranges, least error": Plug("quantise_static", {"ends": "least_error"}),
    "weights, 4 bits": Plug("quantise_weights", {"bits": 4}),
    "weights, 3 bits": Plug("quantise_weights", {"bits": 3}),
    "weights, 3 bits, least error": Plug("quantise_weights", {"bits": 3, "ends": "least_error"}),
}


def project(nodes: Mapping[str, Node], seed: int, epochs: int, **recipe: object) -> Project:
    """The shipped images, and a network of layers in a row."""
    example = template("fashion_cnn").project
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(nodes))
    changed = msgspec.structs.replace(
        example.recipe, seed=seed, threads=1, device="cpu", epochs=epochs, **recipe
    )
    network = Network(nodes=dict(nodes), wires=wires)
    return msgspec.structs.replace(example, networks={"classifier": network}, recipe=changed)


def train(made: Project, run: Path, weights_from: Path | None = None) -> float:
    """Train, and return the share of the test part that is named right, in percent."""
    from engine.compute.trainer import Trainer
    from engine.runs.control import Control, Silent

    Trainer(made, EXAMPLES, run, Silent(), Control(attended=False), weights_from=weights_from).run()
    return accuracy(run)


def accuracy(run: Path) -> float:
    """Return the share of the test part that a run names right, in percent."""
    from engine.compute.evaluate import evaluate, open_run

    return 100 * evaluate(open_run(run))["test_accuracy"]


def measured(nodes: Mapping[str, Node], seed: int, epochs: int, run: Path) -> Iterator[Figure]:
    """Train once, and measure every variant: test accuracy against the run's, and bytes of the files."""
    from engine.compute.compression.compressing import applied, packed_of
    from engine.compute.compression.model import model_of
    from engine.compute.evaluate import evaluate

    whole = train(project(nodes, seed, epochs), run)
    yield "float32: test accuracy, %", whole
    model = model_of(run)
    size = len(packed_of(model.session, model.grids))
    for name, step in VARIANTS.items():
        made = applied(model, [step])
        session = made.opened()
        yield f"{name}: points", 100 * evaluate(session)["test_accuracy"] - whole
        yield f"{name}: times smaller", size / len(packed_of(session, made.grids))


def timed(run: Path) -> Iterator[Figure]:
    """Measure int8 kernels beside float32 ones of the same library, on one thread."""
    from engine.compute.compression.compressing import applied
    from engine.compute.compression.kernels import Kernels
    from engine.compute.compression.model import model_of

    for name in ("on the fly", "measured ranges"):
        made = applied(model_of(run), [VARIANTS[name]])
        both = Kernels(made.modules(), made.activations, 1).latencies((1, 64), 0.4)
        for words, latencies in zip(("float32", "int8"), both, strict=True):
            for one in latencies:
                yield f"{name}: µs for {one.batch}, {words}", 1e6 * one.median


def learnt(nodes: Mapping[str, Node], seed: int, run: Path) -> Iterator[Figure]:
    """Train on with rounded weights and inputs, and without."""
    whole, gentle = accuracy(run), Plug("adam", {"lr": 3e-4})
    for name, rule in (
        ("trained on in float32", Plug("unrounded")),
        ("learnt with 8 bits", Plug("int8")),
        ("learnt with 3 bits, inputs 8", Plug("int8", {"bits": 3})),
    ):
        again = project(nodes, seed, AGAIN, quantisation=rule, optimizer=gentle)
        yield f"{name}: points", train(again, run.with_name(name), weights_from=run) - whole


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["mlp", "lenet"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--times", action="store_true", help="measure kernels, for the first seed")
    parser.add_argument("--learn", action="store_true", help="train on in few bits")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    args = parser.parse_args()
    rows: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as room:
        for seed, name in itertools.product(range(args.seeds), args.names):
            nodes, run = {"mlp": MLP, "lenet": LENET}[name], Path(room) / f"{name}{seed}" / "whole"
            for key, value in itertools.chain(
                measured(nodes, seed, args.epochs, run),
                timed(run) if args.times and not seed else (),
                learnt(nodes, seed, run) if args.learn else (),
            ):
                rows[f"{name} | {key}"].append(value)
                print(f"{name} | seed {seed} | {key} | {value:.2f}", flush=True)
    for key, values in rows.items():
        spread = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
        print(f"{key} | {statistics.mean(values):.2f}{spread}")


if __name__ == "__main__":
    main()
