"""What every schedule declares; :data:`SCHEDULES` is the catalogue of them."""

from __future__ import annotations

from engine.declare import Catalogue, Declared


class Schedule(Declared, frozen=True, kw_only=True):
    """Base of every schedule."""


SCHEDULES: Catalogue[Schedule] = Catalogue("schedule", Schedule, "engine.schedules")
