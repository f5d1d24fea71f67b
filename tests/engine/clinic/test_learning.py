"""What ails networks that learn from examples: seen where it is, not where it is not, nor for a moment's trouble."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.clinic.ailments.label_noise import lower_end
from engine.clinic.intake import INTAKE, Intake, intake_of_marker, marker_of_intake
from engine.clinic.practice import examine, words_of
from engine.compute.measures import surest_errors
from engine.data.prepare import prepare
from engine.protocol import Marker, Scalars
from engine.runs.reader import Reader
from projects.schema import EarlyStopping, Plug
from tests.engine.clinic.histories import changed, states
from tests.engine.clinic.learners import (
    BLIND,
    KNOWN,
    SICK,
    STEPS,
    overfits,
    seen,
    sound,
    stands_still,
)
from tests.engine.training.kinds import sequence_labelling
from tests.engine.training.support import Listener, digits, ring, train, with_recipe

FROM_CURVES = sorted(SICK.keys() - {"leakage"})
FROM_THE_START = {"underfitting", "label_noise"}
UNEVEN = msgspec.structs.replace(KNOWN, common=("three", 900), rare=("eight", 9))
LEAKING = msgspec.structs.replace(KNOWN, known={"validation": 40, "test": 2})
INTAKES = {"class_imbalance": UNEVEN, "leakage": LEAKING}


@pytest.mark.parametrize("seed", range(2))
def test_a_sound_training_raises_no_alarm(seed: int) -> None:
    doctor, found = seen(sound(seed=seed))
    assert [words_of(v) for v in found if v.state == "confirmed"] == []
    assert {a.tag() for a, _look in doctor.looks()} >= SICK.keys()


@pytest.mark.parametrize("tag", SICK)
def test_a_sick_training_is_named_with_its_evidence(tag: str) -> None:
    curves = sound()
    SICK[tag](curves, (0 if tag in FROM_THE_START else 600, STEPS + 1))
    doctor, found = seen(curves, intake=INTAKES.get(tag, KNOWN))
    named = {v.ailment for v in found if v.state == "confirmed"}
    assert named == {tag}
    verdict = next(v for v in doctor.verdicts() if v.ailment == tag)
    assert verdict.state == "confirmed"
    assert verdict.look.curve in curves
    assert words_of(verdict).endswith(verdict.look.words)
    assert (
        doctor.verdicts() == seen(curves, intake=INTAKES.get(tag, KNOWN), pieces=13)[0].verdicts()
    )


@pytest.mark.parametrize("tag", FROM_CURVES)
def test_trouble_in_the_first_steps_raises_no_alarm(tag: str) -> None:
    curves = sound()
    SICK[tag](curves, (0, 200))
    found = seen(curves, intake=INTAKES.get(tag, KNOWN))[1]
    assert "confirmed" not in states(found, tag)


@pytest.mark.parametrize("tag", FROM_CURVES)
def test_a_moment_of_trouble_raises_no_alarm(tag: str) -> None:
    curves = sound()
    SICK[tag](curves, (1200, 1290))
    found = seen(curves, intake=INTAKES.get(tag, KNOWN))[1]
    assert "confirmed" not in states(found, tag)


def test_what_stops_by_itself_is_not_told_of() -> None:
    curves = sound()
    overfits(curves, (600, STEPS + 1))
    stopping = with_recipe(digits(), early_stopping=EarlyStopping(patience=5))
    assert states(seen(curves, stopping)[1], "overfitting") == []


def test_a_loss_that_rises_on_both_sides_is_not_learned_by_heart() -> None:
    curves = sound()
    overfits(curves, (600, STEPS + 1))
    changed(curves, "train_loss", lambda v: 0.5 + 0 * v, (600, STEPS + 1))
    assert "overfitting" not in {v.ailment for v in seen(curves)[1]}


def test_a_rate_that_has_fallen_is_no_plateau() -> None:
    curves = sound()
    stands_still(curves, (600, STEPS + 1))
    curves["learning_rate"] = (np.array([1, 1300]), np.array([0.01, 0.001]))
    assert "confirmed" not in states(seen(curves)[1], "plateau")
    cosine = with_recipe(digits(), schedule=Plug("cosine"))
    assert states(seen(curves, cosine)[1], "plateau") == []


def test_classes_that_look_alike_are_no_noise() -> None:
    curves = sound()
    changed(curves, "validation_accuracy", lambda v: v - 0.3, (0, STEPS + 1))
    changed(curves, "sign/surest_errors", lambda v: v + 0.08, (0, STEPS + 1))
    assert states(seen(curves)[1], "label_noise") == []  # 38 % of all, 8 % of the surest


def test_noise_cannot_be_told_while_the_rate_is_too_high() -> None:
    curves = sound()
    SICK["label_noise"](curves, (0, STEPS + 1))
    alone = next(v for v in seen(curves)[1] if v.state == "confirmed")
    assert alone.ailment == "label_noise"
    changed(curves, "train_loss", lambda v: 2 * BLIND + 0 * v, (0, 1000))
    found = [v for v in seen(curves)[1] if v.state != "suspected"]
    rate = [v.step for v in found if v.ailment == "rate_too_high"]
    (noise,) = [v.step for v in found if v.ailment == "label_noise"]
    assert rate[0] < alone.step
    assert rate[1] <= noise  # cured: from then on labels can be judged


def test_tags_may_be_wrong_too() -> None:
    curves = sound()
    SICK["label_noise"](curves, (0, STEPS + 1))
    found = seen(curves, sequence_labelling())[1]
    assert states(found, "label_noise") == ["suspected", "confirmed"]


def test_few_wrong_answers_among_few_are_chance() -> None:
    assert lower_end(0.1, 20) < 0.05 < lower_end(0.1, 200)
    assert lower_end(0.5, 0) == 0.0


def test_uneven_classes_that_are_named_all_alike_are_no_trouble() -> None:
    assert states(seen(sound(), intake=UNEVEN)[1], "class_imbalance") == []


def test_a_readable_target_is_named() -> None:
    told = msgspec.structs.replace(KNOWN, readable=("age", "b", "c", "d"))
    (verdict,) = seen(sound(), intake=told)[0].verdicts()
    assert "age, b, c …" in verdict.look.words


def test_a_few_doubles_are_no_leak() -> None:
    for known in ({"validation": 4}, {"validation": 14, "test": 14}):
        assert seen(sound(), intake=msgspec.structs.replace(KNOWN, known=known))[1] == []


def test_an_old_run_that_tells_nothing_of_its_data_is_judged_by_its_curves() -> None:
    curves = sound()
    overfits(curves, (600, STEPS + 1))
    found = seen(curves, intake=None)[1]
    assert {v.ailment for v in found if v.state == "confirmed"} == {"overfitting"}


def test_games_are_left_alone() -> None:
    assert not {a.tag() for a in seen(sound(200), ring())[0].ailments} & SICK.keys()


# ------------------------------------------------------------------------------------ what is known


def test_what_is_known_comes_back_as_it_was() -> None:
    marker = marker_of_intake(LEAKING, 0)
    assert intake_of_marker(msgspec.json.decode(msgspec.json.encode(marker.values))) == LEAKING
    assert "1,000" in marker.text
    assert "2.3" in marker.text
    for damage in ({"counts": 3}, {"common": ["a"]}, {"blind": "low"}):
        assert intake_of_marker({**marker.values, **damage}) is None
    assert intake_of_marker({}) == Intake()


def test_errors_among_the_surest() -> None:
    sureness = np.arange(10.0)
    assert surest_errors(sureness, sureness > 2) == 0.0
    assert surest_errors(sureness, sureness < 8) == pytest.approx(2 / 3)
    assert surest_errors(np.empty(0), np.empty(0, bool)) == 0.0


def test_a_training_tells_once_what_its_data_are_like(tmp_path: Path) -> None:
    first, second, run = Listener(), Listener(), tmp_path / "run"
    train(digits(), run, first, max_steps=30)
    train(digits(), run, second, resume=True, max_steps=45)
    (marker,) = [m for m in first.of(Marker) if m.kind == INTAKE]
    assert [m for m in second.of(Marker) if m.kind == INTAKE] == []
    intake = intake_of_marker(marker.values)
    assert intake is not None
    assert intake.blind == pytest.approx(np.log(10), rel=1e-3)
    assert (intake.classes, intake.readable) == (10, ())
    assert examine(run).doctor._chart.intake == intake
    curves = {name for e in Reader(run).events(()) if isinstance(e, Scalars) for name in e.series}
    assert "sign/surest_errors" in curves
    assert "sign/surest_errors" not in Reader(run).summary().metrics


def test_a_game_of_a_critic_tells_how_large_examples_are(tmp_path: Path) -> None:
    train(ring(loss="wasserstein"), tmp_path / "critic", max_steps=2)
    train(ring(), tmp_path / "other", max_steps=2)
    told = {
        run: [e for e in Reader(tmp_path / run).events() if isinstance(e, Marker)]
        for run in ("critic", "other")
    }
    (known,) = (intake_of_marker(m.values) for m in told["critic"] if m.kind == INTAKE)
    assert known is not None
    points = prepare(ring().data, tmp_path).train.inputs
    assert (known.counts["train"], known.size) == (len(points), 2)
    assert known.length == pytest.approx(np.sqrt(np.square(points).sum(axis=1).mean()))
    assert [m for m in told["other"] if m.kind == INTAKE] == []


def test_an_older_run_tells_it_when_it_goes_on(tmp_path: Path) -> None:
    again, run = Listener(), tmp_path / "run"
    train(digits(), run, max_steps=30)
    with contextlib.closing(sqlite3.connect(run / "run.sqlite")) as database, database:
        database.execute("DELETE FROM markers WHERE kind = ?", (INTAKE,))
    assert examine(run).doctor._chart.intake is None
    train(digits(), run, again, resume=True, max_steps=45)
    assert [m.step for m in again.of(Marker) if m.kind == INTAKE] == [30]
    assert examine(run).doctor._chart.intake is not None
