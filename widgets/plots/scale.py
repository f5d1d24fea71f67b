"""Where the steps of a curve lie on an axis that counts something else: passes over the data, or seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from widgets.plots.pixels import Floats


@dataclass(frozen=True, eq=False)
class Scale:
    """Straight between knots, and beyond them as between the last two.

    Attributes:
        steps: Steps of the knots ``(k,)``, rising, at least two.
        places: Where they lie ``(k,)``, rising.
    """

    steps: Floats = field(repr=False)
    places: Floats = field(repr=False)

    def places_of(self, steps: NDArray[np.generic]) -> Floats:
        """Return where steps lie."""
        return _through(steps.astype(np.float64), self.steps, self.places)

    def steps_of(self, places: Floats) -> Floats:
        """Return which steps lie at places; between two steps it is a fraction."""
        return _through(places, self.places, self.steps)


def evenly(step: float, place: float) -> Scale:
    """Return the scale that has 0 at step 0 and a place at a step."""
    return Scale(np.array([0.0, step]), np.array([0.0, place]))


def _through(x: Floats, a: Floats, b: Floats) -> Floats:
    found = np.interp(x, a, b)
    for beyond, (one, two), at in ((x < a[0], (0, 1), 0), (x > a[-1], (-2, -1), -1)):
        if beyond.any():
            slope = (b[two] - b[one]) / (a[two] - a[one])
            found[beyond] = b[at] + slope * (x[beyond] - a[at])
    return found
