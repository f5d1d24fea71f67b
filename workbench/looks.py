"""The looks at the layers of a run, as panels and canvases show them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.clinic.base import Breakdown
from engine.clinic.practice import BROKEN, breakdown_of
from engine.clinic.states import LOOKS, Condition, conditions
from engine.clinic.vitals import (
    GRADIENT,
    MEASURES,
    NOISE,
    RATIO,
    SD,
    SIGNAL,
    VITALS,
    WEIGHT,
    Numbers,
    Record,
    noise_scale,
)
from workbench.rundata import Frame, Frames, RunData

HEALTH = "health"
NOISE_SCALE = "noise_scale"
BROKEN_DOWN = Condition("exploding", math.inf, math.inf)
TOGETHER = 5  # looks of which a noise scale is made


def records(frames: Frames | None, most: int | None = None) -> list[Record]:
    """Return the looks of a run with the layers of the last one, the oldest first; damaged ones are passed over.

    Args:
        frames: Pictures of the stream.
        most: How many of the last are wanted; None: all.
    """
    found: list[Record] = []
    for place in reversed(range(len(frames) if frames is not None else 0)):
        assert frames is not None
        record = frames[place].record
        if record is None:
            continue
        if (found and record.layers != found[0].layers) or (
            most is not None and len(found) >= most
        ):
            break
        found.append(record)
    return found[::-1]


def values_of(looks: Sequence[Record], measure: str) -> Numbers:
    """Return a measure over looks ``(layers, looks)``; the noise scale of each look with those around it."""
    tables = np.stack([record.table for record in looks])
    if measure != NOISE_SCALE:
        return tables[:, :, MEASURES.index(measure)].T
    columns = []
    for end in range(1, len(tables) + 1):
        some = tables[max(0, end - TOGETHER) : end]
        columns.append(noise_scale(some[:, :, NOISE], some[:, :, SIGNAL]))
    return np.stack(columns, axis=1)


def conditions_of(run: RunData, looks: Sequence[Record]) -> list[Condition]:
    """Return how every layer of a run is doing by its looks, the oldest first."""
    found = conditions(looks, _rate_shares(run, looks))
    broke = breakdown_of_run(run)
    if broke is not None and looks and broke.layer in looks[-1].layers:
        found[looks[-1].layers.index(broke.layer)] = BROKEN_DOWN
    return found


def breakdown_of_run(run: RunData) -> Breakdown | None:
    """Return where a run ended because a loss was not a number; None where it did not, or went on since."""
    broke = next((breakdown_of(m) for m in reversed(run.markers) if m.kind == BROKEN), None)
    reached = max((int(s.steps[-1]) for s in run.scalars.values() if len(s)), default=0)
    return broke if broke is not None and reached <= broke.step else None


def _rate_shares(run: RunData, looks: Sequence[Record]) -> dict[str, float]:
    """The usual learning rate of the looks that count, by network, as a share of the highest until then."""
    steps = [record.step for record in looks[-LOOKS:]]
    networks = {layer.partition("/")[0] for layer in looks[-1].layers} if looks else set()
    found = {}
    for network in networks:
        told = run.scalars.get(f"learning_rate/{network}") or run.scalars.get("learning_rate")
        if told is None:
            continue
        first, end = np.searchsorted(told.steps, (steps[0], steps[-1]), "right").tolist()
        highest = told.values[:end].max(initial=0.0)
        if highest > 0:
            near = slice(max(first - 1, 0), end + 1)
            rates = np.interp(steps, told.steps[near], told.values[near])
            found[network] = float(np.median(rates) / highest)
    return found


class Newest:
    """The health of the layers of a run as one picture, made of its newest looks and what its probe saw since."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._frame: Frame | None = None

    def frame(self, run: RunData | None) -> Frame | None:
        """Return it, the same object as long as nothing new was seen; None where nothing was."""
        looked = run.frames.get(VITALS) if run is not None else None
        probed = run.frames.get(HEALTH) if run is not None else None
        last = (
            looked.last if looked is not None else None,
            probed.last if probed is not None else None,
            run is not None and breakdown_of_run(run) is not None,
        )
        if len(self._of) != len(last) or any(
            a is not b for a, b in zip(last, self._of, strict=True)
        ):
            self._of = last
            looks = records(looked, LOOKS)
            states = conditions_of(run, looks) if run is not None else []
            self._frame = _joined(looks, last[1], [state.status for state in states])
        return self._frame


def _joined(looks: Sequence[Record], probed: Frame | None, states: list[str]) -> Frame | None:
    if not looks:
        return probed
    last = looks[-1]
    table = last.table.copy()
    if probed is not None and probed.step > last.step:
        _take(table, states, last, probed)
    told = [
        row
        for row, state in enumerate(states)
        if np.isfinite(table[row, WEIGHT]) or state in ("dead", "saturated")
    ]
    seen = np.flatnonzero(np.isfinite(table[:, SD]))
    arrays = {
        "gradient_norm": table[told, GRADIENT],
        "update_ratio": np.nan_to_num(table[told, RATIO]),
        "weight_norm": table[told, WEIGHT],
        "output_std": table[seen, SD],
    }
    info = {
        "layers": [last.layers[row] for row in told],
        "status": [states[row] for row in told],
        "outputs": [last.layers[row] for row in seen],
    }
    return Frame(max(last.step, probed.step if probed is not None else 0), arrays, info)


def _take(table: Numbers, states: list[str], last: Record, probed: Frame) -> None:
    """Let what a probe saw later take the place of what a look saw; what it had too few pictures to judge stays judged by looks."""
    rows = {layer: row for row, layer in enumerate(last.layers)}
    names, told = probed.info.get("layers"), probed.info.get("status")
    if not isinstance(names, list) or not isinstance(told, list) or len(names) != len(told):
        return
    columns = (("gradient_norm", GRADIENT), ("update_ratio", RATIO), ("weight_norm", WEIGHT))
    for name, column in columns:
        values = probed.arrays.get(name)
        if values is None or np.shape(values) != (len(names),):
            return
        for layer, value in zip(names, values, strict=True):
            if layer in rows:
                table[rows[layer], column] = value
    judged = probed.info.get("judged", True)  # runs of before don't tell
    for layer, state in zip(names, told, strict=True):
        if layer in rows and (judged or state == "exploding"):
            states[rows[layer]] = str(state)
