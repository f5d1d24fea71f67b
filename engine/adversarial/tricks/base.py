"""What every trick of adversarial training declares; :data:`TRICKS` is the catalogue of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from engine.declare import Catalogue, Declared
from projects.schema import Network

if TYPE_CHECKING:
    from torch import Tensor

    from engine.adversarial.base import AdversarialLoss


@dataclass(frozen=True)
class Now:
    """A moment of the game.

    Attributes:
        step: Steps made before this one.
        memory: What the trick remembers; it writes into these tensors.
    """

    step: int
    memory: Mapping[str, Tensor]


class Player(NamedTuple):
    """One of the two networks.

    Attributes:
        name: Its name.
        parameters: Its weights by name, as a loss depends on them.
        parts: Cuts a tensor of all weights ``(elements,)`` into such by name.
    """

    name: str
    parameters: Mapping[str, Tensor]
    parts: Callable[[Tensor], Mapping[str, Tensor]]


class Judge(Protocol):
    """A discriminator with everything that stands before it."""

    def __call__(self, examples: Tensor) -> Tensor:
        """Return what it says of examples: logits ``(batch, 1)``."""

    def features(self, examples: Tensor, node: str) -> Tensor:
        """Return what leaves one of its nodes; of none, what flows into its last layer with weights."""

    def parameters(self) -> dict[str, Tensor]:
        """Return its weights by name."""

    def with_parameters(self, weights: Mapping[str, Tensor]) -> Judge:
        """Return the same judge with other weights; nothing that it does changes the discriminator."""


class Trick(Declared, frozen=True, kw_only=True):
    """Base of every trick: it says how a step differs from the plain one.

    Everything here is what the plain game does. Whatever decides how a trick goes on is in the tensors
    that :meth:`begin` makes, which checkpoints keep, and in the number of the step.

    Class attributes:
        images: Whether it needs images.
        looks_ahead: Whether it goes through updates of the discriminator.
        tells: What of its memory is worth a curve: by name of the metric the name of the tensor.
    """

    images: ClassVar[bool] = False
    looks_ahead: ClassVar[bool] = False
    tells: ClassVar[Mapping[str, str]] = {}

    def begin(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return what it remembers before the first step, by name.

        What is made of all weights of a network has the network's name: it lies in memory as they do.

        Args:
            weights: By network all of its weights ``(elements,)``.
        """
        return {}

    def label(self) -> float:
        """What real examples are labelled with; generated ones with 0."""
        return 1.0

    def packed(self) -> int:
        """How many examples the discriminator sees at once."""
        return 1

    def seen(self, examples: Tensor, now: Now) -> Tensor:
        """Return examples as the discriminator is to see them; it can be differentiated."""
        return examples

    def counted(self, count: int, now: Now) -> int:
        """Of how many of so many generated examples, the best ones, the generator learns."""
        return count

    def foresee(self, judge: Judge, critic_loss: Callable[[Judge], Tensor]) -> Judge:
        """Return the judge that the generator plays against.

        Args:
            judge: The discriminator as it is.
            critic_loss: What a judge would minimise in this step.
        """
        return judge

    def goal(self, plain: Tensor, judge: Judge, real: Tensor, fake: Tensor) -> Tensor:
        """Return what the generator minimises.

        Args:
            plain: The loss so far.
            judge: Whom it plays against.
            real: Real examples.
            fake: Its own.
        """
        return plain

    def strain(self, player: Player, now: Now) -> Tensor | None:
        """Return what is to be added to the loss of one of the networks, or None."""
        return None

    def after_critic(self, real: Tensor, count: int, now: Now) -> None:
        """Draw conclusions from an update of the discriminator, in place.

        Args:
            real: What it said of real examples, or of packs of them.
            count: Of how many examples.
            now: The step.
        """

    def after_step(self, weights: Mapping[str, Tensor], now: Now) -> None:
        """Draw conclusions from a step, in place.

        Args:
            weights: By network all of its weights ``(elements,)``.
            now: The step, which has been made.
        """

    def problem(
        self, loss: AdversarialLoss, networks: Mapping[str, Network]
    ) -> tuple[str, str, str] | None:
        """Say why it does not go with the rest: the setting that it is about, the sentence, what to do.

        Args:
            loss: What the players minimise.
            networks: Generator and discriminator, blocks unfolded; those that are there.
        """
        return None

    def latents(self, drawn: Tensor, distribution: str) -> Tensor:
        """Return latents for samples that are shown or handed out; trainings draw without this."""
        return drawn


TRICKS: Catalogue[Trick] = Catalogue("trick", Trick, "engine.adversarial.tricks")
