"""``templates``, ``new`` and ``check``, and everything that goes wrong before torch is needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from projects.files import load, save
from projects.schema import Data, Plug
from projects.templates import template
from tests.cli.conftest import CLASSIFIER, Call

ROOT = Path(__file__).parent.parent.parent


def test_templates_are_listed_for_people_and_for_programs(call: Call) -> None:
    told, listed = call("templates"), call("templates", "--json")
    rows = listed.json["templates"]
    assert (told.code, listed.code, listed.err) == (0, 0, "")
    assert {"name", "title", "objective", "path"} == set(rows[0])
    for row in rows:
        assert row["name"] in told.out
        assert row["title"] in told.out
        assert load(Path(row["path"])).project.objective.type == row["objective"]


def test_new_writes_a_project_and_never_over_another(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "Meine Übung.yaml"
    made = call("new", "digits_mlp", out, "--json")
    assert (made.code, made.json) == (0, {"path": str(out)})
    assert load(out).project == template("digits_mlp").project
    before = out.read_bytes()
    again = call("new", "gan_ring", out)
    assert again.code == 1
    assert "already" in again.err
    assert out.read_bytes() == before
    assert call("new", "gan_ring", out, "--force").code == 0
    assert load(out).project == template("gan_ring").project


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["new", "digit_mlp", "x.yaml"], 2, "Did you mean “digits_mlp”?"),
        (["new", "digits_mlp", "x.txt"], 2, ".yaml"),
        (["new", "digits_mlp", "no/such/folder/x.yaml"], 1, "cannot be written"),
        (["new", "digits_mlp"], 2, "OUT.yaml"),
        (["new", "digits_mlp", ""], 2, "expected a path"),
        (["trian", "x.yaml"], 2, "Did you mean “train”?"),
        (["x.yaml"], 1, "x.yaml: there is no such file"),
        (["check"], 2, "PROJECT"),
        (["check", "missing.yaml"], 1, "missing.yaml: there is no such file"),
        (["check", "/"], 1, "is not a file"),
        (["--nonsense"], 2, "--nonsense"),
        (["templates", "extra"], 2, "extra"),
        (["train", "x.yaml", "--seed", "-1"], 2, "from 0 to 2147483647, got “-1”"),
        (["train", "x.yaml", "--seed", "9" * 5000], 2, "from 0 to"),
        (["train", "x.yaml", "--max-steps", "0"], 2, "from 1 to"),
        (["train", "x.yaml", "--max-steps", "1.5"], 2, "a whole number"),
        (["train", "x.yaml", "--max-seconds", "nan"], 2, "seconds above 0"),
        (["train", "x.yaml", "--max-seconds", "-1"], 2, "seconds above 0"),
        (["train", "x.yaml", "--device", "tpu"], 2, "--device"),
        (["train", "missing.yaml"], 1, "there is no such file"),
        (["train", "missing.yaml", "--resume", "--seed", "1"], 2, "do not go with --resume"),
        (["train", "missing.yaml", "--resume"], 1, "there is no run to go on with"),
        (["evaluate", "."], 1, "not a run"),
        (["evaluate", ".", "--split", "all"], 2, "--split"),
        (["sample", "."], 2, "--count"),
        (["sample", ".", "--count", "0"], 2, "from 1 to"),
        (["sample", ".", "--count", "1", "--out", "x.gif"], 2, ".npz or .png"),
        (["predict", ".", "--in", "x.npz", "--out", "x.txt"], 2, ".npz"),
        (["predict", ".", "--in", "x.npz", "--out", "x.npz"], 1, "not a run"),
        (["export", ".", "--to", "tflite", "--out", "x.tflite"], 2, "pytorch"),
        (["export", ".", "--to", "svg", "--out", "x.png"], 2, ".svg"),
        (["export", ".", "--to", "svg", "--out", "x.svg", "--set", "shapes"], 2, "NAME=VALUE"),
        (["export", ".", "--to", "svg", "--out", "x.svg", "--set", "shape=no"], 1, "shapes"),
        (["export", ".", "--to", "pytorch", "--out", "x.py"], 1, "not a run"),
        (["runs", "missing"], 1, "no such project or folder"),
    ],
)
def test_wrong_words_get_a_sentence_and_the_right_exit_code(
    words: list[str],
    code: int,
    sentence: str,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call(*words)
    assert answer.code == code
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_help_tells_every_command_and_every_option(call: Call) -> None:
    whole = call("--help")
    assert whole.code == 0
    names = "templates new check train evaluate predict sample export runs shots"
    for name in names.split():
        assert f"    {name} " in whole.out or f"    {name}\n" in whole.out
        own = call(name, "--help")
        assert own.code == 0
        assert own.out.startswith(f"usage: ganvas {name}")
        assert "--json" in own.out


def test_check_says_shapes_and_counts(call: Call, project: Path) -> None:
    answer = call("check", project, "--json").json
    assert (answer["ok"], answer["problems"]) == (True, [])
    network = answer["networks"]["classifier"]
    assert network["parameters"] == 8 * 5 + 3 * 9
    assert network["flops"] > 0
    assert network["nodes"]["hidden"] == {"out_shape": [8], "parameters": 40}
    told = call("check", project)
    assert told.code == 0
    assert "hidden" in told.out
    assert "67 parameters" in told.out


@pytest.mark.parametrize("as_json", [False, True])
def test_check_names_every_problem_with_its_place(call: Call, project: Path, as_json: bool) -> None:
    text = project.read_text().replace("units: 8", "unots: 8").replace("type: adam", "type: adm")
    project.write_text(text)
    answer = call("check", project, *(["--json"] if as_json else []))
    assert answer.code == 1
    assert "networks.classifier.nodes.hidden.unots: " in answer.err
    assert "Did you mean “adam”?" in answer.err
    if as_json:
        wheres = {problem["where"] for problem in answer.json["problems"]}
        assert {"networks.classifier.nodes.hidden.unots", "recipe.optimizer.type"} <= wheres
        assert answer.json["ok"] is False


def test_check_of_a_broken_file_is_an_answer_too(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("format: ganvas/1\nrecipe: {a: &x 1}")
    answer = call("check", path, "--json")
    assert answer.code == 1
    assert answer.json["ok"] is False
    assert answer.json["problems"][0]["where"] == "broken.yaml, line 2, column 13"


def test_a_newer_format_can_be_checked_and_not_trained(call: Call, project: Path) -> None:
    newer = msgspec.structs.replace(CLASSIFIER, name="N")
    save(newer, project)
    project.write_text(project.read_text().replace("ganvas/1", "ganvas/2") + "tides: 1\n")
    checked = call("check", project)
    assert checked.code == 0
    assert "newer format" in checked.err
    trained = call("train", project)
    assert trained.code == 1
    assert "newer format" in trained.err


def _run(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, env=env
    )


def test_light_commands_import_neither_torch_nor_qt(tmp_path: Path) -> None:
    code = (
        "import sys, main\n"
        f"for words in (['templates'], ['new', 'gan_ring', {str(tmp_path / 'x.yaml')!r}], ['--help'],"
        " ['runs'], ['check', 'no.yaml']):\n"
        "    main.entry(words)\n"
        "heavy = {'torch', 'PySide6', 'sklearn', 'PIL'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)\n"
    )
    done = _run("-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
@pytest.mark.parametrize("words", ["templates", "templates --json", "--help", "train --help"])
def test_a_closed_pipe_ends_quietly(words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "main.py", *words.split()],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN),
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_ascii_terminals_get_escapes_and_no_traceback() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = _run("main.py", "templates", env=environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_looks_odd_about_data_is_told_when_it_is_asked_for(call: Call, tmp_path: Path) -> None:
    lines = "".join(f"{i % 7},5,{'ab'[i % 2]}\n" for i in range(40))
    (tmp_path / "t.csv").write_text("width,same,kind\n" + lines)
    source = Plug("csv", {"path": "t.csv", "target": "kind"})
    odd = msgspec.structs.replace(template("digits_mlp").project, data=Data(source=source))
    save(odd, tmp_path / "p.yaml")
    found = call("check", tmp_path / "p.yaml", "--findings", "--json").json["findings"]
    assert {problem["severity"] for problem in found} == {"warning"}
    assert "are in training, too" in found[0]["message"]
    assert "1 feature never changes in training: “same”" in found[-1]["message"]
    answer = call("check", tmp_path / "p.yaml", "--findings")
    assert found[-1]["message"] in answer.err
    assert "findings" not in call("check", tmp_path / "p.yaml", "--json").json
    (tmp_path / "t.csv").unlink()
    assert call("check", tmp_path / "p.yaml", "--findings", "--json").json["findings"] == []


def test_a_preflight_measures_one_real_batch(call: Call, project: Path) -> None:
    answer = call("check", project, "--preflight", "--json")
    assert answer.code == 0
    flight = answer.json["preflight"]
    assert {"device", "batch_size", "step_seconds", "memory", "largest_batch", "networks"} <= set(
        flight
    )
    (network,) = flight["networks"].values()
    assert set(network["one_batch"]) == {"losses", "learned", "accuracy", "complete"}
    assert all(set(times) == {"forward", "backward"} for times in network["layers"].values())
    words = call("check", project, "--preflight").out
    assert "one batch by heart" in words
    assert "preflight" not in call("check", project, "--json").json


def test_a_project_with_errors_is_not_measured(call: Call, project: Path, tmp_path: Path) -> None:
    text = project.read_text().replace("units: 16", "units: -1")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text if "-1" in text else text.replace("type: linear", "type: linera", 1))
    answer = call("check", broken, "--preflight", "--json")
    assert answer.code == 1
    assert "preflight" not in answer.json
