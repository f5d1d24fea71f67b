"""Classification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Role
from engine.objectives.fitting import is_per_step, linear_of, unended, unsuited
from engine.objectives.naming import Naming, raw_end_problems
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


class Classification(Naming, frozen=True, kw_only=True, tag="classification"):
    """Names the class of an example.

    The network gives one number per class (logits ``z``); the loss is the cross-entropy
    ``−log softmax(z)_y`` of the right class ``y``, averaged over the batch.

    Weights ``w`` let rare classes count more: ``Σ w_y loss / Σ w_y``. Label smoothing ε takes ``(1 − ε)``
    of the right class and ``ε / K`` of each of the K classes for the truth. The focal loss
    ``−(1 − p_y)^γ log p_y`` turns to examples that are hard. Validation and test are measured by the same
    loss.

    Texts are named too: their indices flow in, and an Embedding comes first.
    """

    title: ClassVar[str] = "Classification"
    taught: ClassVar[str] = "classes"
    family: ClassVar[str] = "Classes and numbers"
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
    formula: ClassVar[tuple[str, ...]] = (
        r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
        r"L = \frac{\sum_i {-}w_{y_i}\,\ln p_{y_i}}{\sum_i w_{y_i}}",
        r"\text{focal:} \quad {-}w_y\,(1 - p_y)^{\gamma}\,\ln p_y",
        r"\text{smoothed:} \quad {-}\sum_k t_k \ln p_k, \quad t_k = (1 - \varepsilon)\,[k = y] + \frac{\varepsilon}{K}",
    )
    use: ClassVar[str] = (
        "Where an example is of exactly one class. If it may have several at once choose "
        "Multi-label classification, if every step has one, Sequence labelling, if classes are "
        "amounts in order, perhaps Regression."
    )
    trouble: ClassVar[str] = (
        "A loss of ln K from the first step on that does not fall is guessing: 2.30 for ten "
        "classes. With rare classes accuracy looks good while they are never named: watch macro "
        "F1 and weigh classes. A validation loss that rises while accuracy stays says that wrong "
        "answers grow too sure; label smoothing or early stopping helps."
    )
    source: ClassVar[str] = (
        "Goodfellow, Bengio & Courville 2016, Deep learning, section 6.2.2.3. Label smoothing: "
        "Szegedy et al. 2016, Rethinking the Inception architecture, section 7. Focal loss: Lin "
        "et al. 2017, Focal loss for dense object detection, section 3"
    )

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
        if not self.made_for(data):
            return [*found, _no_classes(data)]
        if len(data.classes) == 1:
            message = _("there is only one class, “{name}”: nothing can be told apart.")
            hint = _("Add examples of another class.")
            found.append(Problem("data.source", message.format(name=data.classes[0]), hint))
        found += [*self.weight_problems(data), *raw_end_problems(project, "classifier")]
        output = outputs.get("classifier")
        if output is not None and output.dims != (len(data.classes),):
            message = _("the output is {shape}; {count} classes need {count} numbers.").format(
                shape=output, count=len(data.classes)
            )
            hint = linear_of(len(data.classes))
            if output.rank == 2:
                hint = _("{linear} It has to answer once, not at every step.").format(linear=hint)
            found += unended(project, "classifier", output, message, hint)
        return found

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`ClassificationTask`."""
        from engine.compute.tasks.classification import ClassificationTask

        return ClassificationTask(context, self.class_loss(context))


def _no_classes(data: DataInfo) -> Problem:
    if is_per_step(data):
        message = _("this data set has a class for every step, not one for an example.")
    else:
        message = _("this data set has no classes to learn.")
    return unsuited(message, _("Choose a data set with one class for each example."), data)
