"""``new --from``: a design of another program becomes a project, its weights a run of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from onnx import helper
from safetensors.torch import save_file

from tests.cli.conftest import Call, arrays_of
from tests.engine.imports.models import answers, model, saved

WEIGHTS = {
    "w": np.random.default_rng(0).standard_normal((3, 4), dtype=np.float32),
    "b": np.ones(3, np.float32),
}


@pytest.fixture
def onnx_file(tmp_path: Path) -> Path:
    nodes = [
        helper.make_node("Gemm", ["x", "w", "b"], ["a"], transB=1),
        helper.make_node("Elu", ["a"], ["y"]),
    ]
    return saved(model(nodes, weights=WEIGHTS), tmp_path / "theirs.onnx")


def test_a_model_becomes_a_project_whose_run_answers_like_it(
    call: Call, onnx_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.yaml"
    told = call("new", "--from", onnx_file, out, "--json")
    assert told.code == 0
    assert told.json["path"] == str(out)
    assert told.json["unknown"] == []
    assert call("check", out, "--json").json["ok"]
    run = told.json["run"]
    inputs = np.random.default_rng(1).standard_normal((5, 4), dtype=np.float32)
    np.savez(tmp_path / "in.npz", inputs=inputs)
    answer = call("predict", run, "--in", tmp_path / "in.npz", "--out", tmp_path / "out.npz")
    assert answer.code == 0, answer.err
    ours = arrays_of(tmp_path / "out.npz")
    theirs = np.exp(answers(onnx_file, inputs))
    theirs /= theirs.sum(axis=1, keepdims=True)
    assert np.abs(ours["probabilities"] - theirs).max() < 1e-5


def test_a_training_begins_with_its_weights_and_the_import_is_no_training(
    call: Call, onnx_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.yaml"
    run = call("new", out, "--from", onnx_file, "--json").json["run"]
    (row,) = call("runs", out, "--json").json["runs"]
    assert (row["state"], row["steps"]) == ("imported", 0)
    trained = call("train", out, "--from", run, "--max-steps", 2, "--json")
    assert trained.code == 0
    assert "kept: 1" in trained.err
    refused = call("train", out, "--resume", "--out", run)
    assert refused.code == 1
    assert "imported" in refused.err


def test_weights_are_put_onto_a_design(call: Call, onnx_file: Path, tmp_path: Path) -> None:
    design = tmp_path / "mine.yaml"
    call("new", "--from", onnx_file, design)
    path = tmp_path / "w.safetensors"
    save_file({"net.weight": torch.full((3, 4), 2.0), "net.bias": torch.zeros(3)}, path)
    out = tmp_path / "other.yaml"
    told = call("new", "--from", path, "--onto", design, out, "--json")
    assert told.code == 0
    assert out.read_text("utf-8") == design.read_text("utf-8")
    assert call("evaluate", told.json["run"], "--json").code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["new"], 2, "OUT.yaml"),
        (["new", "o.yaml"], 2, "templates"),
        (["new", "digits_mlp", "o.yaml", "--from", "theirs.onnx"], 2, "not from both"),
        (["new", "o.yaml", "--from", "theirs.onnx", "--onto", "p.yaml"], 2, "weights"),
        (["new", "o.yaml", "--from", "gone.onnx"], 1, "gone.onnx"),
        (["new", "o.txt", "--from", "theirs.onnx"], 2, ".yaml"),
        (["new", "o.yaml", "--from", "w.safetensors"], 2, "--onto"),
        (["new", "o.yaml", "--from", "w.pt"], 1, "run code"),
        (["new", "o.yaml", "--from", "bad.onnx"], 1, "bad.onnx"),
        (["new", "o.yaml", "--from", "bad.safetensors", "--onto", "p.yaml"], 1, "p.yaml"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    call: Call,
    onnx_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("w.safetensors", "w.pt", "bad.onnx", "bad.safetensors"):
        (tmp_path / name).write_bytes(b"no model")
    answer = call(*words)
    assert answer.code == code
    assert told in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "o.yaml").exists()
    assert not (tmp_path / "runs").exists()
