"""``compress`` and ``sensitivity``."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.compression.sensitivity import LayerSensitivity, Scan
from engine.compression.variant import Size, Variant
from engine.compute.compression import compressing, sensitivity
from engine.headless.compressing import step_of
from projects.errors import ProjectError
from projects.schema import Plug
from tests.cli.conftest import Call


@pytest.fixture(autouse=True)
def _briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.compression.measuring.SECONDS", 0.0)


def test_a_variant_is_made_and_is_a_run(call: Call, classifier_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "small"
    told = call(
        "compress",
        classifier_run,
        "--by",
        "prune: {amount: 0.5}",
        "--by",
        "rewind",
        "--out",
        out,
        "--json",
    )
    assert told.code == 0, told.err
    answer = told.json
    assert (answer["run"], answer["parent"]) == (str(out), str(classifier_run))
    assert answer["steps"] == [{"type": "prune", "amount": 0.5}, {"type": "rewind"}]
    assert answer["size"]["nonzero"] < answer["before"]["nonzero"]
    assert answer["size"]["parameters"] == answer["before"]["parameters"]
    assert "Keep zeros" in answer["notes"][0]
    measured = call("evaluate", out, "--split", "validation", "--json").json["metrics"]
    assert measured[answer["size"]["metric"]] == answer["size"]["value"]
    (row,) = call("runs", out, "--json").json["runs"]
    assert (row["state"], row["steps"]) == ("compressed", 0)
    again = call("compress", out, "--by", "prune", "--out", out)
    assert again.code == 1
    assert "something here already" in again.err


def test_what_was_and_what_is_stand_beside_each_other(
    call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    told = call("compress", classifier_run, "--by", "prune", "--out", tmp_path / "small")
    rows = told.out.splitlines()
    assert rows[0].split() == ["before", "after"]
    assert rows[1].startswith("validation_accuracy")
    assert "Times: the median of passes with 1 processor thread." in rows
    assert rows[-1] == f"Wrote {tmp_path / 'small'}"


def test_scores_that_count_are_whole(
    call: Call, classifier_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = (
        Size(
            parameters=1,
            nonzero=1,
            dense_bytes=1,
            file_bytes=1,
            macs=1,
            metric="modes",
            value=count,
        )
        for count in (8.0, 7.0)
    )
    made = Variant(steps=(Plug("prune"),), size=after, parent=before)
    layer = LayerSensitivity(layer="generator/linear", weights=4, scores=(7.5, *range(8)))
    found = Scan(metric="modes", higher=True, value=8.0, layers=(layer,))
    monkeypatch.setattr(compressing, "compress", lambda run, *_others: (run, made))
    monkeypatch.setattr(sensitivity, "scan", lambda *_others: found)
    assert call("compress", classifier_run, "--by", "prune").out.splitlines()[1].split() == [
        "modes",
        "8",
        "7",
    ]
    _head, row, last = call("sensitivity", classifier_run).out.splitlines()
    assert row.split() == ["generator/linear", "4", "7.5000", *"01234567", "less", "than", "10%"]
    assert last.endswith(": 8")


def test_what_each_layer_can_lose(call: Call, classifier_run: Path) -> None:
    answer = call("sensitivity", classifier_run, "--json").json
    assert answer["shares"] == [0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99]
    assert all(len(layer["scores"]) == 9 for layer in answer["layers"])
    told = call("sensitivity", classifier_run)
    assert "can lose" in told.out.splitlines()[0]
    assert all(layer["layer"] in told.out for layer in answer["layers"])


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("prune", Plug("prune")),
        ("prune:", Plug("prune")),
        ("prune: {amount: 0.9}", Plug("prune", {"amount": 0.9})),
        ("{type: prune, amount: 0.9}", Plug("prune", {"amount": 0.9})),
    ],
)
def test_a_step_in_words(text: str, step: Plug) -> None:
    assert step_of(text, "steps.0") == step


@pytest.mark.parametrize("text", ["7", "[prune]", "prune: 3", "{prune: {}, rewind: {}}"])
def test_a_step_that_is_none(text: str) -> None:
    with pytest.raises(ProjectError, match="expected a compression") as caught:
        step_of(text, "steps.4")
    assert caught.value.problem.where == "steps.4"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--by", "prunee"], 1, "steps.0.type"),
        (["--by", "prune", "--by", "prune: {amount: 1.5}"], 1, "steps.1.amount"),
        (["--by", "prune: {networks: clasifier}"], 1, "Did you mean"),
        (["--by", "prune: {amount: 0.5"], 1, "steps.0"),
        (["--by", "rewind: {to: nowhere}"], 1, "It has: best, last, "),
        ([], 2, "--by"),
    ],
)
def test_what_cannot_be_done_says_where(
    call: Call, classifier_run: Path, tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    answer = call("compress", classifier_run, *words, "--out", tmp_path / "out")
    assert answer.code == code
    assert told in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_run(call: Call, tmp_path: Path) -> None:
    for words in (["compress", tmp_path, "--by", "prune"], ["sensitivity", tmp_path]):
        answer = call(*words)
        assert answer.code == 1
        assert "no run" in answer.err or "not a run" in answer.err
