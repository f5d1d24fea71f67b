"""Memory of the training process over a million steps: ``python benchmarks/memory.py [--steps N] [--example NAME]``.

A small example trains headless with every probe that a panel shows on; what the process holds (resident
memory, Linux) is noted at twenty-one points and printed. The first tenth fills rings and caches; from there on
it has to be flat.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

EXAMPLES = HERE.parent / "projects" / "examples"
POINTS = 20
EVALUATE_EVERY = 200  # epochs, which are short here: a window shows no more
WATCHED = {"health": 4.0, "samples": 4.0, "confusion": 4.0}


def resident() -> float:
    """Return what this process holds, in MiB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


def measure(example: str, steps: int) -> list[tuple[int, float]]:
    """Train and return what was held after how many steps."""
    import msgspec

    from engine.compute.trainer import Trainer
    from engine.protocol import Event, Progress
    from engine.runs.control import Control
    from projects.files import load

    class Notes:
        """Notes what is held whenever another twentieth is made."""

        def __init__(self) -> None:
            self.found: list[tuple[int, float]] = []

        def emit(self, event: Event) -> None:
            if isinstance(event, Progress) and event.step >= len(self.found) * steps / POINTS:
                self.found.append((event.step, resident()))
                print(f"{event.step:>9,} steps  {resident():7.1f} MiB", flush=True)

    project = load(EXAMPLES / f"{example}.yaml").project
    recipe = msgspec.structs.replace(
        project.recipe,
        epochs=None,
        max_steps=steps,
        early_stopping=None,
        evaluate_every=EVALUATE_EVERY,
        threads=1,
    )
    notes, control = Notes(), Control()
    control.watch(WATCHED)
    with tempfile.TemporaryDirectory() as folder:
        project = msgspec.structs.replace(project, recipe=recipe)
        Trainer(project, EXAMPLES, Path(folder) / "run", notes, control).run()
    return notes.found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--example", default="perceptron")
    options = parser.parse_args()
    found = measure(options.example, options.steps)
    late = [held for step, held in found if step >= options.steps / 10]
    print(
        f"from a tenth on: {late[0]:.1f} MiB at first, {late[-1]:.1f} at last, at most {max(late):.1f}"
    )


if __name__ == "__main__":
    main()
