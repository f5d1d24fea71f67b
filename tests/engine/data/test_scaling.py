"""Scaling: fitted on the training part alone, and undone exactly enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.data.prepare import prepare
from engine.data.scaling import IDENTITY, fit
from engine.data.splitting import split
from projects.schema import Data, Plug

Scale = Literal["none", "standardize", "zero_to_one", "minus_one_to_one"]
SCALES: list[Scale] = ["none", "standardize", "zero_to_one", "minus_one_to_one"]
TABLE = np.random.default_rng(0).normal([5, -300, 0], [1, 40, 1e-3], (50, 3)).astype(np.float32)


@pytest.mark.parametrize("how", SCALES)
@pytest.mark.parametrize("shape", [(50, 3), (50, 3, 1, 1), (50, 1, 3)])
def test_there_and_back(how: str, shape: tuple[int, ...]) -> None:
    raw = TABLE.reshape(shape)
    kind = {2: "table", 3: "sequence", 4: "image"}[len(shape)]
    scaler = fit(how, raw, kind)  # type: ignore[arg-type]
    scaled = scaler.apply(raw)
    assert scaled.dtype == np.float32
    assert np.allclose(scaler.invert(scaled), raw, rtol=1e-5, atol=1e-6 * np.ptp(raw))


def test_tables_are_scaled_by_column() -> None:
    scaled = fit("standardize", TABLE, "table").apply(TABLE)
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-3)
    assert np.allclose(scaled.std(axis=0), 1, atol=1e-3)
    unit = fit("zero_to_one", TABLE, "points").apply(TABLE)
    assert np.allclose((unit.min(axis=0), unit.max(axis=0)), [[0] * 3, [1] * 3])
    both = fit("minus_one_to_one", TABLE, "table").apply(TABLE)
    assert np.allclose((both.min(axis=0), both.max(axis=0)), [[-1] * 3, [1] * 3])


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.2, 0.7, (-0.6, 0.4)), (0, 255, (-1, 1)), (-1, 1, (-1, 1))]
)
def test_images_keep_black_and_white(
    low: float, high: float, expected: tuple[float, float]
) -> None:
    images = np.linspace(low, high, 32, dtype=np.float32).reshape(2, 1, 4, 4)
    scaled = fit("minus_one_to_one", images, "image").apply(images)
    assert (scaled.min(), scaled.max()) == pytest.approx(expected, abs=1e-6)


def test_a_column_that_never_changes_is_shifted_only() -> None:
    constant = np.full((10, 1), 7, np.float32)
    for how in ("standardize", "zero_to_one"):
        assert np.array_equal(fit(how, constant, "table").apply(constant), constant * 0)


def test_indices_stay_as_they_are() -> None:
    words = np.arange(6).reshape(3, 2)
    assert fit("standardize", words, "text") is IDENTITY
    assert IDENTITY.apply(words) is words
    assert IDENTITY.invert(words) is words


@pytest.mark.parametrize("how", SCALES)
@pytest.mark.parametrize("source", ["wine", "digits", "moons"])
def test_only_the_training_part_decides(how: Scale, source: str, tmp_path: Path) -> None:
    data = Data(source=Plug(source), scale=how)
    made = prepare(data, tmp_path)
    raw: NDArray[Any] = np.asarray(made.source.inputs, np.float32)
    chosen = split(len(raw), made.source.targets, data.split)
    expected = fit(how, raw[chosen[0]], made.info.kind)
    assert made.scaler.to_dict() == expected.to_dict()
    if how == "standardize":
        assert made.scaler.to_dict() != fit(how, raw, made.info.kind).to_dict()
    for part, indices in zip((made.train, made.validation, made.test), chosen, strict=True):
        assert np.array_equal(part.inputs, expected.apply(raw[indices]))


def test_it_can_be_kept_with_a_run() -> None:
    kept = fit("standardize", TABLE, "table").to_dict()
    assert set(kept) == {"shift", "divisor", "identity"}
    assert np.allclose(kept["shift"], TABLE.mean(axis=0), rtol=1e-4)
    assert kept["identity"] is False
