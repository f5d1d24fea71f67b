"""Autoencoders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Metric
from engine.objectives.coding import Coding, range_problems, raw_end_problems
from engine.objectives.ends import end_of, ends_in
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext


def _chosen(value: object) -> bool:
    return value != "none"


class Autoencoder(Coding, frozen=True, tag="autoencoder"):
    """Learns a code of examples from which they can be restored.

    The encoder gives a code ``c = f(x)``, the decoder an example ``x̂ = g(c)``; the loss is their distance:
    the mean of ``(x − x̂)²``, of ``|x − x̂|``, or the binary cross-entropy of a decoder that ends in raw
    numbers. Classes and other targets of the data are not used.

    *Denoising*: the encoder sees a noisy ``x̃`` and ``x`` is to be restored.

    *Sparsity* adds ``λ · mean |c|``, or for a code that ends in a sigmoid ``λ · Σ_j KL(ρ ‖ ρ̂_j)`` with the
    mean activation ``ρ̂_j`` of each number in the batch.

    *Anomalies* are what is restored badly: the score of an example is its reconstruction error.
    """

    title: ClassVar[str] = "Autoencoder"
    taught: ClassVar[str] = "numbers"
    family: ClassVar[str] = "Autoencoders"
    order: ClassVar[int] = 40
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_mse", higher=False),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_loss", "validation_mse")
    live: ClassVar[tuple[str, ...]] = ("strength", "sparsity_weight")
    formula: ClassVar[tuple[str, ...]] = (
        r"c = f(\tilde{x}), \quad \hat{x} = g(c)",
        r"L = \frac{1}{n}\sum (x - \hat{x})^2 \quad \text{or} \quad \frac{1}{n}\sum |x - \hat{x}|",
        r"\text{or} \quad \frac{1}{n}\sum \left[{-}x \ln \sigma(\hat{x}) - (1 - x)\ln(1 - \sigma(\hat{x}))\right]",
        r"\text{L1:} \quad L + \lambda\,\frac{1}{m}\sum |c|",
        r"\text{KL:} \quad L + \lambda \sum_j \left[\rho \ln\frac{\rho}{\hat{\rho}_j} + (1 - \rho)\ln\frac{1 - \rho}{1 - \hat{\rho}_j}\right]",
    )
    use: ClassVar[str] = (
        "To shrink examples, to clean noisy ones, or to find odd ones without a single example of "
        "them. To draw new examples take the Variational autoencoder: codes of this one have "
        "gaps."
    )
    trouble: ClassVar[str] = (
        "A code as large as the example copies it and learns nothing; narrow it, add noise or "
        "sparsity. A code too narrow restores the mean of everything, grey and blurred. One that "
        "restores too well also restores anomalies."
    )
    source: ClassVar[str] = (
        "Denoising: Vincent, Larochelle, Bengio & Manzagol 2008, Extracting and composing robust "
        "features with denoising autoencoders. Sparsity: Ng 2011, Sparse autoencoder, CS294A"
    )

    reconstruction: Annotated[
        Literal["mse", "mae", "bce"],
        Meta(
            title="Reconstruction error",
            description="Squared error, absolute error, or binary cross-entropy (values from 0 to 1, "
            "the decoder ends in raw numbers).",
            extra={
                "names": {
                    "mse": "squared error",
                    "mae": "absolute error",
                    "bce": "binary cross-entropy",
                },
                "pages": {"mse": "loss/mse", "mae": "loss/mae", "bce": "loss/binary_cross_entropy"},
            },
        ),
    ] = "mse"
    noise: Annotated[
        Literal["none", "gaussian", "masking", "salt_and_pepper"],
        Meta(
            title="Noise on the input",
            description="What is to be removed: added normal noise, values set to 0, or values set to "
            "the least or greatest one.",
            extra={"names": {"gaussian": "normal"}},
        ),
    ] = "none"
    strength: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="Strength",
            description="Standard deviation of Gaussian noise; of the others the share of values, "
            "up to 1.",
            extra={"when": {"noise": _chosen}},
        ),
    ] = 0.3
    sparsity: Annotated[
        Literal["none", "l1", "kl"],
        Meta(
            title="Sparsity",
            description="Keep most numbers of a code near zero.",
            extra={"names": {"l1": "L1", "kl": "KL divergence"}, "page": "loss/sparsity"},
        ),
    ] = "none"
    sparsity_weight: Annotated[
        float,
        Meta(
            ge=0,
            le=1e6,
            title="Weight of sparsity",
            extra={"when": {"sparsity": _chosen}},
        ),
    ] = 0.01
    activation: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Mean activation",
            description="What each number of the code is to be on average.",
            extra={"when": {"sparsity": "kl"}},
        ),
    ] = 0.05

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Shapes as for every decoder; values and ends that suit the error and the sparsity."""
        found = super().problems(project, data, outputs)
        if self.reconstruction == "bce":
            found += [*range_problems(data), *raw_end_problems(project)]
        if self.noise in ("masking", "salt_and_pepper") and self.strength > 1:
            message = _("a share of {share:g} is more than all values.").format(share=self.strength)
            found.append(Problem("objective.strength", message, _("Choose 0 to 1.")))
        if (
            self.sparsity == "kl"
            and "encoder" in outputs
            and not ends_in(project, "encoder", "sigmoid")
        ):
            message = _("the mean activation is one of numbers from 0 to 1, and the code is not.")
            hint = _("End the encoder with a Sigmoid, or choose the sparsity l1.")
            found.append(Problem(end_of(project, "encoder"), message, hint))
        return found

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`AutoencoderTask`."""
        from engine.compute.tasks.autoencoder import AutoencoderTask

        return AutoencoderTask(context, self)
