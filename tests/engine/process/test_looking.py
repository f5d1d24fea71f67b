"""Looking inside of a run by an engine process: answers, stages, and a stop that never queues."""

from __future__ import annotations

from pathlib import Path

from engine.client import Engine
from engine.protocol import Failed, Inspect, Inspected, Stage, Stop
from projects.schema import Plug
from tests.engine.inside.support import moons
from tests.engine.process.waiting import Listener
from tests.engine.training.support import train


def test_a_look_is_answered_and_a_long_one_stopped(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(moons(), run, max_steps=3)
    engine = Engine()
    engine.start()
    listener = Listener(engine)
    try:
        engine.send(Inspect(id=1, run=str(run)))
        found = listener.wait(Inspected, timeout=60.0)
        assert found.id == 1
        assert found.insides is not None
        endless = Plug("landscape", {"side": 101, "examples": 200})
        engine.send(Inspect(id=2, run=str(run), view=endless))
        listener.wait(Stage, lambda stage: stage.id == 2 and stage.share > 0)
        engine.send(Stop())
        given_up = listener.wait(Failed)
        assert (given_up.id, given_up.kind) == (2, "given_up")
        engine.send(Inspect(id=3, run=str(run), view=Plug("features")))
        assert listener.wait(Inspected).info["kind"] == "bars"
    finally:
        engine.close()
    assert engine.returncode == 0
