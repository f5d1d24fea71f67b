"""Image-to-image translation by a game with an L1 term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.choices import Choices, choices_of
from engine.adversarial.tricks.base import Trick
from engine.blocks import unfold
from engine.data.base import DataInfo, is_paired
from engine.layers.base import Shape
from engine.objectives.base import Metric, Objective, Role
from engine.objectives.ends import end_of
from engine.objectives.fitting import unsuited
from engine.objectives.game_fields import Average, CriticSteps, Loss, Penalties, Tricks
from engine.objectives.gan_problems import play_problems
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem, ProjectError
from projects.schema import Block, Network, Plug, Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext
    from engine.data.prepare import Prepared


class Pix2Pix(Objective, frozen=True, tag="pix2pix"):
    """Learns to make one image of another, from pairs.

    The generator takes an image ``x`` and makes ``G(x)``, which is to look like its partner ``y``. The
    discriminator sees both, their channels one behind the other, and tells ``(x, y)`` from ``(x, G(x))``;
    let it end in a map of logits, one for each patch (PatchGAN). The generator minimises its adversarial
    loss plus ``λ E|y − G(x)|``. What is left to chance comes from Dropout layers while it learns; answers
    are given without.

    Inputs and outputs are scaled alike. ``validation_l1`` and ``validation_mse`` are means over all values,
    in the data's own units, of the average of the generator where there is one.
    """

    rivals: ClassVar[bool] = True
    anchors: ClassVar[tuple[str, ...]] = ("l1",)
    probes: ClassVar[tuple[str, ...]] = ("rivals",)
    title: ClassVar[str] = "Image to image (pix2pix)"
    family: ClassVar[str] = "Adversarial networks"
    order: ClassVar[int] = 52
    networks: ClassVar[tuple[Role, ...]] = (
        Role("generator", "Generator", "Takes an image and makes the one that belongs to it."),
        Role("discriminator", "Discriminator", "Sees both images and tells real pairs."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_l1", higher=False),
        Metric("validation_mse", higher=False),
    )
    formula: ClassVar[tuple[str, ...]] = (
        r"L_G = L_{\mathrm{adv}}(D(x, G(x))) + \lambda\,\mathrm{E}\,|y - G(x)|",
    )
    use: ClassVar[str] = (
        "Where every input has its one right output and both lie pixel on pixel: outlines to "
        "photos, day to night, blurred to sharp. Without an adversarial part the L1 error alone "
        "gives the blurred mean."
    )
    trouble: ClassVar[str] = (
        "λ too small: details appear that the input doesn't ask for. Too large: blur, as without "
        "D. Pairs that don't lie exactly on each other can't be learned. One input gives one "
        "output: noise from Dropout adds little variety."
    )
    source: ClassVar[str] = (
        "Isola, Zhu, Zhou & Efros 2017, Image-to-image translation with conditional adversarial "
        "networks, equation 4 (λ = 100)"
    )

    loss: Loss = Plug("non_saturating")
    l1: Annotated[
        float,
        Meta(
            ge=0,
            le=1e6,
            title="λ of L1",
            description="Weight of the mean distance of every value from the real one.",
        ),
    ] = 100.0
    penalties: Penalties = ()
    tricks: Tricks = ()
    critic_steps: CriticSteps = 1
    ema: Average = 0.999

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The generator takes the first image of a pair, the discriminator both, channels stacked."""
        if not is_paired(data) or data.target is None:
            return {"generator": data.input}
        channels, *size = data.input.dims
        both = Shape((channels + data.target.dims[0], *size))
        return {"generator": data.input, "discriminator": both}

    def built(self, name: str, network: Network, blocks: Mapping[str, Block]) -> Network:
        """Return the discriminator as penalties want it; those look into its blocks, too."""
        try:
            choices = choices_of(self)
        except ProjectError:
            return network  # which problems tell
        if name != "discriminator":
            return network
        whole = unfold(network, blocks).network
        wanted = choices.drawn(whole)
        return network if wanted is whole else wanted

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """The second image of a pair, and one number."""
        judged = {"discriminator": Shape((1,))}
        if not is_paired(data) or data.target is None:
            return judged
        return {"generator": Shape(data.target.dims), **judged}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """Pairs of images."""
        return is_paired(data)

    def view(self, data: Prepared, project: Project) -> Prepared:
        """Outputs are scaled as inputs are."""
        from engine.data.pairs import scaled_alike

        return scaled_alike(data, project.data.scale) if is_paired(data.info) else data

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Where networks, data and recipe do not fit the game, and choices do not fit each other."""
        found = recipe_problems(project, self)
        if not is_paired(data):
            message = _("these data are no pairs of images.")
            hint = _("Choose pairs of images, or pairs from a shipped set.")
            return [*found, unsuited(message, hint, data)]
        try:
            choices = choices_of(self)
        except ProjectError as error:
            return [*found, *error.problems]
        found += _generator_problems(project, data, outputs.get("generator"))
        found += _choice_problems(choices)
        return [*found, *play_problems(project, data, outputs, choices)]

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`Pix2PixTask`."""
        from engine.compute.tasks.pix2pix import Pix2PixTask

        return Pix2PixTask(context, choices_of(self), self.ema, self.l1)


def _generator_problems(project: Project, data: DataInfo, made: Shape | None) -> Iterator[Problem]:
    """It begins with an image and ends in one."""
    network = project.networks.get("generator")
    for name, node in network.nodes.items() if network is not None else ():
        if node.type == "noise":
            message = _("this generator begins with an image, not with noise.")
            hint = _("Put an Input in its place; chance can come from a Dropout.")
            yield Problem(f"networks.generator.nodes.{name}", message, hint)
    assert data.target is not None
    if made is not None and made.dims != data.target.dims:
        message = _("the output is {shape}; the images that it has to make are {expected}.")
        hint = _("End with layers that give {expected}.").format(expected=data.target)
        told = message.format(shape=made, expected=data.target)
        yield Problem(end_of(project, "generator"), told, hint)


def _choice_problems(choices: Choices) -> Iterator[Problem]:
    """Some tricks are about latents, or see several examples at once."""
    for index, trick in enumerate(choices.tricks):
        where = f"objective.tricks.{index}"
        if trick.packed() > 1:
            message = _("a discriminator that sees pairs sees one of them at once.")
            yield Problem(where, message, _("Take it out."))
        elif type(trick).latents is not Trick.latents:
            message = _("{title} is about latents, and this generator has none.")
            yield Problem(where, message.format(title=trick.title), _("Take it out."))
