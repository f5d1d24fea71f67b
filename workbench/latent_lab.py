"""The latent lab: what a trained generator or decoder makes of latents that a person chooses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.client import Engines
from engine.latents import WIDEST, Latents, between, sum_of, truncated, walk
from engine.objectives.base import objective_of
from engine.protocol import Array, Draw, Drawn
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.flow import FlowLayout
from widgets.topics import TOPIC
from workbench.artist import Artist
from workbench.latent_sheet import LatentSheet

SAMPLES, STRIP, WALK_STEPS = 48, 9, 16
WALK_MS = 70
STRIP_HEIGHT = 96  # pixels of a row of images
FINEST = 1000  # places of the slider of the way
TENTHS = 10  # places of the slider of truncation for a standard deviation
LETTERS = ("A", "B", "C")


def draws(project: Project) -> bool:
    """Whether networks of a project draw examples from latents."""
    return objective_of(project).latents


class LatentLab(QDialog):
    """Samples of a run on a sheet; between those that are chosen there are ways, sums and a walk.

    Args:
        run: The run folder.
        label: The run's name that people read.
        engines: The window's engines; one is leased while the lab is open.
        parent: The window.
    """

    def __init__(
        self, run: Path, label: str, engines: Engines, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("latentLab")
        self.setProperty(TOPIC, "article/autoencoders_and_vaes")
        self.setWindowTitle(_("Latent lab: {run}").format(run=label))
        self.resize(1040, 680)
        self._run = str(run)
        self._seed = 0
        self._latents: Latents = np.zeros((0, 1), np.float32)
        self._distribution = "normal"
        self._chosen = dict(enumerate(LETTERS))  # index of a sample → its letter
        self._walked: list[Array] = []
        self._at = 0
        self._samples: dict[str, Array] = {}
        self.artist = Artist(engines, self)
        self.artist.answered.connect(self._drawn)
        self.artist.failed.connect(self._failed)
        self._walking = QTimer(self)
        self._walking.setInterval(WALK_MS)
        self._walking.timeout.connect(self._walk_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PAD, theme.PAD, theme.PAD, theme.PAD)
        row.setSpacing(2 * theme.PAD)
        row.addLayout(self._make_samples(), 1)
        row.addLayout(self._make_ways(), 1)
        theme.notifier().changed.connect(self._retheme)
        self._ask_for_samples()

    # ----------------------------------------------------------------------------------- making

    def _make_samples(self) -> QVBoxLayout:
        self._words = ElidedLabel(_("Opening the run …"))
        self._words.setObjectName("latentWords")
        self._words.setProperty("role", "hint")
        self._sheet = LatentSheet(_("Samples to choose from"))
        self._sheet.chosen.connect(self._choose)
        self._slots = QButtonGroup(self)
        slots = FlowLayout(gap=theme.GAP)
        slots.addWidget(QLabel(_("A click chooses")))
        for number, letter in enumerate(LETTERS):
            button = QPushButton(letter)
            button.setObjectName(f"latentSlot{letter}")
            button.setAccessibleName(_("A click chooses {letter}").format(letter=letter))
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setProperty("segment", True)
            self._slots.addButton(button, number)
            slots.addWidget(button)
        self._others = QPushButton(_("Other samples"))
        self._others.setObjectName("latentOthers")
        self._others.clicked.connect(self._draw_others)
        self._raw = QCheckBox(_("Weights as they learn"))
        self._raw.setObjectName("latentRaw")
        self._raw.setToolTip(_("In place of their average"))
        self._raw.toggled.connect(self._redraw)
        self._raw.hide()
        self._class = QComboBox()
        self._class.setObjectName("latentClass")
        self._class.setAccessibleName(_("Class"))
        self._class.currentIndexChanged.connect(self._redraw)
        self._class.hide()
        for widget in (self._others, self._class, self._raw):
            slots.addWidget(widget)
        self._limit, limit_row = self._slider(
            "latentTruncation", _("Truncation"), int(WIDEST * TENTHS), int(WIDEST * TENTHS)
        )
        self._limit.setMinimum(1)
        self._limit.setToolTip(
            _("Latents nearer to the middle: fewer odd samples, less variety (BigGAN)")
        )
        self._limit_words = QLabel()
        self._limit_words.setObjectName("hint")
        self._limit_words.setMinimumWidth(40)
        limit_row.addWidget(self._limit_words)
        self._limit.valueChanged.connect(self._redraw)
        column = QVBoxLayout()
        column.setSpacing(theme.GAP)
        column.addWidget(self._words)
        column.addLayout(slots)
        column.addWidget(self._sheet, 1)
        column.addLayout(limit_row)
        return column

    def _make_ways(self) -> QVBoxLayout:
        self._strip = LatentSheet(_("The way from A to B"), choosing=False)
        self._here = LatentSheet(_("A place on the way"), choosing=False)
        self._sum = LatentSheet(_("A minus B plus C"), choosing=False)
        self._spherical = QCheckBox(_("Along the sphere"))
        self._spherical.setObjectName("latentSpherical")
        self._spherical.setToolTip(_("Keeps the lengths that a generator knows; else straight"))
        self._spherical.setChecked(True)
        self._spherical.toggled.connect(self._ask_for_ways)
        self._place, place_row = self._slider("latentPlace", _("A to B"), FINEST, FINEST // 2)
        self._place.valueChanged.connect(self._ask_for_ways)
        place_row.addWidget(self._spherical)
        self._walk = QPushButton(_("Walk"))
        self._walk.setObjectName("latentWalk")
        self._walk.setCheckable(True)
        self._walk.setToolTip(_("From A to B to C and round again"))
        self._walk.toggled.connect(self._set_walking)
        place_row.addWidget(self._walk)
        self._here_title = _heading(_("Place on the way"))
        column = QVBoxLayout()
        column.setSpacing(theme.GAP)
        column.addWidget(_heading(_("Way from A to B")))
        self._strip.mark({0: LETTERS[0], STRIP - 1: LETTERS[1]})
        column.addWidget(self._strip, 2)
        column.addLayout(place_row)
        below = QHBoxLayout()
        below.setSpacing(theme.PAD)
        for heading, sheet in (
            (self._here_title, self._here),
            (_heading(_("A − B + C")), self._sum),
        ):
            side = QVBoxLayout()
            side.addWidget(heading)
            side.addWidget(sheet, 1)
            below.addLayout(side, 1)
        column.addLayout(below, 3)
        return column

    def _slider(self, name: str, words: str, most: int, value: int) -> tuple[QSlider, QHBoxLayout]:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(name)
        slider.setAccessibleName(words)
        slider.setRange(0, most)
        slider.setValue(value)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        label = QLabel(words)
        label.setBuddy(slider)
        row.addWidget(label)
        row.addWidget(slider, 1)
        return slider, row

    # ----------------------------------------------------------------------------------- asking

    def _draw(self, latents: Latents) -> Draw:
        cut = truncated(latents, self._limit.value() / TENTHS, self._distribution)
        label = self._class.currentIndex() - 1 if self._class.isVisibleTo(self) else -1
        return Draw(run=self._run, latents=Array.of(cut), label=label, raw=self._raw.isChecked())

    def _ask_for_samples(self) -> None:
        self.artist.ask("first", Draw(run=self._run, count=SAMPLES, seed=self._seed))

    def _draw_others(self) -> None:
        self._seed += 1
        self._ask_for_samples()

    def _redraw(self, *_args: object) -> None:
        """Other weights, another class or truncation: everything is drawn again."""
        limit = self._limit.value() / TENTHS
        self._limit_words.setText(_("none") if limit >= WIDEST else f"{limit:.1f} σ")
        if len(self._latents):
            self.artist.ask("samples", self._draw(self._latents))
            self._ask_for_ways()

    def _ask_for_ways(self, *_args: object) -> None:
        """The strip, the place on the way and the sum come in one answer."""
        if not len(self._latents):
            return
        a, b, c = self._three()
        spherical = self._spherical.isChecked()
        place = np.array([self._place.value() / FINEST])
        rows = [
            between(a, b, np.linspace(0, 1, STRIP), spherical),
            between(a, b, place, spherical),
            sum_of(a, b, c)[None],
        ]
        self.artist.ask("ways", self._draw(np.concatenate(rows)))
        if self._walk.isChecked():
            self._ask_for_walk()

    def _ask_for_walk(self) -> None:
        way = walk(np.stack(self._three()), WALK_STEPS, self._spherical.isChecked())
        self.artist.ask("walk", self._draw(way))

    def _three(self) -> list[Latents]:
        places = {letter: index for index, letter in self._chosen.items()}
        return [self._latents[places[letter]] for letter in LETTERS]

    # ----------------------------------------------------------------------------------- hearing

    def _drawn(self, purpose: str, answer: Drawn) -> None:
        if purpose == "first":
            self._latents = answer.arrays["latents"].numpy()
            self._distribution = answer.distribution
            self._offer(answer)
            self._redraw()
        if purpose in ("first", "samples"):
            self._samples = dict(answer.arrays)
            self._sheet.show_samples(answer.arrays)
            self._sheet.mark(self._chosen)
            words = _("{count} samples at step {step:,}; choose three of them")
            self._words.setText(words.format(count=len(self._latents), step=answer.step))
        elif purpose == "ways":
            self._show_part(self._strip, answer, 0, STRIP)
            self._show_part(self._sum, answer, STRIP + 1, STRIP + 2)
            if not self._walk.isChecked():
                self._show_part(self._here, answer, STRIP, STRIP + 1)
        elif purpose == "walk":
            name = _shown_in(answer)
            self._walked = [Array.of(one[None]) for one in answer.arrays[name].numpy()]

    def _show_part(self, sheet: LatentSheet, answer: Drawn, start: int, stop: int) -> None:
        name = _shown_in(answer)
        if name == "images":
            self._strip.setMaximumHeight(STRIP_HEIGHT)
        part = Array.of(answer.arrays[name].numpy()[start:stop])
        sheet.show_samples({name: part}, self._samples)

    def _offer(self, answer: Drawn) -> None:
        """Offer what there is to choose of this run."""
        self._raw.setVisible(answer.averaged)
        if answer.classes and not self._class.count():
            self._class.blockSignals(True)
            self._class.addItem(_("every class"))
            self._class.addItems(list(answer.classes))
            self._class.blockSignals(False)
        self._class.setVisible(bool(answer.classes))

    def _failed(self, problem: Problem) -> None:
        self._words.setText(f"{problem.message} {problem.hint}".strip())

    # ----------------------------------------------------------------------------------- doing

    def _choose(self, index: int) -> None:
        """Give the sample the letter whose turn it is; two letters that meet change places."""
        turn = self._slots.checkedId()
        letter = LETTERS[turn]
        before = next(place for place, other in self._chosen.items() if other == letter)
        other = self._chosen.pop(index, "")
        self._chosen.pop(before, None)
        self._chosen[index] = letter
        if other and other != letter:
            self._chosen[before] = other
        self._slots.button((turn + 1) % len(LETTERS)).setChecked(True)
        self._sheet.mark(self._chosen)
        self._ask_for_ways()

    def _set_walking(self, on: bool) -> None:
        self._here_title.setText(_("Walk") if on else _("Place on the way"))
        if on:
            self._at = 0
            self._walked = []
            if len(self._latents):
                self._ask_for_walk()
            self._walking.start()
        else:
            self._walking.stop()
            self._ask_for_ways()

    def _walk_on(self) -> None:
        if self._walked:
            self._at = (self._at + 1) % len(self._walked)
            name = "images" if "images" in self._samples else "points"
            self._here.show_samples({name: self._walked[self._at]}, self._samples)

    def _retheme(self) -> None:
        for sheet in (self._sheet, self._strip, self._here, self._sum):
            sheet.retheme()

    def done(self, result: int) -> None:
        """Let go of the engine."""
        self._over()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of the engine."""
        self._over()
        super().closeEvent(event)

    def _over(self) -> None:
        self._walking.stop()
        self.artist.close()


def _shown_in(answer: Drawn) -> str:
    return "images" if "images" in answer.arrays else "points"


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("plotTitle")
    return label
