"""Times of a family that can be compared: a machine that was busy while one of them was measured doesn't show in them.

A variant is timed in turns with the run that it was made of, so their proportion holds whatever else the machine did. From
the times of the first of all, proportion after proportion, come the times of all others as the same moment would have had them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.compression.variant import Latency, Size

if TYPE_CHECKING:
    from workbench.compress.family import Member

Latencies = tuple[Latency, ...]


def as_much_work(one: Size, other: Size) -> bool:
    """Whether dense passes compute as much: zeros and fewer bits change nothing about that."""
    return (one.macs, one.parameters) == (other.macs, other.parameters)


def with_fair_times(members: Sequence[Member]) -> tuple[Member, ...]:
    """Return a family with times that can be compared.

    Args:
        members: The first of all, whose times are what they are, then the others. Those whose times were never measured beside
            what they were made of get none.
    """
    if not members or members[0].size is None:
        return tuple(members)
    found = {members[0].path: _with_int8(members[0].size, members[0].size.latencies)}
    left = members[1:]
    while known := [member for member in left if member.origin in found]:
        left = [member for member in left if member not in known]
        for member in known:
            made = _beside_origin(member, found)
            if made is not None:
                found[member.path] = made
    return tuple(replace(member, fair=found.get(member.path)) for member in members)


def _beside_origin(member: Member, found: Mapping[Path, Size]) -> Size | None:
    if member.size is None or member.origin is None:
        return None
    origin = found[member.origin]
    if member.beside is not None:
        return fair_size(member.size, member.beside, origin)
    # where the design is the same its own dense passes are those of what it was trained on from
    return (
        fair_size(member.size, member.size, origin) if as_much_work(member.size, origin) else None
    )


def fair_size(size: Size, beside: Size, origin: Size) -> Size:
    """Return what a network costs, with times that can be compared; of int8 kernels as well.

    Args:
        size: As it was measured.
        beside: What it was made of, measured in turns with it.
        origin: The same with times that can be compared.
    """
    dense = _in_proportion(size.latencies, beside, origin)
    if as_much_work(size, beside):
        dense = origin.latencies
    sparse = _in_proportion(size.sparse_latencies, beside, origin)
    return _with_int8(msgspec.structs.replace(size, sparse_latencies=sparse), dense)


def with_times_of(size: Size, moment: Size) -> Size:
    """Return figures with the times of another moment."""
    return msgspec.structs.replace(
        size, latencies=moment.latencies, sparse_latencies=moment.sparse_latencies
    )


def _with_int8(size: Size, dense: Latencies) -> Size:
    """The times of int8 kernels are in proportion to float32 in the same runtime, which is another one than ours."""
    ours, theirs = _medians(dense), _medians(size.onnx_latencies)
    int8 = tuple(
        _times(one, ours[one.batch] / theirs[one.batch])
        for one in size.int8_latencies
        if one.batch in ours and theirs.get(one.batch)
    )
    return msgspec.structs.replace(size, latencies=dense, int8_latencies=int8)


def _in_proportion(latencies: Latencies, beside: Size, origin: Size) -> Latencies:
    then, now = _medians(beside.latencies), _medians(origin.latencies)
    return tuple(
        _times(one, now[one.batch] / then[one.batch])
        for one in latencies
        if one.batch in now and then.get(one.batch)
    )


def _medians(latencies: Latencies) -> dict[int, float]:
    return {one.batch: one.median for one in latencies}


def _times(one: Latency, factor: float) -> Latency:
    return Latency(batch=one.batch, median=factor * one.median, p95=factor * one.p95)


def quickest(size: Size, batch: int) -> tuple[Latency, str] | None:
    """Return how long a pass takes by the fastest of the ways that were measured, and which that is; None for none.

    Args:
        size: With times that can be compared.
        batch: Examples in a pass.

    Returns:
        The time, and ``latencies``, ``sparse_latencies`` or ``int8_latencies``.
    """
    ways = ("latencies", "sparse_latencies", "int8_latencies")
    found = [(one, way) for way in ways for one in getattr(size, way) if one.batch == batch]
    return min(found, key=lambda pair: pair[0].median, default=None)


def steady(size: Size, before: Size | None) -> Size:
    """Return figures of a run with the least times that were measured: what else a machine does only adds to them.

    Args:
        size: The newest figures.
        before: Those that were known, if any.
    """
    if before is None or before.threads != size.threads or not as_much_work(size, before):
        return size
    known = {one.batch: one for one in before.latencies}
    least = tuple(
        min(one, known.get(one.batch, one), key=lambda each: each.median) for one in size.latencies
    )
    return msgspec.structs.replace(size, latencies=least)
