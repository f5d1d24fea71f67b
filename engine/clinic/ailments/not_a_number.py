"""Numbers that are none any more."""

from __future__ import annotations

import math
from typing import ClassVar

from engine.clinic.base import Ailment, Breakdown, Look
from engine.clinic.chart import Chart
from engine.clinic.learning import TRAIN
from projects.schema import Project
from projects.translation import N_

SENTENCES = {
    "output": N_(
        "at step {step:,} what leaves {layer} was the first that was no number: on the way forward"
    ),
    "gradient": N_(
        "at step {step:,} the gradient of {layer} was the first that was no number: on the way back"
    ),
    "weights": N_(
        "at step {step:,} the weights of {layer} were the first that were no numbers: by the step itself"
    ),
    "loss": N_("at step {step:,} the loss was no number, though every layer’s output was one"),
    "": N_("at step {step:,} the loss was no number; which layer went first is not known"),
}


class NotANumber(Ailment, frozen=True, kw_only=True, tag="not_a_number"):
    """A loss was not a finite number, and the training ended.

    The last steps are made again with every layer watched: its output on the way forward, its gradient on the way back, its
    weights after the step. The first that is not finite is named. Goodfellow et al. 2016, *Deep Learning*,
    sections 4.1 and 10.11.1: overflow, underflow, and cliffs.
    """

    title: ClassVar[str] = N_("Not a number")
    order: ClassVar[int] = 5
    meaning: ClassVar[str] = N_(
        "A number has become too large to be written down, or something was divided by zero or taken the logarithm of. From "
        "that layer it spreads through all others within a step, and nothing can be learned any more."
    )
    source: ClassVar[str] = N_("Goodfellow et al. 2016, sections 4.1 and 10.11.1")
    remedies: ClassVar[tuple[str, ...]] = (
        *("slower_both", "usual_rate", "clip_norm", "normalise", "standardise", "go_back_once"),
    )
    healthy: ClassVar[str] = N_("all numbers finite")
    formula: ClassVar[tuple[str, ...]] = (r"L_t \notin \mathbb{R}",)
    use: ClassVar[str] = (
        "Forward means that activations grew too large, or a logarithm or a division met "
        "zero; backward that a slope had no bound, as that of a root at zero; by the step "
        "that the optimiser leapt. Look at the layer that is named, in the rounds before."
    )
    trouble: ClassVar[str] = (
        "The steps are made again from a state that is kept now and then; of a very large "
        "network none is, and no layer can be named."
    )

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Nothing: a training that goes on has finite losses."""
        return None

    def when_broken(self, breakdown: Breakdown, chart: Chart) -> Look:
        """Say which layer went first, and in which direction."""
        layer = breakdown.layer
        known = breakdown.what in SENTENCES and (bool(layer) or breakdown.what == "loss")
        return Look(
            curve=TRAIN,
            figure=math.inf,
            limit=math.inf,
            sick=True,
            well=False,
            sentence=SENTENCES[breakdown.what if known else ""],
            details={"step": breakdown.step, "layer": layer},
            layer=layer,
        )
