"""What curves say at the pointer."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from widgets.plots.readout import Reading


@pytest.mark.parametrize(
    ("metric", "value", "spread", "words"),
    [
        ("modes", 8.0, 0.0, "8 ± 0"),
        ("modes", 7.5, 0.5, "7.5000 ± 0.5000"),
        ("loss", 12.3456, 0.0012, "12.35 ± 0.0012"),
        ("modes", 8.0, None, "8"),
    ],
)
def test_a_band_has_the_digits_of_its_metric(
    metric: str, value: float, spread: float | None, words: str
) -> None:
    read = Reading("a", QColor("red"), value, place="step 3", spread=spread, metric=metric)
    assert read.words() == f"a  {words}  · step 3"
