"""Sequence labelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Role
from engine.objectives.fitting import is_per_step, unsuited
from engine.objectives.naming import Naming, raw_end_problems
from engine.objectives.recipe import recipe_problems
from engine.objectives.stepwise import answers, step_problems
from engine.objectives.tags import are_bio
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext

NETWORK = "tagger"


class SequenceLabelling(Naming, frozen=True, kw_only=True, tag="sequence_labelling"):
    """Names the class of every step of a sequence.

    The network gives ``steps × classes`` numbers (logits); the loss is the cross-entropy of the right
    class, averaged over all steps that have one: padded steps count neither in the loss nor in any measure.
    Weights of classes, label smoothing and the focal loss are those of classification.

    Tags ``B-…``, ``I-…`` and ``O`` mark entities; they are scored whole as well, by the F1 of kind,
    beginning and end together.
    """

    title: ClassVar[str] = "Sequence labelling"
    taught: ClassVar[str] = "classes"
    family: ClassVar[str] = "Sequences and texts"
    order: ClassVar[int] = 30
    networks: ClassVar[tuple[Role, ...]] = (
        Role(NETWORK, "Tagger", "Takes a sequence and gives one number per class at every step."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_accuracy", higher=True),
        Metric("validation_macro_f1", higher=True),
        Metric("validation_entity_f1", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_macro_f1", "validation_loss")
    formula: ClassVar[tuple[str, ...]] = (
        r"p_{tk} = \frac{e^{z_{tk}}}{\sum_j e^{z_{tj}}}",
        r"L = \frac{\sum_t {-}w_{y_t} \ln p_{t y_t}}{\sum_t w_{y_t}} \quad \text{over steps that have a class}",
        r"\text{entity } F_1 = \frac{2 \cdot \text{found}}{\text{there} + \text{said}}",
    )
    use: ClassVar[str] = (
        "Names in sentences, sounds of letters, states of a signal: an answer at every step. One "
        "answer for the whole sequence is Classification."
    )
    trouble: ClassVar[str] = (
        "Where most steps are O, accuracy is high with no entity found: watch entity F1. A "
        "network that reads only forwards can't use what follows; make it bidirectional. Each "
        "step is named for itself, so an I- may follow nothing; it counts as a beginning."
    )
    source: ClassVar[str] = (
        "Tjong Kim Sang & De Meulder 2003, Introduction to the CoNLL-2003 shared task"
    )

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The tagger takes sequences."""
        return {NETWORK: data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """A number for each class at every step."""
        wanted = answers(data) if self.made_for(data) else None
        return {} if wanted is None else {NETWORK: wanted}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """A class for every step."""
        return is_per_step(data)

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Every step has to have a class, and one output for each class."""
        found = recipe_problems(project, self)
        if not self.made_for(data):
            message = _("this data set has no class for every step.")
            wanted = _("Choose sequences with a class for every step.")
            return [*found, unsuited(message, wanted, data)]
        found += [*self.weight_problems(data), *self._entity_problems(project, data)]
        found += raw_end_problems(project, NETWORK)
        output, ending = outputs.get(NETWORK), self.results(data)[NETWORK]
        return found + step_problems(project, NETWORK, output, ending)

    def _entity_problems(self, project: Project, data: DataInfo) -> list[Problem]:
        stopping = project.recipe.early_stopping
        if stopping is None or stopping.metric != "validation_entity_f1" or are_bio(data.classes):
            return []
        message = _("the tags of these data mark no entities.")
        hint = _("Entities are tagged B-…, I-… and O. Watch validation_macro_f1.")
        return [Problem("recipe.early_stopping.metric", message, hint)]

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`LabellingTask`."""
        from engine.compute.tasks.sequence_labelling import LabellingTask

        return LabellingTask(context, NETWORK, self.class_loss(context))
