"""Forecasting."""

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

NETWORK = "forecaster"


class Forecasting(Foretelling, frozen=True, kw_only=True, tag="forecasting"):
    """Foretells how a series goes on.

    The network reads a window (steps × features) and gives the values of the next steps (horizon, or
    horizon × features). The losses are those of regression.

    *Skill* is ``1 − MSE / MSE of the naive forecast``, which says that everything stays as it was last: 0
    is no better than that, 1 is perfect. Errors are measured in the data's own units, over all steps and
    for each step of the horizon.
    """

    title: ClassVar[str] = "Forecasting"
    taught: ClassVar[str] = "numbers"
    family: ClassVar[str] = "Sequences and texts"
    order: ClassVar[int] = 25
    networks: ClassVar[tuple[Role, ...]] = (
        Role(NETWORK, "Forecaster", "Takes a window of a series and gives its next values."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_mse", higher=False),
        Metric("validation_mae", higher=False),
        Metric("validation_rmse", higher=False),
        Metric("validation_skill", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_loss",)
    formula: ClassVar[tuple[str, ...]] = (
        r"\hat{y}_{t+1}, \ldots, \hat{y}_{t+h} = f(x_{t-w+1}, \ldots, x_t)",
        r"\text{skill} = 1 - \frac{\sum (y - \hat{y})^2}{\sum (y - x_t)^2}",
    )
    use: ClassVar[str] = (
        "Series whose next values depend on the last ones. Look at the skill, not at the error: a "
        "slow series is foretold well by repeating the last value. w is the window, h the "
        "horizon."
    )
    trouble: ClassVar[str] = (
        "A skill below 0 is worse than no network: usually a trend that leaves the range of the "
        "training part, and differences in place of values help. A forecast that runs one step "
        "behind the truth has learned to repeat. Errors grow along the horizon; the single steps "
        "tell from where on it is guessing."
    )
    source: ClassVar[str] = (
        "Murphy 1988, Skill scores based on the mean square error and their relationships to the "
        "correlation coefficient"
    )

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The forecaster takes windows."""
        return {NETWORK: data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """The next values, or their quantiles."""
        if not self.made_for(data) or data.target is None:
            return {}
        return {NETWORK: self.result(data.target)}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """A window of steps × features, and the values that follow."""
        steps = data.input.kind == "float" and data.input.rank == 2
        return steps and are_numbers(data) and data.target is not None and data.target.rank > 0

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """There have to be windows with the values that follow, and an output for each."""
        found = recipe_problems(project, self)
        if not self.made_for(data):
            message = _("this data set is no series: no window with the values that follow.")
            wanted_data = _("Choose a series in which windows are followed by values.")
            return [*found, unsuited(message, wanted_data, data)]
        found += squashed_problems(project, NETWORK)
        output, wanted = outputs.get(NETWORK), self.results(data)[NETWORK]
        if output is None or same_numbers(output, wanted):
            return found
        message = _("the output is {{shape}}; the horizon needs {wanted}.").format(wanted=wanted)
        hint = linear_of(wanted.elements)
        return found + unended(project, NETWORK, output, message, hint)

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`ForecastingTask`."""
        from engine.compute.tasks.forecasting import ForecastingTask

        return ForecastingTask(context, NETWORK, self.number_loss(context), self.standardize)
