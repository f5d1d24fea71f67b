"""What a data set looks like: pictures, points or a table, its classes, its size."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.data.base import DataInfo, is_paired
from engine.protocol import Previewed
from projects.errors import Problem
from projects.translation import gettext as _
from widgets import theme
from widgets.empty_state import EmptyState
from widgets.plots.curve_grid import CurveGrid
from widgets.plots.image_grid import Caption, ImageGrid
from widgets.plots.plane import Plane
from widgets.timers import single_shot
from workbench.data_pictures import levels, pictures_of, stacked, stretched
from workbench.data_tables import PARTS, ClassTable, ExampleTable, TextTable
from workbench.data_words import answers, examples_words, facts, is_text, texts, width_of
from workbench.problem_words import said

ROOMY, FOR_COUNTS = 560, 400
MOST_CURVES = 8  # in one picture; more features make a picture of grey levels
PATIENCE_MS = 300  # what takes no longer is not announced: it would only flicker


class DataPreview(QWidget):
    """Shows some examples of a data set.

    Attributes:
        split: Which part the examples are of.

    Signals:
        split_chosen(split): Examples of another part are wanted.
        again_wanted(): The data are to be read once more.
    """

    split_chosen = Signal(str)
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataPreview")
        self.split = "train"
        self._event: Previewed | None = None
        self._waits = True
        there = QWidget()
        column = QVBoxLayout(there)
        column.setContentsMargins(12, 20, 24, 20)
        column.setSpacing(theme.GAP)
        for label in self._make_words():
            column.addWidget(label)
        column.addLayout(self._parts())
        column.addWidget(self._make_examples(), 1)
        self._waiting = EmptyState("", _("The first time takes longest."))
        self._failure = EmptyState("", "", _("Read again"))
        self._failure.clicked.connect(self.again_wanted)
        self._patience = single_shot(self, PATIENCE_MS, self._busy.show)
        self._pages = QStackedWidget()
        for page in (self._waiting, there, self._failure):
            self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        theme.notifier().changed.connect(self._recolor)

    def _make_words(self) -> tuple[QLabel, ...]:
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._facts = QLabel()
        self._facts.setObjectName("hint")
        self._findings = QLabel()
        self._findings.setObjectName("dataFindings")
        self._findings.setAccessibleName(_("What looks odd"))
        self._findings.setProperty("role", "caution")
        words = (self._title, self._facts, self._findings)
        for label in words:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        return words

    def _make_examples(self) -> QSplitter:
        """The views of examples, of which one is seen, beside the table of classes."""
        self._grid = ImageGrid(_("Examples"))
        self._sheet = _scrolled(self._grid, "previewScroll", _("Examples"))
        self._plane = Plane(_("Examples in the plane"))
        self._table = ExampleTable()
        self._texts = TextTable()
        self._curves = CurveGrid(_("Examples as curves"))
        self._curve_sheet = _scrolled(self._curves, "curvesScroll", _("Examples as curves"))
        self._views = QStackedWidget()
        for view in (self._sheet, self._plane, self._table, self._texts, self._curve_sheet):
            self._views.addWidget(view)
        self._classes = ClassTable()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._views)
        splitter.addWidget(self._classes)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([700, 290])
        splitter.setChildrenCollapsible(False)
        return splitter

    def _parts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        self._buttons = {}
        for split, title in PARTS.items():
            button = QPushButton(_(title))
            button.setObjectName(f"split-{split}")
            button.setAccessibleName(_("Show examples of: {part}").format(part=_(title)))
            button.setCheckable(True)
            button.setChecked(split == self.split)
            button.setProperty("segment", True)
            button.clicked.connect(self._chosen)
            self._group.addButton(button)
            self._buttons[split] = button
            row.addWidget(button)
        self._busy = QLabel()
        self._busy.setObjectName("dataBusy")
        self._busy.setProperty("role", "hint")
        self._busy.setTextFormat(Qt.TextFormat.PlainText)
        self._busy.hide()
        row.addSpacing(theme.GAP)
        row.addWidget(self._busy)
        row.addStretch(1)
        return row

    def hasHeightForWidth(self) -> bool:
        """No: it takes the room that it gets, and its pages scroll."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the examples need it more than the table of classes."""
        super().resizeEvent(event)
        self._classes.setVisible(self._roomy() and self._classes.rowCount() > 0)
        self._name_parts()

    def _name_parts(self) -> None:
        """Where there is little room, counts stand in the tooltips only."""
        counts = self._event.info.counts if self._event is not None else {}
        for split, title in PARTS.items():
            room = counts and self.width() >= FOR_COUNTS
            words = _(title)
            self._buttons[split].setText(f"{words}  {counts.get(split, 0):,}" if room else words)

    def _roomy(self) -> bool:
        return self.width() >= ROOMY

    # ------------------------------------------------------------------------------------ asked

    def show_waiting(self, title: str) -> None:
        """Say that data are being read; examples that are shown stay until the others come.

        Args:
            title: What is read.
        """
        self._waits = True
        words = _("Reading {title} …").format(title=title)
        self._busy.setText(words)
        self._patience.start()
        if self._event is None:
            self._waiting.set_words(words, _("The first time takes longest."))
            self._pages.setCurrentIndex(0)

    def agrees(self, info: DataInfo | None) -> bool:
        """Whether what is shown is of such data, or of none that can be read; what is on the way will be."""
        return self._waits or info == (self._event.info if self._event is not None else None)

    def show_failure(self, problem: Problem) -> None:
        """Say why there is nothing to see."""
        self._event = None
        self._answered()
        words = said(problem)
        if not problem.where.startswith("data."):  # a place in a file: its row and its column
            words = f"{problem.where}\n{words}"
        self._failure.set_words(_("The data cannot be read"), words.strip())
        self._pages.setCurrentIndex(2)

    def show_examples(self, event: Previewed) -> None:
        """Show examples and what is known of the set."""
        self._event = event
        self._answered()
        info = event.info
        self._title.setText(info.title)
        arrays = {name: array.numpy() for name, array in event.arrays.items()}
        shown = len(arrays["inputs"])
        self._facts.setText(facts(info, shown if shown < info.counts.get(self.split, 0) else 0))
        self._findings.setText("\n".join(said(problem) for problem in event.findings))
        self._findings.setVisible(bool(event.findings))
        for split, button in self._buttons.items():
            count = info.counts.get(split, 0)
            button.setToolTip(examples_words(count))
            button.setEnabled(count > 0)
        self._name_parts()
        self._show_classes(info)
        self._show_arrays(info, arrays)
        self._pages.setCurrentIndex(1)

    # ------------------------------------------------------------------------------------ inside

    def _chosen(self) -> None:
        for split, button in self._buttons.items():
            if button is self.sender():
                self.split = split
                self.split_chosen.emit(split)

    def _answered(self) -> None:
        self._waits = False
        self._patience.stop()
        self._busy.hide()

    def _recolor(self) -> None:
        self._plane.retheme()
        if self._event is not None:
            self.show_examples(self._event)

    def _show_classes(self, info: DataInfo) -> None:
        self._classes.show_classes(info, marked=info.kind == "points")
        self._classes.setVisible(bool(info.classes) and self._roomy())

    def _show_arrays(self, info: DataInfo, arrays: dict[str, NDArray[Any]]) -> None:
        inputs, targets = arrays["inputs"], arrays.get("targets")
        words = answers(info, targets)
        if info.picture:
            self._views.setCurrentWidget(self._sheet)
            images = levels(inputs.reshape(-1, *info.picture).transpose(0, 2, 3, 1))
            if is_paired(info) and targets is not None:
                images = stacked([images, levels(targets.transpose(0, 2, 3, 1))])
            self._grid.set_images(images, [Caption(word, tip=word) for word in words])
        elif info.kind == "points" and inputs.shape[1:] == (2,):
            self._views.setCurrentWidget(self._plane)
            self._show_points(info, inputs, targets)
        elif is_text(info):
            self._views.setCurrentWidget(self._texts)
            self._texts.show_texts(texts(info, inputs), words)
        elif info.input.kind == "float" and inputs.ndim == 3 and inputs.shape[2] <= MOST_CURVES:
            self._views.setCurrentWidget(self._curve_sheet)
            pictures = pictures_of(info, inputs, targets, words)
            self._curves.set_pictures(pictures, alike=info.kind != "series")
        elif info.input.kind == "float" and inputs.ndim == 3:
            self._views.setCurrentWidget(self._sheet)
            self._grid.set_images(
                levels(stretched(inputs)[..., None]), [Caption(word, tip=word) for word in words]
            )
        else:
            self._views.setCurrentWidget(self._table)
            self._table.show_rows(info, inputs.reshape(-1, width_of(inputs)), words)

    def _show_points(
        self, info: DataInfo, points: NDArray[Any], targets: NDArray[Any] | None
    ) -> None:
        tokens = theme.current()
        self._plane.set_surface(None, None, (), ())
        if targets is None or not info.classes:
            groups = [(info.title, points, tokens.color("accent", 0.7), 5.0)]
        else:
            groups = [
                (name, points[targets == place], tokens.series_color(place), 5.0)
                for place, name in enumerate(info.classes)
            ]
        self._plane.set_groups(groups)


def _scrolled(sheet: QWidget, name: str, title: str) -> QScrollArea:
    """An area with a frame, in which a sheet of examples scrolls up and down."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(title)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(sheet)
    return area
