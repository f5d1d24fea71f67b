"""An example as what it is: an image, a text, a row of a table, a sequence."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QStackedWidget, QTableWidgetItem, QWidget

from projects.figures import Read
from projects.translation import gettext as _
from widgets.figures_table import figures_table
from widgets.plots.curve_grid import CurveGrid, Line, Picture
from widgets.plots.image_table import ImageTable
from widgets.plots.token_rows import Cell, TokenRows
from workbench.answers.answered import STEPS, Examples
from workbench.answers.base import Page
from workbench.answers.words import feature_name, text_of
from workbench.samples.images import scrolled

MOST_CURVES = 8
MOST_FEATURES = 200


class ExampleDrawing(QStackedWidget):
    """Draws one example.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = _("The example")
        self._none = QLabel(_("What this example looks like was not kept."))
        self._none.setObjectName("emptyText")
        self._none.setWordWrap(True)
        self._image = ImageTable(title)
        self._text = QPlainTextEdit()
        self._text.setObjectName("answersText")
        self._text.setAccessibleName(title)
        self._text.setReadOnly(True)
        self._tokens = TokenRows(title)
        self._table = figures_table("answersFeatures", title, (_("Feature"), _("Value")))
        self._table.horizontalHeader().setStretchLastSection(True)
        self._curve = CurveGrid(title)
        self._token_area = scrolled(self._tokens, "answersTokens")
        for page in (self._none, self._image, self._text, self._token_area, self._table):
            self.addWidget(page)
        self.addWidget(self._curve)
        self.setMinimumHeight(80)

    def show_example(self, page: Page, index: int) -> None:
        """Draw what an answer is about.

        Args:
            page: The evaluation.
            index: Which answer.
        """
        examples, owner = page.examples, int(page.answered.owner[index])
        if examples is None or owner >= len(examples.places):
            self.setCurrentWidget(self._none)
        elif examples.images is not None:
            self._image.set_images(examples.images[owner : owner + 1], [""], [""])
            self.setCurrentWidget(self._image)
        elif page.answered.kind == STEPS and owner < len(examples.tokens):
            self._tokens.set_rows([_cells(examples, owner, int(page.answered.step[index]))])
            self.setCurrentWidget(self._token_area)
        elif examples.texts or examples.tokens:
            self._text.setPlainText(text_of(examples, owner))
            self.setCurrentWidget(self._text)
        elif examples.rows is None:
            self.setCurrentWidget(self._none)
        elif len(examples.dims) == 2:
            self._draw_curve(examples, owner)
        else:
            self._fill(examples, owner)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for widget in (self._image, self._tokens, self._curve):
            widget.update()

    def _draw_curve(self, examples: Examples, owner: int) -> None:
        """A sequence of numbers, a curve for each feature; its end may be missing."""
        assert examples.rows is not None
        features = max(1, examples.dims[1])
        row = examples.rows[owner]
        steps = row[: len(row) // features * features].reshape(-1, features)
        lines = tuple(Line(steps[:, i], i) for i in range(min(features, MOST_CURVES)))
        self._curve.set_pictures([Picture(lines)], alike=False)
        self.setCurrentWidget(self._curve)

    def _fill(self, examples: Examples, owner: int) -> None:
        assert examples.rows is not None
        row = np.asarray(examples.rows[owner, :MOST_FEATURES])
        self._table.setRowCount(len(row))
        for place, value in enumerate(row.tolist()):
            self._table.setItem(place, 0, QTableWidgetItem(feature_name(examples, place)))
            self._table.setItem(place, 1, QTableWidgetItem(f"{Read(value):.4g}"))
        self.setCurrentWidget(self._table)


def _cells(examples: Examples, owner: int, step: int) -> list[Cell]:
    return [
        Cell(
            {" ": "␣", "\n": "⏎"}.get(token, token),
            tone="accent" if at == step else "",
            shade=at == step,
        )
        for at, token in enumerate(examples.tokens[owner])
    ]
