"""Codes of examples in the plane, coloured by class: two latents, or the directions in which several differ most."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.marks import Marks
from widgets.plots.plane import Plane
from workbench.rundata import Frame
from workbench.samples.base import View

SIZE = 6.0


class LatentView(View):
    """A scatter plot with a mark and a colour for each class."""

    kinds: ClassVar[tuple[str, ...]] = ("latent",)

    def build(self) -> QWidget:
        """Make the legend and the plane."""
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self._marks = Marks()
        self._plane = Plane(_("Latent plane"))
        layout.addWidget(self._marks)
        layout.addWidget(self._plane, 1)
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show where examples lie; see :meth:`View.paint`."""
        tokens = theme.current()
        points, labels = frame.arrays["points"], frame.arrays["labels"]
        classes = [str(name) for name in frame.info.get("classes", ())]
        names = classes or [_("examples")]
        colors = [tokens.series_color(index) for index in range(len(names))]
        self._plane.set_groups(
            [(names[i], points[labels == i], colors[i], SIZE) for i in range(len(names))]
        )
        explained = [float(share) for share in frame.info.get("explained", ())]
        pattern = _("component {number}") if explained else _("latent {number}")
        for number, side in enumerate(("bottom", "left"), 1):
            self._plane.plot.setLabel(side, pattern.format(number=number))
        there = [i for i in range(len(names)) if (labels == i).any()]
        self._marks.set_marks([(i, names[i], colors[i]) for i in there])
        words = _("Where examples lie that were not learned from, by their class")
        if not explained:
            return words
        return _(
            "{words} · principal components of {latents} latents, {share:.0%} of their variance"
        ).format(words=words, latents=int(frame.info["latents"]), share=sum(explained))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()
