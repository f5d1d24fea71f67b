"""First steps that are far too large: the rate is named, before all that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.clinic.base import Verdict
from engine.clinic.doctor import Doctor
from engine.clinic.intake import Intake
from engine.clinic.practice import cause_words, causes_of, plain
from engine.clinic.vitals import DEAD, RATIO, WEIGHT, Numbers, Record
from engine.compute.vitals import SPACING, is_looked_at
from tests.engine.clinic.test_layers import KINDS, LAYERS, WEIGHING, Change, table
from tests.engine.training.support import digits

BLIND = 2.3
KNOWN = Intake(blind=BLIND, classes=10)
Loss = Callable[[Numbers], Numbers]


def seen(change: Change, loss: Loss, intake: Intake = KNOWN, steps: int = 1500) -> Doctor:
    """A training gone through."""
    doctor = Doctor(digits())
    doctor.take_in(intake)
    for step in range(1, steps + 1):
        if is_looked_at(step, SPACING):
            made = table(step)
            change(made, step)
            results = tuple(layer == LAYERS[-1] for layer in LAYERS)
            doctor.feed_record(Record(step, LAYERS, KINDS, results, made))
    every = np.arange(1, steps + 1)
    doctor.feed("train_loss", every, loss(every.astype(np.float64)))
    for _verdict in doctor.advance(steps):
        pass
    return doctor


def dies(made: Numbers, step: int) -> None:
    """The first step is half as long as the weights, and after it units are dead."""
    if step == 1:
        made[WEIGHING, RATIO] = 0.5
    else:
        made[1, DEAD] = 0.9


def lives(made: Numbers, step: int) -> None:
    if step == 1:
        made[WEIGHING, RATIO] = 0.5


def steps_little(made: Numbers, step: int) -> None:
    if step > 1:
        made[1, DEAD] = 0.9


def leaps(steps: Numbers) -> Numbers:
    return np.where((steps > 1) & (steps < 9), 60.0, BLIND)


def gets_over_it(steps: Numbers) -> Numbers:
    return np.where(steps < 9, 60.0, BLIND * np.exp(-steps / 40) + 0.1)


def never_leaps(steps: Numbers) -> Numbers:
    return np.full(len(steps), BLIND)


def named(doctor: Doctor) -> dict[str, Verdict]:
    return {v.ailment: v for v in doctor.verdicts() if v.state == "confirmed"}


def test_a_leap_that_kills_is_the_rate_and_stands_before_what_comes_of_it() -> None:
    doctor = seen(dies, leaps)
    found = named(doctor)
    assert next(iter(found)) == "rate_too_high"
    assert {"dead_units", "underfitting"} <= found.keys()
    rate = found["rate_too_high"]
    assert rate.step <= 125
    assert rate.step < found["dead_units"].step
    assert "50%" in rate.look.words
    assert rate.look.line is not None
    assert BLIND < rate.look.line < 60


def test_what_comes_of_it_says_so() -> None:
    verdicts = seen(dies, leaps).verdicts()
    rate, dead = (
        next(v for v in verdicts if v.ailment == tag) for tag in ("rate_too_high", "dead_units")
    )
    assert causes_of(dead, verdicts) == ("Learning rate too high",)
    assert cause_words(dead, verdicts) == "It may come of this: Learning rate too high."
    assert plain(dead, verdicts)["causes"] == ["Learning rate too high"]
    assert cause_words(rate, verdicts) == ""
    before = replace(dead, since=rate.since - 1)
    assert cause_words(before, (rate, before)) == ""  # it was there first
    cured = replace(rate, state="cured")
    assert cause_words(dead, (dead, cured)) == ""


@pytest.mark.parametrize(
    ("change", "loss", "intake"),
    [
        (steps_little, leaps, KNOWN),
        (dies, never_leaps, KNOWN),
        (lives, gets_over_it, KNOWN),
        (dies, never_leaps, Intake(blind=0.4, classes=10)),  # as far off as it begins
        (dies, leaps, Intake(classes=10)),
    ],
    ids=["small steps", "no leap", "got over", "uneven classes", "blind loss not known"],
)
def test_no_alarm_where_one_of_the_signs_is_missing(
    change: Change, loss: Loss, intake: Intake
) -> None:
    doctor = seen(change, loss, intake)
    looks = {ailment.tag(): look.sentence for ailment, look in doctor.looks()}
    assert "rate_too_high" not in {v.ailment for v in doctor.verdicts() if "threw" in v.look.words}
    assert change is lives or "threw" not in looks["rate_too_high"]


def test_it_is_remembered_when_the_first_rounds_are_forgotten() -> None:
    after = seen(dies, leaps, steps=9000)
    assert "rate_too_high" in named(after)
    late = seen(
        dies, lambda s: np.where(s < 1500, leaps(s), 0.1 + BLIND * np.exp(-s / 900)), steps=9000
    )
    assert "rate_too_high" in named(late)  # it learns, but the units are dead all the same
    sound = {a.tag(): look for a, look in seen(lives, gets_over_it, steps=9000).looks()}
    assert sound["rate_too_high"].well
    assert "threw" not in sound["rate_too_high"].words


def kills(made: Numbers, step: int) -> None:
    """A first step of plain descent: not so long, and most units of a layer are dead after it."""
    if step == 1:
        made[WEIGHING, RATIO] = 0.08
    else:
        made[1, DEAD] = 0.75


def kills_later(made: Numbers, step: int) -> None:
    if step == 1:
        made[WEIGHING, RATIO] = 0.08
    elif step > 400:
        made[1, DEAD] = 0.75


def kills_by_less(made: Numbers, step: int) -> None:
    if step == 1:
        made[WEIGHING, RATIO] = 0.06
    else:
        made[1, DEAD] = 0.75


def was_half_dead(made: Numbers, step: int) -> None:
    if step == 1:
        made[WEIGHING, RATIO], made[1, DEAD] = 0.08, 0.4
    else:
        made[1, DEAD] = 0.75


def revives(made: Numbers, step: int) -> None:
    if step == 1:
        made[WEIGHING, RATIO] = 0.08
    elif step < 60:
        made[1, DEAD] = 0.75


def test_units_that_die_of_the_first_steps_are_the_rate_though_no_loss_has_leapt() -> None:
    found = named(seen(kills, never_leaps))
    assert next(iter(found)) == "rate_too_high"
    rate = found["rate_too_high"]
    assert rate.step <= 125
    assert rate.since <= found["dead_units"].since
    assert rate.look.words == (
        "the first step moved the weights by 8% of themselves, and of all units of relu 65% had died of it by "
        "step 24; killed above 40%"
    )
    assert (rate.look.layer, rate.look.measure) == ("net/relu", "dead")


@pytest.mark.parametrize("change", [kills_later, kills_by_less, was_half_dead, revives])
def test_other_deaths_are_not_the_first_steps(change: Change) -> None:
    assert "rate_too_high" not in named(seen(change, never_leaps))


def shrinks(made: Numbers, step: int) -> None:
    """A decay takes nine tenths and more of the weights, and every step is large beside what is left."""
    if step > 1:
        made[WEIGHING, WEIGHT], made[WEIGHING, RATIO] = 0.1, 0.3


def steps_far(made: Numbers, step: int) -> None:
    if step > 1:
        made[WEIGHING, WEIGHT], made[WEIGHING, RATIO] = 2.0, 0.3


def test_weights_that_have_shrunk_to_nothing_are_not_the_rate() -> None:
    assert "rate_too_high" in named(seen(steps_far, never_leaps))
    assert "rate_too_high" not in named(seen(shrinks, never_leaps))
    assert "rate_too_high" in named(seen(shrinks, lambda steps: np.full(len(steps), 3 * BLIND)))
