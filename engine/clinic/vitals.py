"""What is measured of every layer at fixed steps, and how it lies in a record; needs no torch.

A *look* is one record of all layers: a row for each and a column for each of :data:`MEASURES`, NaN where a measure
says nothing of a layer. Beside it lie small histograms of gradients, weights and activations. Records are what alarms of
training are made of, so they are kept whole and never thinned; looks become rarer as a training goes on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

VITALS = "vitals"  # the stream
MEASURES = (
    *("gradient_norm", "update_ratio", "weight_norm", "activation_mean", "activation_sd"),
    *("dead", "saturated", "sign_flips", "signal", "noise"),
)
GRADIENT, RATIO, WEIGHT, MEAN, SD, DEAD, SATURATED, FLIPS, SIGNAL, NOISE = range(len(MEASURES))
VALUES = ("gradients", "weights", "activations")  # of which there are histograms
BINS = 24

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """One look.

    Attributes:
        step: The step that was looked at, counted from 1.
        layers: ``network/node`` of every row, in working order.
        kinds: Type of every layer.
        results: Whether what leaves a layer is the result of its network.
        table: ``(layers, measures)``.
    """

    step: int
    layers: tuple[str, ...]
    kinds: tuple[str, ...]
    results: tuple[bool, ...]
    table: Numbers


def record_of(step: int, arrays: Mapping[str, Any], info: Mapping[str, Any]) -> Record | None:
    """Return the record of a picture of the stream; None where it is damaged."""
    table, layers = arrays.get("table"), info.get("layers")
    kinds, results = info.get("kinds"), info.get("results")
    lists = (layers, kinds, results)
    if table is None or not all(isinstance(one, (list, tuple)) for one in lists):
        return None
    assert layers is not None
    assert kinds is not None
    assert results is not None
    if np.shape(table) != (len(layers), len(MEASURES)) or len(kinds) != len(layers):
        return None
    if not len(layers) or len(results) != len(layers):
        return None
    return Record(
        step,
        tuple(str(layer) for layer in layers),
        tuple(str(kind) for kind in kinds),
        tuple(bool(result) for result in results),
        np.asarray(table, np.float64),
    )


def noise_scale(noise: Numbers, signal: Numbers) -> Numbers:
    """Return the gradient noise scale tr Σ / ‖g‖² of several looks together, in examples.

    Both are averaged before they are divided, because the quotient of a single look has no mean (McCandlish et al.
    2018, *An empirical model of large-batch training*, appendix A.1). Where the mean of ‖g‖² is not positive there is
    nothing but noise, or the steps leap to and fro across a valley: infinite.

    Args:
        noise: Estimates of tr Σ ``(looks, …)``.
        signal: Estimates of ‖g‖² ``(looks, …)``.
    """
    sums = np.nansum(noise, axis=0), np.nansum(signal, axis=0)
    known = np.isfinite(signal).any(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(sums[1] > 0, sums[0] / sums[1], math.inf)
    return np.where(known, scale, math.nan)


def histogram_of(
    arrays: Mapping[str, Any], row: int, values: str
) -> tuple[NDArray[np.int64], Numbers] | None:
    """Return counts ``(bins,)`` and edges ``(bins + 1,)`` of a layer's values; None where there are none.

    Args:
        arrays: Of a picture of the stream.
        row: Which layer.
        values: One of :data:`VALUES`.
    """
    counts, ranges = arrays.get("counts"), arrays.get("ranges")
    if counts is None or ranges is None or np.ndim(counts) != 3 or np.ndim(ranges) != 3:
        return None
    place = VALUES.index(values)
    if row >= len(counts) or row >= len(ranges) or counts.shape[1:] != (len(VALUES), BINS):
        return None
    low, high = (float(edge) for edge in ranges[row, place])
    if not (math.isfinite(low) and math.isfinite(high)) or not counts[row, place].any():
        return None
    return np.asarray(counts[row, place], np.int64), np.linspace(low, max(high, low), BINS + 1)


def short_names(layers: Sequence[str]) -> list[str]:
    """Leave a network's name out where there is only one, and shorten it where that is clear."""
    networks = list(dict.fromkeys(name.partition("/")[0] for name in layers))
    initials = {name[:1].upper() for name in networks}
    found = []
    for layer in layers:
        network, _slash, node = layer.partition("/")
        short = network[:1].upper() if len(initials) == len(networks) else network
        found.append(node if len(networks) == 1 else f"{short} · {node}")
    return found
