"""Group normalisation."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError, need_channels
from engine.layers.batch_norm import Epsilon
from projects.translation import gettext as _
from projects.translation import ngettext


class GroupNorm(Layer, frozen=True, kw_only=True, tag="group_norm"):
    """Brings every group of channels of every example to mean 0 and variance 1.

    y = γ · (x − μ) / √(σ² + ε) + β, with μ and σ² over the channels of a group and all positions.
    As good as batch norm with large batches, and indifferent to how large they are.
    """

    title: ClassVar[str] = "Group norm"
    category: ClassVar[str] = "Normalisation"
    order: ClassVar[int] = 53
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta",
        r"\mu = \frac{1}{F} \sum_{i \in g} x_i, \quad \sigma^2 = \frac{1}{F} \sum_{i \in g} (x_i - \mu)^2",
        r"g \text{: the } F \text{ numbers of one group of one example}",
    )
    use: ClassVar[str] = (
        "In place of Batch norm when memory allows only 1 to 8 examples a batch, or when examples "
        "must not see each other, as in a critic with a gradient penalty. 8 to 32 groups of at "
        "least 4 channels."
    )
    trouble: ClassVar[str] = (
        "As many groups as channels make it an Instance norm, one group a Layer norm; at both "
        "ends images are classified worse. It lacks the noise of a Batch norm, so it overfits "
        "sooner: add Dropout or augmentation."
    )
    source: ClassVar[str] = "Wu & He 2018, Group Normalization, equations 1 to 7"

    groups: Annotated[
        int, Meta(ge=1, le=65_536, title="Groups", description="Has to divide the channels.")
    ] = 8
    epsilon: Epsilon = 1e-5
    affine: Annotated[
        bool, Meta(title="Scale and shift", description="Learn γ and β for every channel.")
    ] = True

    def check(self, *shapes: Shape) -> None:
        """Channels that can be dealt evenly, with more than one number in each group."""
        (x,) = shapes
        need_channels(x, 1, 4)
        if x.channels % self.groups:
            near = max(g for g in range(1, self.groups + 1) if x.channels % g == 0)
            raise ShapeError(
                _("{channels} channels cannot be dealt evenly to {groups} groups.").format(
                    channels=x.channels, groups=self.groups
                ),
                _("{near} groups would do.").format(near=near),
            )
        if x.elements == self.groups:
            raise ShapeError(
                _("each group has one number only ({shape}), so nothing would be left.").format(
                    shape=x
                ),
                _("Choose fewer groups."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.GroupNorm``."""
        (x,) = shapes
        return nn.GroupNorm(self.groups, x.channels, eps=self.epsilon, affine=self.affine)

    def summary(self) -> str:
        """The groups."""
        return ngettext("{groups} group", "{groups} groups", self.groups).format(groups=self.groups)
