"""Points in the plane: generated ones, and a classifier's regions."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.plane import Plane
from workbench.rundata import Frame
from workbench.samples.base import View

HALO = 11.0  # pixels: real points stay visible around generated ones that hit them


class PointsView(View):
    """Points over a plane that may be coloured."""

    kinds: ClassVar[tuple[str, ...]] = ("points", "plane")
    square: ClassVar[bool] = True

    def build(self) -> QWidget:
        """Make the plane."""
        self._plane = Plane(_("Points in the plane"))
        return self._plane

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the points; see :meth:`View.paint`."""
        return self._regions(frame) if frame.info["kind"] == "plane" else self._generated(frame)

    def _generated(self, frame: Frame) -> str:
        tokens = theme.current()
        real, generated = frame.arrays["real"], frame.arrays["generated"]
        self._plane.set_surface(None, None, (), ())
        self._plane.set_groups(
            [
                (_("real"), real, tokens.color("muted", 0.2), HALO),
                (_("generated"), generated, tokens.color("accent", 0.75), 4.5),
            ]
        )
        return _("● grey: real · ■ coloured: generated")

    def _regions(self, frame: Frame) -> str:
        tokens = theme.current()
        classes = [str(name) for name in frame.info.get("classes", ())]
        colors = [tokens.series_color(i) for i in range(len(classes))]
        points, labels = frame.arrays["points"], frame.arrays["labels"]
        self._plane.set_surface(
            frame.arrays["surface"], frame.arrays["certainty"], frame.info["extent"], colors
        )
        self._plane.set_groups(
            [(classes[c], points[labels == c], colors[c], 5.0) for c in range(len(classes))]
        )
        return _(
            "What is answered at every place. Paler is less certain; the line is where another answer begins."
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()
