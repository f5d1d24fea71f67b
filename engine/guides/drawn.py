"""The open project has certain settings or layers."""

from __future__ import annotations

from typing import ClassVar

from engine.guides.base import Check, Facts, Finding, Where, has
from projects.translation import gettext as _


class Drawn(Check, frozen=True, kw_only=True, tag="drawn"):
    """The project on the canvas is as the step asks for."""

    title: ClassVar[str] = "Is set"

    where: Where

    def look(self, facts: Facts) -> Finding:
        """Look at the open project."""
        done = has(facts.project, self.where)
        return Finding(done, _("Done.") if done else _("Not yet on the canvas or in the recipe."))
