"""What is drawn at random, and what a batch says about itself."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class StochasticDepth(nn.Module):
    """In training, sets whole examples to zero and scales the others up so that the mean stays.

    Args:
        p: Probability of zero.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, ...) into the same shape."""
        if not self.training or not self.p:
            return x
        kept = torch.empty(len(x), *[1] * (x.dim() - 1), dtype=x.dtype, device=x.device)
        return x * kept.bernoulli_(1 - self.p) / (1 - self.p)


class GaussianNoise(nn.Module):
    """In training, adds noise to every number.

    Args:
        sd: Standard deviation of the noise.
    """

    def __init__(self, sd: float) -> None:
        super().__init__()
        self.sd = sd

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, ...) into the same shape."""
        return x + self.sd * torch.randn_like(x) if self.training and self.sd else x


class GaussianDropout(nn.Module):
    """In training, multiplies every number by noise around 1, as widely spread as dropout's.

    Args:
        p: The probability of the dropout that spreads as widely.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, ...) into the same shape."""
        if not self.training or not self.p:
            return x
        spread = math.sqrt(self.p / (1 - self.p))
        return x * (1 + spread * torch.randn_like(x))


class Reparameterise(nn.Module):
    """Draws from normal distributions, so that gradients reach their means and variances.

    What enters holds the means and, behind them, the logarithms of the variances. Outside of
    training the means leave. What a loss needs of the distribution can be read after every pass.

    Attributes:
        mean: The means of the last batch, (batch, k, ...); None before.
        log_variance: The logarithms of its variances, of the same shape.
    """

    mean: Tensor | None
    log_variance: Tensor | None

    def __init__(self) -> None:
        super().__init__()
        self.mean = self.log_variance = None

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, 2 k, ...) into (batch, k, ...)."""
        mean, log_variance = self.mean, self.log_variance = x.chunk(2, 1)
        if not self.training:
            return mean
        return mean + (0.5 * log_variance).exp() * torch.randn_like(mean)

    def __getstate__(self) -> dict[str, object]:
        """Leave out the last batch, whose history of gradients cannot be copied."""
        return {**self.__dict__, "mean": None, "log_variance": None}


class MinibatchDeviation(nn.Module):
    """Adds a channel that tells how much the examples of a batch differ.

    Args:
        group: So many examples are compared; a batch that cannot be dealt evenly is one group.
    """

    def __init__(self, group: int) -> None:
        super().__init__()
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, channels, ...) into (batch, channels + 1, ...)."""
        batch = len(x)
        size = self.group if batch % self.group == 0 else batch
        groups = x.reshape(size, batch // size, -1)
        spread = (groups.var(0, correction=0) + 1e-8).sqrt().mean(1)
        told = spread.repeat(size).view(batch, *[1] * (x.dim() - 1))
        return torch.cat((x, told.expand(batch, 1, *x.shape[2:])), 1)
