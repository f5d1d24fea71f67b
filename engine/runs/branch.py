"""Where a new run branches off from another one, and which run a run says it came from; needs no torch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

LAST = -1


class Branch(NamedTuple):
    """A place in another run.

    Attributes:
        run: The folder of the other run.
        step: After how many steps of it; ``LAST`` for its last checkpoint.
    """

    run: Path
    step: int = LAST


def name_of_parent(run: Path, parent: Path) -> str:
    """Return how a run names its parent: by its folder alone when that lies beside the run's own.

    So the tree of runs stays whole when all of them are moved.
    """
    run, parent = Path(os.path.abspath(run)), Path(os.path.abspath(parent))
    return parent.name if parent.parent == run.parent else str(parent)


def parent_beside(run: Path, parent: str) -> Path | None:
    """Return the folder that :func:`name_of_parent` named where it lies beside the run's own; else None.

    A run from somebody else may name any folder as its parent: one that is to be read has to lie beside it.
    """
    if parent in ("", "..") or Path(parent).name != parent:
        return None
    return parent_path(run, parent)


def parent_path(run: Path, parent: str) -> Path:
    """Return the folder that :func:`name_of_parent` named; nothing is looked up there."""
    return Path(os.path.abspath(run)).parent / parent
