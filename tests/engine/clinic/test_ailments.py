"""Every ailment: seen where it is, not where it is not, and not for a moment's trouble."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from engine.clinic.ailments.oscillation import Oscillation
from engine.clinic.base import AILMENTS, Breakdown
from engine.clinic.chart import Chart
from engine.clinic.doctor import Doctor
from engine.clinic.intake import Intake
from engine.clinic.practice import words_of
from engine.clinic.vitals import MEAN, MEASURES, SD, Record
from projects.schema import Plug, Project
from tests.engine.clinic.histories import (
    SICK,
    STEPS,
    Curves,
    changed,
    covers_little,
    drawn,
    explodes,
    healthy,
    project,
    seen,
    starves,
    states,
    wins,
)
from tests.engine.training.support import digits

NEVER_SO_EARLY = {"undertrained_discriminator"}  # it is about what never was


def test_every_ailment_of_games_is_tried_here() -> None:
    plain = Doctor(digits()).ailments
    of_games = {ailment.tag() for ailment in Doctor(project()).ailments} - {
        ailment.tag() for ailment in plain
    }
    assert of_games <= SICK.keys() <= AILMENTS.entries.keys()


@pytest.mark.parametrize("seed", range(2))
def test_a_healthy_game_raises_no_alarm(seed: int) -> None:
    doctor, found = seen(healthy(seed=seed))
    assert [v for v in found if v.state == "confirmed"] == []
    assert {a.tag() for a, _look in doctor.looks()} >= SICK.keys()


@pytest.mark.parametrize("tag", SICK)
def test_a_sick_game_is_named_with_its_evidence(tag: str) -> None:
    curves = healthy()
    SICK[tag](curves, (0 if tag in NEVER_SO_EARLY else 600, STEPS))
    doctor, found = seen(curves)
    assert states(found, tag) == ["suspected", "confirmed"]
    verdict = next(v for v in doctor.verdicts() if v.ailment == tag)
    assert verdict.look.curve in curves
    assert verdict.since < verdict.step <= STEPS
    assert verdict.window[0] < verdict.window[1]
    assert AILMENTS.get(tag).title in words_of(verdict)
    others = {v.ailment for v in found if v.state == "confirmed"} - {tag}
    assert others <= {"discriminator_wins", "generator_starved"} - {tag}


@pytest.mark.parametrize("tag", SICK)
def test_trouble_in_the_first_steps_raises_no_alarm(tag: str) -> None:
    curves = healthy()
    SICK[tag](curves, (0, 250))
    _doctor, found = seen(curves)
    assert "confirmed" not in states(found, tag)


@pytest.mark.parametrize("tag", sorted(SICK.keys() - NEVER_SO_EARLY))
def test_a_moment_of_trouble_raises_no_alarm(tag: str) -> None:
    curves = healthy()
    SICK[tag](curves, (1200, 1270))
    _doctor, found = seen(curves)
    assert "confirmed" not in states(found, tag)


@pytest.mark.parametrize("tag", sorted(SICK.keys() - NEVER_SO_EARLY))
def test_what_has_passed_is_cured(tag: str) -> None:
    curves = healthy(3500)
    SICK[tag](curves, (600, 1600))
    _doctor, found = seen(curves)
    assert states(found, tag) == ["suspected", "confirmed", "cured"]


def test_a_verdict_does_not_flutter_between_the_limits() -> None:
    curves = healthy()
    wins(curves, (600, 1300))
    between = (1300, STEPS + 1)
    changed(curves, "d_real", lambda v: 0.93 + 0 * v, between)
    changed(curves, "d_fake", lambda v: 0.07 + 0 * v, between)
    _doctor, found = seen(curves)
    assert states(found, "discriminator_wins") == ["suspected", "confirmed"]


def test_a_verdict_depends_on_nothing_but_the_curves() -> None:
    curves = healthy(3500)
    for tag in ("oscillation", "mode_collapse", "exploding_gradients"):
        SICK[tag](curves, (600, 2000))
    _doctor, whole = seen(curves)
    assert len(whole) >= 6
    for pieces in (7, 61):
        assert seen(curves, pieces=pieces)[1] == whole


def test_later_rounds_are_farther_apart() -> None:
    steps = np.arange(1, 1_000_001, 100)
    doctor = Doctor(project())
    doctor.feed("d_real", steps, np.full(len(steps), 0.6))
    assert list(doctor.advance(1_000_000)) == []
    assert 500 < doctor.rounds < 1100
    assert doctor.step > 990_000


# ------------------------------------------------------------------------------------ collapse


def test_missing_modes_are_named() -> None:
    curves = healthy()
    table = drawn(0.5, 0.3, 0.2, 0, 0, 0, 0, 0.001)
    doctor, found = seen(curves, tables=[(step, table) for step in range(500, STEPS, 250)])
    assert states(found, "mode_collapse") == ["suspected", "confirmed"]
    words = doctor.verdicts()[0].look.words
    assert "3 of 8" in words
    assert "4, 5, 6, 7, 8" in words


def test_what_is_missing_is_found_again_however_often_samples_were_scored() -> None:
    curves = healthy()
    few, all_of_them = drawn(0.5, 0.3, 0.2, 0, 0, 0, 0, 0), drawn(*[1 / 8] * 8)
    tables = [(step, few if step < 1000 else all_of_them) for step in range(20, STEPS, 20)]
    _doctor, told = seen(curves, tables=tables, pieces=100)
    assert states(told, "mode_collapse") == ["suspected", "confirmed", "cured"]
    assert seen(curves, tables=tables)[1] == told
    steps = np.array([step for step, _table in tables])
    there = np.array([table.there for _step, table in tables])
    _doctor, unnamed = seen({**curves, "represented": (steps, there)})  # without any picture
    moments = [[(v.state, v.since, v.step) for v in found] for found in (unnamed, told)]
    assert moments[0] == moments[1]
    assert "38% of the modes or classes" in words_of(unnamed[0])


def test_modes_that_are_missing_among_poor_samples_are_no_collapse() -> None:
    curves = healthy()
    changed(curves, "high_quality", lambda v: 0 * v, (0, STEPS))
    table = drawn(0.5, 0.3, 0.2, 0, 0, 0, 0, 0)
    _doctor, found = seen(curves, tables=[(step, table) for step in range(500, STEPS, 250)])
    assert states(found, "mode_collapse") == []


def test_good_samples_that_cover_little_are_a_collapse() -> None:
    curves = healthy()
    covers_little(curves, (600, STEPS))
    assert states(seen(curves)[1], "mode_collapse") == ["suspected", "confirmed"]
    changed(curves, "precision", lambda v: 0.3 * v, (0, STEPS))
    assert states(seen(curves)[1], "mode_collapse") == []


# ------------------------------------------------------------------------------------ circling


@pytest.mark.parametrize("seed", range(3))
def test_jumps_without_memory_are_no_circling(seed: int) -> None:
    curves = healthy()
    random = np.random.default_rng(seed)
    jumps = np.repeat(0.4 * random.random(STEPS // 5), 5)  # for 5 steps each
    steps, values = curves["d_accuracy"]
    curves["d_accuracy"] = (steps, values - 0.2 + jumps)
    assert states(seen(curves)[1], "oscillation") == []
    chart = Chart()
    chart.feed("d_accuracy", *curves["d_accuracy"])
    assert len(list(chart.advance(STEPS))) == STEPS // 25
    look = Oscillation(told=0.0, trough=0.0).look(chart, project())
    assert look is not None
    assert look.sick  # wide, and there and back: only its memory tells it from a circle


def test_good_samples_that_are_lost_again_are_a_sign_of_circling() -> None:
    curves = healthy(4000)
    changed(curves, "high_quality", lambda v: 0.3 * v, (1000, 2000))
    changed(curves, "high_quality", lambda v: 0.6 * v, (2000, 2750))  # not well yet
    _doctor, found = seen(curves)
    told = [(v.state, v.step) for v in found if v.ailment == "oscillation"]
    assert [state for state, _step in told] == ["suspected", "confirmed", "cured"]
    assert told[-1][1] > 2750
    assert "did before" in next(v for v in found if v.ailment == "oscillation").look.words
    poor = healthy()
    changed(poor, "high_quality", lambda v: 0.1 * v, (0, STEPS))  # never many: chance
    changed(poor, "high_quality", lambda v: 0.3 * v, (1000, STEPS))
    assert states(seen(poor)[1], "oscillation") == []


# ------------------------------------------------------------------------------------ others


def test_a_critic_is_meant_to_be_right() -> None:
    curves = healthy()
    wins(curves, (0, STEPS))
    assert states(seen(curves, project("wasserstein"))[1], "discriminator_wins") == []
    assert states(seen(curves, project("hinge"))[1], "discriminator_wins") != []


@pytest.mark.parametrize(("gap", "state"), [(0.5, []), (6.0, ["suspected", "confirmed"])])
def test_pairs_that_are_told_apart_by_a_hair_leave_something_to_learn(
    gap: float, state: list[str]
) -> None:
    curves = healthy()
    wins(curves, (0, STEPS))
    steps, noise = curves["d_real"]
    curves["logit_gap"] = (steps, gap + noise - noise.mean())
    for loss in ("relativistic_paired", "relativistic_average"):
        doctor, found = seen(curves, project(loss))
        assert states(found, "discriminator_wins") == state
        looks = {ailment.tag(): look for ailment, look in doctor.looks()}
        assert looks["discriminator_wins"].line == pytest.approx(np.log(0.95 / 0.05))


def test_who_has_arrived_before_a_lead_was_seen_is_well() -> None:
    curves = healthy()
    SICK["undertrained_discriminator"](curves, (0, STEPS))
    curves["coverage"] = healthy()["coverage"]
    assert states(seen(curves)[1], "undertrained_discriminator") == []
    suspected = healthy()  # until the second scoring
    SICK["undertrained_discriminator"](suspected, (0, STEPS))
    changed(suspected, "coverage", lambda v: 8 * v, (550, STEPS))
    assert "confirmed" not in states(seen(suspected)[1], "undertrained_discriminator")


def tricked(kind: str, loss: str = "non_saturating", **params: int) -> Project:
    """A game with a trick."""
    plain = project(loss)
    tricks = {"tricks": [{"type": kind, "params": params}]}
    return msgspec.structs.replace(
        plain, objective=Plug("gan", {**plain.objective.params, **tricks})
    )


def test_noise_is_meant_to_leave_no_lead() -> None:
    curves = healthy()
    SICK["undertrained_discriminator"](curves, (0, STEPS))
    assert states(seen(curves)[1], "undertrained_discriminator") == ["suspected", "confirmed"]
    noisy = tricked("instance_noise", steps=STEPS)
    assert states(seen(curves, noisy)[1], "undertrained_discriminator") == []
    for kind, steps in (("no such", 1), ("instance_noise", -1)):  # says nothing
        damaged = tricked(kind, steps=steps)
        assert "confirmed" in states(seen(curves, damaged)[1], "undertrained_discriminator")


def test_when_the_noise_has_gone_a_lead_is_asked_for() -> None:
    curves = healthy()
    SICK["undertrained_discriminator"](curves, (0, STEPS))
    _doctor, found = seen(curves, tricked("instance_noise", steps=600))
    first, last = (v for v in found if v.ailment == "undertrained_discriminator")
    assert (first.step, last.state) == (600 + 16 * 25, "confirmed")
    assert first.window[0] == 600


def test_gradients_that_fade_in_a_balanced_game_starve_nobody() -> None:
    curves = healthy()
    changed(curves, "gradient_norm/generator", lambda v: 1e-4 * v, (600, STEPS))
    assert states(seen(curves)[1], "generator_starved") == []


def test_spikes_explode_where_they_come_again_and_again() -> None:
    curves = healthy()
    name = "gradient_norm/generator"
    steps, values = curves[name]
    spiking = (steps > 600) & (steps % 25 < 10)
    curves[name] = (steps, np.where(spiking, 5000 * values, values))
    assert states(seen(curves)[1], "exploding_gradients") == ["suspected", "confirmed"]


def scored_apart(gap: float) -> Curves:
    """A game whose gradients were as large from the first step on, and whose scores are so far apart."""
    curves = healthy()
    steps, noise = curves["d_accuracy"]
    curves["logit_gap"] = (steps, gap * np.sign(noise - np.median(noise)) * (1 + noise))
    return curves


def held_by(penalty: str) -> Project:
    """A game of a critic."""
    plain = project("wasserstein")
    params = {**plain.objective.params, "penalties": [{"type": penalty}]}
    return msgspec.structs.replace(plain, objective=Plug("gan", params))


SMALL = Intake(length=1.0, size=4)


def drew(spread: float) -> list[Record]:
    """Looks at a generator whose samples of four numbers have this deviation, and the norm of twice as much."""
    table = np.full((2, len(MEASURES)), np.nan)
    table[0, [MEAN, SD]] = 0.0, spread
    table[1, [MEAN, SD]] = 0.0, 1e6  # what the critic says tells nothing of samples
    layers = ("generator/out", "discriminator/out")
    return [
        Record(step, layers, ("linear", "linear"), (True, True), table)
        for step in range(24, STEPS, 50)
    ]


@pytest.mark.parametrize("of", [project("wasserstein"), held_by("gradient_penalty")])
def test_a_critic_that_is_far_too_steep_explodes(of: Project) -> None:
    doctor, found = seen(scored_apart(60.0), of, intake=SMALL, looks=drew(0.5))
    assert states(found, "exploding_gradients") == ["suspected", "confirmed"]
    (verdict,) = (v for v in doctor.verdicts() if v.ailment == "exploding_gradients")
    assert verdict.look.curve == "logit_gap"
    assert verdict.look.line == pytest.approx(20.0)
    assert verdict.look.figure > 20
    calm = seen(scored_apart(2.0), of, intake=SMALL, looks=drew(0.5))[1]
    assert states(calm, "exploding_gradients") == []


def test_scores_as_far_apart_as_samples_have_gone_are_no_steep_critic() -> None:
    """An unbounded generator may be far from all examples, and a critic of slope 1 says so."""
    curves, critic = scored_apart(60.0), project("wasserstein")
    doctor, found = seen(curves, critic, intake=SMALL, looks=drew(60.0))
    assert states(found, "exploding_gradients") == []
    look = next(look for a, look in doctor.looks() if a.tag() == "exploding_gradients")
    assert look.line == pytest.approx(10 * (1 + 2 * 60))


def test_packs_are_farther_apart_than_examples() -> None:
    packs = tricked("packing", "wasserstein", count=9)
    for gap, state in ((25.0, []), (150.0, ["suspected", "confirmed"])):
        _doctor, found = seen(scored_apart(gap), packs, intake=SMALL, looks=drew(0.5))
        assert states(found, "exploding_gradients") == state


@pytest.mark.parametrize(
    ("of", "intake", "looks"),
    [
        (project("hinge"), SMALL, drew(0.5)),  # whose scores have no scale
        (held_by("weight_clipping"), SMALL, drew(0.5)),  # another slope is meant
        (project("wasserstein"), None, drew(0.5)),  # of an older run
        (project("wasserstein"), Intake(), drew(0.5)),
        (project("wasserstein"), Intake(length=0.0, size=4), drew(0.0)),
        (project("wasserstein"), SMALL, []),
        (project("wasserstein"), SMALL, drew(np.nan)),
    ],
)
def test_scores_far_apart_say_nothing_of_others(
    of: Project, intake: Intake | None, looks: list[Record]
) -> None:
    found = seen(scored_apart(1e4), of, intake=intake, looks=looks)[1]
    assert states(found, "exploding_gradients") == []


def test_a_loss_that_is_no_number_explodes_at_once() -> None:
    doctor, _found = seen(healthy(300))
    verdict, place = sorted(doctor.break_down(Breakdown(307)), key=lambda v: v.ailment)
    assert (place.ailment, place.state) == ("not_a_number", "confirmed")
    assert (verdict.ailment, verdict.state, verdict.since) == (
        "exploding_gradients",
        "confirmed",
        307,
    )
    assert "307" in verdict.look.words


DRAWN = {"exploding_gradients", "mode_collapse", "memorisation"}


@pytest.mark.parametrize(
    ("kind", "params", "looked_for"),
    [
        ("classification", {}, {"exploding_gradients"}),
        ("gan", {}, set(SICK)),
        ("pix2pix", {}, {"exploding_gradients"}),
        (
            "pix2pix",  # without the L1 term nothing but the discriminator teaches the generator
            {"l1": 0.0},
            {"exploding_gradients", "discriminator_wins", "generator_starved", "oscillation"},
        ),
        ("vae_gan", {}, DRAWN),
        ("no such", {}, {"exploding_gradients"}),
    ],
)
def test_what_is_looked_for_is_what_theory_knows_of_a_game(
    kind: str, params: dict[str, float], looked_for: set[str]
) -> None:
    of = msgspec.structs.replace(project(), objective=Plug(kind, params))
    assert {a.tag() for a in Doctor(of).ailments} & SICK.keys() == looked_for
    curves = healthy()
    wins(curves, (0, STEPS))
    starves(curves, (600, STEPS))
    named = {v.ailment for v in seen(curves, of)[1]}
    assert named == looked_for & {"discriminator_wins", "generator_starved"}


def test_damage_is_looked_over() -> None:
    curves = healthy()
    explodes(curves, (600, STEPS))
    curves["d_real"] = (curves["d_real"][0], np.full(STEPS, np.nan))
    assert "exploding_gradients" in {v.ailment for v in seen(curves)[1]}
    odd = project()
    losses: tuple[object, ...] = ("hinge", 3, {}, {"type": "no such"})
    for broken in ({"loss": loss} for loss in losses):
        seen(healthy(), msgspec.structs.replace(odd, objective=Plug("gan", broken)))
