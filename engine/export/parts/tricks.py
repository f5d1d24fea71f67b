"""Tricks that make a game of two networks steadier; images are ``(batch, channels, height, width)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.parts.augmenting import flip_horizontal, random_crop
from engine.export.parts.slopes import of_each, one_each


def brightness(images: Tensor) -> Tensor:
    """Add up to ± 0.5."""
    return images + (one_each(images) - 0.5)


def saturation(images: Tensor) -> Tensor:
    """Take the distance from grey 0 to 2 times."""
    grey = images.mean(1, keepdim=True)
    return (images - grey) * (2 * one_each(images)) + grey


def contrast(images: Tensor) -> Tensor:
    """Take the distance from the image's mean 0.5 to 1.5 times."""
    mean = images.mean((1, 2, 3), keepdim=True)
    return (images - mean) * (one_each(images) + 0.5) + mean


def mirrored(images: Tensor) -> Tensor:
    """Mirror half of them left to right."""
    return torch.where(one_each(images) < 0.5, images.flip(3), images)


def turned(images: Tensor) -> Tensor:
    """Turn square ones by a quarter as often as chance has it, others by a half or not."""
    turns = torch.randint(4, (len(images), 1, 1, 1))
    half = torch.where(turns % 2 == 1, images.flip(2, 3), images)
    if images.shape[2] != images.shape[3]:
        return half
    return torch.where(turns // 2 == 1, half.transpose(2, 3).flip(2), half)


def shifted(images: Tensor) -> Tensor:
    """Shift by up to an eighth of the sides; what comes in is black."""
    batch, _channels, height, width = images.shape
    tall, wide = int(height * 0.125 + 0.5), int(width * 0.125 + 0.5)
    bordered = functional.pad(images, (wide, wide, tall, tall))
    down, right = (torch.randint(2 * most + 1, (batch, 1)) for most in (tall, wide))
    rows, columns = down + torch.arange(height), right + torch.arange(width)
    everyone = torch.arange(batch)[:, None, None]
    return bordered[everyone, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def outside(batch: int, side: int) -> Tensor:
    """Return for each image the places (batch, side) that a random stretch of half the side leaves out."""
    length = int(side * 0.5 + 0.5)
    places = torch.arange(side)
    start = torch.randint(side + (1 - length % 2), (batch, 1)) - length // 2
    return (places < start) | (places >= start + length)


def cut_out(images: Tensor) -> Tensor:
    """Blacken a rectangle of half the sides, which may reach beyond the edge."""
    batch, _channels, height, width = images.shape
    rows, columns = outside(batch, height), outside(batch, width)
    return images * (rows[:, None, :, None] | columns[:, None, None, :])


def augmented(images: Tensor, step: int, color: bool, translation: bool, cutout: bool) -> Tensor:
    """Change every image by its own numbers, in ways that a gradient flows through (Zhao et al. 2020)."""
    if color:
        images = contrast(saturation(brightness(images)))
    if translation:
        images = shifted(images)
    return cut_out(images) if cutout else images


class Adaptive:
    """Augments as often as the discriminator learns its examples by heart (Karras et al. 2020)."""

    def __init__(self, target: float, speed: float) -> None:
        self._target, self._speed = target, speed
        self._signs: list[Tensor] = []
        self.p = torch.zeros(())

    def change(self, images: Tensor, step: int) -> Tensor:
        """Make each change of each image with the probability p."""
        for one in (mirrored, turned, shifted, brightness, contrast):
            images = torch.where(one_each(images) < self.p, one(images), images)
        return images

    def look(self, real: Tensor, count: int) -> None:
        """Move p after every four looks at what was said of so many real examples."""
        self._signs.append(real.detach().sign().mean())
        if len(self._signs) == 4:
            excess = sum(self._signs, start=torch.zeros(())) / 4 - self._target
            self.p = (self.p + excess.sign() * (4 * count / (1000 * self._speed))).clamp(0, 1)
            self._signs = []


def matched(
    loss: Tensor,
    look: Callable[[Tensor], Tensor],
    real: Tensor,
    fake: Tensor,
    weight: float,
    alone: bool,
) -> Tensor:
    """Return λ‖E f(x) − E f(G(z))‖², f inside the discriminator; beside the loss, or alone (Salimans et al. 2016).

    Args:
        loss: What the generator minimises else, a single number.
        look: Returns f of examples: what leaves a layer, ``(batch, …)``.
        real: Real examples, ``(batch, …)``.
        fake: Generated ones, each of the same shape.
        weight: λ.
        alone: Whether this stands in place of the loss.

    Returns:
        A single number.
    """
    wanted, given = look(real).flatten(1).mean(0), look(fake).flatten(1).mean(0)
    distance = weight * (wanted.detach() - given).square().sum()
    return distance if alone else loss + distance


class Past:
    """Pulls the weights of both players towards the means of their past ones (Salimans et al. 2016).

    Args:
        networks: The players by name; the means have the shapes of their weights.
        weight: λ, how strong the pull is.
    """

    def __init__(self, networks: Mapping[str, nn.Module], weight: float) -> None:
        self._weight, self._count = weight, 0
        self._means = {
            name: [torch.zeros_like(w) for w in network.parameters()]
            for name, network in networks.items()
        }

    def strain(self, name: str, network: nn.Module) -> Tensor:
        """Return λ‖θ − mean‖² of a network, a single number; 0 while there is no past."""
        pairs = zip(network.parameters(), self._means[name], strict=True)
        parts = [(own - past).square().sum() for own, past in pairs]
        return self._weight * min(self._count, 1) * sum(parts[1:], start=parts[0])

    def take_in(self, networks: Mapping[str, nn.Module]) -> None:
        """Take the weights after a step into the means."""
        self._count += 1
        for name, network in networks.items():
            for past, own in zip(self._means[name], network.parameters(), strict=True):
                past.lerp_(own.detach(), 1 / self._count)


class Inside(nn.Module):
    """Calls a function of a network, so that the network's weights can be others for the call."""

    def __init__(self, network: nn.Module, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.network, self._function = network, function

    def forward(self, *given: Tensor) -> Tensor:
        """Return what the function does."""
        return self._function(self.network, *given)


class Ahead:
    """A discriminator with other weights; nothing that it does changes the discriminator.

    Args:
        critic: The discriminator, of whose buffers this has copies.
        weights: What stands in place of its weights, by their names and of their shapes.
    """

    def __init__(self, critic: nn.Module, weights: Mapping[str, Tensor]) -> None:
        self._critic, self.weights = critic, weights
        self._state = {name: buffer.clone() for name, buffer in critic.named_buffers()}
        self._state.update(weights)

    def __call__(self, *given: Tensor) -> Tensor:
        """Return what it says, ``(batch, …)``, of examples and, if it is told them, of their classes."""
        said: Tensor = torch.func.functional_call(self._critic, self._state, given)
        return said

    def inside(self, function: Callable[..., Tensor], *given: Tensor) -> Tensor:
        """Return what a function of the network and of what is given finds inside of it, ``(batch, …)``."""
        state = {f"network.{name}": value for name, value in self._state.items()}
        inner = Inside(self._critic, function)
        found: Tensor = torch.func.functional_call(inner, state, given)
        return found


def unrolled(
    critic: nn.Module, charge: Callable[[Ahead], Tensor], steps: int, rate: float
) -> Ahead:
    """Return what the discriminator will be so many steps of plain descent later (Metz et al. 2017)."""
    weights = {n: w.detach().clone().requires_grad_() for n, w in critic.named_parameters()}
    ahead = Ahead(critic, weights)
    for _number in range(steps):
        slopes = torch.autograd.grad(
            charge(ahead), list(ahead.weights.values()), create_graph=True, allow_unused=True
        )
        moved = {
            name: weight if slope is None else weight - rate * slope
            for (name, weight), slope in zip(ahead.weights.items(), slopes, strict=True)
        }
        ahead = Ahead(critic, moved)
    return ahead


def inconsistency(
    judge: Callable[[Tensor], Tensor],
    real: Tensor,
    on_real: Tensor,
    fake: Tensor,
    on_fake: Tensor,
    shift: int = 4,
    flip: bool = True,
    noise: float = 0.05,
) -> Tensor:
    """Return E(D(x) − D(T(x)))²: the same example, slightly moved, is to be judged alike (Zhang et al. 2020).

    Args:
        judge: Returns D of examples: ``(batch, 1)``, or a map ``(batch, 1, height, width)`` whose mean counts.
        real: Real examples; images ``(batch, channels, height, width)`` are moved, to all others noise is added.
        on_real: D of them.
        fake: Generated examples, which are not looked at.
        on_fake: D of those, which is not looked at either.
        shift: By how many pixels an image is moved at most, up or down and sideways.
        flip: Whether images are mirrored left to right, each with probability ½.
        noise: Standard deviation of the noise, in units of the examples.

    Returns:
        A single number.
    """
    examples = real.detach()
    if examples.ndim != 4:
        changed = examples + noise * torch.randn_like(examples)
    else:
        changed = random_crop(examples, 0.0, shift) if shift else examples
        changed = flip_horizontal(changed, 0.0) if flip else changed
    return (of_each(on_real) - of_each(judge(changed))).square().mean()
