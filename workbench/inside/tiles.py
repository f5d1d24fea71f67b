"""Values of units as small pictures, with the example that they come from beside them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plots.bar_grid import BarGrid
from widgets.plots.curves import number
from widgets.plots.image_grid import Caption, ImageGrid
from widgets.plots.value_colours import limit_of, signed
from widgets.plots.value_grid import ValueGrid
from workbench.inside.base import Answer, Picture
from workbench.inside.shown_example import ShownExample
from workbench.samples.images import scrolled

BESIDE = 176  # pixels of width of the example


class UnitsPicture(Picture):
    """Base of what shows units: in the middle the units, to their left the example if there is one."""

    def build(self) -> QWidget:
        """Make the example and the place of the units."""
        self._example = ShownExample(_("The example that is looked at"))
        self._example.setFixedWidth(BESIDE)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.PAD)
        row.addWidget(self._example)
        row.addWidget(self.units(), 1)
        return page

    def units(self) -> QWidget:
        """Return what shows the units."""
        raise NotImplementedError

    def show_example(self, answer: Answer) -> None:
        """Show the example, where there is one."""
        there = "example" in answer.info
        self._example.setVisible(there)
        if there:
            self._example.show_example(answer, words=str(answer.info["example"]))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._example.retheme()


class TilesPicture(UnitsPicture):
    """A picture for every unit."""

    kinds: ClassVar[tuple[str, ...]] = ("tiles",)

    def units(self) -> QWidget:
        """Return the sheet."""
        self._grid = ImageGrid(_("Units"))
        return scrolled(self._grid, "insideScroll")

    def paint(self, answer: Answer) -> str:
        """Show the pictures; see :meth:`Picture.paint`."""
        values, captions = answer.arrays["values"], answer.words("captions")
        each = answer.info.get("scale") == "each"
        whole = limit_of(values)
        tips = [
            _("unit {unit}, largest {value}").format(unit=name, value=number(limit_of(one)))
            for name, one in zip(captions, values, strict=False)
        ]
        images = np.stack([colored(one, limit_of(one) if each else whole) for one in values])
        self._grid.set_images(
            images, [Caption(name, tip=tip) for name, tip in zip(captions, tips, strict=False)]
        )
        self.show_example(answer)
        return shown_of(answer, len(values)) + _scale_words(answer, whole, values.ndim == 4)


class BarsPicture(UnitsPicture):
    """A bar for every column, or for every unit."""

    kinds: ClassVar[tuple[str, ...]] = ("bars",)

    def units(self) -> QWidget:
        """Return the charts."""
        self._bars = BarGrid(_("Units"))
        return scrolled(self._bars, "insideScroll")

    def paint(self, answer: Answer) -> str:
        """Show the bars; see :meth:`Picture.paint`."""
        values = answer.arrays["values"]
        captions = answer.words("captions")
        titles = [
            _("unit {unit}").format(unit=name) if name.isdigit() else name for name in captions
        ]
        together = answer.info.get("scale") == "together"
        self._bars.set_bars(values, answer.words("names"), titles, together)
        self.show_example(answer)
        count = len(values) if any(captions) else values.shape[1]
        note = str(answer.info.get("note", ""))
        return " · ".join(filter(None, (shown_of(answer, count), note)))


class GridPicture(UnitsPicture):
    """A matrix of values: units by steps, or layers by layers."""

    kinds: ClassVar[tuple[str, ...]] = ("grid",)

    def units(self) -> QWidget:
        """Return the matrix."""
        self._values = ValueGrid(_("Values"))
        return self._values

    def paint(self, answer: Answer) -> str:
        """Show the matrix; see :meth:`Picture.paint`."""
        info = answer.info
        limits = (float(info["low"]), float(info["high"])) if "low" in info else None
        self._values.set_values(
            answer.arrays["values"],
            answer.words("rows"),
            answer.words("columns"),
            (str(info.get("down", "")), str(info.get("across", ""))),
            limits,
        )
        self.show_example(answer)
        if limits is not None:
            return _(
                "1: the same up to rotation and scale; 0: nothing in common · {count:,} examples"
            ).format(count=int(info.get("examples", 0)))
        return shown_of(answer, len(answer.words("rows"))) + " · " + signs()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        super().retheme()
        self._values.update()


def colored(values: NDArray[Any], limit: float) -> NDArray[np.uint8]:
    """Return a unit's values as pixels: in colour as they are around grey, else blue to orange around 0."""
    if values.ndim == 3:
        shares = np.nan_to_num(values) / limit
        return np.asarray(np.rint(np.clip(0.5 + 0.5 * shares, 0, 1) * 255), np.uint8)
    return signed(values, limit)


def shown_of(answer: Answer, shown: int) -> str:
    """Say how many of the units are shown."""
    total = int(answer.info.get("total", shown))
    if shown >= total:
        return ngettext("{total:,} unit", "all {total:,} units", total).format(total=total)
    return _("{shown:,} of {total:,} units").format(shown=shown, total=total)


def signs() -> str:
    """What the colours of signed values say."""
    return _("blue below 0, orange above")


def _scale_words(answer: Answer, limit: float, in_color: bool) -> str:
    if in_color:
        return " · " + _("grey is 0")
    if answer.info.get("scale") == "each":
        return " · " + signs() + _(", every unit by its own largest")
    return " · " + signs() + _(", full colour at {limit}").format(limit=number(limit))
