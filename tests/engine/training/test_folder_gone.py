"""The folder of a run is deleted or moved while it trains: nothing that was measured or learned is lost."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from engine.protocol import Event, Marker, Scalars, State
from engine.runs.control import Control
from engine.runs.folder import RunFolder, list_runs
from engine.runs.lock import is_training
from engine.runs.reader import Reader
from engine.runs.summary import read_summary
from tests.engine.training.support import Listener, differences, digits, last_state, train


def steps_of(run: Path) -> list[int]:
    """The steps of which the folder holds a loss."""
    told: list[int] = []
    for event in Reader(run).events(()):
        if isinstance(event, Scalars) and "train_loss" in event.series:
            told += event.series["train_loss"][0].numpy().tolist()
    return told


@pytest.mark.parametrize("part", ["", "run.sqlite", "project.yaml"])
def test_a_folder_that_goes_is_written_again(tmp_path: Path, part: str) -> None:
    run, whole = tmp_path / "run", tmp_path / "whole"
    taken: list[int] = []
    locked: list[bool] = []

    def take(event: Event) -> None:
        if isinstance(event, Scalars) and "train_loss" in event.series and not taken:
            taken.append(int(event.series["train_loss"][0].numpy()[-1]))
            if part:
                (run / part).unlink()
            else:
                shutil.move(run, tmp_path / "moved")
        if isinstance(event, Marker) and event.kind == "damaged_folder":
            locked.append(is_training(run))

    sink = Listener(take)
    train(digits(epochs=10), run, sink)
    assert 0 < taken[0] < steps_of(run)[-1]
    assert locked == [True]
    assert RunFolder(run).exists
    assert run in list_runs(tmp_path)
    assert read_summary(run).state == "finished"
    train(digits(epochs=10), whole)
    assert steps_of(run) == steps_of(whole)
    assert differences(last_state(run), last_state(whole)) == set()
    (marker,) = [one for one in sink.of(Marker) if one.kind == "damaged_folder"]
    assert "deleted or moved" in marker.text


def test_a_copy_that_takes_the_place_of_the_measurements_is_written_over(tmp_path: Path) -> None:
    """As whoever undoes a move may have it, when the folder is there again."""
    run, whole = tmp_path / "run", tmp_path / "whole"
    told = itertools.count()

    def take(event: Event) -> None:
        if isinstance(event, Scalars) and "train_loss" in event.series and next(told) == 1:
            copy = shutil.copy(run / "run.sqlite", tmp_path / "copy.sqlite")
            Path(copy).replace(run / "run.sqlite")

    sink = Listener(take)
    assert train(digits(epochs=10), run, sink).state == "finished"
    assert [one.kind for one in sink.of(Marker)].count("damaged_folder") == 1
    train(digits(epochs=10), whole)
    assert steps_of(run) == steps_of(whole)


def test_a_pause_right_after_that_ends_nothing(tmp_path: Path) -> None:
    """Before it was noticed that the folder has gone."""
    run, control = tmp_path / "run", Control()
    told = itertools.count()

    def take(event: Event) -> None:
        if isinstance(event, Scalars) and "train_loss" in event.series and next(told) == 1:
            run.rename(tmp_path / "moved")
            control.pause()
        if isinstance(event, State) and event.state == "paused":
            control.go_on()

    sink = Listener(take)
    assert train(digits(epochs=3), run, sink, control).state == "finished"
    assert [event.state for event in sink.of(State)] == ["running", "paused", "running", "finished"]
    assert len([one for one in sink.of(Marker) if one.kind == "damaged_folder"]) == 1
    assert read_summary(run).state == "finished"
