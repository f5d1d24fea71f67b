"""A game of a generator against a discriminator."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.parts.data import answers_of, dealt
from engine.export.parts.holding import Mover, average_of, fading_share, take_in
from engine.export.parts.slopes import of_each


def distance(
    real: Tensor,
    fake: Tensor,
    said: Tensor,
    asked: Any,
    latents: Tensor,
    weight: float,
    channels: int,
) -> Tensor:
    """Return λ E|y − G(x)|, which holds a made image near the real one (Isola et al. 2017)."""
    return weight * (fake[:, channels:] - real[:, channels:]).abs().mean()


def misnamed(
    real: Tensor, fake: Tensor, said: Tensor, asked: Any, latents: Tensor, weight: float
) -> Tensor:
    """Return λ times the cross-entropy of the class that was asked for (Odena et al. 2017)."""
    return weight * functional.cross_entropy(said[:, 1:], asked)


def misread(
    real: Tensor, fake: Tensor, said: Tensor, asked: Any, latents: Tensor, weight: float, kinds: int
) -> Tensor:
    """Return what is not read off an example of the code that it was made of (Chen et al. 2016)."""
    guesses = said[:, 1:]
    loss = functional.cross_entropy(guesses[:, :kinds], asked)
    if numbers := guesses.shape[1] - kinds:
        missed = guesses[:, kinds:] - latents[:, :numbers]
        loss = loss + 0.5 * missed.square().sum(1).mean()
    return weight * loss


def fading_noise(examples: Tensor, step: int, sd: float, steps: int) -> Tensor:
    """Add what noise is left, so that both kinds overlap at first (Sønderby et al. 2017)."""
    left = sd * (1 - step / steps)
    return examples + left * torch.randn_like(examples) if left > 0 else examples


def best_count(count: int, step: int, share: float, decay: float, every: int) -> int:
    """Return how many of the generated examples count, the best ones (Sinha et al. 2020)."""
    return max(1, math.ceil(max(decay ** (step // every), share) * count))


def packed(examples: Tensor, together: int) -> Tensor:
    """Put so many examples at a time together along their first dimension (Lin et al. 2018)."""
    count, first, *rest = examples.shape
    return examples.reshape(count // together, together * first, *rest)


@dataclass
class Game:
    """A game of a generator against a discriminator.

    Attributes:
        networks: ``generator`` and ``discriminator``.
        mover: Moves them by their gradients.
        critic_loss: What the discriminator minimises, by what it says of real and of generated examples.
        generator_loss: What the generator minimises, by the same.
        draw: Returns as many generated examples as there are real ones, their latents, and what was asked for.
        critic_steps: How often the discriminator learns in a step.
        compares: Whether ``generator_loss`` needs what is said of real examples.
        told: Whether the discriminator is told what was asked for.
        guesses: Whether it says behind its logit what it takes that for.
        paired: Whether an example is an input with its target below it.
        together: How many examples are judged as one.
        penalties: Of the discriminator: function, weight, and every how many of its turns it is due.
        largest_weight: Bound of the discriminator's weights; None for none.
        changes: Change examples before they are judged, by the number of the step.
        real_extras: What the discriminator minimises beside, by what it says of real examples.
        critic_extras: The same by what it says of generated ones.
        generator_extras: What the generator minimises beside.
        counted: How many of the generated examples count, by their number and that of the step.
        goals: What looks inside the discriminator, and what the generator minimises by that.
        looks: Told what is said of real examples, and how many those are.
        pasts: Pull the weights of both towards their past ones.
        ahead: Return the discriminator as it will be, against which the generator learns.
        step: Steps that were made.
    """

    networks: dict[str, nn.Module]
    mover: Mover
    critic_loss: Callable[..., Tensor]
    generator_loss: Callable[..., Tensor]
    draw: Callable[..., tuple[Tensor, Tensor, Tensor | None]]
    critic_steps: int = 1
    compares: bool = False
    told: bool = False
    guesses: bool = False
    paired: bool = False
    together: int = 1
    penalties: Sequence[tuple[Callable[..., Tensor], float, int]] = ()
    largest_weight: float | None = None
    changes: Sequence[Callable[[Tensor, int], Tensor]] = ()
    real_extras: Sequence[Callable[..., Tensor]] = ()
    critic_extras: Sequence[Callable[..., Tensor]] = ()
    generator_extras: Sequence[Callable[..., Tensor]] = ()
    counted: Sequence[Callable[[int, int], int]] = ()
    goals: Sequence[tuple[Callable[..., Tensor], Callable[..., Tensor]]] = ()
    looks: Sequence[Callable[[Tensor, int], None]] = ()
    pasts: Sequence[Any] = ()
    ahead: Sequence[Callable[..., Any]] = ()
    step: int = 0

    def make_step(
        self, inputs: Tensor, targets: Tensor | None, chosen: Tensor
    ) -> tuple[float, float]:
        """Improve the discriminator by a part of the chosen examples at a time, then the generator; return both losses."""
        size = len(chosen) // self.critic_steps
        for number in range(self.critic_steps):
            some = chosen[number * size : (number + 1) * size]
            labels = None if targets is None else targets[some]
            real, fake, latents, asked, verdict = self.challenge(inputs[some], labels, number)
        loss = self.answer(real, fake, latents, asked)
        for past in self.pasts:
            past.take_in(self.networks)
        self.step += 1
        return verdict, loss

    def challenge(
        self, real: Tensor, labels: Tensor | None, number: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None, float]:
        """Improve the discriminator once; return both kinds of examples, latents, what was asked for and the loss."""
        critic = self.networks["discriminator"]
        if self.paired and labels is not None:
            real = torch.cat([real, labels], 1)
        with torch.set_grad_enabled(number == self.critic_steps - 1):  # from the last ones G learns
            fake, latents, asked = self.draw(self.networks["generator"], real, labels)
        real, fake = packed(real, self.together), packed(fake, self.together)
        seen, made = real.clone(), fake.detach().clone()
        for examples in (seen, made) if self.penalties else ():
            examples.requires_grad_()
        turn = self.step * self.critic_steps + number
        loss = self.learn("discriminator", self.charge(critic, seen, made, asked, latents, turn))
        if self.largest_weight is not None:
            for parameter in critic.parameters():
                parameter.detach().clamp_(-self.largest_weight, self.largest_weight)
        return real, fake, latents, asked, loss

    def charge(
        self,
        ask: Callable[..., Tensor],
        seen: Tensor,
        made: Tensor,
        asked: Any,
        latents: Tensor,
        turn: int,
    ) -> Tensor:
        """Return what a discriminator, the real one or one of steps ahead, minimises."""
        on_real, on_fake = self.judge(seen, asked, ask), self.judge(made, asked, ask)
        for look in self.looks if ask is self.networks["discriminator"] else ():
            look(self.logits(on_real), len(on_real) * self.together)
        loss = self.critic_loss(self.logits(on_real), self.logits(on_fake))
        for extra in self.real_extras:
            loss = loss + extra(seen, made, on_real, asked, latents)
        for extra in self.critic_extras:
            loss = loss + extra(seen, made, on_fake, asked, latents)
        for penalty, weight, every in self.penalties:
            if turn % every == 0:
                shown = (seen, self.logits(on_real), made, self.logits(on_fake))
                found = penalty(lambda x: self.logits(self.judge(x, asked, ask)), *shown)
                loss = loss + weight * every * found
        return loss

    def answer(self, real: Tensor, fake: Tensor, latents: Tensor, asked: Tensor | None) -> float:
        """Improve the generator once; return its loss."""
        critic = self.networks["discriminator"]
        critic.requires_grad_(False)  # it is looked through, not trained
        ask = self.foreseen(real, fake, latents, asked)
        said = self.judge(fake, asked, ask)
        on_fake = self.logits(said)
        on_real = self.logits(self.judge(real, asked, ask)) if self.compares else None
        for count in self.counted:
            best = of_each(on_fake.detach()).topk(count(len(on_fake), self.step)).indices
            on_fake, on_real = on_fake[best], None if on_real is None else on_real[best]
        loss = self.generator_loss(on_real, on_fake)
        for inside, goal in self.goals:
            look = partial(inside, critic) if ask is critic else partial(ask.inside, inside)
            loss = goal(loss, lambda x, look=look: self.judge(x, asked, look), real, fake)
        for extra in self.generator_extras:
            loss = loss + extra(real, fake, said, asked, latents)
        value = self.learn("generator", loss)
        critic.requires_grad_(True)
        return value

    def foreseen(self, real: Tensor, fake: Tensor, latents: Tensor, asked: Tensor | None) -> Any:
        """Return the discriminator against which the generator learns: as it is, or as it will be."""
        critic: Any = self.networks["discriminator"]

        def charge(one: Callable[..., Tensor]) -> Tensor:
            seen = real.detach().requires_grad_() if self.penalties else real  # a leaf of its own
            return self.charge(one, seen, fake, asked, latents, 0)

        ask = critic
        for foresee in self.ahead:
            ask = foresee(critic, charge)
        return ask

    def judge(self, examples: Tensor, asked: Tensor | None, ask: Callable[..., Tensor]) -> Tensor:
        """Return what a discriminator says of examples, which are changed before."""
        if self.changes:
            examples = examples.reshape(len(examples) * self.together, -1, *examples.shape[2:])
            for change in self.changes:
                examples = change(examples, self.step)
            examples = packed(examples, self.together)
        return ask(examples, asked) if self.told else ask(examples)

    def logits(self, said: Tensor) -> Tensor:
        """Return of what a discriminator says how real it takes examples for."""
        return said[:, :1] if self.guesses else said

    def learn(self, name: str, loss: Tensor) -> float:
        """Move a network by the gradient of its loss; return the loss."""
        for past in self.pasts:
            loss = loss + past.strain(name, self.networks[name])
        loss.backward()  # type: ignore[no-untyped-call]
        self.mover.move(name, self.step)
        return loss.item()


def play(
    game: Game,
    data: Mapping[str, tuple[Tensor, Tensor | None]],
    *,
    steps: int,
    batch_size: int,
    seed: int,
    decay: float = 0.0,
) -> list[tuple[float, float]]:
    """Improve the discriminator, then the generator, again and again; return both losses of every step.

    In the end networks hold the average of the generator, where there is one.
    """
    generator = game.networks["generator"]
    average = average_of(generator).eval() if decay else None
    inputs, targets = data["train"]
    losses: list[tuple[float, float]] = []
    for chosen in dealt(len(inputs), batch_size * game.critic_steps, seed, steps):
        losses.append(game.make_step(inputs, targets, chosen))
        if average is not None:
            take_in(average, generator, fading_share(game.step, game.mover.total, decay))
        if game.step % max(1, steps // 20) == 0:
            told = "discriminator {:.4g}, generator {:.4g}".format(*losses[-1])
            print(f"step {game.step}: {told}")
    if average is not None:
        game.networks["generator"] = average
    return losses


def measure_made(
    generator: nn.Module, inputs: Tensor, targets: Tensor, unit: float
) -> dict[str, float]:
    """Return the mean distance and squared distance of made images from real ones, in the data's own units."""
    generator.eval()
    with torch.no_grad():
        apart = (answers_of(generator, inputs) - targets).double() * unit
    return {"l1": float(apart.abs().mean()), "mse": float(apart.square().mean())}
