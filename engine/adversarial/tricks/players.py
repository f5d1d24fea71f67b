"""Tricks that change what the two players learn from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.tricks.base import Judge, Now, Player, Trick
from projects.errors import did_you_mean
from projects.schema import Network
from projects.translation import gettext as _

if TYPE_CHECKING:
    from torch import Tensor

    from engine.adversarial.base import AdversarialLoss

COUNT = "steps"  # what historical averaging calls the number of weights in its means


class LabelSmoothing(Trick, frozen=True, kw_only=True, tag="label_smoothing"):
    """Real examples are labelled a little less than 1, generated ones stay at 0 (one-sided).

    Keeps the discriminator from being too sure. For losses with labels: the cross-entropies and least
    squares.
    """

    title: ClassVar[str] = "One-sided label smoothing"
    order: ClassVar[int] = 10
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \mathrm{E}\,[f({-}D(x)) + (1 - t)\,D(x)] + \mathrm{E}\,f(D(G(z)))",
        r"f(t) = \ln(1 + e^t)",
        r"\text{best for } D \text{:} \quad \sigma(D(x)) = \frac{t\,p(x)}{p(x) + p_G(x)}",
    )
    use: ClassVar[str] = (
        "Where d_real sticks at 1 with Non-saturating or Least squares. It costs nothing, and R1 "
        "cures the same more thoroughly."
    )
    trouble: ClassVar[str] = (
        "Labels of generated examples stay 0 for a reason: raised, they would make D reward the "
        "generator where there are no data. Below 0.8 D hardly tells the kinds apart. d_real near "
        "the label, not 1, is then perfect."
    )
    source: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.4 (0.9)"
    )

    real: Annotated[
        float, Meta(gt=0.5, lt=1, title="Label of real", description="Of generated ones it is 0.")
    ] = 0.9

    def problem(
        self, loss: AdversarialLoss, networks: Mapping[str, Network]
    ) -> tuple[str, str, str] | None:
        """It is for losses with labels."""
        if loss.smooths:
            return None
        message = _("the loss {loss} has no labels that could be smoothed.").format(loss=loss.title)
        return "", message, _("Take it out, or choose non-saturating or least squares.")

    def label(self) -> float:
        """The smoothed label."""
        return self.real


class FeatureMatching(Trick, frozen=True, kw_only=True, tag="feature_matching"):
    """The generator is to match what the discriminator notices, on average over a batch.

    ``‖E f(x) − E f(G(z))‖²`` with f what leaves a layer inside the discriminator. It takes the place of the
    generator's loss, or is added to it.
    """

    title: ClassVar[str] = "Feature matching"
    order: ClassVar[int] = 40
    formula: ClassVar[tuple[str, ...]] = (
        r"\lambda\,\lVert \mathrm{E}\,f(x) - \mathrm{E}\,f(G(z)) \rVert^2",
    )
    use: ClassVar[str] = (
        "Where the generator chases D in circles: statistics of features move more slowly than "
        "D's verdict. Beside the loss it steadies; instead of it, it suits semi-supervised "
        "classifiers whose samples need not be pretty."
    )
    trouble: ClassVar[str] = (
        "Means alone don't ask for variety or sharpness: alone it gives washed-out samples. Small "
        "batches make the means noisy. A deep layer of few numbers says little; take one with "
        "many."
    )
    source: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.1"
    )

    layer: Annotated[
        str,
        Meta(
            max_length=200,
            title="Layer",
            description="Id of a node of the discriminator; empty: what flows into its last layer with "
            "weights.",
        ),
    ] = ""
    weight: Annotated[float, Meta(gt=0, le=1e6, title="Weight")] = 1.0
    alone: Annotated[
        bool,
        Meta(title="Instead of the loss", description="Or else beside the generator's own loss."),
    ] = True

    def problem(
        self, loss: AdversarialLoss, networks: Mapping[str, Network]
    ) -> tuple[str, str, str] | None:
        """The layer has to be there."""
        nodes = networks["discriminator"].nodes if "discriminator" in networks else {}
        if not self.layer or self.layer in nodes or not nodes:
            return None
        message = _("the discriminator has no layer called “{name}”.").format(name=self.layer)
        return "layer", message, did_you_mean(self.layer, nodes)

    def goal(self, plain: Tensor, judge: Judge, real: Tensor, fake: Tensor) -> Tensor:
        """The distance of the means, with or without the loss so far."""
        wanted = judge.features(real, self.layer).flatten(1).mean(0)
        given = judge.features(fake, self.layer).flatten(1).mean(0)
        distance = self.weight * (wanted.detach() - given).square().sum()
        return distance if self.alone else plain + distance


class Unrolled(Trick, frozen=True, kw_only=True, tag="unrolled"):
    """The generator plays against what the discriminator will be some steps later.

    ``θ ← θ − η ∇L_D(θ)``, k times on the same batch, and the generator's gradient goes through all of it:
    it sees how the discriminator would answer, so hopping from mode to mode gains nothing. The
    discriminator itself stays as it is.
    """

    title: ClassVar[str] = "Unrolled"
    order: ClassVar[int] = 60
    looks_ahead: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\theta_{i+1} = \theta_i - \eta\,\nabla L_D(\theta_i), \quad i = 0, \ldots, k - 1",
        r"\min_G\ L_G(\theta_k(G))",
    )
    use: ClassVar[str] = (
        "On points of the plane and other small networks, to watch mode hopping end. For images "
        "Packing or Relativistic, paired with R1 and R2 does the same at a fraction of the cost."
    )
    trouble: ClassVar[str] = (
        "A step goes through k more updates of D and keeps them all in memory. η too large lets "
        "the imagined discriminator explode, and the generator with it; too small, it sees no "
        "further than the plain game. Lazy penalties don't go with it."
    )
    source: ClassVar[str] = (
        "Metz et al. 2017, Unrolled generative adversarial networks, equations 3 to 7 (k = 5 to 10)"
    )

    steps: Annotated[int, Meta(ge=1, le=50, title="Steps ahead")] = 5
    rate: Annotated[
        float,
        Meta(
            gt=0, le=10, title="Learning rate", description="Of the steps ahead (η), plain descent."
        ),
    ] = 0.1

    def foresee(self, judge: Judge, critic_loss: Callable[[Judge], Tensor]) -> Judge:
        """The judge after so many steps, as a function of the examples that it would learn from."""
        import torch

        weights = judge.parameters()
        ahead = judge.with_parameters(weights)
        for _number in range(self.steps):
            slopes = torch.autograd.grad(
                critic_loss(ahead), list(weights.values()), create_graph=True, allow_unused=True
            )
            weights = {
                name: weight if slope is None else weight - self.rate * slope
                for (name, weight), slope in zip(weights.items(), slopes, strict=True)
            }
            ahead = judge.with_parameters(weights)
        return ahead


class HistoricalAveraging(Trick, frozen=True, kw_only=True, tag="historical_averaging"):
    """Pulls the weights of both players towards the mean of all their past ones.

    Adds ``λ ‖θ − (1/t) Σ θᵢ‖²`` to both losses, which calms players that run in circles.
    """

    title: ClassVar[str] = "Historical averaging"
    order: ClassVar[int] = 70
    formula: ClassVar[tuple[str, ...]] = (
        r"\lambda\,\left\| \theta - \frac{1}{t}\sum_{i=1}^{t} \theta_i \right\|^2",
    )
    use: ClassVar[str] = (
        "Where losses and samples circle and nothing converges, in small games. The average of "
        "the generator (EMA) calms what is shown without touching the game, and is tried first."
    )
    trouble: ClassVar[str] = (
        "The mean remembers the random beginning for ever: a large λ holds both players back "
        "where they started, and losses flatten long before samples are good. It keeps a copy of "
        "all weights."
    )
    source: ClassVar[str] = (
        "Salimans et al. 2016, Improved techniques for training GANs, section 3.3"
    )

    weight: Annotated[float, Meta(gt=0, le=1e6, title="Weight")] = 0.1

    def begin(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The means of the weights after each step, and how many these were."""
        import torch

        device = next(iter(weights.values())).device
        means = {name: torch.zeros_like(values) for name, values in weights.items()}
        return {**means, COUNT: torch.zeros((), device=device)}

    def strain(self, player: Player, now: Now) -> Tensor | None:
        """``λ ‖θ − mean‖²`` of one of the networks; nothing while there is no past."""
        past = player.parts(now.memory[player.name])
        parts = [(own - past[name]).square().sum() for name, own in player.parameters.items()]
        there = now.memory[COUNT].clamp(max=1)
        return self.weight * there * sum(parts[1:], start=parts[0])

    def after_step(self, weights: Mapping[str, Tensor], now: Now) -> None:
        """Take the new weights into the means."""
        count = now.memory[COUNT].add_(1)
        for name, values in weights.items():
            now.memory[name].lerp_(values.detach(), 1 / count)


class TopK(Trick, frozen=True, kw_only=True, tag="top_k"):
    """The generator learns from its best examples alone.

    Of every batch those count that the discriminator finds most real: at first all, then fewer and fewer,
    down to a share.
    """

    title: ClassVar[str] = "Top-k"
    order: ClassVar[int] = 80
    formula: ClassVar[tuple[str, ...]] = (
        r"k = \lceil n\,\max(\gamma^{\lfloor t / m \rfloor}, s) \rceil",
    )
    use: ClassVar[str] = (
        "Late in a training, where most samples are good and some are junk: the junk no longer "
        "pulls the generator to nowhere. n is the batch, t the step, m how often k falls, s the "
        "least share."
    )
    trouble: ClassVar[str] = (
        "Early on D is no judge of quality: a fast decay teaches the generator from chance. "
        "Dropping the worst also drops the rare, so recall may fall while precision rises. With "
        "small batches k is soon one or two."
    )
    source: ClassVar[str] = (
        "Sinha et al. 2020, Top-k training of GANs (γ = 0.99 an epoch, at least half)"
    )

    share: Annotated[
        float,
        Meta(gt=0, le=1, title="At least", description="Share of the batch that always counts."),
    ] = 0.5
    decay: Annotated[
        float, Meta(gt=0, le=1, title="Decay", description="What is left of k every so many steps.")
    ] = 0.99
    every: Annotated[int, Meta(ge=1, le=10**9, title="Every", extra={"unit": "steps"})] = 500

    def counted(self, count: int, now: Now) -> int:
        """``max(γ^⌊t / every⌋, share)`` of the batch, one at least."""
        left = max(self.decay ** (now.step // self.every), self.share)
        return max(1, math.ceil(left * count))


class Truncation(Trick, frozen=True, kw_only=True, tag="truncation"):
    """Samples come from latents near the middle: better ones, and less varied.

    Each number of a latent that is drawn for showing, scoring or handing out lies between −ψ and ψ, as if
    others were drawn again; the training draws as ever. For normal noise.
    """

    title: ClassVar[str] = "Truncated latents"
    order: ClassVar[int] = 95
    formula: ClassVar[tuple[str, ...]] = (
        r"z_j \sim \mathrm{N}(0, 1) \text{ given } |z_j| \leq \psi",
        r"z \leftarrow \Phi^{-1}\!\left(\frac{1}{2} + \left(\Phi(z) - \frac{1}{2}\right)\mathrm{erf}\frac{\psi}{\sqrt{2}}\right)",
    )
    use: ClassVar[str] = (
        "For showing and handing out samples of a finished generator: ψ from 2 (nearly all) down "
        "to 0.5. It changes nothing in the training, so it can be tried at will."
    )
    trouble: ClassVar[str] = (
        "Precision rises and recall falls with smaller ψ, so scores at different ψ don't compare. "
        "A generator that is rough near the middle shows blotches: then raise ψ."
    )
    source: ClassVar[str] = (
        "Brock, Donahue & Simonyan 2019, Large scale GAN training for high fidelity natural image "
        "synthesis, section 3.1"
    )

    threshold: Annotated[
        float, Meta(gt=0, le=10, title="Threshold (ψ)", description="In standard deviations.")
    ] = 1.0

    def problem(
        self, loss: AdversarialLoss, networks: Mapping[str, Network]
    ) -> tuple[str, str, str] | None:
        """It is for normal noise."""
        nodes = networks["generator"].nodes.values() if "generator" in networks else ()
        others = [n for n in nodes if n.type == "noise" and "distribution" in n.params]
        if all(node.params["distribution"] == "normal" for node in others):
            return None
        return "", _("latents of this distribution are not truncated."), _("Choose normal noise.")

    def latents(self, drawn: Tensor, distribution: str) -> Tensor:
        """Turn numbers of N(0, 1) into those of the truncated normal distribution, rank by rank."""
        return truncated(drawn, self.threshold) if distribution == "normal" else drawn


def truncated(drawn: Tensor, threshold: float) -> Tensor:
    """Return numbers of N(0, 1) as such of the normal distribution between −ψ and ψ, rank by rank.

    Args:
        drawn: The numbers.
        threshold: ψ.
    """
    import torch

    ranks = torch.erf(drawn.double() / math.sqrt(2)) * math.erf(threshold / math.sqrt(2))
    return (torch.erfinv(ranks) * math.sqrt(2)).to(drawn.dtype)
