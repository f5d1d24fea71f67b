"""Trainings that learn from the answers of a trained run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, softmax

from engine.compute.teaching import Teacher, Teaching, teacher_from, teacher_of
from engine.compute.trainer import Trainer
from engine.compute.training import Training
from engine.headless.entry import run as run_words
from engine.protocol import Marker
from engine.runs.branch import Branch
from engine.runs.control import Control, Limits
from main import OPEN
from projects.errors import ProjectError, RunError
from projects.files import load, save
from projects.schema import Averaging, Distillation, Plug, Project
from tests.engine.training import kinds
from tests.engine.training.coding import autoencoder
from tests.engine.training.support import (
    Listener,
    chain,
    differences,
    digits,
    last_state,
    ring,
    with_recipe,
)

RULE = Distillation()


@pytest.fixture(autouse=True)
def _without_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})


def learn(project: Project, run: Path, steps: int, **others: Any) -> Listener:
    sink = Listener()
    limits = Limits(max_steps=steps)
    Trainer(project, run.parent, run, sink, Control(), limits=limits, **others).run()
    return sink


def student(**recipe: Any) -> Project:
    small = chain(
        [("first", "linear", {"units": 4}), ("relu", "relu", {}), ("last", "linear", {"units": 10})]
    )
    project = digits(**{"distillation": RULE, "seed": 7, **recipe})
    return msgspec.structs.replace(project, networks={"classifier": small})


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "teacher"
    learn(digits(average=Averaging(decay=0.9)), run, 40)
    return run


def test_it_learns_what_the_teacher_says_and_is_told(teacher: Path, tmp_path: Path) -> None:
    sink = learn(student(epochs=20), tmp_path / "taught", 150, teacher=teacher)
    (marker,) = [e for e in sink.events if isinstance(e, Marker) and e.kind == "taught"]
    assert "teacher" in marker.text
    learn(student(distillation=None, epochs=20), tmp_path / "alone", 150)
    kept = teacher_from(teacher)
    gaps = {}
    for name in ("taught", "alone"):
        training = Training(student(), tmp_path, teacher=kept)
        state = last_state(tmp_path / name)
        training.task.networks["classifier"].load_state_dict(
            {key.removeprefix("classifier."): w for key, w in state.weights.items()}
        )
        inputs = torch.from_numpy(training.session.data.validation.inputs)
        answers = training.task.predict(inputs)["probabilities"]
        assert training.task.teaching is not None
        teaching = training.task.teaching
        zero = torch.zeros(())
        gaps[name] = float(teaching.mixed(zero, torch.from_numpy(answers).log(), inputs))
    assert gaps["taught"] < 0.8 * gaps["alone"]


def test_the_same_seed_gives_the_same_run_resumed_or_not(teacher: Path, tmp_path: Path) -> None:
    learn(student(), tmp_path / "one", 26, teacher=teacher)
    gone = tmp_path / "gone"
    shutil.copytree(teacher, gone)
    learn(student(), tmp_path / "two", 13, teacher=gone)
    shutil.rmtree(gone)
    learn(student(), tmp_path / "two", 26, resume=True)
    one = last_state(tmp_path / "one")
    assert not differences(one, last_state(tmp_path / "two"))
    project = load(tmp_path / "one" / "project.yaml").project
    assert project.recipe.distillation == RULE
    learn(project, tmp_path / "again", 26, replay=tmp_path / "two")
    assert not differences(one, last_state(tmp_path / "again"))
    learn(student(), tmp_path / "branch", 26, branch=Branch(tmp_path / "two", 20))
    assert not differences(one, last_state(tmp_path / "branch"))
    shutil.rmtree(tmp_path / "two" / "teacher")
    with pytest.raises(RunError, match="copy of the teacher"):
        learn(student(), tmp_path / "two", 30, resume=True)


KINDS: dict[str, Callable[[Path], Project]] = {
    "regression": lambda _folder: kinds.regression(),
    "forecasting": lambda _folder: kinds.forecasting(),
    "labels": lambda _folder: kinds.multi_label(),
    "steps": lambda _folder: kinds.sequence_labelling(),
    "language": kinds.language_model,
    "autoencoder": lambda _folder: autoencoder(noise="gaussian", reconstruction="bce"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answers_can_be_learned(kind: str, tmp_path: Path) -> None:
    project = KINDS[kind](tmp_path)
    fresh = Training(with_recipe(project, seed=3), tmp_path)
    weights = {
        f"{name}.{key}": tensor.clone()
        for name, module in fresh.task.networks.items()
        for key, tensor in module.state_dict().items()
    }
    taught = with_recipe(project, seed=1, distillation=Distillation(mix=1.0))
    training = Training(taught, tmp_path, teacher=Teacher("t", project, weights))
    teaching, task = training.task.teaching, training.task
    assert teaching is not None
    batch = next(training.rest_of_epoch())
    (update,) = task.updates
    before = torch.get_rng_state()
    assert update.loss(batch).item() > 0
    after = torch.get_rng_state()
    torch.set_rng_state(before)
    task.teaching = None
    update.loss(batch)
    assert torch.equal(after, torch.get_rng_state())  # a teacher draws nothing
    task.teaching = teaching
    for name, network in task.networks.items():
        network.load_state_dict(fresh.task.networks[name].state_dict())
        network.eval()
    if kind != "autoencoder":  # whose student sees noise
        assert update.loss(batch).item() == pytest.approx(0, abs=1e-6)


def test_distances_are_those_of_the_paper() -> None:
    generator = torch.Generator().manual_seed(0)
    given, wanted = torch.randn(2, 5, 4, generator=generator)
    heat = 3.0
    rule = Distillation(temperature=heat)
    soft = softmax(wanted / heat, dim=-1)
    entropy = -(soft * soft.log()).sum(-1).mean()
    found = Teaching(rule, "classes", {}, lambda _n, x: x).distance(given, wanted)
    assert found == pytest.approx(
        float(heat**2 * (cross_entropy(given / heat, soft) - entropy)), rel=1e-5
    )
    yes = (wanted / heat).sigmoid()
    least = binary_cross_entropy_with_logits(wanted / heat, yes)
    found = Teaching(rule, "labels", {}, lambda _n, x: x).distance(given, wanted)
    assert found == pytest.approx(
        float(heat**2 * (binary_cross_entropy_with_logits(given / heat, yes) - least)), rel=1e-4
    )
    found = Teaching(rule, "numbers", {}, lambda _n, x: x).distance(given, wanted)
    assert found == pytest.approx(float((given - wanted).square().mean()))


def test_what_does_not_fit_is_said(teacher: Path, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="none was given"):
        learn(student(), tmp_path / "a", 5)
    with pytest.raises(ProjectError, match="does not say how"):
        learn(student(distillation=None), tmp_path / "a", 5, teacher=teacher)
    with pytest.raises(RunError):
        learn(student(), tmp_path / "a", 5, teacher=tmp_path)
    with pytest.raises(ProjectError, match="cannot learn from the answers"):
        Training(ring(distillation=RULE), tmp_path)
    other = msgspec.structs.replace(student(), objective=Plug("multi_label"))
    kept = teacher_from(teacher)
    with pytest.raises(ProjectError, match="other data") as error:
        Training(
            msgspec.structs.replace(
                student(), data=msgspec.structs.replace(student().data, scale="standardize")
            ),
            tmp_path,
            teacher=kept,
        )
    assert error.value.problem.where == "data.scale"
    with pytest.raises(ProjectError, match="another objective"):
        Training(student(), tmp_path, teacher=Teacher(kept.name, other, kept.weights))
    assert not (tmp_path / "a").exists()


def test_the_command_line_takes_a_teacher(
    teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(student(distillation=None), tmp_path / "p.yaml")
    arguments = [
        "train",
        str(tmp_path / "p.yaml"),
        "--out",
        str(tmp_path / "run"),
        "--max-steps",
        "3",
    ]
    arguments += ["--set", "recipe.distillation.temperature=2", "--teacher", str(teacher)]
    assert run_words(arguments, OPEN) == 0
    kept = teacher_of(tmp_path / "run")
    assert kept is not None
    assert {k: float(w.double().sum()) for k, w in kept.weights.items()} == {
        k: float(w.double().sum()) for k, w in teacher_from(teacher).weights.items()
    }
    without = [*arguments[:3], str(tmp_path / "other"), *arguments[4:-2]]
    assert run_words(without, OPEN) == 1
    assert "--teacher RUN" in capsys.readouterr().err
