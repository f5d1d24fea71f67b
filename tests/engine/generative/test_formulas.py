"""Scores of samples, against other programs, closed forms, and inputs that leave nothing to compare."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.compute.generative import neighbours
from engine.compute.generative.frechet import Moments, frechet_distance, moments
from engine.compute.generative.kernel import kernel_distance, mean_kernel
from engine.compute.generative.shares import ModeTable, agreement, entropy, reverse_kl, shares


def two_sets() -> tuple[Tensor, Tensor]:
    """The features that the other programs were given."""
    rng = np.random.default_rng(5)
    real = rng.standard_normal((400, 6))
    drawn = rng.standard_normal((300, 6)) @ np.diag([1, 1, 0.6, 0.6, 0.3, 1.2])
    return torch.from_numpy(real), torch.from_numpy(drawn + np.array([0.5, 0, 0, 0, 0, -0.3]))


def prdc(real: Tensor, drawn: Tensor, k: int) -> tuple[float, ...]:
    across = neighbours.squared_distances(drawn, real)
    own = neighbours.radii(neighbours.squared_distances(drawn, drawn), k)
    theirs = neighbours.radii(neighbours.squared_distances(real, real), k)
    return (
        *neighbours.precision_recall(across, own, theirs),
        *neighbours.density_coverage(across, theirs, k),
    )


def test_torchmetrics_and_torch_fidelity_come_to_the_same_distances() -> None:
    real, drawn = two_sets()
    # torchmetrics 1.9.0 (FrechetInceptionDistance with an identity for features; poly_mmd) and
    # torch-fidelity 0.4.0 (fid_statistics_to_metric, mmd2), in float64.
    found = frechet_distance(moments(drawn), moments(real))
    assert found == pytest.approx(1.3633811889448175, rel=1e-12)
    assert kernel_distance(drawn, real[:300]) == pytest.approx(0.4521675332593573, rel=1e-11)


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (3, (0.9533333333333334, 0.4725, 1.0877777777777777, 0.6525)),
        (5, (0.9733333333333334, 0.5875, 1.176, 0.785)),
    ],
)
def test_prdc_comes_to_the_same_shares(k: int, expected: tuple[float, ...]) -> None:
    # prdc 0.2 (compute_prdc), by the authors of density and coverage.
    assert prdc(*two_sets(), k) == pytest.approx(expected, abs=1e-12)


def test_the_same_set_is_at_no_distance_and_wholly_covered() -> None:
    real, _drawn = two_sets()
    assert frechet_distance(moments(real), moments(real)) == pytest.approx(0, abs=1e-10)
    precision, recall, density, coverage = prdc(real, real.clone(), 5)
    assert (precision, recall, coverage) == (1.0, 1.0, 1.0)
    assert density == pytest.approx(1.2, abs=0.01)  # every example is in its own ball, too
    halves = kernel_distance(real[:200], real[200:])
    assert abs(halves) < 0.05  # unbiased: around 0, and may be below


def test_the_distance_of_gaussians_is_the_closed_form() -> None:
    mean = torch.zeros(3, dtype=torch.float64)
    one = Moments(mean, torch.diag(torch.tensor([1.0, 4.0, 9.0]).double()))
    other = Moments(mean + 2, torch.diag(torch.tensor([4.0, 1.0, 0.0]).double()))
    # Of covariances that commute it is ‖Δμ‖² + Σ (s₁ − s₂)².
    assert frechet_distance(one, other) == pytest.approx(12 + 1 + 1 + 9)


def test_the_kernel_distance_is_the_mean_over_pairs() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((7, 3)), rng.standard_normal((5, 3))

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / 3 + 1) ** 3)

    xx = np.mean([kernel(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
    yy = np.mean([kernel(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    xy = np.mean([kernel(a, b) for a in x for b in y])
    one, other = torch.from_numpy(x), torch.from_numpy(y)
    assert kernel_distance(one, other) == pytest.approx(xx + yy - 2 * xy)
    assert kernel_distance(one, other, mean_kernel(other)) == kernel_distance(one, other)


def test_fewer_examples_than_features_have_a_distance() -> None:
    real = torch.randn(10, 64, generator=torch.Generator().manual_seed(0)).double()
    assert frechet_distance(moments(real[:5]), moments(real)) > 0
    assert math.isfinite(frechet_distance(moments(real[:1]), moments(real)))
    assert frechet_distance(moments(real), moments(real)) == pytest.approx(0, abs=1e-5)


def test_samples_that_are_all_the_same_are_measured() -> None:
    real, _drawn = two_sets()
    same = torch.zeros(50, 6, dtype=torch.float64)
    precision, recall, density, coverage = prdc(real, same, 3)
    assert (precision, recall) == (1.0, 0.0)
    assert coverage < 0.1 < density
    assert neighbours.spread(neighbours.squared_distances(same, same)) == 0.0
    assert math.isfinite(kernel_distance(same, real))


def test_one_sample_has_no_neighbour() -> None:
    real, drawn = two_sets()
    assert math.isnan(kernel_distance(drawn[:1], real))
    assert neighbours.radii(torch.zeros(1, 1), 3).isnan().all()
    assert math.isnan(neighbours.spread(torch.zeros(1, 1)))
    assert prdc(real[:3], drawn[:2], 5)[0] in (0.0, 0.5, 1.0)  # k is what there is


def test_copies_are_found_and_are_at_no_distance() -> None:
    real, drawn = two_sets()
    far = real + 1000  # rounding must not hide a copy
    which, distances, shares = neighbours.nearest(far[[7, 3]].clone(), far)
    assert shares.tolist() == [0.0, 0.0]
    assert which.tolist() == [7, 3]
    assert distances.tolist() == [0.0, 0.0]
    assert (neighbours.squared_distances(far, far).diagonal() == 0).all()
    which, distances, shares = neighbours.nearest(drawn, real)
    brute = torch.cdist(drawn, real)
    assert (which == brute.argmin(dim=1)).all()
    assert torch.allclose(distances, brute.min(dim=1).values)
    around = brute.sort(dim=1).values[:, : neighbours.AROUND]
    assert torch.allclose(shares, distances / around.mean(dim=1))


def test_the_ratio_tells_copies_from_news() -> None:
    real, drawn = two_sets()
    held_out = neighbours.nearest(real[200:], real[:200])
    copied = neighbours.nearest(real[:50] + 1e-3, real[:200])
    assert neighbours.copying(copied, held_out) < 0.01
    assert 0.5 < neighbours.copying(neighbours.nearest(drawn, real), held_out) < 2
    none = torch.zeros(0)
    assert math.isnan(neighbours.copying(copied, neighbours.Nearest(none, none, none)))
    assert math.isnan(neighbours.copying(copied, copied._replace(shares=torch.zeros(4))))


def test_samples_at_the_dense_middle_of_a_kind_are_no_copies() -> None:
    random = torch.Generator().manual_seed(5)
    real = torch.randn(4000, 2, generator=random, dtype=torch.float64)
    middle = 0.3 * torch.randn(1000, 2, generator=random, dtype=torch.float64)
    held_out, sure = (
        neighbours.nearest(real[3000:], real[:3000]),
        neighbours.nearest(middle, real[:3000]),
    )
    assert sure.distances.median() < 0.75 * held_out.distances.median()
    assert 0.9 < neighbours.copying(sure, held_out) < 1.1
    single = neighbours.nearest(real[:1], real[:1])  # a set of one: the only one is a copy
    assert single.shares.tolist() == [0.0]


def test_the_reverse_divergence_of_modes() -> None:
    even = np.full(8, 1 / 8)
    assert reverse_kl(even, even) == 0.0
    assert reverse_kl(np.eye(8)[0], even) == pytest.approx(math.log(8))  # one mode of eight
    half = np.array([0.25] * 4 + [0.0] * 4)
    assert reverse_kl(half, even) == pytest.approx(math.log(2))
    assert reverse_kl(even, half) == math.inf


def test_shares_of_classes() -> None:
    named = np.array([0, 0, 1, 3])
    assert shares(named, 4).tolist() == [0.5, 0.25, 0.0, 0.25]
    assert shares(np.array([], np.int64), 3).tolist() == [0.0, 0.0, 0.0]
    assert entropy(np.full(5, 0.2)) == pytest.approx(1)
    assert (entropy(np.eye(5)[2]), entropy(np.ones(1))) == (0.0, 0.0)
    assert agreement(named, np.array([0, 1, 1, 3])) == 0.75
    assert math.isnan(agreement(named[:0], named[:0]))


def test_a_mode_is_captured_by_a_sample_of_high_quality() -> None:
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    samples = np.array([[0.2, 0.0], [0.0, 0.1], [9.0, 0.0], [0.0, 10.2]])
    table = ModeTable(samples, centres, 0.1)
    assert table.share.tolist() == [0.5, 0.25, 0.25]
    assert table.captured.tolist() == [True, False, True]
    assert table.quality == 0.75
    nothing = ModeTable(samples[:0], centres, 0.1)
    assert nothing.quality == 0.0
    assert not nothing.captured.any()
