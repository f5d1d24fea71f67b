"""Every format on every example: what is written computes the same, or a sentence says why it isn't written."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from xml.etree import ElementTree

import onnx
import pytest
import torch
from torch import nn

from engine.compression.activation import Activation
from engine.compute.compression.compressing import compress
from engine.compute.evaluate import open_run
from engine.compute.rounding import put_on_grids, round_inputs
from engine.compute.session import Session, open_session, session_of
from engine.data.prepare import prepare
from engine.export.coding import Coded
from engine.export.hand_out import need_ready, possible, written
from engine.export.numpy_rules import RULES
from engine.export.standing import InTheWayError
from engine.exports.base import EXPORTS
from projects.errors import FileError, ProblemsError, RunError
from projects.schema import Data, Network, Plug, Project
from projects.templates import templates
from tests.engine.drawn import chain, drawn, node
from tests.engine.training.support import digits, train

QUICK = ("pytorch", "safetensors", "numpy", "notebook", "keras", "svg", "dot")
EXAMPLES = {example.name: example for example in templates()}
HERE = Path(__file__).parent


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def session_for(network: Network) -> Session:
    """A classifier of digits with fresh weights."""
    project = Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={"classifier": network},
    )
    torch.manual_seed(0)
    return session_of(project, prepare(project.data, HERE), torch.device("cpu"))


def told(session: Session, tag: str) -> str:
    """Why a format cannot hold the classifier, with the place."""
    settings = {"training": False} if tag == "notebook" else {}
    return "\n".join(map(str, possible(HERE, session, EXPORTS.make(tag, settings))))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_in_every_quick_format(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    session = open_session(EXAMPLES[name].project, HERE, torch.device("cpu"))
    for tag in QUICK:
        settings = {"training": False} if tag in ("pytorch", "notebook") else {}
        export = EXPORTS.make(tag, settings)
        assert possible(HERE, session, export) == []
        out = tmp_path / f"{tag}{export.suffix}"
        done = written(HERE, session, export, out)
        report = json.loads((tmp_path / f"{out.name}.json").read_bytes())
        assert report["max_abs_difference"] == done.difference
        assert set(report["networks"]) == set(session.task.networks)
        if export.computes and tag != "keras":
            assert done.difference is not None
            assert done.difference <= 1e-5
            assert done.inputs > 8
        if export.suffix == ".py":
            compile(out.read_bytes(), str(out), "exec")
    root = ElementTree.parse(tmp_path / "svg.svg").getroot()
    boxes = sum(len(one.network.nodes) for one in session.task.networks.values())
    assert len(root.findall(".//{http://www.w3.org/2000/svg}g")) == boxes


TRACED = {
    "convolutions": chain(
        node("conv2d", filters=4), node("batch_norm"), node("relu"), node("max_pool2d"),
        node("flatten"), node("dropout"), node("linear", units=10),
    ),
    "sequence": chain(node("reshape", sizes=[8, 8]), node("lstm", units=5), node("linear", units=10)),
}  # fmt: skip


@pytest.mark.parametrize("name", TRACED)
def test_a_program_of_torch_takes_batches_of_every_size(name: str, tmp_path: Path) -> None:
    session, export = session_for(TRACED[name]), EXPORTS.make("torch_export", {})
    done = written(HERE, session, export, tmp_path / "m.pt2")
    assert done.difference is not None
    assert done.difference <= 1e-5
    report = json.loads((tmp_path / "m.pt2.json").read_bytes())
    measured = report["networks"]["classifier"]["measured_with"]
    assert measured == {"part": "validation", "real": 64, "random": 0, "batches": [1, 7, 56]}


def test_a_network_that_is_told_a_class_goes_to_onnx(tmp_path: Path) -> None:
    project = EXAMPLES["projection_digits"].project
    session = open_session(project, HERE, torch.device("cpu"))
    export = EXPORTS.make("onnx", {})
    done = written(HERE, session, export, tmp_path / "m.onnx", "discriminator")
    assert done.difference is not None
    assert done.difference <= 1e-5
    networks = json.loads((tmp_path / "m.onnx.json").read_bytes())["networks"]
    assert networks["discriminator"]["labels"] == 10
    assert networks["discriminator"]["measured_with"]["real"] == 64


def test_layers_may_be_called_what_torch_calls_its_own(tmp_path: Path) -> None:
    network = drawn(
        "x > graph > code > y",
        x=node("input"),
        graph=node("flatten"),
        code=node("linear", units=10),
        y=node("output"),
    )
    export = EXPORTS.make("onnx", {})
    done = written(HERE, session_for(network), export, tmp_path / "m.onnx")
    assert done.difference is not None
    assert done.difference <= 1e-5


def test_names_of_layers_are_never_mistaken(out: Path) -> None:
    network = drawn(
        "input > x > x_ > relu > join > flat > label > y, input > np > join, x > a > join",
        input=node("input"),
        x=node("conv2d", filters=2),
        x_=node("conv2d", filters=2),
        relu=node("relu"),
        np=node("conv2d", filters=2),
        a=node("tanh"),
        join=node("add"),
        flat=node("flatten"),
        label=node("linear", units=10),
        y=node("output"),
    )
    for tag in ("numpy", "keras", "notebook"):
        export = EXPORTS.make(tag, {"training": False} if tag == "notebook" else {})
        done = written(HERE, session_for(network), export, out / f"{tag}{export.suffix}")
        computes = tag != "keras" or importlib.util.find_spec("keras") is not None
        assert (done.difference is not None) == computes
        assert not computes or float(done.difference or 0) <= 1e-5


def test_what_cannot_be_held_is_named_before_anything_is_written(out: Path) -> None:
    session = session_for(
        chain(
            node("flatten"), node("linear", units=16), node("minibatch_deviation"),
            node("reshape", sizes=[1, 17]), node("self_attention", heads=1), node("flatten"),
            node("linear", units=10),
        )
    )  # fmt: skip
    for tag in ("onnx", "torch_export"):
        assert "networks.classifier.nodes.n2: " in told(session, tag)
        assert "how many examples a batch" in told(session, tag)
        assert "nodes.n4" not in told(session, tag)
    assert "networks.classifier.nodes.n2: Keras has no layer like this" in told(session, "keras")
    assert "networks.classifier.nodes.n4: Keras has no layer like this" in told(session, "keras")
    assert told(session, "numpy") == told(session, "notebook") == ""
    with pytest.raises(ProblemsError):
        written(HERE, session, EXPORTS.make("keras", {}), out / "m.py")
    assert list(out.iterdir()) == []


def test_a_file_that_cannot_be_written_gets_a_sentence_and_leaves_nothing(out: Path) -> None:
    session = session_for(chain(node("flatten"), node("linear", units=10)))
    export = EXPORTS.make("numpy", {})
    with pytest.raises(FileError, match=r"end in \.py"):
        need_ready(export, out / "m.txt")
    with pytest.raises(FileError, match="is not there"):
        need_ready(export, out / "none" / "m.py")
    (out / "m.npz").mkdir()  # where the weights would go
    with pytest.raises(FileError, match="this is a folder"):
        written(HERE, session, export, out / "m.py")
    assert [path.name for path in out.iterdir()] == ["m.npz"]


def test_files_beside_it_are_not_replaced_unasked(out: Path) -> None:
    session = session_for(chain(node("flatten"), node("linear", units=10)))
    export = EXPORTS.make("numpy", {})
    for name in ("m.npz", "m.py.json", "m.py"):
        (out / name).write_text("mine", encoding="utf-8")
        with pytest.raises(InTheWayError, match="there is a file of this name already") as caught:
            written(HERE, session, export, out / "m.py")
        assert [path.name for path in caught.value.files] == [name]
        assert [path.read_text(encoding="utf-8") for path in out.iterdir()] == ["mine"]
        (out / name).unlink()
    done = written(HERE, session, export, out / "m.py")
    first = done.path.stat().st_ino
    written(HERE, session, export, out / "m.py", replace=True)
    assert sorted(done.files) == sorted(out.iterdir())
    assert done.path.stat().st_ino != first


def test_the_rounding_of_a_run_is_told_and_no_mistake(out: Path) -> None:
    session = session_for(chain(node("flatten"), node("linear", units=10)))
    round_inputs(session.task.networks["classifier"], {"n1": Activation(low=0.0, high=1.0, bits=3)})
    for tag in ("numpy", "safetensors"):
        export = EXPORTS.make(tag, {})
        done = written(HERE, session, export, out / f"m{export.suffix}")
        assert done.difference is not None
        assert 1e-3 < done.difference < 1
        assert done.inputs == done.real == 64
        assert any("rounds what enters its layers (1)" in note for note in done.notes)


QUANTISED = {
    "ranges": {"n0": Activation(low=0.0, high=1.0), "n3": Activation(low=0.0, high=2.0)},
    "few bits": {"n3": Activation(low=0.0, high=2.0, bits=4)},
    "on the fly": {"n3": Activation()},
}


@pytest.mark.parametrize("kind", QUANTISED)
def test_programs_round_as_the_run_does(kind: str, out: Path) -> None:
    session = session_for(
        chain(node("conv2d", filters=3), node("relu"), node("flatten"), node("linear", units=10))
    )
    module = session.task.networks["classifier"]
    put_on_grids(module, 8)
    round_inputs(module, QUANTISED[kind])
    for tag in ("torch_export", "onnx"):
        export = EXPORTS.make(tag, {})
        done = written(HERE, session, export, out / f"m{export.suffix}")
        assert done.difference is not None
        # With kernels of int8 two inputs may get the code beside theirs.
        kernels = kind == "ranges" and tag == "onnx"
        step = 2.0 / 255 * float(module.get_parameter("n3.weight").detach().abs().max())
        assert done.difference <= (2 * step if kernels else 1e-5), tag
        assert any("in the file as in the run" in note for note in done.notes)
    graph = onnx.load(str(out / "m.onnx")).graph
    # The weights of both layers are codes where kernels of int8 take them.
    whole = [one.name for one in graph.initializer if one.data_type == onnx.TensorProto.INT8]
    assert (len(whole) >= 2) == (kind == "ranges")
    assert ("QuantizeLinear" in {one.op_type for one in graph.node}) == (kind == "ranges")
    if kind == "ranges":
        assert any("x64quantprecision" in note for note in done.notes)


def test_a_program_that_rounds_otherwise_is_not_kept(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_for(chain(node("flatten"), node("linear", units=10)))
    round_inputs(session.task.networks["classifier"], {"n1": Activation(low=0.0, high=1.0, bits=3)})
    monkeypatch.setattr(Coded, "_rounded", lambda _self, x: x)
    with pytest.raises(RunError, match="answers otherwise"):
        written(HERE, session, EXPORTS.make("torch_export", {}), out / "m.pt2")


def test_there_is_no_such_network(tmp_path: Path) -> None:
    session = session_for(chain(node("flatten"), node("linear", units=10)))
    with pytest.raises(RunError, match="no network “clasifier”") as caught:
        written(HERE, session, EXPORTS.make("dot", {}), tmp_path / "m.dot", "clasifier")
    assert "classifier" in caught.value.problem.hint


def test_what_computes_something_else_is_not_kept(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RULES, nn.ReLU, lambda _sheet, _module, _key, x: x)
    session = session_for(
        chain(node("flatten"), node("linear", units=9), node("relu"), node("linear", units=10))
    )
    with pytest.raises(RunError, match="answers otherwise than “classifier”"):
        written(HERE, session, EXPORTS.make("numpy", {}), out / "m.py")
    assert list(out.iterdir()) == []


def test_weights_inside_a_program(tmp_path: Path) -> None:
    session = session_for(chain(node("flatten"), node("linear", units=10)))
    done = written(HERE, session, EXPORTS.make("numpy", {"embed": True}), tmp_path / "m.py")
    assert [path.name for path in done.files] == ["m.py", "m.py.json"]
    large = session_for(
        chain(node("flatten"), node("linear", units=70_000), node("linear", units=10))
    )
    assert "are too many" in "\n".join(
        map(str, possible(HERE, large, EXPORTS.make("numpy", {"embed": True})))
    )


@pytest.mark.parametrize("tag", EXPORTS.entries)
def test_every_format_says_what_it_is(tag: str) -> None:
    export = EXPORTS.get(tag)
    for text in (export.title, export.help(), export.use, export.trouble, export.lacks):
        assert text
    assert export.suffix.startswith(".")


def test_what_a_variant_saves_is_told_where_a_file_loses_it(out: Path) -> None:
    train(digits(epochs=1), out / "run")
    variant, made = compress(out / "run", [Plug("prune", {"amount": 0.9})], out / "small")
    packed = made.size.file_bytes
    notes: dict[tuple[str, str], str] = {}
    sizes: dict[tuple[str, str], int] = {}
    for tag in ("safetensors", "numpy", "svg"):
        export = EXPORTS.make(tag, {})
        for run in (out / "run", variant):
            place = out / f"{run.name}{export.suffix}"
            done = written(run, open_run(run), export, place)
            sizes[tag, run.name] = sum(
                file.stat().st_size for file in done.files if file.suffix != ".json"
            )
            notes[tag, run.name] = " ".join(done.notes)
    assert sizes["safetensors", "small"] > 2 * packed
    for told in (f"packed in {packed:,} bytes", f"takes {sizes['safetensors', 'small']:,}, for"):
        assert told in notes["safetensors", "small"]
    assert "Handed over for NumPy it is smaller" in notes["safetensors", "small"]
    assert packed < sizes["numpy", "small"] < sizes["safetensors", "small"]
    assert "Handed over for NumPy" not in notes["numpy", "small"]
    for other in (("safetensors", "run"), ("numpy", "run"), ("svg", "small")):
        assert "packed" not in notes[other]
    report = json.loads((out / "small.safetensors.json").read_bytes())
    assert any("packed" in note for note in report["notes"])
