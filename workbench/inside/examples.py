"""Examples of the data, or inputs that were made, with how much they excite a unit."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QStackedWidget, QTableWidgetItem, QWidget

from projects.figures import Read
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.figures_table import figures_table
from widgets.plots.curves import number
from widgets.plots.image_grid import Caption, ImageGrid
from workbench.inside.base import Answer, Picture
from workbench.samples.images import scrolled

FEATURES_SHOWN = 8


class ExamplesPicture(Picture):
    """Images with captions, or a table."""

    kinds: ClassVar[tuple[str, ...]] = ("examples",)

    def build(self) -> QWidget:
        """Make the sheet and the table."""
        self._places: list[int] = []
        self._grid = ImageGrid(_("Examples"))
        self._grid.chosen.connect(self._chosen)
        self._sheet = scrolled(self._grid, "insideScroll")
        self._table = figures_table("insideExamples", _("Examples"), selectable=True)
        self._table.cellClicked.connect(lambda row, _column: self._chosen(row))
        self._views = QStackedWidget()
        self._views.addWidget(self._sheet)
        self._views.addWidget(self._table)
        return self._views

    def paint(self, answer: Answer) -> str:
        """Show the examples; see :meth:`Picture.paint`."""
        values = answer.arrays["excitement"]
        made = bool(answer.info.get("made"))
        self._places = [] if made else [int(place) for place in answer.arrays["places"]]
        heads = self._heads(answer, made)
        if "images" in answer.arrays:
            self._views.setCurrentWidget(self._sheet)
            captions = [
                Caption(head, tip=f"{head}\n{_('excites it by')} {number(float(value))}")
                for head, value in zip(heads, values, strict=False)
            ]
            self._grid.set_images(answer.arrays["images"], captions)
        else:
            self._views.setCurrentWidget(self._table)
            self._fill(answer, heads, made)
        if made:
            total = int(answer.info.get("total", len(values)))
            words = ngettext(
                "{shown} of {total:,} unit, an input that was made to excite it",
                "{shown} of {total:,} units, an input for each that was made to excite it",
                total,
            )
            return words.format(shown=len(values), total=total)
        words = _(
            "{shown} of {searched:,} examples, the most exciting first: {best} to {least}; the mean of all is "
            "{mean}"
        )
        return words.format(
            shown=len(values),
            searched=int(answer.info["searched"]),
            best=number(float(values[0])),
            least=number(float(values[-1])),
            mean=number(float(answer.info["mean"])),
        )

    def _heads(self, answer: Answer, made: bool) -> list[str]:
        values = answer.arrays["excitement"]
        if made:
            units = answer.words("units")
            return [_("unit {unit}").format(unit=u) if u.isdigit() else u for u in units]
        classes = answer.words("classes")
        if "labels" in answer.arrays and classes:
            return [classes[int(label)] for label in answer.arrays["labels"]]
        return [number(float(value)) for value in values]

    def _fill(self, answer: Answer, heads: list[str], made: bool) -> None:
        texts = answer.words("texts")
        names = [_("Text")] if texts else answer.words("features")[:FEATURES_SHOWN]
        if not texts and not names:
            width = min(FEATURES_SHOWN, answer.arrays["inputs"].shape[1])
            names = [_("value {number}").format(number=i + 1) for i in range(width)]
        first = _("Unit") if made else _("Class") if "labels" in answer.arrays else _("Example")
        self._table.setColumnCount(2 + len(names))
        self._table.setHorizontalHeaderLabels([first, _("Excites"), *names])
        self._table.setRowCount(len(heads))
        for row, head in enumerate(heads):
            value = number(float(answer.arrays["excitement"][row]))
            if texts:
                cells = [texts[row].replace("\n", "⏎")]
            else:
                cells = [
                    f"{Read(x):.3g}" for x in answer.arrays["inputs"][row, : len(names)].tolist()
                ]
            if not made and "labels" not in answer.arrays:
                head = f"{self._places[row] + 1:,}"
            for column, text in enumerate((head, value, *cells)):
                self._table.setItem(row, column, QTableWidgetItem(text))

    def _chosen(self, row: int) -> None:
        if row < len(self._places):
            self.choose(self._places[row])

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()
