"""Run folders that a disk or a stranger has damaged, whose hashes may fit all the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from tests.cli.conftest import Call

Damage = Callable[[Path], object]
DEEP = "[" * 100_000 + "]" * 100_000


def checkpoint(run: Path) -> Path:
    return max((run / "checkpoints").glob("step-*"))


def sign(run: Path) -> None:
    """Let the hashes of the manifest fit what is there, and leave no older checkpoint."""
    newest = checkpoint(run)
    for path in (run / "checkpoints").glob("step-*"):
        if path != newest:
            shutil.rmtree(path)
    manifest = json.loads((newest / "manifest.json").read_text())
    for name in manifest["sha256"]:
        manifest["sha256"][name] = hashlib.sha256((newest / name).read_bytes()).hexdigest()
    (newest / "manifest.json").write_text(json.dumps(manifest))


def facts(change: Callable[[dict[str, Any]], object]) -> Damage:
    """Change the plain values of the checkpoint; the change may answer with a text instead."""

    def damage(run: Path) -> None:
        path = checkpoint(run) / "state.json"
        values = json.loads(path.read_text())
        answer = change(values)
        path.write_text(answer if isinstance(answer, str) else json.dumps(values))
        sign(run)

    return damage


def fact(value: Any, *path: Any) -> Damage:
    """Set one of the plain values of the checkpoint."""

    def change(values: Any) -> None:
        for key in path[:-1]:
            values = values[key]
        values[path[-1]] = value

    return facts(change)


def tensors(name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Damage:
    """Change the tensors of a file of the checkpoint."""

    def damage(run: Path) -> None:
        path = checkpoint(run) / name
        path.write_bytes(save(change(load(path.read_bytes()))))
        sign(run)

    return damage


def content(name: str, new: bytes, signed: bool = True) -> Damage:
    """Replace a file of the checkpoint."""

    def damage(run: Path) -> None:
        (checkpoint(run) / name).write_bytes(new)
        if signed:
            sign(run)

    return damage


def manifest(change: Callable[[dict[str, Any]], Any]) -> Damage:
    """Change the manifest of the checkpoint, and leave no older one."""

    def damage(run: Path) -> None:
        sign(run)
        path = checkpoint(run) / "manifest.json"
        answer = change(json.loads(path.read_text()))
        path.write_text(answer if isinstance(answer, str) else json.dumps(answer))

    return damage


def summary(change: Callable[[dict[str, Any]], Any]) -> Damage:
    def damage(run: Path) -> None:
        answer = change(json.loads((run / "summary.json").read_text()))
        text = answer if isinstance(answer, str) else json.dumps(answer)
        (run / "summary.json").write_text(text)

    return damage


def replaced(name: str, make: Callable[[Path], object]) -> Damage:
    """Put something else where a file or folder of the run was."""

    def damage(run: Path) -> None:
        path = run / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        make(path)

    return damage


def header(text: bytes) -> bytes:
    return len(text).to_bytes(8, "little") + text


def first_reshaped(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, min(found): torch.zeros(7, 7)}


WEIGHTS = "weights.safetensors"
PASSWD = hashlib.sha256(Path("/etc/passwd").read_bytes()).hexdigest()

# What cannot be measured any more; resuming must refuse it too.
HOPELESS: dict[str, Damage] = {
    "no summary": replaced("summary.json", lambda path: None),
    "empty summary": replaced("summary.json", lambda path: path.write_bytes(b"")),
    "binary summary": replaced("summary.json", lambda path: path.write_bytes(bytes(range(256)))),
    "deep summary": summary(lambda values: '{"best": ' + DEEP + "}"),
    "large summary": replaced("summary.json", lambda path: path.write_bytes(b" " * 10**7)),
    "folder as summary": replaced("summary.json", lambda path: path.mkdir()),
    "pipe as summary": replaced("summary.json", lambda path: os.mkfifo(path)),
    "endless summary": replaced("summary.json", lambda path: path.symlink_to("/dev/zero")),
    "infinite summary": summary(lambda v: json.dumps({**v, "seconds": 7}).replace("7", "1e999")),
    "no project": replaced("project.yaml", lambda path: None),
    "pipe as project": replaced("project.yaml", lambda path: os.mkfifo(path)),
    "project with an anchor": replaced("project.yaml", lambda path: path.write_text("a: &x 1")),
    "no manifest's format": manifest(lambda values: {**values, "format": "other"}),
    "manifest leads out": manifest(
        lambda values: {**values, "sha256": {"../../../../../../../../etc/passwd": PASSWD}}
    ),
    "manifest names /": manifest(lambda values: {**values, "sha256": {"/etc/passwd": PASSWD}}),
    "deep manifest": manifest(lambda values: DEEP),
    "list as manifest": manifest(lambda values: []),
    "empty manifest": manifest(lambda values: {**values, "sha256": {}}),
    "unsigned weights": content(WEIGHTS, b"x" * 99, signed=False),
    "no weights": content(WEIGHTS, b""),
    "noise as weights": content(WEIGHTS, os.urandom(999)),
    "weights with a huge header": content(WEIGHTS, (2**62).to_bytes(8, "little") + b"{}"),
    "weights that promise": content(
        WEIGHTS,
        header(b'{"x":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4]}}') + b"abcd",
    ),
    "weights with a deep header": content(WEIGHTS, header(DEEP.encode())),
    "list as facts": facts(lambda values: "[]"),
    "deep facts": facts(lambda values: DEEP),
    "step as a word": fact("x", "step"),
}

# What can be measured and not gone on from.
STUCK: dict[str, Damage] = {
    "negative step": fact(-5, "step"),
    "enormous step": fact(10**30, "step"),
    "offset past the end": fact(10**9, "offset"),
    "generator past its memory": fact(10**6, "random", "numpy", 1),
    "other generator": fact("x", "random", "numpy", 0),
    "words of a generator": fact([1, 2], "random", "python", 1),
    "version of a generator": fact(99, "random", "python", 0),
    "learners as a list": fact([], "learners"),
    "scale as a word": fact("x", "learners", "classifier", "scale"),
    "no learner": fact({}, "learners"),
    "best as a list": fact([1], "scoreboard", "best"),
    "metrics as words": fact({"loss": "low"}, "run", "metrics"),
    "negative seconds": fact(-1, "run", "seconds"),
    "nothing of the run": fact({}, "run"),
    "no memory": tensors("training.safetensors", lambda found: {}),
    "reshaped memory": tensors("training.safetensors", first_reshaped),
    "link as log": replaced("log.txt", lambda path: path.symlink_to("../precious")),
    "link as checkpoints": replaced("samples", lambda path: path.symlink_to("../precious.d")),
}


def told(path: Path, orders: str) -> None:
    """Have a database do something."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(orders)


# Damage that costs at most what was measured.
HARMLESS: dict[str, Damage] = {
    "short database": lambda run: os.truncate(run / "run.sqlite", 5000),
    "empty database": lambda run: os.truncate(run / "run.sqlite", 0),
    "text as database": replaced("run.sqlite", lambda path: path.write_text("hello" * 999)),
    "no database": replaced("run.sqlite", lambda path: None),
    "folder as database": replaced("run.sqlite", lambda path: path.mkdir()),
    "other tables": replaced("run.sqlite", lambda path: told(path, "CREATE TABLE scalars (x)")),
    "a trigger": lambda run: told(
        run / "run.sqlite", "CREATE TRIGGER t AFTER INSERT ON states BEGIN DELETE FROM scalars; END"
    ),
    "folder as log": replaced("log.txt", lambda path: path.mkdir()),
    "no samples": replaced("samples", lambda path: None),
}


@pytest.fixture
def damaged(classifier_run: Path, tmp_path: Path) -> Callable[[Damage], Path]:
    """A damaged copy of the run of the classifier, beside its project and something precious."""

    def make(damage: Damage) -> Path:
        shutil.copy(classifier_run.parent / "project.yaml", tmp_path / "iris.yaml")
        (tmp_path / "precious").write_text("mine")
        (tmp_path / "precious.d").mkdir()
        run = tmp_path / "run"
        shutil.copytree(classifier_run, run)
        damage(run)
        return run

    return make


def words(run: Path) -> dict[str, list[object]]:
    """Every command that opens a run."""
    inputs, project = run.parent / "in.npz", run.parent / "iris.yaml"
    np.savez(inputs, inputs=np.zeros((2, 4)))
    return {
        "evaluate": [run],
        "predict": [run, "--in", inputs, "--out", run.parent / "out.npz"],
        "export": [run, "--to", "pytorch", "--out", run.parent / "m.py"],
        "train": [project, "--out", run, "--resume", "--max-steps", 10**6],
    }


def refused(call: Call, command: str, rest: list[object]) -> None:
    answer = call(command, *rest, "--json")
    assert answer.code == 1, (command, answer)
    assert answer.json["problems"]
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("name", HOPELESS)
def test_hopeless_runs_get_a_sentence(
    name: str, call: Call, damaged: Callable[[Damage], Path]
) -> None:
    run = damaged(HOPELESS[name])
    for command, rest in words(run).items():
        if command == "train" and "summary" in name:
            continue  # a summary is written anew
        refused(call, command, rest)
    listed = call("runs", run.parent, "--json")
    assert listed.code == 0
    assert len(listed.json["runs"]) <= 1


@pytest.mark.parametrize("name", STUCK)
def test_what_cannot_be_gone_on_from_is_refused(
    name: str, call: Call, damaged: Callable[[Damage], Path]
) -> None:
    run = damaged(STUCK[name])
    all_words = words(run)
    refused(call, "train", all_words["train"])
    assert call("evaluate", *all_words["evaluate"], "--json").code == 0
    assert (run.parent / "precious").read_text() == "mine"
    assert not list((run.parent / "precious.d").iterdir())


@pytest.mark.parametrize("name", HARMLESS)
def test_lost_measurements_stop_nothing(
    name: str, call: Call, damaged: Callable[[Damage], Path]
) -> None:
    run = damaged(HARMLESS[name])
    for command, rest in words(run).items():
        answer = call(command, *rest, "--json")
        assert answer.code == 0, (command, answer.err)
    assert call("runs", run, "--json").json["runs"][0]["state"] == "finished"


def test_best_weights_of_another_shape(call: Call, damaged: Callable[[Damage], Path]) -> None:
    run = damaged(tensors("best.safetensors", first_reshaped))
    for command, rest in words(run).items():
        refused(call, command, rest)


def test_words_of_a_run_cannot_move_the_cursor(
    call: Call, damaged: Callable[[Damage], Path]
) -> None:
    hostile = {"project": "\x1b[2J\x9b5m\u202e", "state": "\x07", "metrics": {"\x1b[31mloss": 1}}
    run = damaged(summary(lambda values: {**values, **hostile}))
    told = call("runs", run)
    assert told.code == 0
    assert "\\x1b[2J\\x9b5m\\x202e" in told.out
    assert all(mark.isprintable() or mark == "\n" for mark in told.out)


def test_folders_that_cannot_be_read_are_passed_over(call: Call) -> None:
    answer = call("runs", "/proc/1", "--json")
    assert answer.code == 0
    assert answer.json == {"runs": []}


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_values_to_predict_from_are_finite(
    value: float, call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    inputs = np.zeros((5, 4))
    inputs[2, 1] = value
    np.savez(tmp_path / "in.npz", inputs=inputs)
    out = tmp_path / "out.npz"
    answer = call("predict", classifier_run, "--in", tmp_path / "in.npz", "--out", out, "--json")
    assert answer.code == 1
    assert "example 3" in answer.err
    assert not out.exists()


def test_inputs_that_never_end(call: Call, classifier_run: Path, tmp_path: Path) -> None:
    for name in ("a.npz", "a.csv", "a.png"):
        os.mkfifo(tmp_path / name)
        rest = ["--in", tmp_path / name, "--out", tmp_path / "out.npz"]
        answer = call("predict", classifier_run, *rest, "--json")
        assert answer.code == 1
        assert "no file" in answer.err
