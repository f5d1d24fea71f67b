"""Names of weights: by network and parameter, or ``<network>.<parameter>`` in one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def flat(values: Mapping[str, Mapping[str, T]]) -> dict[str, T]:
    """Return what is known by network and parameter by ``<network>.<parameter>``."""
    return {
        f"{network}.{name}": value for network, own in values.items() for name, value in own.items()
    }


def below(head: str, values: Mapping[str, T]) -> dict[str, T]:
    """Return what is known by names with a beginning, by what follows it.

    Args:
        head: The beginning, its dot included: ``generator.``.
        values: By name; those that begin otherwise are left out.
    """
    return {
        name.removeprefix(head): value for name, value in values.items() if name.startswith(head)
    }
