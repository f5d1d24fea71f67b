"""A run on texts keeps its vocabulary, and answers for texts with the same one alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.compute.compression.compressing import compress
from engine.compute.evaluate import evaluate, open_run
from engine.runs.folder import RunFolder
from projects.errors import RunError
from projects.schema import Data, Plug, Project, Recipe
from tests.engine.training.support import chain, digits, train

ROWS = "text,kind\n" + "a good film,yes\na bad film,no\n" * 10


def texts(folder: Path) -> Project:
    (folder / "a.csv").write_text(ROWS)
    network = chain(
        [
            ("embed", "embedding", {"features": 3}),
            ("flat", "flatten", {}),
            ("last", "linear", {"units": 2}),
        ]
    )
    return Project(
        networks={"classifier": network},
        data=Data(source=Plug("text_table", {"path": str(folder / "a.csv"), "length": 4})),
        objective=Plug("classification"),
        recipe=Recipe(epochs=1, batch_size=4),
    )


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from engine.data import places

    monkeypatch.setattr(places, "allowed", lambda: frozenset({tmp_path}))
    train(texts(tmp_path), tmp_path / "run")
    return tmp_path / "run"


def test_the_vocabulary_lies_in_the_run(run: Path) -> None:
    kept = json.loads(RunFolder(run).vocabulary.read_text())
    assert kept["tokens"] == ["<pad>", "<unk>", "a", "film", "bad", "good"]
    assert (kept["tokenizer"], kept["lowercase"], kept["padding"]) == ("word", True, 0)
    assert evaluate(open_run(run))["test_accuracy"] >= 0


def test_texts_with_other_indices_are_refused(run: Path) -> None:
    table = run.parent / "a.csv"
    table.write_text(table.read_text().replace("good", "fine"))
    with pytest.raises(RunError, match="another vocabulary") as caught:
        open_run(run)
    assert caught.value.problem.where.endswith("vocabulary.json")
    RunFolder(run).vocabulary.unlink()
    open_run(run)


def test_a_variant_has_the_vocabulary_of_its_parent(run: Path) -> None:
    variant, _made = compress(run, [Plug("prune", {"amount": 0.5})])
    assert RunFolder(variant).vocabulary.read_bytes() == RunFolder(run).vocabulary.read_bytes()
    table = run.parent / "a.csv"
    table.write_text(table.read_text().replace("good", "fine"))
    with pytest.raises(RunError, match="another vocabulary"):
        open_run(variant)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"tokens": 3}', b"\xff", b"{" * 100])
def test_a_damaged_vocabulary_is_said(run: Path, content: bytes) -> None:
    RunFolder(run).vocabulary.write_bytes(content)
    with pytest.raises(RunError, match="vocabulary is damaged"):
        open_run(run)


def test_runs_without_texts_have_none(tmp_path: Path) -> None:
    train(digits(epochs=1), tmp_path / "run", max_steps=1)
    assert not RunFolder(tmp_path / "run").vocabulary.exists()
