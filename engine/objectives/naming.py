"""What objectives have in common that name classes: how mistakes are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.base import DataInfo
from engine.declare import FieldError
from engine.objectives.base import Objective
from engine.objectives.ends import squashed_twice
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.losses import ClassLoss
    from engine.compute.task import TaskContext


class Naming(Objective, frozen=True, kw_only=True):
    """Base of objectives that name classes by logits."""

    names_classes: ClassVar[bool] = True
    probes: ClassVar[tuple[str, ...]] = ("answers",)
    live: ClassVar[tuple[str, ...]] = ("weights", "label_smoothing", "focal")

    class_weights: Annotated[
        Literal["none", "balanced", "list"],
        Meta(
            title="Weights of classes",
            description="How much a mistake costs, by class. Balanced: the rarer, the more "
            "(n / (K · n of the class), as in scikit-learn).",
            extra={"page": "loss/cross_entropy"},
        ),
    ] = "none"
    weights: Annotated[
        tuple[Annotated[float, Meta(ge=0, le=1e6)], ...],
        Meta(
            title="Weight of each class",
            description="In the order of the classes.",
            extra={"when": {"class_weights": "list"}},
        ),
    ] = ()
    label_smoothing: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Label smoothing",
            description="This share of the target is spread over all classes; 0: none.",
            extra={"page": "loss/label_smoothing"},
        ),
    ] = 0.0
    focal: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="Focus on hard examples",
            description="γ of the focal loss; 0: cross-entropy. Lin et al. use 2.",
            extra={"page": "loss/focal"},
        ),
    ] = 0.0

    def validate(self) -> None:
        """Parameters that contradict each other; see :meth:`Declared.validate`."""
        if self.focal and self.label_smoothing:
            raise FieldError(
                "focal",
                _("a focal loss has one right class, and label smoothing spreads it."),
                _("Set one of the two to 0."),
            )
        if self.class_weights == "list" and not any(self.weights):
            raise FieldError(
                "weights",
                _("there is no weight above 0."),
                _("Give one weight for each class, in their order."),
            )

    def weight_problems(self, data: DataInfo) -> list[Problem]:
        """Say where listed weights do not fit the classes."""
        if self.class_weights != "list" or len(self.weights) == len(data.classes):
            return []
        message = _("expected {expected} weights, one for each class; there are {given}.").format(
            expected=len(data.classes), given=len(self.weights)
        )
        order = _("The classes in their order: {names}.").format(names=_some(data.classes))
        return [Problem("objective.weights", message, order)]

    def class_loss(self, context: TaskContext) -> ClassLoss:
        """Return the loss of logits, on the device (imports torch)."""
        from engine.compute.losses import ClassLoss

        return ClassLoss.of(
            self._weights_of(context.data.info),
            self.label_smoothing,
            self.focal,
            context.device,
        )

    def _weights_of(self, data: DataInfo) -> tuple[float, ...] | None:
        if self.class_weights == "list":
            return self.weights
        if self.class_weights == "none":
            return None
        counts = data.class_counts["train"]
        return tuple(sum(counts) / (len(counts) * max(1, count)) for count in counts)


def raw_end_problems(project: Project, network: str) -> list[Problem]:
    """Warn of a softmax or sigmoid at the end: the loss takes raw numbers.

    Args:
        project: The project.
        network: Name of the network.
    """
    hint = _("Remove this layer: applied twice, it holds learning back.")
    words = {
        "softmax": (_("the loss takes raw numbers and applies the softmax itself."), hint),
        "sigmoid": (_("the loss takes raw numbers, and this squashes them to 0 to 1."), hint),
    }
    return squashed_twice(project, network, words)


def _some(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return shown + " …" if len(names) > most else shown
