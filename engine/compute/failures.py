"""Turns whatever went wrong in the engine into words, and tells a person's mistakes from bugs."""

from __future__ import annotations

import traceback

import torch

from engine.protocol import Failed
from projects.errors import Problem, TrainingError, UserError
from projects.translation import gettext as _

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on whichever device."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _NO_MEMORY)


def failure(error: BaseException, stage: str, request: int = 0) -> Failed:
    """Return the event that tells a client of an error.

    Args:
        error: What was raised.
        stage: What was being done, in people's words (``training``).
        request: The ``id`` of the request that failed.
    """
    if isinstance(error, UserError):
        kind = "nan" if isinstance(error, TrainingError) else "user"
        return Failed(id=request, problems=error.problems, kind=getattr(error, "kind", kind))
    if isinstance(error, KeyboardInterrupt):
        problem = Problem("", _("Interrupted while {stage}.").format(stage=stage))
        return Failed(id=request, problems=(problem,), kind="interrupted")
    if is_out_of_memory(error):
        return Failed(id=request, problems=(_memory(error, stage),), kind="memory")
    problem = Problem(
        "",
        _("A bug in Ganvas while {stage}: {error}").format(
            stage=stage, error=f"{type(error).__name__}: {error}"[:500]
        ),
        _("Please report it, with the details."),
    )
    trace = "".join(traceback.format_exception(error))
    return Failed(id=request, problems=(problem,), trace=trace[-20_000:], kind="bug")


def _memory(error: BaseException, stage: str) -> Problem:
    return Problem(
        "recipe.batch_size",
        _("Memory ran out while {stage} ({reason}).").format(
            stage=stage, reason=(str(error).splitlines() or [type(error).__name__])[0][:200]
        ),
        _("Try a smaller batch size or smaller layers."),
    )
