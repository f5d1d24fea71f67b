"""A new run that goes on where another one was at some step."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from engine.clinic.vitals import VITALS
from engine.compute import checkpoint
from engine.compute.branching import state_at
from engine.compute.trainer import Trainer
from engine.protocol import Event, Finished, Marker, Measured, Replaying
from engine.runs.branch import LAST, Branch, name_of_parent, parent_path
from engine.runs.control import Control, Limits
from engine.runs.failures import GivenUpError
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.summary import read_summary
from projects.errors import RunError, UserError
from projects.schema import EarlyStopping, Plug, Project
from tests.engine.training.support import (
    Listener,
    chain,
    differences,
    digits,
    last_state,
    ring,
    train,
)
from tests.engine.training.test_live import SGD, changing

MIDDLE = 30  # within the second pass
CHANGES = {5: [("networks.classifier.nodes.drop.p", 0.6)], 12: [("", 0.02)]}


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})
    for most in ("FLUSH_EVERY", "FLUSH_AT_LEAST"):
        monkeypatch.setattr(f"engine.compute.loop.{most}", 0.0)


def branch(
    project: Project,
    run: Path,
    place: Branch,
    sink: Listener | None = None,
    control: Control | None = None,
    **limits: Any,
) -> Finished:
    """Branch off in this thread."""
    return Trainer(
        project,
        run.parent,
        run,
        sink or Listener(),
        control or Control(),
        limits=Limits(**limits),
        branch=place,
    ).run()


def with_early_checkpoint(project: Project, run: Path, step: int, steps: int) -> None:
    """A run that was stopped for a moment, so that it has a checkpoint of that step too."""
    train(project, run, max_steps=step)
    train(project, run, resume=True, max_steps=steps)


STATEFUL = {"schedule": Plug("plateau", {"patience": 0, "threshold": 1.0})}
KINDS = {
    "classification": digits(
        **STATEFUL, early_stopping=EarlyStopping(metric="validation_loss", patience=9)
    ),
    "gan": ring(epochs=3),
}


@pytest.mark.parametrize("project", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("checkpoint_at", [0, 20, MIDDLE])
def test_an_unchanged_project_comes_to_the_same_bits(
    tmp_path: Path, project: Project, checkpoint_at: int
) -> None:
    run, made = tmp_path / "run", tmp_path / "branch"
    if checkpoint_at:
        with_early_checkpoint(project, run, checkpoint_at, 45)
    else:
        train(project, run, max_steps=45)
    branch(project, made, Branch(run, MIDDLE), max_steps=45)
    one, other = last_state(run), last_state(made)
    assert one.step == other.step == 45
    assert differences(one, other) == set()


def test_changes_by_hand_are_done_again_and_count_no_longer_as_the_branchs_own(
    tmp_path: Path,
) -> None:
    project, control = digits(optimizer=SGD), Control()
    run, made = tmp_path / "run", tmp_path / "branch"
    train(project, run, changing(control, CHANGES), control, max_steps=45)
    branch(project, made, Branch(run, MIDDLE), max_steps=45)
    one, other = last_state(run), last_state(made)
    assert one.facts.pop("changes") == 2
    assert other.facts.pop("changes") == 0
    assert differences(one, other) == set()
    train(project, tmp_path / "without", max_steps=45)  # the negative control
    assert differences(one, last_state(tmp_path / "without"))


def test_an_edit_has_an_effect_and_a_new_name_has_none(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=45)
    renamed = msgspec.structs.replace(digits(), name="Another")
    faster = digits(optimizer=Plug("adam", {"lr": 0.02}))
    branch(renamed, tmp_path / "renamed", Branch(run, MIDDLE), max_steps=45)
    branch(faster, tmp_path / "faster", Branch(run, MIDDLE), max_steps=45)
    assert differences(last_state(run), last_state(tmp_path / "renamed")) == set()
    name = "classifier.last.weight"
    there = last_state(tmp_path / "faster").weights[name]
    assert not torch.equal(there, last_state(run).weights[name])


def test_a_run_begun_with_weights_of_another_is_done_again_with_them(tmp_path: Path) -> None:
    first, run, made = (tmp_path / name for name in ("first", "run", "branch"))
    train(digits(), first, max_steps=5)
    more: dict[str, Any] = {"limits": Limits(max_steps=40), "weights_from": first}
    Trainer(digits(), tmp_path, run, Listener(), Control(), **more).run()
    branch(digits(), made, Branch(run, 12), max_steps=40)
    assert differences(last_state(run), last_state(made)) == set()


# ------------------------------------------------------------------------------- what is kept


def test_kept_layers_keep_weights_and_what_the_optimiser_remembers_of_them(tmp_path: Path) -> None:
    run, made = tmp_path / "run", tmp_path / "branch"
    train(digits(), run, max_steps=20)
    wider = msgspec.structs.replace(
        digits(),
        networks={
            "classifier": chain(
                [
                    ("first", "linear", {"units": 24}),
                    ("norm", "batch_norm", {}),
                    ("more", "linear", {"units": 6}),
                    ("last", "linear", {"units": 10}),
                ]
            )
        },
    )
    sink = Listener()
    branch(wider, made, Branch(run, 20), sink, max_steps=20)
    (told,) = [marker for marker in sink.of(Marker) if marker.kind == "branched"]
    assert "kept: 2, fitted: 1, new: 1; the optimiser goes on" in told.text
    before, after = last_state(run), last_state(made)
    assert after.step == 20
    for name in ("first.weight", "norm.running_mean"):
        key = f"classifier.{name}"
        assert torch.equal(before.weights[key], after.weights[key])
    memory, old = (s.training["classifier.mean"] for s in (after, before))
    length = 64 * 24
    assert torch.equal(memory[:length], old[:length])
    assert old[:length].any()
    new = length + 3 * 32  # behind a bias and two weights of the norm, each with its gap
    assert not memory[new : new + 144 + 16 + 64].any()  # "more", and the weight of "last"
    assert memory[new + 144 + 16 + 64 :].any()  # its bias has the size that it had
    assert after.facts["scoreboard"]["best"] == {}  # another network was judged


def test_another_rule_begins_anew(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=8)
    sink = Listener()
    branch(digits(optimizer=SGD), tmp_path / "branch", Branch(run, 8), sink, max_steps=9)
    assert any("begins anew" in marker.text for marker in sink.of(Marker))


def test_passes_that_are_made_count_where_batches_are_larger_now(tmp_path: Path) -> None:
    run, made = tmp_path / "run", tmp_path / "branch"
    train(digits(), run, max_steps=MIDDLE)
    steps = branch(digits(batch_size=128), made, Branch(run, LAST)).steps
    passes = read_summary(made).epochs
    assert passes == pytest.approx(3.0)
    assert MIDDLE < steps < last_state(run).step * 2


# ------------------------------------------------------------------------------- its own folder


def test_a_branch_knows_its_parent_and_measures_from_its_own_step_on(tmp_path: Path) -> None:
    run, made, elsewhere = tmp_path / "run", tmp_path / "branch", tmp_path / "far" / "branch"
    train(digits(), run, max_steps=20)
    sink = Listener()
    branch(digits(), made, Branch(run, 10), sink, max_steps=15)
    summary = read_summary(made)
    assert (summary.parent, summary.parent_step, summary.steps) == ("run", 10, 15)
    assert sink.series("train_loss")[0] == [11, 12, 13, 14, 15]
    assert [event.until for event in sink.of(Replaying)][:1] == [10]
    assert read_summary(run).parent == ""
    assert name_of_parent(elsewhere, run) == str(run)
    assert parent_path(made, "run") == parent_path(elsewhere, str(run)) == run


def test_a_branch_is_resumed_bit_for_bit_without_its_parent(tmp_path: Path) -> None:
    run, whole, killed = (tmp_path / name for name in ("run", "whole", "killed"))
    train(digits(), run, max_steps=20)
    edited = digits(optimizer=Plug("adam", {"lr": 0.02}))
    branch(edited, whole, Branch(run, 10), max_steps=40)
    branch(edited, killed, Branch(run, 10), max_steps=12)
    shutil.rmtree(run)
    shutil.copytree(killed, tmp_path / "later")
    shutil.rmtree(killed / "checkpoints")  # it was killed before its first one
    path = RunFolder(killed).summary
    path.write_text(path.read_text().replace('"steps": 12', '"steps": 10'))
    for again in (killed, tmp_path / "later"):
        train(edited, again, resume=True, max_steps=40)
        assert differences(last_state(whole), last_state(again)) == set()
        assert read_summary(again).parent_step == 10


def test_a_branch_is_done_again_and_branched_off_from(tmp_path: Path) -> None:
    run, made, again, twig = (tmp_path / name for name in ("run", "branch", "again", "twig"))
    train(digits(), run, max_steps=20)
    control = Control()
    edited = digits(optimizer=SGD)
    Trainer(
        edited,
        tmp_path,
        made,
        changing(control, {14: [("", 0.02)]}),
        control,
        limits=Limits(max_steps=40),
        branch=Branch(run, 10),
    ).run()
    shutil.rmtree(run)
    more: dict[str, Any] = {"limits": Limits(max_steps=40), "replay": made}
    Trainer(edited, tmp_path, again, Listener(), Control(), **more).run()
    assert differences(last_state(made), last_state(again)) == set()
    assert read_summary(again).parent == "run"
    branch(edited, twig, Branch(made, 25), max_steps=40)
    one, other = last_state(made), last_state(twig)
    assert one.facts.pop("changes") == 1 + other.facts.pop("changes")
    assert differences(one, other) == set()
    with pytest.raises(RunError, match="begins at step 10"):
        branch(edited, tmp_path / "no", Branch(made, 9))


# ------------------------------------------------------------------------------- refused, stopped


def test_what_cannot_be_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=5)
    with pytest.raises(RunError, match="no more than 5 steps"):
        branch(digits(), tmp_path / "no", Branch(run, 6))
    with pytest.raises(UserError):
        branch(digits(), tmp_path / "no", Branch(tmp_path / "nowhere", 1))
    assert not (tmp_path / "no").exists()
    with pytest.raises(RunError, match="holds a run already"):
        branch(digits(), run, Branch(run, 3))


def test_other_data_of_the_parent_is_noticed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=5)
    path = RunFolder(run).project
    path.write_text(path.read_text().replace("layout: flat", "layout: flat, limit: 100"))
    with pytest.raises(UserError):
        state_at(Branch(run, 3), Listener(), Control())


def test_it_can_be_stopped_while_it_does_steps_again(tmp_path: Path) -> None:
    run, control = tmp_path / "run", Control()
    train(digits(), run, max_steps=20)

    def react(event: Event) -> None:
        if isinstance(event, Replaying):
            control.stop()

    with pytest.raises(GivenUpError):
        branch(digits(), tmp_path / "no", Branch(run, 15), Listener(react), control)
    assert not (tmp_path / "no").exists()


def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path) -> None:
    run, made = tmp_path / "run", tmp_path / "branch"
    with_early_checkpoint(digits(), run, 20, 40)
    worst = next(p for p in checkpoint.checkpoints(RunFolder(run).checkpoints) if "20" in p.name)
    (worst / "weights.safetensors").write_bytes(b"no")
    branch(digits(), made, Branch(run, MIDDLE), max_steps=40)
    assert differences(last_state(run), last_state(made)) == set()


def test_a_branch_just_before_a_look_sees_what_its_parent_saw(tmp_path: Path) -> None:
    project = digits(epochs=5)
    train(project, tmp_path / "parent", max_steps=30)
    branch(project, tmp_path / "run", Branch(tmp_path / "parent", 23), max_steps=30)
    looks = [
        {e.step: e for e in Reader(tmp_path / name).events((VITALS,)) if isinstance(e, Measured)}
        for name in ("parent", "run")
    ]
    assert looks[0].keys() == {1, 24}
    assert looks[0][24] == looks[1][24]
