"""Steps a second of Ganvas' engine beside the training frameworks, on the same networks and data.

    python benchmarks/engine.py [--models NAME …] [--loops NAME …] [--rounds N] [--peers PYTHON] [--json]

Every loop is a process of its own with one torch thread. In a round they take turns of half a second, held in
between by a signal, so that a change in the machine's mood hits all; figures are medians over the rounds. Seconds
are those of the processor, of all threads of the process, so that neighbours on the machine count for less, and
the clock that Ganvas' probes look at is that one too. All loops train, clip gradients where the recipe says so,
and with classes measure loss and accuracy on the validation part after every epoch. Ganvas also writes
checkpoints and its database, scores samples, and has every probe on that a panel shows; ``unwatched`` is Ganvas
without probes. ``--peers`` names an interpreter that has the frameworks (``pip install lightning keras skorch
pytorch-ignite accelerate fastai torchgan``); loops whose framework is not there are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

EXAMPLES = HERE.parent / "projects" / "examples"
LOOPS = (
    "ganvas",
    "unwatched",
    "textbook",
    "tuned",
    "lightning",
    "accelerate",
    "ignite",
    "skorch",
    "fastai",
    "keras",
    "torchgan",
)
ALWAYS = ("ganvas", "unwatched", "textbook", "tuned")
GAMES = {  # by network: the other loops that play it
    "dcgan": ("lightning", "accelerate", "ignite", "torchgan"),
    "wgan_gp": ("torchgan",),
}
NO_GAME = ("lightning", "accelerate", "ignite", "skorch", "fastai", "keras")
SLICE, LONGEST = 0.5, 3600.0  # seconds of a turn, of a round
WATCHED = {
    "health": 4.0,
    "samples": 4.0,
    "confusion": 4.0,
}  # as a window with every panel shown asks


@dataclass(frozen=True)
class Model:
    """One benchmark: an example project, batches of so many, and how many epochs are timed."""

    example: str
    batch: int
    epochs: int


MODELS = {
    "mlp": Model("digits_mlp", 64, 60),
    "cnn": Model("fashion_cnn", 128, 6),
    "lstm": Model("digits_lstm", 64, 40),
    "dcgan": Model("dcgan_fashion", 64, 8),
    "wgan_gp": Model("wgan_gp_swiss_roll", 256, 100),
}


def prepare(name: str, folder: Path) -> None:
    """Write what a loop needs: the network as PyTorch source, the training part, a few facts."""
    import numpy as np

    from engine.compute.network import build_all
    from engine.data.prepare import prepare as prepared
    from engine.export.pytorch import document
    from engine.export.safetensors import weights_bytes

    project = _project(name)
    data = prepared(project.data, EXAMPLES)
    networks = build_all(project, data.info)
    source = document(networks, "model.safetensors", project.name)
    (folder / "model.py").write_text(source, "utf-8")
    (folder / "model.safetensors").write_bytes(weights_bytes(networks))
    arrays: dict[str, Any] = {"inputs": data.train.inputs}
    if project.objective.type == "classification" and data.train.targets is not None:
        arrays["targets"] = data.train.targets
        arrays["held_back"] = data.validation.inputs
        arrays["held_back_targets"] = data.validation.targets
    np.savez(folder / "data.npz", **arrays)
    (folder / "facts.json").write_text(json.dumps(_facts(name, project)), "utf-8")


def _facts(name: str, project: Any) -> dict[str, Any]:
    from engine.optimizers.base import OPTIMIZERS

    rules = project.objective.params
    rule = OPTIMIZERS.make_plug(project.recipe.optimizer)
    first = next(iter(project.networks.values()))
    layers = [{"type": node.type, **node.params} for node in first.nodes.values()]
    noise = [node.params.get("size", 64) for node in first.nodes.values() if node.type == "noise"]
    return {
        "name": name,
        "batch_size": project.recipe.batch_size,
        "epochs": 1 + MODELS[name].epochs,
        "lr": rule.lr,
        "betas": [getattr(rule, "beta1", 0.9), getattr(rule, "beta2", 0.999)],
        "clip_norm": project.recipe.clip_norm,
        "critic_steps": rules.get("critic_steps", 1),
        "penalty": sum(penalty["weight"] for penalty in rules.get("penalties", ())),
        "latent": noise[0] if noise else 0,
        "layers": [layer for layer in layers if layer["type"] not in ("input", "output", "noise")],
    }


def _project(name: str) -> Any:
    import msgspec

    from projects.files import load

    project = load(EXAMPLES / f"{MODELS[name].example}.yaml").project
    recipe = msgspec.structs.replace(project.recipe, batch_size=MODELS[name].batch, threads=1)
    return msgspec.structs.replace(project, recipe=recipe)


# ------------------------------------------------------------------------------- Ganvas


def ganvas(name: str, watched: bool) -> float:
    """Train headless, with every probe on or none; return steps a second after the first epoch."""
    import msgspec

    from engine.compute import trainer
    from engine.protocol import Event, Scalars, Started
    from engine.runs.control import Control

    class Clock:
        """Notes when steps were told of, each once: the evaluation that comes after the last isn't one."""

        def __init__(self) -> None:
            self.first = 0
            self.told: list[tuple[int, float]] = []

        def emit(self, event: Event) -> None:
            if isinstance(event, Started):
                self.first = event.steps_per_epoch
            elif isinstance(event, Scalars):
                last = max((int(s.numpy()[-1]) for s, _v in event.series.values()), default=0)
                if last >= self.first and (not self.told or last > self.told[-1][0]):
                    self.told.append((last, time.process_time()))

        @property
        def rate(self) -> float:
            (a, begun), (b, ended) = self.told[0], self.told[-1]
            return (b - a) / (ended - begun)

    project = _project(name)
    recipe = msgspec.structs.replace(project.recipe, epochs=1 + MODELS[name].epochs, max_steps=None)
    clock, control = Clock(), Control()
    if watched:
        control.watch(WATCHED)
    else:
        trainer.probes_of = lambda project: ()  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        trainer.Trainer(
            msgspec.structs.replace(project, recipe=recipe),
            EXAMPLES,
            Path(folder) / "run",
            clock,
            control,
        ).run()
    return clock.rate


# ------------------------------------------------------------------------------- rounds


def words(loop: str, name: str, folder: Path, peers: str) -> list[str]:
    """The command that runs a loop in a process of its own."""
    if loop in ("ganvas", "unwatched"):
        return [sys.executable, str(Path(__file__)), "--one", name, "--loops", loop]
    python = sys.executable if loop in ("textbook", "tuned") else peers
    return [python, str(HERE / "peers" / "run.py"), loop, str(folder)]


def in_turns(commands: dict[str, list[str]]) -> dict[str, float]:
    """Run loops at once, of which all but one are held at any moment; return steps a second.

    A loop whose framework is missing is left out.
    """
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as held:
        running: dict[str, subprocess.Popen[str]] = {}
        held.callback(_end, running)
        for loop, command in commands.items():
            said, wrong = (
                held.enter_context((Path(place) / f"{loop}.{kind}").open("w"))
                for kind in ("said", "wrong")
            )
            running[loop] = subprocess.Popen(command, stdout=said, stderr=wrong, text=True)
            running[loop].send_signal(signal.SIGSTOP)
        _turn_by_turn(running)
        return {
            loop: rate
            for loop, process in running.items()
            if (rate := _rate(loop, process.returncode, Path(place))) is not None
        }


def _end(running: dict[str, subprocess.Popen[str]]) -> None:
    """Let no process stay behind that is held."""
    for process in running.values():
        if process.poll() is None:
            process.kill()
            process.wait()


def _turn_by_turn(running: dict[str, subprocess.Popen[str]]) -> None:
    waiting, until = dict(running), time.monotonic() + LONGEST
    while waiting:
        if time.monotonic() > until:
            raise SystemExit(f"{', '.join(waiting)}: not through after {LONGEST / 60:.0f} minutes")
        for loop, process in list(waiting.items()):
            process.send_signal(signal.SIGCONT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SLICE)
                del waiting[loop]
                continue
            process.send_signal(signal.SIGSTOP)


def _rate(loop: str, code: int, place: Path) -> float | None:
    complaint = (place / f"{loop}.wrong").read_text("utf-8")
    if not code:
        last = (place / f"{loop}.said").read_text("utf-8").splitlines()[-1]
        return float(json.loads(last)["steps_per_second"])
    if "ModuleNotFoundError" in complaint:
        return None
    raise SystemExit(f"{loop} failed:\n{complaint[-3000:]}")


def measure(
    models: list[str], loops: list[str], rounds: int, peers: str
) -> dict[str, dict[str, list[float]]]:
    """Return steps a second by model and loop, one figure a round."""
    found: dict[str, dict[str, list[float]]] = {}
    for name in models:
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            prepare(name, folder)
            fitting = [loop for loop in loops if loop in (*ALWAYS, *GAMES.get(name, NO_GAME))]
            commands = {loop: words(loop, name, folder, peers) for loop in fitting}
            rates: dict[str, list[float]] = {}
            for turn in range(rounds):
                for loop, rate in in_turns(commands).items():
                    rates.setdefault(loop, []).append(rate)
                    print(f"{name} {turn + 1}: {loop} {rate:.1f}/s", file=sys.stderr)
            found[name] = rates
    return found


def table(found: dict[str, dict[str, list[float]]]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| network | loop | steps/s | spread | ÷ textbook |", "|---|---|---|---|---|"]
    for name, rates in found.items():
        base = statistics.median(rates["textbook"]) if "textbook" in rates else float("nan")
        for loop, values in rates.items():
            middle = statistics.median(values)
            spread = f"{min(values):.0f}–{max(values):.0f}"
            lines.append(f"| {name} | {loop} | {middle:.0f} | {spread} | {middle / base:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--loops", nargs="+", choices=LOOPS, default=list(LOOPS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", choices=MODELS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        time.perf_counter = time.process_time  # being held doesn't count
        rate = ganvas(options.one, watched=options.loops != ["unwatched"])
        print(json.dumps({"steps_per_second": rate}))
        return
    found = measure(options.models, options.loops, options.rounds, options.peers)
    print(json.dumps(found) if options.json else table(found))


if __name__ == "__main__":
    main()
