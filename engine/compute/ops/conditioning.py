"""Scales and shifts of channels that something else decides."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ConditionalNorm(nn.Module):
    """A norm whose scale and shift of every channel depend on a condition.

    Args:
        norm: Normalises (batch, channels, ...) without weights of its own.
        maps: Turns the condition into twice as many numbers as there are channels; one for indices
            starts with a scale of 1 and a shift of 0.
    """

    def __init__(self, norm: nn.Module, maps: nn.Module) -> None:
        super().__init__()
        self.norm = norm
        self.maps = maps
        if isinstance(maps, nn.Embedding):
            nn.init.zeros_(maps.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Turn (batch, channels, ...) and one condition for each example into the first's shape."""
        known = self.maps(condition).flatten(1)
        scale, shift = known.view(*known.shape, *[1] * (x.dim() - 2)).chunk(2, 1)
        result: Tensor = self.norm(x) * (1 + scale) + shift
        return result


class FiLM(nn.Module):
    """Scales and shifts every channel by what a condition says.

    Args:
        condition: Numbers of the condition.
        channels: Channels that are scaled and shifted.
        last: Whether the channels are the last dimension, not the first behind the batch.
    """

    def __init__(self, condition: int, channels: int, last: bool) -> None:
        super().__init__()
        self.last = last
        self.maps = nn.Linear(condition, 2 * channels)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Turn (batch, channels, ...) or (batch, ..., channels), with (batch, condition), into the same."""
        known = self.maps(condition)
        ones = [1] * (x.dim() - 2)
        sizes = (*ones, known.shape[1]) if self.last else (known.shape[1], *ones)
        scale, shift = known.view(len(known), *sizes).chunk(2, -1 if self.last else 1)
        result: Tensor = x * (1 + scale) + shift
        return result


class OneHot(nn.Module):
    """Turns every index into a vector of zeros with a one at its place.

    Args:
        classes: How many indices there are.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, ...) into (batch, ..., classes)."""
        return nn.functional.one_hot(x, self.classes).to(torch.get_default_dtype())


class Projection(nn.Module):
    """One number for an example and what it is said to be: a linear map, and how well the two agree.

    Args:
        judge: Turns an example's numbers into one.
        embed: Turns what it is said to be into as many numbers as an example has.
    """

    def __init__(self, judge: nn.Module, embed: nn.Module) -> None:
        super().__init__()
        self.judge = judge
        self.embed = embed

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        """Turn (batch, features) and one label for each into (batch, 1)."""
        agreement = (x * self.embed(label).flatten(1)).sum(1, keepdim=True)
        result: Tensor = self.judge(x) + agreement
        return result


class SqueezeExcite(nn.Module):
    """Scales every channel by what the means of all channels say.

    Args:
        channels: How many there are.
        hidden: Units between the means and the scales.
    """

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, channels, ...) into the same shape."""
        means = x.flatten(2).mean(2)
        scale = torch.sigmoid(self.excite(torch.relu(self.squeeze(means))))
        return x * scale.view(*scale.shape, *[1] * (x.dim() - 2))
