"""Maps lie as alike as they can."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.inside.turning import laid_over, turn_of_axes


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(40, 2)) * (2.0, 1.5)


@pytest.mark.parametrize("exchanged", [False, True])
@pytest.mark.parametrize("signs", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_axes_are_mirrored_and_exchanged_back(
    points: np.ndarray, signs: tuple[int, int], exchanged: bool
) -> None:
    other = points[:, ::-1] * signs if exchanged else points * signs
    assert np.allclose(other @ turn_of_axes(other, points), points)


def test_axes_are_never_turned_by_less_than_a_quarter(points: np.ndarray) -> None:
    turn = turn_of_axes(rotated(points, 0.3), points)
    assert np.array_equal(turn, np.eye(2))


@pytest.mark.parametrize("mirrored", [1, -1])
@pytest.mark.parametrize("shift", [0.0, 30.0])
def test_a_plane_is_turned_and_shifted_back(
    points: np.ndarray, mirrored: int, shift: float
) -> None:
    other = rotated(points, 1.1) * (1, mirrored) + shift
    assert np.allclose(laid_over(other, points + 5), points + 5)


def test_points_that_are_all_the_same_stay_where_they_are() -> None:
    none = np.zeros((5, 2))
    assert np.array_equal(turn_of_axes(none, none), np.eye(2))
    assert np.allclose(laid_over(none, none), 0)


def rotated(points: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cos, -sin], [sin, cos]]))
