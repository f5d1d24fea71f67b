"""Planes: what a network answers everywhere in one, and the loss in one through its weights."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.curves import number
from widgets.plots.marks import Marks
from widgets.plots.plane import Plane
from widgets.plots.scrubber import Scrubber
from workbench.inside.base import Answer, Picture

SIZE = 5.0
NAMES = {"best": N_("the best weights"), "last": N_("the latest weights"), "start": N_("the start")}


class BoundaryPicture(Picture):
    """Points over regions, with a time line over the weights that the run keeps."""

    kinds: ClassVar[tuple[str, ...]] = ("plane",)

    def build(self) -> QWidget:
        """Make the legend, the plane and the time line."""
        self._answer: Answer | None = None
        self._marks = Marks()
        self._plane = Plane(_("Decision boundary"))
        self._scrubber = Scrubber()
        self._scrubber.moved.connect(self._paint_moment)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._marks)
        column.addWidget(self._plane, 1)
        column.addWidget(self._scrubber)
        return page

    def paint(self, answer: Answer) -> str:
        """Show the regions; see :meth:`Picture.paint`."""
        self._answer = answer
        steps = answer.arrays["steps"]
        self._scrubber.set_count(len(steps))
        tokens = theme.current()
        classes = answer.words("classes")
        points, labels = answer.arrays["points"], answer.arrays.get("labels")
        if labels is None or not classes:
            groups = [(_("examples"), points, tokens.color("muted", 0.6), SIZE)]
            self._marks.set_marks([])
        else:
            colors = [tokens.series_color(place) for place in range(len(classes))]
            groups = [
                (name, points[labels == place], colors[place], SIZE)
                for place, name in enumerate(classes)
            ]
            self._marks.set_marks([(i, name, colors[i]) for i, name in enumerate(classes)])
        self._plane.set_groups(groups)
        for side, words in zip(("bottom", "left"), answer.words("names"), strict=False):
            self._plane.plot.setLabel(side, words)
        self._paint_moment()
        kept = ", ".join(
            _("{name} (step {step:,})").format(name=_(NAMES[name]), step=int(step))
            for name, step in zip(answer.words("moments"), steps, strict=False)
            if name in NAMES
        )
        said = _("What is answered at every place. Paler is less certain · {kept}")
        if answer.arrays["surface"].dtype.kind == "i":
            said = _(
                "What is answered at every place. Paler is less certain; the line is where another answer begins · {kept}"
            )
        return said.format(kept=kept)

    def _paint_moment(self, *_index: object) -> None:
        answer = self._answer
        if answer is None or not len(answer.arrays["steps"]):
            return
        place = min(self._scrubber.index, len(answer.arrays["steps"]) - 1)
        self._scrubber.set_step(int(answer.arrays["steps"][place]))
        surface = answer.arrays["surface"][place]
        tokens = theme.current()
        if surface.dtype.kind == "i":
            colors = [tokens.series_color(i) for i in range(len(answer.words("classes")))]
            certainty = answer.arrays["certainty"][place]
            self._plane.set_surface(surface, certainty, answer.info["extent"], colors)
        else:
            colors = [tokens.series_color(0), tokens.color("surface"), tokens.series_color(1)]
            limits = (float(np.nanmin(surface)), float(np.nanmax(surface)))
            self._plane.set_values(surface, answer.info["extent"], limits, colors)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()


class LandscapePicture(Picture):
    """The logarithm of the loss as colours, with the path of the weights over it."""

    kinds: ClassVar[tuple[str, ...]] = ("surface",)

    def build(self) -> QWidget:
        """Make the plane."""
        self._plane = Plane(_("Loss landscape"))
        return self._plane

    def paint(self, answer: Answer) -> str:
        """Show the loss; see :meth:`Picture.paint`."""
        tokens = theme.current()
        values = np.asarray(answer.arrays["values"], np.float64)
        shown = logarithm(values)
        finite = shown[np.isfinite(shown)]
        limits = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        colors = [tokens.series_color(0), tokens.color("surface"), tokens.series_color(1)]
        self._plane.set_values(shown, answer.info["extent"], limits, colors)
        path = answer.arrays.get("path")
        if path is None:
            self._plane.set_path(np.zeros((0, 2)), tokens.color("text"))
            self._plane.set_rings(np.zeros((1, 2)), ["o"], [tokens.color("text")])
            self._plane.set_words(np.zeros((1, 2)), [_("the weights")], tokens.color("text"))
        else:
            self._plane.set_path(path, tokens.color("text", 0.7))
            self._plane.set_rings(path, ["o"] * len(path), [tokens.color("text")] * len(path))
            steps = [f"{int(step):,}" for step in answer.arrays["steps"]]
            self._plane.set_words(*_apart(path, steps), tokens.color("text"))
        self._name_axes(answer)
        self._plane.plot.getViewBox().setAspectLocked(path is None)
        x0, x1, y0, y1 = (float(end) for end in answer.info["extent"])
        self._plane.plot.setRange(xRange=(x0, x1), yRange=(y0, y1), padding=0.02)
        return _(
            "Loss on {count:,} examples: {centre} with these weights, {low} (blue) to {high} (orange) in the plane"
        ).format(
            count=int(answer.info.get("examples", 0)),
            centre=number(float(answer.info["centre"])),
            low=number(float(np.nanmin(values))),
            high=number(float(np.nanmax(values))),
        )

    def _name_axes(self, answer: Answer) -> None:
        shares = [float(share) for share in answer.info.get("explained", ())]
        for place, side in enumerate(("bottom", "left")):
            if place < len(shares):
                words = _("direction {number} ({share:.0%} of the way)").format(
                    number=place + 1, share=shares[place]
                )
            else:
                words = _("random direction {number}").format(number=place + 1)
            self._plane.plot.setLabel(side, words)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()


def logarithm(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return logarithms of losses; of those that go below 0 the losses themselves, what is no number is left out."""
    finite = np.where(np.isfinite(values), values, np.nan)
    if not np.isfinite(finite).any() or np.nanmin(finite) <= 0:
        return finite
    return np.asarray(np.log10(finite))


def _apart(path: NDArray[np.floating], words: list[str]) -> tuple[NDArray[np.floating], list[str]]:
    """Places with their words; those at one place stand together."""
    spread = np.maximum(np.ptp(path, axis=0), 1e-30)
    places: list[NDArray[np.floating]] = []
    told: list[str] = []
    for place, word in zip(path, words, strict=True):
        near = next(
            (i for i, other in enumerate(places) if (np.abs(place - other) / spread < 0.02).all()),
            None,
        )
        if near is None:
            places.append(place)
            told.append(word)
        elif word not in told[near].split(", "):
            told[near] += f", {word}"
    return np.stack(places), told
