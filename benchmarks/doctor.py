"""The doctor on trainings that are staged to be healthy or sick: does it name what ails them, and only that?

    python benchmarks/doctor.py [--seeds tune|held_out] [--only NAME] [--keep FOLDER]

Every case is a project that is made here and trained by the engine that the window uses, one thread. What is staged is
proven on the finished run by a measurement of its own (``Proof``), which has nothing to do with the doctor's: points counted
by numpy, classes by a nearest-neighbour classifier, weights and raw outputs of the discriminator. A staging that did not
take is printed and counts for nothing. Thresholds were chosen on the seeds of ``tune``; ``held_out`` are others, looked at once.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from clinic_cases.base import right_ones, sown, told
from numpy.typing import NDArray

from engine.clinic.practice import examine
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Split, Wire

SEEDS = {"tune": (0,), "held_out": (11, 12)}
HEALTHY = ""
Values = NDArray[np.float64]


# ------------------------------------------------------------------------------------ projects


def chain(layers: list[tuple[str, dict[str, Any]]], entry: str, **params: Any) -> Network:
    """Return a network of layers in a row."""
    nodes = {"entry": Node(type=entry, params=params)}
    nodes |= {f"{kind}{i}": Node(type=kind, params=p) for i, (kind, p) in enumerate(layers)}
    nodes["exit"] = Node(type="output")
    ids = list(nodes)
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(ids))
    return Network(nodes=nodes, wires=wires)


def hidden(width: int, depth: int, act: str, drop: float = 0.0) -> list[tuple[str, dict[str, Any]]]:
    """Return hidden layers of a perceptron."""
    one: list[tuple[str, dict[str, Any]]] = [("linear", {"units": width}), (act, {})]
    return (one + ([("dropout", {"p": drop})] if drop else [])) * depth


def rule(kind: str, lr: float, inertia: float) -> Plug:
    """Return an optimiser with its rate and its momentum."""
    if kind == "sgd":
        return Plug("sgd", {"lr": lr, "momentum": inertia})
    return Plug(kind, {"lr": lr, "beta1": inertia, "beta2": 0.99})


def game(
    generator: Network,
    discriminator: Network,
    data: Data,
    *,
    loss: str = "non_saturating",
    rates: tuple[float, float] = (1e-3, 1e-3),
    inertia: float = 0.0,
    kind: str = "adam",
    steps: int = 1500,
    batch: int = 128,
    ema: float = 0.99,
    more: dict[str, Any] | None = None,
) -> Project:
    """Return a project; ``rates`` are those of generator and discriminator."""
    return Project(
        name="case",
        networks={"generator": generator, "discriminator": discriminator},
        data=data,
        objective=Plug(
            "gan", {"loss": {"type": loss}, "ema": ema, "scores": SCORES, **(more or {})}
        ),
        recipe=Recipe(
            epochs=None,
            max_steps=steps,
            batch_size=batch,
            evaluate_every=1000,
            optimizers={
                "generator": rule(kind, rates[0], inertia),
                "discriminator": rule(kind, rates[1], inertia),
            },
        ),
        probes=(Plug("scores"), Plug("samples", {"rate": 20.0})),
    )


SCORES = {"every": 250, "samples": 1000, "kid": False, "best": "last"}


def points(
    source: str, width: int = 64, judge: int = 0, latent: int = 2, given: Any = None, **rest: Any
) -> Project:
    """A game on points in the plane."""
    generator = chain([*hidden(width, 3, "relu"), ("linear", {"units": 2})], "noise", size=latent)
    critic = chain([*hidden(judge or width, 3, "relu"), ("linear", {"units": 1})], "input")
    return game(generator, critic, Data(source=Plug(source, given or {})), **rest)


def digits(
    width: int = 64,
    judge: int = 128,
    drop: float = 0.3,
    latent: int = 32,
    test: float = 0.15,
    validation: float = 0.0,
    **rest: Any,
) -> Project:
    """A game on the digits of scikit-learn."""
    layers = [
        *hidden(width, 2, "leaky_relu"),
        ("linear", {"units": 64}),
        ("tanh", {}),
        ("reshape", {"sizes": [1, 8, 8]}),
    ]
    generator = chain(layers, "noise", size=latent)
    judging = [("flatten", {}), *hidden(judge, 2, "leaky_relu", drop), ("linear", {"units": 1})]
    split = Split(validation=validation, test=test)
    data = Data(source=Plug("digits"), scale="minus_one_to_one", split=split)
    rest = {"batch": 64, "inertia": 0.5, **rest}
    return game(generator, chain(judging, "input"), data, **rest)


# ------------------------------------------------------------------------------------ proofs


class Trained:
    """A finished run, for measurements that have nothing to do with the doctor's.

    Args:
        run: The run folder.
        failed: How its training ended early, or nothing.
    """

    def __init__(self, run: Path, failed: str) -> None:
        from engine.compute.evaluate import open_run

        self.run, self.failed = run, failed
        self.session = open_run(run) if not failed else None

    def drawn(self, count: int = 1000) -> Values:
        """Samples in the data's own units, ``(count, numbers)``."""
        assert self.session is not None
        samples = np.asarray(self.session.task.sample(count, 5), np.float64)
        return samples.reshape(count, -1)

    def real(self, part: str = "train") -> Values:
        """Examples in their own units."""
        assert self.session is not None
        inputs = getattr(self.session.data, part).inputs
        found = np.asarray(self.session.data.scaler.invert(inputs), np.float64)
        return found.reshape(len(found), -1)

    def judged(self) -> tuple[Values, Values]:
        """Raw outputs of the discriminator for 500 real and 500 generated examples."""
        import torch

        assert self.session is not None
        network = self.session.task.networks["discriminator"]
        network.eval()
        with torch.no_grad():
            inputs = torch.from_numpy(self.session.data.train.inputs[:500])
            fake = self.session.data.scaler.apply(
                np.asarray(self.session.task.sample(500, 5)).astype(np.float32)
            )
            both = (network(inputs), network(torch.from_numpy(np.asarray(fake, np.float32))))
        real, made = (one.double().numpy().ravel() for one in both)
        return real, made


def apart(points: Values) -> float:
    """Mean distance between two of at most 400 points."""
    some = points[:400]
    return float(np.linalg.norm(some[:, None] - some[None], axis=2).mean())


def nearest(points: Values, among: Values) -> Values:
    """The distance of each point to the nearest of others."""
    return np.array([np.linalg.norm(among - one, axis=1).min() for one in points])


def kinds(trained: Trained) -> float:
    """Which part of the modes or classes has a fifth of its share, by the nearest example."""
    real, made = trained.real(), trained.drawn()
    assert trained.session is not None
    labels = np.asarray(trained.session.data.train.targets)
    named = np.array([labels[np.linalg.norm(real - one, axis=1).argmin()] for one in made[:500]])
    counts = np.bincount(named, minlength=labels.max() + 1) / len(named)
    return float((counts > 0.2 / len(counts)).mean())


def is_varied(trained: Trained) -> tuple[bool, str]:
    """Samples are spread as the examples are, over most kinds of them, and near them."""
    real, made = trained.real(), trained.drawn()
    spread, there = apart(made) / apart(real), kinds(trained)
    far = float(np.median(nearest(made[:300], real)) / apart(real))
    words = f"spread {spread:.2f}, kinds {there:.2f}, distance {far:.2f}"
    return spread > 0.6 and there >= 0.6 and far < 0.5, words


def is_sure(trained: Trained) -> tuple[bool, str]:
    """The discriminator is right about fresh samples, practically always, and sure of it."""
    real, made = trained.judged()
    right, wrong = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-made))
    words = f"σ(D) {np.median(right):.3f} of real, {np.median(wrong):.3f} of fresh samples"
    return bool(np.median(right) > 0.9 and np.median(wrong) < 0.1), words


def is_flat(trained: Trained) -> tuple[bool, str]:
    """The slope of the minimax loss, σ(D(G(z))), is all but nothing."""
    slope = float(np.median(1 / (1 + np.exp(-trained.judged()[1]))))
    return slope < 1e-3, f"slope of the loss {slope:.1e}"


def is_alike(trained: Trained) -> tuple[bool, str]:
    """Samples lie together, or on few of the modes."""
    spread = apart(trained.drawn()) / apart(trained.real())
    there = kinds(trained)
    return spread < 0.25 or there < 0.6, f"spread {spread:.2f}, kinds {there:.2f}"


def wanders(trained: Trained) -> tuple[bool, str]:
    """What is drawn from the same latents goes a long way and comes back."""
    from engine.protocol import Measured
    from engine.runs.reader import Reader

    middles = [
        event.arrays["generated"].numpy().mean(axis=0)
        for event in Reader(trained.run).events()
        if isinstance(event, Measured) and event.stream == "samples"
    ]
    way = np.array(middles[len(middles) // 3 :])
    length = float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())
    gained = float(np.linalg.norm(way[-1] - way[0]))
    size = apart(trained.real())
    return length > 3 * max(gained, 0.3 * size), f"way {length:.2f}, gained {gained:.2f}"


def blew_up(trained: Trained) -> tuple[bool, str]:
    """A loss was not a number, or raw outputs of the discriminator are beyond all measure."""
    if trained.failed:
        return True, "a loss was not a number"
    largest = float(max(np.abs(one).max() for one in trained.judged()))
    return largest > 1e3, f"largest raw output {largest:.1e}"


def copies(trained: Trained) -> tuple[bool, str]:
    """In pixels, samples lie much nearer to the training examples than held-back ones do."""
    real = trained.real()
    mine = float(np.median(nearest(trained.drawn(300), real)))
    others = float(np.median(nearest(trained.real("test")[:300], real)))
    return mine < 0.6 * others, f"distance {mine:.2f}, of new data {others:.2f}"


def knows_nothing(trained: Trained) -> tuple[bool, str]:
    """The discriminator's answers hardly differ, though samples are far from the examples."""
    real, made = (1 / (1 + np.exp(-one)) for one in trained.judged())
    gap = float(np.median(real) - np.median(made))
    examples = trained.real()
    far = float(
        np.median(nearest(trained.drawn(300), examples[300:]))
        / np.median(nearest(examples[:300], examples[300:]))
    )
    return gap < 0.06 and far > 2, f"gap {gap:.3f}, samples {far:.0f} times as far as examples"


# ------------------------------------------------------------------------------------ cases

Proof = Callable[[Trained], tuple[bool, str]]


@dataclass(frozen=True)
class Case:
    """A training that is staged.

    Attributes:
        project: Makes it.
        ailment: Tag of what ails it; empty: nothing.
        proof: Shows that it does.
    """

    project: Callable[[], Project]
    ailment: str
    proof: Proof


R1 = {"penalties": [{"type": "r1", "weight": 0.1}]}
R1R2 = {"penalties": [{"type": "r1", "weight": 0.1}, {"type": "r2", "weight": 0.1}]}
GP = {"penalties": [{"type": "gradient_penalty", "weight": 1.0}], "critic_steps": 2}
RING, GRID = "gaussian_ring", "gaussian_grid"

CASES: dict[str, Case] = {
    "ring": Case(lambda: points(RING), HEALTHY, is_varied),
    "ring, relativistic, R1 + R2": Case(
        lambda: points(RING, loss="relativistic_paired", more=R1R2), HEALTHY, is_varied
    ),
    "ring, WGAN-GP": Case(
        lambda: points(RING, loss="wasserstein", more=GP, steps=1200), HEALTHY, is_varied
    ),
    "ring, least squares": Case(lambda: points(RING, loss="least_squares"), HEALTHY, is_varied),
    "digits": Case(lambda: digits(), HEALTHY, is_varied),
    "digits, hinge": Case(lambda: digits(loss="hinge"), HEALTHY, is_varied),
    "digits, R1": Case(lambda: digits(drop=0.0, more=R1), HEALTHY, is_varied),
    "ring, fast discriminator": Case(
        lambda: points(RING, rates=(1e-5, 2e-3), steps=1000), "discriminator_wins", is_sure
    ),
    "digits, fast discriminator": Case(
        lambda: digits(rates=(1e-4, 2e-3), drop=0.0, steps=1000), "discriminator_wins", is_sure
    ),
    "ring, minimax": Case(
        lambda: points(RING, loss="minimax", rates=(2e-5, 2e-3), steps=1000),
        "generator_starved",
        is_flat,
    ),
    "digits, minimax": Case(
        lambda: digits(loss="minimax", rates=(1e-4, 1e-3), drop=0.0, steps=1000),
        "generator_starved",
        is_flat,
    ),
    "ring, fast generator": Case(
        lambda: points(RING, rates=(3e-3, 3e-4), inertia=0.5), "mode_collapse", is_alike
    ),
    "grid, fast generator": Case(
        lambda: points(GRID, rates=(3e-3, 3e-4), inertia=0.5), "mode_collapse", is_alike
    ),
    "ring, momentum": Case(
        lambda: points(RING, rates=(2e-3, 2e-3), inertia=0.9, ema=0.0), "oscillation", wanders
    ),
    "ring, momentum, small": Case(
        lambda: points(RING, width=32, rates=(4e-3, 4e-3), inertia=0.9, ema=0.0),
        "oscillation",
        wanders,
    ),
    "ring, SGD": Case(
        lambda: points(RING, rates=(0.05, 0.05), inertia=0.9, kind="sgd"),
        "exploding_gradients",
        blew_up,
    ),
    "grid, SGD": Case(
        lambda: points(GRID, rates=(0.5, 0.5), inertia=0.5, kind="sgd"),
        "exploding_gradients",
        blew_up,
    ),
    "ring, Wasserstein unbounded": Case(
        lambda: points(RING, loss="wasserstein", rates=(1e-3, 1e-2), steps=1200),
        "exploding_gradients",
        blew_up,
    ),
    "digits, few": Case(
        lambda: digits(drop=0.0, steps=3000, test=0.9, validation=0.06), "memorisation", copies
    ),
    "ring, slow discriminator": Case(
        lambda: points(RING, rates=(1e-3, 1e-5)), "undertrained_discriminator", knows_nothing
    ),
    "digits, slow discriminator": Case(
        lambda: digits(rates=(1e-3, 1e-5)), "undertrained_discriminator", knows_nothing
    ),
}


# ------------------------------------------------------------------------------------ the bench


def stage(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """Train a case, prove it, and ask the doctor."""
    from engine.compute.trainer import Trainer
    from engine.runs.control import Control, Silent
    from projects.errors import TrainingError

    case = CASES[name]
    project = sown(case.project(), seed)
    run = folder / f"{name.replace(', ', '-').replace(' ', '_')}-{seed}"
    failed, start = "", time.process_time()
    try:
        control = Control(attended=False)
        control.watch({"samples": 20.0})  # or else a fast machine has too few pictures for a proof
        Trainer(project, folder, run, Silent(), control).run()
    except TrainingError as error:
        failed = str(error)
    seconds = time.process_time() - start
    proven, evidence = case.proof(Trained(run, failed))
    verdicts = examine(run).doctor.verdicts()
    confirmed = [v.ailment for v in verdicts if v.state == "confirmed"]
    return {
        "case": name,
        "seed": seed,
        "ailment": case.ailment,
        "proven": proven,
        "proof": evidence,
        "confirmed": confirmed,
        "right": case.ailment in confirmed if case.ailment else not confirmed,
        "evidence": [v.look.words for v in verdicts if v.state == "confirmed"],
        "seconds": round(seconds, 1),
    }


def main() -> None:
    """Stage, ask, count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", choices=tuple(SEEDS), default="held_out")
    parser.add_argument("--only", default="", help="cases whose name begins with this")
    parser.add_argument("--keep", type=Path, help="keep the runs in this folder")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for seed in SEEDS[args.seeds]:
            for name in (name for name in CASES if name.startswith(args.only)):
                rows.append(stage(name, seed, folder))
                print(told(rows[-1]), file=sys.stderr, flush=True)
    if args.json:
        print(json.dumps(rows))
        return
    print("\n".join(right_ones(rows)))


if __name__ == "__main__":
    main()
