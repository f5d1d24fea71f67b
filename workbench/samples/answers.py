"""Answers with the truth beside them: classes, and labels of which an example has several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import (
    QStackedWidget,
    QTableWidgetItem,
    QWidget,
)

from projects.figures import Read
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.figures_table import figures_table
from widgets.plots.image_grid import Caption, ImageGrid
from workbench.rundata import Frame
from workbench.samples.base import View
from workbench.samples.images import scrolled

FEATURES_SHOWN = 6
NOTHING = 1e-6
Told = tuple[Caption, tuple[str, str]]


class AnswersView(View):
    """Images with captions, or a table of texts or values, the worst first."""

    kinds: ClassVar[tuple[str, ...]] = ("predictions", "labels")
    has_mistakes: ClassVar[bool] = True

    def build(self) -> QWidget:
        """Make the sheet and the table."""
        self._grid = ImageGrid(_("Samples"))
        self._sheet = scrolled(self._grid)
        self._table = figures_table("samplesTable", _("Answers"), selectable=True)
        self._views = QStackedWidget()
        self._views.addWidget(self._sheet)
        self._views.addWidget(self._table)
        return self._views

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the answers; see :meth:`View.paint`."""
        several = frame.info["kind"] == "labels"
        wrong = frame.arrays["labels"] != frame.arrays["predicted"]
        wrong = wrong.any(axis=1) if several else wrong
        chosen = np.flatnonzero(wrong) if mistakes else np.arange(len(wrong))
        told = [(_labels if several else _answer)(frame, int(index)) for index in chosen]
        if "images" in frame.arrays:
            self._views.setCurrentWidget(self._sheet)
            self._grid.set_images(
                frame.arrays["images"][chosen], [caption for caption, _words in told]
            )
        else:
            self._views.setCurrentWidget(self._table)
            self._fill(frame, chosen, told)
        many = int(wrong.sum())
        words = ngettext(
            "Worst first: {wrong} of these {count} answers is wrong",
            "Worst first: {wrong} of these {count} answers are wrong",
            many,
        )
        return words.format(wrong=many, count=len(wrong))

    def _fill(
        self,
        frame: Frame,
        chosen: NDArray[np.integer],
        told: Sequence[Told],
    ) -> None:
        names, contents = _contents(frame)
        heads = [_("Answer"), _("Truth"), _("Certainty"), *names]
        self._table.setColumnCount(len(heads))
        self._table.setHorizontalHeaderLabels(heads)
        self._table.setRowCount(len(chosen))
        tokens = theme.current()
        for row, (index, (caption, words)) in enumerate(zip(chosen, told, strict=True)):
            cells = [caption.text, *words, *contents(int(index))]
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column == 0:
                    item.setForeground(tokens.color(caption.tone))
                self._table.setItem(row, column, item)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()


def _contents(frame: Frame) -> tuple[list[str], Callable[[int], list[str]]]:
    """Heads and cells of what the examples are: a text, or the first values."""
    texts = frame.info.get("texts")
    if texts is not None:
        return [_("Text")], lambda index: [str(texts[index]).replace("\n", "⏎")]
    inputs = frame.arrays["inputs"]
    width = min(inputs.shape[1], FEATURES_SHOWN)
    names = [str(name) for name in frame.info.get("features", ())][:width]
    names = names or [_("value {number}").format(number=i + 1) for i in range(width)]
    return names, lambda index: [_number(value) for value in inputs[index, :width].tolist()]


def _number(value: float) -> str:
    """A value as people read it; what scaling there and back has left of a zero is one."""
    return f"{Read(value):.3g}" if abs(value) > NOTHING else "0"


def _answer(frame: Frame, index: int) -> Told:
    """The answer with a mark that says right or wrong without colour, the truth and the certainty."""
    classes = frame.info.get("classes", ())
    label = int(frame.arrays["labels"][index])
    answer = int(frame.arrays["predicted"][index])
    certainty = float(frame.arrays["confidence"][index])
    truth, said = str(classes[label]), str(classes[answer])
    tip = _("truth: {truth}\nanswer: {answer} ({certainty:.0%} certain)").format(
        truth=truth, answer=said, certainty=certainty
    )
    return _marked(said, label == answer, tip), (truth, f"{certainty:.0%}")


def _labels(frame: Frame, index: int) -> Told:
    """The labels that are answered, those that are true, and the least certainty of an answer."""
    names = [str(name) for name in frame.info.get("labels", ())]
    true, said = (frame.arrays[key][index].astype(bool) for key in ("labels", "predicted"))
    odds = frame.arrays["probabilities"][index]
    certainty = float(np.where(said, odds, 1 - odds).min())
    words = [
        ", ".join(name for name, there in zip(names, some, strict=True) if there) or _("none")
        for some in (said, true)
    ]
    tip = _("truth: {truth}\nanswer: {answer} ({certainty:.0%} certain)").format(
        truth=words[1], answer=words[0], certainty=certainty
    )
    return _marked(words[0], bool((true == said).all()), tip), (words[1], f"{certainty:.0%}")


def _marked(answer: str, right: bool, tip: str) -> Caption:
    return Caption(f"✓ {answer}", "good", tip) if right else Caption(f"✗ {answer}", "bad", tip)
