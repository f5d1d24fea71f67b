"""Rprop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.optimizers.base import LearningRate, Optimizer
from projects.translation import gettext as _

if TYPE_CHECKING:
    from torch import Tensor


class Rprop(Optimizer, frozen=True, tag="rprop"):
    """Looks at the sign of the gradient only; made for batches of the whole training part.

    Every weight has a step size, at first the learning rate. It grows by ``η⁺`` while the gradient
    keeps its sign; when the sign turns it shrinks by ``η⁻`` and the weight stays for a step:
    ``w ← w − sign(g) · size``. A schedule, or a change of the learning rate, scales all steps by the same
    share. On small batches signs turn by chance: choose a batch size as large as the training part.
    """

    title: ClassVar[str] = "Rprop"
    order: ClassVar[int] = 60
    slots: ClassVar[tuple[str, ...]] = ("before", "size")
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{size} \leftarrow \begin{cases} \min(\eta^+ \cdot \text{size}, \text{largest}) & \quad g\, g' > 0 \\ \max(\eta^- \cdot \text{size}, \text{smallest}) & \quad g\, g' < 0 \\ \text{size} & \quad g\, g' = 0 \end{cases}",
        r"g \leftarrow 0 \quad \text{where } g\, g' < 0",
        r"w \leftarrow w - \operatorname{sign}(g) \cdot \text{size}, \quad g' \text{: gradient of the step before}",
    )
    use: ClassVar[str] = (
        "For small networks on small tables, with the whole training part as one batch: it needs "
        "no tuning and few passes. L-BFGS is more exact at the end, Adam is the one for batches."
    )
    trouble: ClassVar[str] = (
        "Whatever is random makes signs turn by chance: with Dropout, augmentation or small "
        "batches all sizes shrink to the smallest and the loss stands still. It has no weight "
        "decay."
    )
    source: ClassVar[str] = (
        "Riedmiller & Braun 1993, A direct adaptive method for faster backpropagation learning; "
        "the variant iRprop⁻: Igel & Hüsken 2000, Improving the Rprop learning algorithm"
    )

    lr: LearningRate = 0.01
    shrink: Annotated[
        float,
        Meta(gt=0, lt=1, title="Shrink", description="Where the gradient's sign turns (η⁻)."),
    ] = 0.5
    grow: Annotated[
        float, Meta(gt=1, le=10, title="Grow", description="Where its sign stays (η⁺).")
    ] = 1.2
    smallest: Annotated[
        float, Meta(gt=0, le=1e4, title="Smallest step", description="Of any weight.")
    ] = 1e-6
    largest: Annotated[
        float, Meta(gt=0, le=1e4, title="Largest step", description="Of any weight.")
    ] = 50.0

    def validate(self) -> None:
        """The smallest step is not above the largest."""
        if self.smallest > self.largest:
            raise FieldError(
                "smallest",
                _("the smallest step is larger than the largest."),
                _("Exchange them."),
            )

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        before, size = memory["before"], memory["size"]
        if step == 1:
            size.fill_(self.lr)
        turn = before.mul_(gradient).sign_()
        size.mul_(self.grow ** turn.clamp(min=0)).mul_(self.shrink ** turn.neg().clamp_(min=0))
        size.clamp_(self.smallest, self.largest)
        gradient.mul_(turn >= 0)
        share = lr / self.lr if self.lr else 0.0
        weights.addcmul_(gradient.sign(), size, value=-share)
        before.copy_(gradient)
