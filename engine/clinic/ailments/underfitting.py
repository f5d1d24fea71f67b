"""The network does not even learn its training examples."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.learning import (
    TRAIN,
    evaluations,
    has_losses,
    learned,
    start_of,
    train_loss,
)
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(ge=0, le=1)]


class Underfitting(Ailment, frozen=True, kw_only=True, tag="underfitting"):
    """The training loss stands still near that of an answer that does not look at the input.

    Judged by which part of the way from such a blind answer down to a loss of 0 is done (for the squared error
    that is R²), on training or on validation examples, whichever is more: dropout and augmentation make the
    training loss larger. Sick below 10 %, when the last rounds have brought less than 2 %; a loss far above that of a
    blind answer is another trouble. Goodfellow et al. 2016, *Deep learning*, sections 5.2 and 11.4.1.
    """

    title: ClassVar[str] = N_("Underfitting")
    order: ClassVar[int] = 112
    meaning: ClassVar[str] = N_(
        "The network has hardly learned more than which answers are frequent. Either it cannot express what there "
        "is to learn, or it is held back or moves too slowly, or the inputs do not tell the answer."
    )
    source: ClassVar[str] = N_("Goodfellow et al. 2016, sections 5.2 and 11.4.1")
    remedies: ClassVar[tuple[str, ...]] = (
        *("hidden_layer", "larger_layers", "less_held_back", "faster_learning", "slower_both"),
        "more_epochs",
    )
    healthy: ClassVar[str] = N_("the training examples are learned")
    formula: ClassVar[tuple[str, ...]] = (
        r"1 - \frac{L}{L_{\mathrm{blind}}} < 0.1 \quad \text{and} \quad \frac{L_{\mathrm{before}} - L}{L_{\mathrm{blind}}} < 0.02",
    )
    use: ClassVar[str] = (
        "Medians of 8 rounds and of the 8 before, for 8 rounds. First see that a few examples can be learned by heart at all (the "
        "pre-flight does that): if so, the network is able to, and rate, regularisation or time are at fault; if not, make it larger."
    )
    trouble: ClassVar[str] = (
        "Where inputs hardly tell the answer, as with noisy prices, little can be learned and that is no fault of the network. A "
        "learning rate that is far too high ends at the same loss: then the rate is named as well, above this."
    )

    warm_up: Rounds = 16
    patience: Rounds = 8
    window: Rounds = 8
    least: Share = 0.1
    calm: Share = 0.15
    still: Share = 0.02
    worse: Share = 0.05

    def concerns(self, project: Project) -> bool:
        """Trainings with a loss on examples that have a right answer."""
        return has_losses(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge how far the training loss has come, and whether it still goes on."""
        last = len(chart.rounds) - 1
        now = train_loss(chart, last, self.window)
        before = train_loss(chart, last - self.window, self.window)
        start = start_of(chart)
        if chart.intake is None or chart.intake.blind is None or not math.isfinite(now + before):
            return None
        told = evaluations(chart)
        part = max([learned(chart, now), *(learned(chart, float(x)) for x in told.loss[-1:])])
        gained = (before - now) / start if start > 0 else math.nan
        if not math.isfinite(part):
            return None
        return Look(
            curve=TRAIN,
            figure=part,
            limit=self.least,
            sick=-self.worse < part < self.least and gained < self.still,
            well=part > self.calm,
            sentence=N_(
                "training loss {now:.3g}, {start:.3g} without looking at the input: {part:.0%} of the way to 0; "
                "underfitting below {limit:.0%}"
            ),
            details={"now": now, "start": start, "part": max(part, 0.0), "limit": self.least},
            line=(1 - self.least) * start,
            rounds=2 * self.window,
        )
