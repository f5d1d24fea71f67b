"""What a person feels: how soon the window is there, how soon a curve begins, whether it ever freezes.

    python benchmarks/window.py [--rounds N] [--json]              all figures, medians over rounds
    python benchmarks/window.py training PROJECT STEPS             one training, every panel shown
    python benchmarks/window.py start                              one start of the program

Each round is a process of its own with a home of its own; compiled modules are kept between rounds, as they are
where a program is started twice, and the first start, which compiles them, does not count. A start goes through
``main.py``, from the making of the process until the window is painted and answers. Delay is how late a timer of 5 ms
comes while a training runs with every panel shown: the time that a click would wait.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
EXAMPLE = HERE.parent / "projects" / "examples" / "digits_mlp.yaml"
TICK = 0.005
FIGURES = {
    "usable": "start until the start page answers, s",
    "first_point": "Train until the first point on a curve, s",
    "delay_p50": "event-loop delay while training, median, ms",
    "delay_p99": "event-loop delay while training, 99 %, ms",
    "delay_max": "event-loop delay while training, longest, ms",
    "steps_per_second": "steps/s, window open, every panel shown",
}

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.window import MainWindow


def opened() -> tuple[QApplication, MainWindow]:
    """Return the application and its window, as the program itself opens them."""
    from workbench.app import make_application, make_window

    app = make_application()
    window = make_window(app)
    window.resize(1440, 900)
    window.show()
    window.furnish()
    window.begin()
    gc.freeze()
    return app, window


def until(app: QApplication, there: Callable[[], bool], seconds: float = 300.0) -> None:
    """Run the event loop until something is there."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    look = QTimer(interval=2)
    end = time.monotonic() + seconds
    look.timeout.connect(lambda: loop.quit() if there() or time.monotonic() > end else None)
    look.start()
    loop.exec()
    look.stop()
    if not there():
        raise TimeoutError("it did not come")


class Lateness:
    """How late a timer comes, again and again."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(1000 * TICK))
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to measure."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Measure no longer."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - TICK))
        self._last = now


def training(project: Path, steps: int) -> dict[str, Any]:
    """Train a project in the window with every panel shown and return what was measured."""
    import msgspec

    from engine.client import Engines  # noqa: F401  (the import belongs to the start, not to Train)
    from projects.files import load

    app, window = opened()
    loaded = load(project).project
    recipe = msgspec.structs.replace(loaded.recipe, epochs=None, max_steps=steps)
    window.files.new_from(msgspec.structs.replace(loaded, recipe=recipe))
    window.show_workspace("train")
    until(app, lambda: window.desk.latest is not None and window.engines.spare_ready)
    until(app, _after(1.0))
    lateness = Lateness()
    begun = time.perf_counter()
    lateness.start()
    window.flow.train()
    until(app, lambda: _points(window) > 0)
    first_point = time.perf_counter() - begun
    until(app, lambda: not window.training.active)
    lateness.stop()
    run = window.training.data
    assert run is not None
    assert run.finished is not None
    late = sorted(lateness.late)
    shown = [panel.name for panel in window.viewer.panels if panel.isVisible()]
    window.end()
    return {
        "steps_per_second": run.finished.steps_per_second,
        "first_point": first_point,
        "delay_p50": 1000 * statistics.median(late),
        "delay_p99": 1000 * late[int(0.99 * (len(late) - 1))],
        "delay_max": 1000 * late[-1],
        "panels": shown,
        "torch_in_window": "torch" in sys.modules,
    }


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def _points(window: MainWindow) -> int:
    run = window.training.data
    return sum(len(series) for series in run.scalars.values()) if run is not None else 0


def start() -> dict[str, Any]:
    """Start the program in a process of its own and return how long it took until its page answers."""
    code = (
        "import sys, time; sys.path.insert(0, sys.argv.pop())\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import main\n"
        "wait = QApplication.exec\n"
        "def usable():\n"
        "    window, = (w for w in QApplication.topLevelWidgets() if w.objectName() == 'mainWindow')\n"
        "    window.grab(); print(time.time(), flush=True); window.end(); QApplication.quit()\n"
        "QApplication.exec = lambda app: (QTimer.singleShot(0, usable), wait())[1]\n"
        "main.entry([])\n"
    )
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code, str(HERE.parent)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    return {"usable": float(done.stdout.split()[-1]) - begun}


def one_round(compiled: str, *tasks: Sequence[str]) -> dict[str, Any]:
    """Measure some things once, in fresh processes with a fresh home.

    Args:
        compiled: A folder for compiled modules.
        tasks: What this program is called with, again and again.
    """
    figures: dict[str, Any] = {}
    for words in tasks:
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "GANVAS_HOME": home, "PYTHONPYCACHEPREFIX": compiled}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            if not (os.environ.get("DISPLAY") or sys.platform in ("win32", "darwin")):
                environment.setdefault("QT_QPA_PLATFORM", "offscreen")
            done = subprocess.run(
                [sys.executable, __file__, *words],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                timeout=600,
            )
        figures |= json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("all", "training", "start"), default="all")
    parser.add_argument("project", type=Path, nargs="?", default=EXAMPLE)
    parser.add_argument("steps", type=int, nargs="?", default=8000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.what == "start":
        print(json.dumps(start()))
        return
    if options.what == "training":
        print(json.dumps(training(options.project.resolve(), options.steps)))
        return
    tasks = ["start"], ["training", str(EXAMPLE), str(options.steps)]
    with tempfile.TemporaryDirectory() as compiled:
        one_round(compiled, ["start"])
        rounds = [one_round(compiled, *tasks) for _round in range(options.rounds)]
    medians = {name: statistics.median(r[name] for r in rounds) for name in FIGURES}
    torch = any(r["torch_in_window"] for r in rounds)
    if options.json:
        print(json.dumps({"medians": medians, "torch_in_window": torch, "rounds": rounds}))
        return
    print(f"median of {options.rounds}; panels shown: {', '.join(rounds[0]['panels'])}")
    for name, words in FIGURES.items():
        values = [r[name] for r in rounds]
        print(f"{medians[name]:9.3g}  ({min(values):.3g}–{max(values):.3g})  {words}")
    print(f"torch in the window's process after training: {'yes' if torch else 'no'}")


if __name__ == "__main__":
    main()
