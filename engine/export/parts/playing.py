"""A game of a generator against a discriminator."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.parts.data import answers_of, batches
from engine.export.parts.holding import average_of, fading_share, move, take_in
from engine.export.parts.slopes import of_each


def normal(count: int, size: int) -> Tensor:
    """Return latents from N(0, 1)."""
    return torch.randn(count, size)


def uniform(count: int, size: int) -> Tensor:
    """Return latents that lie evenly between -1 and 1."""
    return torch.rand(count, size).mul_(2).sub_(1)


def sphere(count: int, size: int) -> Tensor:
    """Return latents that lie evenly on the sphere of radius √size."""
    drawn = torch.randn(count, size)
    length: Tensor = drawn.norm(dim=1, keepdim=True).clamp_(min=1e-12)
    return drawn * (math.sqrt(size) / length)


def truncated_normal(count: int, size: int) -> Tensor:
    """Return latents from N(0, 1) between -2 and 2."""
    drawn = torch.randn(count, size)
    ranks = torch.erf(drawn.double() / math.sqrt(2)) * math.erf(2 / math.sqrt(2))
    return (torch.erfinv(ranks) * math.sqrt(2)).to(drawn.dtype)


def drawn(
    generator: nn.Module, real: Tensor, labels: Tensor | None, latents: Callable[[int], Tensor]
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return generated examples, the latents of which they are made, and no class."""
    z = latents(len(real))
    return generator(z), z, None


def drawn_of_class(
    generator: nn.Module, real: Tensor, labels: Tensor | None, latents: Callable[[int], Tensor]
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return generated examples of the classes of real ones, their latents, and the classes."""
    z = latents(len(real))
    return generator(z, labels), z, labels


def drawn_of_code(
    generator: nn.Module,
    real: Tensor,
    labels: Tensor | None,
    latents: Callable[[int], Tensor],
    kinds: int,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return generated examples of codes that are drawn evenly, their latents, and the codes."""
    z, codes = latents(len(real)), torch.randint(kinds, (len(real),))
    return generator(z, codes), z, codes


def made_beside(
    generator: nn.Module, real: Tensor, labels: Tensor | None, channels: int
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return pairs of given images and of what is made of them; nothing is drawn."""
    given = real[:, :channels]
    return torch.cat([given, generator(given)], 1), real.new_empty(len(real), 0), None


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


def play(
    networks: dict[str, nn.Module],
    optimizers: Mapping[str, Any],
    data: Mapping[str, tuple[Tensor, Tensor | None]],
    critic_loss: Callable[..., Tensor],
    generator_loss: Callable[..., Tensor],
    draw: Callable[..., tuple[Tensor, Tensor, Tensor | None]],
    factor: Callable[[int, int], float],
    *,
    steps: int,
    total: int,
    batch_size: int,
    seed: int,
    critic_steps: int = 1,
    compares: bool = False,
    told: bool = False,
    guesses: bool = False,
    paired: bool = False,
    together: int = 1,
    penalties: Sequence[tuple[Callable[..., Tensor], float, int]] = (),
    largest_weight: float | None = None,
    changes: Sequence[Callable[[Tensor, int], Tensor]] = (),
    critic_extras: Sequence[Callable[..., Tensor]] = (),
    real_extras: Sequence[Callable[..., Tensor]] = (),
    generator_extras: Sequence[Callable[..., Tensor]] = (),
    counted: Sequence[Callable[[int, int], int]] = (),
    goals: Sequence[tuple[Callable[..., Tensor], Callable[..., Tensor]]] = (),
    looks: Sequence[Callable[[Tensor, int], None]] = (),
    pasts: Sequence[Any] = (),
    ahead: Sequence[Callable[..., Any]] = (),
    decay: float = 0.0,
    momentum: Callable[[int, int], float] | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    held: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[tuple[float, float]]:
    """Improve the discriminator, then the generator, again and again; return both losses of every step.

    In the end networks hold the average of the generator, where there is one.
    """
    generator, critic = networks["generator"], networks["discriminator"]
    rates = {name: optimizer.param_groups[0]["lr"] for name, optimizer in optimizers.items()}
    average = average_of(generator).eval() if decay else None
    inputs, targets = data["train"]
    losses: list[tuple[float, float]] = []
    epoch = 0

    def judge(examples: Tensor, asked: Tensor | None, ask: Callable[..., Tensor]) -> Tensor:
        if changes:
            examples = examples.reshape(len(examples) * together, -1, *examples.shape[2:])
            for change in changes:
                examples = change(examples, len(losses))
            examples = packed(examples, together)
        return ask(examples, asked) if told else ask(examples)

    def logits(said: Tensor) -> Tensor:
        return said[:, :1] if guesses else said

    def learn(name: str, loss: Tensor) -> float:
        for past in pasts:
            loss = loss + past.strain(name, networks[name])
        loss.backward()  # type: ignore[no-untyped-call]
        move(
            networks[name],
            optimizers[name],
            rates[name] * factor(len(losses), total),
            None if momentum is None else momentum(len(losses), total),
            clip_value,
            clip_norm,
            (held or {}).get(name),
        )
        return loss.item()

    def charge(
        ask: Callable[..., Tensor],
        seen: Tensor,
        made: Tensor,
        asked: Any,
        latents: Tensor,
        turn: int,
    ) -> Tensor:
        """Return what a discriminator, the real one or one of steps ahead, minimises."""
        on_real, on_fake = judge(seen, asked, ask), judge(made, asked, ask)
        for look in looks if ask is critic else ():
            look(logits(on_real), len(on_real) * together)
        loss = critic_loss(logits(on_real), logits(on_fake))
        for extra in real_extras:
            loss = loss + extra(seen, made, on_real, asked, latents)
        for extra in critic_extras:
            loss = loss + extra(seen, made, on_fake, asked, latents)
        for penalty, weight, every in penalties:
            if turn % every == 0:
                shown = (seen, logits(on_real), made, logits(on_fake))
                found = penalty(lambda x: logits(judge(x, asked, ask)), *shown)
                loss = loss + weight * every * found
        return loss

    def challenge(some: Tensor, number: int) -> tuple[Tensor, Tensor, Tensor, Tensor | None, float]:
        """Improve the discriminator once; return both kinds of examples, latents, classes and the loss."""
        real, labels = inputs[some], None if targets is None else targets[some]
        if paired and labels is not None:
            real = torch.cat([real, labels], 1)
        with torch.set_grad_enabled(number == critic_steps - 1):  # from the last ones G learns
            fake, latents, asked = draw(generator, real, labels)
        real, fake = packed(real, together), packed(fake, together)
        seen, made = real.clone(), fake.detach().clone()
        for examples in (seen, made) if penalties else ():
            examples.requires_grad_()
        turn = len(losses) * critic_steps + number
        loss = charge(critic, seen, made, asked, latents, turn)
        value = learn("discriminator", loss)
        if largest_weight is not None:
            for parameter in critic.parameters():
                parameter.detach().clamp_(-largest_weight, largest_weight)
        return real, fake, latents, asked, value

    def answer(real: Tensor, fake: Tensor, latents: Tensor, asked: Tensor | None) -> float:
        """Improve the generator once; return its loss."""
        critic.requires_grad_(False)  # it is looked through, not trained
        ask: Any = critic

        def foreseen(one: Callable[..., Tensor]) -> Tensor:
            seen = real.detach().requires_grad_() if penalties else real  # a leaf of its own
            return charge(one, seen, fake, asked, latents, 0)

        for foresee in ahead:
            ask = foresee(critic, foreseen)
        said = judge(fake, asked, ask)
        on_fake, on_real = logits(said), logits(judge(real, asked, ask)) if compares else None
        for count in counted:
            best = of_each(on_fake.detach()).topk(count(len(on_fake), len(losses))).indices
            on_fake, on_real = on_fake[best], None if on_real is None else on_real[best]
        loss = generator_loss(on_real, on_fake)
        for inside, goal in goals:
            look = partial(inside, critic) if ask is critic else partial(ask.inside, inside)
            loss = goal(loss, lambda x, look=look: judge(x, asked, look), real, fake)
        for extra in generator_extras:
            loss = loss + extra(real, fake, said, asked, latents)
        value = learn("generator", loss)
        critic.requires_grad_(True)
        return value

    while len(losses) < steps:
        for chosen in batches(len(inputs), batch_size * critic_steps, seed, epoch, whole=True):
            size = len(chosen) // critic_steps
            for number in range(critic_steps):
                some = chosen[number * size : (number + 1) * size]
                real, fake, latents, asked, verdict = challenge(some, number)
            losses.append((verdict, answer(real, fake, latents, asked)))
            for past in pasts:
                past.take_in(networks)
            if average is not None:
                take_in(average, generator, fading_share(len(losses), total, decay))
            if len(losses) % max(1, steps // 20) == 0:
                told_losses = "discriminator {:.4g}, generator {:.4g}".format(*losses[-1])
                print(f"step {len(losses)}: {told_losses}")
            if len(losses) == steps:
                break
        epoch += 1
    if average is not None:
        networks["generator"] = average
    return losses


def measure_made(
    generator: nn.Module, inputs: Tensor, targets: Tensor, unit: float
) -> dict[str, float]:
    """Return the mean distance and squared distance of made images from real ones, in the data's own units."""
    generator.eval()
    with torch.no_grad():
        apart = (answers_of(generator, inputs) - targets).double() * unit
    return {"l1": float(apart.abs().mean()), "mse": float(apart.square().mean())}
