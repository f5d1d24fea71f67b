"""The real engine process, asked and ordered as the window does it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from engine.client import Died, Engine
from engine.protocol import (
    VERSION,
    Beat,
    Check,
    Checked,
    Continue,
    Event,
    Failed,
    Finished,
    Marker,
    Measured,
    Pause,
    Preview,
    Previewed,
    Progress,
    Ready,
    Saved,
    Scalars,
    SetLearningRate,
    SetValue,
    Speak,
    Start,
    Started,
    State,
    StepOnce,
    Stop,
    Watch,
)
from engine.runs.reader import Reader
from engine.runs.times import TIMES, unpack
from projects.schema import Plug
from tests.engine.process.example import endless, project
from tests.engine.process.waiting import SOON, Listener, until

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for many questions; at the end the window goes away while it trains."""
    engine = Engine()
    engine.start()
    yield engine
    run = tmp_path_factory.mktemp("end") / "run"
    engine.send(endless(run))
    Listener(engine).wait(Scalars)
    engine.close()
    assert engine.returncode == 0
    assert [*(run / "checkpoints").iterdir()]
    assert '"stopped"' in (run / "summary.json").read_text()
    told = [getattr(event, "stream", "") for event in Reader(run).events()]
    assert TIMES not in told, "nobody waits for what is not needed"
    assert not [event for event in engine.mailbox.drain() if isinstance(event, Died)]


@pytest.fixture
def listener(shared: Engine) -> Listener:
    """What the shared engine says from now on."""
    if shared.ready is None:
        Listener(shared).wait(Ready, timeout=60)
    shared.mailbox.drain(limit=10_000)
    return Listener(shared)


def steps_of(events: Sequence[Event], name: str = "train_loss") -> list[int]:
    return [
        int(step)
        for event in events
        if isinstance(event, Scalars) and name in event.series
        for step in event.series[name][0].numpy()
    ]


def beyond(step: int) -> Callable[[Scalars], bool]:
    """Whether a batch holds losses of later steps."""
    return lambda event: bool(steps_of([event]) and steps_of([event])[-1] > step)


def test_the_first_words_say_who_speaks(shared: Engine, listener: Listener) -> None:
    assert shared.ready is not None
    assert shared.ready.protocol == VERSION
    assert shared.ready.pid == shared.pid
    assert shared.ready.devices[0] == "cpu"


def test_a_check_answers_with_shapes_and_counts(shared: Engine, listener: Listener) -> None:
    shared.send(Check(id=3, project=project()))
    checked = listener.wait(Checked)
    assert (checked.id, checked.ok, checked.problems) == (3, True, ())
    assert checked.networks["classifier"].parameters == 64 * 16 + 16 + 16 * 10 + 10
    assert checked.data is not None
    assert len(checked.data.classes) == 10


def test_a_preview_shows_examples(shared: Engine, listener: Listener) -> None:
    shared.send(Preview(id=4, data=project().data, count=5))
    previewed = listener.wait(Previewed)
    assert previewed.id == 4
    assert previewed.arrays["inputs"].numpy().shape == (5, 1, 8, 8)
    assert previewed.arrays["inputs"].numpy().max() > 0
    assert previewed.arrays["targets"].numpy().shape == (5,)


def test_a_wrong_request_is_answered_in_words_and_the_engine_goes_on(
    shared: Engine, listener: Listener
) -> None:
    wrong = msgspec.structs.replace(project().data, source=Plug("digitz"))
    shared.send(Preview(id=5, data=wrong))
    failed = listener.wait(Failed)
    assert (failed.id, failed.kind, failed.trace) == (5, "user", "")
    assert "digits" in str(failed.problems[0])
    shared.send(Check(id=6, project=project(batch_size=0)))
    failed = listener.wait(Failed)
    assert (failed.id, failed.problems[0].where) == (6, "recipe.batch_size")
    shared.send(Check(id=7, project=project()))
    assert listener.wait(Checked).id == 7


def test_an_engine_speaks_another_language_from_one_request_to_the_next(
    shared: Engine, listener: Listener
) -> None:
    wrong = project(batch_size=0)
    said = []
    for number, name in enumerate(("en", "zh_CN", "en"), start=60):
        shared.send(Speak(language=name))
        shared.send(Check(id=number, project=wrong))
        failed = listener.wait(Failed)
        assert (failed.id, failed.problems[0].where) == (number, "recipe.batch_size")
        said.append(any("\u4e00" <= mark <= "\u9fff" for mark in failed.problems[0].message))
    assert said == [False, True, False]


def test_a_training_tells_its_story_in_order(
    shared: Engine, listener: Listener, tmp_path: Path
) -> None:
    start = Start(id=11, project=project(epochs=10), folder="", run=str(tmp_path / "run"))
    shared.send(start)
    finished = listener.wait(Finished)
    events = [event for event in listener.heard if not isinstance(event, Beat)]
    assert isinstance(events[0], Started)
    assert events[-1] == finished
    assert {event.id for event in events} == {11}
    assert finished.state == "finished"
    assert finished.steps == events[0].total_steps
    assert steps_of(listener.heard) == list(range(1, finished.steps + 1))
    assert finished.metrics["test_accuracy"] > 0.5
    told = {event.stream for event in events if isinstance(event, Measured)}
    assert told == {"vitals", "examples"}  # nobody watched
    assert (tmp_path / "run" / "summary.json").is_file()


def test_stepping_pausing_continuing_and_stopping(
    shared: Engine, listener: Listener, tmp_path: Path
) -> None:
    shared.send(endless(tmp_path / "run", 12, paused=True))
    assert listener.wait(State, lambda state: state.state == "paused").step == 0
    shared.send(StepOnce())
    assert listener.wait(State, lambda state: state.state == "paused" and state.step > 0).step == 1
    shared.send(Continue())
    listener.wait(Scalars, beyond(50))
    shared.send(Pause())
    held = listener.wait(State, lambda state: state.state == "paused").step
    beats = len(listener.all(Beat))
    time.sleep(0.7)
    assert len(listener.all(Beat)) > beats
    assert steps_of(listener.heard)[-1] == held
    shared.send(Stop())
    begun = time.monotonic()
    finished = listener.wait(Finished)
    assert time.monotonic() - begun < SOON
    assert (finished.state, finished.steps) == ("stopped", held)
    assert steps_of(listener.heard) == list(range(1, held + 1))


def test_orders_reach_a_running_training_at_once(
    shared: Engine, listener: Listener, tmp_path: Path
) -> None:
    shared.send(Watch(streams={"health": 20.0}))
    shared.send(endless(tmp_path / "run", 13))
    listener.wait(Progress)
    unasked = ("vitals", "examples")  # which every training tells
    picture = listener.wait(Measured, lambda picture: picture.stream not in unasked)
    assert picture.stream == "health"
    assert len(picture.info["layers"]) == len(picture.arrays["gradient_norm"].numpy()) == 2
    shared.send(Watch(streams={}))
    shared.send(SetLearningRate(id=99, value=0.0125))
    marker = listener.wait(Marker, lambda marker: marker.kind == "learning_rate")
    rates = listener.wait(Progress, lambda event: event.step > marker.step).learning_rates
    assert rates["classifier"] == pytest.approx(0.0125)
    shared.send(SetLearningRate(id=98, value=float("nan")))
    assert listener.wait(Failed).id == 98
    shared.send(SetValue(id=97, path="recipe.optimizer.beta1", value=0.5))
    marker = listener.wait(Marker, lambda marker: marker.kind == "value")
    assert marker.values == {"path": "recipe.optimizer.beta1", "value": 0.5}
    shared.send(SetValue(id=96, path="recipe.optimizer.beta1", value=2.0))
    refused = listener.wait(Failed, lambda failed: failed.id == 96)
    assert refused.problems[0].where == "recipe.optimizer.beta1"
    shared.send(endless(tmp_path / "other", 14))
    assert (
        "training already"
        in listener.wait(Failed, lambda failed: failed.id == 14).problems[0].message
    )
    for request in range(100, 120):  # work that waits must not delay the stop
        shared.send(Check(id=request, project=project()))
    begun = time.monotonic()
    shared.send(Stop())
    assert listener.wait(Finished).state == "stopped"
    assert time.monotonic() - begun < SOON
    assert listener.wait(Checked, lambda checked: checked.id == 119)
    assert not shared.training


def test_times_of_layers_come_between_the_last_state_and_the_end(
    shared: Engine, listener: Listener, tmp_path: Path
) -> None:
    shared.send(Watch(streams={TIMES: 1.0}))
    shared.send(endless(tmp_path / "run", 15))
    listener.wait(Scalars)
    shared.send(Stop())
    listener.wait(Finished)
    shared.send(Watch(streams={}))
    events = [event for event in listener.heard if isinstance(event, State | Measured | Finished)]
    assert [type(event) for event in events[-3:]] == [State, Measured, Finished]
    (picture,) = (e for e in events if isinstance(e, Measured) and e.stream == TIMES)
    found = unpack({n: a.numpy() for n, a in picture.arrays.items()}, picture.info)
    assert list(found["classifier"]) == ["flatten", "hidden", "relu", "logits"]


def test_a_training_outlives_a_kill_and_a_broken_frame(
    tmp_path: Path,
) -> None:
    engine = Engine()
    engine.start()
    listener = Listener(engine)
    listener.wait(Ready, timeout=60)
    engine.send(endless(tmp_path / "run", 1))
    saved = listener.wait(Saved, lambda saved: saved.step > 0)
    assert engine.pid is not None
    begun = time.monotonic()
    os.kill(engine.pid, signal.SIGKILL)
    died = listener.wait(Died)
    assert time.monotonic() - begun < SOON
    assert died.returncode == -signal.SIGKILL
    assert "killed" in died.text

    engine.start()
    listener.wait(Ready, timeout=60)
    engine.send(endless(tmp_path / "run", 2, resume=True))
    started = listener.wait(Started)
    assert started.step >= saved.step
    assert started.exact
    listener.wait(Scalars, beyond(started.step))
    checkpoint = listener.wait(Saved, lambda saved: saved.step > started.step)

    assert engine._process is not None
    engine._process._outgoing.put(b"\xff\xff\xff\xff")  # a broken frame: no more to be heard
    failed = listener.wait(Failed)
    assert failed.kind == "protocol"
    assert "67108864" in failed.problems[0].message
    finished = listener.wait(Finished)
    assert finished.state == "stopped"
    assert finished.steps >= checkpoint.step
    assert listener.wait(Died).returncode == 2


ODD = """
import os, runpy, sys, time
import engine.compute.work as work

def answer_check(command):
    print("epoch 1 done", flush=True)
    os.write(1, b"\\xff" * 100)
    os.system("echo from a child")
    assert sys.stdin.read() == ""
    return work.Checked(ok=True)

def answer_preview(command):
    if command.split == "bug":
        return 1 / 0
    if command.split == "memory":
        raise MemoryError("x" * 10)
    time.sleep(60)

work.answer_check, work.answer_preview = answer_check, answer_preview
sys.argv = ["engine"]
runpy.run_module("engine", run_name="__main__")
"""


def test_stray_prints_bugs_and_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "engine").mkdir()  # a folder of the same name beside a project is not the engine
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    engine = Engine(command=(sys.executable, "-c", ODD))
    engine.start()
    listener = Listener(engine)
    listener.wait(Ready, timeout=60)

    engine.send(Check(id=1, project=project()))
    assert listener.wait(Checked).id == 1
    until(lambda: "epoch 1 done" in engine.trace and "from a child" in engine.trace)

    engine.send(Preview(id=2, data=project().data, split="bug"))
    bug = listener.wait(Failed)
    assert (bug.id, bug.kind) == (2, "bug")
    assert "ZeroDivisionError" in bug.trace
    engine.send(Preview(id=3, data=project().data, split="memory"))
    assert listener.wait(Failed).kind == "memory"

    engine.send(Preview(id=4, data=project().data))
    listener.wait(Beat)
    listener.wait(Beat)  # it lives, though its main thread hangs
    engine.dump_stacks()
    until(lambda: "answer_preview" in engine.trace)
    engine.interrupt()
    interrupted = listener.wait(Failed)
    assert (interrupted.id, interrupted.kind) == (4, "interrupted")
    engine.interrupt()  # there is nothing to break off now
    engine.send(Check(id=5, project=project()))
    assert listener.wait(Checked).id == 5
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGTERM)
    assert listener.wait(Died).returncode == 0


COUNTING = """
import gc, runpy, sys
import engine.compute.work as work

check = work.answer_check

def answer_check(command):
    print("exempt:", gc.get_freeze_count(), flush=True)
    return check(command)

work.answer_check = answer_check
sys.argv = ["engine", "--desk"]
runpy.run_module("engine", run_name="__main__")
"""


def test_the_garbage_collector_does_not_look_through_what_was_imported() -> None:
    """A full collection among everything that torch is would hold a check up ten times as long."""
    engine = Engine(command=(sys.executable, "-c", COUNTING))
    engine.start()
    listener = Listener(engine)
    listener.wait(Ready, timeout=60)
    for number in (1, 2, 3):
        engine.send(Check(id=number, project=project()))
        listener.wait(Checked)
    until(lambda: engine.trace.count("exempt:") == 3)
    counts = [int(line.split()[-1]) for line in engine.trace.splitlines() if "exempt:" in line]
    engine.close()
    assert counts[0] > 50_000
    assert counts[1] > counts[0]
    assert counts[2] <= counts[1]  # what a check makes is garbage some day


def test_help_is_for_people() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engine", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "docs/protocol.md" in done.stdout


WINDOW = """
import sys, time
from engine.client import Engine, Engines
from engine.protocol import Finished
from pathlib import Path
from tests.engine.process.example import project
from engine.protocol import Start

engine = Engine()
engine.start()
engine.send(Start(id=1, project=project(), folder="", run=sys.argv[1]))
end = time.monotonic() + 60
while not any(isinstance(event, Finished) for event in engine.mailbox.drain()):
    assert time.monotonic() < end and engine.alive, engine.trace
    time.sleep(0.01)
engine.close()
print([name for name in ("torch", "sklearn", "PIL") if name in sys.modules])
"""


def test_the_client_needs_no_torch_through_a_whole_training(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, str(tmp_path / "run")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
