"""What a run keeps of how it was compressed and what that gave: ``compression.json``; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import msgspec

from engine.runs.folder import RunFolder
from projects.atomic import write
from projects.errors import FileError, RunError
from projects.files import read_bytes
from projects.schema import Plug
from projects.translation import gettext as _


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """How long one pass takes.

    Attributes:
        batch: Examples in it.
        median: Seconds.
        p95: Seconds that 95 of 100 passes need at most.
    """

    batch: int
    median: float
    p95: float


Pair = tuple[Latency, Latency]


def differ(one: Latency, other: Latency) -> bool:
    """Whether two times differ by more than passes of one of them do."""
    spread = max(one.p95 - one.median, other.p95 - other.median)
    return abs(other.median - one.median) > spread


def by_speed(pairs: Iterable[Pair]) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Return where the second of two ways is faster, where it is slower, and where that isn't clear.

    Args:
        pairs: How long both take.
    """
    faster: list[Pair] = []
    slower: list[Pair] = []
    alike: list[Pair] = []
    for one, other in pairs:
        group = faster if other.median < one.median else slower
        (group if differ(one, other) else alike).append((one, other))
    return faster, slower, alike


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """What the networks of a run cost and are worth.

    Attributes:
        parameters: Numbers that weights hold, zeros included.
        nonzero: Those that are not 0.
        dense_bytes: Of a file that stores every number in 32 bits.
        file_bytes: Of the file that stores them in as few bytes as they need.
        macs: Multiply-adds for one example, as if every weight counted.
        latencies: Measured.
        sparse_latencies: The same with sparse matrices in linear layers; none where no layer has many zeros.
        onnx_latencies: Of a network whose inputs are rounded, by ONNX Runtime in float32; none where it is not installed.
        int8_latencies: The same with its int8 kernels.
        threads: Processor threads that computed.
        metric: What tells how good it is: ``accuracy``, ``fid``, ``elbo`` …
        higher: Whether more of it is better.
        value: On the validation part; not a number where nothing sensible came out (``null`` in the file).
        metrics: Everything else that was measured there.
    """

    parameters: int
    nonzero: int
    dense_bytes: int
    file_bytes: int
    macs: int
    latencies: tuple[Latency, ...] = ()
    sparse_latencies: tuple[Latency, ...] = ()
    onnx_latencies: tuple[Latency, ...] = ()
    int8_latencies: tuple[Latency, ...] = ()
    threads: int = 1
    metric: str = ""
    higher: bool = True
    value: float = 0.0
    metrics: dict[str, float] = {}


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was made of another one.

    Attributes:
        steps: What was done to it, in order.
        notes: What a person should know of it, as sentences.
        size: What it costs and is worth.
        parent: The same of the run that it was made of.
    """

    steps: tuple[Plug, ...]
    notes: tuple[str, ...] = ()
    size: Size
    parent: Size


def write_variant(run: Path, variant: Variant) -> None:
    """Write what a run keeps of how it was compressed.

    Raises:
        FileError: It cannot be written.
    """
    content = msgspec.json.format(msgspec.json.encode(variant), indent=2) + b"\n"
    write(RunFolder(run).compression, content, follow_link=False)


def read_variant(run: Path) -> Variant | None:
    """Return how a run was compressed; None for one that was not.

    Raises:
        RunError: What it keeps of that is damaged.
    """
    path = RunFolder(run).compression
    if not path.exists():
        return None
    try:
        said = msgspec.json.decode(read_bytes(path), type=dict[str, object])
        for size in (said.get("size"), said.get("parent")):
            if isinstance(size, dict) and size.get("value", 0.0) is None:  # JSON has no NaN
                size["value"] = math.nan
        return msgspec.convert(said, Variant)
    except (FileError, msgspec.MsgspecError, RecursionError) as error:
        raise RunError(_("what is kept of the compression is damaged."), where=str(path)) from error
