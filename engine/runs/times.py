"""How long layers work on a batch, as a picture of the stream ``times``: packed here, and read back here.

The engine packs it when a training ends; whoever shows a run, live or from its folder, unpacks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.protocol import LayerTime

TIMES = "times"
Times = Mapping[str, Mapping[str, LayerTime]]


def pack(times: Times, batch_size: int) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays and the description of a picture.

    Args:
        times: By network and node, in working order.
        batch_size: Examples in the batch.
    """
    rows = [
        (f"{network}/{node}", time.forward, time.backward)
        for network, layers in times.items()
        for node, time in layers.items()
    ]
    arrays: dict[str, NDArray[Any]] = {
        "forward": np.array([forward for _name, forward, _backward in rows], np.float32),
        "backward": np.array([backward for _name, _forward, backward in rows], np.float32),
    }
    return arrays, {"layers": [name for name, *_rest in rows], "batch_size": batch_size}


def unpack(arrays: Mapping[str, NDArray[Any]], info: object) -> dict[str, dict[str, LayerTime]]:
    """Return what :func:`pack` packed; nothing if it is anything else, because a run folder may hold it."""
    names = info.get("layers") if isinstance(info, Mapping) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return {}
    forward, backward = (_seconds(arrays.get(name), len(names)) for name in ("forward", "backward"))
    if forward is None or backward is None:
        return {}
    found: dict[str, dict[str, LayerTime]] = {}
    for name, there, back in zip(names, forward, backward, strict=True):
        network, _slash, node = name.partition("/")
        found.setdefault(network, {})[node] = LayerTime(forward=there, backward=back)
    return found


def _seconds(values: NDArray[Any] | None, count: int) -> list[float] | None:
    """So many durations, or None if these are not."""
    if values is None or values.shape != (count,) or values.dtype.kind != "f":
        return None
    if not (np.isfinite(values) & (values >= 0)).all():
        return None
    return [float(value) for value in values]
