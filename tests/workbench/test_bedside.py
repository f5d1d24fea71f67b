"""The doctor beside a run: what is known of the data may come after the first curves."""

from __future__ import annotations

from engine.clinic.intake import Intake, marker_of_intake
from engine.protocol import Array, Scalars, Started
from tests.engine.clinic.learners import STEPS, overfits, seen, sound
from tests.engine.training.support import digits
from workbench.bedside import bedside_of
from workbench.rundata import RunData

LEAKING = Intake(known={"validation": 40}, looked_at={"validation": 300}, blind=2.3)


def test_what_is_known_of_the_data_is_heard_whenever_it_comes() -> None:
    curves = sound()
    overfits(curves, (600, STEPS + 1))
    run = RunData(project=digits())
    run.feed(Started(run="/runs/a", step=0, steps_per_epoch=20, total_steps=None, device="cpu"))
    run.feed(Scalars(series={n: (Array.of(s), Array.of(v)) for n, (s, v) in curves.items()}))
    bedside = bedside_of(run)
    assert bedside is not None
    while bedside.go():
        pass
    assert [v.ailment for v in bedside.verdicts()] == ["overfitting"]
    run.feed(marker_of_intake(LEAKING, 0))
    assert run.markers == []
    while bedside.go():
        pass
    assert bedside.verdicts() == seen(curves, intake=LEAKING)[0].verdicts()
    assert {v.ailment for v in bedside.verdicts()} == {"leakage", "overfitting"}
    run.feed(Started(run="/runs/a", step=100, steps_per_epoch=20, total_steps=None, device="cpu"))
    assert run.intake == LEAKING
