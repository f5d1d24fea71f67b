"""When and how samples are scored: a group of settings for every objective whose networks draw."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.objectives.base import Metric
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

SCORES = (
    Metric("modes", higher=True),
    Metric("represented", higher=True),
    Metric("high_quality", higher=True),
    Metric("reverse_kl", higher=False),
    Metric("fid", higher=False),
    Metric("kid", higher=False),
    Metric("precision", higher=True),
    Metric("recall", higher=True),
    Metric("density", higher=True),
    Metric("coverage", higher=True),
    Metric("class_entropy", higher=True),
    Metric("class_agreement", higher=True),
    Metric("diversity", higher=True),
    Metric("memorisation", higher=True),
)
_SWITCHES = {
    "fid": ("fid",),
    "kid": ("kid",),
    "precision_recall": ("precision", "recall"),
    "density_coverage": ("density", "coverage"),
    "diversity": ("diversity",),
    "memorisation": ("memorisation",),
}


class Scoring(msgspec.Struct, frozen=True, kw_only=True):
    """How good samples are, measured while a training goes on and at its end.

    Distances are those of features of a small classifier that Ganvas trains on the same data; without
    classes of principal components; of two or three numbers of these themselves.
    """

    every: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            title="Every",
            description="Steps between two scorings.",
            extra={"unit": "steps"},
        ),
    ] = 500
    samples: Annotated[
        int,
        Meta(
            ge=2,
            le=100_000,
            title="Samples",
            description="Drawn each time; 1,000 of them, and as many examples, where neighbours are compared. "
            "The evaluation at the end draws four times as many, and compares up to 2,500.",
        ),
    ] = 2500
    best: Annotated[
        Literal["auto", "fid", "kid", "last"],
        Meta(
            title="Best weights",
            description="By what the best weights are chosen. auto: modes and quality for mixtures of "
            "Gaussians, else the Fréchet distance. last: the last ones count.",
            extra={"names": {"fid": "FID", "kid": "KID"}},
        ),
    ] = "auto"
    fid: Annotated[
        bool,
        Meta(title="Fréchet distance", description="FID, of features of these data."),
    ] = True
    kid: Annotated[bool, Meta(title="Kernel distance", description="KID, the same.")] = True
    precision_recall: Annotated[
        bool,
        Meta(title="Precision and recall", description="Samples near examples, and the reverse."),
    ] = True
    density_coverage: Annotated[
        bool,
        Meta(title="Density and coverage", description="The same, less shaken by outliers."),
    ] = True
    diversity: Annotated[
        bool,
        Meta(title="Diversity", description="How far samples are apart, by how far examples are."),
    ] = True
    memorisation: Annotated[
        bool,
        Meta(
            title="Memorisation",
            description="How far samples are from single training examples, by how far new data are.",
        ),
    ] = True

    @property
    def rankings(self) -> tuple[tuple[str, ...], ...]:
        """Metrics that decide which weights are the best; the first group that was measured counts."""
        if self.best == "auto":
            return (("modes", "high_quality"), ("fid",))
        return () if self.best == "last" else ((self.best,),)

    def gives(self, metric: str) -> bool:
        """Whether a metric of :data:`SCORES` is measured, data permitting."""
        return all(getattr(self, name) for name, own in _SWITCHES.items() if metric in own)


Scores = Annotated[
    Scoring | None,
    Meta(
        title="Scores of samples",
        description="How good samples are: modes, distances, diversity, copies; on a clock of their own.",
    ),
]


def scoring_problems(project: Project, scoring: Scoring | None) -> list[Problem]:
    """Say where something waits for a score that is not measured.

    Args:
        project: The whole project.
        scoring: How it scores samples; None for not at all.
    """
    found = []
    if scoring is not None and scoring.best in ("fid", "kid") and not scoring.gives(scoring.best):
        message = _("the best weights are chosen by a score that is switched off.")
        hint = _("Switch objective.scores.{name} on.").format(name=scoring.best)
        found.append(Problem("objective.scores.best", message, hint))
    stopping = project.recipe.early_stopping
    watched = stopping.metric if stopping is not None else ""
    if watched in {score.name for score in SCORES} and (
        scoring is None or not scoring.gives(watched)
    ):
        message = _("“{name}” is a score of samples, and it is switched off.").format(name=watched)
        place = "recipe.early_stopping.metric"
        found.append(Problem(place, message, _("Switch it on under objective.scores.")))
    return found
