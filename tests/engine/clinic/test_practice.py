"""A real training that is sick: told while it goes on, kept, and found again in its folder."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.clinic.practice import VERDICT, examine, plain, table_of
from engine.compute import rounds as rounds_module
from engine.compute.rounds import Rounds
from engine.protocol import Marker, Measured
from engine.runs.control import Control
from engine.runs.reader import Reader
from projects.errors import RunError
from projects.schema import Plug, Project
from tests.engine.training.support import Layers, Listener, chain, ring, train


def lopsided() -> Project:
    """A generator that hardly moves, against a discriminator that learns fast."""
    made = ring(batch_size=64, epochs=None, max_steps=420)
    rates = {"generator": 1e-6, "discriminator": 1e-2}
    optimizers = {name: Plug("adam", {"lr": rate, "beta1": 0.5}) for name, rate in rates.items()}
    layers: Layers = [
        ("first", "linear", {"units": 32}),
        ("bent", "leaky_relu", {}),
        ("second", "linear", {"units": 32}),
        ("bent_again", "leaky_relu", {}),
        ("last", "linear", {"units": 1}),
    ]
    networks = {**made.networks, "discriminator": chain(layers)}
    params = {**made.objective.params, "scores": None}
    return msgspec.structs.replace(
        made,
        networks=networks,
        objective=Plug("gan", params),
        recipe=msgspec.structs.replace(made.recipe, optimizers=optimizers),
        probes=(),
    )


def told(sink: Listener) -> list[tuple[int, str, str]]:
    """Step, ailment and state of the verdicts that were heard."""
    markers: list[Marker] = [marker for marker in sink.of(Marker) if marker.kind == VERDICT]
    return [(m.step, m.values["ailment"], m.values["state"]) for m in markers]


def test_a_verdict_is_told_kept_and_found_again(tmp_path: Path) -> None:
    whole, first, second = Listener(), Listener(), Listener()
    train(lopsided(), tmp_path / "whole", whole)
    assert [(a, s) for _step, a, s in told(whole)] == [("discriminator_wins", "confirmed")]
    doctor = examine(tmp_path / "whole").doctor
    (verdict,) = doctor.verdicts()
    assert told(whole) == [(verdict.step, verdict.ailment, verdict.state)]
    assert f"verdict at step {verdict.step}" in (tmp_path / "whole" / "log.txt").read_text()
    assert plain(verdict, [verdict])["evidence"] == verdict.look.words
    train(lopsided(), tmp_path / "run", first, max_steps=verdict.step - 30)
    train(lopsided(), tmp_path / "run", second, resume=True)
    assert told(first) == []
    assert told(second) == told(whole)
    assert examine(tmp_path / "run").doctor.verdicts() == doctor.verdicts()


def test_rounds_come_together_and_none_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first steps the engine goes some at once; before a checkpoint and at the end all that are due."""
    goings: list[tuple[bool, int, int]] = []
    go = Rounds.go

    def watched(rounds: Rounds, at_once: bool = True) -> list[Marker]:
        before = rounds._practice.doctor.step
        found = go(rounds, at_once)
        goings.append((at_once, before, rounds._practice.doctor.step))
        return found

    monkeypatch.setattr(Rounds, "go", watched)
    monkeypatch.setattr(rounds_module, "APART", 1e6)
    sink = Listener()
    train(lopsided(), tmp_path / "run", sink)
    early = [(before, after) for at_once, before, after in goings if not at_once and after > before]
    assert len(early) > 0
    assert max(before for before, _after in early) <= rounds_module.BEGINNING
    assert goings[-1][2] == 400  # of 420 steps
    (verdict,) = examine(tmp_path / "run").doctor.verdicts()
    assert told(sink) == [(verdict.step, verdict.ailment, verdict.state)]


def test_damaged_tables_are_passed_over() -> None:
    share = np.array([0.5, 0.5])
    arrays = {"share": share, "real_share": share}
    table = table_of(arrays, {"names": ["a", "b"], "of": "class"})
    assert table is not None
    assert (table.missing, table.there) == ((), 1.0)
    for names in (["a"], "ab", None, []):
        assert table_of(arrays, {"names": names, "of": "class"}) is None
    assert table_of({"share": share}, {"names": ["a", "b"]}) is None


def test_pictures_that_say_nothing_of_a_verdict_are_not_read(tmp_path: Path) -> None:
    run, control = tmp_path / "run", Control()
    control.watch({"samples": 60.0, "scores": 60.0})
    made = ring(max_steps=30, epochs=None)
    params = {**made.objective.params, "scores": {"samples": 64, "every": 10}}
    train(msgspec.structs.replace(made, objective=Plug("gan", params)), run, Listener(), control)
    streams = {event.stream for event in Reader(run).events() if isinstance(event, Measured)}
    assert {"samples", "scores"} <= streams
    with contextlib.closing(sqlite3.connect(run / "run.sqlite")) as database, database:
        database.execute(
            "UPDATE arrays SET dtype = 'odd' WHERE frame IN "
            "(SELECT seq FROM frames WHERE stream NOT IN ('scores', 'vitals'))"
        )
    with pytest.raises(RunError, match="damaged"):
        list(Reader(run).events())
    rounds = Rounds(made, run)
    rounds.catch_up()
    assert rounds.go() == []
    tables = examine(run).doctor._chart._tables
    assert [step for step, _table in tables][-1] == 30
