"""What every layer can lose: the scan, its progress, and its scores by layer and share."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.client import Engines
from engine.compression.sensitivity import Scan
from engine.protocol import Sensed, Sensitivity
from projects.errors import Problem
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.elided import ElidedLabel
from widgets.elided_box import ElidedBox
from widgets.empty_state import EmptyState
from widgets.plain import plain_label
from widgets.plots.flow import FlowLayout
from widgets.plots.value_grid import ValueGrid
from widgets.progress import Progress
from workbench.artist import Artist
from workbench.choices import State, choose, chosen
from workbench.compress.axes import score_title, score_words
from workbench.gauges import loss_words
from workbench.problem_words import capital, said

SCAN = "scan"
EMPTY, SHOWN = 0, 1


class ScanView(QWidget):
    """Scans the layers of a run, by an engine of its own that is given back when it is done.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Signals:
        scanned(run, Scan): A scan is done.
        canvas_wanted: Show on the canvas what each layer can lose.
    """

    scanned = Signal(object, object)
    canvas_wanted = Signal()

    def __init__(self, engines: Engines, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.artist = Artist(engines, self)
        self.artist.answered.connect(self._answered)
        self.artist.stage.connect(self._show_stage)
        self.artist.failed.connect(self._failed)
        self._run: Path | None = None
        self._scans: dict[tuple[Path, str], Scan] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.PAD)
        column.setSpacing(theme.GAP)
        column.addLayout(self._make_tools())
        column.addWidget(self._words)
        column.addWidget(self._make_pages(), 1)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self._rest()

    def _make_tools(self) -> FlowLayout:
        """What begins and ends a scan, and how far it is."""
        self._kind = ElidedBox()
        self._kind.setObjectName("scanKind")
        self._kind.setAccessibleName(_("What is taken from each layer"))
        self._kind.addItem(_("More zeros"), "pruned")
        self._kind.addItem(_("Fewer bits"), "quantised")
        self._kind.currentIndexChanged.connect(self._paint)
        self.begin = QPushButton(_("Scan the layers"))
        self.begin.setObjectName("scanBegin")
        self.begin.clicked.connect(self._begin)
        self._stop = QPushButton(_("Stop"))
        self._stop.setObjectName("scanStop")
        self._stop.clicked.connect(self._give_up)
        self._canvas = QPushButton(_("Show on the canvas"))
        self._canvas.setObjectName("scanCanvas")
        self._canvas.clicked.connect(self.canvas_wanted)
        for button in (self.begin, self._stop, self._canvas):
            button.setAccessibleName(button.text())
        self._words = ElidedLabel()
        self._words.setObjectName("scanWords")
        self._words.setProperty("role", "hint")
        self._bar = Progress("scanBar", _("Progress of the scan"))
        self._bar.setMaximumWidth(160)
        row = FlowLayout(gap=theme.GAP)
        for tool in (self._kind, self.begin, self._canvas, self._stop, self._bar):
            row.addWidget(tool)
        return row

    def _make_pages(self) -> QStackedWidget:
        """What a scan is, until there is one to be seen."""
        self._grid = ValueGrid(_("Score by layer and share of zeros"))
        self._told = plain_label("", "hint", "scanTold")
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._grid, 1)
        inside.addWidget(self._told)
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState(
                _("Not scanned yet"),
                _(
                    "A scan sets more and more weights of one layer after the other to zero, or stores them in fewer and fewer "
                    "bits, and measures the score each time: it shows which layers can lose much, and which need everything."
                ),
            )
        )
        self._pages.addWidget(page)
        return self._pages

    def show_run(self, run: Path | None) -> None:
        """The scan is about another run from now on; one that goes on is given up."""
        if run != self._run:
            self.close_engine()
            self._run = run
            self._paint()

    def scan_of(self, run: Path) -> Scan | None:
        """What a run's layers can lose, if they were scanned."""
        return self._scans.get((run, str(self._kind.currentData())))

    def remembered(self) -> State:
        """Return which kind of scan is chosen, and what scans have found out."""
        return {"controls": chosen(self), "scans": dict(self._scans)}

    def restore(self, state: State) -> None:
        """Choose it again, and know the same."""
        match state:
            case {"controls": dict(controls), "scans": dict(scans)}:
                choose(self, controls)
                self._scans = scans
                shown = self._kind.currentData()
                for run, kind in sorted(scans, key=lambda key: bool(key[1] == shown)):
                    self.scanned.emit(run, scans[run, kind])  # what comes last stays on the canvas
                self._paint()

    def close_engine(self) -> None:
        """Give up what goes on, and the engine."""
        self.artist.close()
        self._rest()

    def _begin(self) -> None:
        if self._run is None:
            return
        self._say(_("Opening the run …"))
        self._bar.setValue(0)
        self._work(True)
        self.artist.ask(SCAN, Sensitivity(run=str(self._run), kind=self._kind.currentData()))

    def _give_up(self) -> None:
        self.artist.stop()
        self._rest()
        self._say(_("Stopped."))

    def _answered(self, _purpose: str, event: Sensed) -> None:
        self.artist.close()
        self._rest()
        run = Path(event.run)
        self._scans[run, event.scan.kind] = event.scan
        self.scanned.emit(run, event.scan)
        self._paint()

    def _failed(self, problem: Problem) -> None:
        self.artist.close()
        self._rest()
        self._say(said(problem))

    def _show_stage(self, text: str, share: float) -> None:
        self._say(f"{capital(text)} …")
        self._bar.show_share(share)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def _work(self, on: bool) -> None:
        self.begin.setEnabled(not on)
        self._kind.setEnabled(not on)
        self._stop.setVisible(on)
        self._bar.setVisible(on)

    def _rest(self) -> None:
        self._work(False)
        self._say("")

    def _paint(self) -> None:
        scan = self.scan_of(self._run) if self._run is not None else None
        self._canvas.setVisible(scan is not None)
        self.begin.setText(_("Scan again") if scan is not None else _("Scan the layers"))
        self.begin.setAccessibleName(self.begin.text())
        self._pages.setCurrentIndex(EMPTY if scan is None or not scan.layers else SHOWN)
        if scan is None or not scan.layers:
            return
        several = len({layer.layer.partition("/")[0] for layer in scan.layers}) > 1
        names = [
            f"{one.layer if several else one.layer.partition('/')[2]} · {loss_words(scan.kind, one.most)}"
            for one in scan.layers
        ]
        scores = np.array([one.scores for one in scan.layers], np.float64)
        finite = scores[np.isfinite(scores)]
        limits = (
            float(min(finite.min(initial=scan.value), scan.value)),
            float(max(finite.max(initial=scan.value), scan.value)),
        )
        if limits[0] == limits[1]:
            limits = (limits[0] - 1, limits[1])
        shares = [loss_words(scan.kind, share) for share in scan.shares]
        across = (
            _("share of zeros in this layer") if scan.kind == "pruned" else _("bits of its weights")
        )
        self._grid.set_values(
            scores, names, shares, ("", across), limits, partial(score_words, scan.metric)
        )
        self._told.setText(
            _(
                "{metric} with every other layer whole; with all of them whole it is {value}. Behind its name: what a layer "
                "can do with for a hundredth at most."
            ).format(metric=score_title(scan.metric), value=score_words(scan.metric, scan.value))
        )

    def _recolor(self) -> None:
        self.begin.setIcon(icons.icon("search"))
        self._canvas.setIcon(icons.icon("network"))
