"""Multi-label classification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Objective, Role
from engine.objectives.ends import squashed_twice
from engine.objectives.fitting import linear_of, unended, unsuited
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext

NETWORK = "classifier"


class MultiLabel(Objective, frozen=True, kw_only=True, tag="multi_label"):
    """Says of several labels which ones an example has: any number of them.

    The network gives one number per label (logits ``z``); each is a question of its own, and the loss is
    the mean of the binary cross-entropies ``−y log σ(z) − (1 − y) log(1 − σ(z))`` over all labels and
    examples. *Balanced* weights a label that is there by how many more times it is not, in the training
    part.

    *Accuracy* counts examples of which every label is right, *mean accuracy* single labels; F1 is the mean
    over the labels (*macro*) or of all answers together (*micro*).
    """

    title: ClassVar[str] = "Multi-label classification"
    taught: ClassVar[str] = "labels"
    family: ClassVar[str] = "Classes and numbers"
    order: ClassVar[int] = 15
    networks: ClassVar[tuple[Role, ...]] = (
        Role(NETWORK, "Classifier", "Takes an example and gives one number per label."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_accuracy", higher=True),
        Metric("validation_mean_accuracy", higher=True),
        Metric("validation_macro_f1", higher=True),
        Metric("validation_micro_f1", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_micro_f1", "validation_loss")
    probes: ClassVar[tuple[str, ...]] = ("answers",)
    formula: ClassVar[tuple[str, ...]] = (
        r"p_k = \sigma(z_k) = \frac{1}{1 + e^{-z_k}}",
        r"L = \frac{1}{nK}\sum_{i,k} \left[{-}w_k\,y_{ik}\ln p_{ik} - (1 - y_{ik})\ln(1 - p_{ik})\right]",
        r"\text{balanced:} \quad w_k = \frac{\text{examples without label } k}{\text{examples with label } k}",
    )
    use: ClassVar[str] = (
        "Tags, symptoms, subjects of a text: several labels may hold at once, or none. Where "
        "exactly one holds Classification is better, since it knows that they exclude each other."
    )
    trouble: ClassVar[str] = (
        "With rare labels an answer of “none” is nearly always right: mean accuracy is high and "
        "F1 is 0. Balance the weights or lower the threshold. Balanced weights of very rare "
        "labels are huge and make the loss jump."
    )
    source: ClassVar[str] = (
        "Goodfellow, Bengio & Courville 2016, Deep learning, section 6.2.2.2; measures as in "
        "Tsoumakas & Katakis 2007, Multi-label classification: an overview"
    )

    positive_weights: Annotated[
        Literal["none", "balanced"],
        Meta(
            title="Weights of labels",
            description="How much a label that is there counts. Balanced: the rarer, the more.",
            extra={"page": "loss/binary_cross_entropy"},
        ),
    ] = "none"
    threshold: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Threshold",
            description="A label is answered from this probability on.",
        ),
    ] = 0.5

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The classifier takes examples."""
        return {NETWORK: data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """A number for each label."""
        return {NETWORK: Shape((len(data.labels),))} if data.labels else {}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """Labels of which an example may have several."""
        return bool(data.labels)

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """There have to be labels, and one output for each."""
        found = recipe_problems(project, self)
        if not data.labels:
            message = _("this data set has no labels of which an example may have several.")
            wanted = _("Choose a data set with a column of zeros and ones for each label.")
            return [*found, unsuited(message, wanted, data)]
        found += _end_problems(project)
        output, count = outputs.get(NETWORK), len(data.labels)
        if output is None or output.dims == (count,):
            return found
        message = _("the output is {{shape}}; {count} labels need {count} numbers.")
        hint = linear_of(count)
        return found + unended(project, NETWORK, output, message.format(count=count), hint)

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`MultiLabelTask`."""
        from engine.compute.tasks.multi_label import MultiLabelTask

        return MultiLabelTask(context, self.positive_weights == "balanced", self.threshold)


def _end_problems(project: Project) -> list[Problem]:
    hint = _("Remove this layer: applied twice, it holds learning back.")
    alone = _("labels are no alternatives: their probabilities need not add up to 1.")
    words = {
        "sigmoid": (_("the loss takes raw numbers and applies the sigmoid itself."), hint),
        "softmax": (alone, _("Remove this layer.")),
    }
    return squashed_twice(project, NETWORK, words)
