"""What every augmentation declares; :data:`AUGMENTATIONS` is the catalogue of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.data.base import DataInfo, is_paired
from engine.declare import Catalogue, Declared
from projects.errors import Problem, ProjectError
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from torch import Tensor

Share = Annotated[float, Meta(ge=0, le=1, title="Share", description="Of the examples, at random.")]


class Augmentation(Declared, frozen=True, kw_only=True):
    """Base of everything that changes training examples at random, batch by batch, on the device.

    Random numbers are torch's own, so that a resumed training draws the same ones.

    Class attributes:
        images: Whether it needs images; others take any numbers.
    """

    images: ClassVar[bool] = True

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Return changed examples of the same shape; what is handed in stays as it is.

        Args:
            inputs: ``(batch, channels, height, width)``, or any numbers where :attr:`images` is off.
            fill: The value of black.
        """
        raise NotImplementedError


class Mixing(Augmentation, frozen=True, kw_only=True):
    """Base of augmentations that mix pairs of examples: each then belongs to two classes in part."""

    def mix(self, inputs: Tensor, partners: Tensor) -> tuple[Tensor, Tensor]:
        """Return mixed examples, and the share of the first in each pair ``()``, at least a half.

        Args:
            inputs: ``(batch, …)``.
            partners: The same examples in another order.
        """
        raise NotImplementedError


AUGMENTATIONS: Catalogue[Augmentation] = Catalogue(
    "augmentation", Augmentation, "engine.augmentations"
)


def augmentation_problems(project: Project, info: DataInfo) -> list[Problem]:
    """Say which augmentations of a project its data or its objective cannot have.

    Args:
        project: The project.
        info: What its data look like.
    """
    found = []
    for index, plug in enumerate(project.data.augment):
        where = f"data.augment.{index}"
        try:
            made = AUGMENTATIONS.make_plug(plug, where)
        except ProjectError:
            continue  # told by the validation of plugs
        if (problem := _unfit(made, where, project, info)) is not None:
            found.append(problem)
    return found


def _unfit(made: Augmentation, where: str, project: Project, info: DataInfo) -> Problem | None:
    if info.input.kind != "float":
        message = _("{title} changes numbers; these examples are indices.")
        return Problem(where, message.format(title=made.title), _("Take it out."))
    if made.images and not info.picture:
        message = _("{title} changes images; these examples are none.")
        return Problem(where, message.format(title=made.title), _("Take it out."))
    if made.images and is_paired(info):
        message = _("{title} would change an image and not the one that belongs to it.")
        return Problem(where, message.format(title=made.title), _("Take it out."))
    single = bool(info.classes) and info.target is not None and not info.target.dims
    if isinstance(made, Mixing) and not (project.objective.type == "classification" and single):
        message = _("{title} mixes classes; that is for classification, one class an example.")
        return Problem(where, message.format(title=made.title), _("Take it out."))
    return None
