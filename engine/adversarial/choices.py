"""Everything that is chosen for one adversarial game, made from its plugs."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from engine.adversarial.base import ADVERSARIAL, AdversarialLoss
from engine.adversarial.conditioning.base import CONDITIONING, Conditioning
from engine.adversarial.penalties.base import PENALTIES, Penalty
from engine.adversarial.tricks.base import TRICKS, Trick
from projects.schema import Network, Plug


class Choices(NamedTuple):
    """One adversarial game.

    Attributes:
        loss: What the two players minimise.
        penalties: What holds the discriminator back.
        tricks: What differs from the plain game.
        conditioning: What the generator is asked for, if anything.
        critic_steps: Updates of the discriminator in a step.
    """

    loss: AdversarialLoss
    penalties: tuple[Penalty, ...] = ()
    tricks: tuple[Trick, ...] = ()
    conditioning: Conditioning | None = None
    critic_steps: int = 1

    @property
    def packed(self) -> int:
        """How many examples the discriminator sees at once."""
        count = 1
        for trick in self.tricks:
            count *= trick.packed()
        return count

    @property
    def label(self) -> float:
        """What real examples are labelled with."""
        return min((trick.label() for trick in self.tricks), default=1.0)

    def drawn(self, discriminator: Network) -> Network:
        """Return the discriminator as it is to be built."""
        for penalty in self.penalties:
            discriminator = penalty.drawn(discriminator)
        return discriminator

    @property
    def differentiates_twice(self) -> bool:
        """Whether a gradient is differentiated once more."""
        return any(p.slopes for p in self.penalties) or any(t.looks_ahead for t in self.tricks)


class Chosen(Protocol):
    """An objective whose networks play against each other; see :mod:`engine.objectives.game_fields`."""

    @property
    def loss(self) -> Plug:
        """What the two players minimise."""

    @property
    def penalties(self) -> tuple[Plug, ...]:
        """What holds the discriminator back."""

    @property
    def tricks(self) -> tuple[Plug, ...]:
        """What differs from the plain game."""

    @property
    def critic_steps(self) -> int:
        """Updates of the discriminator in a step."""


def choices_of(game: Chosen, asked: Plug | None = None) -> Choices:
    """Return what an objective says.

    Args:
        game: The objective.
        asked: What the generator is asked for, if anything.

    Raises:
        ProjectError: A plug is wrong; names the place.
    """
    return Choices(
        ADVERSARIAL.make_plug(game.loss, "objective.loss"),
        tuple(
            PENALTIES.make_plug(plug, f"objective.penalties.{i}")
            for i, plug in enumerate(game.penalties)
        ),
        tuple(
            TRICKS.make_plug(plug, f"objective.tricks.{i}") for i, plug in enumerate(game.tricks)
        ),
        None if asked is None else CONDITIONING.make_plug(asked, "objective.conditioning"),
        game.critic_steps,
    )
