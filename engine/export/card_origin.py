"""Whose training a model card tells of: the run's own, or that of the run which a variant was made of."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from engine.export.card_text import paragraphs
from engine.runs.folder import RunFolder
from engine.runs.lineage import line_of
from engine.runs.summary import COMPRESSED, Summary, read_summary, was_never_trained
from projects.errors import RunError


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
    own = Training(run, read_summary(run), others=False)
    with contextlib.suppress(RunError):  # as far back as they can be read
        for place, summary in line_of(run):
            trained = RunFolder(place).is_run and not was_never_trained(summary.state)
            if trained and place != run:
                return Training(place, summary, others=True)
    return own
