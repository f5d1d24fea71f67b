"""Draws the pictures of the textbook's pages into ``workbench/textbook/drawings``.

Every picture shows the thing itself at work (a layer, an optimiser, a loss, data …), with fixed seeds, so
that drawing it again gives the same file. ``make drawings`` draws all, or those of some pages
(``layer/relu``), a whole chapter as ``layer/``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

import drawn
from drawn.paper import DRAWINGS, Paper
from workbench.textbook.book import book
from workbench.textbook.drawings import FOLDER, file_of


def drawings() -> dict[str, Callable[[], Paper]]:
    """Return what draws each page, by its key."""
    for module in pkgutil.iter_modules(drawn.__path__):
        importlib.import_module(f"drawn.{module.name}")
    return DRAWINGS


def main(wanted: list[str]) -> None:
    """Draw pages, and say which have no picture.

    Args:
        wanted: Keys, or beginnings of keys; none: all pages.
    """
    import torch

    torch.set_num_threads(1)
    known = drawings()
    FOLDER.mkdir(exist_ok=True)
    for key in known:
        if not wanted or any(key == w or (w.endswith("/") and key.startswith(w)) for w in wanted):
            torch.manual_seed(0)
            Path(file_of(key)).write_text(known[key]().svg(), "utf-8")
    missing = [key for key, page in book().pages.items() if page.entry and key not in known]
    print(f"{len(known)} drawings; without: {' '.join(missing) or 'none'}")
