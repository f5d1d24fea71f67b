"""Weights of a trained run in a network that was edited since."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import save

from engine.compute import checkpoint
from engine.compute.carry import carry, compare, plan, shapes_of_run, weights_of_run
from engine.compute.survey import survey
from engine.compute.task import weights_of
from engine.compute.trainer import Trainer
from engine.compute.training import Training
from engine.compute.work import answer_carry
from engine.layers.base import Shape
from engine.protocol import Carry, Marker
from engine.runs.control import Control, Limits
from engine.runs.folder import BEGUN_WITH, RunFolder
from engine.runs.summary import read_summary
from projects.errors import RunError
from projects.schema import Network, Node, Plug, Project, Wire
from projects.templates import template
from tests.engine.training.support import PROJECTS, Listener, differences, digits, last_state, train

SMALL = Limits(max_steps=3)


def project(hidden: int = 6, extra: bool = False, name: str = "hidden") -> Project:
    nodes = {
        "input": Node(type="input"),
        "flat": Node(type="flatten"),
        name: Node(type="linear", params={"units": hidden}),
        "norm": Node(type="batch_norm"),
        "last": Node(type="linear", params={"units": 10}),
        "output": Node(type="output"),
    }
    order = ["input", "flat", name, "norm", "last", "output"]
    if extra:
        nodes["extra"] = Node(type="linear", params={"units": hidden})
        order.insert(4, "extra")
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(order))
    base = template("digits_mlp").project
    network = Network(nodes=nodes, wires=wires)
    return msgspec.structs.replace(base, networks={"classifier": network})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a small network."""
    path = tmp_path_factory.mktemp("trained") / "run"
    Trainer(project(), Path(), path, Listener(), Control(), limits=SMALL).run()
    return path


def states(changed: Project, run: Path) -> dict[str, str]:
    task = Training(changed, Path()).task
    made = carry(task, weights_of_run(run))["classifier"]
    found = survey(changed.networks["classifier"], {"input": Shape((1, 8, 8))})
    assert plan(found, "classifier", shapes_of_run(run)) == made  # what was told is what is done
    return made


def test_the_same_network_keeps_every_weight_and_buffer(run: Path) -> None:
    training = Training(project(), Path())
    before = weights_of_run(run)
    carried = carry(training.task, before)
    assert set(carried["classifier"].values()) == {"kept"}
    now = weights_of(training.task)
    assert now.keys() == before.keys()
    assert all(torch.equal(now[name], before[name]) for name in before)
    assert any(name.endswith("running_mean") for name in now)


def test_an_inserted_layer_is_new_and_the_others_are_kept(run: Path) -> None:
    assert states(project(extra=True), run) == {
        "hidden": "kept",
        "norm": "kept",
        "extra": "new",
        "last": "kept",
    }


@pytest.mark.parametrize("size", [4, 9])
def test_another_width_keeps_the_part_that_both_have(run: Path, size: int) -> None:
    training = Training(project(hidden=size), Path())
    fresh = weights_of(training.task)
    before = weights_of_run(run)
    made = carry(training.task, before)["classifier"]
    assert made == {"hidden": "fitted", "norm": "fitted", "last": "fitted"}
    now = weights_of(training.task)
    common = min(size, 6)
    key = "classifier.hidden.weight"
    assert torch.equal(now[key][:common], before[key][:common])
    assert torch.equal(now[key][common:], fresh[key][common:])
    key = "classifier.last.weight"
    assert torch.equal(now[key][:, :common], before[key][:, :common])
    assert torch.equal(now[key][:, common:], fresh[key][:, common:])


def test_a_renamed_layer_is_new(run: Path) -> None:
    assert states(project(name="other"), run)["other"] == "new"


def test_sizes_decide() -> None:
    assert compare({"w": (3, 4), "b": (3,)}, {"w": (3, 4), "b": (3,)}) == "kept"
    assert compare({"w": (3, 4)}, {"w": (3, 4), "b": (3,)}) == "fitted"
    assert compare({"w": (3, 4)}, {"w": (5, 4)}) == "fitted"
    assert compare({"w": (3, 4)}, {"w": (3, 4, 1)}) == "new"
    assert compare({"w": ()}, {"w": (3, 4)}) == "new"
    assert compare({}, {"w": (3, 4)}) == "new"


def test_averages_begin_equal_to_their_network(tmp_path: Path) -> None:
    gan = template("gan_ring").project
    trained = tmp_path / "gan"
    Trainer(gan, Path(), trained, Listener(), Control(), limits=SMALL).run()
    training = Training(gan, Path())
    carry(training.task, weights_of_run(trained))
    now = weights_of(training.task)
    for name in [name for name in now if name.startswith("ema.")]:
        assert torch.equal(now[name], now[name.removeprefix("ema.")])


def test_a_run_that_begins_so_says_it_and_keeps_what_it_began_with(
    run: Path, tmp_path: Path
) -> None:
    sink, path = Listener(), tmp_path / "next"
    trainer = Trainer(
        project(extra=True), Path(), path, sink, Control(), limits=SMALL, weights_from=run
    )
    trainer.run()
    (marker,) = [e for e in sink.events if isinstance(e, Marker) and e.kind == "carried"]
    assert "kept: 3, fitted: 0, new: 1" in marker.text
    assert (path / BEGUN_WITH).is_file()
    again = tmp_path / "again"
    Trainer(
        project(extra=True), Path(), again, Listener(), Control(), limits=SMALL, weights_from=run
    ).run()
    one, other = (weights_of_run(folder) for folder in (path, again))
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("kind", ["classification", "gan", "zeros"])
def test_a_run_that_begins_so_is_resumed_as_if_it_had_not_stopped(
    kind: str, tmp_path: Path
) -> None:
    made = PROJECTS.get(kind, digits)
    first, whole, parts = tmp_path / "first", tmp_path / "whole", tmp_path / "parts"
    rule = Plug("gradual", {"amount": 0.7, "every": 2}) if kind == "zeros" else Plug("none")
    train(made(epochs=1, pruning=rule), first)
    after = made(epochs=2, pruning=Plug("keep_zeros" if kind == "zeros" else "none"))
    for run, limits in ((whole, Limits()), (parts, Limits(max_steps=29))):
        Trainer(
            after, tmp_path, run, Listener(), Control(), limits=limits, weights_from=first
        ).run()
    shutil.rmtree(first)
    assert last_state(parts).step == 29 < last_state(whole).step
    train(after, parts, resume=True)
    assert not differences(last_state(whole), last_state(parts))
    assert read_summary(parts).weights_from == read_summary(whole).weights_from == "first"


def test_a_run_without_weights_is_refused_before_anything_is_written(
    run: Path, tmp_path: Path
) -> None:
    path = tmp_path / "next"
    for wrong in (tmp_path / "nowhere", tmp_path):
        trainer = Trainer(
            project(), Path(), path, Listener(), Control(), limits=SMALL, weights_from=wrong
        )
        with pytest.raises(RunError):
            trainer.run()
        assert not path.exists()


def test_a_damaged_checkpoint_gives_way_to_the_one_before_it(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    folder = RunFolder(copy).checkpoints
    Trainer(
        project(), Path(), copy, Listener(), Control(), resume=True, limits=Limits(max_steps=5)
    ).run()
    newest, older = checkpoint.checkpoints(folder)[:2]
    before = checkpoint.load(older)
    for path in newest.glob("*.safetensors"):
        path.write_bytes(b"\xff" * 64)
    assert shapes_of_run(copy) == {name: tuple(w.shape) for name, w in before.weights.items()}
    found = weights_of_run(copy)
    kept = before.best or before.weights
    assert all(torch.equal(found[name], weight) for name, weight in kept.items())
    for path in older.glob("*.safetensors"):
        path.write_bytes(b"\xff" * 64)
    with pytest.raises(RunError, match="damaged"):
        shapes_of_run(copy)


def killed_at_once(trained: Path, path: Path) -> None:
    """A run that began with another's weights and was gone before its first checkpoint."""
    begun = Trainer(
        project(),
        Path(),
        path,
        Listener(),
        Control(),
        limits=Limits(max_steps=1),
        weights_from=trained,
    )
    begun.run()
    shutil.rmtree(RunFolder(path).checkpoints)
    for left in (RunFolder(path).database, path / "summary.json"):
        left.unlink()


def test_a_run_that_died_at_once_begins_with_the_same_weights_again(
    run: Path, tmp_path: Path
) -> None:
    path, other = tmp_path / "killed", tmp_path / "whole"
    killed_at_once(run, path)
    Trainer(project(), Path(), path, Listener(), Control(), resume=True, limits=SMALL).run()
    Trainer(project(), Path(), other, Listener(), Control(), limits=SMALL, weights_from=run).run()
    again, straight = weights_of_run(path), weights_of_run(other)
    assert all(torch.equal(again[name], straight[name]) for name in straight)


@pytest.mark.parametrize(
    "content", [b"\xff" * 64, save({"classifier.other.weight": torch.zeros(2, 3)})]
)
def test_a_beginning_that_is_damaged_or_of_another_design_is_told(
    run: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "killed"
    killed_at_once(run, path)
    (path / BEGUN_WITH).write_bytes(content)
    trainer = Trainer(project(), Path(), path, Listener(), Control(), resume=True, limits=SMALL)
    with pytest.raises(RunError, match="began with are damaged"):
        trainer.run()


def test_the_desk_answers_for_every_network(run: Path) -> None:
    answer = answer_carry(Carry(project=project(extra=True), folder="", run=str(run)))
    assert answer.states["classifier"]["extra"] == "new"
    assert answer.run == str(run)
