"""A line of a panel that says which of its curves are not whole, and where."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.elided import ElidedLabel
from workbench.gaps import Gap

MOST_NAMED = 12  # curves in the tooltip


class GapLine(ElidedLabel):
    """One line about curves that are not whole; it takes no room while all are. Its tooltip names the first of them.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("gapLine")
        self.setProperty("role", "caution")
        self.hide()

    def tell(self, gaps: Mapping[str, Gap]) -> None:
        """Say what is missing.

        Args:
            gaps: By what the curves are called.
        """
        each = _("{curve}: {gap}")
        lines = [each.format(curve=curve, gap=gap.words()) for curve, gap in gaps.items()]
        more = len(lines) - 1
        words = "".join(lines[:1])
        if more > 0:
            rest = ngettext(
                "{words}; gaps in {count} more curve", "{words}; gaps in {count} more curves", more
            )
            words = rest.format(words=words, count=more)
        self.setText(words)
        beyond = len(lines) - MOST_NAMED
        named = [_("and {count} more").format(count=beyond)] if beyond > 0 else []
        self.whole = "\n".join((*lines[:MOST_NAMED], *named))
        self.setAccessibleDescription(self.whole)
        self.setVisible(bool(lines))
