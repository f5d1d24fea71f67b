"""Checkpoints survive kills, damage and full disks."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.protocol import Event, Marker, State
from engine.runs.control import Control
from engine.runs.folder import RunFolder
from engine.runs.lock import RunLock
from engine.runs.summary import read_summary, write_summary
from projects.atomic import PREFIX, DiskFullError
from projects.errors import RunError
from projects.yaml_reader import MOST_BYTES
from tests.engine.training.support import Listener, differences, digits, last_state, train


class KilledError(BaseException):
    """Stands for kill -9: nothing catches it, nothing is cleaned up."""


def state(step: int) -> Snapshot:
    weights = {"net.weight": torch.full((3, 4), float(step))}
    return Snapshot(weights, {"net.mean": torch.ones(2)}, {"step": step}, dict(weights))


def dying(name: str, at: int) -> Callable[..., Any]:
    """The system call of this name, which kills the process instead at its n-th call."""
    real = getattr(os, name)
    calls = iter(range(10**6))

    def call(*args: Any) -> Any:
        if next(calls) == at:
            raise KilledError
        return real(*args)

    return call


POINTS = [("fsync", n) for n in range(11)] + [("replace", n) for n in range(5)]


@pytest.mark.parametrize(("call", "at"), POINTS)
def test_a_kill_at_any_point_leaves_a_whole_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, at: int
) -> None:
    checkpoint.save(tmp_path, state(1))
    with monkeypatch.context() as patch:
        patch.setattr(os, call, dying(call, at))
        with pytest.raises(KilledError):
            checkpoint.save(tmp_path, state(2))
    found, damages = checkpoint.load_newest(tmp_path)
    assert found.step in (1, 2)
    assert differences(found, state(found.step)) == set()
    assert damages == []
    checkpoint.sweep_strays(tmp_path)
    assert not list(tmp_path.rglob(f"{PREFIX}*"))
    assert checkpoint.load_newest(tmp_path)[0].step == found.step
    checkpoint.save(tmp_path, state(3))
    assert checkpoint.load_newest(tmp_path)[0].step == 3


def test_every_point_of_a_save_was_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {"fsync": 0, "replace": 0}
    for name in counts:
        real = getattr(os, name)

        def call(*args: Any, name: str = name, real: Any = real) -> Any:
            counts[name] += 1
            return real(*args)

        monkeypatch.setattr(os, name, call)
    checkpoint.save(tmp_path, state(2))
    assert {(name, n) for name, count in counts.items() for n in range(count)} == set(POINTS)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


FILES = ("weights.safetensors", "training.safetensors", "best.safetensors", "state.json")


@pytest.mark.parametrize("damage", [cut, flip, empty, remove])
@pytest.mark.parametrize("name", FILES)
def test_damage_is_noticed_and_the_one_before_it_serves(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    checkpoint.save(tmp_path, state(1))
    newest = checkpoint.save(tmp_path, state(2))
    damage(newest / name)
    found, damages = checkpoint.load_newest(tmp_path)
    assert found.step == 1
    assert [error.problem.where for error in damages] == [str(newest / name)]


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        '{"format": "ganvas-checkpoint/1", "sha256": {"../../etc/passwd": "0"}}',
        '{"format": "ganvas-checkpoint/1", "sha256": {}}',
        '{"format": "other", "sha256": {}}',
        '{"format": "ganvas-checkpoint/1", "sha256": 3}',
    ],
)
def test_a_hostile_manifest_is_a_damaged_checkpoint(tmp_path: Path, manifest: str) -> None:
    path = checkpoint.save(tmp_path, state(1))
    (path / "manifest.json").write_text(manifest)
    with pytest.raises(RunError, match="damaged"):
        checkpoint.load_newest(tmp_path)


def test_saving_a_step_again_never_endangers_the_first_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint.save(tmp_path, state(1))
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dying("replace", 0))
        with pytest.raises(KilledError):
            checkpoint.save(tmp_path, state(1))
    assert checkpoint.load_newest(tmp_path)[0].step == 1
    again = checkpoint.save(tmp_path, state(1))
    assert [again] == checkpoint.checkpoints(tmp_path)
    assert again.name == "step-000000001"
    again.rename(again.with_name("step-000000001-again"))  # killed before it took its place
    assert checkpoint.load_newest(tmp_path)[0].step == 1
    checkpoint.sweep_strays(tmp_path)
    assert checkpoint.checkpoints(tmp_path) == [again]


def test_tensors_of_any_size_are_read_again(tmp_path: Path) -> None:
    """What a run began with and the copy of its teacher may have more bytes than a project file."""
    path, weights = tmp_path / "start.safetensors", torch.rand(MOST_BYTES // 4 + 1)
    checkpoint.write_tensors(path, {"net.weight": weights})
    assert torch.equal(checkpoint.load_tensors(path)["net.weight"], weights)


def test_two_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 3, 4):
        checkpoint.save(tmp_path, state(step))
    assert [path.name for path in checkpoint.checkpoints(tmp_path)] == [
        "step-000000004",
        "step-000000003",
    ]


def test_a_run_goes_on_from_the_checkpoint_before_a_damaged_one(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=13)
    train(digits(), run, resume=True, max_steps=20)
    flip(checkpoint.checkpoints(RunFolder(run).checkpoints)[0] / "weights.safetensors")
    sink = Listener()
    train(digits(), run, sink, resume=True, max_steps=26)
    assert sink.of(Marker)[0].kind == "damaged_checkpoint"
    train(digits(), tmp_path / "whole", max_steps=26)
    assert differences(last_state(run), last_state(tmp_path / "whole")) == set()


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_anew(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=13)
    for path in checkpoint.checkpoints(RunFolder(run).checkpoints):
        remove(path / "manifest.json")
    summary = msgspec.structs.replace(read_summary(run), state="running", steps=0)
    write_summary(run, summary)
    train(digits(), run, resume=True, max_steps=13)
    assert last_state(run).step == 13
    assert not [
        p for p in RunFolder(run).checkpoints.iterdir() if not (p / "manifest.json").exists()
    ]


def test_a_run_whose_checkpoints_are_gone_does_not_begin_anew_in_silence(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=13)
    for path in checkpoint.checkpoints(RunFolder(run).checkpoints):
        remove(path / "manifest.json")
    before = sorted(RunFolder(run).checkpoints.rglob("*"))
    with pytest.raises(RunError, match="no checkpoint to go on from"):
        train(digits(), run, resume=True, max_steps=20)
    assert sorted(RunFolder(run).checkpoints.rglob("*")) == before


def test_who_is_refused_a_run_leaves_the_save_in_progress_alone(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=3)
    half = RunFolder(run).checkpoints / "step-000000099" / "weights.safetensors"
    half.parent.mkdir()
    half.write_bytes(b"half")
    stray = run / f"{PREFIX}0011223344556677"
    stray.write_bytes(b"half")
    lock = RunLock(run)
    with pytest.raises(RunError, match="Another process is training"):
        train(digits(), run, resume=True, max_steps=20)
    assert (half.exists(), stray.exists()) == (True, True)
    lock.release()
    train(digits(), run, resume=True, max_steps=20)
    assert (half.exists(), stray.exists()) == (False, False)


def test_a_full_disk_keeps_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint.save(tmp_path, state(1))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError) as caught:
        checkpoint.save(tmp_path, state(2))
    monkeypatch.undo()
    assert caught.value.size > 0
    assert "step-000000002" in str(caught.value.path)
    assert [path.name for path in tmp_path.glob("step-*")] == ["step-000000001"]


def full(*_args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_pauses_the_training_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Control()
    patch = pytest.MonkeyPatch()

    def react(event: Event) -> None:
        if isinstance(event, State) and event.state == "running" and not told():
            patch.setattr("projects.atomic.os.fsync", full)
        if isinstance(event, Marker) and event.kind == "disk_full":
            patch.undo()
            control.go_on()

    sink = Listener(react)

    def told() -> list[Marker]:
        return [marker for marker in sink.of(Marker) if marker.kind == "disk_full"]

    try:
        finished = train(digits(), tmp_path / "run", sink, control, max_steps=13)
    finally:
        patch.undo()
    (marker,) = told()
    assert marker.values["bytes"] > 0
    assert str(tmp_path / "run") in marker.values["path"]
    assert str(tmp_path / "run") in marker.text
    assert [event.state for event in sink.of(State)][:3] == ["running", "paused", "running"]
    assert finished.steps == last_state(tmp_path / "run").step == 13
    train(digits(), tmp_path / "other", max_steps=13)
    assert differences(last_state(tmp_path / "run"), last_state(tmp_path / "other")) == set()


def test_stopping_on_a_full_disk_fails_in_words(tmp_path: Path) -> None:
    control = Control()
    patch = pytest.MonkeyPatch()

    def react(event: Event) -> None:
        if isinstance(event, State) and event.state == "running":
            patch.setattr("projects.atomic.os.fsync", full)
        if isinstance(event, Marker):
            control.stop()

    try:
        with pytest.raises(DiskFullError, match="do not fit"):
            train(digits(), tmp_path / "run", Listener(react), control, max_steps=13)
    finally:
        patch.undo()


def test_a_full_disk_ends_a_training_that_nobody_attends(tmp_path: Path) -> None:
    patch = pytest.MonkeyPatch()

    def react(event: Event) -> None:
        if isinstance(event, State) and event.state == "running":
            patch.setattr("projects.atomic.os.fsync", full)

    run = tmp_path / "run"
    train(digits(), run, max_steps=3)
    try:
        with pytest.raises(DiskFullError, match="do not fit"):
            train(
                digits(), run, Listener(react), Control(attended=False), max_steps=13, resume=True
            )
    finally:
        patch.undo()
    train(digits(), run, max_steps=13, resume=True)
    train(digits(), tmp_path / "whole", max_steps=13)
    assert differences(last_state(run), last_state(tmp_path / "whole")) == set()


def test_a_folder_that_cannot_be_made_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    from projects.errors import FileError

    with pytest.raises(FileError) as caught:
        train(digits(), tmp_path / "file" / "run")
    assert str(tmp_path / "file" / "run") in str(caught.value)


def test_a_checkpoint_is_read_by_public_tools(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    train(digits(), tmp_path / "run", max_steps=3)
    path = checkpoint.checkpoints(RunFolder(tmp_path / "run").checkpoints)[0]
    assert load_file(path / "weights.safetensors")["classifier.first.weight"].shape == (24, 64)
    assert json.loads((path / "state.json").read_text())["step"] == 3
    assert read_summary(tmp_path / "run").steps == 3
