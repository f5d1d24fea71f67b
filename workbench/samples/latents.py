"""How much each latent tells of an example, and which ones are not used at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QTableWidgetItem, QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.figures_table import figures_table
from widgets.share_bar import ShareBar
from workbench.rundata import Frame
from workbench.samples.base import View

UNUSED = (
    0.01  # variance of its mean, below which a latent is unused: Burda et al. 2016, section 5.2
)
NAMED = 12


class LatentsView(View):
    """A row for each latent, that which tells most first."""

    kinds: ClassVar[tuple[str, ...]] = ("latents",)

    def build(self) -> QWidget:
        """Make the table."""
        self._table = figures_table("latentsTable", _("Use of latents"))
        self._table.setItemDelegateForColumn(1, ShareBar(self._table))
        self._table.horizontalHeader().setStretchLastSection(True)
        return self._table

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show how every latent is used; see :meth:`View.paint`."""
        activity = np.asarray(frame.arrays["activity"], np.float64).reshape(-1)
        prior = "kl" in frame.arrays
        told = np.asarray(frame.arrays["kl"] if prior else activity, np.float64).reshape(-1)
        if len(told) != len(activity):
            raise ValueError("latents of an odd shape")
        order = np.argsort(-np.nan_to_num(told), kind="stable")
        second = _("KL, in nats") if prior else _("Variance")
        heads = [_("Latent"), second, *([_("Variance of its mean")] if prior else []), _("State")]
        self._table.setColumnCount(len(heads))
        self._table.setHorizontalHeaderLabels(heads)
        self._table.setRowCount(len(order))
        most = max(float(np.nan_to_num(told).max(initial=0)), 1e-12)
        unused = activity < (UNUSED if prior else UNUSED * float(np.nanmax(activity, initial=0)))
        for row, latent in enumerate(order.tolist()):
            texts = [str(latent + 1), f"{told[latent]:.3g}"]
            texts += [f"{activity[latent]:.3g}"] if prior else []
            texts.append(_("✗ unused") if unused[latent] else _("✓ used"))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column == 1:
                    item.setData(ShareBar.SHARE, float(np.nan_to_num(told[latent])) / most)
                if column == len(texts) - 1:
                    item.setForeground(
                        theme.current().color("warning" if unused[latent] else "good")
                    )
                self._table.setItem(row, column, item)
        return _words(np.flatnonzero(unused).tolist(), len(told), float(told.sum()), prior)


def _words(unused: Sequence[int], count: int, total: float, prior: bool) -> str:
    used = count - len(unused)
    words = ngettext(
        "{used} of {count} latents is used", "{used} of {count} latents are used", used
    ).format(used=used, count=count)
    if prior:
        words = _("{words} · KL {total:.2f} nats in all").format(words=words, total=total)
    if unused:
        names = ", ".join(str(latent + 1) for latent in unused[:NAMED])
        names = f"{names} …" if len(unused) > NAMED else names
        words = _("{words} · unused: {names}").format(words=words, names=names)
    return words
