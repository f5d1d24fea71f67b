"""Generative adversarial networks."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.base import ADVERSARIAL
from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Objective, Role
from engine.objectives.ends import end_of, squashed_twice
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem, ProjectError
from projects.schema import Network, Plug, Project

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


class Gan(Objective, frozen=True, tag="gan"):
    """Learns to draw new examples, by a game of two networks.

    The generator turns random latents into examples; the discriminator tells them from real ones and
    ends in one raw number (a logit). Each step improves the discriminator, then the generator. Shown
    and scored is a moving average of the generator's weights, ``w̄ ← d·w̄ + (1−d)·w``. Goodfellow et
    al. 2014, *Generative adversarial nets*; for the average Yazıcı et al. 2019, *The unusual
    effectiveness of averaging in GAN training*.
    """

    rivals: ClassVar[bool] = True
    probes: ClassVar[tuple[str, ...]] = ("rivals", "plane")
    title: ClassVar[str] = "Generative adversarial networks"
    order: ClassVar[int] = 50
    networks: ClassVar[tuple[Role, ...]] = (
        Role("generator", "Generator", "Turns random latents into examples."),
        Role("discriminator", "Discriminator", "Tells real examples from generated ones."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("modes", higher=True),
        Metric("high_quality", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("modes", "high_quality")

    loss: Annotated[
        Plug,
        Meta(
            title="Adversarial loss",
            description="What the two players minimise.",
            extra={"catalogue": "adversarial"},
        ),
    ] = Plug("non_saturating")
    penalties: Annotated[
        tuple[Plug, ...],
        Meta(
            title="Penalties",
            description="What holds the discriminator back.",
            max_length=20,
            extra={"catalogue": "penalties"},
        ),
    ] = ()
    tricks: Annotated[
        tuple[Plug, ...],
        Meta(
            title="Tricks",
            description="What makes the game steadier, fairer or more varied.",
            max_length=20,
            extra={"catalogue": "tricks"},
        ),
    ] = ()
    conditioning: Annotated[
        Plug | None,
        Meta(
            title="Conditioning",
            description="What the generator is asked for.",
            extra={"catalogue": "conditioning"},
        ),
    ] = None
    critic_steps: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            title="Critic steps",
            description="Updates of the discriminator in a step, each on a batch of its own.",
        ),
    ] = 1
    ema: Annotated[
        float,
        Meta(
            ge=0,
            le=0.999999,
            title="Average of the generator",
            description="Decay of the moving average of its weights; 0: no average.",
        ),
    ] = 0.999

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The discriminator takes examples; the generator is fed by its noise."""
        return {"discriminator": data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """An example, and one number."""
        return {"generator": Shape(data.input.dims), "discriminator": Shape((1,))}

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """The generator has to draw what the data looks like, the discriminator to end in one number."""
        found = recipe_problems(project, self)
        drawn, judged = outputs.get("generator"), outputs.get("discriminator")
        if drawn is not None and drawn.dims != data.input.dims:
            message = _("the output is {shape}; the examples of the data are {expected}.").format(
                shape=drawn, expected=data.input
            )
            hint = _("End with layers that give {expected}.").format(expected=data.input)
            place = end_of(project, "generator")
            found.append(Problem(place, message, hint))
        if judged is not None and judged.elements != 1:
            message = _("the output is {shape}; it has to be one number.").format(shape=judged)
            hint = _("End with a Linear layer of 1 unit.")
            place = end_of(project, "discriminator")
            found.append(Problem(place, message, hint))
        found += _noise_problems(project.networks.get("generator"))
        found += _end_problems(project)
        found += self._loss_problems()
        if data.input.kind != "float":
            message = _("a generator draws real numbers, and this data set holds indices.")
            found.append(Problem("data.source", message))
        return found

    def _loss_problems(self) -> list[Problem]:
        try:
            ADVERSARIAL.make_plug(self.loss, "objective.loss")
        except ProjectError as error:
            return list(error.problems)
        return []

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`GanTask`."""
        from engine.compute.tasks.gan import GanTask

        return GanTask(context, ADVERSARIAL.make_plug(self.loss, "objective.loss"), self.ema)


def _noise_problems(generator: Network | None) -> list[Problem]:
    if generator is None or any(node.type == "noise" for node in generator.nodes.values()):
        return []
    message = _("a generator has to begin with noise.")
    return [Problem("networks.generator", message, _("Put a Noise layer in place of the input."))]


def _end_problems(project: Project) -> list[Problem]:
    """The losses take raw numbers; a sigmoid at the end would be squashed twice."""
    message = _("the loss takes raw numbers and applies the sigmoid itself.")
    hint = _("Remove this layer: squashed twice, the discriminator learns little.")
    constant = _("the softmax of one number is always 1, so nothing can be told apart.")
    words = {"sigmoid": (message, hint), "softmax": (constant, _("Remove this layer."))}
    return squashed_twice(project, "discriminator", words)
