"""Variational autoencoders whose error is what a discriminator notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.choices import Choices
from engine.blocks import unfold
from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Role
from engine.objectives.drawing import Drawing, spread_problems
from engine.objectives.game_fields import Loss
from engine.objectives.gan_problems import play_problems
from engine.objectives.scoring import SCORES, Scores, Scoring, scoring_problems
from projects.errors import Problem, ProjectError, did_you_mean
from projects.schema import Plug, Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


class VaeGan(Drawing, frozen=True, tag="vae_gan"):
    """Codes and draws examples; how far a restored one is off is measured where a discriminator looks.

    The encoder gives means and log-variances of latents, ``z = μ + σ·ε``, the decoder an example of them.
    With ``f`` what leaves a layer inside the discriminator the error is ``ℓ = ½‖f(x) − f(Dec(z))‖²``, so
    edges count and small shifts don't. The encoder minimises ``KL(N(μ, σ²) ‖ N(0, 1)) + ℓ``, the decoder
    ``γ ℓ`` plus its adversarial loss, the discriminator tells ``x`` from ``Dec(z)`` and from ``Dec(ε)``;
    each kind counts half, so that real and generated examples weigh alike. All are means over the batch.

    ``kl`` is measured in nats, ``feature_error`` is ``ℓ``, ``mse`` the mean squared error of values, by one
    sample of ``z`` each, always the same. There is no bound of ``ln p(x)``. *Anomalies* are what is
    restored badly: the score is ``mse``.
    """

    rivals: ClassVar[bool] = True
    generator: ClassVar[str] = "decoder"
    anchors: ClassVar[tuple[str, ...]] = ("gamma",)
    latents: ClassVar[bool] = True
    title: ClassVar[str] = "VAE-GAN"
    family: ClassVar[str] = "Adversarial networks"
    order: ClassVar[int] = 54
    networks: ClassVar[tuple[Role, ...]] = (
        Role(
            "encoder", "Encoder", "Takes an example; gives means and log-variances of its latents."
        ),
        Role("decoder", "Decoder", "Takes latents and gives an example."),
        Role("discriminator", "Discriminator", "Tells real examples from decoded ones."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        # The first one is what variants are compared by; the others fall, too, where codes say nothing.
        Metric("validation_mse", higher=False),
        Metric("validation_kl", higher=False),
        Metric("validation_feature_error", higher=False),
        *SCORES,
    )
    probes: ClassVar[tuple[str, ...]] = ("rivals", "scores")
    formula: ClassVar[tuple[str, ...]] = (
        r"z = \mu + \sigma\,\varepsilon, \quad \ell = \frac{1}{2}\lVert f(x) - f(\mathrm{Dec}(z)) \rVert^2",
        r"L_{\mathrm{Enc}} = \mathrm{KL} + \ell, \qquad L_{\mathrm{Dec}} = \gamma\,\ell + L_{\mathrm{adv}}",
        r"\mathrm{KL} = \frac{1}{2}\sum_j (\mu_j^2 + \sigma_j^2 - 1 - \ln \sigma_j^2)",
    )
    use: ClassVar[str] = (
        "Where reconstructions are to look right rather than match pixel by pixel, with codes to "
        "walk in. For the best samples alone a GAN is simpler, for likelihoods the Variational "
        "autoencoder."
    )
    trouble: ClassVar[str] = (
        "The yardstick ℓ changes while D learns, so the curve of the error may rise while "
        "pictures improve: look at mse and at the pictures. γ too large and D hardly matters; too "
        "small and reconstructions are of something else. A D that wins takes the meaning out of "
        "f."
    )
    source: ClassVar[str] = (
        "Larsen, Sønderby, Larochelle & Winther 2016, Autoencoding beyond pixels using a learned "
        "similarity metric, equations 7 to 9 and algorithm 1"
    )

    loss: Loss = Plug("non_saturating")
    gamma: Annotated[
        float,
        Meta(
            gt=0,
            le=1e6,
            title="γ",
            description="What the error counts for the decoder, beside its adversarial loss.",
        ),
    ] = 0.01
    layer: Annotated[
        str,
        Meta(
            max_length=200,
            title="Layer of the error",
            description="Id of a node of the discriminator; empty: what flows into its last layer with "
            "weights.",
        ),
    ] = ""
    scores: Scores = None

    @property
    def scoring(self) -> Scoring | None:
        """How samples are scored."""
        return self.scores

    @property
    def rankings(self) -> tuple[tuple[str, ...], ...]:
        """Scores decide, where there are any."""
        return () if self.scores is None else self.scores.rankings

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """Encoder and discriminator take examples; the decoder takes what the encoder gives."""
        return {"encoder": data.input, "discriminator": data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """An example, and one number."""
        return {"decoder": self.decoded(data), "discriminator": Shape((1,))}

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Shapes as for every decoder, pairs at the encoder's end, a discriminator that fits the loss."""
        found = super().problems(project, data, outputs)
        found += scoring_problems(project, self.scores)
        found += spread_problems(project, outputs.get("encoder"))
        found += self._layer_problems(project)
        try:
            choices = Choices(ADVERSARIAL.make_plug(self.loss, "objective.loss"))
        except ProjectError as error:
            return [*found, *error.problems]
        return [*found, *play_problems(project, data, outputs, choices)]

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`VaeGanTask`."""
        from engine.compute.tasks.vae_gan import VaeGanTask

        return VaeGanTask(context, self)

    def _layer_problems(self, project: Project) -> Iterator[Problem]:
        network = project.networks.get("discriminator")
        if network is None or not self.layer:
            return
        nodes = unfold(network, project.blocks).network.nodes
        if self.layer not in nodes:
            message = _("the discriminator has no layer called “{name}”.").format(name=self.layer)
            yield Problem("objective.layer", message, did_you_mean(self.layer, nodes))
