"""One way of training does better than another."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.guides.base import Check, Facts, Finding, Where, fitting, nothing_yet
from projects.figures import measured
from projects.translation import gettext as _


class Beats(Check, frozen=True, kw_only=True, tag="beats"):
    """The newest training with some settings is better by a metric than the newest one with others."""

    title: ClassVar[str] = "Does better"

    metric: Annotated[str, Meta(title="Metric", description="As in files: test_accuracy.")]
    better: Where
    worse: Where
    by: Annotated[float, Meta(ge=0, title="By", description="How much better at least.")] = 0.0
    higher: Annotated[bool, Meta(title="Higher is better")] = True

    def look(self, facts: Facts) -> Finding:
        """Show both figures."""
        one = fitting(facts, self.better, self.metric)
        other = fitting(facts, self.worse, self.metric)
        if not one or not other:
            return nothing_yet()
        first, second = one[0].metrics[self.metric], other[0].metrics[self.metric]
        ahead = first - second if self.higher else second - first
        return Finding(
            ahead > 0 and ahead >= self.by,
            _("{metric}: {first} against {second}").format(
                metric=facts.called(self.metric),
                first=measured(self.metric, first),
                second=measured(self.metric, second),
            ),
        )
