"""The network learns its examples by heart."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.learning import TRAIN, VALIDATION, evaluations, has_losses, start_of, train_loss
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=3, le=100)]


class Overfitting(Ailment, frozen=True, kw_only=True, tag="overfitting"):
    """The validation loss rises while the training loss goes on falling.

    Sick when since the best evaluation there were five others at least, the last five of them are all worse
    than it, their median by more than twice what chance explains and by 3 % of the loss of an answer that does not
    look at the input, and the training loss has fallen by 10 % meanwhile.
    Where early stopping is on, the training ends by itself and its best weights are kept: nothing is said.
    Goodfellow et al. 2016, *Deep learning*, sections 5.2 and 7.8; Prechelt 1998, *Early stopping – but when?*
    """

    title: ClassVar[str] = N_("Overfitting")
    order: ClassVar[int] = 110
    meaning: ClassVar[str] = N_(
        "The network learns the training examples by heart, with all their accidents: it gets better on them and "
        "worse on examples that it has never seen. The weights of the best evaluation are kept, so what comes "
        "after it is lost time; less freedom or more data would help."
    )
    source: ClassVar[str] = N_("Goodfellow et al. 2016, sections 5.2 and 7.8; Prechelt 1998")
    remedies: ClassVar[tuple[str, ...]] = (
        *(
            "stop_early",
            "more_dropout",
            "decay_weights",
            "shift_images",
            "mix_examples",
            "noisy_inputs",
        ),
        *("smaller_layers", "smooth_labels"),
    )
    healthy: ClassVar[str] = N_("no overfitting")
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{med}\,L^{\mathrm{val}}_{\text{last 5}} - L^{\mathrm{val}}_{\mathrm{best}} > \max\left(2 \sigma,\ 0.03\, L_{\mathrm{blind}}\right)",
        r"L^{\mathrm{train}}_{\mathrm{now}} < 0.9\, L^{\mathrm{train}}_{\mathrm{best}}",
    )
    use: ClassVar[str] = (
        "σ is what evaluations differ by chance. The step of the best evaluation is where the gap begins: weights of that step are "
        "kept. Stop there, or give the network less freedom or more data."
    )
    trouble: ClassVar[str] = (
        "With few validation examples chance is large and the alarm late. A validation loss that rises while the accuracy stays says "
        "that wrong answers become surer, not more of them."
    )

    patience: Rounds = 4
    evaluations: Count = 5
    rise: Share = 0.03
    calm: Share = 0.015
    fallen: Share = 0.1

    def concerns(self, project: Project) -> bool:
        """Trainings with a loss on validation examples that do not stop by themselves."""
        return has_losses(project) and project.recipe.early_stopping is None

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the last evaluations beside the best one."""
        told, few = evaluations(chart), self.evaluations
        if len(told) < few + 3:
            return None
        first, level = chart.lowest(VALIDATION, 3)
        best, last = first + 1, told.loss[-few:]
        now = middle(last)
        scale = start_of(chart)
        spread = round(float(told.at[-1] - told.at[-few])) + 1
        train = train_loss(chart, len(chart.rounds) - 1, spread)
        then = train_loss(chart, int(told.at[best]), spread)
        if not math.isfinite(train + then) or scale <= 0:
            return None
        risen = (now - level) / scale
        since = len(told) - 1 - best
        grown = since >= few and risen > self.rise and train < (1 - self.fallen) * then
        return Look(
            curve=VALIDATION,
            figure=risen,
            limit=self.rise,
            sick=grown and now - level > 2 * told.noise and bool((last > level).all()),
            well=risen < self.calm or train >= then,
            sentence=N_(
                "validation loss {now:.3g}, at its best {level:.3g} (step {step:,}); training loss {train:.3g}, then "
                "{then:.3g}. Up by {risen:.0%} of a blind answer’s loss; overfitting above {limit:.0%}"
            ),
            details={
                "now": now,
                "level": level,
                "step": chart.rounds[int(told.at[best])],
                "then": then,
                "train": train,
                "risen": risen,
                "limit": self.rise,
            },
            line=level,
            beside=TRAIN,
            rounds=min(150, len(chart.rounds) - int(told.at[best])),
        )
