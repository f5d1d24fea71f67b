"""How the panel of samples shows each kind of picture, one module each; :func:`views` finds them."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.samples.base import View


@functools.cache
def views() -> Mapping[str, type[View]]:
    """Return every view of this package by the kinds that it shows (``docs/protocol.md``)."""
    from workbench.samples.base import View

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {kind: view for view in View.__subclasses__() for kind in view.kinds}
