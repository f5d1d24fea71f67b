"""The weights of a training, for those who look inside of it while it goes on.

They are one safetensors file that is replaced again and again: every tensor with ``weights/`` or ``best/`` before its
name, and the facts that belong to them as JSON in bytes. It is not forced to the disk and gone at the end.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from engine.compute.checkpoint import Snapshot, load_tensors, pack
from engine.compute.keys import below
from engine.compute.recorder import Recorder
from engine.compute.training import Training
from engine.protocol import Glimpse
from engine.runs.folder import RunFolder
from projects.atomic import write
from projects.errors import RunError, UserError

WEIGHTS, BEST, FACTS = "weights/", "best/", "facts"
SHARE = 0.0025  # of the time
RAREST = 1e-3  # times a second
NEVER = float("inf")


def read_glimpse(path: Path) -> Snapshot | None:
    """Return the weights that a training shows just now; None where it shows none, or the file is damaged."""
    try:
        tensors = load_tensors(path)
        facts = json.loads(tensors.pop(FACTS).numpy().tobytes())
        facts["step"] = int(facts["step"])
    except (RunError, KeyError, ValueError, TypeError):
        return None
    return Snapshot(below(WEIGHTS, tensors), {}, facts, below(BEST, tensors))


def _packed(snapshot: Snapshot) -> bytes:
    facts = np.frombuffer(json.dumps(snapshot.facts).encode(), np.uint8)
    tensors = {FACTS: torch.from_numpy(facts.copy())}
    tensors |= {f"{WEIGHTS}{name}": tensor for name, tensor in snapshot.weights.items()}
    tensors |= {f"{BEST}{name}": tensor for name, tensor in snapshot.best.items()}
    return pack(tensors)


class Glimpses:
    """Writes the weights as long as somebody looks; nothing goes on from them.

    Args:
        folder: The run's folder.
        training: What is being trained.
        recorder: Where is told of them.

    Attributes:
        due: When the next ones are to be written.
        seconds: What all writing has taken so far.
    """

    def __init__(self, folder: RunFolder, training: Training, recorder: Recorder) -> None:
        self.due = NEVER
        self.seconds = 0.0
        self._path = folder.live
        self._training = training
        self._recorder = recorder
        self._rate: float | None = None
        self._step = -1

    def watch(self, rate: float | None) -> None:
        """Take note of how often a second they may come; None: nobody looks."""
        if rate is None:
            self.due = NEVER
        elif self._rate is None:
            self.due = 0.0
        self._rate = rate

    def give(self) -> None:
        """Write them, if somebody looks and they have moved; rarer where writing takes long."""
        if self._rate is None:
            return
        start = perf_counter()
        written = self._write()
        done = perf_counter()
        self.seconds += done - start
        self.due = done + max(1 / max(self._rate, RAREST), (done - start) / SHARE)
        if written:
            self._recorder.emit(Glimpse(step=self._step))

    def _write(self) -> bool:
        """Write them; whether there were newer ones, and room for them."""
        if self._step == self._training.step:
            return False
        self._step = self._training.step
        try:
            write(self._path, _packed(self._training.glimpse()), follow_link=False, lasting=False)
        except UserError:  # the next checkpoint says so, and waits; who looks can go without
            return False
        return True

    def close(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
