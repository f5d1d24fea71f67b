"""How long a run has trained after which step: thinned, so that it stays small however long the run.

Told by the events :class:`~engine.protocol.Progress`; the store keeps those that are due, and whoever
shows a run does the same, so that live and read back are one clock.
"""

from __future__ import annotations

LEAST = 0.25  # seconds between two times that are kept
SHARE = 1 / 2000  # of the time that has passed


def is_due(seconds: float, last: float | None) -> bool:
    """Whether a time of training is far enough from the last one that was kept to be kept too.

    Args:
        seconds: Seconds of training, pauses left out.
        last: The same of what was kept last; None for nothing.
    """
    return last is None or seconds - last >= max(LEAST, SHARE * last)
