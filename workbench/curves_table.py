"""The curves that are drawn, as a table of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from widgets.plots.track import Curve
from workbench.abscissa import EPOCH, TIME, abscissa
from workbench.panels.saving import Table
from workbench.rundata import RunData


def curves_table(curves: Sequence[tuple[RunData, str, Curve]]) -> Table | None:
    """Return every value of some curves, a row each; None where there are none.

    Args:
        curves: The run of each, the name of its metric, and the curve.
    """
    if not curves:
        return None
    heads = ("run", "metric", "step", "epoch", "time (s)", "value", "sd over seeds")
    return Table(heads, _rows(curves))


def _rows(curves: Iterable[tuple[RunData, str, Curve]]) -> Iterator[Sequence[object]]:
    for run, metric, curve in curves:
        epochs, seconds = (_places(run, kind, curve.x) for kind in (EPOCH, TIME))
        spread = curve.spread.tolist() if curve.spread is not None else [""] * len(curve.x)
        for row in zip(curve.x.tolist(), epochs, seconds, curve.y.tolist(), spread, strict=True):
            yield run.label, metric, *row


def _places(run: RunData, kind: str, steps: NDArray[np.generic]) -> Sequence[object]:
    """Where steps lie in passes or seconds; nothing where that is not known."""
    scale = abscissa(kind, ()).scale_of(run)
    if scale is None:
        return [""] * len(steps)
    return [round(place, 6) for place in scale.places_of(steps).tolist()]
