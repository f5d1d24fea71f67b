"""What every optimiser declares; :data:`OPTIMIZERS` is the catalogue of them."""

from __future__ import annotations

from engine.declare import Catalogue, Declared


class Optimizer(Declared, frozen=True, kw_only=True):
    """Base of every optimiser."""


OPTIMIZERS: Catalogue[Optimizer] = Catalogue("optimiser", Optimizer, "engine.optimizers")
