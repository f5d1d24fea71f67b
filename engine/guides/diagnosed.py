"""The doctor has named something, or nothing."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import AILMENTS
from engine.guides.base import Check, Facts, Finding, Where, fitting, nothing_yet
from projects.translation import gettext as _


class Diagnosed(Check, frozen=True, kw_only=True, tag="diagnosed"):
    """In one of the trainings with these settings the doctor confirmed an ailment; or it stayed well."""

    title: ClassVar[str] = "Is diagnosed"
    read: ClassVar[bool] = True

    ailment: Annotated[str, Meta(title="Ailment", description="Its tag; nothing: none at all.")] = (
        ""
    )
    where: Where = {}

    def look(self, facts: Facts) -> Finding:
        """Look at the verdicts."""
        found = fitting(facts, self.where)
        if not found:
            return nothing_yet()
        if not self.ailment:
            well = any(not one.verdicts for one in found)
            return Finding(well, _("All well.") if well else _("The doctor still finds something."))
        title = AILMENTS.get(self.ailment).title
        done = any(self.ailment in one.verdicts for one in found)
        words = _("The doctor says: {title}.") if done else _("The doctor has not said: {title}.")
        return Finding(done, words.format(title=title))
