"""What every initialisation declares; :data:`INITIALIZERS` is the catalogue of them."""

from __future__ import annotations

from engine.declare import Catalogue, Declared


class Initializer(Declared, frozen=True, kw_only=True):
    """Base of every initialisation."""


INITIALIZERS: Catalogue[Initializer] = Catalogue("initialisation", Initializer, "engine.initializers")
