"""How good samples are, in figures, classes or modes, and beside what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.task import Evaluation, Pictures, Task


class Scores(Probe, frozen=True, tag="scores"):
    """A picture of every scoring of samples: share of every class or mode, and samples that look copied.

    When samples are scored is for the objective to say (``objective.scores``).
    """

    title: ClassVar[str] = "Scores of samples"
    order: ClassVar[int] = 35
    stream: ClassVar[str] = "scores"
    of_evaluations: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{FID} = \lVert \mu_1 - \mu_2 \rVert^2 + \mathrm{tr}(\Sigma_1 + \Sigma_2 - 2(\Sigma_1 \Sigma_2)^{1/2})",
        r"\mathrm{KID} = \overline{k(x, x')} + \overline{k(y, y')} - 2\,\overline{k(x, y)}",
        r"k(x, y) = \left(\frac{x^T y}{d} + 1\right)^3",
        r"\text{reverse KL} = \sum_k q_k \ln \frac{q_k}{p_k}",
    )
    use: ClassVar[str] = (
        "For GANs and VAEs, since losses don't tell quality. Precision and density fall when "
        "samples are bad, recall and coverage when kinds are missing; FID and KID feel both. q "
        "are the shares of kinds among samples, p among the data."
    )
    trouble: ClassVar[str] = (
        "Features are those of a classifier of these data, not of Inception: figures compare "
        "between runs here, not with papers. FID falls with more samples; never compare it at "
        "different numbers. A generator can copy examples and score well: look at memorisation."
    )
    source: ClassVar[str] = (
        "Heusel et al. 2017, GANs trained by a two time-scale update rule; Bińkowski et al. 2018, "
        "Demystifying MMD GANs; Kynkäänniemi et al. 2019, Improved precision and recall metric; "
        "Naeem et al. 2020, Reliable fidelity and diversity metrics"
    )

    rate: Rate = 60.0

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return ScoresGauge(task)


class ScoresGauge(Gauge):
    """Passes on the pictures that scorings give."""

    def evaluated(self, evaluation: Evaluation) -> Pictures | None:
        """Return the picture, when it was one of samples."""
        return evaluation.pictures
