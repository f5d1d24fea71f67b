"""``train`` and ``runs``: answers, run folders, limits, resuming, interruptions."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.headless import training
from engine.protocol import Event, Progress
from engine.runs.control import Control
from projects.files import load
from projects.templates import DEFAULT, template
from tests.cli.conftest import Call

ROOT = Path(__file__).parent.parent.parent
ANSWER = {"run", "state", "steps", "epochs", "seconds", "steps_per_second", "metrics", "best"}
ANSWER |= {"verdicts"}


def _weights(run: Path) -> set[str]:
    """Hashes of the newest checkpoint's weights."""
    newest = max((run / "checkpoints").glob("step-*"))
    return {hashlib.sha256(p.read_bytes()).hexdigest() for p in newest.glob("weights*")}


def test_a_training_answers_with_its_run(call: Call, project: Path, tmp_path: Path) -> None:
    run = tmp_path / "mein Lauf"
    answer = call("train", project, "--out", run, "--json")
    assert answer.code == 0
    assert set(answer.json) == ANSWER
    assert answer.json["run"] == str(run)
    assert answer.json["state"] == "finished"
    assert answer.json["epochs"] == 3
    assert answer.json["metrics"]["test_accuracy"] > 0.3
    assert {"project.yaml", "run.sqlite", "checkpoints", "summary.json"} <= set(os.listdir(run))
    assert load(run / "project.yaml").project == load(project).project


def test_without_out_the_run_lies_beside_the_project(call: Call, project: Path) -> None:
    answer = call("train", project, "--max-steps", "2", "--json").json
    run = Path(answer["run"])
    assert run.parent == project.parent / "runs" / "iris"
    listed = call("runs", project, "--json").json["runs"]
    assert [row["run"] for row in listed] == [str(run)]
    assert set(listed[0]) == {"run", "project", "state", "steps", "metrics"}
    assert (listed[0]["project"], listed[0]["state"], listed[0]["steps"]) == ("Iris", "stopped", 2)
    assert call("runs", project.parent, "--json").json["runs"] == listed
    assert str(run) in call("runs", project).out


def test_a_run_can_begin_with_the_weights_of_another(
    call: Call, project: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    call("train", project, "--max-steps", "2", "--out", first)
    units = "networks.classifier.nodes.hidden.units=5"
    answer = call(
        "train", project, "--from", first, "--set", units, "--max-steps", "1", "--out", second
    )
    assert answer.code == 0
    assert "Begun with the weights of first" in (second / "log.txt").read_text()
    nowhere = call("train", project, "--from", tmp_path / "nowhere", "--out", tmp_path / "third")
    assert nowhere.code == 1
    assert "no checkpoint" in nowhere.err
    assert not (tmp_path / "third").exists()
    both = call("train", project, "--from", first, "--resume", "--out", second)
    assert both.code == 2
    assert "--from" in both.err


def test_set_seed_and_device_reach_the_frozen_project(
    call: Call, project: Path, tmp_path: Path
) -> None:
    words = [
        "--set",
        "recipe.optimizer.lr=0.02",
        "--set",
        "networks.classifier.nodes.hidden.units=5",
    ]
    run = tmp_path / "run"
    done = call(
        "train", project, "--out", run, *words, "--seed", 7, "--device", "cpu", "--max-steps", 1
    )
    assert done.code == 0
    frozen = load(run / "project.yaml").project
    assert frozen.recipe.optimizer.params == {"lr": 0.02}
    assert frozen.networks["classifier"].nodes["hidden"].params == {"units": 5}
    assert (frozen.recipe.seed, frozen.recipe.device) == (7, "cpu")


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("recipe.optimiser.lr=1", "Did you mean “recipe.optimizer.lr”?"),
        ("recipe.optimizer.lrr=1", "Did you mean “lr”?"),
        ("recipe.optimizer.lr=fast", "recipe.optimizer.lr: expected a number"),
        ("recipe.batch_size=0", "recipe.batch_size: expected a whole number from 1"),
        ("networks.classifier.nodes.logits.units=4", "networks.classifier"),
    ],
)
def test_a_wrong_value_leaves_no_run_behind(
    assignment: str, sentence: str, call: Call, project: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    answer = call("train", project, "--out", run, "--set", assignment, "--json")
    assert answer.code == 1
    assert sentence in answer.err
    assert answer.json["ok"] is False
    assert not run.exists()


def test_a_folder_that_is_taken_is_left_alone(call: Call, project: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.txt").write_text("mine")
    answer = call("train", project, "--out", taken)
    assert answer.code == 1
    assert "something else is there" in answer.err
    assert os.listdir(taken) == ["thesis.txt"]
    run = tmp_path / "run"
    assert call("train", project, "--out", run, "--max-steps", 1).code == 0
    again = call("train", project, "--out", run)
    assert again.code == 1
    assert "--resume" in again.err


def test_the_same_seed_gives_the_same_weights_also_when_resumed(
    call: Call, project: Path, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert call("train", project, "--out", whole).code == 0
    for limit in (4, 9):
        words = ["--resume"] if limit > 4 else []
        stopped = call("train", project, "--out", parts, "--max-steps", limit, "--json", *words)
        assert (stopped.code, stopped.json["state"], stopped.json["steps"]) == (0, "stopped", limit)
    finished = call("train", project, "--out", parts, "--resume", "--json")
    assert (finished.code, finished.json["state"]) == (0, "finished")
    assert _weights(whole) == _weights(parts) != set()


def test_resume_without_out_takes_the_latest_and_the_project_as_it_was(
    call: Call, project: Path
) -> None:
    first = call("train", project, "--max-steps", 2, "--json").json["run"]
    project.write_text(project.read_text().replace("units: 8", "units: 9"))
    resumed = call("train", project, "--resume", "--max-steps", 5, "--json")
    assert resumed.code == 0
    assert (resumed.json["run"], resumed.json["steps"]) == (first, 5)
    assert "has changed since" in resumed.err


def test_resume_without_out_passes_over_a_damaged_run(call: Call, project: Path) -> None:
    first, second = (
        Path(call("train", project, "--max-steps", 2, "--json").json["run"]) for _run in range(2)
    )
    damaged = max(first, second)
    (damaged / "summary.json").unlink()
    listed = call("runs", project, "--json").json["runs"]
    assert [row["run"] for row in listed if row["state"] == "damaged"] == [str(damaged)]
    resumed = call("train", project, "--resume", "--max-steps", 5, "--json")
    assert resumed.json["run"] == str(min(first, second))


def test_a_project_that_was_not_edited_since_is_not_said_to_have_changed(
    call: Call, project: Path
) -> None:
    os.utime(project, (1e9, 1e9))
    call("train", project, "--set", "recipe.batch_size=8", "--seed", 5, "--max-steps", 2)
    resumed = call("train", project, "--resume", "--max-steps", 5)
    assert resumed.code == 0
    assert "has changed since" not in resumed.err


def test_a_limit_of_seconds_stops_the_run(call: Call, project: Path, tmp_path: Path) -> None:
    text = project.read_text().replace("epochs: 3", "epochs: null")
    project.write_text(text)
    answer = call("train", project, "--out", tmp_path / "run", "--max-seconds", "0.3", "--json")
    assert (answer.code, answer.json["state"]) == (0, "stopped")
    assert 0.2 < answer.json["seconds"] < 5


def test_a_loss_that_is_not_a_number_is_a_failed_training(
    call: Call, project: Path, tmp_path: Path
) -> None:
    words = ["--set", "recipe.optimizer={type: sgd, lr: 10000, weight_decay: 10}"]
    answer = call("train", project, "--out", tmp_path / "run", *words, "--json")
    assert answer.code == 3
    assert "Traceback" not in answer.err
    assert answer.json["ok"] is False


def _interrupting(after: int) -> Callable[..., Any]:
    """A progress bar at which somebody presses Ctrl-C."""

    class Impatient:
        def __init__(self, console: object, wanted: bool = True) -> None:
            self.pressed = False

        def emit(self, event: Event) -> None:
            if isinstance(event, Progress) and event.step >= after and not self.pressed:
                self.pressed = True
                os.kill(os.getpid(), signal.SIGINT)

        def close(self) -> None:
            pass

    return Impatient


def test_ctrl_c_writes_a_checkpoint_and_exits_with_130(
    call: Call, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text(project.read_text().replace("epochs: 3", "epochs: null"))
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr("engine.headless.progress.ProgressBar", _interrupting(1))
        answer = call("train", project, "--out", run, "--json")
    assert answer.code == 130
    assert answer.json["state"] == "stopped"
    assert "--resume" in answer.err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    steps = answer.json["steps"]
    go_on = call("train", project, "--out", run, "--resume", "--max-steps", steps + 3, "--json")
    assert go_on.json["steps"] == steps + 3


def test_a_second_ctrl_c_does_not_wait() -> None:
    control = Control()

    def press_twice() -> None:
        with training.stopping(control):
            os.kill(os.getpid(), signal.SIGINT)
            assert control.stopping
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    with pytest.raises(KeyboardInterrupt):
        press_twice()


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    found: list[bool] = []

    def work() -> None:
        before = signal.getsignal(signal.SIGINT)
        with training.stopping(Control()):
            found.append(signal.getsignal(signal.SIGINT) is before)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [True]


@pytest.mark.skipif(os.name == "nt", reason="signals are other things there")
def test_a_real_interrupt_of_a_real_process(project: Path, tmp_path: Path) -> None:
    project.write_text(project.read_text().replace("epochs: 3", "epochs: null"))
    run = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "main.py", "train", project, "--out", run, "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not list(run.glob("run.sqlite")):
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads(out)["state"] == "stopped"
    assert list((run / "checkpoints").glob("step-*/manifest.json"))


@pytest.mark.skipif(os.name == "nt", reason="signals are other things there")
def test_a_killed_process_costs_nothing_but_time(call: Call, project: Path, tmp_path: Path) -> None:
    words = ["--set", "recipe.epochs=null", "--set", "recipe.checkpoint_every=1"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = subprocess.Popen(
        [sys.executable, "main.py", "train", project, "--out", killed, *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not list(killed.glob("checkpoints/step-*/manifest.json")):
        time.sleep(0.02)
    process.kill()
    assert process.wait(timeout=60) == -signal.SIGKILL
    row = call("runs", killed, "--json").json["runs"][0]
    assert row["state"] == "interrupted"
    saved = max(int(path.name[5:]) for path in killed.glob("checkpoints/step-*"))
    resumed = call("train", project, "--out", killed, "--resume", "--max-steps", saved + 50)
    assert resumed.code == 0, resumed.err
    assert call("train", project, "--out", whole, *words, "--max-steps", saved + 50).code == 0
    for name in ("weights", "best", "training"):
        files = [
            max(run.glob("checkpoints/step-*")) / f"{name}.safetensors" for run in (killed, whole)
        ]
        assert files[0].read_bytes() == files[1].read_bytes(), name


def test_without_a_display_the_default_example_trains_here(
    call: Call, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr("sys.platform", "linux")
    jobs = []

    def remember(job: training.Job, limits: object, console: object) -> int:
        jobs.append(job)
        return 0

    monkeypatch.setattr(training, "train_job", remember)
    answer = call()
    assert answer.code == 0
    assert "no display" in answer.err
    assert jobs[0].project == template(DEFAULT).project
    assert home in jobs[0].run.parents


def test_a_project_without_a_display_is_not_trained_by_surprise(
    call: Call, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    answer = call(project)
    assert answer.code == 1
    assert f"ganvas train {project}" in answer.err


def test_a_run_branches_off_from_another(call: Call, project: Path, tmp_path: Path) -> None:
    run, made, last = tmp_path / "run", tmp_path / "branch", tmp_path / "last"
    call("train", project, "--max-steps", 8, "--out", run)
    answer = call("train", project, "--branch", f"{run}@3", "--max-steps", 8, "--out", made)
    assert answer.code == 0
    assert _weights(made) == _weights(run)
    summary = json.loads((made / "summary.json").read_text())
    assert (summary["parent"], summary["parent_step"], summary["steps"]) == ("run", 3, 8)
    faster = ("--set", "recipe.optimizer.lr=0.02", "--max-steps", 9)
    assert call("train", project, "--branch", run, *faster, "--out", last).code == 0
    assert json.loads((last / "summary.json").read_text())["parent_step"] == 8


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--branch", "RUN@9"), 1, "no more than 2 steps"),
        (("--branch", "RUN@1", "--from", "RUN"), 2, "--from does not go with --branch"),
        (("--branch", "RUN@1", "--resume"), 2, "--teacher do not go with --resume"),
        (("--branch", "NOWHERE@1"), 1, "not a run folder"),
    ],
)
def test_a_branch_that_cannot_be_leaves_nothing_behind(
    words: tuple[str, ...], code: int, sentence: str, call: Call, project: Path, tmp_path: Path
) -> None:
    run, made = tmp_path / "run", tmp_path / "no"
    call("train", project, "--max-steps", 2, "--out", run)
    words = tuple(w.replace("RUN", str(run)).replace("NOWHERE", str(tmp_path)) for w in words)
    answer = call("train", project, *words, "--out", made)
    assert answer.code == code
    assert sentence in " ".join(answer.err.split())
    assert not made.exists()
