"""Where translated texts come from: one place for window, engine and command line.

Texts of declarations (titles of panels, help of commands) are looked up when their modules are
imported. So the packages that hold such texts import ``projects`` before anything else, and that
calls :func:`install`. A translation is a file ``locale/<language>/LC_MESSAGES/ganvas.mo`` beside
this module; which one is used is said by the usual variables (``LANGUAGE``, ``LANG`` …).
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "ganvas"
FOLDER = Path(__file__).parent / "locale"


def install(folder: Path = FOLDER) -> None:
    """Have every ``gettext`` of this process look for translations of Ganvas.

    Args:
        folder: What holds a folder for each language.
    """
    gettext.bindtextdomain(DOMAIN, str(folder))
    gettext.textdomain(DOMAIN)
