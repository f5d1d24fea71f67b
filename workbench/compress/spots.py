"""The members of a family, and what the steps would give, as points of the trade-off chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from engine.compression.variant import Size
from projects.translation import gettext as _
from widgets.plots.trade_off import Spot
from workbench.compress.axes import AXES, Axis, front, latency_words, score_words
from workbench.compress.family import RUN, TRAINED, VARIANT, Member
from workbench.metric_words import metric_words

GROUPS = (VARIANT, RUN, TRAINED)  # which decides their marks: circle, square, triangle


class Preview(NamedTuple):
    """What the steps would give.

    Attributes:
        done: The steps in words.
        size: What the network costs and is worth then.
    """

    done: str
    size: Size


def spots_of(
    members: Sequence[Member], preview: Preview | None, axis: Axis, metric: str, higher: bool
) -> list[tuple[Path | None, Spot]]:
    """Return the points with the members that they are; those without a cost or a score are left out.

    Args:
        members: The first of all, then the others.
        preview: What the steps would give, which is no member yet.
        axis: The cost.
        metric: The score.
        higher: Whether more of it is better.
    """
    found: list[tuple[Path | None, Spot]] = []
    for member in members:
        spot = _spot(axis, metric, member.size, GROUPS.index(member.kind), _heading(member))
        if spot is not None:
            found.append((member.path, spot))
    for place in front([(spot.cost, spot.score) for _path, spot in found], higher):
        path, spot = found[place]
        found[place] = path, replace(spot, front=True)
    if preview is not None:
        words = _("not kept yet: {steps}").format(steps=preview.done)
        spot = _spot(axis, metric, preview.size, 0, words)
        if spot is not None:
            found.append((None, replace(spot, hollow=True)))
    return found


def _heading(member: Member) -> str:
    return f"{member.title} · {member.done}" if member.done else member.title


def _spot(axis: Axis, metric: str, size: Size | None, group: int, heading: str) -> Spot | None:
    """A point; None where its cost or its score was not measured."""
    if size is None:
        return None
    cost, score = axis.of(size), size.metrics.get(metric)
    if cost is None or score is None:
        return None
    lines = [heading, f"{metric_words(metric)} {score_words(metric, score)}"]
    for one in AXES:
        value = one.of(size)
        if value is not None and not one.name.startswith("latency"):
            lines.append(f"{_(one.title)}: {one.words(value)}")
    for title, times in (
        (_("{batch} at once"), size.latencies),
        (_("{batch} at once, sparse"), size.sparse_latencies),
        (_("{batch} at once, ONNX float32"), size.onnx_latencies),
        (_("{batch} at once, ONNX int8"), size.int8_latencies),
    ):
        lines += [f"{title.format(batch=time.batch)}: {latency_words(time)}" for time in times]
    lines.append(_("Threads: {count}").format(count=size.threads))
    return Spot(cost, score, group, "\n".join(lines))
