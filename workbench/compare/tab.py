"""The Compare tab: two runs, their samples on one time line, their metrics, and how their projects differ."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.choice_box import ChoiceBox, place_of
from widgets.elided import ElidedLabel
from widgets.empty_state import EmptyState
from widgets.plain import plain_tip
from widgets.plots.scrubber import Scrubber
from widgets.progress import Progress
from widgets.topics import TOPIC
from workbench.choices import State, choose, chosen
from workbench.compare.curves import MetricCurves, first_curve
from workbench.compare.scores import Scores, scores_table
from workbench.compare.telling import differences
from workbench.panels.saver import Saver
from workbench.panels.saving import Table
from workbench.rundata import Frame, Frames, RunData, run_title
from workbench.samples.picture import Picture
from workbench.studies.studying import Studying

STREAM = "samples"


class CompareTab(QWidget):
    """Shows two runs side by side.

    Args:
        studying: The pair that goes on.
        parent: Qt parent.

    Signals:
        test_wanted: Train a pair.
        chosen(paths): These two runs are compared; they have to be read.
        said(title, text, good): Something was saved, or could not be.
    """

    test_wanted = Signal()
    chosen = Signal(object)
    said = Signal(str, str, bool)

    def __init__(self, studying: Studying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareTab")
        self.setProperty(TOPIC, "article/comparing")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._studying = studying
        self._runs: list[RunData | None] = [None, None]
        self._seen: object = None
        self._boxes = [self._box("compareA", _("Run A")), self._box("compareB", _("Run B"))]
        self._heads = [ElidedLabel(), ElidedLabel()]
        self._pictures = [Picture(), Picture()]
        self._scrubber = Scrubber()
        self._scrubber.moved.connect(self._draw)
        self._told = QLabel()
        self._told.setObjectName("compareDifference")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scores = Scores()
        self._scores.metric_chosen.connect(self._choose_metric)
        self._curves = MetricCurves()
        self._metric = ""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(self._tools())
        column.addWidget(self._told)
        self._split = self._body()
        column.addWidget(self._split, 1)
        empty = EmptyState(
            _("Nothing to compare yet"),
            _(
                "An A/B test trains the project twice with one thing changed, with the same seed and the "
                "same order of the data, and shows samples and metrics side by side."
            ),
            _("A/B test…"),
        )
        empty.clicked.connect(self.test_wanted)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
        studying.changed.connect(self._show_state)
        theme.notifier().changed.connect(self._retheme)
        self._show_state()

    def _box(self, name: str, title: str) -> ChoiceBox:
        made = ChoiceBox(name, title)
        made.setMinimumWidth(190)
        made.activated.connect(self._choose)
        return made

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for letter, box in zip("AB", self._boxes, strict=True):
            label = QLabel(letter)
            label.setObjectName("plotTitle")
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        self._bar = Progress("compareBar", _("Progress of both trainings"))
        self._bar.setMaximumWidth(160)
        self._pause = QPushButton()
        self._pause.setObjectName("comparePause")
        self._pause.clicked.connect(self._studying.pause)
        self._stop = QPushButton(_("Stop both"))
        self._stop.setObjectName("compareStop")
        self._stop.setAccessibleName(_("Stop both"))
        self._stop.clicked.connect(self._studying.stop)
        self._test = QPushButton(_("A/B test…"))
        self._test.setObjectName("compareTest")
        self._test.setAccessibleName(_("A/B test"))
        self._test.clicked.connect(self.test_wanted)
        row.addStretch(1)
        saver = Saver(self, self._stem, lambda: self._split, self._table, self.said.emit)
        for widget in (self._bar, self._pause, self._stop, self._test, saver.button()):
            row.addWidget(widget)
        return row

    def _stem(self) -> str:
        return "-".join([path.name for path in self.paths or ()] + ["compare"])

    def _table(self) -> Table | None:
        one, other = self._runs
        return scores_table(one, other) if one is not None and other is not None else None

    def _body(self) -> QSplitter:
        sheets = QWidget()
        column = QVBoxLayout(sheets)
        column.setContentsMargins(0, 0, theme.PAD, 0)
        column.setSpacing(theme.GAP)
        row = QHBoxLayout()
        row.setSpacing(theme.PAD)
        for head, picture in zip(self._heads, self._pictures, strict=True):
            head.setObjectName("plotTitle")
            one = QVBoxLayout()
            one.setSpacing(2)
            one.addWidget(head)
            one.addWidget(picture, 1)
            row.addLayout(one, 1)
        column.addLayout(row, 1)
        column.addWidget(self._scrubber)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("compareSplit")
        split.setChildrenCollapsible(False)
        split.addWidget(sheets)
        figures = QSplitter(Qt.Orientation.Vertical)
        figures.setObjectName("compareFigures")
        figures.setChildrenCollapsible(False)
        figures.addWidget(self._curves)
        figures.addWidget(self._scores)
        figures.setSizes([200, 240])
        split.addWidget(figures)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([720, 420])
        return split

    # ----------------------------------------------------------------------------------- runs

    @property
    def paths(self) -> tuple[Path, Path] | None:
        """The two runs that are chosen; None while there are not two."""
        one, other = (box.currentData() for box in self._boxes)
        return (one, other) if one is not None and other is not None else None

    def set_runs(self, runs: Sequence[tuple[Path, str]]) -> None:
        """List the runs that can be compared, newest first; what is chosen stays so, a single run is not beside itself."""
        before, last = self.paths, len(runs) - 1
        otherwise = (min(1, last), 0 if last > 0 else -1)
        for place, box in enumerate(self._boxes):
            entries = [(title, path) for path, title in runs]
            kept = box.currentData()
            if kept in self._studying.pair and kept not in dict(runs):
                entries.insert(0, (box.currentText(), kept))  # it has not begun yet
            box.fill(entries, otherwise[place])
        self._pages.setCurrentIndex(1 if self._boxes[0].count() > 1 else 0)
        if self.isVisible() and self.paths != before:
            self._choose()

    def compare(self, one: Path, other: Path) -> None:
        """Choose two runs, which need not have begun."""
        self._put((one, other))
        self._choose()

    def remembered(self) -> State:
        """Return which runs and which metric are chosen."""
        return {"paths": self.paths, "metric": self._metric, "controls": chosen(self._split)}

    def restore(self, state: State) -> None:
        """Choose them again; they are read when somebody looks."""
        match state:
            case {"paths": paths, "metric": str(metric), "controls": dict(controls)}:
                self._metric = metric
                choose(self._split, controls)
                if isinstance(paths, tuple):
                    self._put(paths)

    def _put(self, paths: Sequence[Path]) -> None:
        for box, path in zip(self._boxes, paths, strict=True):
            if place_of(box, path) < 0:
                box.insertItem(0, run_title(path), path)
            box.choose(path)
        self._pages.setCurrentIndex(1)

    def show_run(self, path: Path, run: RunData) -> None:
        """A run was read or begins: show it if it is one of the two."""
        for place, box in enumerate(self._boxes):
            if box.currentData() == path and self._runs[place] is not run:
                self._runs[place] = run
                self._seen = None

    def refresh(self) -> None:
        """Paint what is new; called by the window's timer while this can be seen."""
        if self._studying.pair:
            self._bar.show_share(self._studying.share)
        seen = tuple(
            (id(run), run.version(STREAM), run.version("scalars"), run.state) if run else None
            for run in self._runs
        )
        if seen != self._seen and self.isVisible():
            self._seen = seen
            self._draw()
            self._scores.show_runs(*self._runs)
            self._draw_metric()
            self._tell()

    def _choose(self, *_index: int) -> None:
        paths = self.paths
        if paths is None:
            return
        self._runs = [
            run if run is not None and Path(run.path) == path else None
            for run, path in zip(self._runs, paths, strict=True)
        ]
        self._seen = None
        self.chosen.emit(paths)

    # ----------------------------------------------------------------------------------- shown

    def _draw(self, *_index: int) -> None:
        """Show both runs at the step that the time line has chosen."""
        frames = [run.frames.get(STREAM) if run is not None else None for run in self._runs]
        steps = sorted({frame.step for found in frames if found for frame in found})
        self._scrubber.setVisible(len(steps) > 1)
        self._scrubber.set_count(len(steps))
        step = steps[min(self._scrubber.index, len(steps) - 1)] if steps else 0
        self._scrubber.set_step(step)
        for place, (picture, found) in enumerate(zip(self._pictures, frames, strict=True)):
            picture.set_frame(_at(found, step) if found else None)
            self._head(place, picture, step)

    def _head(self, place: int, picture: Picture, step: int) -> None:
        run, letter = self._runs[place], "AB"[place]
        name = run.label if run is not None else self._boxes[place].currentText()
        shown = picture.frame
        at = ""
        if shown is not None:
            there = shown.step == step  # else the picture is an older one than the time line says
            words = _(" · step {step:,}") if there else _(" · last seen at step {step:,}")
            at = words.format(step=shown.step)
        self._heads[place].setText(f"{letter} · {name}{at}")
        color = theme.current().series_color(place)
        self._heads[place].setStyleSheet(f"color: {color.name()}")

    def _choose_metric(self, name: str) -> None:
        self._metric = name
        self._draw_metric()

    def _draw_metric(self) -> None:
        if not first_curve(self._runs, (self._metric,)):
            self._metric = first_curve(self._runs, self._scores.names)
        self._curves.show_metric(self._runs, self._metric)

    def _tell(self) -> None:
        one, other = self._runs
        told = differences(one, other) if one is not None and other is not None else ("", "")
        self._told.setText(told[0])
        self._told.setToolTip(plain_tip(told[1]))

    def showEvent(self, event: QShowEvent) -> None:
        """Read the two runs when somebody looks."""
        super().showEvent(event)
        if None in self._runs:
            self._choose()

    def _show_state(self) -> None:
        pair = bool(self._studying.pair)
        for widget in (self._bar, self._pause, self._stop):
            widget.setVisible(pair)
        words = _("Go on") if self._studying.paused else _("Pause both")
        self._pause.setText(words)
        self._pause.setAccessibleName(words)
        self._stop.setEnabled(not self._studying.stopping)
        self._test.setEnabled(not self._studying.active)
        busy = _("Another study or comparison goes on.")
        self._test.setToolTip(busy if self._studying.active else "")

    def _retheme(self) -> None:
        self._seen = None
        self.refresh()


def _at(frames: Frames, step: int) -> Frame | None:
    steps = [frame.step for frame in frames]
    place = bisect.bisect_right(steps, step) - 1
    return frames[place] if place >= 0 else None
