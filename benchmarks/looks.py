"""What of a training's time goes to whoever watches it: looks at layers, gradient norms, probes, doctor, with everything shown.

    python benchmarks/looks.py [--examples NAME …] [--steps N] [--json]

Each example trains in a process of its own, one thread, headless, with every stream watched at the rate that its panel asks for.
Time inside each of these is counted as it runs, hooks on layers included, and so is that of the whole loop: seconds of the
processor in the training thread, less what reading the clock takes. What is done once, before the first step and after the
last, does not count. All of it together is to be 3 % at most.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

EXAMPLES = HERE.parent / "projects" / "examples"
STEPS = {
    "digits_mlp": 12_000,
    "fashion_cnn": 600,
    "digits_lstm": 8000,
    "gan_digits": 4000,
    "gan_ring": 4000,
    "dcgan_fashion": 300,
    "wgan_gp_swiss_roll": 2000,
    "vae_fashion": 1500,
}
RATES = {
    "health": 10.0,
    "samples": 4.0,
    "scores": 4.0,
    "plane": 4.0,
    "rivals": 5.0,
    "confusion": 2.0,
    "answers": 2.0,
    "gates": 1.0,
    "attention": 1.0,
    "weights": 1.0,
}
LOOKS, PULSE, PROBES, DOCTOR, WHOLE = "looks", "norms", "probes", "doctor", "whole"
EMPTY = 20_000  # calls by which it is found out what counting itself takes


class Meter:
    """Counts the time inside of functions that it stands before; the outermost of several has it all.

    Attributes:
        seconds: By what they are for.
        calls: How often such time was begun.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._inside = False
        self._empty = 0.0
        nothing = self.measured("", lambda: None)
        for _call in range(EMPTY):
            nothing()
        self._empty = self.seconds.pop("") / self.calls.pop("")

    def measured(self, what: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that counts."""

        def counted(*args: Any, **named: Any) -> Any:
            if self._inside:
                return work(*args, **named)
            self._inside = True
            begun = time.thread_time()
            try:
                return work(*args, **named)
            finally:
                self._inside = False
                self._add(what, time.thread_time() - begun)

        return counted

    def whole(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose time is that of everything."""

        def counted(*args: Any, **named: Any) -> Any:
            begun = time.thread_time()
            try:
                return work(*args, **named)
            finally:
                self._add(WHOLE, time.thread_time() - begun)

        return counted

    def _add(self, what: str, seconds: float) -> None:
        self.seconds[what] = self.seconds.get(what, 0.0) + seconds - self._empty
        self.calls[what] = self.calls.get(what, 0) + 1

    def stand_before(self, owner: type, what: str, *names: str) -> None:
        """Count the time of methods of a class; those that it inherits do nothing."""
        for name in names:
            if name in vars(owner):
                setattr(owner, name, self.measured(what, getattr(owner, name)))


def put(owner: type, name: str, work: Callable[..., Any]) -> None:
    """Put something in the place of a method."""
    setattr(owner, name, work)


def attached(meter: Meter) -> None:
    """Let the engine's watchers be counted."""
    from engine.clinic.vitals import VITALS
    from engine.compute.glimpses import Glimpses
    from engine.compute.hearing import Hearing
    from engine.compute.loop import Loop
    from engine.compute.pulse import Pulse
    from engine.compute.recorder import Recorder
    from engine.compute.rounds import Rounds
    from engine.compute.vitals import Vitals
    from engine.compute.watcher import Watcher

    moments = ("before_step", "after_backward", "after_update")
    meter.stand_before(Vitals, LOOKS, *moments, "keep", "read")
    meter.stand_before(Pulse, PULSE, *moments, "keep", "read")
    meter.stand_before(Watcher, PROBES, *moments, "finish", "look")
    meter.stand_before(Glimpses, PROBES, "give")
    meter.stand_before(Recorder, DOCTOR, "go_rounds")
    meter.stand_before(Rounds, DOCTOR, "hear")
    put(Loop, "run", meter.whole(Loop.run))

    of_looks: set[int] = set()
    make, listener, gates = Vitals.__init__, Hearing._listener, Hearing._gate_listener
    picture = Recorder.picture

    def made(vitals: Vitals, *args: Any, **named: Any) -> None:
        make(vitals, *args, **named)
        of_looks.add(id(vitals._examination._heard))

    def heard(attach: Callable[[Hearing, int], Any]) -> Callable[[Hearing, int], Any]:
        def listening(hearing: Hearing, row: int) -> Any:
            what = LOOKS if id(hearing) in of_looks else PROBES
            return meter.measured(what, attach(hearing, row))

        return listening

    def told(recorder: Recorder, stream: str, *args: Any, **named: Any) -> None:
        tell = meter.measured(LOOKS, picture) if stream == VITALS else picture
        tell(recorder, stream, *args, **named)

    put(Vitals, "__init__", made)
    put(Hearing, "_listener", heard(listener))
    put(Hearing, "_gate_listener", heard(gates))
    put(Recorder, "picture", told)
    put(Recorder, "packed", staticmethod(meter.measured(PULSE, Recorder.packed)))


def one(example: str, steps: int) -> dict[str, Any]:
    """Train an example and return what was counted."""
    clock = time.perf_counter
    time.perf_counter = time.process_time  # the clock that probes look at: neighbours don't count
    import msgspec

    from engine.compute import hearing, steady
    from engine.compute.trainer import Trainer
    from engine.runs.control import Control, Limits, Silent
    from projects.files import load

    for module in (
        hearing,
        steady,
    ):  # which read it so often that this one, being slow, would count
        vars(module)["perf_counter"] = clock
    meter, control = Meter(), Control(attended=False)
    attached(meter)
    control.watch(RATES)
    project = load(EXAMPLES / f"{example}.yaml").project
    recipe = msgspec.structs.replace(project.recipe, threads=1, epochs=max(steps, 1))  # not earlier
    project = msgspec.structs.replace(project, recipe=recipe)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        Trainer(project, EXAMPLES, run, Silent(), control, limits=Limits(max_steps=steps)).run()
    return {"example": example, "steps": steps, "seconds": meter.seconds, "calls": meter.calls}


def row(found: dict[str, Any]) -> str:
    """Return what was counted as a row of a Markdown table."""
    seconds = found["seconds"]
    shares = [
        100 * seconds.get(what, 0.0) / seconds[WHOLE] for what in (LOOKS, PULSE, PROBES, DOCTOR)
    ]
    told = " | ".join(f"{share:.2f} %" for share in shares)
    pace = 1000 * seconds[WHOLE] / found["steps"]
    return (
        f"| {found['example']} | {found['steps']:,} | {pace:.1f} | {told} | {sum(shares):.2f} % |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--examples", nargs="+", default=list(STEPS))
    parser.add_argument("--steps", type=int, default=0, help="of each; 0: as many as usual")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one, options.steps)))
        return
    rows = []
    for example in options.examples:
        steps = options.steps or STEPS.get(example, 1000)
        words = [sys.executable, __file__, "--one", example, "--steps", str(steps)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(row(rows[-1]), file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps(rows))
        return
    print("| example | steps | ms a step | looks | norms | probes | doctor | together |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(row(found) for found in rows))


if __name__ == "__main__":
    main()
