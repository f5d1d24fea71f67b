"""Measured values have equally many digits wherever a person reads them."""

from __future__ import annotations

import pytest

from projects.figures import Read, measured, number, signed, with_deviation


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("test_accuracy", 0.9, "0.9000"),
        ("test_accuracy", 0.89231, "0.8923"),
        ("test_accuracy", 1, "1.0000"),
        ("validation_loss", 12.3456, "12.35"),
        ("fid", 0.0103, "0.0103"),
        ("train_elbo", -247.7, "−247.70"),
        ("kid", 1.8e-5, "1.80e-05"),
        ("kid", -1.8e-5, "−1.80e-05"),
        ("modes", 8.0, "8"),
        ("validation_modes", 8.0, "8"),
        ("modes", 7.5, "7.5000"),
        ("loss", float("nan"), "nan"),
        ("loss", float("-inf"), "−inf"),
    ],
)
def test_a_metric_has_four_digits_behind_the_point_and_two_from_ten_on(
    metric: str, value: float, words: str
) -> None:
    assert measured(metric, value) == words


def test_a_deviation_has_as_many_digits_as_its_mean() -> None:
    assert with_deviation("loss", 0.981, 0.004) == "0.9810 ± 0.0040"
    assert with_deviation("loss", 247.7, 1.25) == "247.70 ± 1.25"
    assert with_deviation("loss", 0.981, 0.0) == "0.9810 ± 0.0000"
    assert with_deviation("loss", 2e-5, 1e-6) == "2.00e-05 ± 1.00e-06"


@pytest.mark.parametrize(
    ("mean", "deviation", "words"),
    [
        (12.35, 0.0012, "12.35 ± 0.0012"),
        (12.35, 0.0072, "12.35 ± 0.0072"),
        (0.981, 2e-5, "0.9810 ± 2.00e-05"),
        (0.981, 9e-5, "0.9810 ± 9.00e-05"),
        (5.0, 12.3456, "5.0000 ± 12.35"),
        (5.0, 123456.0, "5.0000 ± 1.23e+05"),
    ],
)
def test_a_deviation_that_is_not_zero_does_not_read_as_zero(
    mean: float, deviation: float, words: str
) -> None:
    assert with_deviation("loss", mean, deviation) == words


def test_a_mean_of_counts_is_whole_where_every_run_counted_as_many() -> None:
    assert with_deviation("test_modes", 8.0, 0.0) == "8 ± 0"
    assert with_deviation("test_modes", 7.5, 0.7071) == "7.5000 ± 0.7071"
    assert with_deviation("test_modes", 8.0, 0.8165) == "8.0000 ± 0.8165"


def test_a_difference_has_a_sign() -> None:
    said = [signed("loss", value) for value in (0.0123, -0.5, 0.0)]
    assert said == ["+0.0123", "−0.5000", "0.0000"]
    assert [signed("modes", value) for value in (1.0, -2.0)] == ["+1", "−2"]
    assert number(-0.5) == "−0.5000"
    assert f"{Read(-0.5):.3g} to {Read(0.5):,.0f}" == "−0.5 to 0"
