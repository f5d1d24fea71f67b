"""Classification."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from typing import TYPE_CHECKING, ClassVar

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Objective, Role
from engine.objectives.ends import end_of, squashed_twice
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem
from projects.schema import Project

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


class Classification(Objective, frozen=True, tag="classification"):
    """Names the class of an example.

    The network gives one number per class (logits ``z``); the loss is the cross-entropy
    ``−log softmax(z)_y`` of the right class ``y``, averaged over the batch. Goodfellow, Bengio &
    Courville 2016, *Deep learning*, section 6.2.2.3.
    """

    title: ClassVar[str] = "Classification"
    order: ClassVar[int] = 10
    networks: ClassVar[tuple[Role, ...]] = (
        Role("classifier", "Classifier", "Takes an example and gives one number per class."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_accuracy", higher=True),
        Metric("validation_macro_f1", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_accuracy", "validation_loss")

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The classifier takes examples."""
        return {"classifier": data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """A number for each class."""
        return {"classifier": Shape((len(data.classes),))} if self.made_for(data) else {}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """One class for an example."""
        return bool(data.classes) and (data.target is None or not data.target.dims)

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """There have to be classes, and one output for each."""
        found = recipe_problems(project, self)
        if not data.classes:
            message = _("this data set has no classes to learn.")
            hint = _("Choose a data set with classes, or another objective.")
            return [*found, Problem("data.source", message, hint)]
        if len(data.classes) == 1:
            message = _("there is only one class, “{name}”: nothing can be told apart.")
            hint = _("Add examples of another class.")
            found.append(Problem("data.source", message.format(name=data.classes[0]), hint))
        found += _end_problems(project)
        output = outputs.get("classifier")
        if output is not None and output.dims != (len(data.classes),):
            message = _("the output is {shape}; {count} classes need {count} numbers.").format(
                shape=output, count=len(data.classes)
            )
            hint = _("End with a Linear layer of {count} units.").format(count=len(data.classes))
            place = end_of(project, "classifier")
            found.append(Problem(place, message, hint))
        return found

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`ClassificationTask`."""
        from engine.compute.tasks.classification import ClassificationTask

        return ClassificationTask(context)


def _end_problems(project: Project) -> list[Problem]:
    """The loss takes raw numbers; a softmax at the end would be applied twice."""
    hint = _("Remove this layer: applied twice, it holds learning back.")
    words = {
        "softmax": (_("the loss takes raw numbers and applies the softmax itself."), hint),
        "sigmoid": (_("the loss takes raw numbers, and this squashes them to 0 to 1."), hint),
    }
    return squashed_twice(project, "classifier", words)
