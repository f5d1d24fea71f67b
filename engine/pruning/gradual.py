"""Weights that are taken away little by little while the others learn."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.pruning.base import Criterion, Pruning, Scope
from projects.translation import gettext as _


class Gradual(Pruning, frozen=True, kw_only=True, tag="gradual"):
    """Takes many weights away at first and ever fewer later, while the others learn.

    ``s(t) = s · (1 − (1 − (t − t₀) / (t₁ − t₀))³)``. What is away stays away; biases and norms are left alone.
    *movement* sums ``−w · ∂L/∂w`` over the steps: weights that are pulled away from 0 stay, small or large.
    """

    title: ClassVar[str] = "Gradual"
    order: ClassVar[int] = 30
    needs_end: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"s_t = s \left(1 - \left(1 - \frac{t - t_0}{t_1 - t_0}\right)^3\right)",
        r"S_i = -\sum_t w_i\, \frac{\partial L}{\partial w_i} \quad \text{(movement)}",
    )
    use: ClassVar[str] = (
        "To reach a high share of zeros in one training: the network learns to do without each weight before the next ones go."
    )
    trouble: ClassVar[str] = (
        "With an end that is too late there are no steps left to recover in; without one last stretch at a small learning rate "
        "much of the accuracy stays away. Movement needs a start that has learned already."
    )
    source: ClassVar[str] = (
        "Zhu & Gupta 2017, To prune, or not to prune, equation 1; Sanh, Wolf & Rush 2020, Movement pruning, section 4"
    )

    amount: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Share of zeros",
            description="Of all weights but biases and norms, at the end.",
        ),
    ] = 0.9
    criterion: Criterion = "magnitude"
    scope: Scope = "network"
    begin: Annotated[
        float,
        Meta(ge=0, lt=1, title="From", description="Share of the training after which it begins."),
    ] = 0.0
    end: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Until",
            description="Share of the training after which all of it is done.",
        ),
    ] = 0.7
    every: Annotated[
        int,
        Meta(
            ge=1,
            le=10**6,
            title="Every",
            description="Steps between two cuts.",
            extra={"unit": "steps"},
        ),
    ] = 20

    def validate(self) -> None:
        """The end lies behind the beginning."""
        if self.end <= self.begin:
            raise FieldError(
                "end",
                _("the end has to lie behind the beginning, at more than {begin:g}.").format(
                    begin=self.begin
                ),
            )

    def share(self, step: int, total: int | None) -> float | None:
        """The cubic rise, at every so many steps and at its end."""
        if total is None:
            raise ValueError("a gradual pruning needs an end")
        first, last = self.begin * total, max(1.0, self.end * total)
        final = step == int(last)
        if not final and (step < first or step > last or step % self.every):
            return None
        done = 1.0 if final else (step - first) / (last - first)
        return self.amount * (1 - (1 - done) ** 3)

    def is_over(self, step: int, total: int | None) -> bool:
        """Whether the last cut is made."""
        return total is not None and step >= int(max(1.0, self.end * total))
