"""How soon an edit of a network of 1,000 layers is answered: shapes, counts and problems, painted.

    python benchmarks/recheck.py [LAYERS] [--json]     in the window, desk engine and all, and in the engine alone
    python benchmarks/recheck.py engine LAYERS         the engine alone

Wall-clock milliseconds from the edit until the answer is painted; medians, 90 % and the longest of many edits.
Before, between and after, the textbook loop of ``loops.py`` tells how fast the machine is at the moment; the
last column is the median as it would be where that loop makes 540 steps a second, as on a quiet day of 2026.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grid import places
from throughput import EXAMPLES, once

from projects.schema import Data, Network, Node, Plug, Project, Wire

HERE = Path(__file__).resolve().parent
TIMES = 41
QUIET = 540.0  # steps a second of the textbook loop on digits_mlp
BLOCK = ("linear", "layer_norm", "relu", "dropout", "gelu")
Edit = Callable[[Project, int], Project]
WORDS = {
    "one": "one layer gets another size",
    "all": "every shape changes",
    "move": "a layer is moved",
    "cut": "the first wire is cut, or drawn",
}


def project(count: int) -> Project:
    """A classifier of so many layers in a row; nothing is wrong with it."""
    names = ["input", "flatten", *(f"n{i}" for i in range(count - 4)), "head", "output"]
    types = ["input", "flatten", *(BLOCK[i % 5] for i in range(count - 4)), "linear", "output"]
    # Only the first half has layers that bring every width back to the same: behind it, all follow.
    types = [
        ("relu" if t == "linear" and count // 2 < i < count - 2 else t) for i, t in enumerate(types)
    ]
    sizes: dict[str, dict[str, int]] = {"head": {"units": 10}}
    nodes = {
        name: Node(type=kind, at=at, params=sizes.get(name, {}))
        for name, kind, at in zip(names, types, places(count), strict=True)
    }
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(names))
    return Project(
        networks={"classifier": Network(nodes=nodes, wires=wires)},
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
    )


def edits(count: int) -> dict[str, Edit]:
    """What is done to it, each with a running number."""
    from workbench import edits

    early, last = "n10", f"n{(count // 2 - 2) // 5 * 5}"

    def cut(before: Project, turn: int) -> Project:
        graph = before.networks["classifier"]
        whole = len(graph.wires) == len(graph.nodes) - 1
        wires = graph.wires[1:] if whole else (Wire("input", "flatten"), *graph.wires)
        cut = msgspec.structs.replace(graph, wires=wires)
        return msgspec.structs.replace(before, networks={"classifier": cut})

    return {
        "one": lambda p, i: edits.set_param(p, "classifier", [early], "units", 100 + i),
        "all": lambda p, i: edits.set_param(p, "classifier", [last], "units", 100 + i),
        "move": lambda p, i: edits.move(p, "classifier", {early: (2400.0 + i, 40.0)}),
        "cut": cut,
    }


def in_window(count: int) -> dict[str, list[float]]:
    """From the edit to the painted answer, in the window as the program opens it."""
    from window import opened, until

    app, window = opened()
    window.files.new_from(project(count))
    until(app, lambda: window.desk.latest is not None and window.engines.spare_ready)
    document, designer = window.files.document, window.designer
    assert document is not None
    assert designer is not None
    answered: list[float] = []

    def shown() -> None:
        designer.canvas.viewport().repaint()
        answered.append(time.perf_counter())

    window.desk.checked.connect(shown)
    found: dict[str, list[float]] = {}
    for name, edit in edits(count).items():
        for turn in range(TIMES):
            rest()
            answered.clear()
            begun = time.perf_counter()
            document.apply("", edit(document.project, turn))
            wait_for(answered)
            found.setdefault(name, []).append(1000 * (answered[0] - begun))
    window.end()
    return found


def wait_for(answered: list[float]) -> None:
    """Let the window work until the answer is there, as its own event loop would."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, look = QEventLoop(), QTimer(interval=1)
    look.timeout.connect(lambda: loop.quit() if answered else None)
    look.start()
    loop.exec()
    look.stop()


def rest() -> None:
    """Let timers fall as they may: an edit comes at any time between two of them."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(random.randrange(60, 100), loop.quit)
    loop.exec()


def in_engine(count: int) -> dict[str, list[float]]:
    """The check alone, in this process, of a project as it comes over the wire."""
    from engine.compute.check import check
    from engine.compute.warmup import settle

    value = project(count)
    check(value, HERE)
    settle()
    found: dict[str, list[float]] = {}
    for name, edit in edits(count).items():
        for turn in range(TIMES):
            value = edit(value, turn)
            heard = msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=Project)
            begun = time.perf_counter()
            check(heard, HERE)
            found.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
    return found


def measured(what: str, count: int) -> dict[str, list[float]]:
    """Measure in a process of its own with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "GANVAS_HOME": home}
        if not (os.environ.get("DISPLAY") or sys.platform in ("win32", "darwin")):
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        done = subprocess.run(
            [sys.executable, __file__, what, str(count)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=600,
        )
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", default="all")
    parser.add_argument("layers", nargs="?", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.what.isdigit():
        options.what, options.layers = "all", int(options.what)
    if options.what in ("window", "engine"):
        work = in_window if options.what == "window" else in_engine
        print(json.dumps(work(options.layers)), flush=True)
        os._exit(0)
    pace = [yardstick()]
    both = {}
    for what in ("window", "engine"):
        both[what] = measured(what, options.layers)
        pace.append(yardstick())
    if options.json:
        print(json.dumps({**both, "textbook_steps_per_second": pace}))
        return
    told = ", ".join(f"{rate:.0f}" for rate in pace)
    print(f"textbook loop: {told} steps a second ({QUIET:.0f} on a quiet day)")
    print(f"{options.layers} layers, ms: median, 90 %, longest of {TIMES}; median on a quiet day")
    for index, (what, figures) in enumerate(both.items()):
        share = statistics.mean(pace[index : index + 2]) / QUIET
        for name, taken in figures.items():
            high, middle = sorted(taken)[int(0.9 * (len(taken) - 1))], statistics.median(taken)
            place = "painted in the window" if what == "window" else "engine alone"
            row = f"{middle:8.1f} {high:8.1f} {max(taken):8.1f} {middle * share:8.1f}"
            print(f"{row}  {WORDS[name]}, {place}")


def yardstick() -> float:
    """Steps a second of the textbook loop at this moment."""
    return once("textbook", EXAMPLES / "digits_mlp.yaml", 1500)


if __name__ == "__main__":
    main()
