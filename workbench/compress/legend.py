"""What is said below the trade-off chart: how it is to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from projects.translation import gettext as _


@dataclass(frozen=True)
class Legend:
    """What is shown.

    Attributes:
        points: How many there are.
        higher: Whether more of the score is better.
        timed: Whether the cost is a time.
        base: On what the score was measured, in a sentence; empty where there is none.
        preview: Whether there is what the steps would give.
        measured: How many of the family have figures.
        members: How many there are.
    """

    points: int
    higher: bool
    timed: bool
    base: str
    preview: bool
    measured: int
    members: int

    def sentences(self) -> Iterator[str]:
        """Yield what there is to say, what surprises most first."""
        if self.points and not self.higher:
            yield _("↓ Lower is better.")
        if self.points and self.timed:
            yield _(
                "Times: measured in turns with what each was made of, told in proportion to the run's."
            )
        if self.base:
            yield self.base
        if not self.points and self.measured:
            yield _("There is no score on the validation part that variants could be compared by.")
        if self.preview:
            yield _("Hollow: what the steps would give.")
        if self.points > 1:
            yield _("The line joins what nothing else beats in both.")
        if self.measured < self.members:
            yield _("{count} not measured yet.").format(count=self.members - self.measured)
