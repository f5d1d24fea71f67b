"""Live panels, one module each; :func:`panels` finds them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.panels.base import Panel


def panels() -> list[type[Panel]]:
    """Return every panel class of this package, in the order of their tabs."""
    from workbench.panels.base import Panel

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return sorted(_named(Panel), key=lambda panel: panel.order)


def _named(base: type[Panel]) -> Iterator[type[Panel]]:
    """What is made here of a class, and of what is made of it, and has a name: the others are bases."""
    for panel in base.__subclasses__():
        if panel.name and panel.__module__.startswith(f"{__name__}."):
            yield panel
        yield from _named(panel)
