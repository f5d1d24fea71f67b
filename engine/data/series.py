"""Real series that ship: the air of Mauna Loa, spots of the sun, the Pacific's temperature."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from engine.data.base import Dataset, Place
from engine.data.shipped import shipped_table
from engine.data.windows import Windowed

TITLES = {
    "co2": "CO₂ at Mauna Loa",
    "sunspots": "Sunspots",
    "el_nino": "El Niño",
}


class Series(Windowed, frozen=True, kw_only=True, tag="series"):
    """A measured series: values of a window are seen, those that follow are foretold.

    *co2*: CO₂ in the air of Mauna Loa, weekly, March 1958 to December 2001, in parts per million; 59 weeks
    without measurement are filled in linearly. *sunspots*: their yearly number, 1700 to 2008. *el_nino*:
    temperature of the Pacific's surface, region Niño 1+2, monthly, 1950 to 2010, in °C. All are in the
    public domain; they are those of the Python package statsmodels.

    The oldest windows are learned from, the newest are the test. Scaling is fitted on training windows.
    """

    title: ClassVar[str] = "Measured series"
    order: ClassVar[int] = 67
    use: ClassVar[str] = (
        "For Forecasting: CO₂ has a trend and a season, sunspots a cycle of about eleven years, "
        "El Niño irregular swings. Compare with the naive forecast by the skill."
    )
    trouble: ClassVar[str] = (
        "CO₂ rises: the test lies above everything in training, and without differences a network "
        "falls behind. Sunspots are 309 values, so small networks and much care. A window shorter "
        "than the season (52 weeks, 11 years, 12 months) can't see it."
    )
    source: ClassVar[str] = (
        "CO₂: Keeling & Whorf 2004, Carbon Dioxide Information Analysis Center. Sunspots: NOAA, "
        "National Geophysical Data Center. El Niño: NOAA, Climate Prediction Center. Public "
        "domain; as in the Python package statsmodels"
    )

    which: Annotated[
        Literal["co2", "sunspots", "el_nino"],
        Meta(title="Series", extra={"names": {"co2": "CO₂", "el_nino": "El Niño"}}),
    ] = "co2"

    def load(self, place: Place) -> Dataset:
        """Read and cut the series; see :meth:`Source.load`."""
        header, rows = shipped_table(self.which)
        values = np.array([float(row[1] or "nan") for row in rows])
        there = np.isfinite(values)
        times = np.arange(len(values))
        whole = np.interp(times, times[there], values[there])
        return self.cut(whole[:, None], (header[1],), TITLES[self.which])
