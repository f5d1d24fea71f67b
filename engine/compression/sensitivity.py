"""What every layer of a network can lose; the result of a scan, needs no torch."""

from __future__ import annotations

from typing import Literal

import msgspec

from projects.translation import gettext as _

SHARES = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
BITS = (8, 6, 5, 4, 3, 2)
SAVED = tuple(1 - bits / 32 for bits in BITS)
POINT = 0.01
Kind = Literal["pruned", "quantised"]


class LayerSensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """How much worse a network gets where a single layer is pruned or quantised.

    Attributes:
        layer: ``network/node``.
        weights: How many of them may be pruned or quantised.
        scores: On the validation part, with each of the shares taken away.
        most: The largest share that it can lose at no more than a point, every smaller one included; 0 for none.
    """

    layer: str
    weights: int
    scores: tuple[float, ...]
    most: float = 0.0


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What every layer of a run's networks can lose.

    Attributes:
        metric: What tells how good the networks are.
        higher: Whether more of it is better.
        value: On the validation part, with every layer whole.
        kind: What is done to a layer: the smallest weights are set to zero, or its weights are put on grids of few bits
            and its inputs are rounded to 8.
        shares: Which shares of a layer's weights were set to zero, or of their 32 bits were saved: :data:`SAVED`, for the
            bits of :data:`BITS`.
        layers: Network after network, in working order.
    """

    metric: str
    higher: bool
    value: float
    kind: Kind = "pruned"
    shares: tuple[float, ...] = SHARES
    layers: tuple[LayerSensitivity, ...] = ()


def allowed(value: float, higher: bool) -> float:
    """Return how much worse a score may be: a point of a share from 0 to 1, else a hundredth of the value.

    Args:
        value: The score with nothing pruned.
        higher: Whether more is better: only such scores are shares.
    """
    return POINT if higher and 0 <= value <= 1 else POINT * abs(value)


def most_words(share: float) -> str:
    """Return the largest share of its weights that a layer can lose, as people say it: ``70%``, ``less than 10%``."""
    if share:
        return f"{share:.0%}"
    return _("less than {share}").format(share=f"{SHARES[0]:.0%}")


def most_of(
    value: float, higher: bool, scores: tuple[float, ...], shares: tuple[float, ...] = SHARES
) -> float:
    """Return the largest share that can go, every smaller one included; 0 for none.

    Args:
        value: The score with nothing pruned.
        higher: Whether more is better.
        scores: With each of the shares pruned; one that is not a number is too bad.
        shares: Rising.
    """
    room, most = allowed(value, higher), 0.0
    for share, score in zip(shares, scores, strict=True):
        worse = value - score if higher else score - value
        if not worse <= room + 1e-9:
            break
        most = share
    return most
