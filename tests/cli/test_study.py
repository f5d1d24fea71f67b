"""The command ``study``."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from safetensors.numpy import load_file

from projects.files import save
from tests.cli.conftest import CLASSIFIER, Call

ROOT = Path(__file__).resolve().parents[2]
GRID = """\
format: ganvas-study/1
study: Rates
project: iris.yaml
set: {recipe.epochs: 2}
axes:
  recipe.optimizer.lr: [0.001, 0.05]
  size:
    as drawn: {}
    wide: {networks.classifier.nodes.hidden.units: 32}
    broken: {networks.classifier.nodes.logits.units: 2}
seeds: [0, 3]
"""


def _study(folder: Path, text: str = GRID) -> Path:
    path = folder / "rates.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _weights(run: Path) -> dict[str, bytes]:
    newest = max((run / "checkpoints").iterdir())
    arrays = load_file(newest / "weights.safetensors")
    return {name: array.tobytes() for name, array in arrays.items()}


def test_a_grid_is_trained_counted_and_kept(project: Path, tmp_path: Path, call: Call) -> None:
    out = tmp_path / "out"
    text = GRID.replace("[0.001, 0.05]", "[0.01]")
    answer = call("study", _study(tmp_path, text), "--out", out, "--jobs", 1, "--json")
    assert answer.code == 0, answer.err
    told = answer.json
    assert told["state"] == "finished"
    assert [run["state"] for run in told["runs"]] == ["finished"] * 4 + ["failed"] * 2
    assert told["cells"][1]["cell"] == {"recipe.optimizer.lr": "0.01", "size": "wide"}
    assert sum(cell["best"] for cell in told["cells"]) == 1
    figure = told["cells"][0]["metrics"][told["metric"]]
    values = [run["metrics"][told["metric"]] for run in told["runs"][:2]]
    assert figure["mean"] == pytest.approx(sum(values) / 2)
    assert figure["sd"] == pytest.approx(abs(values[0] - values[1]) / 2**0.5)

    # A run that fails is a row with its sentence, and the study goes on.
    assert "networks.classifier" in told["runs"][4]["message"]
    assert told["runs"][4]["message"] in (out / "results.md").read_text(encoding="utf-8")
    lines = list(csv.reader(io.StringIO((out / "results.csv").read_text(encoding="utf-8"))))
    assert len(lines) == 7

    # The fourth training of one engine is the one that ``train --set`` makes, bit for bit.
    alone = tmp_path / "alone"
    words = ["recipe.epochs=2", "recipe.optimizer.lr=0.01"]
    words.append("networks.classifier.nodes.hidden.units=32")
    sets = [part for word in words for part in ("--set", word)]
    assert call("train", project, "--out", alone, "--seed", 3, *sets).code == 0
    assert _weights(Path(told["runs"][3]["run"])) == _weights(alone)

    # Another project or another study does not get into the folder, and nothing is trained anew.
    before = {path: path.stat().st_mtime_ns for path in out.glob("runs/*/summary.json")}
    refused = call("study", _study(tmp_path, text.replace("[0.01]", "[0.02]")), "--out", out)
    assert refused.code == 1
    assert "another study is in this folder" in refused.err
    save(msgspec.structs.replace(CLASSIFIER, name="Other"), project)
    refused = call("study", _study(tmp_path, text), "--out", out)
    assert refused.code == 1
    assert "another project" in refused.err
    assert before == {path: path.stat().st_mtime_ns for path in out.glob("runs/*/summary.json")}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("recipe.optimizer.lr:", "recipe.optimizer.rate:", "rate"),
        ("recipe.epochs: 2", "recipe.epoch: 2", "Did you mean “recipe.epochs”?"),
        ("0.05", "-1", "recipe.optimizer.lr"),
        ("[0.001, 0.05]", "[]", "at least one value"),
        ("[0, 3]", "1000000000", "seeds"),
        ("seeds:", "seed:", "Did you mean “seeds”?"),
        ("[0, 3]", "[0, 0]", "twice"),
        ("iris.yaml", "other.yaml", "there is no such file"),
        ("ganvas-study/1", "ganvas/1", "this is not a study"),
        ("project: iris.yaml\n", "", "project"),
    ],
)
def test_what_is_wrong_is_a_sentence_with_its_place(
    project: Path, tmp_path: Path, call: Call, old: str, new: str, said: str
) -> None:
    answer = call("study", _study(tmp_path, GRID.replace(old, new)), "--out", tmp_path / "out")
    assert answer.code == 1
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


def test_folders_that_cannot_be_used(project: Path, tmp_path: Path, call: Call) -> None:
    study = _study(tmp_path)
    (tmp_path / "file").write_text("x")
    assert "something else" in call("study", study, "--out", tmp_path / "file").err
    below = call("study", study, "--out", tmp_path / "file" / "out")
    assert below.code == 1
    assert "Traceback" not in below.err
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("x")
    assert "something else" in call("study", study, "--out", full).err


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interrupted_study_goes_on_where_it_was(
    project: Path, tmp_path: Path, call: Call
) -> None:
    text = (
        GRID.replace("[0.001, 0.05]", "[0.001]").replace("[0, 3]", "[5]").replace("2}", "300}", 1)
    )
    text = "".join(line for line in text.splitlines(True) if "units" not in line)
    study, out = _study(tmp_path, text), tmp_path / "out"
    words = [sys.executable, str(ROOT / "main.py"), "study", str(study), "--out", str(out)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(out.glob("runs/*/summary.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "same command" in err
    answer = call("study", study, "--out", out, "--json")
    assert answer.code == 0, answer.err
    first = answer.json["runs"][0]
    assert first["state"] == "finished"
    alone = tmp_path / "alone"
    sets = ["--set", "recipe.epochs=300", "--set", "recipe.optimizer.lr=0.001"]
    assert call("train", project, "--out", alone, "--seed", 5, *sets).code == 0
    assert _weights(Path(first["run"])) == _weights(alone)
