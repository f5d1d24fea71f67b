"""What to do when a loss is not a number: find the layer, then end or go back, and lose nothing good."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from engine.clinic.practice import BROKEN
from engine.compute.checkpoint import load_newest
from engine.compute.detective import Detective, FoundError
from engine.compute.files import RunFiles
from engine.compute.recorder import Recorder
from engine.compute.training import Training
from engine.protocol import Marker
from engine.runs.failures import NotANumberError
from engine.runs.store import Store
from projects.errors import RunError
from projects.translation import gettext as _

SNAPSHOT_SHARE = 0.005
SNAPSHOT_BYTES = 256 * 2**20
MOST_REPLAYED = 5000
BACK_OFF = 0.1


class RolledBackError(Exception):
    """The training went back: the pass in progress is not the one that goes on."""


class Rescue:
    """Keeps a state from before things can go wrong, and follows the recipe's policy when they do.

    Args:
        training: What is being trained.
        checkpoints: The run's folder of checkpoints.
        recorder: Where events go.
        store: The run's database.
        files: What is written.
    """

    def __init__(
        self,
        training: Training,
        checkpoints: Path,
        recorder: Recorder,
        store: Store,
        files: RunFiles,
    ) -> None:
        self._training = training
        self._checkpoints = checkpoints
        self._recorder = recorder
        self._store = store
        self._files = files
        size = sum(flat.weights.nbytes for flat in training.session.flats.values())
        self._small = size <= SNAPSHOT_BYTES
        goes_back = training.session.project.recipe.on_nan == "roll_back"
        self._first = training.snapshot() if self._small or goes_back else None
        self._good = deque([self._first] if self._first else [], maxlen=2)
        self._due = 0.0

    def remember(self, now: float) -> None:
        """Keep the present state, if the last time is long enough ago to cost little."""
        if self._small and now >= self._due:
            start = perf_counter()
            self._good.append(self._training.snapshot())
            self._due = now + (perf_counter() - start) / SNAPSHOT_SHARE

    def from_nan(self, step: int) -> None:
        """Follow the recipe's policy.

        Args:
            step: The first step whose loss was not finite.

        Raises:
            RolledBackError: The training went back and goes on from there.
            NotANumberError: It ends.
        """
        training = self._training
        where, kind, what = self._find_first(step)
        message = _("the loss is not a number at step {step}; first to go was {what}.").format(
            step=step, what=what
        )
        policy = training.session.project.recipe.on_nan
        if policy == "roll_back" and not training.rolled_back:
            self._roll_back(f"{where}: {message}")
        self._keep_sound_state()
        text = message[:1].upper() + message[1:]
        values = {"where": where, "what": kind}
        self._recorder.emit(Marker(step=step, kind=BROKEN, text=text, values=values))
        self._recorder.go_rounds()
        raise NotANumberError(
            message,
            where=where,
            hint=_("Lower the learning rate, clip the gradient norm, or check the data's scaling."),
        )

    def _find_first(self, step: int) -> tuple[str, str, str]:
        """Make the steps up to the bad one again, looking at every layer; see :class:`FoundError`."""
        training, detective = self._training, Detective(self._training.task)
        if not self._good or step - self._good[0].step > MOST_REPLAYED:
            return "", "", _("a layer that was not watched, the network being large")
        training.restore(self._good[0])
        try:
            while training.step < step:
                for batch in training.rest_of_epoch():
                    training.make_step(batch, (detective,))
                    detective.abandon()
                    if training.step >= step:
                        break
                else:
                    training.end_epoch()
        except FoundError as found:
            return found.where, found.kind, found.what
        finally:
            detective.abandon()
            training.task.kept.clear()
        return "", "loss", _("the loss itself")

    def _roll_back(self, why: str) -> None:
        training = self._training
        try:
            target, _damages = load_newest(self._checkpoints)
        except RunError:
            assert self._first is not None
            target = self._first
        training.restore(target)
        training.rolled_back = True
        for learner in training.learners.values():
            learner.scale *= BACK_OFF
        self._good.clear()
        self._good.append(training.snapshot())
        self._files.flush()
        self._store.rewind(training.step, training.changes)
        text = _("Went back to step {step} with a tenth of the learning rate. {why}").format(
            step=training.step, why=why
        )
        self._recorder.emit(Marker(step=training.step, kind="roll_back", text=text))
        self._recorder.catch_up()
        raise RolledBackError

    def _keep_sound_state(self) -> None:
        """Save the newest state whose weights are all numbers, if the disk holds an older one."""
        for snapshot in reversed(self._good):
            if snapshot.step > self._files.saved_step and all(
                bool(tensor.isfinite().all()) for tensor in snapshot.weights.values()
            ):
                self._training.restore(snapshot)
                self._files.save()
                return


def first_bad(values: dict[str, NDArray[np.float64]]) -> int | None:
    """Return the index of the first step with a loss that is not finite, or None."""
    losses = [column for name, column in values.items() if name.endswith("loss")]
    bad = ~np.isfinite(losses).all(axis=0)
    return int(bad.argmax()) if bad.any() else None
