"""Every objective that answers for examples, from training to export, by the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from projects.files import save
from projects.schema import Plug, Project
from tests.cli.conftest import Call, arrays_of
from tests.engine.training import kinds
from tests.engine.training.support import Layers, train


@dataclass(frozen=True)
class Kind:
    """One objective.

    Attributes:
        make: Its project, given the folder for its data.
        measures: What ``evaluate`` has to say of the test part.
        shape: Shape of the inputs of three examples.
        outputs: Shape of what is predicted for them, by name.
    """

    make: Callable[[Path], Project]
    measures: tuple[str, ...]
    shape: tuple[int, ...]
    outputs: dict[str, tuple[int, ...]]


ERRORS = ("loss", "mse", "mae", "rmse")
QUANTILES = {"loss": "quantile", "quantiles": [0.1, 0.5, 0.9]}
KINDS = {
    "regression": Kind(lambda _: kinds.regression(), (*ERRORS, "r2"), (3, 10), {"predicted": (3,)}),
    "quantiles": Kind(
        lambda _: kinds.regression(QUANTILES, units=3),
        (*ERRORS, "r2", "coverage"),
        (3, 10),
        {"predicted": (3,), "quantiles": (3, 3)},
    ),
    "forecasting": Kind(
        lambda _: kinds.forecasting(),
        (*ERRORS, "skill", "mse/1", "mae/3", "skill/3"),
        (3, 12, 1),
        {"predicted": (3, 3)},
    ),
    "multi_label": Kind(
        lambda _: kinds.multi_label(),
        ("loss", "accuracy", "mean_accuracy", "macro_f1", "micro_f1"),
        (3, 20),
        {"probabilities": (3, 5), "predicted": (3, 5)},
    ),
    "sequence_labelling": Kind(
        lambda _: kinds.sequence_labelling(),
        ("loss", "accuracy", "macro_f1"),
        (3, 6, 1),
        {"probabilities": (3, 6, 2), "predicted": (3, 6)},
    ),
    "language_model": Kind(
        kinds.language_model,
        ("loss", "perplexity", "bits_per_character", "accuracy"),
        (3, 10),
        {"probabilities": (3, 10, 14), "predicted": (3, 10)},
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_from_training_to_export(call: Call, tmp_path: Path, name: str) -> None:
    kind, run, out = KINDS[name], tmp_path / "run", tmp_path / "out.npz"
    save(kind.make(tmp_path), tmp_path / "project.yaml")
    words = ["--out", run, "--max-steps", 2, "--json"]
    trained = call("train", tmp_path / "project.yaml", *words)
    assert (trained.code, trained.json["state"]) == (0, "stopped")
    measured = call("evaluate", run, "--json").json["metrics"]
    told = {f"test_{measure}" for measure in kind.measures}
    assert told <= measured.keys()
    assert {key for key in measured if "/" not in key} <= told
    assert all(np.isfinite(value) for value in measured.values())
    np.savez(tmp_path / "in.npz", inputs=np.zeros(kind.shape))
    answer = call("predict", run, "--in", tmp_path / "in.npz", "--out", out, "--json")
    assert (answer.code, answer.json["count"]) == (0, 3)
    arrays = arrays_of(out)
    assert {key: arrays[key].shape for key in arrays} == kind.outputs
    for to, place in (("pytorch", "net.py"), ("safetensors", "net.safetensors")):
        exported = call("export", run, "--to", to, "--out", tmp_path / place, "--json")
        assert exported.json["max_abs_difference"] < 1e-6
    (row,) = call("runs", tmp_path, "--json").json["runs"]
    assert row["metrics"]["test_loss"] == pytest.approx(measured["test_loss"])


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a language model that has learned a little."""
    from tests.engine.training.support import train

    folder = tmp_path_factory.mktemp("writer")
    train(kinds.language_model(folder), folder / "run", max_steps=20)
    return folder / "run"


def test_texts_follow_from_the_seed(call: Call, writer: Path, tmp_path: Path) -> None:
    def written(*words: object) -> str:
        out = tmp_path / "texts.txt"
        given = ["--count", 2, "--length", 12, *words, "--out", out, "--json"]
        answer = call("sample", writer, *given)
        assert answer.code == 0, answer.err
        assert answer.json["path"] == str(out)
        return out.read_text()

    first = written("--prompt", "the ", "--seed", 1)
    assert first == written("--prompt", "the ", "--seed", 1)
    assert first != written("--prompt", "the ", "--seed", 2)
    assert first.startswith("the ")
    assert first.count("the ") >= 2
    likeliest = written("--prompt", "the ", "--temperature", 0)
    assert likeliest == written("--prompt", "the ", "--temperature", 0, "--seed", 9)
    assert likeliest == written("--prompt", "the ", "--top-k", 1)
    assert likeliest == written("--prompt", "the ", "--top-p", 1e-6)


def test_texts_as_arrays(call: Call, writer: Path, tmp_path: Path) -> None:
    out = tmp_path / "texts.npz"
    words = ["--count", 3, "--length", 5, "--prompt", "the", "--out", out, "--json"]
    assert call("sample", writer, *words).json == {"path": str(out), "shape": [3, 8]}
    arrays = arrays_of(out)
    assert arrays["samples"].shape == (3, 8)
    assert [text[:3] for text in arrays["texts"]] == ["the"] * 3
    assert {len(text) for text in arrays["texts"]} == {8}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--prompt", "Ω"], "“Ω” is not in the vocabulary"),
        (["--out", "a.png"], "texts are no picture"),
        (["--temperature", "-1"], "expected a number from 0 to 100"),
        (["--top-p", "nan"], "expected a number"),
    ],
)
def test_what_cannot_be_written(
    call: Call, writer: Path, tmp_path: Path, words: list[Any], said: str
) -> None:
    words = [tmp_path / word if word.endswith(".png") else word for word in words]
    out = [] if "--out" in words else ["--out", tmp_path / "a.txt"]
    answer = call("sample", writer, "--count", 1, *out, *words)
    assert answer.code in (1, 2)
    assert said in answer.err


def test_a_generator_takes_no_prompt(call: Call, ring_run: Path, tmp_path: Path) -> None:
    out = ["--count", 1, "--out", tmp_path / "a.npz"]
    answer = call("sample", ring_run, *out, "--prompt", "the")
    assert answer.code == 2
    assert "draws no texts" in answer.err


def test_predicting_from_texts(call: Call, writer: Path, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("the cat sat on\n\nthe dog sat\n")
    words = ["--in", tmp_path / "in.txt", "--out", tmp_path / "out.npz"]
    assert call("predict", writer, *words, "--json").json["count"] == 2
    (tmp_path / "in.txt").write_text("the cat sat on\n\nthe\n")
    answer = call("predict", writer, *words)
    assert answer.code == 1
    assert "in.txt:3: there are 3 tokens; this run reads 10" in answer.err


def test_predicting_from_a_column_of_texts(call: Call, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("kind,text\n" + "a,the cat sat\nb,a dog\n" * 5)
    params = {"path": str(tmp_path / "t.csv"), "text": "text", "target": "kind", "length": 4}
    layers: Layers = [
        ("words", "embedding", {"features": 2}),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 2}),
    ]
    named = kinds.project(
        Plug("classification"), "classifier", layers, Plug("text_table", params), batch_size=4
    )
    train(named, tmp_path / "run", max_steps=1)
    words = ["--in", tmp_path / "in.csv", "--out", tmp_path / "out.npz"]
    (tmp_path / "in.csv").write_text("id,text\n1,the cat sat\n2,a bird\n")
    assert call("predict", tmp_path / "run", *words, "--json").json["count"] == 2
    from_table = arrays_of(tmp_path / "out.npz")
    (tmp_path / "in.txt").write_text("the cat sat\n\na bird\n")
    words[1] = tmp_path / "in.txt"
    assert call("predict", tmp_path / "run", *words).code == 0
    assert (from_table["probabilities"] == arrays_of(tmp_path / "out.npz")["probabilities"]).all()
    words[1] = tmp_path / "in.csv"
    for content, said in (
        ("id,text\n1,the cat sat\n2\n", "in.csv, row 3, column 2: there is no text"),
        ("id,words\n1,the cat sat\n", "in.csv:1: the table has no column"),
        ("id,text\n", "there is no row below the names"),
    ):
        (tmp_path / "in.csv").write_text(content)
        answer = call("predict", tmp_path / "run", *words)
        assert (answer.code, said in answer.err) == (1, True), answer.err


@pytest.mark.parametrize("value", [-1, 14, 0.5, np.nan])
def test_what_is_no_index(call: Call, writer: Path, tmp_path: Path, value: float) -> None:
    inputs = np.zeros((2, 10))
    inputs[1, 3] = value
    np.savez(tmp_path / "in.npz", inputs=inputs)
    answer = call("predict", writer, "--in", tmp_path / "in.npz", "--out", tmp_path / "o.npz")
    assert answer.code == 1
    assert "example 2 holds a value that is no index from 0 to 13" in answer.err
