"""What every penalty of discriminators declares; :data:`PENALTIES` is the catalogue of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

from msgspec import Meta

from engine.declare import Catalogue, Declared
from projects.schema import Network

if TYPE_CHECKING:
    from torch import Tensor

    Judge = Callable[[Tensor], Tensor]


class Seen(NamedTuple):
    """Examples that a discriminator has seen in a step.

    Attributes:
        examples: ``(batch, …)``; of kinds that a penalty :attr:`~Penalty.looks_at` with a gradient.
        logits: What it said of them ``(batch, …)``.
    """

    examples: Tensor
    logits: Tensor


class Found(NamedTuple):
    """What a penalty found.

    Attributes:
        value: What is to be added to the discriminator's loss but for the weight, a scalar.
        slope: The mean of ``‖∇D‖`` where it was looked at, a scalar; or None.
    """

    value: Tensor
    slope: Tensor | None = None


class Penalty(Declared, frozen=True, kw_only=True):
    """Base of everything that holds a discriminator back.

    Class attributes:
        looks_at: Whether it takes the slope at the very examples of the step: ``real``, ``fake``.
        slopes: Whether it looks at the slope at single examples, which layers that mix the examples of
            a batch make meaningless.
        bounds: Whether it bounds the slope everywhere or where real and generated examples lie.
    """

    looks_at: ClassVar[Literal["", "real", "fake"]] = ""
    slopes: ClassVar[bool] = False
    bounds: ClassVar[bool] = False

    @classmethod
    def metric(cls) -> str:
        """The name of its curve: ``r1_penalty``."""
        return cls.tag() if cls.tag().endswith("_penalty") else f"{cls.tag()}_penalty"

    @property
    def is_lazy(self) -> bool:
        """Whether it is left out in some steps."""
        return False

    def due(self, step: int) -> bool:
        """Whether :meth:`found` is asked for in the critic step that follows ``step`` of them."""
        return False

    def share(self) -> float:
        """What the found value is multiplied by in the loss."""
        raise NotImplementedError

    def told(self) -> float:
        """What the found value is multiplied by on curves."""
        return self.share()

    def found(self, judge: Judge, real: Seen, fake: Seen) -> Found:
        """Look at the discriminator; the result can be differentiated.

        Args:
            judge: The discriminator: ``(batch, …)`` to logits ``(batch, …)``.
            real: Real examples.
            fake: Generated ones.
        """
        raise NotImplementedError

    def hold(self, weights: Tensor) -> None:
        """Change the discriminator's weights after an update, in place.

        Args:
            weights: All of them ``(elements,)``.
        """

    def drawn(self, network: Network) -> Network:
        """Return the discriminator as it is to be built."""
        return network


class Soft(Penalty, frozen=True, kw_only=True):
    """Base of penalties that are a term of the discriminator's loss.

    Lazy ones are left out in most steps: Karras et al. 2020, *Analyzing and improving the image quality of
    StyleGAN*, appendix B.
    """

    weight: Annotated[
        float, Meta(ge=0, le=1e6, title="Weight", description="What it counts in the loss.")
    ] = 10.0
    every: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            title="Every",
            description="Above 1 it is lazy: computed once in so many updates of the discriminator, with "
            "so many times the weight.",
            extra={"unit": "steps"},
        ),
    ] = 1

    @property
    def is_lazy(self) -> bool:
        """Whether it is left out in some steps."""
        return self.every > 1

    def due(self, step: int) -> bool:
        """In every so manieth step, from the first one on."""
        return step % self.every == 0

    def share(self) -> float:
        """The weight, as many times as there are steps to one that is not left out."""
        return self.weight * self.every

    def told(self) -> float:
        """The weight: what it counts on average."""
        return self.weight


def norms(gradient: Tensor) -> Tensor:
    """Return the norm of every example's gradient ``(batch,)``."""
    import torch

    found: Tensor = torch.linalg.vector_norm(gradient.flatten(1), dim=1)
    return found


def of_each(logits: Tensor) -> Tensor:
    """Return the mean ``(batch,)`` of what a discriminator says of every example.

    A discriminator that judges patches ends in a map of logits, and ``D(x)`` is their mean (Isola et al.
    2017, *Image-to-image translation with conditional adversarial networks*, section 3.2.2).

    Args:
        logits: ``(batch, …)``.
    """
    return logits.flatten() if logits.numel() == len(logits) else logits.flatten(1).mean(1)


def slope_of(logits: Tensor, examples: Tensor) -> Tensor:
    """Return ``∂D/∂x`` at every example, like ``examples``; it can be differentiated once more.

    Args:
        logits: ``D(x)``; of a map of them the mean counts.
        examples: ``x``, which needs a gradient.
    """
    import torch

    return torch.autograd.grad(of_each(logits).sum(), examples, create_graph=True)[0]


PENALTIES: Catalogue[Penalty] = Catalogue("penalty", Penalty, "engine.adversarial.penalties")
