"""What quantisation costs and gains, for an MLP of 300 and 100 units and a LeNet-5 on Fashion-MNIST: rows for docs/results.md.

Usage: ``python benchmarks/quantisation.py [mlp lenet] [--seeds N] [--epochs N]``. Trainings run on one CPU thread, one after
the other; every variant is measured on the test part as ``main.py evaluate`` does.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

from projects.schema import Network, Node, Plug, Project, Wire
from projects.templates import EXAMPLES, template

EPOCHS, AGAIN = 12, 3
Figures = dict[str, float]
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


def measured(nodes: Mapping[str, Node], seed: int, epochs: int, folder: Path) -> Figures:
    """Train once, make every variant, and measure."""
    from engine.compute.compression.compressing import compress

    run = folder / "whole"
    found = {"float32: test accuracy, %": train(project(nodes, seed, epochs), run)}
    whole = found["float32: test accuracy, %"]
    for name, step in VARIANTS.items():
        place, variant = compress(run, [step], folder / name)
        found[f"{name}: points"] = accuracy(place) - whole
        found[f"{name}: times smaller"] = variant.parent.file_bytes / variant.size.file_bytes
        pairs = zip(variant.size.onnx_latencies, variant.size.int8_latencies, strict=True)
        for fine, small in pairs:
            found[f"{name}: µs for {fine.batch}, float32"] = 1e6 * fine.median
            found[f"{name}: µs for {fine.batch}, int8"] = 1e6 * small.median
    for bits in (8, 3):
        rule = Plug("int8", {"bits": bits})
        optimizer = Plug("adam", {"lr": 3e-4})
        again = project(nodes, seed, AGAIN, quantisation=rule, optimizer=optimizer)
        learnt = train(again, folder / f"learnt{bits}", weights_from=run)
        found[f"learnt with {bits} bits, inputs 8: points"] = learnt - whole
    plain = project(nodes, seed, AGAIN, optimizer=Plug("adam", {"lr": 3e-4}))
    found["trained on in float32: points"] = train(plain, folder / "plain", run) - whole
    return found


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["mlp", "lenet"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    args = parser.parse_args()
    for name in args.names:
        rows: dict[str, list[float]] = defaultdict(list)
        for seed in range(args.seeds):
            with tempfile.TemporaryDirectory() as room:
                nodes = {"mlp": MLP, "lenet": LENET}[name]
                for key, value in measured(nodes, seed, args.epochs, Path(room)).items():
                    rows[key].append(value)
            print(f"{name}, seed {seed}", flush=True)
        for key, values in rows.items():
            spread = statistics.stdev(values) if len(values) > 1 else 0.0
            print(f"{name} | {key} | {statistics.mean(values):.2f} ± {spread:.2f}", flush=True)


if __name__ == "__main__":
    main()
