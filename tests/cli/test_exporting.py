"""``export``: every format of a run, and a training that is repeated without Ganvas."""

from __future__ import annotations

import json
import runpy
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from projects.figures import measured
from projects.files import save
from projects.schema import Data, Network, Plug, Project, Recipe
from tests.cli.conftest import CLASSIFIER, Call, chain

Placed = tuple[str, str, dict[str, Any]]
OUT: Placed = ("output", "output", {})
IN: Placed = ("input", "input", {})


def network(*nodes: Placed) -> Network:
    return chain(IN, *nodes, OUT)


CONVOLUTIONS = Project(
    data=Data(source=Plug("digits"), scale="standardize"),
    objective=Plug("classification", {"label_smoothing": 0.1}),
    networks={
        "classifier": network(
            ("conv", "conv2d", {"filters": 6}),
            ("norm", "batch_norm", {}),
            ("relu", "relu", {}),
            ("flatten", "flatten", {}),
            ("logits", "linear", {"units": 10}),
        )
    },
    recipe=Recipe(
        epochs=3,
        optimizer=Plug("sgd", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
        schedule=Plug("cosine", {"warmup": 10}),
        clip_norm=1.0,
    ),
    probes=(),
)
NUMBERS = Project(
    data=Data(source=Plug("diabetes"), scale="standardize"),
    objective=Plug("regression", {"loss": "huber"}),
    networks={
        "regressor": network(
            ("hidden", "linear", {"units": 8}),
            ("tanh", "tanh", {}),
            ("number", "linear", {"units": 1}),
        )
    },
    recipe=Recipe(
        epochs=4, batch_size=32, optimizer=Plug("rmsprop"), schedule=Plug("step", {"every": 9})
    ),
    probes=(),
)
CODES = Project(
    data=Data(source=Plug("digits", {"layout": "flat"})),
    objective=Plug("autoencoder", {"sparsity": "l1"}),
    networks={
        "encoder": network(("code", "linear", {"units": 6})),
        "decoder": network(("pixels", "linear", {"units": 64})),
    },
    recipe=Recipe(
        epochs=2, optimizers={"decoder": Plug("adagrad")}, optimizer=Plug("adamw"), schedule=Plug("constant")
    ),
    probes=(),
)  # fmt: skip
REPEATED = {"convolutions": CONVOLUTIONS, "numbers": NUMBERS, "codes": CODES}


@pytest.mark.parametrize("name", REPEATED)
def test_a_training_is_repeated_without_ganvas(
    name: str,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    save(REPEATED[name], tmp_path / "p.yaml")
    trained = call("train", tmp_path / "p.yaml", "--out", tmp_path / "run", "--json").json
    out = tmp_path / "my net.py"
    answer = call("export", tmp_path / "run", "--to", "pytorch", "--out", out, "--json")
    assert answer.code == 0, answer.err
    (note,) = answer.json["notes"]
    assert "makes the same first 3 steps" in note
    program = tmp_path / "train_my net.py"
    text = program.read_text(encoding="utf-8")
    assert "from sklearn.datasets import" in text
    assert "ganvas" not in text.lower().replace("without ganvas", "")
    monkeypatch.setattr(sys, "argv", [str(program)])
    runpy.run_path(str(program), run_name="__main__")
    found = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert found
    for metric, value in found.items():
        assert value == pytest.approx(trained["metrics"][metric], rel=0.01, abs=0.01), metric


def test_data_that_scikit_learn_does_not_have_are_copied(
    call: Call, tmp_path: Path, classifier_run: Path
) -> None:
    words = ["--to", "pytorch", "--out", tmp_path / "m.py", "--json"]
    copied = call("export", classifier_run, *words, "--set", "data=copy").json
    assert str(tmp_path / "m_data.npz") in copied["files"]
    with np.load(tmp_path / "m_data.npz", allow_pickle=False) as stored:
        assert stored["train_inputs"].dtype == np.float32
        assert len(stored["train_inputs"]) + len(stored["test_inputs"]) < 150
    assert "m_data.npz" in (tmp_path / "train_m.py").read_text(encoding="utf-8")


def test_a_game_is_repeated_too(call: Call, ring_run: Path, tmp_path: Path) -> None:
    answer = call("export", ring_run, "--to", "pytorch", "--out", tmp_path / "m.py")
    assert answer.code == 0
    assert "makes the same first 3 steps" in answer.out
    assert "def play(" in (tmp_path / "train_m.py").read_text(encoding="utf-8")


def test_what_cannot_be_repeated_is_said_once_before(call: Call, tmp_path: Path) -> None:
    pruned = msgspec.structs.replace(CLASSIFIER.recipe, pruning=Plug("gradual"))
    save(msgspec.structs.replace(CLASSIFIER, recipe=pruned), tmp_path / "p.yaml")
    call("train", tmp_path / "p.yaml", "--out", tmp_path / "run")
    answer = call("export", tmp_path / "run", "--to", "pytorch", "--out", tmp_path / "m.py")
    assert answer.code == 0
    said = "The training program is left out: weights are pruned while it trains. Change it"
    assert answer.err.count(said) == 1
    assert said not in answer.out
    assert not list(tmp_path.glob("train_*"))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_card_has_no_scripts_and_fetches_nothing(call: Call, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script><img src=http://x/y.png>"
    project = Project(
        name=evil,
        description=evil,
        data=CLASSIFIER.data,
        objective=CLASSIFIER.objective,
        networks=CLASSIFIER.networks,
        recipe=CLASSIFIER.recipe,
        probes=(),
    )
    save(project, tmp_path / "p.yaml")
    call("train", tmp_path / "p.yaml", "--out", tmp_path / "run")
    words = ["--to", "card", "--out", tmp_path / "c.html", "--set", f"limits='{evil}'"]
    assert call("export", tmp_path / "run", *words).code == 0
    tags = _Tags()
    text = (tmp_path / "c.html").read_text(encoding="utf-8")
    tags.feed(text)
    kinds = {tag for tag, _attributes in tags.found}
    assert not kinds & {"script", "img", "link", "iframe", "object", "image", "use", "a"}
    assert not any(
        name in ("src", "href") or name.startswith("on") for _tag, a in tags.found for name in a
    )
    assert text.count("&lt;script&gt;") >= 3
    assert "accuracy" in text
    assert {"svg", "polyline"} <= kinds


def test_a_gan_has_a_card_too(call: Call, ring_run: Path, tmp_path: Path) -> None:
    answer = call("export", ring_run, "--to", "card", "--out", tmp_path / "c.html", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["max_abs_difference"] is None
    text = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert text.count(">generator<") == 2, "a heading, and a title that is not drawn"
    assert "<title>generator</title>" in text
    assert "<td>none</td>" in text, "what was not scaled was fitted to nothing"
    told = call("evaluate", ring_run, "--json").json["metrics"]
    _test, samples = text.split("<h2>Scores of samples</h2>")
    for name, words in (("modes", "modes found"), ("fid", "Fréchet distance")):
        assert f"<th>{words}</th><td>{measured(name, told[name])}</td>" in samples


def test_files_that_are_there_stay_unless_they_are_to_be_replaced(
    call: Call, ring_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "m.safetensors").write_text("mine", encoding="utf-8")
    words = ["--to", "pytorch", "--out", tmp_path / "m.py", "--json"]
    answer = call("export", ring_run, *words)
    assert answer.code == 1
    assert "m.safetensors: there is a file of this name already" in answer.out + answer.err
    assert [path.name for path in tmp_path.glob("m.*")] == ["m.safetensors"]
    assert call("export", ring_run, *words, "--force").code == 0
    assert (tmp_path / "m.safetensors").read_bytes()[:4] != b"mine"
    assert call("export", ring_run, *words).code == 0  # nobody has touched what was exported
    source = tmp_path / "m.py"
    source.write_text(source.read_text("utf-8") + "# mine", encoding="utf-8")
    assert call("export", ring_run, *words).code == 1
    assert source.read_text("utf-8").endswith("# mine")


FORMATS = {"pytorch": "py", "safetensors": "safetensors", "notebook": "ipynb", "onnx": "onnx"}


def test_all_formats_of_one_run_lie_beside_each_other(
    call: Call, ring_run: Path, classifier_run: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "handed"
    folder.mkdir()

    def export(run: Path, tag: str) -> int:
        out = folder / f"model.{FORMATS[tag]}"
        answer = call("export", run, "--to", tag, "--out", out, "--json")
        assert answer.code == 0 or "there is a file of this name already" in answer.out
        return answer.code

    for tag in (*FORMATS, *FORMATS):
        assert export(classifier_run, tag) == 0, tag
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert len(before) > 2 * len(FORMATS)
    assert [export(ring_run, tag) for tag in ("pytorch", "safetensors")] == [1, 1]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    for name in ("model.safetensors", "model.safetensors.json"):
        (folder / name).unlink()
    assert export(ring_run, "safetensors") == 0
    assert export(classifier_run, "notebook") == 1  # whose weights these are not


def test_one_network_of_several(call: Call, ring_run: Path, tmp_path: Path) -> None:
    words = ["--to", "numpy", "--out", tmp_path / "m.py", "--json"]
    call("export", ring_run, *words, "--network", "discriminator")
    assert list(runpy.run_path(str(tmp_path / "m.py"))["NETWORKS"]) == ["discriminator"]
    answer = call("export", ring_run, *words, "--network", "judge", "--force")
    assert answer.code == 1
    assert "discriminator" in answer.out


def test_a_notebook_is_valid_and_runs(call: Call, classifier_run: Path, tmp_path: Path) -> None:
    call("export", classifier_run, "--to", "notebook", "--out", tmp_path / "n.ipynb")
    whole = json.loads((tmp_path / "n.ipynb").read_bytes())
    assert (tmp_path / "n_start.safetensors").is_file()
    text = "".join("".join(cell["source"]) for cell in whole["cells"])
    assert text.count("def train(") == text.count("repeat(3)\nprint") == 1
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in whole["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in whole["cells"]:
        wanted = {"id", "cell_type", "metadata", "source"}
        extra = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == wanted | extra
