"""What the two players of an adversarial game minimise in a step, with everything that was chosen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine.adversarial.choices import Choices
from engine.adversarial.penalties.base import Seen, of_each
from engine.adversarial.tricks.base import Judge, Now, Player, Trick
from engine.compute.batches import Batch
from engine.compute.flat import Flat
from engine.compute.judging import GameJudge, View, guesses_of, packed, twice_differentiable
from engine.compute.network import GraphModule

SLOPE = "input_gradient"


class Game:
    """The losses of a step, and what is remembered from one step to the next.

    In a step the discriminator is updated, several times if that was chosen, each time on real examples of
    its own; then the generator, through the discriminator as it is now, on the examples that it drew
    last.

    Args:
        choices: What was chosen.
        networks: Generator and discriminator, by name.
        flats: Their weights.
        device: Where they are.
        draw: Draws so many latents.

    Attributes:
        step: Steps made.
        columns: Names of what :meth:`noted` holds beside the losses and logits.
    """

    def __init__(
        self,
        choices: Choices,
        networks: Mapping[str, GraphModule],
        flats: Mapping[str, Flat],
        device: torch.device,
        draw: Callable[[int], Tensor],
    ) -> None:
        self.step = 0
        self._choices = choices
        self._packed = choices.packed
        self._generator = networks["generator"]
        self._critic = networks["discriminator"]
        self._flats = flats
        self._device = device
        self._draw = draw
        weights = self._weights()
        self._memories = [trick.begin(weights) for trick in choices.tricks]
        self._critic_weights = list(self._critic.parameters())
        self._critic_is_told = self._critic.label is not None
        self._fake: Tensor | None = None
        self._asked: Tensor | None = None
        self._latents: Tensor | None = None
        self._logits: tuple[Tensor, Tensor] | None = None
        self._loss_of_critic = torch.zeros(())
        soft = [penalty for penalty in choices.penalties if penalty.due(0)]
        self._terms = {penalty.metric(): penalty for penalty in soft}
        slopes = any(penalty.slopes for penalty in soft)
        self._held = {name: torch.zeros((), device=device) for name in self._terms}
        if slopes:
            self._held[SLOPE] = torch.zeros((), device=device)
        self._told = [
            (name, memory[key])
            for trick, memory in zip(choices.tricks, self._memories, strict=True)
            for name, key in trick.tells.items()
        ]
        self.columns = (*self._held, *(name for name, _tensor in self._told))
        self._looks = {penalty.looks_at for penalty in soft}
        self._seeing = self._those(Trick.seen)
        self._foreseeing = self._those(Trick.foresee)
        self._aiming = self._those(Trick.goal)
        self._straining = self._those(Trick.strain)
        self._counting = self._those(Trick.counted)
        self._learning = self._those(Trick.after_critic)
        self._ending = self._those(Trick.after_step)
        self._twice = choices.differentiates_twice
        self._always = None if self._seeing or self._critic_is_told else self._judge_of(())

    def _those(self, hook: Callable[..., Any]) -> list[tuple[Trick, Mapping[str, Tensor]]]:
        """The tricks that have something to say at some point, with their memories."""
        return [
            (trick, memory)
            for trick, memory in zip(self._choices.tricks, self._memories, strict=True)
            if getattr(type(trick), hook.__name__) is not hook
        ]

    def _weights(self) -> dict[str, Tensor]:
        return {name: flat.weights for name, flat in self._flats.items()}

    def now(self, memory: Mapping[str, Tensor]) -> Now:
        """This moment, as a trick with such a memory sees it."""
        return Now(self.step, memory)

    # ------------------------------------------------------------------------------- a step

    def critic_loss(self, number: int, batch: Batch) -> Tensor:
        """Return what the discriminator minimises in one of its updates of a step.

        Args:
            number: Which of them, from 0.
            batch: The batches of all of them, one below the other.
        """
        if number:
            self._hold()
        inputs, labels = self._part(number, batch)
        self._deal(inputs, labels, last=number == self._choices.critic_steps - 1)
        assert self._fake is not None
        real, fake = packed(inputs, self._packed), self._fake.detach()
        if "real" in self._looks:
            real = real.detach().requires_grad_()
        if "fake" in self._looks:
            fake.requires_grad_()
        step = self.step * self._choices.critic_steps + number
        with self._kernels():
            loss = self._critic_value(self._judge(), real, fake, step, told=True)
        loss = loss + self._strain("discriminator") if self._straining else loss
        self._loss_of_critic = loss.detach()
        return loss

    def generator_loss(self, batch: Batch) -> Tensor:
        """Return what the generator minimises, on the examples that it drew last."""
        assert self._fake is not None
        self._hold()
        inputs, _labels = self._part(self._choices.critic_steps - 1, batch)
        for weight in self._critic_weights:  # it is looked through, not trained
            weight.requires_grad_(False)
        with self._kernels():
            loss = self._generator_value(packed(inputs, self._packed), self._fake)
        for weight in self._critic_weights:
            weight.requires_grad_(True)
        loss = loss + self._strain("generator") if self._straining else loss
        self._fake = self._latents = self._asked = None
        return loss

    def noted(self, loss: Tensor) -> tuple[Tensor, ...]:
        """Return what a step leaves behind: both losses, logits of both kinds, then :attr:`columns`.

        Args:
            loss: The generator's.
        """
        assert self._logits is not None
        told = [tensor.clone() for _name, tensor in self._told]
        return (self._loss_of_critic, *self._logits, loss.detach(), *self._held.values(), *told)

    def after_step(self) -> None:
        """Let the tricks draw conclusions."""
        for trick, memory in self._ending:
            trick.after_step(self._weights(), self.now(memory))
        self.step += 1

    # ------------------------------------------------------------------------------- the players

    def _critic_value(
        self, judge: GameJudge, real: Tensor, fake: Tensor, step: int, told: bool
    ) -> Tensor:
        """The discriminator's loss with its penalties.

        Args:
            judge: A discriminator.
            real: Real examples, with a gradient where a penalty looks at it.
            fake: Generated ones.
            step: Critic steps made.
            told: Whether this is the discriminator itself, and curves are to show what it says.
        """
        choices = self._choices
        on_real, guessed_real = judge.said(real)
        on_fake, guessed_fake = judge.said(fake)
        loss = choices.loss.discriminator(on_real, on_fake, choices.label)
        if choices.conditioning is not None:
            assert self._asked is not None
            assert self._latents is not None
            extra = choices.conditioning.critic_loss(
                guessed_real, guessed_fake, self._asked, self._latents
            )
            loss = loss if extra is None else loss + extra
        if told:
            self._logits = on_real.detach(), on_fake.detach()
            for trick, memory in self._learning:
                trick.after_critic(on_real, len(on_real) * self._packed, self.now(memory))
        for name, penalty in self._terms.items():
            if penalty.due(step):
                found = penalty.found(judge, Seen(real, on_real), Seen(fake, on_fake))
                loss = loss + penalty.share() * found.value
                if told:
                    self._held[name] = penalty.told() * found.value.detach()
                    if found.slope is not None:
                        self._held[SLOPE] = found.slope.detach()
        return loss

    def _generator_value(self, real: Tensor, fake: Tensor) -> Tensor:
        choices = self._choices
        judge: Judge = self._judge()
        for trick, _memory in self._foreseeing:
            judge = trick.foresee(judge, partial(self._foreseen, real, fake))
        assert isinstance(judge, GameJudge)
        on_fake, guessed = judge.said(fake)
        on_real = judge(real) if choices.loss.needs_real else None
        kept = self._counted(on_fake, on_real) if self._counting else (on_fake, on_real)
        loss = choices.loss.generator(kept[1], kept[0])
        for trick, _memory in self._aiming:
            loss = trick.goal(loss, judge, real, fake)
        if choices.conditioning is not None:
            assert self._asked is not None
            assert self._latents is not None
            extra = choices.conditioning.generator_loss(guessed, self._asked, self._latents)
            loss = loss if extra is None else loss + extra
        return loss

    def _foreseen(self, real: Tensor, fake: Tensor, judge: Judge) -> Tensor:
        """What a judge of the steps ahead minimises."""
        assert isinstance(judge, GameJudge)
        if "real" in self._looks:
            real = real.detach().requires_grad_()
        return self._critic_value(judge, real, fake, 0, told=False)

    def _counted(self, fake: Tensor, real: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Logits of the generated examples that count, and of the real ones beside them."""
        count = len(fake)
        for trick, memory in self._counting:
            count = trick.counted(count, self.now(memory))
        if count == len(fake):
            return fake, real
        best = of_each(fake.detach()).topk(count).indices
        return fake[best], None if real is None else real[best]

    def _strain(self, name: str) -> Tensor:
        network = self._generator if name == "generator" else self._critic
        player = Player(name, dict(network.named_parameters()), self._flats[name].parts)
        total = torch.zeros((), device=self._device)
        for trick, memory in self._straining:
            found = trick.strain(player, self.now(memory))
            total = total if found is None else total + found
        return total

    # ------------------------------------------------------------------------------- what is dealt

    def _part(self, number: int, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """The batch of one of the discriminator's updates: examples and labels."""
        if self._choices.critic_steps == 1:
            return batch.inputs, batch.targets
        size = len(batch.inputs) // self._choices.critic_steps
        chosen = slice(number * size, (number + 1) * size)
        targets = batch.targets
        return batch.inputs[chosen], None if targets is None else targets[chosen]

    def _deal(self, inputs: Tensor, labels: Tensor | None, last: bool) -> None:
        """Let the generator draw; from the last examples of a step it will learn itself."""
        self._latents = self._draw(len(inputs))
        if self._choices.conditioning is not None:
            self._asked = self._choices.conditioning.asked(labels, len(inputs), self._device)
        with contextlib.nullcontext() if last else torch.no_grad():
            drawn = self._generator(self._latents, self._asked)
            self._fake = packed(drawn, self._packed)

    def _judge(self) -> GameJudge:
        if self._always is not None:
            return self._always
        return self._judge_of(
            tuple(partial(_seen, trick, self.now(memory)) for trick, memory in self._seeing)
        )

    def _judge_of(self, views: tuple[View, ...]) -> GameJudge:
        labels = self._asked if self._critic_is_told else None
        return GameJudge(self._critic, views, self._packed, labels, guesses_of(self._critic))

    def _hold(self) -> None:
        for penalty in self._choices.penalties:
            penalty.hold(self._flats["discriminator"].weights)

    def _kernels(self) -> contextlib.AbstractContextManager[None]:
        return twice_differentiable(self._device) if self._twice else contextlib.nullcontext()

    # ------------------------------------------------------------------------------- state

    def tensors(self) -> dict[str, Tensor]:
        """Return what is remembered, by name."""
        tricks = zip(self._choices.tricks, self._memories, strict=True)
        kept = {f"{t.tag()}.{key}": value for t, memory in tricks for key, value in memory.items()}
        return {**{f"held.{name}": value for name, value in self._held.items()}, **kept}

    def load_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to what :meth:`tensors` returned; copies it."""
        for name, value in self.tensors().items():
            value.copy_(tensors[name])


def _seen(trick: Trick, now: Now, examples: Tensor) -> Tensor:
    return trick.seen(examples, now)
