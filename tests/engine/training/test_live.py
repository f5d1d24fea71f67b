"""Values that are changed while a training goes on: given, logged, resumed, done again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.compute import checkpoint
from engine.compute.changing import change
from engine.compute.training import Training
from engine.headless.entry import run as run_words
from engine.live import live_fields, live_title, read_live, value_in_project
from engine.protocol import Event, Marker, Scalars
from engine.runs.control import Change, Control, RateChange, ValueChange
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.script import Scripted, script_of
from engine.runs.store import Store
from main import OPEN
from projects.errors import ProjectError, RunError
from projects.files import save
from projects.schema import Plug
from tests.engine.training.support import (
    Listener,
    differences,
    digits,
    last_state,
    ring,
    train,
)

SGD = Plug("sgd", {"lr": 0.05})
DROP = "networks.classifier.nodes.drop.p"


@pytest.fixture(autouse=True)
def _without_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})


def changing(control: Control, changes: dict[int, list[tuple[str, float]]]) -> Listener:
    """A listener that gives orders once curves have come so far; it asks for them after every step."""
    left = dict(changes)

    def react(event: Event) -> None:
        if not isinstance(event, Scalars) or "train_loss" not in event.series:
            return
        step = int(event.series["train_loss"][0].numpy()[-1])
        for at in [at for at in left if at <= step]:
            for path, value in left.pop(at):
                if path:
                    control.set_value(path, value)
                else:
                    control.set_learning_rate(value)

    return Listener(react)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves are told after every step, so that orders come early and at several steps."""
    for most in ("FLUSH_EVERY", "FLUSH_AT_LEAST"):
        monkeypatch.setattr(f"engine.compute.loop.{most}", 0.0)


# ------------------------------------------------------------------------------- what may change


def test_what_may_change_is_named_by_its_place() -> None:
    fields = live_fields(digits(optimizer=SGD))
    assert set(fields) == {
        "recipe.optimizer.lr",
        "recipe.optimizer.momentum",
        "recipe.optimizer.weight_decay",
        "objective.label_smoothing",
        "objective.focal",
        "networks.classifier.l1",
        "networks.classifier.l2",
        DROP,
    }
    assert value_in_project(digits(), DROP) == 0.2
    two = ring(optimizers={"generator": Plug("sgd")})
    assert "recipe.optimizers.generator.momentum" in live_fields(two)
    assert "recipe.optimizer.beta1" in live_fields(two)


def test_whose_a_value_is_stands_before_it_where_it_is_not_plain() -> None:
    one, two = digits(optimizer=SGD), ring(optimizers={"generator": Plug("adam")})
    assert live_title(one, DROP) == "drop: Probability"
    assert live_title(one, "networks.classifier.l2") == "L2"
    assert live_title(two, "networks.generator.l2") == "generator: L2"
    assert live_title(two, "recipe.optimizers.generator.beta1") == "generator: Beta 1"
    assert live_title(two, "recipe.optimizer.beta1") == "Beta 1"


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (ValueChange(DROP, 0.5), "drop: Probability → 0.5"),
        (RateChange(0.01), "Learning rate → 0.01"),
        (RateChange(0.01, "classifier"), "classifier: Learning rate → 0.01"),
    ],
)
def test_a_change_is_told_by_the_title_of_its_value(
    tmp_path: Path, order: Change, text: str
) -> None:
    assert change(Training(digits(optimizer=SGD), tmp_path), order).text == text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("recipe.optimizer.beta1", 0.5),
        ("recipe.epochs", 3.0),
        ("recipe.optimizer.momentum", 1.5),
        (DROP, float("nan")),
        ("networks.classifier.nodes.first.units", 3.0),
    ],
)
def test_anything_else_is_refused_where_it_is(path: str, value: float) -> None:
    with pytest.raises(ProjectError) as caught:
        read_live(digits(optimizer=SGD), path, value)
    assert caught.value.problem.where == path


def test_values_reach_what_they_are_for_and_leave_it_again(tmp_path: Path) -> None:
    training = Training(digits(optimizer=SGD), tmp_path)
    before = training.snapshot()
    for path, value in ((DROP, 0.75), ("recipe.optimizer.momentum", 0.9)):
        training.live.set(path, value)
    drop: Any = training.task.networks["classifier"].layer_modules()["drop"]
    learner: Any = training.learners["classifier"]
    assert (drop.p, learner.optimizer.momentum) == (0.75, 0.9)
    assert learner.memory.keys() == {"velocity"}  # which plain SGD did not need
    training.restore(before)
    assert (drop.p, learner.optimizer.momentum) == (0.2, 0.0)


def test_a_value_that_contradicts_another_is_refused(tmp_path: Path) -> None:
    nesterov = Plug("sgd", {"momentum": 0.9, "nesterov": True})
    training = Training(digits(optimizer=nesterov), tmp_path)
    with pytest.raises(ProjectError, match="above 0"):
        training.live.set("recipe.optimizer.momentum", 0.0)
    control, sink = Control(), Listener()
    control.set_value("recipe.optimizer.momentum", 0.0)
    train(digits(optimizer=nesterov), tmp_path / "run", sink, control, max_steps=2)
    assert "refused" in [marker.kind for marker in sink.of(Marker)]
    assert script_of(tmp_path / "run") == []


# ------------------------------------------------------------------------------- logged, done again

CHANGES: dict[int, list[tuple[str, float]]] = {
    3: [(DROP, 0.6), ("recipe.optimizer.momentum", 0.8)],
    9: [("", 0.01), ("recipe.optimizer.weight_decay", 0.1)],
}


def test_a_run_with_live_changes_is_done_again_bit_for_bit(
    tmp_path: Path, at_once: None, capsys: pytest.CaptureFixture[str]
) -> None:
    project = digits(optimizer=SGD, schedule=Plug("plateau", {"patience": 0, "threshold": 1.0}))
    save(project, tmp_path / "p.yaml")
    control = Control()
    train(project, tmp_path / "run", changing(control, CHANGES), control, max_steps=45)
    script = script_of(tmp_path / "run")
    assert [type(made.change) for made in script] == [
        ValueChange,
        ValueChange,
        RateChange,
        ValueChange,
    ]
    assert 3 <= script[0].step < script[-1].step < 45
    words = ["train", str(tmp_path / "run" / "project.yaml"), "--replay", str(tmp_path / "run")]
    assert run_words([*words, "--out", str(tmp_path / "again"), "--json"], OPEN) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 45
    run, again = last_state(tmp_path / "run"), last_state(tmp_path / "again")
    assert differences(run, again) == set()
    assert script_of(tmp_path / "again") == script
    train(project, tmp_path / "without", max_steps=45)
    name = "classifier.last.weight"
    assert not torch.equal(run.weights[name], last_state(tmp_path / "without").weights[name])


def test_a_run_that_began_with_weights_of_another_is_done_again_with_them(tmp_path: Path) -> None:
    from engine.compute.trainer import Trainer
    from engine.runs.control import Limits, Silent

    first, second, again = (tmp_path / name for name in ("first", "second", "again"))
    train(digits(), first, max_steps=5)
    limits = Limits(max_steps=5)
    for run, more in ((second, {"weights_from": first}), (again, {"replay": second})):
        kind: Any = more
        Trainer(digits(), tmp_path, run, Silent(), Control(), limits=limits, **kind).run()
        shutil.rmtree(first, ignore_errors=True)
    assert differences(last_state(second), last_state(again)) == set()


def test_changes_are_part_of_what_is_resumed(tmp_path: Path, at_once: None) -> None:
    project = digits(optimizer=SGD)
    control = Control()
    train(project, tmp_path / "run", changing(control, CHANGES), control, max_steps=13)
    shutil.copytree(tmp_path / "run", tmp_path / "spoiled")
    train(project, tmp_path / "run", resume=True, max_steps=26)
    run = last_state(tmp_path / "run")
    assert run.facts["live"][DROP] == 0.6
    assert run.facts["changes"] == 4
    from engine.compute.trainer import Trainer
    from engine.runs.control import Limits, Silent

    more: dict[str, Any] = {"limits": Limits(max_steps=26), "replay": tmp_path / "run"}
    Trainer(project, tmp_path, tmp_path / "whole", Silent(), Control(), **more).run()
    assert differences(run, last_state(tmp_path / "whole")) == set()
    load = checkpoint.load_newest

    def forgetful(folder: Path) -> Any:
        found, damages = load(folder)
        found.facts["live"].pop(DROP)
        return found, damages

    with pytest.MonkeyPatch.context() as patch:  # the negative control
        patch.setattr(checkpoint, "load_newest", forgetful)
        train(project, tmp_path / "spoiled", resume=True, max_steps=26)
    assert "weights.classifier.last.weight" in differences(run, last_state(tmp_path / "spoiled"))


def test_a_change_after_the_checkpoint_of_the_same_step_is_forgotten(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.make()
    store = Store(folder.database)
    for value in (1.0, 2.0, 3.0):
        values = {"value": value, "network": ""}
        store.emit(Marker(step=7, kind="learning_rate", text="", values=values))
    store.emit(Marker(step=7, kind="best", text=""))
    store.flush()
    assert store.rewind(7, 2) == 2
    assert store.rewind(7, None) == 2
    store.close()
    kinds = [e.kind for e in Reader(tmp_path / "run")._stored() if isinstance(e, Marker)]
    assert kinds == ["learning_rate", "learning_rate", "best"]


def test_what_a_stranger_writes_is_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = [
        Marker(step=1, kind="value", text="", values={"path": 3, "value": 1.0}),
        Marker(step=1, kind="value", text="", values={"path": DROP, "value": "much"}),
        Marker(step=1, kind="value", text="", values={"path": DROP, "value": float("inf")}),
        Marker(step=1, kind="learning_rate", text="", values={"value": True}),
        Marker(step=2, kind="learning_rate", text="", values={"value": 0.5}),
    ]
    monkeypatch.setattr(Reader, "events", lambda _self: iter(made_up))
    assert script_of(tmp_path) == [Scripted(2, RateChange(0.5))]
    back = Marker(step=1, kind="roll_back", text="")
    monkeypatch.setattr(Reader, "events", lambda _self: iter([back]))
    with pytest.raises(RunError, match="earlier step"):
        script_of(tmp_path)


def test_other_settings_do_not_go_with_doing_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "p.yaml", "--replay", str(tmp_path), "--seed", "3"]
    assert run_words(words, OPEN) == 2
    assert "--replay" in capsys.readouterr().err


@pytest.mark.parametrize(
    "forged",
    [
        {"live": {"recipe.epochs": 1.0}},
        {"live": {DROP: 7.0}},
        {"live": {DROP: "much"}},
        {"schedule": {"factor": 0.5}},
        {"schedule": {"factor": "low"}},
        {"changes": -1},
    ],
)
def test_what_a_stranger_writes_into_a_checkpoint_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forged: dict[str, Any]
) -> None:
    train(digits(), tmp_path / "run", max_steps=2)
    load = checkpoint.load_newest

    def forge(folder: Path) -> Any:
        found, damages = load(folder)
        found.facts.update(forged)
        return found, damages

    monkeypatch.setattr(checkpoint, "load_newest", forge)
    with pytest.raises(RunError, match="does not fit"):
        train(digits(), tmp_path / "run", resume=True, max_steps=4)
