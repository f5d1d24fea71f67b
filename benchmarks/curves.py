"""Curves beside plain pyqtgraph, and loading them beside TensorBoard's loader, in one run.

    python benchmarks/curves.py [--rounds N] [--peer PYTHON] [--json]

Figures are milliseconds of processor time of the thread that draws or reads, medians over rounds, on a plot of 1200 × 600: the first picture from
the arrays to the painted plot, and a frame from a move of the view to the painted plot, half of them moves
and half of them zooms. *pyqtgraph* is a ``PlotWidget`` with a curve each; *tuned* has its downsampling by
peaks and its clipping on. The peer is an interpreter with the package tensorboard; without one its loader is
left out. The list of runs is made of folders with a project and a summary each.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
SIZE = (1200, 600)
FRAMES = 20
KINDS = ("pyqtgraph", "tuned", "ganvas")
LONG, MANY = (1, 10_000_000), (100, 100_000)
LISTED, LOADED = 1000, 200_000
ASKED = {
    "long_first": 100.0,
    "long_frame": 16.0,
    "many_frame": 33.0,
    "list": 500.0,
}
WORDS = {
    "long_first": "10^7 points: first picture",
    "long_frame": "10^7 points: a frame of moving and zooming",
    "many_first": "100 curves of 10^5 points: first picture",
    "many_frame": "100 curves of 10^5 points: a frame",
    "list": "the list of 1,000 runs, from their folders to the painted table",
    "load": "loading 200,000 values of one curve",
}
LOADER = """
import sys, time
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
begun = time.process_time()
found = EventAccumulator(sys.argv[1], {"scalars": 0})
found.Reload()
count = len(found.Scalars("train_loss"))
print(count, 1000 * (time.process_time() - begun))
"""

Curves = list[tuple[NDArray[np.int64], NDArray[np.float64]]]


def losses(count: int, steps: int) -> Curves:
    """Return curves as trainings have them: they fall, and are noisy."""
    random = np.random.default_rng(0)
    x = np.arange(1, steps + 1)
    fall = 2 * np.exp(-5 * x / steps)
    scales = 0.8 + 0.4 * random.random(count)
    return [(x.copy(), s * fall + 0.05 * random.standard_normal(steps)) for s in scales]


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds of this thread's processor time something takes."""
    begun = time.thread_time()
    work()
    return 1000 * (time.thread_time() - begun)


def drawn(kind: str, curves: Curves) -> dict[str, float]:
    """Draw curves, move the view about, and return what that took."""
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication

    from widgets import theme
    from widgets.plots.curves import CurvePlot
    from widgets.plots.track import Curve

    colors = theme.current().series_color
    plot: Any = CurvePlot("loss") if kind == "ganvas" else pg.PlotWidget()
    plot.resize(*SIZE)
    plot.show()
    QApplication.processEvents()
    area = plot.plot if kind == "ganvas" else plot

    def first() -> None:
        if kind == "ganvas":
            plot.set_curves(
                [Curve(f"{i}", f"run {i}", colors(i), x, y) for i, (x, y) in enumerate(curves)]
            )
        else:
            if kind == "tuned":
                plot.setDownsampling(auto=True, mode="peak")
                plot.setClipToView(True)
            for i, (x, y) in enumerate(curves):
                plot.plot(x, y, pen=pg.mkPen(colors(i)))
        QApplication.processEvents()
        plot.grab()

    taken = timed(first)
    frames = FRAMES if kind != "pyqtgraph" else 2
    box = area.getViewBox()
    width = box.viewRange()[0][1] - box.viewRange()[0][0]
    box.scaleBy(x=0.5)
    found = []
    for frame in range(frames):
        found.append(timed(partial(_frame, area, frame % 2 == 0, 0.01 * width)))
    plot.hide()
    plot.deleteLater()
    QApplication.processEvents()
    return {"first": taken, "frame": statistics.median(found)}


def _frame(area: Any, zoom: bool, by: float) -> None:
    """Move the view a little, and have what is seen then painted."""
    box = area.getViewBox()
    if zoom:
        box.scaleBy(x=0.95)
    else:
        box.translateBy(x=by)
    area.viewport().repaint()


def listed(folder: Path) -> float:
    """List runs and return what that took."""
    from PySide6.QtWidgets import QApplication

    from engine.runs.folder import list_runs
    from engine.runs.summary import read_summary
    from workbench.run_list import RunList

    runs = RunList()
    runs.resize(900, 700)
    runs.show()
    QApplication.processEvents()

    def work() -> None:
        runs.set_runs([(path, read_summary(path)) for path in list_runs(folder)])
        QApplication.processEvents()
        runs.grab()

    taken = timed(work)
    runs.hide()
    runs.deleteLater()
    return taken


def loaded(run: Path, logs: Path, peer: str) -> dict[str, float]:
    """Read a run, its event file, and let TensorBoard read that; return what each took."""
    from engine.events.reading import read_curves
    from engine.runs.reader import Reader
    from workbench.rundata import RunData

    def replay() -> None:
        data = RunData()
        for event in Reader(run).events():
            data.feed(event)
        assert len(data.scalars["train_loss"]) == LOADED

    found = {"run": timed(replay), "events": timed(lambda: read_curves(logs))}
    if peer:
        words = [peer, "-W", "ignore", "-c", LOADER, str(logs)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        count, taken = done.stdout.split()
        assert int(count) == LOADED
        found["tensorboard"] = float(taken)
    return found


def measure(rounds: int, peer: str, home: Path) -> dict[str, dict[str, float]]:
    """Return the medians of everything, by figure and program."""
    from curve_runs import make_run, note_run
    from PySide6.QtWidgets import QApplication

    from engine.events.exchange import hand_out

    app = QApplication.instance() or QApplication([])
    found: dict[str, dict[str, list[float]]] = {name: {} for name in WORDS}

    def keep(name: str, kind: str, value: float) -> None:
        found[name].setdefault(kind, []).append(value)

    for name, (count, steps) in (("long", LONG), ("many", MANY)):
        curves = losses(count, steps)
        for turn in range(rounds):
            for kind in KINDS if not turn else KINDS[1:]:  # as it comes it takes very long: once
                for figure, value in drawn(kind, curves).items():
                    keep(f"{name}_{figure}", kind, value)
    for number in range(LISTED):
        note_run(home / "many" / f"20260101-{number:06d}-iris", number, 1e-3 * (1 + number % 7))
    make_run(home / "one", 0, LOADED)
    hand_out(home / "one", home / "logs")
    for _turn in range(rounds):
        keep("list", "ganvas", listed(home / "many"))
        for kind, value in loaded(home / "one", home / "logs", peer).items():
            keep("load", kind, value)
    app.processEvents()
    return {
        name: {kind: statistics.median(values) for kind, values in kinds.items()}
        for name, kinds in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", default="", help="an interpreter with tensorboard")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANVAS_HOME"] = home
        found: dict[str, Any] = measure(options.rounds, options.peer, Path(home))
    if options.json:
        print(json.dumps(found))
        return
    for name, words in WORDS.items():
        told = ", ".join(f"{kind} {value:,.1f}" for kind, value in found[name].items())
        asked = f"  (asked for: ≤ {ASKED[name]:.0f})" if name in ASKED else ""
        print(f"{words}: {told} ms{asked}")


if __name__ == "__main__":
    main()
