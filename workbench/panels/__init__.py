"""Live panels, one module each; :func:`panels` finds them."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.panels.base import Panel


def panels() -> list[type[Panel]]:
    """Return every panel class of this package, in the order of their tabs."""
    from workbench.panels.base import Panel

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return sorted(Panel.__subclasses__(), key=lambda panel: panel.order)
