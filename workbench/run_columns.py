"""What stands in the table of runs beside name, result and state: settings and metrics that differ, or are wanted."""

from __future__ import annotations

import operator
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.runs.card import BLANK, Card
from engine.runs.summary import Summary
from projects.figures import Read, measured
from projects.translation import gettext as _
from workbench.metric_words import metric_words
from workbench.names import network_words
from workbench.problem_words import capital
from workbench.run_settings import Settings, Value
from workbench.setting_words import setting_title, setting_words

SETTING, METRIC, TAGS, NOTE = "setting", "metric", "tags", "note"
MOST_SETTINGS, MOST_METRICS = 6, 3
SPLITS = ("test_", "validation_")
COMPARISON = re.compile(r"([\w.·/]+)\s*(<=|>=|!=|=|<|>)\s*([^\s<>=]+)")
COMPARE = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        kind: ``setting``, ``metric``, ``tags`` or ``note``.
        key: The path of a setting, the name of a metric.
    """

    kind: str
    key: str = ""

    @property
    def title(self) -> str:
        """What stands above it: of a path the end."""
        if self.kind == METRIC:
            return capital(metric_words(self.key))
        if self.kind == SETTING:
            parts = self.key.split(".")
            return parts[-1] if len(parts) < 3 or parts[0] != "networks" else ".".join(parts[-2:])
        return _("Tags") if self.kind == TAGS else _("Note")


@dataclass(frozen=True)
class Row:
    """What is known of one run.

    Attributes:
        path: Its folder.
        title: What it is called.
        summary: What it says of itself.
        card: What a person says about it.
        settings: Of its project; empty while not read.
    """

    path: Path
    title: str
    summary: Summary
    card: Card = BLANK
    settings: Settings = field(default_factory=dict)

    def value(self, column: Column) -> Value | None:
        """Return what stands in a column; None for nothing."""
        if column.kind == METRIC:
            return self.summary.metrics.get(column.key)
        if column.kind == SETTING:
            return self.settings.get(column.key)
        if column.kind == TAGS:
            return " ".join(f"#{tag}" for tag in self.card.tags) or None
        return " ".join(self.card.note.split()) or None

    def words(self, column: Column) -> str:
        """Return what stands in a column as a table shows it."""
        value = self.value(column)
        if column.kind == METRIC and isinstance(value, float):
            return measured(column.key, value)
        known = setting_words(column.key, value, self.settings) if column.kind == SETTING else ""
        return known or words_of(value)


def heading(column: Column, rows: Iterable[Row]) -> str:
    """Return what stands above a column: of a setting what forms call it, as far as that is known."""
    if column.kind != SETTING:
        return column.title
    settings = next((row.settings for row in rows if column.key in row.settings), {})
    return setting_title(column.key, settings) or column.title


def group_of(column: Column) -> str:
    """Return what a column is about: a part of the project, or what was measured."""
    if column.kind == METRIC:
        return _("Metrics")
    head, *rest = column.key.split(".")
    if head == "networks" and rest:
        return network_words(rest[0])
    parts = {"recipe": _("Recipe"), "data": _("Data"), "objective": _("Objective")}
    return parts.get(head, _("Other"))


def words_of(value: Value | None) -> str:
    """Return the value of a setting as a table shows it."""
    if value is None:
        return "–"
    return f"{Read(value):.6g}" if isinstance(value, float) else value


def known_columns(rows: Sequence[Row]) -> list[Column]:
    """Return every column that there could be: what differs first."""
    differing = differing_columns(rows)
    settings = dict.fromkeys(key for row in rows for key in row.settings)
    metrics = dict.fromkeys(key for row in rows for key in row.summary.metrics)
    others = [Column(SETTING, key) for key in settings] + [Column(METRIC, key) for key in metrics]
    return [*differing, *(column for column in others if column not in set(differing))]


def differing_columns(rows: Sequence[Row]) -> list[Column]:
    """Return settings and metrics in which runs differ, in the order of the first run that has them."""
    settings = _differing([row.settings for row in rows if row.settings])
    metrics = _differing([row.summary.metrics for row in rows if row.summary.metrics])
    return [
        *(Column(SETTING, key) for key in settings),
        *(Column(METRIC, key) for key in sorted(metrics, key=_rank)),
    ]


def shown_columns(
    rows: Sequence[Row], chosen: Collection[Column], left_out: Collection[Column]
) -> list[Column]:
    """Return the columns of the table.

    Args:
        rows: The runs.
        chosen: Columns that are wanted in any case.
        left_out: Columns that are not wanted.
    """
    differing = differing_columns(rows)
    settings = [column for column in differing if column.kind == SETTING][:MOST_SETTINGS]
    metrics = [c for c in differing if c.kind == METRIC and c.key.startswith(SPLITS)]
    told = [Column(TAGS)] if any(row.card.tags for row in rows) else []
    told += [Column(NOTE)] if any(row.card.note for row in rows) else []
    found = [*told, *settings, *metrics[:MOST_METRICS]]
    others = known_columns(rows) if chosen else ()
    extra = [column for column in others if column in chosen and column not in found]
    return [column for column in (*found, *extra) if column not in left_out]


def matches(row: Row, words: str, said: Iterable[str]) -> bool:
    """Whether a run is meant by the words of a filter.

    Every word has to stand somewhere in what is said of it, ``#word`` among its tags; ``lr > 0.001``
    compares a setting or a metric by the end of its name.

    Args:
        row: The run.
        words: What a person typed.
        said: What stands in its row.
    """
    rest = COMPARISON.sub(" ", words)
    told = " ".join((*said, row.title, row.card.note, *(f"#{tag}" for tag in row.card.tags)))
    if any(word not in _typed(told) for word in _typed(rest).split()):
        return False
    return all(_holds(row, *comparison) for comparison in COMPARISON.findall(words))


def _holds(row: Row, name: str, sign: str, wanted: str) -> bool:
    settings, metrics = (list(_named(of, name)) for of in (row.settings, row.summary.metrics))
    values = [value for _key, value in (*settings, *metrics)]
    wanted = _typed(wanted)
    if sign in COMPARE:
        try:
            bound = float(wanted)
        except ValueError:
            return False
        numbers = [value for value in values if isinstance(value, float)]
        return any(COMPARE[sign](value, bound) for value in numbers)
    shown = [words_of(value) for _key, value in settings]
    shown += [measured(key, value) for key, value in metrics if isinstance(value, float)]
    same = any(_typed(words) == wanted for words in shown)
    same = same or any(_same(value, wanted) for value in values)
    return same == (sign == "=")


def _typed(words: str) -> str:
    """Words as a person types them: in any case, and with a hyphen for a minus."""
    return words.casefold().replace("−", "-")


def _same(value: Value, wanted: str) -> bool:
    try:
        return isinstance(value, float) and value == float(wanted)
    except ValueError:
        return False


def _named(values: Mapping[str, Value] | Mapping[str, float], name: str) -> list[tuple[str, Value]]:
    """Values whose name is this, or ends in it."""
    endings = (f".{name}", f"_{name}")
    return [(key, v) for key, v in values.items() if key == name or key.endswith(endings)]


def _differing(tables: Sequence[Mapping[str, Value]] | Sequence[Mapping[str, float]]) -> list[str]:
    """Names whose values are not the same everywhere; a name that is missing somewhere differs."""
    names = dict.fromkeys(name for table in tables for name in table)
    return [name for name in names if len({table.get(name) for table in tables}) > 1]


def _rank(metric: str) -> tuple[int, str]:
    return next((i for i, split in enumerate(SPLITS) if metric.startswith(split)), 9), metric
