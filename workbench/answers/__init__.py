"""What the panels about answers show, one module for each view; :func:`views` finds them."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.answers.base import View


@functools.cache
def views() -> tuple[type[View], ...]:
    """Return every view of answers, in the order of their tabs."""
    from workbench.answers.base import View

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return tuple(sorted(_named(View), key=lambda view: view.order))


def _named(base: type[View]) -> Iterator[type[View]]:
    """What is made of a class, and of what is made of it, and has a name: the others are bases."""
    for view in base.__subclasses__():
        if view.name:
            yield view
        yield from _named(view)
