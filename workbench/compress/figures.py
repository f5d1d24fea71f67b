"""What a run costs and is worth as it is, and after the steps, side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView

from engine.compression.variant import Latency, Size, differ
from projects.figures import with_minus
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plain import plain_tip
from workbench.compress.axes import (
    PACKED,
    bytes_words,
    in_milliseconds,
    packed_tip,
    score_title,
    score_words,
)
from workbench.compress.fair import as_much_work
from workbench.data_tables import ReadingTable
from workbench.node_faces import compact

NAME, BEFORE, AFTER, CHANGE = range(4)
SAME, NOISE, CHANCE = 0.0005, 0.05, 0.5  # of a value, a median and a p95: changes below are none
NONE = "–"  # what is said of a change that is none
LEAST_NAME = 80  # pixels
GREW = 10  # times from which on a change is told as a factor
WHOLE = 0.0095  # of a value: changes from which on no tenths of a per cent are told


class Row(NamedTuple):
    """A figure.

    Attributes:
        name: What it is.
        before: Its value as the run is; None where it was not measured.
        after: Its value after the steps.
        words: A value as people say it.
        better: 1 where more of it is better, -1 where less is.
        least: Changes below this part of it are none.
        tip: What else is to be said of it.
    """

    name: str
    before: float | None
    after: float | None
    words: Callable[[float], str]
    better: int = -1
    least: float = SAME
    tip: str = ""


class Figures(ReadingTable):
    """The table."""

    def __init__(self) -> None:
        super().__init__("compressFigures", _("What the run costs and is worth"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSelectionMode(self.SelectionMode.NoSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sizes: tuple[Size, Size | None] | None = None
        theme.notifier().changed.connect(self._fill)

    def show_sizes(self, before: Size, after: Size | None) -> None:
        """Show what a run costs and is worth.

        Args:
            before: As it is.
            after: After the steps; None where there are none, or they cannot be done.
        """
        self._sizes = before, after
        self._fill()

    def show_before(self) -> None:
        """What comes after the steps is not known."""
        if self._sizes is not None:
            self.show_sizes(self._sizes[0], None)

    def _fill(self) -> None:
        if self._sizes is None:
            return
        rows = list(rows_of(*self._sizes))
        texts = [
            [row.name, _said(row, row.before), _said(row, row.after), change_of(row)]
            for row in rows
        ]
        self.fill(("", _("Now"), _("Then"), _("Change")), texts)
        tokens = theme.current()
        for place, row in enumerate(rows):
            name, item = self.item(place, NAME), self.item(place, CHANGE)
            if name is not None:
                name.setToolTip(plain_tip(f"{row.name}\n{row.tip}" if row.tip else row.name))
            if item is not None and row.before is not None and row.after is not None:
                way = row.better * (row.after - row.before)
                if texts[place][CHANGE] != NONE:
                    item.setForeground(tokens.color("good" if way > 0 else "warning"))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        widths = [self.columnWidth(column) for column in range(self.columnCount())]
        widths[NAME] = min(widths[NAME], LEAST_NAME)  # the rest of it is in its tooltip
        self.setMinimumWidth(sum(widths))
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.setFixedHeight(header.sizeHint().height() + self.rowCount() * self.rowHeight(0) + 2)


def rows_of(before: Size, after: Size | None) -> Iterator[Row]:
    """Yield the figures, those that were not measured left out."""
    if before.metric:
        yield Row(
            score_title(before.metric),
            before.value,
            after.value if after is not None and after.metric == before.metric else None,
            partial(score_words, before.metric),
            1 if before.higher else -1,
        )
    for title, name, words, tip in (
        (_("Parameters"), "parameters", compact, ""),
        (_("Not 0"), "nonzero", compact, ""),
        (_(PACKED), "file_bytes", bytes_words, packed_tip()),
        (_("Multiply-adds"), "macs", compact, ""),
    ):
        then = getattr(after, name) if after else None
        yield Row(title, getattr(before, name), then, words, tip=tip)
    kinds = (
        ("latencies", _("{batch} at once"), _("{batch} at once, p95")),
        ("sparse_latencies", _("{batch}, sparse"), _("{batch}, sparse, p95")),
        ("onnx_latencies", _("{batch}, ONNX float32"), _("{batch}, ONNX float32, p95")),
        ("int8_latencies", _("{batch}, ONNX int8"), _("{batch}, ONNX int8, p95")),
    )
    for kind, median, p95 in kinds:
        one, other = _by_batch(before, kind), _by_batch(after, kind)
        same_work = kind != "sparse_latencies" and after is not None and as_much_work(before, after)
        for batch in sorted({*one, *other}):
            old, new = one.get(batch), other.get(batch)
            noise = same_work or _within_noise(old, new)
            for title, first, then, chance in (
                (median, _median(old), _median(new), NOISE),
                (p95, _p95(old), _p95(new), CHANCE),
            ):
                least = math.inf if noise else chance
                yield Row(title.format(batch=batch), first, then, in_milliseconds, -1, least)


def change_of(row: Row) -> str:
    """Return how a figure changes: ``−87 %``, ``× 12``; a dash where it doesn't, or isn't known."""
    if row.before is None or row.after is None:
        return ""
    if row.before == 0:
        return NONE
    change = (row.after - row.before) / abs(row.before)  # an ELBO is negative: what rises is a plus
    if math.isnan(change) or abs(change) < row.least:
        return NONE
    if row.before > 0 and change + 1 > GREW:
        return f"× {change + 1:.0f}"
    digits = 0 if abs(change) >= WHOLE else 1
    return with_minus(f"{100 * change:+.{digits}f} %")


def threads_words(size: Size) -> str:
    """Return how times were measured."""
    return ngettext(
        "Times: the median of passes with {count} processor thread.",
        "Times: the median of passes with {count} processor threads.",
        size.threads,
    ).format(count=size.threads)


def _said(row: Row, value: float | None) -> str:
    return "" if value is None else row.words(value)


def _by_batch(size: Size | None, kind: str) -> dict[int, Latency]:
    return {one.batch: one for one in getattr(size, kind)} if size is not None else {}


def _within_noise(before: Latency | None, after: Latency | None) -> bool:
    """Whether two times differ by no more than passes of one of them do."""
    return before is not None and after is not None and not differ(before, after)


def _median(found: Latency | None) -> float | None:
    return found.median if found is not None else None


def _p95(found: Latency | None) -> float | None:
    return found.p95 if found is not None else None
