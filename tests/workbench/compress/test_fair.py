"""Times that can be compared, whatever else the machine did while they were measured."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.compression.variant import Latency, Size, Variant, write_variant
from engine.runs.summary import COMPRESSED
from tests.workbench.compress.support import PRUNED, family, make_run, size, summary
from workbench.compress.axes import AXES, time_words
from workbench.compress.fair import fair_size, quickest, steady
from workbench.compress.family import Member, family_of
from workbench.compress.spots import Preview, spots_of
from workbench.compress.table import cells_of, heads_of, saved

SCORE = "validation_accuracy"
AXIS = next(axis for axis in AXES if axis.batch == 64)


def narrow(ms: float, score: float = 0.88) -> Size:
    """Figures of a variant that computes half as much."""
    return msgspec.structs.replace(size(500, score, ms), macs=495, parameters=500)


def variant_of(folder: Path, name: str, parent: str, own: Size, then: Size) -> None:
    path = folder / name
    make_run(path, summary(COMPRESSED, parent))
    write_variant(path, Variant(steps=(PRUNED,), size=own, parent=then))


def times(members: tuple[Member, ...]) -> dict[str, float]:
    """Times for a batch of 64 by the last letters of the names, in milliseconds an example."""
    found = {m.path.name[-3:]: AXIS.of(m.fair) for m in members if m.fair is not None}
    return {name: round(1e3 / 64 * time, 9) for name, time in found.items() if time is not None}


@pytest.fixture
def runs(tmp_path: Path) -> list[tuple[Path, object]]:
    """A run, its half that was measured while the machine was busy, and a half of that, in a quiet moment."""
    make_run(tmp_path / "20260101-000001-ash", summary("finished"))
    ash, owl = "20260101-000001-ash", "20260101-000002-owl"
    variant_of(tmp_path, owl, ash, narrow(0.414), size(ms=0.855))
    quarter = msgspec.structs.replace(narrow(0.05), macs=100, parameters=100)
    variant_of(tmp_path, "20260101-000003-elm", owl, quarter, narrow(0.1))
    names = {ash: "finished", owl: COMPRESSED, "20260101-000003-elm": COMPRESSED}
    parents = {owl: ash, "20260101-000003-elm": owl}
    return [
        (tmp_path / name, summary(state, parents.get(name, ""))) for name, state in names.items()
    ]


def test_a_busy_machine_makes_no_variant_slower_than_its_run(
    tmp_path: Path, runs: list[tuple[Path, object]]
) -> None:
    ash = tmp_path / "20260101-000001-ash"
    found = family_of(ash, runs, {ash: size(ms=0.338)})  # type: ignore[arg-type]
    half = 0.338 * 0.414 / 0.855
    assert times(found) == pytest.approx({"ash": 0.338, "owl": half, "elm": half / 2})
    spots = dict(spots_of(found, None, AXIS, SCORE, True))
    owl = spots[tmp_path / "20260101-000002-owl"]
    assert owl.cost < spots[ash].cost
    assert "64 at once: 26.5 ms · p95 53 ms (what it was made of: 54.7 ms)" in owl.words
    assert f"Time for a batch of 64: {64 * half:.3g} ms" in owl.words
    row = next(cells_of(one, SCORE) for one in found if one.path.name.endswith("owl"))
    cell = row[heads_of(SCORE).index("64 at once")]
    assert cell.value == pytest.approx(64e-3 * half)
    assert "what it was made of: 54.7 ms" in cell.tip
    table = saved(found, SCORE)
    values = dict(zip(table.heads, list(table.rows)[1], strict=True))
    assert values["64 at once, as measured (s)"] == pytest.approx(64 * 0.414e-3)
    assert values["64 at once, what it was made of (s)"] == pytest.approx(64 * 0.855e-3)
    assert values["64 at once (s)"] == pytest.approx(64e-3 * half)


def test_a_file_that_a_training_left_is_said_not_to_be_packed(tmp_path: Path) -> None:
    runs = family(tmp_path)
    ash, owl, ivy = (runs[place][0] for place in (0, 1, 3))
    (ivy / "checkpoints" / "step-000000001" / "weights.safetensors").write_bytes(bytes(5000))
    best = ivy / "checkpoints" / "step-000000001" / "best.safetensors"
    best.write_bytes(bytes(234_480))
    found = family_of(ash, runs, {ash: size(), ivy: size(100, 0.8)})
    members = {one.path: one for one in found}
    assert [members[path].stored for path in (ash, owl, ivy)] == [0, 0, best.stat().st_size]
    spots = dict(spots_of(found, None, AXIS, SCORE, True))
    said = "not packed, as its training left it: 229.0 KiB"
    assert f"Bytes, packed: 400 B ({said})" in spots[ivy].words
    assert "not packed" not in spots[owl].words
    cell = cells_of(members[ivy], SCORE)[heads_of(SCORE).index("Bytes, packed")]
    assert (cell.value, cell.tip) == (400, said)
    best.unlink()
    assert family_of(ash, runs, {})[3].stored == 5000


def test_what_computes_as_much_takes_as_long(tmp_path: Path) -> None:
    ash = tmp_path / "20260101-000001-ash"
    runs = family(tmp_path)
    known = {ash: size(ms=0.2), tmp_path / "20260101-000004-ivy": size(100, 0.8, 7.0)}
    found = family_of(ash, runs, known)
    assert set(times(found)) == {"ash", "owl", "elm", "ivy"}
    assert set(times(found).values()) == {0.2}


def test_a_run_that_was_trained_on_by_another_design_is_timed_beside(tmp_path: Path) -> None:
    ash, ivy = (tmp_path / f"20260101-00000{name}" for name in ("1-ash", "4-ivy"))
    runs = family(tmp_path)
    known = {ash: size(ms=0.2), ivy: narrow(9.0, 0.8)}
    alone = family_of(ash, runs, known)
    assert "ivy" not in times(alone)
    assert ivy not in dict(spots_of(alone, None, AXIS, SCORE, True))
    assert ivy in dict(spots_of(alone, None, AXES[0], SCORE, True))
    found = family_of(ash, runs, known, {ivy: (narrow(3.0), size(ms=6.0))})
    assert times(found)["ivy"] == pytest.approx(0.1)
    assert next(one for one in found if one.path == ivy).size.value == 0.8  # type: ignore[union-attr]


def test_int8_kernels_count_in_proportion_to_float32_of_the_same_runtime() -> None:
    int8 = msgspec.structs.replace(
        size(ms=0.5),
        onnx_latencies=(Latency(batch=64, median=4.0, p95=4.0), Latency(batch=1, median=1, p95=1)),
        int8_latencies=(Latency(batch=64, median=1.0, p95=2.0), Latency(batch=1, median=3, p95=3)),
    )
    found = fair_size(int8, size(ms=0.5), size(ms=0.1))
    many = quickest(found, 64)
    assert many is not None
    assert many[1] == "int8_latencies"
    assert (many[0].median, many[0].p95) == pytest.approx((0.0016, 0.0032))
    assert quickest(found, 1) == (size(ms=0.1).latencies[0], "latencies")
    assert time_words(found, 64) == "1.6 ms, by int8 kernels of ONNX Runtime"
    assert time_words(found, 1) == "0.1 ms"


def test_a_preview_lies_where_its_proportion_to_the_run_puts_it() -> None:
    preview = Preview("prune_units", narrow(0.4), size(ms=0.8))
    ((_path, spot),) = spots_of([], preview, AXIS, SCORE, True, size(ms=0.1))
    assert spot.cost == pytest.approx(64 * 0.05e-3)
    assert not spots_of([], preview, AXIS, SCORE, True)


def test_the_least_time_of_a_run_counts() -> None:
    quiet, busy = size(ms=0.1), size(value=0.95, ms=0.3)
    assert steady(busy, None) == busy
    assert steady(busy, quiet) == msgspec.structs.replace(busy, latencies=quiet.latencies)
    assert steady(quiet, busy) == quiet
    other = msgspec.structs.replace(busy, threads=4)
    assert steady(other, quiet) == other
