"""Curves from event files and into them: as TensorBoard writes them, and as strangers might."""

from __future__ import annotations

import base64
import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from engine.events import reading, records
from engine.events.exchange import hand_out, take_in
from engine.events.messages import event_class
from engine.events.reading import read_curves
from engine.events.records import RecordError, masked_sums, read_records, write_records
from engine.protocol import Array, Progress, Scalars, Started, State
from engine.runs.card import read_card
from engine.runs.folder import RunFolder, list_runs
from engine.runs.reader import Reader
from engine.runs.store import Store
from engine.runs.summary import FOREIGN, Summary, read_summary, write_summary
from main import entry as command
from projects.errors import FileError, RunError, UserError

# Written by the package tensorboard 2.21: losses as tensors of both kinds, a score as a simple value, a text.
GOLDEN = base64.b85decode(
    b"NB{r;00000{*p+Y3AXm|rVhf|K^hHWa$#w1E=6`_Zge^_QZ5QCbY*UHZ*pR9VRB?Hb9HTPVRCsccXDZTWpXZMc4c"
    b"mKUuJ1+WnXu4X>?_BHq)UtEC2ui00000^sdZB2><{9002ObKo9{c9||1`1Z;0}b3zCR0V)Il002Kq3knGe2XkX#Y"
    b"+-"
    b"V9St_j}D*ylh00000h8x362><{9002ynKo9~d9tsc&1Z;0}b3zCR0U`td0DwLU3JL>ZV`CKn06;(BF~n;i000000"
    b"000f?Ws@+0000008o!W5CbX`3K0qfbY*ySLJ0^5LIr4LY;14CZc8i"
)


def log(folder: Path, name: str = "run", content: bytes = GOLDEN) -> Path:
    place = folder / "logs" / name
    place.mkdir(parents=True)
    (place / "events.out.tfevents.1.x").write_bytes(content)
    return folder / "logs"


def trained(path: Path, steps: int = 500) -> Path:
    """The folder of a run with two curves, gone on with at its middle."""
    RunFolder(path).make()
    store = Store(RunFolder(path).database)
    where = np.arange(1, steps + 1)
    for begin, value in ((0, 9.0), (steps // 2, 1.0)):
        store.emit(
            Started(run=str(path), step=begin, steps_per_epoch=5, total_steps=steps, device="cpu")
        )
        there = where[where > begin]
        values = np.where(there % 100 == 0, np.nan, value / there)
        store.emit(Progress(step=begin + 10, epoch=2, steps_per_second=1, seconds=begin + 1.0))
        store.flush()
        store.emit(Scalars(series={"train_loss": (Array.of(there), Array.of(values))}))
        store.flush()
    store.emit(Scalars(series={"score": (Array.of(where[9::10]), Array.of(where[9::10] / 7))}))
    store.emit(State(state="finished", step=steps))
    store.close()
    told = Summary(
        project="p",
        objective="gan",
        state="finished",
        steps=steps,
        started="2026-01-02T03:04:05+00:00",
    )
    write_summary(path, told)
    RunFolder(path).project.write_text("")
    return path


def told(run: Path) -> dict[str, tuple[list[int], list[float]]]:
    found: dict[str, tuple[list[int], list[float]]] = {}
    for event in Reader(run).events():
        for name, (steps, values) in event.series.items() if isinstance(event, Scalars) else ():
            both = found.setdefault(name, ([], []))
            both[0].extend(steps.numpy().tolist())
            both[1].extend(values.numpy().tolist())
    return found


def test_check_sums_are_those_of_rfc_3720() -> None:
    """B.4: 32 bytes of zeros, of ones, and rising ones."""
    parts = [bytes(32), b"\xff" * 32, bytes(range(32)), b"123456789"]
    wanted = np.array([0x8A9136AA, 0x62A8AB43, 0x46DD794E, 0xE3069283], np.uint32)
    plain = masked_sums(parts) - np.uint32(records.DELTA)
    assert np.array_equal((plain >> np.uint32(17)) | (plain << np.uint32(15)), wanted)


def test_what_tensorboard_wrote_is_read(tmp_path: Path) -> None:
    curves = read_curves(log(tmp_path) / "run")
    assert {name: (list(c.steps), list(c.values)) for name, c in curves.items()} == {
        "loss": ([1, 2], [0.5, 0.25]),
        "acc": ([2], [0.75]),
    }
    assert list(curves["loss"].times) == [1000.0, 1001.5]


def test_folders_become_runs(tmp_path: Path) -> None:
    log(tmp_path, "one")
    logs = log(tmp_path, "deep/two")
    taken = take_in(logs, tmp_path / "runs")
    assert list_runs(tmp_path / "runs") == sorted(
        taken.runs, key=lambda run: run.name, reverse=True
    )
    assert sorted(read_card(run).name for run in taken.runs) == ["deep/two", "one"]
    run = taken.runs[0]
    assert told(run) == {"loss": ([1, 2], [0.5, 0.25]), "acc": ([2], [0.75])}
    summary = read_summary(run)
    assert (summary.state, summary.steps, summary.seconds) == (FOREIGN, 2, 1.5)
    times = [e.seconds for e in Reader(run).events() if isinstance(e, Progress)]
    assert times == [0.0, 1.5, 1.5]
    assert list(Reader(run).events())[-1] == State(state=FOREIGN, step=2)
    with pytest.raises(RunError, match="curves of another program"):
        Reader(run).project()


def test_curves_go_out_and_come_back(tmp_path: Path) -> None:
    run = trained(tmp_path / "run")
    written = hand_out(run, tmp_path / "logs" / "a")
    (back,) = take_in(tmp_path / "logs", tmp_path / "runs").runs
    steps, values = told(back)["train_loss"]
    assert steps == list(range(1, 501))
    wanted = [np.nan if s % 100 == 0 else (9.0 if s <= 250 else 1.0) / s for s in steps]
    np.testing.assert_allclose(values, wanted, rtol=1e-6)
    assert told(back)["score"][0] == list(range(10, 501, 10))
    assert written.name == "events.out.tfevents.1767323045.ganvas"
    with pytest.raises(FileError, match="already"):
        hand_out(run, tmp_path / "logs" / "a")


def test_the_real_tensorboard_reads_what_is_written(tmp_path: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", exc_type=ImportError
    )
    hand_out(trained(tmp_path / "run"), tmp_path / "logs")
    read = accumulator.EventAccumulator(str(tmp_path / "logs"), {"scalars": 0})
    read.Reload()
    assert set(read.Tags()["scalars"]) == {"train_loss", "score"}
    events = read.Scalars("score")
    assert [event.step for event in events] == list(range(10, 501, 10))
    np.testing.assert_allclose([e.value for e in events], [e.step / 7 for e in events], rtol=1e-6)
    assert events[0].wall_time >= 1767323045


@pytest.mark.parametrize(
    "content",
    [
        b"not an event file at all, but long enough",
        GOLDEN[:40] + b"\x00" + GOLDEN[41:],
        GOLDEN[:8] + b"\x00\x00\x00\x00" + GOLDEN[12:],
        write_records([b"\xff\xff\xff\xff"]),
        struct.pack("<Q", 2**62) + bytes(32),
    ],
)
def test_damaged_files_are_said_to_be(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UserError, match="damaged"):
        take_in(log(tmp_path, content=content), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_one_damaged_run_does_not_keep_the_others_out(tmp_path: Path) -> None:
    log(tmp_path, "bad", b"x" * 99)
    taken = take_in(log(tmp_path, "good"), tmp_path / "runs")
    assert [read_card(run).name for run in taken.runs] == ["good"]
    assert "bad" in taken.refused[0]


def test_a_file_that_is_still_written_is_read_as_far_as_it_goes() -> None:
    whole = records_of(GOLDEN)
    assert records_of(GOLDEN[:-3]) == whole[:-1]
    assert records_of(GOLDEN[:-30]) == whole[:-1]


def records_of(content: bytes, most: int = 1000) -> list[bytes]:
    return list(read_records(io.BytesIO(content), most))


def test_large_records_are_passed_over() -> None:
    parts = [b"one", bytes(5000), b"two"]
    assert records_of(write_records(parts)) == [b"one", b"two"]
    assert records_of(write_records(parts), 5000) == parts


@pytest.mark.parametrize("damaged", [0, 7, 9, 13, 16])
def test_damage_is_told_from_an_end_that_is_not_written_yet(damaged: int) -> None:
    content = bytearray(write_records([b"some", b"more"]))
    content[damaged] ^= 0x40
    with pytest.raises(RecordError):
        records_of(bytes(content))


def events(*values: tuple[int, str, float]) -> bytes:
    made = event_class()
    return write_records(
        made(
            wall_time=float("nan"), step=step, summary={"value": [{"tag": tag, "simple_value": v}]}
        ).SerializeToString()
        for step, tag, v in values
    )


def test_odd_steps_names_and_numbers(tmp_path: Path) -> None:
    content = events(
        (5, "a", 1), (3, "a", float("inf")), (5, "a", 2), (-1, "a", 9), (2**60, "a", 9), (1, "", 4)
    )
    (run,) = take_in(log(tmp_path, content=content), tmp_path / "runs").runs
    assert told(run) == {"a": ([3, 5], [float("inf"), 2.0]), "value": ([1], [4.0])}


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = log(tmp_path, content=events(*((1, f"c{i}", 0.0) for i in range(5))))
    monkeypatch.setattr(reading, "MOST_CURVES", 4)
    with pytest.raises(RunError, match="more than 4 curves"):
        take_in(logs, tmp_path / "runs")
    monkeypatch.setattr(reading, "MOST_CURVES", 5)
    monkeypatch.setattr(reading, "MOST_POINTS", 4)
    with pytest.raises(RunError, match="more than 4 numbers"):
        take_in(logs, tmp_path / "runs")
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(FileError, match="larger than"):
        take_in(logs, tmp_path / "runs")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="no event files"):
        take_in(tmp_path / "empty", tmp_path / "runs")
    with pytest.raises(RunError, match="no event files"):
        take_in(tmp_path / "gone", tmp_path / "runs")
    with pytest.raises(RunError, match="no curves"):
        take_in(log(tmp_path, "other", write_records([])) / "other", tmp_path / "runs")


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["import", str(log(tmp_path)), "--out", str(tmp_path / "runs"), "--json"]
    assert command(words) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    out = tmp_path / "out"
    assert command(["export", run, "--to", "tensorboard", "--out", str(out), "--json"]) == 0
    assert Path(json.loads(capsys.readouterr().out)["path"]).parent == out
    assert set(read_curves(out)) == {"loss", "acc"}
    assert command(["import", str(tmp_path / "nothing")]) == 1
    assert "no event files" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["diagnose", "evaluate"])
def test_what_needs_to_know_what_was_trained_says_that_nobody_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    (run,) = take_in(log(tmp_path), tmp_path / "runs").runs
    assert command([asked, str(run)]) == 1
    said = capsys.readouterr().err
    assert "curves of another program" in said
    assert "train it" in said
    assert "not a run folder" not in said
    assert command([asked, str(tmp_path)]) == 1
    assert "not a run folder" in capsys.readouterr().err
