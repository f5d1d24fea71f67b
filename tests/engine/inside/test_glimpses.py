"""Those who look inside of a training see weights that move, and change nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.compute import glimpses
from engine.compute.checkpoint import pack
from engine.compute.glimpses import read_glimpse
from engine.compute.inside.inspector import Inspector
from engine.inside.base import WEIGHTS
from engine.protocol import Event, Glimpse, Saved, State
from engine.runs.control import Control
from engine.runs.folder import RunFolder
from projects.yaml_reader import MOST_BYTES
from tests.engine.inside.support import look, moons
from tests.engine.training.support import Listener, differences, last_state, train


def test_weights_are_looked_at_while_they_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glimpses, "SHARE", 1.0)  # else whoever writes slowly waits for seconds
    run, control, inspector = tmp_path / "run", Control(), Inspector()
    control.watch({WEIGHTS: 60.0})
    seen: list[tuple[int, int]] = []
    values = set()

    def react(event: Event) -> None:
        if isinstance(event, Glimpse):
            found = look(run, "features", "classifier/first", "last", inspector=inspector)
            seen.append((event.step, found.moment.step))
            values.add(found.arrays["values"].data)
            if len(seen) == 3:
                control.watch({})
                control.stop()

    sink = Listener(react)
    finished = train(moons(epochs=None, checkpoint_every=3600.0), run, sink, control)
    assert len(seen) == len(values) == 3
    assert all(told == found for told, found in seen), "no checkpoint was written before the end"
    assert [event.step for event in sink.of(Saved)] == [finished.steps]
    assert not RunFolder(run).live.exists()
    session = inspector._opened(run).session
    assert look(run, "features", moment="last", inspector=inspector).moment.step == finished.steps
    assert inspector._opened(run).session is session, "data and networks were not read again"


def test_nothing_is_written_where_nobody_looks_and_looking_changes_nothing(tmp_path: Path) -> None:
    looked, control = Listener(), Control()
    control.watch({WEIGHTS: 60.0})
    project = moons(epochs=None)
    train(project, tmp_path / "looked", looked, control, max_steps=60)
    alone = Listener()
    train(project, tmp_path / "alone", alone, max_steps=60)
    assert looked.of(Glimpse)
    assert not alone.of(Glimpse)
    states = (last_state(tmp_path / name) for name in ("looked", "alone"))
    assert differences(*states) == set()


@pytest.mark.parametrize("rate", [0.0, -1.0])
def test_odd_rates_end_no_training(tmp_path: Path, rate: float) -> None:
    sink, control = Listener(), Control()
    control.watch({WEIGHTS: rate})
    assert train(moons(), tmp_path / "run", sink, control, max_steps=3).steps == 3
    assert len(sink.of(Glimpse)) == 1


def test_a_training_that_holds_shows_where_it_is(tmp_path: Path) -> None:
    control = Control()
    control.watch({WEIGHTS: 0.001})
    control.pause()

    def react(event: Event) -> None:
        if isinstance(event, State) and event.state == "paused":
            (control.step_once if event.step < 3 else control.stop)()

    sink = Listener(react)
    train(moons(), tmp_path / "run", sink, control)
    assert [event.step for event in sink.of(Glimpse)] == [0, 1, 2, 3]


def test_what_a_kill_left_behind_is_not_taken_for_the_runs_weights(tmp_path: Path) -> None:
    kept: list[bytes] = []
    control = Control()
    control.watch({WEIGHTS: 60.0})
    run = tmp_path / "run"
    live = RunFolder(run).live
    sink = Listener(
        lambda event: kept.append(live.read_bytes()) if isinstance(event, Glimpse) else None
    )
    train(moons(), run, sink, control, max_steps=3)
    live.write_bytes(kept[0])
    found = read_glimpse(live)
    assert found is not None
    assert found.step < 3
    assert look(run, "features", moment="last").moment.step == 3
    train(moons(), run, resume=True, max_steps=4)
    assert not live.exists()


def test_weights_of_large_networks_are_read_whole(tmp_path: Path) -> None:
    """More than a project file may have."""
    path = tmp_path / "live.safetensors"
    weights, facts = torch.rand(MOST_BYTES // 4), b'{"step": 7}'
    tensors = {"weights/a": weights, "facts": torch.frombuffer(bytearray(facts), dtype=torch.uint8)}
    path.write_bytes(pack(tensors))
    found = read_glimpse(path)
    assert found is not None
    assert found.step == 7
    assert torch.equal(found.weights["a"], weights)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00" * 64])
def test_damaged_weights_are_passed_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "live.safetensors"
    assert read_glimpse(path) is None
    path.write_bytes(content)
    assert read_glimpse(path) is None
    path.write_bytes(pack({"weights/a": torch.zeros(2)}))
    assert read_glimpse(path) is None, "without facts"
