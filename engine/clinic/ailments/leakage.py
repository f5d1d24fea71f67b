"""Validation and test tell less than they seem to."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.learning import VALIDATION, has_losses
from projects.schema import Project
from projects.translation import N_

NAMED = 3


class Leakage(Ailment, frozen=True, kw_only=True, tag="leakage"):
    """Examples of validation or test are in training too, or a feature is the target under another name.

    Known before the first step. Sick where at least 5 % of the examples of a part, and five of them, are the same as
    training examples, number for number, or where the target can be read off a feature. Kaufman et
    al. 2012, *Leakage in data mining*; Kapoor & Narayanan 2023, *Leakage and the reproducibility crisis*, section 3.
    """

    title: ClassVar[str] = N_("Leakage between the parts")
    order: ClassVar[int] = 105
    meaning: ClassVar[str] = N_(
        "What is measured on validation and test examples is better than what the network will do with new ones: "
        "it knows some of their answers already, or sees them. All scores of this run are to be doubted until "
        "the data are mended."
    )
    source: ClassVar[str] = N_("Kaufman et al. 2012; Kapoor & Narayanan 2023, section 3")
    remedies: ClassVar[tuple[str, ...]] = ("only_new",)
    healthy: ClassVar[str] = N_("validation and test are new to the network")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{|\{x \in \text{test} : x \in \text{training}\}|}{|\text{test}|} \geq 0.05 \quad \text{or} \quad y = f(x_j) \ \text{for a feature} \ j",
    )
    use: ClassVar[str] = (
        "Known before the first step: nothing has to be trained to see it. Let the split keep only examples that are new, or take "
        "the feature out of the table, and train again: all scores until then are too good."
    )
    trouble: ClassVar[str] = (
        "Only examples that agree number for number are found: the same photograph at another size, two visits of one patient or "
        "neighbouring stretches of a series leak as well and are not. Of few different values, as in logic, doubles are no leak but all there is."
    )

    warm_up: Rounds = 1
    patience: Rounds = 1
    share: Annotated[float, Meta(gt=0, le=1)] = 0.05
    fewest: Annotated[int, Meta(ge=1)] = 5

    def concerns(self, project: Project) -> bool:
        """Trainings that are watched on examples."""
        return has_losses(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge what was known before the first step."""
        intake = chart.intake
        if intake is None or not (intake.looked_at or intake.readable):
            return None
        if intake.readable:
            return self._readable(intake.readable)
        shares = {p: intake.known.get(p, 0) / max(1, n) for p, n in intake.looked_at.items()}
        worst = max(shares, key=lambda part: shares[part])
        count, share = intake.known.get(worst, 0), shares[worst]
        sentence = N_(
            "{count:,} of {all:,} test examples ({share:.1%}) are in training too; leaking from {limit:.0%} on"
        )
        if worst == "validation":
            sentence = N_(
                "{count:,} of {all:,} validation examples ({share:.1%}) are in training too; leaking from {limit:.0%} on"
            )
        return Look(
            curve=VALIDATION,
            figure=share,
            limit=self.share,
            sick=share >= self.share and count >= self.fewest,
            well=share < self.share,
            sentence=sentence,
            details={
                "count": count,
                "all": intake.looked_at[worst],
                "share": share,
                "limit": self.share,
            },
        )

    def _readable(self, names: tuple[str, ...]) -> Look:
        """A feature from which the target can be read."""
        some = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        return Look(
            curve=VALIDATION,
            figure=float(len(names)),
            limit=1.0,
            sick=True,
            well=False,
            sentence=N_("the target can be read off {names}: it is the same under another name"),
            details={"names": some},
        )
