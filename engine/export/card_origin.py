"""Whose training a model card tells of: the run's own, or that of the run which a variant was made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.export.card_text import paragraphs
from engine.runs.branch import parent_beside
from engine.runs.folder import RunFolder
from engine.runs.summary import COMPRESSED, Summary, read_summary, was_never_trained
from projects.errors import UserError

FURTHEST = 20
"""Variants of variants that are gone back through."""


@dataclass(frozen=True)
class Training:
    """A training that a page tells of.

    Attributes:
        run: The folder of the run that was trained.
        summary: What that says of itself.
        others: Whether it is another run than the one that is handed over.
    """

    run: Path
    summary: Summary
    others: bool

    @property
    def of(self) -> str:
        """Words that name the run, where it is another one."""
        return f" of the run {self.run.name}" if self.others else ""

    def note(self) -> list[str]:
        """Say whose curves they are, or where they would be, where that isn't plain."""
        if self.others:
            told = f"Of the training of the run {self.run.name}, which this one was made of."
        elif self.summary.state == COMPRESSED:
            name = Path(self.summary.parent).name or "not known"
            told = f"This run was made of the run {name}, which does not lie beside it."
        else:
            return []
        return paragraphs(told)


def training_of(run: Path) -> Training:
    """Return the training that the weights of a run come from; the run itself where that does not lie beside it.

    Args:
        run: The run folder.

    Raises:
        RunError: The run's own summary is missing or damaged.
    """
    own = summary = read_summary(run)
    place = run
    for _step in range(FURTHEST):
        if summary.state != COMPRESSED:
            break
        parent = parent_beside(place, summary.parent)
        if parent is None or not RunFolder(parent).is_run:
            break
        try:
            place, summary = parent, read_summary(parent)
        except UserError:
            break
    if place == run or was_never_trained(summary.state):
        return Training(run, own, others=False)
    return Training(place, summary, others=True)
