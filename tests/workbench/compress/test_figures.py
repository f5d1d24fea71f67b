"""Which changes the figures of the Compress tab tell."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.compression.variant import Latency, Size
from tests.workbench.compress.support import size
from widgets import theme
from workbench.compress.axes import AXES, score_words
from workbench.compress.family import RUN, Member
from workbench.compress.figures import CHANGE, NAME, Figures, change_of, rows_of
from workbench.compress.spots import spots_of
from workbench.compress.table import cells_of
from workbench.metric_words import metric_words

BEFORE = msgspec.structs.replace(
    size(), latencies=(Latency(batch=1, median=1.0, p95=1.1),), sparse_latencies=()
)


def after(median: float, p95: float, macs: int) -> Size:
    """Figures of a variant."""
    time = Latency(batch=1, median=median, p95=p95)
    return msgspec.structs.replace(BEFORE, latencies=(time,), macs=macs)


@pytest.mark.parametrize(
    ("median", "p95", "macs", "words", "worst"),
    [
        (30.0, 31.0, 500, "× 30", "× 28"),
        (0.55, 0.56, 500, "−45 %", "–"),
        (0.55, 0.56, 990, "–", "–"),  # as much is computed: it was chance
        (2.12, 2.2, 990, "–", "–"),
        (0.92, 0.93, 500, "–", "–"),  # passes of the run itself differ by more
        (1.5, 2.1, 500, "–", "–"),  # those of the variant do
    ],
)
def test_a_time_changes_where_less_is_computed_and_chance_is_passed(
    qtbot: QtBot, median: float, p95: float, macs: int, words: str, worst: str
) -> None:
    other = after(median, p95, macs)
    rows = {row.name: row for row in rows_of(BEFORE, other)}
    assert change_of(rows["1 at once"]) == words
    assert change_of(rows["1 at once, p95"]) == worst
    assert rows["1 at once"].after == median
    table = Figures()
    qtbot.addWidget(table)
    table.show_sizes(BEFORE, other)
    found = table.item(list(rows).index("1 at once"), CHANGE)
    assert found is not None
    packed = table.item(list(rows).index("Bytes, packed"), NAME)
    assert packed is not None
    assert "A training keeps every number in 32 bits" in packed.toolTip()
    tokens = theme.current()
    colours = (tokens.color("good"), tokens.color("warning"))
    assert (found.foreground().color() in colours) == (words != "–")


def test_sparse_passes_change_with_the_zeros() -> None:
    one, other = (
        msgspec.structs.replace(BEFORE, sparse_latencies=(Latency(batch=1, median=m, p95=m),))
        for m in (1.0, 0.5)
    )
    assert change_of({row.name: row for row in rows_of(one, other)}["1, sparse"]) == "−50 %"


def test_a_score_that_counts_is_whole_everywhere() -> None:
    counted = msgspec.structs.replace(BEFORE, metric="modes", value=8.0, metrics={"modes": 8.0})
    row = next(rows_of(counted, None))
    assert row.words(8.0) == "8"
    member = Member(Path("run"), "Ring", RUN, "", counted)
    assert cells_of(member, "modes")[2].words == "8"
    ((_path, spot),) = spots_of([member], None, AXES[0], "modes", True)
    assert f"{metric_words('modes')} 8" in spot.words.splitlines()
    assert score_words("modes", math.nan) == "–"


def test_a_score_that_is_no_number_has_no_change(qtbot: QtBot) -> None:
    other = msgspec.structs.replace(BEFORE, value=math.nan)
    assert change_of(next(rows_of(BEFORE, other))) == "–"
    table = Figures()
    qtbot.addWidget(table)
    table.show_sizes(BEFORE, other)
    found = table.item(0, CHANGE)
    assert found is not None
    assert found.foreground().color() != theme.current().color("warning")
