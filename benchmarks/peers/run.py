"""Run one loop on one benchmark: ``python peers/run.py LOOP FOLDER``; prints steps a second as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from peers.task import Task


def main() -> None:
    """Train and tell."""
    loop, folder = sys.argv[1:3]
    torch.set_num_threads(1)
    if loop in ("textbook", "tuned"):
        from peers import plain

        rate = getattr(plain, loop)(Task(Path(folder)))
    elif loop == "keras":
        from peers.keras_torch import keras

        rate = keras(Task(Path(folder)))
    elif loop == "torchgan":
        from peers.games import torchgan

        rate = torchgan(Task(Path(folder)))
    else:
        from peers.frameworks import FRAMEWORKS

        rate = FRAMEWORKS[loop](Task(Path(folder)))
    print(json.dumps({"steps_per_second": rate}))


if __name__ == "__main__":
    main()
