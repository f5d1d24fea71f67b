"""What objectives have in common that foretell numbers: the loss, and the units of the targets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Shape
from engine.objectives.base import Objective
from engine.objectives.ends import squashed_twice
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.losses import NumberLoss
    from engine.compute.task import TaskContext


class Foretelling(Objective, frozen=True, kw_only=True):
    """Base of objectives that foretell numbers."""

    live: ClassVar[tuple[str, ...]] = ("delta",)

    loss: Annotated[
        Literal["mse", "mae", "huber", "quantile"],
        Meta(
            title="Loss",
            description="Squared error (foretells the mean), absolute error (the median), Huber's "
            "between both, or quantiles.",
            extra={
                "names": {
                    "mse": "squared error",
                    "mae": "absolute error",
                    "huber": "Huber",
                    "quantile": "quantiles",
                },
                "pages": {name: f"loss/{name}" for name in ("mse", "mae", "huber", "quantile")},
            },
        ),
    ] = "mse"
    delta: Annotated[
        float,
        Meta(
            gt=0,
            le=1e6,
            title="δ",
            description="Up to this error Huber's loss is squared, beyond it absolute.",
            extra={"when": {"loss": "huber"}, "page": "loss/huber"},
        ),
    ] = 1.0
    quantiles: Annotated[
        tuple[Annotated[float, Meta(gt=0, lt=1)], ...],
        Meta(
            title="Quantiles",
            description="Rising; the network has one output for each. The one next to 0.5 is the "
            "answer that is scored.",
            extra={"when": {"loss": "quantile"}, "page": "loss/quantile"},
        ),
    ] = (0.1, 0.5, 0.9)
    standardize: Annotated[
        bool,
        Meta(
            title="Standardise the targets",
            description="The network learns them with mean 0 and standard deviation 1 (of the "
            "training part); measures and predictions are in the data's own units.",
        ),
    ] = True

    def validate(self) -> None:
        """Quantiles have to rise; see :meth:`Declared.validate`."""
        rising = all(low < high for low, high in pairwise(self.quantiles))
        if self.loss == "quantile" and not (self.quantiles and rising):
            raise FieldError(
                "quantiles",
                _("quantiles have to rise, and there has to be one."),
                _("For example 0.1, 0.5, 0.9."),
            )

    @property
    def parts(self) -> int:
        """Outputs for each number: one, or one for each quantile."""
        return len(self.quantiles) if self.loss == "quantile" else 1

    def number_loss(self, context: TaskContext) -> NumberLoss:
        """Return the loss, on the device (imports torch)."""
        import torch

        from engine.compute.losses import NumberLoss

        levels = self.quantiles if self.loss == "quantile" else ()
        quantiles = torch.tensor(levels, dtype=torch.float32, device=context.device)
        return NumberLoss(self.loss, self.delta, quantiles)

    def result(self, target: Shape) -> Shape:
        """What the network has to end in.

        Args:
            target: Shape of one target.
        """
        dims = target.dims or (1,)
        if self.parts == 1:
            return Shape(dims)
        return Shape((self.parts,) if dims == (1,) else (*dims, self.parts))


def squashed_problems(project: Project, network: str) -> list[Problem]:
    """Warn of layers at the end that keep numbers from being reached.

    Args:
        project: The project.
        network: Name of the network.
    """
    hint = _("Remove this layer, so that every number can be answered.")
    words = {
        "softmax": (_("numbers that add up to 1 can foretell little."), hint),
        "sigmoid": (_("answers lie between 0 and 1 only."), hint),
        "tanh": (_("answers lie between −1 and 1 only."), hint),
        "relu": (
            _("answers below 0 cannot be given, and a unit that answers 0 learns nothing."),
            hint,
        ),
    }
    return squashed_twice(project, network, words)
