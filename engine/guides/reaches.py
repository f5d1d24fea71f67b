"""A training reaches a figure, or stays short of one."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.guides.base import Check, Facts, Finding, Where, fitting, nothing_yet
from projects.figures import measured
from projects.translation import gettext as _

Bound = Annotated[float | None, Meta(title="Bound")]


class Reaches(Check, frozen=True, kw_only=True, tag="reaches"):
    """One of the trainings with these settings ended with a metric within bounds."""

    title: ClassVar[str] = "Reaches a figure"

    metric: Annotated[str, Meta(title="Metric", description="As in files: test_accuracy.")]
    at_least: Bound = None
    at_most: Bound = None
    where: Where = {}

    def look(self, facts: Facts) -> Finding:
        """Show the training that comes nearest."""
        found = fitting(facts, self.where, self.metric)
        if not found:
            return nothing_yet()
        best = min((one.metrics[self.metric] for one in found), key=self._lacking)
        return Finding(
            self._lacking(best) <= 0,
            _("{metric}: {value} ({asked})").format(
                metric=facts.called(self.metric),
                value=measured(self.metric, best),
                asked=self._asked(),
            ),
        )

    def _lacking(self, value: float) -> float:
        below = self.at_least - value if self.at_least is not None else 0.0
        above = value - self.at_most if self.at_most is not None else 0.0
        return max(below, above, 0.0)

    def _asked(self) -> str:
        words = []
        if self.at_least is not None:
            words.append(_("at least {bound:g}").format(bound=self.at_least))
        if self.at_most is not None:
            words.append(_("at most {bound:g}").format(bound=self.at_most))
        return ", ".join(words)
