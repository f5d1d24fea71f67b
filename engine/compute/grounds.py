"""The folder of a run before its training begins: whether it may, and from where it goes on."""

from __future__ import annotations

import contextlib

from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.runs.false_start import is_false_start
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.summary import COMPRESSED, state_of, was_never_trained
from projects.atomic import explain, sweep
from projects.errors import RunError
from projects.translation import gettext as _


def need_folder(folder: RunFolder, resume: bool) -> None:
    """Refuse a folder without a run to resume, and one with a run to begin.

    Raises:
        RunError: It is refused, or holds links.
    """
    path = folder.path
    if resume and not folder.exists:
        raise RunError(_("there is no run here to go on with."), where=str(path))
    if resume and is_false_start(path):
        raise RunError(
            _("this run failed before its first step: there is nothing to go on with."),
            where=str(path),
            hint=_("Train again."),
        )
    if not resume and folder.exists and not is_false_start(path):
        raise RunError(
            _("this folder holds a run already."),
            where=str(path),
            hint=_("Resume it, or choose another folder."),
        )
    folder.refuse_links()


def make_folder(folder: RunFolder) -> None:
    """Make what is not there of it.

    Raises:
        FileError: It cannot be made.
    """
    try:
        folder.make()
    except OSError as error:
        raise explain(error, folder.path, 0) from error


def sweep_folder(folder: RunFolder) -> None:
    """Remove what a kill has left behind; only who holds the lock may."""
    sweep(folder.path)
    sweep(folder.samples)
    checkpoint.sweep_strays(folder.checkpoints)
    with contextlib.suppress(OSError):
        folder.live.unlink()


def kept_state(folder: RunFolder) -> tuple[Snapshot | None, list[RunError]]:
    """Return where a run goes on, and what was wrong with newer checkpoints, which are removed.

    Where it ended before its first checkpoint there is none.

    Raises:
        RunError: No training was ever begun, or every checkpoint is damaged or gone.
    """
    _need_training(folder)
    if not checkpoint.checkpoints(folder.checkpoints):
        if _had_checkpoints(folder):
            checkpoint.load_newest(folder.checkpoints)
        return None, []
    found, damages = checkpoint.load_newest(folder.checkpoints)
    if damages and found.path is not None:
        checkpoint.discard_after(folder.checkpoints, found.path)
    return found, damages


def _need_training(folder: RunFolder) -> None:
    state = state_of(folder.path)
    if not was_never_trained(state):
        return
    message = _("this run holds imported weights; no training was ever begun that could go on.")
    if state == COMPRESSED:
        message = _(
            "this run is a smaller variant of another one; no training was ever begun that could go on."
        )
    raise RunError(
        message, where=str(folder.path), hint=_("Begin a training with its weights instead.")
    )


def _had_checkpoints(folder: RunFolder) -> bool:
    """Whether the run once had a checkpoint: only then its summary, unless it failed, has steps."""
    try:
        summary = Reader(folder.path).summary()
    except RunError:
        return False
    begun = summary.parent_step if summary.parent else 0
    return summary.steps > begun and summary.state != "failed"
