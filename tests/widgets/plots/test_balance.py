"""Names of both sides of a beam stand beside each other, however narrow it is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.widgets.plots.conftest import Show
from widgets.plots.balance import LEAST, Balance


def columns_of(image: QImage, hue: int) -> list[int]:
    """Columns above the beam that have letters of a hue."""
    rows = range(image.height() // 2)
    seen = [(x, image.pixelColor(x, y)) for x in range(image.width()) for y in rows]
    near = [x for x, c in seen if c.saturation() > 120 and abs(c.hue() - hue) < 12]
    return sorted(set(near))


@pytest.mark.parametrize("width", [LEAST, 140, 420])
def test_names_do_not_run_into_each_other(show: Show, width: int) -> None:
    beam: Balance = show(Balance("Who is ahead", "Generator", "Discriminator"), width, 40)
    left, right = (columns_of(beam.grab().toImage(), c.hue()) for c in beam.colors())
    assert left
    assert right
    assert max(left) < width / 2 < min(right)
    assert np.diff(left).max() < 10  # letters, not a stray pixel
    assert beam.toolTip() == "Generator – Discriminator"
