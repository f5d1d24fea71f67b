"""Ways through a latent space: their formulas, and what they keep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, truncnorm

from engine.latents import WIDEST, between, sum_of, truncated, walk

RANDOM = np.random.default_rng(0)
A, B, C = RANDOM.standard_normal((3, 16)).astype(np.float32)
SHARES = np.linspace(0, 1, 5)


@pytest.mark.parametrize("spherical", [False, True])
def test_ways_lead_from_one_to_the_other(spherical: bool) -> None:
    way = between(A, B, SHARES, spherical)
    assert way.dtype == np.float32
    assert way[0] == pytest.approx(A, abs=1e-6)
    assert way[-1] == pytest.approx(B, abs=1e-6)


def test_straight_and_spherical() -> None:
    assert between(A, B, SHARES, False)[2] == pytest.approx((A + B) / 2, abs=1e-6)
    unit, other = A / np.linalg.norm(A), B / np.linalg.norm(B)
    way = between(unit, other, SHARES, True)
    assert np.linalg.norm(way, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    angles = [np.arccos(np.dot(way[i], way[i + 1])) for i in range(4)]
    assert angles == pytest.approx([angles[0]] * 4, rel=1e-3)


@pytest.mark.parametrize("other", [A, -A, np.zeros_like(A)], ids=["same", "opposite", "nothing"])
def test_where_there_is_no_way_on_the_sphere_it_is_straight(other: np.ndarray) -> None:
    assert between(A, other, SHARES, True) == pytest.approx(
        between(A, other, SHARES, False), abs=1e-5
    )


def test_sums_keep_the_usual_length() -> None:
    made = sum_of(A, B, C)
    plain = A - B + C
    assert np.dot(made, plain) == pytest.approx(np.linalg.norm(made) * np.linalg.norm(plain))
    assert np.linalg.norm(made) == pytest.approx(np.mean([np.linalg.norm(z) for z in (A, B, C)]))
    assert sum_of(A, B, B) == pytest.approx(A * np.linalg.norm(sum_of(A, B, B)) / np.linalg.norm(A))


def test_a_walk_passes_all_and_comes_back() -> None:
    way = walk(np.stack([A, B, C]), 4, spherical=True)
    assert way.shape == (12, 16)
    for place, latent in zip((0, 4, 8), (A, B, C), strict=True):
        assert way[place] == pytest.approx(latent, abs=1e-6)
    assert way[-1] == pytest.approx(between(C, A, np.array([0.75]), True)[0], abs=1e-6)


def test_truncation_draws_from_the_truncated_distribution() -> None:
    drawn = RANDOM.standard_normal((4000, 1)).astype(np.float32)
    cut = truncated(drawn, 0.7, "normal")
    assert kstest(cut.ravel(), truncnorm(-0.7, 0.7).cdf).pvalue > 0.01
    assert (np.argsort(cut, axis=0) == np.argsort(drawn, axis=0)).mean() > 0.99
    assert truncated(drawn, WIDEST, "normal") is drawn
    assert np.abs(truncated(drawn.clip(-1, 1), 1.0, "uniform")).max() == 1 / WIDEST
    assert truncated(drawn, 0.5, "sphere") is drawn
    narrow = truncnorm(-2, 2).rvs((4000, 1), random_state=1).astype(np.float32)
    cut = truncated(narrow, 0.7, "truncated_normal")
    assert kstest(cut.ravel(), truncnorm(-0.7, 0.7).cdf).pvalue > 0.01
