"""Who belongs to a family of runs, what of it nothing else beats, and the form of a step."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from engine.compression.base import COMPRESSIONS
from engine.compression.variant import Latency
from engine.runs.summary import COMPRESSED
from projects.schema import Plug
from projects.templates import template
from tests.workbench.compress.support import PROJECT, family, make_run, size, summary
from workbench.compress.axes import AXES, front, score_base
from workbench.compress.fair import quickest
from workbench.compress.family import RUN, TRAINED, VARIANT, Member, family_of
from workbench.compress.figures import change_of, rows_of
from workbench.compress.spots import Preview, spots_of
from workbench.compress.step_fields import Subject, fields_for, first_settings, has_slider
from workbench.compress.table import VariantTable, cells_of, heads_of, saved


def test_every_member_finds_the_same_family(tmp_path: Path) -> None:
    runs = family(tmp_path)
    ash, owl, elm, ivy, fox = (path for path, _summary in runs)
    for run in (ash, owl, elm, ivy):
        found = family_of(run, runs, {})
        assert [(m.path, m.kind) for m in found] == [
            (ash, RUN),
            (owl, VARIANT),
            (elm, VARIANT),
            (ivy, TRAINED),
        ]
        assert found[0].size == size()  # what a variant keeps of its parent
        assert found[3].size is None
        assert found[1].done == "Prune weights 0.9"
        assert found[3].done.startswith("trained on from elm")
    assert [m.path for m in family_of(fox, runs, {})] == [fox]
    assert family_of(ivy, runs, {ivy: size(100, 0.88)})[3].size == size(100, 0.88)


def test_runs_whose_files_say_odd_things_have_a_family_too(tmp_path: Path) -> None:
    one = make_run(tmp_path / "one", summary("finished", "", "two"))
    two = make_run(tmp_path / "two", summary(COMPRESSED, "one"), size())
    assert [m.path for m in family_of(one[0], [one, two], {})] == [one[0]]
    orphan = make_run(tmp_path / "orphan", summary(COMPRESSED, "gone"), size())
    assert [m.kind for m in family_of(orphan[0], [orphan], {})] == [RUN]
    runs = family(tmp_path / "whole")
    ash, owl, elm, ivy = (path for path, _summary in runs[:4])
    (owl / "compression.json").write_text("{")
    assert [m.path for m in family_of(ash, runs, {})] == [ash, elm, ivy]


def test_the_chosen_row_stays_when_another_one_goes(qtbot: QtBot) -> None:
    members = [Member(Path(name), name, VARIANT, "") for name in "abcd"]
    table = VariantTable()
    qtbot.addWidget(table)
    table.show_members(members, "")
    table.choose(Path("c"))
    table.show_members([members[0], *members[2:]], "")
    assert table.current == Path("c")


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_what_was_not_measured_comes_last_whichever_way_is_sorted(
    qtbot: QtBot, order: Qt.SortOrder
) -> None:
    table = VariantTable()
    qtbot.addWidget(table)
    sizes = {"owl": size(90), "nothing": None, "elm": size(9)}
    members = [Member(Path(name), name, VARIANT, "", one, fair=one) for name, one in sizes.items()]
    table.show_members(members, "validation_accuracy")
    cells = table.findChild(QTableWidget, "compressTable")
    assert cells is not None
    for column in range(2, cells.columnCount()):
        cells.sortItems(column, order)
        assert cells.item(2, 0).text() == "nothing"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("points", "higher", "expected"),
    [
        ([(1, 0.5), (2, 0.9), (3, 0.8), (4, 0.95)], True, [0, 1, 3]),
        ([(1, 5.0), (2, 7.0), (3, 2.0)], False, [0, 2]),
        ([(1, 0.5), (1, 0.7), (1, 0.7)], True, [1]),
        ([], True, []),
    ],
)
def test_the_front_is_what_nothing_else_beats(
    points: list[tuple[float, float]], higher: bool, expected: list[int]
) -> None:
    assert front(points, higher) == expected


def test_sparse_matrices_count_where_they_are_faster() -> None:
    sparse = (Latency(batch=1, median=5e-5, p95=6e-5), Latency(batch=64, median=1.0, p95=1.0))
    made = msgspec.structs.replace(size(), sparse_latencies=sparse)
    one, many = quickest(made, 1), quickest(made, 64)
    assert one == (sparse[0], "sparse_latencies")
    assert many == (made.latencies[1], "latencies")
    assert quickest(made, 7) is None
    assert {axis.name: axis.of(made) for axis in AXES}["latency_1"] == 5e-5


def test_figures_say_what_changes() -> None:
    rows = {row.name: row for row in rows_of(size(), size(100, 0.85, 0.102))}
    assert change_of(rows["Not 0"]) == "−90 %"
    assert change_of(rows["Parameters"]) == "–"
    assert change_of(rows["Validation accuracy"]) == "−6 %"
    assert change_of(rows["1 at once"]) == "–"  # two in a hundred are chance
    alone = list(rows_of(size(), None))
    assert {change_of(row) for row in alone} == {""}


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.9778, "−0.4 %"), (0.9716, "−1 %"), (0.9818, "–"), (0.9914, "+1 %"), (0.9905, "+0.9 %")],
)
def test_a_score_that_changes_by_less_than_a_hundredth_is_told_with_tenths(
    value: float, words: str
) -> None:
    before, after = (msgspec.structs.replace(size(), value=each) for each in (0.9815, value))
    assert change_of(next(iter(rows_of(before, after)))) == words


def test_a_score_below_0_that_falls_changes_by_a_minus() -> None:
    better, worse = (msgspec.structs.replace(size(), value=value) for value in (-300.0, -330.0))
    for before, after, words in ((better, worse, "−10 %"), (worse, better, "+9 %")):
        assert change_of(next(iter(rows_of(before, after)))) == words
    grown = msgspec.structs.replace(size(), value=-6000.0)
    assert (
        change_of(next(iter(rows_of(better, grown)))) == "−1900 %"
    )  # and not twenty times as good


@pytest.mark.parametrize(("higher", "in_front"), [(True, [True, False]), (False, [True, True])])
def test_points_lie_on_the_front_by_which_way_is_better(higher: bool, in_front: list[bool]) -> None:
    members = [
        Member(Path(name), name, VARIANT, "", size(nonzero, value))
        for name, nonzero, value in (("small", 10, 0.9), ("large", 100, 0.8))
    ]
    found = spots_of(members, None, AXES[0], "validation_accuracy", higher)
    assert [path for path, _spot in found] == [Path("small"), Path("large")]
    assert [spot.front for _path, spot in found] == in_front


def test_what_has_no_score_is_no_point() -> None:
    bare = msgspec.structs.replace(size(), metric="", metrics={})
    lost = Member(Path("lost"), "lost", VARIANT, "", bare)
    unknown = Member(Path("unknown"), "unknown", VARIANT, "")
    preview = Preview("prune", size(5, 0.5))
    found = spots_of([lost, unknown], preview, AXES[0], "validation_accuracy", True)
    assert [(path, spot.hollow) for path, spot in found] == [(None, True)]


def test_the_table_has_a_cell_for_every_heading(tmp_path: Path) -> None:
    found = family_of(tmp_path / "20260101-000001-ash", family(tmp_path), {})
    for member in found:
        assert len(cells_of(member, "validation_accuracy")) == len(heads_of("validation_accuracy"))
    table = saved(found, "validation_accuracy")
    rows = list(table.rows)
    assert table.heads[-6:-4] == ["64 at once, p95 (s)", "Threads"]
    assert rows[1][2:4] == [0.89, 500]
    assert rows[3][2:] == [""] * (len(table.heads) - 2)


def test_every_compression_has_a_form_with_what_the_run_has(tmp_path: Path) -> None:
    subject = Subject(tmp_path, PROJECT)
    for kind in COMPRESSIONS:
        fields = {field.name: field for field in fields_for(kind, subject)}
        assert "networks" not in fields  # there is only one
        COMPRESSIONS.make_plug(first_settings(kind.tag(), subject), "steps.0")
    layer = {f.name: f for f in fields_for(COMPRESSIONS.get("remove_layer"), subject)}["node"]
    assert moments_of(tmp_path) == ["start"]  # it has no summary
    assert "input" not in [value for value, _words in layer.choices]
    assert first_settings("remove_layer", subject) == Plug(
        "remove_layer", {"node": layer.choices[0][0]}
    )
    game = Subject(tmp_path, template("gan_ring").project)
    chosen = {f.name: f for f in fields_for(COMPRESSIONS.get("prune"), game)}["networks"]
    assert [value for value, _words in chosen.choices] == ["", "generator", "discriminator"]
    slid = {f.name for kind in COMPRESSIONS for f in kind.fields() if has_slider(f)}
    assert {"amount", "energy", "share", "bits"} <= slid
    assert not slid & {"seed", "examples"}


def test_tickets_go_back_to_early_steps_of_the_run_that_was_trained(tmp_path: Path) -> None:
    run, variant = tmp_path / "20260101-000001-ash", tmp_path / "20260101-000002-owl"
    make_run(run, msgspec.structs.replace(summary("finished"), steps=250))
    make_run(variant, summary(COMPRESSED, run.name), size(500))
    early = ["start", "step-000000002", "step-000000005", "step-000000012", "step-000000025"]
    for one in (run, variant):
        assert moments_of(one) == [*early, "step-000000001"]


def moments_of(run: Path) -> list[str]:
    """To which times weights can be rewound."""
    fields = fields_for(COMPRESSIONS.get("rewind"), Subject(run, PROJECT))
    return [value for value, _words in next(f for f in fields if f.name == "to").choices]


@pytest.mark.parametrize(
    ("metric", "metrics", "words"),
    [
        ("accuracy", ("loss", "accuracy"), "validation part"),
        ("fid", ("modes", "fid"), "samples, against training examples"),
        ("coverage", ("fid", "coverage"), "samples, against training examples"),
        ("coverage", ("skill", "coverage"), "validation part"),  # of a forecast
        ("generator_loss", ("fid", "generator_loss"), "validation part"),
    ],
)
def test_a_score_says_what_it_was_measured_on(
    metric: str, metrics: tuple[str, ...], words: str
) -> None:
    assert words in score_base(metric, metrics)
