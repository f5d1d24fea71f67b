"""The gates of a recurrent layer over a sequence: what it keeps, forgets and writes, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.blocks import kinds_of
from engine.data.base import DataInfo
from engine.probes.gates import RECURRENT
from projects.figures import Read
from projects.schema import Project
from projects.translation import N_, ngettext
from projects.translation import gettext as _
from widgets import theme
from widgets.choice_box import ChoiceBox
from widgets.page_tabs import PageTabs
from widgets.plots.cells import CellMap
from widgets.plots.chart import Chart, Cloud, Line
from widgets.plots.flow import FlowLayout
from widgets.plots.marks import Marks
from widgets.plots.steps import AXIS_WIDTH, StepCurve, StepsPlot
from workbench.panels.timed import TimedPanel
from workbench.sequences.gate_words import gate_label, gate_name, gate_words, memory_words
from workbench.sequences.recurrence import SHARES, Recurrence, recurrence_of

OVER, UNITS, MEMORY = range(3)
MEAN = -1
SQUARE = 1
STRIP = 84  # pixels of what is read
HIGH = 400  # pixels of the panel from which on there is room for it


class GatesPanel(TimedPanel):
    """Curves over the sequence, a map of units over steps, and how long the memory lasts."""

    name: ClassVar[str] = "gates"
    title: ClassVar[str] = N_("Gates")
    stream: ClassVar[str] = "gates"
    rate: ClassVar[float] = 1.0
    order: ClassVar[int] = 37
    least: ClassVar[int] = 300
    empty: ClassVar[str] = N_(
        "While a recurrent layer reads a sequence: what its gates keep, forget and write at every step, unit "
        "by unit, and for how many steps it remembers."
    )

    def build(self) -> QWidget:
        """Make the choices, the three views and the time line."""
        self._tabs = PageTabs(_("Views of the gates"))
        for words in (_("Over the sequence"), _("Units"), _("Memory")):
            self._tabs.addTab(words)
        self._tabs.currentChanged.connect(self._again)
        self._example = ChoiceBox("gatesExample", _("Which example is read"))
        self._unit = ChoiceBox("gatesUnit", _("Which unit"))
        self._gate = ChoiceBox("gatesGate", _("Which gate or state"))
        for choice in (self._example, self._unit, self._gate):
            choice.currentIndexChanged.connect(self._again)
        self._offered: tuple[object, ...] = ()
        self._words = QLabel()
        self._words.setObjectName("hint")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._pages = QStackedWidget()
        for page in (self._make_curves(), self._make_units(), self._make_memory()):
            self._pages.addWidget(page)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        top = QHBoxLayout()
        top.addWidget(self._tabs, 1)
        top.addWidget(self.menu_button)
        column.addLayout(top)
        tools = FlowLayout(gap=theme.GAP)
        for choice in (self._example, self._unit, self._gate):
            tools.addWidget(choice)
        column.addLayout(tools)
        column.addWidget(self._words)
        column.addWidget(self._pages, 1)
        column.addWidget(self.time_line())
        return page

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether the project has a recurrent layer."""
        return bool(kinds_of(project) & RECURRENT)

    def filmed(self) -> QWidget:
        """The view that is shown."""
        return self._pages

    def paint(self) -> bool:
        """Show the picture that the time line has chosen."""
        frame = self.chosen()
        if frame is None:
            return False
        read = recurrence_of(frame)
        self._offer(read)
        example = max(0, self._example.currentIndex())
        view = max(0, self._tabs.currentIndex())
        self._unit.setVisible(view == OVER)
        self._gate.setVisible(view == UNITS)
        self._pages.setCurrentIndex(view)
        (self._paint_curves, self._paint_units, self._paint_memory)[view](read, example)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size has room for other parts."""
        super().resizeEvent(event)
        self.invalidate()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for plot in (self._shares, self._states, self._strip, self._map, self._left, self._lengths):
            plot.retheme()

    # --------------------------------------------------------------------------------- making

    def _make_curves(self) -> QWidget:
        self._marks = Marks()
        self._shares = StepsPlot(_("Gates over the sequence"))
        self._states = StepsPlot(_("States over the sequence"))
        self._strip = CellMap(_("What is read"))
        self._strip.setFixedHeight(STRIP)
        self._strip.set_left(AXIS_WIDTH)
        self._shares.set_named(False)
        self._shares.plot.getAxis("left").setTicks([[(x, f"{x:g}") for x in (0.0, 0.5, 1.0)]])
        return _column(self._marks, self._shares, self._states, self._strip)

    def _make_units(self) -> QWidget:
        self._map = CellMap(_("Units over the sequence"))
        self._scale_words = QLabel()
        self._scale_words.setObjectName("hint")
        return _column(self._map, self._scale_words, large=0)

    def _make_memory(self) -> QWidget:
        self._left = StepsPlot(_("What is left at the end"))
        self._lengths = Chart(_("How long each unit remembers"))
        self._lengths.plot.setMouseEnabled(x=False, y=False)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.PAD)
        for title, plot in (
            (_("Left at the end, by step"), self._left),
            (_("Steps remembered"), self._lengths),
        ):
            heading = QLabel(title)
            heading.setObjectName("plotTitle")
            heading.setWordWrap(True)
            side = QVBoxLayout()
            side.setSpacing(2)
            side.addWidget(heading)
            side.addWidget(plot, 1)
            row.addLayout(side, 1)
        return page

    def _offer(self, read: Recurrence) -> None:
        """Offer the examples, units and gates of this layer; what was chosen stays."""
        names = [read.name_of(example) for example in range(read.examples)]
        units = read.units["h"].shape[2]
        offered = (tuple(names), units, read.kind, read.all_units)
        if offered == self._offered:
            return
        self._offered = offered
        self._example.fill([(name, place) for place, name in enumerate(names)])
        mean = ngettext("Mean of {count} unit", "Mean of all {count} units", read.all_units).format(
            count=read.all_units
        )
        single = [(_("Unit {number}").format(number=i + 1), i) for i in range(units)]
        self._unit.fill([(mean, MEAN), *single])
        self._gate.fill([(gate_name(read.kind, g), g) for g in read.gates])

    # --------------------------------------------------------------------------------- painting

    def _paint_curves(self, read: Recurrence, example: int) -> None:
        unit = self._unit.currentData()
        unit = MEAN if unit is None else int(unit)
        tokens = theme.current()
        words = read.words_of(example)
        curves: dict[bool, list[StepCurve]] = {True: [], False: []}
        marks = []
        for place, letter in enumerate(read.gates):
            values = read.means[letter][example]
            if unit != MEAN:
                values = read.units[letter][example, :, unit]
            color = tokens.series_color(place)
            curves[letter in SHARES].append(StepCurve(letter, values, color, letter == "h"))
            marks.append((SQUARE, gate_label(letter), color))
        self._marks.set_marks(marks)
        self._shares.setVisible(bool(curves[True]))
        self._shares.set_curves(curves[True], words, (0.0, 1.0))
        self._states.set_curves(curves[False], words)
        inputs = read.inputs
        shown = inputs is not None and self.height() >= HIGH
        self._states.set_named(not shown)
        self._strip.setVisible(shown)
        if inputs is not None and shown:
            values = inputs[example].T
            names = [""] * len(values)
            colors = [tokens.color("surface"), tokens.color("text")]
            self._strip.set_cells(values, names, words, _ends(inputs), colors)
        self._words.setText(_curve_words(read, unit == MEAN))

    def _paint_units(self, read: Recurrence, example: int) -> None:
        letter = str(self._gate.currentData() or read.gates[0])
        values = read.units[letter][example].T
        tokens = theme.current()
        scale, colors = (0.0, 1.0), [tokens.color("surface"), tokens.color("accent")]
        if letter not in SHARES:
            most = max(1e-9, float(np.abs(values[np.isfinite(values)]).max(initial=0)))
            most = 1.0 if letter in "gnh" else most
            scale, colors = (-most, most), diverging()
        names = [str(unit + 1) for unit in range(len(values))]
        self._map.set_axes("", _("unit"))
        self._map.set_cells(values, names, read.words_of(example), scale, colors)
        few = ""
        if len(values) < read.all_units:
            few = _(" · the first {count} of {all} units").format(
                count=len(values), all=read.all_units
            )
        ends = (
            _("pale {low:.3g}, strong {high:.3g}")
            if letter in SHARES
            else _("blue {low:.3g}, orange {high:.3g}")
        )
        self._scale_words.setText(ends.format(low=Read(scale[0]), high=Read(scale[1])) + few)
        self._words.setText(gate_words(read.kind, letter))

    def _paint_memory(self, read: Recurrence, example: int) -> None:
        tokens = theme.current()
        self._words.setText(memory_words(read, example))
        for plot in (self._left, self._lengths):
            plot.setVisible(read.memory is not None and bool(np.isfinite(read.memory).any()))
        if read.memory is None or read.left is None or not np.isfinite(read.memory).any():
            return
        curve = StepCurve(_("left"), read.left[example], tokens.color("accent"))
        self._left.set_curves([curve], read.words_of(example), (0.0, 1.0))
        lengths = np.sort(read.memory[np.isfinite(read.memory)])[::-1]
        units = np.arange(1, len(lengths) + 1, dtype=np.float64)
        ends = np.array([0.0, max(1.0, float(len(lengths)))])
        steps = Line(ends, np.full(2, float(read.all_steps)), tokens.color("warning"), dashed=True)
        points = Cloud(units, np.log10(np.maximum(lengths, 1e-3)), tokens.color("accent"), size=5.0)
        self._lengths.plot.setLogMode(y=True)
        self._lengths.show_all([steps], [points], axes=(_("units"), ""))
        self._lengths.plot.getAxis("left").setTicks([_ticks([*lengths, read.all_steps])])


def _ticks(values: Sequence[float]) -> list[tuple[float, str]]:
    """Powers of ten, and halves and doubles of them where there are few, on a logarithmic axis."""
    low, high = (np.log10(max(f(values), 1e-3)) for f in (min, max))
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    digits = (1, 2, 5) if high - low < 2 else (1,)
    return [(p + float(np.log10(d)), f"{d * 10.0**p:g}") for p in powers for d in digits]


def _curve_words(read: Recurrence, mean: bool) -> str:
    where = read.layer.rpartition("/")[2]
    if read.depth > 1:
        where = _("{layer}, layer {depth}").format(layer=where, depth=read.depth)
    if read.backwards:
        where = _("{layer}, read backwards").format(layer=where)
    told = {
        "lstm": _("f keeps the cell, i writes into it, o shows it"),
        "gru": _(
            "z keeps the state, 1 − z lets new content in, r says how much of the past that looks at"
        ),
        "rnn": _("a simple RNN has no gates: its state is written anew at every step"),
    }
    few = _(" · below: the size of states") if mean else ""
    if read.steps < read.all_steps:
        few += _(" · the first {count} of {all} steps").format(count=read.steps, all=read.all_steps)
    return f"{where} · {told.get(read.kind, '')}{few}"


def diverging() -> list[QColor]:
    """Return colours from negative to positive values, with nothing in the middle."""
    tokens = theme.current()
    return [tokens.series_color(0), tokens.color("surface"), tokens.series_color(1)]


def _ends(values: np.ndarray) -> tuple[float, float]:
    there = values[np.isfinite(values)]
    return (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)


def _column(*widgets: QWidget, large: int | None = None) -> QWidget:
    """Widgets below each other; plots share the room."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.GAP // 2)
    for place, widget in enumerate(widgets):
        grows = isinstance(widget, StepsPlot) or place == large
        column.addWidget(widget, 1 if grows else 0)
    return page
