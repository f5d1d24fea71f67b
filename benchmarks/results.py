"""Results that show that networks learn: one command each, fixed seeds, mean ± standard deviation.

    python benchmarks/results.py                 list them
    python benchmarks/results.py NAME [--seeds N] [--first SEED] [--json]
    python benchmarks/results.py all

Each is a project that is made here, trained without a window by the engine that the window uses, one thread.
What it asks for stands in its last column; whether it was reached is printed, never asserted.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from projects.files import load
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Split, Wire

EXAMPLES = Path(__file__).resolve().parent.parent / "projects" / "examples"
DIGIT_CLASSES = "0123456789"


@dataclass(frozen=True)
class Result:
    """One claim.

    Attributes:
        about: What is trained on what, in a few words.
        metric: The metric that counts.
        wanted: What it has to reach, as words.
        project: Makes the project.
        seeds: How many.
        scale: What the metric is multiplied by to be read (100: percent).
        beside: Other metrics that are printed, as they are.
    """

    about: str
    metric: str
    wanted: str
    project: Callable[[], Project]
    seeds: int = 3
    scale: float = 1.0
    beside: tuple[str, ...] = ()


def chain(*nodes: tuple[str, str, dict[str, Any]], init: str = "default") -> Network:
    """Return a network of nodes in a row."""
    every = [("input", "input", {}), *nodes, ("output", "output", {})]
    names = [name for name, _type, _params in every]
    return Network(
        init=Plug(init),
        nodes={
            name: Node(type=tag, params=params, at=(240.0 * i, 0.0))
            for i, (name, tag, params) in enumerate(every)
        },
        wires=tuple(Wire(a, b) for a, b in itertools.pairwise(names)),
    )


# ------------------------------------------------------------------------------- images


def _fashion(layout: str = "image") -> Data:
    params = {"size": "full"} | ({} if layout == "image" else {"layout": layout})
    return Data(
        source=Plug("fashion_mnist", params), scale="zero_to_one", split=Split(validation=0.05)
    )


def fashion_cnn() -> Project:
    """Three convolutions with batch norm on all of Fashion-MNIST."""
    cnn = example("fashion_cnn")
    recipe = msgspec.structs.replace(cnn.recipe, epochs=8)
    return msgspec.structs.replace(cnn, data=_fashion(), recipe=recipe)


def fashion_mlp() -> Project:
    """Two hidden layers on all of Fashion-MNIST."""
    network = chain(
        ("flatten", "flatten", {}),
        ("hidden1", "linear", {"units": 512}),
        ("relu1", "relu", {}),
        ("dropout1", "dropout", {"p": 0.3}),
        ("hidden2", "linear", {"units": 256}),
        ("relu2", "relu", {}),
        ("dropout2", "dropout", {"p": 0.3}),
        ("logits", "linear", {"units": 10}),
        init="he",
    )
    return Project(
        name="Fashion MLP",
        data=_fashion(),
        objective=Plug("classification"),
        networks={"classifier": network},
        recipe=Recipe(
            epochs=20,
            batch_size=128,
            optimizer=Plug("adamw", {"lr": 0.001}),
            schedule=Plug("cosine"),
        ),
        probes=(),
    )


def example(name: str) -> Project:
    """One of the examples, as it is."""
    return load(EXAMPLES / f"{name}.yaml").project


# ------------------------------------------------------------------------------- memory


def adding(kind: str) -> Project:
    """The adding problem over 200 steps, by one recurrent layer."""
    network = chain(
        (kind, kind, {"units": 64}),
        ("sum", "linear", {"units": 1}),
    )
    return Project(
        name=f"Adding problem, {kind}",
        data=Data(source=Plug("adding", {"steps": 200, "samples": 20_000})),
        objective=Plug("regression"),
        networks={"regressor": network},
        recipe=Recipe(
            epochs=25,
            batch_size=50,
            optimizer=Plug("adam", {"lr": 0.01}),
            schedule=Plug("cosine"),
            clip_norm=1.0,
        ),
        probes=(),
    )


# ------------------------------------------------------------------------------- depth


def deep(activation: str, init: str, norm: bool = False) -> Project:
    """Eight hidden layers of 64 units on digits."""
    nodes: list[tuple[str, str, dict[str, Any]]] = [("flatten", "flatten", {})]
    for i in range(1, 9):
        nodes.append((f"linear{i}", "linear", {"units": 64}))
        if norm:
            nodes.append((f"norm{i}", "batch_norm", {}))
        nodes.append((f"{activation}{i}", activation, {}))
    nodes.append(("logits", "linear", {"units": 10}))
    return Project(
        name=f"Eight layers of {activation}",
        data=Data(source=Plug("digits"), scale="zero_to_one"),
        objective=Plug("classification"),
        networks={"classifier": chain(*nodes, init=init)},
        recipe=Recipe(epochs=30, batch_size=64, optimizer=Plug("sgd", {"lr": 0.05})),
        probes=(),
    )


# ------------------------------------------------------------------------------- distributions


def vae_fashion() -> Project:
    """A Bernoulli VAE of 20 latents on all of Fashion-MNIST."""
    encoder = chain(
        ("flatten", "flatten", {}),
        ("hidden1", "linear", {"units": 512}),
        ("relu1", "relu", {}),
        ("hidden2", "linear", {"units": 256}),
        ("relu2", "relu", {}),
        ("code", "linear", {"units": 40}),
        init="he",
    )
    decoder = chain(
        ("hidden1", "linear", {"units": 256}),
        ("relu1", "relu", {}),
        ("hidden2", "linear", {"units": 512}),
        ("relu2", "relu", {}),
        ("pixels", "linear", {"units": 784}),
        ("image", "reshape", {"sizes": [1, 28, 28]}),
        init="he",
    )
    return Project(
        name="VAE on Fashion-MNIST",
        data=_fashion(),
        objective=Plug("vae"),
        networks={"encoder": encoder, "decoder": decoder},
        recipe=Recipe(
            epochs=30,
            batch_size=128,
            optimizer=Plug("adam", {"lr": 0.001}),
            schedule=Plug("cosine"),
        ),
        probes=(),
    )


def vae_anomaly(digit: str) -> Project:
    """A VAE on digits that has never seen one of them."""
    encoder = chain(
        ("flatten", "flatten", {}),
        ("hidden", "linear", {"units": 256}),
        ("relu", "relu", {}),
        ("code", "linear", {"units": 16}),
    )
    decoder = chain(
        ("hidden", "linear", {"units": 256}),
        ("relu", "relu", {}),
        ("pixels", "linear", {"units": 64}),
        ("image", "reshape", {"sizes": [1, 8, 8]}),
    )
    return Project(
        name=f"Anomaly {digit}",
        data=Data(source=Plug("digits"), scale="zero_to_one"),
        objective=Plug("vae", {"anomaly": digit, "likelihood": "gaussian", "sd": 0.1}),
        networks={"encoder": encoder, "decoder": decoder},
        recipe=Recipe(
            epochs=100,
            batch_size=64,
            optimizer=Plug("adam", {"lr": 0.002}),
            schedule=Plug("cosine"),
        ),
        probes=(),
    )


# ------------------------------------------------------------------------------- games

MIXTURE = ("modes", "reverse_kl")
SAMPLES = ("kid", "precision", "recall", "density", "coverage", "class_entropy", "memorisation")


def vanilla_grid() -> Project:
    """The vanilla GAN of the ring, on the grid."""
    ring = example("gan_vanilla_ring")
    data = msgspec.structs.replace(ring.data, source=Plug("gaussian_grid"))
    return msgspec.structs.replace(ring, data=data)


def vanilla_fashion() -> Project:
    """The networks and steps of the DCGAN; its weights alone, no average, and a constant rate."""
    dcgan = example("dcgan_fashion")
    game = msgspec.structs.replace(dcgan.objective, params={**dcgan.objective.params, "ema": 0.0})
    recipe = msgspec.structs.replace(dcgan.recipe, schedule=Plug("constant"))
    return msgspec.structs.replace(dcgan, objective=game, recipe=recipe)


def vanilla_stack() -> Project:
    """The same networks and steps as the example, the game as it was first played."""
    best = example("stacked_digits")
    scores = best.objective.params["scores"]
    game = Plug("gan", {"loss": {"type": "non_saturating"}, "ema": 0.0, "scores": scores})
    recipe = msgspec.structs.replace(
        best.recipe,
        optimizer=Plug("adam", {"lr": 0.0005, "beta1": 0.5}),
        schedule=Plug("constant"),
    )
    return msgspec.structs.replace(best, objective=game, recipe=recipe)


def stack(project: Callable[[], Project], about: str, wanted: str) -> Result:
    """A game of stacked digits."""
    return Result(about, "modes", wanted, project, 5, beside=("reverse_kl", "precision", "recall"))


def mixture(project: Callable[[], Project], about: str, wanted: str) -> Result:
    """A game on a mixture of Gaussians."""
    return Result(about, "high_quality", wanted, project, 5, 100, MIXTURE)


def game(
    project: Callable[[], Project], about: str, metric: str, wanted: str, scale: float = 1.0
) -> Result:
    """A game of images."""
    return Result(about, metric, wanted, project, 5, scale, SAMPLES)


GAMES = {
    "gan_vanilla_ring": mixture(
        lambda: example("gan_vanilla_ring"), "vanilla GAN on the ring", "fails"
    ),
    "gan_vanilla_grid": mixture(vanilla_grid, "vanilla GAN on the grid", "fails"),
    "r3gan_ring": mixture(
        lambda: example("r3gan_ring"), "R3GAN with coins on the ring", "≥ 98 % on 8 of 8 modes"
    ),
    "r3gan_grid": mixture(
        lambda: example("r3gan_grid"), "R3GAN with coins on the grid", "≥ 96 % on 25 of 25 modes"
    ),
    "stacked_digits": stack(
        lambda: example("stacked_digits"), "R3GAN on stacked digits", "≥ 990 of 1,000 modes"
    ),
    "stacked_vanilla": stack(vanilla_stack, "vanilla GAN on stacked digits", "fails"),
    "fashion_vanilla": game(
        vanilla_fashion, "DCGAN on Fashion-MNIST as it was first", "fid", "as it is"
    ),
    "sngan_fashion": game(
        lambda: example("sngan_fashion"), "SN-GAN on Fashion-MNIST", "fid", "better at equal steps"
    ),
    "conditional_gan_digits": game(
        lambda: example("conditional_gan_digits"),
        "digits on request",
        "class_agreement",
        "≥ 95 %",
        100,
    ),
}


RESULTS: dict[str, Result] = {
    "fashion_cnn": Result(
        "CNN on all of Fashion-MNIST", "test_accuracy", "≥ 92 %", fashion_cnn, scale=100
    ),
    "fashion_mlp": Result(
        "MLP on all of Fashion-MNIST", "test_accuracy", "≥ 89.5 %", fashion_mlp, scale=100
    ),
    "digits_mlp": Result(
        "MLP on digits", "test_accuracy", "≥ 98 %", lambda: example("digits_mlp"), 5, 100
    ),
    "adding_lstm": Result(
        "LSTM, adding problem, T = 200", "test_mse", "< 0.01", lambda: adding("lstm")
    ),
    "adding_rnn": Result(
        "tanh RNN, adding problem, T = 200", "test_mse", "near 0.167", lambda: adding("rnn")
    ),
    "deep_sigmoid": Result(
        "8 sigmoid layers on digits",
        "test_accuracy",
        "stalls",
        lambda: deep("sigmoid", "default"),
        3,
        100,
    ),
    "deep_relu": Result(
        "8 ReLU layers, He init", "test_accuracy", "learns", lambda: deep("relu", "he"), 3, 100
    ),
    "deep_norm": Result(
        "8 sigmoid layers, batch norm",
        "test_accuracy",
        "learns",
        lambda: deep("sigmoid", "default", norm=True),
        3,
        100,
    ),
    "vae_fashion": Result(
        "VAE, 20 latents, Fashion-MNIST", "test_elbo", "−230 to −240 nats", vae_fashion, 3
    ),
    **{
        f"vae_anomaly_{digit}": Result(
            f"VAE on digits, {digit} held out",
            "test_roc_auc",
            "≥ 0.9",
            functools.partial(vae_anomaly, digit),
            3,
        )
        for digit in DIGIT_CLASSES
    },
    **GAMES,
}


def trained(project: Project, seed: int) -> dict[str, float]:
    """Train once; return the metrics and the processor time that it took."""
    from engine.compute.trainer import Trainer
    from engine.runs.control import Control, Silent

    recipe = msgspec.structs.replace(project.recipe, seed=seed, threads=1, device="cpu")
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        seeded = msgspec.structs.replace(project, recipe=recipe)
        finished = Trainer(seeded, EXAMPLES, run, Silent(), Control(attended=False)).run()
    return {**finished.metrics, "seconds": time.process_time() - begun}


def measured(result: Result, seeds: Sequence[int]) -> dict[str, list[float]]:
    """Return the metric, those beside it and the processor seconds of every seed."""
    project = result.project()
    found = [trained(project, seed) for seed in seeds]
    names = (result.metric, *result.beside, "seconds")
    scales = (result.scale, *(1.0 for _name in names[1:]))
    return {
        name: [metrics[name] * scale for metrics in found]
        for name, scale in zip(names, scales, strict=True)
    }


def spread(values: Sequence[float]) -> str:
    """Return mean ± standard deviation."""
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.4g} ± {deviation:.2g}"


def row(name: str, result: Result, values: dict[str, list[float]]) -> str:
    """Return one line of the table."""
    beside = "".join(f"; `{other}` {spread(values[other])}" for other in result.beside)
    seconds = values["seconds"]
    return (
        f"| `{name}` | {result.about} | `{result.metric}` | {spread(values[result.metric])}{beside} | "
        f"{len(seconds)} | {result.wanted} | {statistics.mean(seconds):.0f} s |"
    )


def main() -> None:
    """List or measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", type=int, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    names = list(RESULTS) if options.names == ["all"] else options.names
    if not names:
        for name, result in RESULTS.items():
            print(f"{name:22} {result.about}: {result.metric} {result.wanted}")
        return
    for name in names:
        result = RESULTS[name]
        count = options.seeds or result.seeds
        values = measured(result, range(options.first, options.first + count))
        if options.json:
            print(json.dumps({"name": name, "values": values}), flush=True)
        else:
            print(row(name, result, values), flush=True)


if __name__ == "__main__":
    main()
