"""Memory of window and engine while a small network trains for very long, and whether it grows.

    python benchmarks/memory.py [--headless] [--steps 1000000] [--every 10] [--example NAME] [--json]

The window has every panel of the workspace *Train* shown; with ``--headless`` there is none, and the engine measures all that
those panels would ask for. Prints a line for every look: seconds, step, and resident memory of window and engine in MiB
(Linux). At the end it is said how much was held at a tenth, a half and all of the steps: rings and caches fill in the
first tenth, and what comes after it is growth.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))
if TYPE_CHECKING:
    from projects.schema import Project

EXAMPLES = HERE.parent / "projects" / "examples"
EVALUATE_EVERY = 200  # epochs, which are short here: nobody evaluates a thousand times a minute
WATCHED = {"health": 4.0, "samples": 4.0, "confusion": 4.0}  # by panels, pictures a second
SHARES = (0.1, 0.5, 1.0)
Look = tuple[float, int, float, float]  # seconds, step, MiB of the window, MiB of the engine


def resident(pid: int) -> float:
    """Resident memory of a process in MiB; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def long_project(example: str, steps: int) -> Project:
    """Return an example that trains so many steps, by one thread."""
    import msgspec

    from projects.files import load

    project = load(EXAMPLES / f"{example}.yaml").project
    recipe = msgspec.structs.replace(
        project.recipe,
        epochs=None,
        max_steps=steps,
        early_stopping=None,
        evaluate_every=EVALUATE_EVERY,
        threads=1,
    )
    return msgspec.structs.replace(project, recipe=recipe)


class Looks:
    """What was seen so far, told as it comes.

    Args:
        loud: Whether to print every look.
    """

    def __init__(self, loud: bool) -> None:
        self.found: list[Look] = []
        self._begun = time.monotonic()
        self._loud = loud

    @property
    def seconds(self) -> float:
        """How long it has gone on."""
        return time.monotonic() - self._begun

    def add(self, step: int, window: float, engine: float) -> None:
        """Note one look."""
        self.found.append((self.seconds, step, window, engine))
        if self._loud:
            print("{:8.0f} s {:9,} steps {:8.1f} {:8.1f} MiB".format(*self.found[-1]), flush=True)

    def at(self, share: float, place: int) -> float:
        """The median of a figure around a share of the steps."""
        last = self.found[-1][1]
        near = [one[place] for one in self.found if abs(one[1] / last - share) < 0.05]
        return statistics.median(near) if near else float("nan")


def in_window(example: str, steps: int, every: float, looks: Looks) -> None:
    """Train with every panel shown, and look every so many seconds."""
    from PySide6.QtCore import QTimer
    from window import opened, until

    app, window = opened()
    window.files.new_from(long_project(example, steps))
    window.show_workspace("train")
    until(app, lambda: window.desk.latest is not None and window.engines.spare_ready)
    window.flow.train()

    def look() -> None:
        run = window.training.data
        busiest = max(_children(), key=_processor_time)
        looks.add(run.step if run is not None else 0, resident(os.getpid()), resident(busiest))

    timer = QTimer(interval=round(1000 * every))
    timer.timeout.connect(look)
    timer.start()
    until(app, lambda: bool(looks.found) and not window.training.active, seconds=48 * 3600)
    window.end()


def _children() -> list[int]:
    """Processes that this one has started."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in found]


def _processor_time(pid: int) -> int:
    """Processor time that a process has used, in ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def headless(example: str, steps: int, every: float, looks: Looks) -> None:
    """Train in this process, and look every so many seconds."""
    from engine.compute.trainer import Trainer
    from engine.protocol import Event, Progress
    from engine.runs.control import Control

    class Ear:
        """Looks when it hears of progress and a look is due."""

        def emit(self, event: Event) -> None:
            due = not looks.found or looks.seconds >= looks.found[-1][0] + every
            if isinstance(event, Progress) and (due or event.step == steps):
                looks.add(event.step, 0.0, resident(os.getpid()))

    control = Control()
    control.watch(WATCHED)
    with tempfile.TemporaryDirectory() as folder:
        project = long_project(example, steps)
        Trainer(project, EXAMPLES, Path(folder) / "run", Ear(), control).run()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--headless", action="store_true")
    parser.add_argument("--example", default="perceptron")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--every", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    measure = headless if options.headless else in_window
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANVAS_HOME"] = home
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        looks = Looks(not options.json)
        measure(options.example, options.steps, options.every, looks)
    if options.json:
        print(json.dumps(looks.found))
        return
    for place, words in ((2, "window"), (3, "engine")):
        if words == "engine" or not options.headless:
            told = ", ".join(f"{share:.0%}: {looks.at(share, place):.1f}" for share in SHARES)
            print(f"{words}, MiB at a share of the steps: {told}")


if __name__ == "__main__":
    main()
