"""How scores of held-out classes stand out from those of all others."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.figures import number
from projects.translation import gettext as _
from widgets.plots.marks import Marks
from widgets.plots.scores import ScorePlots
from workbench.rundata import Frame
from workbench.samples.base import View

SQUARE = 1  # number of the mark of both groups: the bars have no marks of their own


class ScoresView(View):
    """A histogram of normal and anomalous scores, and the ROC curve."""

    kinds: ClassVar[tuple[str, ...]] = ("scores",)

    def build(self) -> QWidget:
        """Make the legend and the plots."""
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self._marks = Marks()
        self._plots = ScorePlots(_("Scores of anomaly"))
        layout.addWidget(self._marks)
        layout.addWidget(self._plots, 1)
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show scores and curve; see :meth:`View.paint`."""
        arrays = frame.arrays
        self._plots.set_scores(arrays["edges"], (arrays["normal"], arrays["anomalous"]))
        self._plots.set_curve(arrays["false_positive"], arrays["true_positive"])
        names = ", ".join(str(name) for name in frame.info.get("held_out", ()))
        usual, odd = self._plots.colors()
        held_out = _("held out: {names}").format(names=names)
        self._marks.set_marks([(SQUARE, _("others"), usual), (SQUARE, held_out, odd)])
        words = _("Test part: ROC-AUC {area}, average precision {precision}")
        return words.format(
            area=number(float(frame.info["roc_auc"])),
            precision=number(float(frame.info["average_precision"])),
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plots.retheme()
