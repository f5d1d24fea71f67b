"""Variational autoencoders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric, Role
from engine.objectives.coding import range_problems, raw_end_problems
from engine.objectives.drawing import Drawing, spread_problems
from engine.objectives.scoring import SCORES, Scores, Scoring, scoring_problems
from projects.errors import Problem
from projects.schema import Project

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


class Vae(Drawing, frozen=True, tag="vae"):
    """Learns a distribution of examples: each comes from a few latent numbers, drawn from N(0, 1).

    The encoder ends in ``2·k`` numbers, the means ``μ`` and log-variances ``ln σ²`` of ``k`` latents side
    by side; the decoder is fed with ``z = μ + σ·ε``, ``ε`` from N(0, 1). Maximised is the evidence lower
    bound of ``ln p(x)``, in nats,

    ``ELBO = E ln p(x | z) − KL(N(μ, σ²) ‖ N(0, 1))``, ``KL = ½ Σ_j (μ_j² + σ_j² − 1 − ln σ_j²)``.

    The loss is ``−E ln p(x | z) + β·KL`` with ``β`` 1 unless it is set; in a warm-up it grows from 0. *Free
    bits* count the KL of a latent, averaged over the batch, as ``λ`` nats at least.

    Metrics are ``elbo`` = ``reconstruction`` − ``kl`` with β = 1, means over the examples, by one sample of
    ``z`` each, always the same. *Anomalies* are what is unlikely: the score of an example is −ELBO.
    """

    latents: ClassVar[bool] = True
    title: ClassVar[str] = "Variational autoencoder"
    family: ClassVar[str] = "Autoencoders"
    order: ClassVar[int] = 45
    networks: ClassVar[tuple[Role, ...]] = (
        Role(
            "encoder", "Encoder", "Takes an example; gives means and log-variances of its latents."
        ),
        Role("decoder", "Decoder", "Takes latents and gives an example."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_elbo", higher=True),
        Metric("validation_kl", higher=False),
        Metric("validation_reconstruction", higher=True),
        *SCORES,
    )
    best: ClassVar[tuple[str, ...]] = ("validation_elbo",)
    live: ClassVar[tuple[str, ...]] = ("beta", "free_bits")
    probes: ClassVar[tuple[str, ...]] = ("scores",)
    formula: ClassVar[tuple[str, ...]] = (
        r"z = \mu + \sigma\,\varepsilon, \quad \varepsilon \sim \mathrm{N}(0, 1)",
        r"\mathrm{ELBO} = \mathrm{E}\,\ln p(x \mid z) - \mathrm{KL}, \quad \mathrm{KL} = \sum_j \mathrm{KL}_j",
        r"\mathrm{KL}_j = \frac{1}{2}(\mu_j^2 + \sigma_j^2 - 1 - \ln \sigma_j^2)",
        r"L = {-}\mathrm{E}\,\ln p(x \mid z) + \beta \sum_j \max(\lambda, \mathrm{KL}_j)",
        r"\text{Bernoulli:} \quad \ln p(x \mid z) = \sum \left[x \ln \sigma(l) + (1 - x)\ln(1 - \sigma(l))\right]",
        r"\text{Gaussian:} \quad \ln p(x \mid z) = {-}\frac{1}{2}\sum \left[\ln 2\pi + \ln s^2 + \frac{(x - m)^2}{s^2}\right]",
    )
    use: ClassVar[str] = (
        "To draw new examples and to have a smooth space of codes, steadily and without a game; a "
        "GAN draws sharper ones. Bernoulli for grey images from 0 to 1, Gaussian for other "
        "numbers."
    )
    trouble: ClassVar[str] = (
        "KL near 0: the decoder ignores z (posterior collapse); a warm-up of β, free bits or a "
        "weaker decoder help. Blurred samples come from independent pixels, and from a large "
        "fixed s. Good reconstructions with bad samples: β is too small, codes lie where N(0, 1) "
        "does not."
    )
    source: ClassVar[str] = (
        "Kingma & Welling 2014, Auto-encoding variational Bayes. β: Higgins et al. 2017, β-VAE. "
        "Warm-up: Sønderby et al. 2016, Ladder variational autoencoders. Free bits: Kingma et al. "
        "2016, Improving variational inference with inverse autoregressive flow, appendix C.8"
    )

    likelihood: Annotated[
        Literal["bernoulli", "gaussian"],
        Meta(
            title="Likelihood",
            description="Bernoulli: values from 0 to 1, the decoder ends in raw numbers (logits). "
            "Gaussian: the decoder ends in means.",
            extra={
                "names": {"bernoulli": "Bernoulli", "gaussian": "Gaussian"},
                "pages": {"bernoulli": "loss/bernoulli", "gaussian": "loss/gaussian"},
            },
        ),
    ] = "bernoulli"
    variance: Annotated[
        Literal["fixed", "learned"],
        Meta(
            title="Variance",
            description="Learned: the decoder ends in means and log-variances, twice as many channels "
            "or features as an example has.",
            extra={"when": {"likelihood": "gaussian"}, "page": "loss/gaussian"},
        ),
    ] = "fixed"
    sd: Annotated[
        float,
        Meta(
            gt=0,
            le=1e3,
            title="Standard deviation",
            description="Of every value, where the variance is fixed.",
            extra={"when": {"likelihood": "gaussian", "variance": "fixed"}},
        ),
    ] = 0.1
    beta: Annotated[
        float,
        Meta(
            ge=0,
            le=1e4,
            title="β",
            description="Weight of the KL divergence.",
            extra={"page": "loss/kl"},
        ),
    ] = 1.0
    warmup: Annotated[
        int,
        Meta(
            ge=0,
            le=10**9,
            title="Warm-up of β",
            description="β grows evenly from 0 during so many steps or epochs.",
        ),
    ] = 0
    warmup_unit: Annotated[Literal["epochs", "steps"], Meta(title="Warm-up is counted in")] = (
        "epochs"
    )
    free_bits: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            title="Free bits",
            description="Nats of KL that every latent may have at no cost.",
            extra={"unit": "nats"},
        ),
    ] = 0.0
    evaluation: Annotated[
        Literal["sample", "mean"],
        Meta(
            title="Evaluated with",
            description="One sample of the latents for each example, as published figures are, or their "
            "mean (a bound no longer).",
        ),
    ] = "sample"
    importance_samples: Annotated[
        int,
        Meta(
            ge=1,
            le=5000,
            title="Importance samples",
            description="Above 1, evaluations of the test part give the importance-weighted bound "
            "(Burda et al. 2016) of so many samples too: test_iw_elbo.",
        ),
    ] = 1
    scores: Scores = None

    @property
    def scoring(self) -> Scoring | None:
        """How samples are scored."""
        return self.scores

    def decoded(self, data: DataInfo) -> Shape:
        """An example, or with a learned variance means and log-variances of its values."""
        dims = data.input.dims
        if self.likelihood == "gaussian" and self.variance == "learned":
            return Shape((2 * dims[0], *dims[1:])) if dims else Shape((2,))
        return Shape(dims)

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Shapes as for every decoder, pairs at the encoder's end, and values that suit the likelihood."""
        found = super().problems(project, data, outputs)
        found += scoring_problems(project, self.scores)
        if self.likelihood == "bernoulli":
            found += [*range_problems(data), *raw_end_problems(project)]
        return [*found, *spread_problems(project, outputs.get("encoder"))]

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`VaeTask`."""
        from engine.compute.tasks.vae import VaeTask

        return VaeTask(context, self)
