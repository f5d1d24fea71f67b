"""What a model card says of a network that was made smaller."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from pathlib import Path

from engine.compression.base import COMPRESSIONS
from engine.compression.variant import Latency, Size, Variant
from projects.figures import measured
from projects.schema import Plug
from projects.translation import written

KIB = 1024
MS = 1000


def made_smaller(variant: Variant, parent: str) -> str:
    """Return the part of a page that tells what was done to a run and what that gave; of nothing that anybody wrote is markup.

    Args:
        variant: What the run keeps of it.
        parent: The run that it was made of, as its summary names it.
    """
    steps = "".join(f"<li>{escape(_step(plug))}</li>" for plug in variant.steps)
    rows = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(value)}</td>' for value in values)}</tr>"
        for name, *values in _rows(variant.parent, variant.size)
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in variant.notes)
    return (
        "<h2>Made smaller</h2>\n"
        f"<p>Made of the run {escape(Path(parent).name or 'not known')}, in this order:</p>\n<ol>{steps}</ol>\n"
        f'<table class="facts"><tr><th></th><th>before</th><th>after</th></tr>{rows}</table>\n{notes}'
    )


def _step(plug: Plug) -> str:
    kind = COMPRESSIONS.entries.get(plug.type)
    title = written(kind, "title") if kind is not None else plug.type
    told = ", ".join(f"{name} {value}" for name, value in plug.params.items())
    return f"{title} ({told})" if told else title


def _rows(before: Size, after: Size) -> Iterator[tuple[str, ...]]:
    """What is told: the name, and how it was before and is after."""
    both = (before, after)
    yield "Parameters", *(f"{size.parameters:,}" for size in both)
    yield "Of them not 0", *(f"{size.nonzero:,}" for size in both)
    yield "File, packed", *(f"{size.file_bytes / KIB:,.1f} KiB" for size in both)
    yield "Multiply-adds of an example", *(f"{size.macs:,}" for size in both)
    if after.metric:
        name = (
            f"{after.metric.removeprefix('validation_').replace('_', ' ')} on the validation part"
        )
        yield name, *(_score(after.metric, size.value) for size in both)
    for kind, times in _times(both):
        threads = "1 thread" if after.threads == 1 else f"{after.threads} threads"
        batches = sorted({one.batch for some in times for one in some})
        for batch in batches:
            yield (
                f"{kind}, batch {batch}, {threads}",
                *(_latency(some, batch) for some in times),
            )


def _score(metric: str, value: float) -> str:
    return measured(metric, value) if math.isfinite(value) else "no number"


def _times(sizes: tuple[Size, Size]) -> Iterator[tuple[str, tuple[tuple[Latency, ...], ...]]]:
    kinds = (
        ("Time", "latencies"),
        ("Time with sparse matrices", "sparse_latencies"),
        ("Time in float32 by ONNX Runtime", "onnx_latencies"),
        ("Time in int8 by ONNX Runtime", "int8_latencies"),
    )
    for kind, name in kinds:
        yield kind, tuple(getattr(size, name) for size in sizes)


def _latency(times: tuple[Latency, ...], batch: int) -> str:
    for one in times:
        if one.batch == batch:
            return f"{one.median * MS:.3g} ms (95 of 100 within {one.p95 * MS:.3g} ms)"
    return "–"
