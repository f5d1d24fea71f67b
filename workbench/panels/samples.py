"""What the networks make: generated images and points, predictions with the worst mistakes first."""

from __future__ import annotations

from gettext import gettext as _
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.image_grid import Caption, ImageGrid
from widgets.plots.plane import Plane
from widgets.plots.scrubber import Scrubber
from workbench.panels.base import Panel
from workbench.rundata import Frame

FEATURES_SHOWN = 6
HALO = 11.0  # pixels: real points stay visible around generated ones that hit them


class SamplesPanel(Panel):
    """Pictures over training with a time line."""

    name: ClassVar[str] = "samples"
    title: ClassVar[str] = _("Samples")
    stream: ClassVar[str] = "samples"
    rate: ClassVar[float] = 4.0
    order: ClassVar[int] = 30
    empty: ClassVar[str] = _(
        "What the networks make: samples of a generator, or a classifier's answers with its worst "
        "mistakes first. Move through training with the time line."
    )

    def build(self) -> QWidget:
        """Make the views, one for each kind of picture, and the time line."""
        self._grid = ImageGrid(_("Samples"))
        self._plane = Plane(_("Points in the plane"))
        self._table = _make_table()
        self._views = QStackedWidget()
        self._sheet = QScrollArea()
        self._sheet.setObjectName("samplesScroll")
        self._sheet.setAccessibleName(_("Samples"))
        self._sheet.setWidgetResizable(True)
        self._sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sheet.setWidget(self._grid)
        for view in (self._sheet, self._plane, self._table):
            self._views.addWidget(view)
        self._caption = ElidedLabel()
        self._caption.setObjectName("hint")
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._mistakes = QCheckBox(_("Mistakes only"))
        self._mistakes.setObjectName("samplesMistakes")
        self._mistakes.setAccessibleName(_("Mistakes only"))
        self._mistakes.toggled.connect(self._again)
        self._scrubber = Scrubber()
        self._scrubber.moved.connect(self._again)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        layout.setSpacing(theme.GAP)
        top = QHBoxLayout()
        top.addWidget(self._caption, 1)
        top.addWidget(self._mistakes)
        layout.addLayout(top)
        layout.addWidget(self._views, 1)
        layout.addWidget(self._scrubber)
        return page

    def paint(self) -> bool:
        """Show the picture that the time line has chosen."""
        frames = self.run.frames.get(self.stream) if self.run else None
        if not frames:
            return False
        self._scrubber.set_count(len(frames))
        frame = frames[min(self._scrubber.index, len(frames) - 1)]
        self._scrubber.set_step(frame.step)
        kind = str(frame.info.get("kind", ""))
        self._mistakes.setVisible(kind == "predictions")
        painters = {
            "images": self._paint_images,
            "points": self._paint_points,
            "predictions": self._paint_predictions,
            "plane": self._paint_plane,
        }
        if kind not in painters:
            return False
        painters[kind](frame)
        return True

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()
        self._grid.update()

    # ---------------------------------------------------------------------------------- kinds

    def _paint_images(self, frame: Frame) -> None:
        self._views.setCurrentWidget(self._sheet)
        images = frame.arrays["images"]
        self._grid.set_images(images, columns=0)
        self._caption.setText(
            _("{count} samples from the same latent vectors at every step").format(
                count=len(images)
            )
        )

    def _paint_points(self, frame: Frame) -> None:
        self._views.setCurrentWidget(self._plane)
        tokens = theme.current()
        real, generated = frame.arrays["real"], frame.arrays["generated"]
        self._plane.set_surface(None, None, (), ())
        self._plane.set_groups(
            [
                (_("real"), real, tokens.color("muted", 0.2), HALO),
                (_("generated"), generated, tokens.color("accent", 0.75), 4.5),
            ]
        )
        self._caption.setText(_("● grey: real · ■ coloured: generated"))

    def _paint_plane(self, frame: Frame) -> None:
        self._views.setCurrentWidget(self._plane)
        tokens = theme.current()
        classes = [str(name) for name in frame.info.get("classes", ())]
        colors = [tokens.series_color(i) for i in range(len(classes))]
        points, labels = frame.arrays["points"], frame.arrays["labels"]
        self._plane.set_surface(
            frame.arrays["surface"], frame.arrays["certainty"], frame.info["extent"], colors
        )
        self._plane.set_groups(
            [(classes[c], points[labels == c], colors[c], 5.0) for c in range(len(classes))]
        )
        self._caption.setText(_("What is answered at every place; paler is less certain"))

    def _paint_predictions(self, frame: Frame) -> None:
        wrong = frame.arrays["labels"] != frame.arrays["predicted"]
        chosen = np.flatnonzero(wrong) if self._mistakes.isChecked() else np.arange(len(wrong))
        captions = [_answer(frame, int(index)) for index in chosen]
        if "images" in frame.arrays:
            self._views.setCurrentWidget(self._sheet)
            self._grid.set_images(frame.arrays["images"][chosen], captions)
        else:
            self._views.setCurrentWidget(self._table)
            self._fill_table(frame, chosen, captions)
        self._caption.setText(
            _("Worst first: {wrong} of these {count} answers are wrong").format(
                wrong=int(wrong.sum()), count=len(wrong)
            )
        )

    def _fill_table(self, frame: Frame, chosen: np.ndarray, captions: list[Caption]) -> None:
        inputs = frame.arrays["inputs"]
        names = [str(name) for name in frame.info.get("features", ())][:FEATURES_SHOWN]
        width = min(inputs.shape[1], FEATURES_SHOWN)
        names = names or [_("value {number}").format(number=i + 1) for i in range(width)]
        heads = [_("Answer"), _("Truth"), _("Certainty"), *names[:width]]
        classes = frame.info.get("classes", ())
        self._table.setColumnCount(len(heads))
        self._table.setHorizontalHeaderLabels(heads)
        self._table.setRowCount(len(chosen))
        tokens = theme.current()
        for row, index in enumerate(chosen):
            label = int(frame.arrays["labels"][index])
            cells = [
                captions[row].text,
                str(classes[label]),
                f"{float(frame.arrays['confidence'][index]):.0%}",
                *(f"{value:.3g}" for value in inputs[index, :width]),
            ]
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column == 0:
                    item.setForeground(tokens.color(captions[row].tone))
                self._table.setItem(row, column, item)

    def _again(self, *_args: object) -> None:
        self.invalidate()
        self.refresh()


def _answer(frame: Frame, index: int) -> Caption:
    """The answer with a mark that says right or wrong without colour."""
    classes = frame.info.get("classes", ())
    label = int(frame.arrays["labels"][index])
    answer = int(frame.arrays["predicted"][index])
    certainty = float(frame.arrays["confidence"][index])
    truth, said = str(classes[label]), str(classes[answer])
    tip = _("truth: {truth}\nanswer: {answer} ({certainty:.0%} certain)").format(
        truth=truth, answer=said, certainty=certainty
    )
    if label == answer:
        return Caption(f"✓ {said}", "good", tip)
    return Caption(f"✗ {said}", "bad", tip)


def _make_table() -> QTableWidget:
    table = QTableWidget()
    table.setObjectName("samplesTable")
    table.setAccessibleName(_("Answers"))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table
