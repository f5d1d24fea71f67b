"""Making runs smaller by an engine process: weighing, sensing, compressing, and a stop that never queues."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from engine.client import Engine
from engine.compression.variant import read_variant
from engine.protocol import (
    Compress,
    Compressed,
    Failed,
    Sensed,
    Sensitivity,
    Stage,
    Stop,
    Weigh,
    Weighed,
)
from projects.schema import Plug
from tests.engine.process.waiting import Listener
from tests.engine.training.support import digits, train


def test_a_run_is_weighed_sensed_and_compressed(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    run = runs / "run"
    train(digits(), run, max_steps=30)
    engine = Engine()
    engine.start()
    listener = Listener(engine)
    steps = (Plug("prune", {"amount": 0.9}),)
    try:
        engine.send(Weigh(id=1, run=str(run), steps=steps))
        weighed = listener.wait(Weighed, timeout=60.0)
        assert weighed.id == 1
        assert weighed.size.file_bytes < weighed.parent.file_bytes
        assert len(list(runs.iterdir())) == 1, "nothing is written"
        engine.send(Sensitivity(id=2, run=str(run)))
        engine.send(Stop())
        stopped = listener.wait(Failed)
        assert (stopped.id, stopped.kind) == (2, "given_up")
        engine.send(Sensitivity(id=3, run=str(run)))
        listener.wait(Stage, lambda stage: stage.share > 0.5)
        sensed = listener.wait(Sensed)
        assert sensed.id == 3
        assert [layer.layer for layer in sensed.scan.layers] == [
            "classifier/first",
            "classifier/last",
        ]
        engine.send(Compress(id=4, run=str(run), steps=steps))
        made = listener.wait(Compressed)
        assert made.made == read_variant(Path(made.variant))
        before = made.made.parent
        assert before.latencies != weighed.parent.latencies  # of another moment
        assert replace(before, latencies=weighed.parent.latencies) == weighed.parent
        assert made.made.size.nonzero == weighed.size.nonzero
        engine.send(Weigh(id=6, run=made.variant, beside=str(run)))
        beside = listener.wait(Weighed, lambda event: event.id == 6, timeout=60.0)
        assert beside.size.nonzero == made.made.size.nonzero
        assert replace(beside.parent, latencies=before.latencies) == before  # what it is beside
        assert beside.size.latencies != made.made.size.latencies  # of this moment
        assert len(beside.size.sparse_latencies) == len(beside.parent.latencies) == 2
        engine.send(Compress(id=5, run=str(run), steps=(Plug("prune", {"amount": 2}),)))
        assert (
            listener.wait(Failed, lambda event: event.id == 5).problems[0].where == "steps.0.amount"
        )
        assert len(list(runs.iterdir())) == 2
    finally:
        engine.close()
    assert engine.returncode == 0
