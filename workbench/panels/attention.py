"""What the heads of attention layers look at: a map of steps that look at steps, for each head."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.blocks import kinds_of
from engine.data.base import DataInfo
from engine.probes.attention import ATTENDING
from projects.schema import Project
from projects.translation import N_, ngettext
from projects.translation import gettext as _
from widgets import theme
from widgets.choice_box import ChoiceBox
from widgets.plots.cells import CellMap
from widgets.plots.flow import FlowLayout
from widgets.plots.image_table import ImageTable
from widgets.plots.token_rows import Cell, TokenRows
from workbench.panels.timed import TimedPanel
from workbench.samples.images import scrolled
from workbench.sequences.attended import Attended, Looking, attended_of

ALL = -1
EVENLY = 0.85  # of all steps, from which on a head looks at nearly all alike
FEW = 1.5  # steps


class AttentionPanel(TimedPanel):
    """A map of one head, or of their mean, and beside it what one step looks at."""

    name: ClassVar[str] = "attention"
    title: ClassVar[str] = N_("Attention")
    stream: ClassVar[str] = "attention"
    rate: ClassVar[float] = 1.0
    order: ClassVar[int] = 38
    least: ClassVar[int] = 260
    empty: ClassVar[str] = N_(
        "Which steps every head of an attention layer looks at while it reads an example, with the words or "
        "the parts of the image named."
    )

    def build(self) -> QWidget:
        """Make the choices, the map, the steps and the time line."""
        self._example = ChoiceBox("attentionExample", _("Which example is read"))
        self._layer = ChoiceBox("attentionLayer", _("Which layer"))
        self._head = ChoiceBox("attentionHead", _("Which head"))
        for choice in (self._example, self._layer, self._head):
            choice.currentIndexChanged.connect(self._again)
        self._offered: tuple[object, ...] = ()
        self._step = 0
        self._words = QLabel()
        self._words.setObjectName("hint")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._map = CellMap(_("Weights of attention"))
        self._map.chosen.connect(self._choose)
        self._map.setToolTip(_("A click on a row shows what its step looks at"))
        self._told = QLabel()
        self._told.setObjectName("plotTitle")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._rows = TokenRows(_("What the step looks at"))
        self._area = scrolled(self._rows, "attentionTokens")
        self._image = ImageTable(_("Where the step looks"))
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(theme.GAP, 0, 0, 0)
        beside.setSpacing(theme.GAP // 2)
        beside.addWidget(self._told)
        beside.addWidget(self._area, 1)
        beside.addWidget(self._image, 1)
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self._map)
        self._parts.addWidget(side)
        self._parts.setSizes([3000, 2000])
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        top = QHBoxLayout()
        tools = FlowLayout(gap=theme.GAP)
        for choice in (self._example, self._layer, self._head):
            tools.addWidget(choice)
        top.addLayout(tools, 1)
        top.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addWidget(self._words)
        column.addWidget(self._parts, 1)
        column.addWidget(self.time_line())
        return page

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether the project has a layer that attends."""
        return bool(kinds_of(project) & ATTENDING)

    def filmed(self) -> QWidget:
        """The map and what one step looks at."""
        return self._parts

    def paint(self) -> bool:
        """Show the picture that the time line has chosen."""
        frame = self.chosen()
        if frame is None:
            return False
        found = attended_of(frame)
        self._offer(found)
        example = max(0, self._example.currentIndex())
        looking = found.layers[max(0, self._layer.currentIndex())]
        head = self._head.currentData()
        head = ALL if head is None or int(head) >= looking.heads else int(head)
        weights = looking.weights[example]
        shown = weights.mean(axis=0) if head == ALL else weights[head]
        grid = found.grid_of(looking.steps[1])
        rows = found.words_of(example, shown.shape[0], grid)
        columns = rows if not looking.cross else _numbers(shown.shape[1])
        rows = _numbers(shown.shape[0]) if looking.cross and grid is not None else rows
        tokens = theme.current()
        self._map.set_axes(_("is looked at"), _("looks"))
        colors = [tokens.color("surface"), tokens.color("accent")]
        self._map.set_cells(shown, rows, columns, (0.0, _most(shown)), colors)
        self._words.setText(_head_words(looking, head))
        self._step = min(self._step, len(shown) - 1)
        self._tell_step(found, example, shown[self._step], rows, columns, grid)
        return True

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._map.retheme()
        for widget in (self._rows, self._image):
            widget.update()

    # --------------------------------------------------------------------------------- choosing

    def _choose(self, row: int, _column: int) -> None:
        self._step = row
        self._again()

    def _offer(self, found: Attended) -> None:
        """Offer examples, layers and heads; what was chosen stays."""
        names = [found.name_of(example) for example in range(found.examples)]
        layers = [f"{place + 1}: {one.layer}" for place, one in enumerate(found.layers)]
        heads = max(one.heads for one in found.layers)
        offered = (tuple(names), tuple(layers), heads)
        if offered == self._offered:
            return
        self._offered = offered
        self._example.fill([(name, place) for place, name in enumerate(names)])
        self._layer.fill([(name, place) for place, name in enumerate(layers)])
        single = [(_("Head {number}").format(number=i + 1), i) for i in range(heads)]
        self._head.fill([(_("Mean of all heads"), ALL), *single])
        self._layer.setVisible(len(layers) > 1)

    # --------------------------------------------------------------------------------- one step

    def _tell_step(
        self,
        found: Attended,
        example: int,
        weights: np.ndarray,
        rows: list[str],
        columns: list[str],
        grid: tuple[int, int] | None,
    ) -> None:
        """Show what one step looks at: words with their shares, or the image with the parts lit."""
        whole = grid is not None and grid[0] * grid[1] == len(weights)
        self._area.setVisible(not whole)
        self._image.setVisible(whole)
        told = _("“{step}” looks at")
        self._told.setText(told.format(step=rows[self._step]))
        if whole and grid is not None and found.images is not None:
            lit = lit_image(found.images[example], weights.reshape(grid))
            self._image.set_images(lit[None], [""], [""])
            return
        most = _most(weights)
        self._rows.set_rows(
            [
                [
                    Cell(word, (f"{weight:.0%}",), shade=float(np.nan_to_num(weight)) / most)
                    for word, weight in zip(columns, weights.tolist(), strict=True)
                ]
            ]
        )


def lit_image(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return an image ``(h, w, c)`` in grey and colour, brighter where the weights ``(rows, columns)`` are larger."""
    tall, wide = (
        max(1, -(-size // parts))
        for size, parts in zip(image.shape[:2], weights.shape, strict=True)
    )
    share = np.nan_to_num(weights / _most(weights))
    grown = np.repeat(np.repeat(share, tall, 0), wide, 1)[: image.shape[0], : image.shape[1]]
    token = theme.current().color("warning")
    color = np.array([token.red(), token.green(), token.blue()], np.float64)
    grey = image.astype(np.float64).mean(axis=2, keepdims=True)
    mixed = grey * (1 - 0.75 * grown[..., None]) + color * 0.75 * grown[..., None]
    return np.asarray(np.clip(mixed, 0, 255), np.uint8)


def _most(weights: np.ndarray) -> float:
    """The largest weight; 1 where none is a number."""
    there = weights[np.isfinite(weights)]
    return max(float(there.max()), 1e-12) if there.size else 1.0


def _numbers(count: int) -> list[str]:
    return [str(step + 1) for step in range(count)]


def _head_words(looking: Looking, head: int) -> str:
    """How many steps a head looks at, and how far away they are."""
    if head == ALL:
        many, others = float(np.mean(looking.spread)), looking.steps[1]
        words = ngettext(
            "The {heads} head looks at about {many:.1f} of {steps} steps",
            "The {heads} heads look at about {many:.1f} of {steps} steps each",
            looking.heads,
        ).format(heads=looking.heads, many=many, steps=others)
        far = None if looking.distance is None else float(np.mean(looking.distance))
    else:
        many, others = float(looking.spread[head]), looking.steps[1]
        words = _("Head {number} looks at about {many:.1f} of {steps} steps").format(
            number=head + 1, many=many, steps=others
        )
        far = None if looking.distance is None else float(looking.distance[head])
    if far is not None:
        words = _("{words}, {far:.1f} away on average").format(words=words, far=far)
    seen = (others + 1) / 2 if looking.causal else others
    if many > EVENLY * seen:
        words = _("{words}: nearly all alike, it has not learned to choose").format(words=words)
    elif many < FEW:
        words = _("{words}: at hardly more than one").format(words=words)
    if looking.causal:
        words = _("{words} · no step sees those after it").format(words=words)
    shown = looking.weights.shape[3]
    if shown < others:
        words = _("{words} · the first {shown} steps are drawn").format(words=words, shown=shown)
    return words
