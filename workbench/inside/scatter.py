"""Examples as points; the pointer shows which example a point is."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from projects.translation import N_, ngettext
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.marks import Marks
from widgets.plots.plane import Plane
from workbench.inside.base import Answer, Picture
from workbench.inside.shown_example import ShownExample
from workbench.inside.tiles import BESIDE
from workbench.inside.turning import STAY, laid_over, turn_of_axes

SIZE = 6.0
NEAR = 14.0  # pixels to the point that is meant
METHODS = {"pca": N_("PCA"), "tsne": N_("t-SNE"), "umap": N_("UMAP")}


class ScatterPicture(Picture):
    """A plot of points by class, with the example under the pointer beside it."""

    kinds: ClassVar[tuple[str, ...]] = ("scatter",)

    def build(self) -> QWidget:
        """Make the legend, the plot and the example."""
        self._answer: Answer | None = None
        self._points: NDArray[np.float64] = np.zeros((0, 2))
        self._turn = STAY
        self._under = -1
        self._marks = Marks()
        self._plane = Plane(_("Map of examples"))
        self._plane.plot.scene().sigMouseMoved.connect(self._moved)
        self._plane.plot.scene().sigMouseClicked.connect(self._clicked)
        self._example = ShownExample(_("The example under the pointer"))
        self._example.setFixedWidth(BESIDE)
        left = QVBoxLayout()
        left.addWidget(self._marks)
        left.addWidget(self._plane, 1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.PAD)
        row.addLayout(left, 1)
        row.addWidget(self._example)
        return page

    def paint(self, answer: Answer) -> str:
        """Show the points; see :meth:`Picture.paint`."""
        tokens = theme.current()
        again = self._answer is not None and is_of_the_same(answer, self._answer)
        if self._answer is not answer:
            self._place_points(answer, again)
        self._answer = answer
        points = self._points
        labels = answer.arrays.get("labels")
        classes = answer.words("classes")
        if labels is None or not classes:
            groups = [(_("examples"), points, tokens.color("accent", 0.8), SIZE)]
            self._marks.set_marks([])
        else:
            groups = [
                (name, points[labels == place], tokens.series_color(place), SIZE)
                for place, name in enumerate(classes)
            ]
            there = [place for place in range(len(classes)) if (labels == place).any()]
            self._marks.set_marks(
                [(place, classes[place], tokens.series_color(place)) for place in there]
            )
        self._plane.set_groups(groups)
        self._name_axes(answer)
        if not again:
            self._plane.plot.getViewBox().enableAutoRange()  # until a hand moves it
            self._under = -1
            self._example.clear(_("Point at an example to see it; a click chooses it."))
        self._ring()
        return _said(answer)

    def _place_points(self, answer: Answer, again: bool) -> None:
        """Lay out the points; near to where they were, where the same examples are seen again."""
        points = np.asarray(answer.arrays["points"], np.float64)
        self._turn = STAY
        if again and "explained" in answer.info:
            self._turn = turn_of_axes(points, self._points)
            points = points @ self._turn
        elif again:
            points = laid_over(points, self._points)
        self._points = points

    def _name_axes(self, answer: Answer) -> None:
        shares = [float(share) for share in answer.info.get("explained", ())]
        for axis, side in enumerate(("bottom", "left")):
            place = int(np.abs(self._turn[:, axis]).argmax())
            words = ""
            if place < len(shares):
                words = _("component {number} ({share:.0%} of the variance)").format(
                    number=place + 1, share=shares[place]
                )
            self._plane.plot.setLabel(side, words)
            self._plane.plot.getAxis(side).showLabel(bool(words))

    def point_at(self, position: QPointF) -> int:
        """Return which point is near a position in the scene, or -1."""
        if not len(self._points):
            return -1
        box = self._plane.plot.getViewBox()
        place = box.mapSceneToView(position)
        size = box.viewPixelSize()
        apart = (self._points - (place.x(), place.y())) / np.maximum(size, 1e-30)
        distances = np.hypot(apart[:, 0], apart[:, 1])
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= NEAR else -1

    def _moved(self, position: QPointF) -> None:
        found = self.point_at(position)
        if found < 0 or found == self._under or self._answer is None:
            return
        self._under = found
        self._ring()
        words = _("example {number:,}").format(number=found + 1)
        labels, classes = self._answer.arrays.get("labels"), self._answer.words("classes")
        if labels is not None and classes:
            words = f"{words}: {classes[int(labels[found])]}"
        self._example.show_example(self._answer, found, words)

    def _ring(self) -> None:
        """Show where the example is that is seen beside the map; it may have moved."""
        places = self._points[[self._under]] if self._under >= 0 else np.zeros((0, 2))
        colors = [theme.current().color("text")] * len(places)
        self._plane.set_rings(places, ["o"] * len(places), colors)

    def _clicked(self, event: MouseClickEvent) -> None:
        found = self.point_at(event.scenePos())
        if found >= 0:
            self.choose(found)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()
        self._example.retheme()
        self._ring()


def is_of_the_same(answer: Answer, before: Answer) -> bool:
    """Whether two answers are maps of the same examples and layer by the same method, with weights of other steps."""
    one, other = answer.arrays, before.arrays
    return (
        answer.about == before.about
        and answer.info.get("method") == before.info.get("method")
        and one["points"].shape == other["points"].shape
        and np.array_equal(one.get("labels", ()), other.get("labels", ()))
    )


def _said(answer: Answer) -> str:
    method, size = str(answer.info.get("method", "")), int(answer.info.get("size", 0))
    told = ngettext(
        "{count:,} examples of {size:,} number each by {method}",
        "{count:,} examples of {size:,} numbers each by {method}",
        size,
    )
    method = _(METHODS.get(method, method))
    words = [told.format(count=len(answer.arrays["points"]), size=size, method=method)]
    trust = answer.info.get("trustworthiness")
    if trust is not None:
        words.append(_("trustworthiness {value:.3f}").format(value=float(trust)))
    return " · ".join(words)
