"""The tab *Inside*: views of the networks of a run; :func:`pictures` finds what shows each kind of answer."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.inside.base import Picture


@functools.cache
def pictures() -> Mapping[str, type[Picture]]:
    """Return everything of this package that shows answers, by the kinds that it shows (``docs/protocol.md``)."""
    from workbench.inside.base import Picture

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {kind: picture for picture in _below(Picture) for kind in picture.kinds}


def _below(base: type[Picture]) -> Iterator[type[Picture]]:
    for picture in base.__subclasses__():
        yield picture
        yield from _below(picture)
