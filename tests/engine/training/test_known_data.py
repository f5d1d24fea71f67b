"""A run knows the data that it learned from, and is not handed out with others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.compute import checkpoint
from engine.compute.compression.compressing import compress
from engine.compute.compression.model import model_of
from engine.compute.evaluate import evaluate, open_fresh, open_run
from engine.compute.inside.opened import OpenRun
from engine.runs.folder import RunFolder
from engine.runs.known_data import known_of
from projects.errors import RunError
from projects.schema import Data, Plug, Project, Recipe
from tests.engine.training.support import chain, train

Change = Callable[[str], str]


def table() -> str:
    generator = np.random.default_rng(0)
    rows = generator.normal([1.0, 50.0, 0.1], [1.0, 9.0, 0.01], (80, 3))
    names = np.where(rows[:, 1] > 50, "high", "low")
    cells = [f"{a:.4f},{b:.4f},{c:.4f},{name}" for (a, b, c), name in zip(rows, names, strict=True)]
    return "\n".join(["one,two,three,kind", *cells, ""])


def scaled(text: str) -> str:
    """The third column a hundred times as large."""
    head, *rows = text.splitlines()
    cells = [row.split(",") for row in rows]
    return "\n".join([head, *(f"{a},{b},{float(c) * 100:.4f},{k}" for a, b, c, k in cells), ""])


def renamed(text: str) -> str:
    return text.replace("high", "mid")


def shorter(text: str) -> str:
    return "\n".join([*text.splitlines()[:-8], ""])


@pytest.fixture(params=["standardize", "none"])
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.csv").write_text(table())
    network = chain([("first", "linear", {"units": 4}), ("last", "linear", {"units": 2})])
    project = Project(
        networks={"classifier": network},
        data=Data(source=Plug("csv", {"path": "a.csv"}), scale=request.param),
        objective=Plug("classification"),
        recipe=Recipe(epochs=1, batch_size=8),
    )
    train(project, folder / "run")
    return folder / "run"


def file_of(run: Path) -> Path:
    return run.parent / "a.csv"


@pytest.mark.parametrize(
    ("change", "what"),
    [(scaled, "scale of the inputs|the examples"), (renamed, "classes"), (shorter, "how many")],
)
def test_a_run_is_not_handed_out_with_other_data(run: Path, change: Change, what: str) -> None:
    file = file_of(run)
    before = file.read_text()
    file.write_text(change(before))
    for opened in (open_run, model_of, open_fresh, OpenRun):
        with pytest.raises(RunError, match=f"data has changed since.*({what})") as caught:
            opened(run)
        assert caught.value.problem.where == "data.source"
        assert "Put the old data back" in caught.value.problem.hint
    file.write_text(before)
    assert evaluate(open_run(run))["test_accuracy"] >= 0


def test_a_copied_file_is_the_same_data(run: Path) -> None:
    os.utime(file_of(run), (1, 1))
    assert known_of(open_run(run).data).fingerprint != fingerprint_in(run)
    assert model_of(run).run == run


def fingerprint_in(run: Path) -> str:
    found: str = json.loads(RunFolder(run).data.read_text())["fingerprint"]
    return found


def test_a_variant_knows_the_data_of_its_parent(run: Path) -> None:
    variant, _size = compress(run, [Plug("prune", {"amount": 0.5})])
    assert fingerprint_in(variant) == fingerprint_in(run)
    open_run(variant)
    file_of(run).write_text(renamed(table()))
    with pytest.raises(RunError, match="data has changed"):
        open_run(variant)


def test_of_a_run_without_that_the_fingerprint_counts(run: Path) -> None:
    RunFolder(run).data.unlink()
    open_run(run)
    os.utime(file_of(run), (1, 1))
    for opened in (open_run, model_of):
        with pytest.raises(RunError, match="data has changed"):
            opened(run)
    OpenRun(run)  # which only looks


def test_a_run_without_a_fingerprint_opens(run: Path) -> None:
    RunFolder(run).data.unlink()
    snapshot = checkpoint.load_newest(RunFolder(run).checkpoints)[0]
    kept: object
    for kept in ({"environment": {}}, None):
        snapshot.facts["run"] = kept
        checkpoint.save(RunFolder(run).checkpoints, snapshot)
        os.utime(file_of(run), (1, 1))
        open_run(run)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"fingerprint": 3}', b"\xff", b"[" * 5000])
def test_damaged_facts_are_said(run: Path, content: bytes) -> None:
    RunFolder(run).data.write_bytes(content)
    with pytest.raises(RunError, match="knows of its data is damaged") as caught:
        open_run(run)
    assert caught.value.problem.where.endswith("data.json")
