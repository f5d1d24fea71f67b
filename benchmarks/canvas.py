"""How fast the canvas is with 1,000 and 5,000 nodes, beside NodeGraphQt where there is one.

    python benchmarks/canvas.py [NODES …] [--peer PYTHON] [--json]

Prints medians in milliseconds of processor time, every canvas in a process of its own, one after the
other. ``--peer`` (or ``GANVAS_PEER_PYTHON``) names an interpreter that has NodeGraphQt and PySide6; it is no
dependency of Ganvas. Runs without a screen (``QT_QPA_PLATFORM=offscreen``).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from grid import FIGURES

HERE = Path(__file__).resolve().parent
PEER = "GANVAS_PEER_PYTHON"
ALONE = {
    "check_shown": "a first check is shown",
    "same_check": "the same check is shown again",
    "middle": "repaint at 40 %",
    "edit": "one layer is moved",
    "hover": "the pointer moves",
    "wire_begun": "a wire is begun",
    "layout": "automatic layout",
    "select_all": "all are selected, then none",
}


def measured(python: str, script: str, count: int) -> dict[str, float]:
    """Run one canvas in a process of its own.

    Raises:
        subprocess.CalledProcessError: It failed; its words are on standard error.
    """
    done = subprocess.run(
        [python, str(HERE / script), str(count)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=1200,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def peer(python: str, count: int) -> dict[str, float]:
    """The figures of NodeGraphQt; none, and a sentence why, where it is not to be had."""
    if not python:
        note(f"NodeGraphQt is left out: --peer or {PEER} names no interpreter that has it.")
        return {}
    try:
        return measured(python, "canvas_nodegraphqt.py", count)
    except (OSError, subprocess.SubprocessError) as error:
        note(f"NodeGraphQt is left out: {error}")
        return {}


def note(words: str) -> None:
    """Say something that is no figure."""
    print(words, file=sys.stderr, flush=True)


def show(count: int, ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Print one table."""
    print(f"\n{count:,} nodes, ms{'':39}Ganvas  NodeGraphQt")
    for name, words in (FIGURES | ALONE).items():
        beside = f"{theirs[name]:12.1f}" if name in theirs else f"{'–':>12}"
        print(f"{words:50} {ours[name]:10.1f} {beside}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("nodes", nargs="*", type=int, default=[1000, 5000])
    parser.add_argument("--peer", default=os.environ.get(PEER, ""), metavar="PYTHON")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tables = {}
    for count in options.nodes:
        ours = measured(sys.executable, "canvas_ganvas.py", count)
        theirs = peer(options.peer, count)
        tables[count] = {"ganvas": ours, "nodegraphqt": theirs}
        if not options.json:
            show(count, ours, theirs)
    if options.json:
        print(json.dumps(tables))


if __name__ == "__main__":
    main()
