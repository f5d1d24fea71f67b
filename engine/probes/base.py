"""What every probe declares; :data:`PROBES` is the catalogue of them."""

from __future__ import annotations

from engine.declare import Catalogue, Declared


class Probe(Declared, frozen=True, kw_only=True):
    """Base of every probe."""


PROBES: Catalogue[Probe] = Catalogue("probe", Probe, "engine.probes")
