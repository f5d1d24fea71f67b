"""Ailments of layers and steps: seen where they are, not where they are not, and not for a moment's trouble."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from engine.clinic.base import Breakdown, Verdict
from engine.clinic.doctor import Doctor
from engine.clinic.practice import causes_of
from engine.clinic.states import conditions
from engine.clinic.vitals import (
    DEAD,
    FLIPS,
    GRADIENT,
    MEASURES,
    NOISE,
    RATIO,
    SATURATED,
    SD,
    SIGNAL,
    WEIGHT,
    Numbers,
    Record,
)
from engine.compute.vitals import SPACING, is_looked_at
from projects.schema import Project
from tests.engine.training.support import digits, ring, with_recipe

STEPS = 1500
LAYERS = ("net/one", "net/relu", "net/two", "net/tanh", "net/three", "net/last")
KINDS = ("linear", "relu", "linear", "tanh", "linear", "linear")
WEIGHING = [0, 2, 4, 5]
Change = Callable[[Numbers, int], None]


def table(step: int) -> Numbers:
    """What a healthy training has, with the noise of batches."""
    random = np.random.default_rng(step)
    made = np.full((len(LAYERS), len(MEASURES)), np.nan)
    made[:, SD] = 0.8
    spread = np.exp(0.3 * random.standard_normal((len(WEIGHING), 2)))
    made[WEIGHING, GRADIENT] = 1e-2 * spread[:, 0]
    made[WEIGHING, RATIO] = 1e-3 * spread[:, 1]
    made[WEIGHING, WEIGHT] = 5.0
    made[np.ix_(WEIGHING, [FLIPS, SIGNAL, NOISE])] = [0.4, 1e-3, 1.0]
    made[1, DEAD], made[3, SATURATED] = 0.1, 0.1
    return made


def seen(
    change: Change | None = None,
    span: tuple[int, int] = (0, STEPS),
    project: Project | None = None,
    loss: Callable[[np.ndarray[tuple[int], np.dtype[np.int64]]], Numbers] | None = None,
) -> tuple[Doctor, list[Verdict]]:
    """A training with something changed in the looks of some steps, gone through."""
    doctor = Doctor(project or digits())
    found: list[Verdict] = []
    steps = np.arange(1, STEPS + 1)
    losses = 2.0 * np.exp(-steps / 300) + 0.1 if loss is None else loss(steps)
    for step in range(1, STEPS + 1):
        if is_looked_at(step, SPACING):
            made = table(step)
            if change is not None and span[0] <= step < span[1]:
                change(made, step)
            results = tuple(layer == LAYERS[-1] for layer in LAYERS)
            doctor.feed_record(Record(step, LAYERS, KINDS, results, made))
    doctor.feed("train_loss", steps, losses)
    found += doctor.advance(STEPS)
    return doctor, found


def confirmed(found: list[Verdict]) -> set[str]:
    return {verdict.ailment for verdict in found if verdict.state == "confirmed"}


def fades(made: Numbers, step: int) -> None:
    made[WEIGHING, GRADIENT] *= [1e-5, 1e-4, 1e-2, 1.0]


def dies(made: Numbers, step: int) -> None:
    made[1, DEAD] = 0.8


def saturates(made: Numbers, step: int) -> None:
    made[3, SATURATED] = 0.9


def grows(made: Numbers, step: int) -> None:
    made[:, SD] = [10, 9, 100, 1, 500, 2000]


def shrinks(made: Numbers, step: int) -> None:
    made[:, SD] = [1e-2, 1e-2, 1e-4, 1e-4, 1e-6, 1e-8]


def leaps(made: Numbers, step: int) -> None:
    made[WEIGHING, RATIO] = 0.4


def crawls(made: Numbers, step: int) -> None:
    made[WEIGHING, RATIO] = 1e-7


def tears(made: Numbers, step: int) -> None:
    made[2, RATIO] = 3.0
    made[4, RATIO] = 1e-4


SICK: dict[str, tuple[str, Change]] = {
    "fades": ("vanishing_gradients", fades),
    "dies": ("dead_units", dies),
    "saturates": ("saturation", saturates),
    "grows": ("initial_scale", grows),
    "shrinks": ("initial_scale", shrinks),
    "leaps": ("rate_too_high", leaps),
    "tears": ("layer_imbalance", tears),
}


def flat(steps: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Numbers:
    return np.full(len(steps), 2.0)


def test_a_healthy_training_raises_no_alarm() -> None:
    doctor, found = seen()
    assert [v for v in found if v.ailment != "plateau"] == []
    looked = {ailment.tag() for ailment, _look in doctor.looks()}
    assert looked >= {tag for tag, _change in SICK.values()} | {"rate_too_low"}


@pytest.mark.parametrize("name", SICK)
def test_a_sick_one_is_named_with_its_evidence(name: str) -> None:
    tag, change = SICK[name]
    doctor, found = seen(change)
    assert tag in confirmed(found)
    verdict = next(v for v in doctor.verdicts() if v.ailment == tag)
    assert verdict.look.layer in LAYERS
    assert verdict.look.measure in MEASURES
    assert any(layer.partition("/")[2] in verdict.look.words for layer in LAYERS) or "%" in (
        verdict.look.words
    )
    assert "net/" not in verdict.look.words  # there is one network alone


@pytest.mark.parametrize("name", SICK)
def test_trouble_that_passes_raises_no_alarm(name: str) -> None:
    tag, change = SICK[name]
    _doctor, found = seen(change, (650, 760))  # two looks
    assert tag not in confirmed(found)


@pytest.mark.parametrize("name", ["fades", "dies", "saturates", "leaps", "tears"])
def test_what_gets_well_is_cured(name: str) -> None:
    tag, change = SICK[name]
    doctor, _found = seen(change, (0, 700))
    assert next(v.state for v in doctor.verdicts() if v.ailment == tag) == "cured"


def test_a_rate_is_too_low_only_while_nothing_is_learned() -> None:
    assert "rate_too_low" in confirmed(seen(crawls, loss=flat)[1])
    assert "rate_too_low" not in confirmed(seen(crawls)[1])  # it has learned, and is done
    steps = np.arange(1, STEPS + 1)
    ended = Doctor(digits())
    ended.feed("learning_rate", np.array([1, 60]), np.array([0.1, 1e-4]))
    for step in steps[[is_looked_at(int(s), SPACING) for s in steps]]:
        made = table(int(step))
        crawls(made, int(step))
        ended.feed_record(Record(int(step), LAYERS, KINDS, (False,) * len(LAYERS), made))
    ended.feed("train_loss", steps, flat(steps))
    assert "rate_too_low" not in confirmed(list(ended.advance(STEPS)))


def test_a_loss_that_rises_again_says_that_steps_are_too_large() -> None:
    _doctor, found = seen(loss=lambda steps: np.where(steps < 700, 0.5, 4.0))
    assert "rate_too_high" in confirmed(found)
    _doctor, found = seen(loss=lambda steps: np.where(steps == 700, 1e3, 0.5))
    assert "rate_too_high" not in confirmed(found)
    by_heart = seen(loss=lambda s: 2.0 * np.exp(-s / 50.0) + 1e-4 * (1 + (s > 900) * 4))[1]
    assert "rate_too_high" not in confirmed(by_heart)


def test_players_of_a_game_and_small_batches_are_judged_by_others() -> None:
    tags = {tag for tag, _change in SICK.values()}
    assert not tags & {ailment.tag() for ailment in Doctor(ring()).ailments}
    few = Doctor(with_recipe(digits(), batch_size=4)).ailments
    assert "dead_units" not in {ailment.tag() for ailment in few}
    shallow = msgspec.structs.replace(digits(), networks={})
    assert "vanishing_gradients" not in {a.tag() for a in Doctor(shallow).ailments}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("output", "on the way forward"),
        ("gradient", "on the way back"),
        ("weights", "by the step itself"),
        ("loss", "every layer"),
        ("", "not known"),
        ("odd", "not known"),
    ],
)
def test_the_layer_that_went_first_is_named(what: str, words: str) -> None:
    doctor, _found = seen()
    where = "networks.net.nodes.two" if what not in ("", "loss") else ""
    (verdict,) = (
        v for v in doctor.break_down(Breakdown(77, where, what)) if v.ailment == "not_a_number"
    )
    assert verdict.state == "confirmed"
    assert words in verdict.look.words
    assert ("net/two" in verdict.look.words) == (what in ("output", "gradient", "weights"))


def watching(change: Change | None, at: int) -> Doctor:
    """A doctor who has seen all that there is before a step."""
    doctor = Doctor(digits())
    for step in filter(lambda step: is_looked_at(step, SPACING), range(1, at)):
        made = table(step)
        if change is not None:
            change(made, step)
        doctor.feed_record(Record(step, LAYERS, KINDS, (False,) * len(LAYERS), made))
    list(doctor.advance(at - 1))
    return doctor


def broken(change: Change | None, at: int) -> Verdict | None:
    """What is known of the initial scale once a loss was no number at a step, and nothing came after."""
    doctor = watching(change, at)
    before = doctor.verdicts()
    told = {v.ailment: v for v in doctor.break_down(Breakdown(at))}
    known = {v.ailment: v for v in doctor.verdicts()}.get("initial_scale")
    assert told.get("initial_scale") == (None if known in before else known)
    return known


@pytest.mark.parametrize("change", [grows, shrinks])
@pytest.mark.parametrize("at", [2, 4, 25, 30, 49, 50])
def test_one_look_tells_of_the_initial_scale_where_a_training_broke_down(
    change: Change, at: int
) -> None:
    verdict = broken(change, at)
    assert verdict is not None
    assert (verdict.state, verdict.step) == ("confirmed", at)
    assert "before the first step" in verdict.look.words


def test_what_was_told_of_the_initial_scale_is_not_told_again_nor_of_a_good_one() -> None:
    verdict = broken(grows, 60)
    assert verdict is not None
    assert (verdict.state, verdict.step) == ("confirmed", 50)
    assert [broken(None, at) for at in (1, 4, 30, 60, 400)] == [None] * 5
    assert broken(grows, 1) is None  # nothing was seen
    later = broken(lambda made, step: grows(made, step) if step > 1 else None, 30)
    assert later is None  # it is the steps that have thrown it up


def test_a_breakdown_may_come_of_a_bad_start() -> None:
    doctor = watching(grows, 4)
    told = {verdict.ailment: verdict for verdict in doctor.break_down(Breakdown(4))}
    causes = causes_of(told["not_a_number"], doctor.verdicts())
    assert causes == ("Bad initial scale",)


def test_looks_of_other_layers_begin_anew() -> None:
    doctor, _found = seen(dies)
    other = Record(STEPS + 24, ("net/other",), ("linear",), (True,), table(1)[:1])
    doctor.feed_record(other)
    assert list(doctor.advance(STEPS + 50)) == []


# ------------------------------------------------------------------------------------ states


def records(change: Change | None = None) -> list[Record]:
    made = []
    for step in (1, 24, 49):
        values = table(step)
        if change is not None:
            change(values, step)
        made.append(Record(step, LAYERS, KINDS, (False,) * len(LAYERS), values))
    return made


@pytest.mark.parametrize(
    ("change", "row", "status"),
    [
        (None, 0, "healthy"),
        (fades, 0, "vanishing"),
        (fades, 5, "healthy"),
        (dies, 1, "dead"),
        (saturates, 3, "saturated"),
        (leaps, 4, "unstable"),
        (crawls, 2, "starved"),
    ],
)
def test_the_state_of_a_layer(change: Change | None, row: int, status: str) -> None:
    found = conditions(records(change))
    assert found[row].status == status
    assert (found[row].excess > 0) == (status != "healthy")
    worst = min(found, key=lambda condition: condition.rank)
    assert (worst.status == "healthy") == (change is None)


@pytest.mark.parametrize(
    ("share", "status"), [(1.0, "starved"), (0.1, "starved"), (0.01, "healthy")]
)
def test_a_rate_that_was_annealed_starves_no_layer(share: float, status: str) -> None:
    assert conditions(records(crawls), {"net": share})[2].status == status
    assert conditions(records(crawls), {"other": share})[2].status == "starved"


def test_states_of_the_first_looks_and_of_broken_ones() -> None:
    assert {c.status for c in conditions(records(fades)[:2])} == {"healthy"}
    assert conditions([]) == []
    wild = records(leaps)[:1]
    assert {c.status for c in conditions(wild)} == {"healthy"}
    wild[0].table[4, RATIO] = 1.0  # nothing of what it was is left
    assert [c.status for c in conditions(wild)].count("unstable") == 1
    assert conditions(wild)[4].excess == pytest.approx(1.0)
    broken = records()
    broken[-1].table[2, GRADIENT] = np.inf
    assert conditions(broken)[2].status == "exploding"
    jumping = records()
    jumping[-1].table[4, GRADIENT] *= 1e5
    assert conditions(jumping)[4].status == "exploding"
