"""What every loss declares; :data:`LOSSES` is the catalogue of them.

What is computed lies in ``engine/compute``, and which loss an objective takes is said by its fields; a class here is the page about
it, to which the field leads (``page`` or ``pages`` in what it declares beside its type).
"""

from __future__ import annotations

from typing import ClassVar

from engine.declare import Catalogue, Declared


class Loss(Declared, frozen=True, kw_only=True):
    """Base of every loss."""

    order: ClassVar[int] = 100


LOSSES: Catalogue[Loss] = Catalogue("loss", Loss, "engine.losses")
