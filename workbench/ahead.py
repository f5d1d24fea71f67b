"""What would otherwise be found out, or imported, at the first project or the first training."""

from __future__ import annotations

import importlib

from engine.clinic.base import AILMENTS
from workbench.forms import kinds_of
from workbench.samples import views
from workbench.values import CATALOGUES

LATER = ("_strptime", "numpy.fft", "numpy.ma")  # imported by libraries in the midst of their work


def look_ahead() -> None:
    """Find it out now; for a thread, while nobody waits."""
    for catalogue in CATALOGUES.values():
        kinds_of(catalogue)
    list(AILMENTS)
    views()
    for name in LATER:
        importlib.import_module(name)
