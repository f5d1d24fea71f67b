"""Measured values have equally many digits wherever a person reads them."""

from __future__ import annotations

import pytest

from projects.figures import measured, number, signed, with_deviation


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("test_accuracy", 0.9, "0.9000"),
        ("test_accuracy", 0.89231, "0.8923"),
        ("test_accuracy", 1, "1.0000"),
        ("validation_loss", 12.3456, "12.35"),
        ("fid", 0.0103, "0.0103"),
        ("train_elbo", -247.7, "-247.70"),
        ("kid", 1.8e-5, "1.80e-05"),
        ("modes", 8.0, "8"),
        ("validation_modes", 8.0, "8"),
        ("modes", 7.5, "7.5000"),
        ("loss", float("nan"), "nan"),
        ("loss", float("-inf"), "-inf"),
    ],
)
def test_a_metric_has_four_digits_behind_the_point_and_two_from_ten_on(
    metric: str, value: float, words: str
) -> None:
    assert measured(metric, value) == words


def test_a_deviation_has_as_many_digits_as_its_mean() -> None:
    assert with_deviation(0.981, 0.004) == "0.9810 ± 0.0040"
    assert with_deviation(247.7, 1.25) == "247.70 ± 1.25"
    assert with_deviation(2e-5, 1e-6) == "2.00e-05 ± 1.00e-06"


def test_a_difference_has_a_sign() -> None:
    assert [signed(value) for value in (0.0123, -0.5, 0.0)] == ["+0.0123", "-0.5000", "0.0000"]
    assert number(-0.5) == "-0.5000"
