"""The members of a family, and what the steps would give, as points of the trade-off chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from engine.compression.variant import Size
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.plots.trade_off import Spot
from workbench.compress.axes import (
    AXES,
    PACKED,
    Axis,
    front,
    in_milliseconds,
    latency_words,
    score_words,
    time_words,
    unpacked_words,
)
from workbench.compress.fair import fair_size
from workbench.compress.family import RUN, TRAINED, VARIANT, Member
from workbench.metric_words import metric_words

GROUPS = (VARIANT, RUN, TRAINED)  # which decides their marks: circle, square, triangle


class Preview(NamedTuple):
    """What the steps would give.

    Attributes:
        done: The steps in words.
        size: What the network costs and is worth then.
        beside: What it costs as it is, timed in turns with that; None where it never was.
    """

    done: str
    size: Size
    beside: Size | None = None


def spots_of(
    members: Sequence[Member],
    preview: Preview | None,
    axis: Axis,
    metric: str,
    higher: bool,
    base: Size | None = None,
) -> list[tuple[Path | None, Spot]]:
    """Return the points with the members that they are; those without a cost or a score are left out.

    Args:
        members: The first of all, then the others.
        preview: What the steps would give, which is no member yet.
        axis: The cost.
        metric: The score.
        higher: Whether more of it is better.
        base: What the steps are done to, with times that can be compared; None where it has none.
    """
    found: list[tuple[Path | None, Spot]] = []
    for member in members:
        figures = None
        if member.size is not None:
            figures = _Figures(member.size, member.fair, member.beside, member.stored)
        spot = _spot(axis, metric, figures, GROUPS.index(member.kind), _heading(member))
        if spot is not None:
            found.append((member.path, spot))
    for place in front([(spot.cost, spot.score) for _path, spot in found], higher):
        path, spot = found[place]
        found[place] = path, replace(spot, front=True)
    if preview is not None:
        words = _("not kept yet: {steps}").format(steps=preview.done)
        fair = preview.beside and base and fair_size(preview.size, preview.beside, base)
        figures = _Figures(preview.size, fair, preview.beside)
        spot = _spot(axis, metric, figures, 0, words)
        if spot is not None:
            found.append((None, replace(spot, hollow=True)))
    return found


def _heading(member: Member) -> str:
    return f"{member.title} · {member.done}" if member.done else member.title


class _Figures(NamedTuple):
    """What a network costs: as measured, with times that can be compared, what it was made of then, and bytes not packed."""

    size: Size
    fair: Size | None
    beside: Size | None
    stored: int = 0


def _spot(
    axis: Axis, metric: str, figures: _Figures | None, group: int, heading: str
) -> Spot | None:
    """A point; None where its cost or its score was not measured."""
    of = figures and (figures.fair if axis.batch else figures.size)
    if figures is None or of is None:
        return None
    cost, score = axis.of(of), of.metrics.get(metric)
    if cost is None or score is None:
        return None
    lines = [heading, f"{metric_words(metric)} {score_words(metric, score)}"]
    for one in AXES:
        value = None if one.batch else one.of(figures.size)
        words = one.words(value) if value is not None else ""
        if one.batch and figures.fair is not None:
            words = time_words(figures.fair, one.batch)
        if words:
            lines.append(f"{_(one.title)}: {words}")
        if one.title == PACKED and figures.stored:
            lines[-1] += f" ({unpacked_words(figures.stored)})"
    lines += measured_lines(figures.size, figures.beside)
    return Spot(cost, score, group, "\n".join(lines))


def measured_lines(size: Size, beside: Size | None) -> list[str]:
    """Return the times of a network as they were measured, as lines for people.

    Args:
        size: What it costs.
        beside: What it was made of, timed in turns with it; None for nothing.
    """
    then = {one.batch: one for one in beside.latencies} if beside is not None else {}
    lines = []
    for title, times in (
        (_("{batch} at once"), size.latencies),
        (_("{batch} at once, sparse"), size.sparse_latencies),
        (_("{batch} at once, ONNX float32"), size.onnx_latencies),
        (_("{batch} at once, ONNX int8"), size.int8_latencies),
    ):
        for time in times:
            words = f"{title.format(batch=time.batch)}: {latency_words(time)}"
            if times is size.latencies and time.batch in then:
                other = in_milliseconds(then[time.batch].median)
                words = _("{words} (what it was made of: {time})").format(words=words, time=other)
            lines.append(words)
    threads = ngettext(
        "As measured, with {count} thread:", "As measured, with {count} threads:", size.threads
    ).format(count=size.threads)
    return [threads, *lines] if lines else []
