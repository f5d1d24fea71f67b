"""How a training can fail for a reason that a person can do something about."""

from __future__ import annotations

from projects.errors import RunError, TrainingError


class NotANumberError(TrainingError):
    """A loss is not a number any more."""

    kind = "nan"


class OutOfMemoryError(TrainingError):
    """There is not enough memory for a step."""

    kind = "memory"


class GivenUpError(RunError):
    """A branch was stopped before it began, or a look inside before there was anything to see."""

    kind = "given_up"
