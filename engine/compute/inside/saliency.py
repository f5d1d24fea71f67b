"""How much every part of an example counts for a score: the formulas.

What is asked about is a function of examples, so that nothing here knows networks or runs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.runs.stages import Tell
from projects.translation import gettext as _

PORTION = 64
Score = Callable[[Tensor], Tensor]


def gradient(score: Score, x: Tensor) -> Tensor:
    """Return the gradient of a score at an example (Simonyan et al. 2014, section 3).

    Args:
        score: What is asked about ``(n,)``, of examples ``(n, …)``.
        x: The example ``(1, …)``, and so is what is returned.
    """
    with torch.enable_grad():
        at = x.detach().clone().requires_grad_()
        (found,) = torch.autograd.grad(score(at).sum(), at, allow_unused=True)
    return torch.zeros_like(x) if found is None else found


def smooth_grad(
    score: Score, x: Tensor, copies: int, noise: float, seed: int, tell: Tell
) -> Tensor:
    """Return the mean gradient over noisy copies of an example (Smilkov et al. 2017).

    Args:
        score: As in :func:`gradient`.
        x: The example ``(1, …)``.
        copies: How many.
        noise: Standard deviation, by the range of the example.
        seed: What the noise follows from.
        tell: Told how far it is.
    """
    generator = torch.Generator().manual_seed(seed)
    deviation = noise * float(x.max() - x.min())
    total = torch.zeros_like(x)
    for start in range(0, copies, PORTION):
        tell(_("looking at noisy copies"), start / copies)
        count = min(PORTION, copies - start)
        noisy = x + deviation * torch.randn(count, *x.shape[1:], generator=generator)
        total += gradient(score, noisy).sum(0, keepdim=True)
    return total / copies


def integrated_gradients(score: Score, x: Tensor, steps: int, tell: Tell) -> Tensor:
    """Return the gradient over the way from nothing to an example, times that way (Sundararajan et al. 2017).

    The integral is taken by the rule of Gauss and Legendre. Its sum is what the score gains on the way.

    Args:
        score: As in :func:`gradient`.
        x: The example ``(1, …)``; nothing is 0.
        steps: Places on the way.
        tell: Told how far it is.
    """
    places, weights = np.polynomial.legendre.leggauss(steps)
    shares = torch.tensor((places + 1) / 2, dtype=x.dtype).view(-1, *[1] * (x.ndim - 1))
    parts = torch.tensor(weights / 2, dtype=x.dtype).view(-1, *[1] * (x.ndim - 1))
    total = torch.zeros_like(x)
    for start in range(0, steps, PORTION):
        tell(_("going from nothing to the example"), start / steps)
        some = slice(start, start + PORTION)
        total += (parts[some] * gradient(score, shares[some] * x)).sum(0, keepdim=True)
    return x * total


def occlusion(
    score: Score, x: Tensor, window: tuple[int, ...], stride: tuple[int, ...], tell: Tell
) -> Tensor:
    """Return how much a score falls where a window is put to 0, at every place the mean of its windows.

    Source: Zeiler & Fergus 2014, section 4.2.

    Args:
        score: As in :func:`gradient`.
        x: The example ``(1, channels, …)``; windows go through all channels. A vector ``(1, n)`` has none.
        window: Size of the window in every dimension after that of the channels, of a vector its one.
        stride: Steps between windows.
        tell: Told how far it is.

    Returns:
        ``(1, …)`` without the channels.
    """
    sizes = x.shape[-len(window) :]
    starts = [
        [*range(0, max(size - wide, 0), step), max(size - wide, 0)]
        for size, wide, step in zip(sizes, window, stride, strict=True)
    ]
    corners = torch.cartesian_prod(*(torch.tensor(side) for side in starts)).reshape(-1, len(sizes))
    total, count = torch.zeros(sizes), torch.zeros(sizes)
    with torch.no_grad():
        whole = score(x)
        for start in range(0, len(corners), PORTION):
            tell(_("covering parts of the example"), start / len(corners))
            few = corners[start : start + PORTION].tolist()
            some = torch.zeros(len(few), *sizes)
            for mask, corner in zip(some, few, strict=True):
                mask[tuple(slice(a, a + wide) for a, wide in zip(corner, window, strict=True))] = 1
            channels = some[:, None] if x.ndim > some.ndim else some
            falls = whole - score(x * (1 - channels))
            total += (falls.view(-1, *[1] * len(sizes)) * some).sum(0)
            count += some.sum(0)
    return (total / count.clamp(min=1))[None]


def grad_cam(maps: Tensor, gradients: Tensor, size: tuple[int, int]) -> Tensor:
    """Return where a layer's channels speak for a score: ``ReLU(Σ_k mean(∂s/∂A_k) A_k)``.

    Source: Selvaraju et al. 2017, equations 1 and 2.

    Args:
        maps: What leaves the layer ``(1, channels, h, w)``.
        gradients: Those of the score, of the same shape.
        size: Height and width of what is returned, ``(1, height, width)``.
    """
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    found = (weights * maps).sum(1, keepdim=True).relu()
    return functional.interpolate(found, size, mode="bilinear", align_corners=False)[:, 0]


def hires_cam(maps: Tensor, gradients: Tensor, size: tuple[int, int]) -> Tensor:
    """Return how much every place of a layer counts for a score: ``Σ_k ∂s/∂A_k ⊙ A_k``.

    Source: Draelos & Carin 2020, equation 5. Each place has a gradient of its own; behind one linear layer all of it
    is the score without its bias.

    Args:
        maps: As in :func:`grad_cam`.
        gradients: As in :func:`grad_cam`.
        size: Height and width of what is returned, ``(1, height, width)``.
    """
    found = (gradients * maps).sum(1, keepdim=True)
    return functional.interpolate(found, size, mode="bilinear", align_corners=False)[:, 0]
