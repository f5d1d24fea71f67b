"""What nearest neighbours say of two sets of features: precision, recall, density, coverage, copies.

Every set is a tensor ``(examples, features)`` in float64; distances are Euclidean and squared.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from engine.compute.batches import rows

EXACT = 1e-12  # of the squared lengths: below it two examples are the same one
ROWS_AT_ONCE = 1024
AROUND = 50  # neighbours that say how dense a place is


def squared_distances(one: Tensor, other: Tensor) -> Tensor:
    """Return squared distances ``(n, m)`` between two sets; those of equal examples are exactly 0."""
    centre = other.mean(dim=0)
    a, b = one - centre, other - centre
    lengths = a.square().sum(dim=1)[:, None] + b.square().sum(dim=1)
    distances = torch.addmm(lengths, a, b.T, alpha=-2)
    return distances.masked_fill_(distances <= EXACT * lengths, 0)


def radii(within: Tensor, k: int) -> Tensor:
    """Return the squared distance ``(n,)`` of every example to its ``k``-th nearest other one.

    Args:
        within: Squared distances ``(n, n)`` of a set to itself.
        k: Which neighbour; the farthest one where there are not so many. NaN where there is none.
    """
    count = len(within)
    if count < 2:
        return torch.full((count,), math.nan, dtype=torch.float64)
    others = within.clone().fill_diagonal_(math.inf)
    return others.topk(min(k, count - 1), dim=1, largest=False).values[:, -1]


def precision_recall(
    across: Tensor, drawn_radii: Tensor, real_radii: Tensor
) -> tuple[float, float]:
    """Return the shares of drawn examples near real ones and of real examples near drawn ones.

    Near means within the ball around an example that reaches its k-th nearest neighbour in its own
    set. Kynkäänniemi et al. 2019, *Improved precision and recall metric for assessing generative
    models*, equations 1 and 2; k = 3 there.

    Args:
        across: Squared distances ``(drawn, real)``.
        drawn_radii: :func:`radii` of the drawn examples.
        real_radii: :func:`radii` of the real ones.
    """
    precision = (across <= real_radii).any(dim=1).double().mean()
    recall = (across <= drawn_radii[:, None]).any(dim=0).double().mean()
    return float(precision), float(recall)


def density_coverage(across: Tensor, real_radii: Tensor, k: int) -> tuple[float, float]:
    """Return how many balls of real examples a drawn one lies in, by ``k``, and the share of balls met.

    ``density = 1/(k·M) Σ_j Σ_i 1[y_j ∈ B(x_i)]`` for M drawn ``y``, around 1 for a perfect model and
    above 1 where samples crowd; ``coverage = 1/N Σ_i 1[∃ j: y_j ∈ B(x_i)]`` for N real ``x``. Naeem et
    al. 2020, *Reliable fidelity and diversity metrics for generative models*, equations 3 and 4; k = 5
    there.

    Args:
        across: Squared distances ``(drawn, real)``.
        real_radii: :func:`radii` of the real examples.
        k: The neighbour that the radii reach to.
    """
    inside = across <= real_radii
    density = inside.sum().double() / (k * max(1, len(across)))
    return float(density), float(inside.any(dim=0).double().mean())


def spread(within: Tensor) -> float:
    """Return the mean distance between two different examples; NaN where there are not two.

    Args:
        within: Squared distances ``(n, n)`` of a set to itself.
    """
    count = len(within)
    if count < 2:
        return math.nan
    return float(within.sqrt().sum() / (count * (count - 1)))


class Nearest(NamedTuple):
    """What is nearest to some examples.

    Attributes:
        which: Its place, for each of them, ``(n,)``.
        distances: How far it is (not squared), ``(n,)``.
        shares: That by the mean distance of the :data:`AROUND` nearest ones, ``(n,)``: 0 of a copy, whether it lies
            where examples are dense or where they are sparse.
    """

    which: Tensor
    distances: Tensor
    shares: Tensor


def nearest(examples: Tensor, among: Tensor) -> Nearest:
    """Return which of ``among`` is nearest to each example, and how far it is."""
    centre = among.mean(dim=0)
    b = among - centre
    lengths = b.square().sum(dim=1)
    # The length of an example itself is the same for all that it could be nearest to.
    found = [_nearest(some, among, lengths, b, centre) for some in rows(examples, ROWS_AT_ONCE)]
    return Nearest(*(torch.cat(parts) for parts in zip(*found, strict=True)))


def _nearest(
    examples: Tensor, among: Tensor, lengths: Tensor, centred: Tensor, centre: Tensor
) -> Nearest:
    apart = torch.addmm(lengths, examples - centre, centred.T, alpha=-2)
    around = apart.topk(min(AROUND, len(among)), dim=1, largest=False).indices
    distances = (
        (examples[:, None] - among[around]).square().sum(dim=2).sqrt()
    )  # exact: copies are at 0
    best = distances.argmin(dim=1, keepdim=True)
    least = distances.gather(1, best)[:, 0]
    shares = least / distances.mean(dim=1).clamp_min(torch.finfo(least.dtype).tiny)
    return Nearest(around.gather(1, best)[:, 0], least, shares)


def copying(drawn: Nearest, held_out: Nearest) -> float:
    """Return how near drawn examples are to single training examples, by how near held-out ones are.

    About 1: a sample lies among the training examples as new data do. Near 0: it lies on one of them. Distances
    are taken by those to the training examples around: else samples that are only too sure, at the dense middle of
    a kind, would pass for copies. Medians of what Carlini et al. 2023, *Extracting training data from diffusion
    models*, find copies by (n = 50), compared with held-out examples as Meehan et al. 2020, *A
    non-parametric test to detect data-copying in generative models*, compare distances. NaN where held-out examples
    are copies themselves, or there are none.

    Args:
        drawn: What is nearest to drawn examples among the training examples.
        held_out: The same of held-out ones.
    """
    usual = float(held_out.shares.median()) if len(held_out.shares) else 0.0
    return float(drawn.shares.median()) / usual if usual > 0 and len(drawn.shares) else math.nan
