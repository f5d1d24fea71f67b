"""Which of the measured numbers tells how good networks are: the one that their objective goes by, or a chosen one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy

from engine.compression.variant import Size
from engine.studies.results import better_way
from projects.translation import gettext as _
from widgets.elided_box import ElidedBox
from workbench.compress.axes import score_title

LEAST_LETTERS, WIDEST = 4, 220  # pixels at most


class ScoreBox(ElidedBox):
    """A list of scores. One that was chosen stays so as long as it is measured.

    Signals:
        rescored(): Another score counts.
    """

    rescored = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compressScore")
        self.setAccessibleName(_("Score upwards"))
        self.wanted = ""  # what a person has chosen; empty where the objective decides
        self._ways: dict[str, bool] = {}
        narrow(self)
        self.activated.connect(self._activated)
        self.offer((), "")

    @property
    def chosen(self) -> str:
        """What tells how good networks are; empty where nothing does."""
        return str(self.currentData() or "")

    @property
    def higher(self) -> bool:
        """Whether more of it is better."""
        return self._ways.get(self.chosen, True)

    def offer(self, sizes: Sequence[Size], objective: str) -> None:
        """List the scores that were measured.

        Args:
            sizes: Of the members, the first of all first: what it goes by is what counts unless something else is chosen.
            objective: Tag of the objective, which knows which way is better.
        """
        ways = ways_of(sizes, objective)
        if ways != self._ways or not self.count():
            self._ways = ways
            with QSignalBlocker(self):
                self.clear()
                for metric in ways or ("",):
                    self.addItem(score_title(metric), metric)
        with QSignalBlocker(self):
            self.setCurrentIndex(max(self.findData(self.wanted), 0))
        self.setEnabled(len(ways) > 1)

    def judged(self, size: Size) -> Size:
        """Return figures with the chosen score as what counts."""
        if not self.chosen:
            return size
        value = size.metrics.get(self.chosen, math.nan)
        return msgspec.structs.replace(size, metric=self.chosen, higher=self.higher, value=value)

    def _activated(self, _place: int) -> None:
        self.wanted = self.chosen
        self.rescored.emit()


def narrow(box: QComboBox) -> None:
    """Let a list be as wide as there is room for, and no wider than its words need."""
    box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(LEAST_LETTERS)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setMaximumWidth(WIDEST)


def ways_of(sizes: Sequence[Size], objective: str) -> dict[str, bool]:
    """Return the scores that can be compared, and whether more of each is better; what counts by itself comes first."""
    own = next((size for size in sizes if size.metric), None)
    if own is None:
        return {}
    found = {own.metric: own.higher}
    for metric in own.metrics:
        way = better_way(metric, objective)
        if way is not None:
            found.setdefault(metric, way)
    return found
