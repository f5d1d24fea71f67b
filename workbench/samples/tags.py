"""Sequences with the class of every step and what was answered."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.plots.token_rows import Cell, TokenRows
from workbench.rundata import Frame
from workbench.samples.base import View
from workbench.samples.images import scrolled

NO_CLASS = -1
MOST_ROWS = 24


class TagsView(View):
    """Tokens with the true tag below them and, below that, a mark and the answer where it is wrong."""

    kinds: ClassVar[tuple[str, ...]] = ("tags",)
    has_mistakes: ClassVar[bool] = True

    def build(self) -> QWidget:
        """Make the rows."""
        self._rows = TokenRows(_("Tokens with their tags"))
        return scrolled(self._rows)

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the sequences; see :meth:`View.paint`."""
        true, said = frame.arrays["labels"], frame.arrays["predicted"]
        there = true != NO_CLASS
        wrong = there & (true != said)
        chosen = np.flatnonzero(wrong.any(axis=1)) if mistakes else np.arange(len(true))
        self._rows.set_rows([_cells(frame, int(index)) for index in chosen[:MOST_ROWS]])
        many = int(wrong.sum())
        words = ngettext(
            "Worst first: {wrong} of {count} steps is wrong · ✓ right, ✗ true → answer",
            "Worst first: {wrong} of {count} steps are wrong · ✓ right, ✗ true → answer",
            many,
        )
        return words.format(wrong=many, count=int(there.sum()))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._rows.update()


def _cells(frame: Frame, index: int) -> list[Cell]:
    """The steps of a sequence, without what fills it up at its end."""
    classes = [str(name) for name in frame.info.get("classes", ())]
    tokens = [str(token) for token in frame.info["tokens"][index]]
    true, said = (frame.arrays[key][index] for key in ("labels", "predicted"))
    odds = frame.arrays["confidence"][index]
    length = max((step + 1 for step, token in enumerate(tokens) if token), default=0)
    return [
        _cell(classes, _visible(tokens[step]), int(true[step]), int(said[step]), float(odds[step]))
        for step in range(length)
    ]


def _cell(classes: list[str], token: str, true: int, said: int, certainty: float) -> Cell:
    if true == NO_CLASS:
        return Cell(token, ("–",), tip=_("not asked for"))
    tip = _("truth: {truth}\nanswer: {answer} ({certainty:.0%} certain)").format(
        truth=classes[true], answer=classes[said], certainty=certainty
    )
    if true == said:
        return Cell(token, (f"✓ {classes[true]}",), tip=tip)
    wrong = f"✗ {classes[true]} → {classes[said]}"
    return Cell(token, (wrong,), tone="bad", shade=0.3, tip=tip)


def _visible(token: str) -> str:
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)
