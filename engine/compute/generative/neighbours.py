"""What nearest neighbours say of two sets of features: precision, recall, density, coverage, copies.

Every set is a tensor ``(examples, features)`` in float64; distances are Euclidean and squared.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.compute.batches import rows

EXACT = 1e-12  # of the squared lengths: below it two examples are the same one
ROWS_AT_ONCE = 1024


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


def nearest(examples: Tensor, among: Tensor) -> tuple[Tensor, Tensor]:
    """Return which of ``among`` is nearest to each example, ``(n,)``, and how far it is (not squared)."""
    centre = among.mean(dim=0)
    b = among - centre
    lengths = b.square().sum(dim=1)
    # The length of an example itself is the same for all that it could be nearest to.
    parts = rows(examples - centre, ROWS_AT_ONCE)
    which = torch.cat([torch.addmm(lengths, a, b.T, alpha=-2).argmin(dim=1) for a in parts])
    return which, (examples - among[which]).square().sum(dim=1).sqrt()


def distance_ratio(drawn: Tensor, held_out: Tensor) -> float:
    """Return the median distance of drawn examples to training data by that of held-out examples.

    About 1: samples are as far from the training examples as new data are. Near 0: they are copies.
    After Meehan et al. 2020, *A non-parametric test to detect data-copying in generative models*, who
    compare the same two sets of distances by their ranks. NaN where held-out examples are copies
    themselves, or there are none.

    Args:
        drawn: Distances ``(n,)`` of drawn examples to their nearest training example.
        held_out: Distances ``(m,)`` of held-out ones.
    """
    usual = float(held_out.median()) if len(held_out) else 0.0
    return float(drawn.median()) / usual if usual > 0 and len(drawn) else math.nan
