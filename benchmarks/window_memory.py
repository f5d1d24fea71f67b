"""Memory of both processes while a small network trains for very long with every panel shown.

    python benchmarks/window_memory.py [--steps 1000000] [--every 10] [--example NAME] [--json]

Prints a line for every look: seconds, step, resident memory of the window and of the training engine in MiB. Flat
means that the second half of the steps adds next to nothing.
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

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))

EXAMPLES = HERE.parent / "projects" / "examples"
EVALUATE_EVERY = 200  # epochs, which are short here: nobody evaluates a thousand times a minute
Look = tuple[float, int, float, float]  # seconds, step, MiB of the window, MiB of the engine


def resident(pid: int) -> float:
    """Resident memory of a process in MiB; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def children() -> list[int]:
    """Processes that this one has started."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in found]


def measured(example: str, steps: int, every: float, loud: bool) -> list[Look]:
    """Train with every panel shown and return what was seen every so many seconds."""
    import msgspec
    from PySide6.QtCore import QTimer
    from window import opened, until

    from projects.files import load

    app, window = opened()
    loaded = load(EXAMPLES / f"{example}.yaml").project
    recipe = msgspec.structs.replace(
        loaded.recipe,
        epochs=None,
        max_steps=steps,
        early_stopping=None,
        evaluate_every=EVALUATE_EVERY,
        threads=1,
    )
    window.files.new_from(msgspec.structs.replace(loaded, recipe=recipe))
    window.show_workspace("train")
    until(app, lambda: window.desk.latest is not None and window.engines.spare_ready)
    window.flow.train()
    begun = time.monotonic()
    looks: list[Look] = []

    def look() -> None:
        run = window.training.data
        busiest = max(children(), key=_processor_time)
        seconds, step = time.monotonic() - begun, run.step if run is not None else 0
        looks.append((seconds, step, resident(os.getpid()), resident(busiest)))
        if loud:
            print("{:8.0f} s {:9,} steps {:8.1f} {:8.1f} MiB".format(*looks[-1]), flush=True)

    timer = QTimer(interval=round(1000 * every))
    timer.timeout.connect(look)
    timer.start()
    until(app, lambda: bool(looks) and not window.training.active, seconds=48 * 3600)
    window.end()
    return looks


def _processor_time(pid: int) -> int:
    """Processor time that a process has used, in ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def at(looks: list[Look], share: float, place: int) -> float:
    """The median of a figure around a share of the steps."""
    last = looks[-1][1]
    near = [one[place] for one in looks if abs(one[1] / last - share) < 0.05]
    return statistics.median(near) if near else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--example", default="digits_mlp")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--every", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANVAS_HOME"] = home
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        looks = measured(options.example, options.steps, options.every, not options.json)
    if options.json:
        print(json.dumps(looks))
        return
    for place, words in ((2, "window"), (3, "engine")):
        told = ", ".join(f"{share:.0%}: {at(looks, share, place):.1f}" for share in (0.1, 0.5, 1.0))
        print(f"{words}, MiB at a share of the steps: {told}")


if __name__ == "__main__":
    main()
