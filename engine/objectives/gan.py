"""Generative adversarial networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.choices import Choices, choices_of
from engine.blocks import unfold
from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Objective, Role
from engine.objectives.game_fields import Average, CriticSteps, Loss, Penalties, Tricks
from engine.objectives.gan_problems import game_problems
from engine.objectives.recipe import recipe_problems
from engine.objectives.scoring import SCORES, Scores, Scoring, scoring_problems
from projects.errors import Problem, ProjectError
from projects.schema import Block, Network, Plug, Project

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


class Gan(Objective, frozen=True, tag="gan"):
    """Learns to draw new examples, by a game of two networks.

    The generator turns random latents into examples; the discriminator tells them from real ones and ends
    in one raw number (a logit), or in a map of them, one for each patch of an image, whose mean counts
    (PatchGAN). Each step improves the discriminator, then the generator. Shown and scored is a moving
    average of the generator's weights, ``w̄ ← d·w̄ + (1−d)·w``.
    """

    rivals: ClassVar[bool] = True
    latents: ClassVar[bool] = True
    probes: ClassVar[tuple[str, ...]] = ("rivals", "plane", "scores")
    title: ClassVar[str] = "Generative adversarial networks"
    family: ClassVar[str] = "Adversarial networks"
    order: ClassVar[int] = 50
    networks: ClassVar[tuple[Role, ...]] = (
        Role("generator", "Generator", "Turns random latents into examples."),
        Role("discriminator", "Discriminator", "Tells real examples from generated ones."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = SCORES
    best: ClassVar[tuple[str, ...]] = ("modes", "high_quality")
    formula: ClassVar[tuple[str, ...]] = (
        r"\min_G \max_D\ \mathrm{E}\,\ln \sigma(D(x)) + \mathrm{E}\,\ln(1 - \sigma(D(G(z))))",
        r"\text{best } D \text{:} \quad \sigma(D(x)) = \frac{p(x)}{p(x) + p_G(x)}",
        r"\bar{w} \leftarrow d\,\bar{w} + (1 - d)\,w, \quad d = \min\left(d_{\max}, \frac{t}{t + 9}\right)",
    )
    use: ClassVar[str] = (
        "Where samples are to be sharp: images, points, anything of which there are some thousand "
        "examples. A Variational autoencoder is easier to train and covers more; from one image "
        "to another is Image to image (pix2pix)."
    )
    trouble: ClassVar[str] = (
        "Losses say little about quality: read scores and samples. Few kinds of samples: Mode "
        "collapse; a discriminator that is always right: Discriminator too strong. Start with "
        "Relativistic, paired, R1 and R2 and add tricks one at a time."
    )
    source: ClassVar[str] = (
        "Goodfellow et al. 2014, Generative adversarial nets. Average: Yazıcı et al. 2019, The "
        "unusual effectiveness of averaging in GAN training. Patches: Isola et al. 2017, "
        "Image-to-image translation with conditional adversarial networks"
    )

    loss: Loss = Plug("non_saturating")
    penalties: Penalties = ()
    tricks: Tricks = ()
    conditioning: Annotated[
        Plug | None,
        Meta(
            title="Conditioning",
            description="What the generator is asked for.",
            extra={"catalogue": "conditioning"},
        ),
    ] = None
    critic_steps: CriticSteps = 1
    ema: Average = 0.999
    scores: Scores = Scoring()

    @property
    def scoring(self) -> Scoring | None:
        """How samples are scored."""
        return self.scores

    @property
    def rankings(self) -> tuple[tuple[str, ...], ...]:
        """Scores decide, where there are any; without them modes and quality, for mixtures."""
        return super().rankings if self.scores is None else self.scores.rankings

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The discriminator takes examples, packed as the tricks want; the generator is fed by its noise."""
        choices = self._choices()
        return {"discriminator": _pack(data.input, choices.packed if choices else 1)}

    def labels(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """What is asked for, where networks may know it."""
        choices = self._choices()
        asked = choices.conditioning if choices is not None else None
        if asked is None or (asked.needs_classes and not data.classes):
            return {}
        return dict.fromkeys(asked.welcome, asked.label(data))

    def built(self, name: str, network: Network, blocks: Mapping[str, Block]) -> Network:
        """Return the discriminator as penalties want it; those look into its blocks, too."""
        choices = self._choices()
        if name != "discriminator" or choices is None:
            return network
        whole = unfold(network, blocks).network
        wanted = choices.drawn(whole)
        return network if wanted is whole else wanted

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """An example, and one number, with guesses behind it where some are wanted."""
        return {
            "generator": Shape(data.input.dims),
            "discriminator": Shape((1 + self._guesses(data),)),
        }

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Where networks, data and recipe do not fit the game, and choices do not fit each other."""
        found = [*recipe_problems(project, self), *scoring_problems(project, self.scores)]
        try:
            choices = choices_of(self, self.conditioning)
        except ProjectError as error:
            return [*found, *error.problems]
        return [*found, *game_problems(project, data, outputs, choices)]

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`GanTask`."""
        from engine.compute.tasks.gan import GanTask

        return GanTask(context, choices_of(self, self.conditioning), self.ema)

    def _choices(self) -> Choices | None:
        """The game; None where a plug is wrong, which :meth:`problems` tells."""
        try:
            return choices_of(self, self.conditioning)
        except ProjectError:
            return None

    def _guesses(self, data: DataInfo) -> int:
        choices = self._choices()
        asked = choices.conditioning if choices is not None else None
        return asked.guesses(data) if asked is not None else 0


def _pack(example: Shape, count: int) -> Shape:
    """So many examples, one behind the other along the first dimension."""
    if count == 1 or not example.dims:
        return example
    return Shape((count * example.dims[0], *example.dims[1:]), example.kind, example.classes)
