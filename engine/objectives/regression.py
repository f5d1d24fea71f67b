"""Regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Role
from engine.objectives.fitting import are_numbers, linear_of, same_numbers, unended, unsuited
from engine.objectives.numbers import Foretelling, squashed_problems
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext

NETWORK = "regressor"


class Regression(Foretelling, frozen=True, kw_only=True, tag="regression"):
    """Foretells one or more numbers of an example.

    With ``e`` the truth minus the answer the loss is the mean of ``e²`` (foretells the mean), of ``|e|``
    (the median), of Huber's loss, ``½e²`` up to ``|e| = δ`` and ``δ (|e| − ½δ)`` beyond, or of
    ``max(q e, (q − 1) e)`` for each quantile ``q``.

    The mean squared and absolute error and ``R² = 1 − Σ e² / Σ (y − ȳ)²`` are measured in the data's own
    units, the loss in those of the network. For quantiles *coverage* is the share of truths between the
    lowest and the highest.
    """

    title: ClassVar[str] = "Regression"
    taught: ClassVar[str] = "numbers"
    family: ClassVar[str] = "Classes and numbers"
    order: ClassVar[int] = 20
    networks: ClassVar[tuple[Role, ...]] = (
        Role(NETWORK, "Regressor", "Takes an example and gives the numbers to foretell."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_mse", higher=False),
        Metric("validation_mae", higher=False),
        Metric("validation_rmse", higher=False),
        Metric("validation_r2", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_loss",)
    probes: ClassVar[tuple[str, ...]] = ("answers",)
    formula: ClassVar[tuple[str, ...]] = (
        r"e = y - \hat{y}",
        r"\text{mse:} \quad e^2, \qquad \text{mae:} \quad |e|",
        r"\text{Huber:} \quad \begin{cases} \frac{1}{2}e^2 & |e| \leq \delta \\ \delta\,(|e| - \frac{1}{2}\delta) & |e| > \delta \end{cases}",
        r"\text{quantile:} \quad \max(q\,e, (q - 1)\,e)",
        r"R^2 = 1 - \frac{\sum e^2}{\sum (y - \bar{y})^2}",
    )
    use: ClassVar[str] = (
        "Amounts: prices, temperatures, sums. Huber or the absolute error where some targets are "
        "wild, quantiles where a range is wanted with the answer. Values that follow a window of "
        "a series are for Forecasting."
    )
    trouble: ClassVar[str] = (
        "R² at 0 is the mean for everybody: nothing was learned. Targets in the thousands that "
        "aren't standardised give enormous losses and gradients. One outlier can rule the squared "
        "error: the loss of single batches then jumps."
    )
    source: ClassVar[str] = (
        "Huber 1964, Robust estimation of a location parameter; Koenker & Bassett 1978, "
        "Regression quantiles"
    )

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The regressor takes examples."""
        return {NETWORK: data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """One number for each target, or for each of its quantiles."""
        if not are_numbers(data) or data.target is None:
            return {}
        return {NETWORK: self.result(data.target)}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """Numbers, and no series that goes on."""
        return are_numbers(data) and data.kind != "series"

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """There have to be numbers, and one output for each."""
        found = recipe_problems(project, self)
        if not are_numbers(data):
            message = _("this data set has no numbers to foretell.")
            wanted_data = _("Choose a data set whose targets are numbers.")
            return [*found, unsuited(message, wanted_data, data)]
        found += squashed_problems(project, NETWORK)
        output, wanted = outputs.get(NETWORK), self.results(data)[NETWORK]
        if output is None or same_numbers(output, wanted):
            return found
        message = _("the output is {{shape}}; it has to be {wanted}.").format(wanted=wanted)
        if self.parts > 1:
            message = _("the output is {{shape}}; {count} quantiles need {wanted}.").format(
                count=self.parts, wanted=wanted
            )
        hint = linear_of(wanted.elements)
        return found + unended(project, NETWORK, output, message, hint)

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`RegressionTask`."""
        from engine.compute.tasks.regression import RegressionTask

        return RegressionTask(context, NETWORK, self.number_loss(context), self.standardize)
