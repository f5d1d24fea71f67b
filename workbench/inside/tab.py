"""The Inside tab: what is in the networks of the run that is shown, seen in one of many ways."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.client import Engines
from engine.inside.base import VIEWS
from engine.protocol import Example, Insides, Inspect, Inspected
from projects.errors import Problem
from projects.schema import Plug
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.empty_state import EmptyState
from widgets.plots.flow import FlowLayout
from widgets.progress import Progress
from widgets.timers import single_shot
from widgets.topics import TOPIC
from workbench.artist import Artist
from workbench.choices import State
from workbench.inside import pictures
from workbench.inside.base import Answer, Picture
from workbench.inside.example_row import ExampleRow
from workbench.inside.offered import LayerBox, MomentBox
from workbench.inside.page import Page, Stage
from workbench.inside.side import Side
from workbench.panels.saver import Saver
from workbench.panels.saving import Table, frame_table
from workbench.problem_words import capital, said
from workbench.rundata import ODD, Frame, RunData

REST_MS, IDLE_MS, SLOW_MS = 120, 60_000, 300
PATIENT_MS = 3_000  # instead of the last, where what is asked again is seen already
LIVE_RATE = 1.0  # a second, at most, that newer weights of a training are looked at
LIVE_SHARE = 1 / 3  # of the time, that this may take the engine which looks
INSIDES, LOOK = "insides", "look"
Known = tuple[str, int | None, int | None]
LEAST = (340, 200)
NOTHING: Known = ("", None, None)


class InsideTab(QWidget):
    """A list of views, the settings of the chosen one, and what it sees.

    An engine is leased while the tab is looked at, and for a minute after.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Signals:
        train_wanted: There is no run yet.
        said(title, text, good): Something was saved, or could not be.
    """

    train_wanted = Signal()
    said = Signal(str, str, bool)

    def __init__(self, engines: Engines, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideTab")
        self.setMinimumSize(*LEAST)  # else its forms would decide how low the window may be
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.artist = Artist(engines, self)
        self.artist.answered.connect(self._answered)
        self.artist.stage.connect(self._show_stage)
        self.artist.failed.connect(self._failed)
        self._run: RunData | None = None
        self._known = NOTHING  # of which run, checkpoint and glimpse it knows the insides
        self._asked_at = self._rested_at = 0.0
        self._asked: Inspect | None = None
        self._insides: Insides | None = None
        self._opening = False
        self._side = Side()
        self._side.chosen.connect(self._choose_view)
        self._pictures: dict[str, Picture] = {}
        self._answer: Answer | None = None
        self._rest = single_shot(self, REST_MS, self._ask)
        self._side.edited.connect(self._rest.start)
        self._idle = single_shot(self, IDLE_MS, self.artist.close)
        self._slow = single_shot(self, SLOW_MS, lambda: self._progress.show())
        page = Page(self._side, self._make_middle())
        self._nothing = EmptyState(
            _("Nothing to look into yet"),
            _(
                "The networks of a trained run show here what is inside of them: filters and features, what "
                "excites a unit, where an answer comes from, maps of the data, the loss around the weights."
            ),
            _("Train"),
        )
        self._nothing.clicked.connect(self.train_wanted)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(page)
        theme.notifier().changed.connect(self._retheme)
        self._side.choose(next(iter(VIEWS)).tag())

    # ----------------------------------------------------------------------------------- making

    def _make_middle(self) -> QWidget:
        self._layer, self._moment = LayerBox(), MomentBox()
        for box in (self._layer, self._moment):
            box.activated.connect(self._rest.start)
        self._example = ExampleRow()
        self._example.changed.connect(self._rest.start)
        tools = FlowLayout(gap=theme.GAP)
        saver = Saver(self, self._stem, self._seen, self._table, self.said.emit)
        self._menu = saver.button()
        for widget in (self._moment, self._layer, self._example, self._menu):
            tools.addWidget(widget)
        self._words = ElidedLabel()
        self._words.setObjectName("insideWords")
        self._words.setProperty("role", "hint")
        self._views = Stage()
        self._problem = EmptyState(_("This cannot be seen here"), "")
        self._waiting = QWidget()  # nothing is known yet, or no more
        for page in (self._waiting, self._problem):
            self._views.addWidget(page)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.PAD)
        column.setSpacing(theme.GAP)
        column.addLayout(tools)
        column.addWidget(self._words)
        column.addWidget(self._make_progress())
        column.addWidget(self._views, 1)
        return middle

    def _make_progress(self) -> QWidget:
        self._progress = QWidget()
        self._stage = QLabel()
        self._stage.setProperty("role", "hint")
        self._bar = Progress("insideBar", _("Progress"))
        self._stop = QPushButton(_("Stop"))
        self._stop.setObjectName("insideStop")
        self._stop.setAccessibleName(self._stop.text())
        self._stop.clicked.connect(self._give_up)
        row = QHBoxLayout(self._progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._stage)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        self._progress.hide()
        return self._progress

    # ----------------------------------------------------------------------------------- told

    @property
    def layer(self) -> str:
        """The layer that somebody chose, here or on the canvas, ``network/node``; empty where nobody did."""
        return self._layer.chosen

    def remembered(self) -> State:
        """Return what is chosen here; the layer is left out, because it follows the canvas."""
        chosen = {"moment": self._moment.chosen, "example": self._example.example}
        return {**self._side.remembered(), **chosen}

    def restore(self, state: State) -> None:
        """Choose it again."""
        self._side.restore(state)
        self._moment.restore(state["moment"])
        example = state["example"]
        assert isinstance(example, Example)
        self._example.restore(example)

    def show_run(self, run: RunData | None) -> None:
        """Look into another run."""
        self._run = run
        self._refresh()

    def refresh(self) -> None:
        """Look again where the run has newer weights; called now and then.

        What is being looked at comes to its end first, and what takes long is looked at more rarely.
        """
        now = self._now()
        if not self.isVisible() or self.artist.busy or self._rest.isActive() or now == self._known:
            return
        if now[:2] != self._known[:2] or monotonic() >= self._rested_at:
            self._refresh()

    @property
    def live(self) -> bool:
        """Whether weights are looked at that move as long as the run is trained."""
        moving = self._insides is None or self._side.view.of_moments or self._moment.moving
        return self.isVisible() and moving and self._run is not None and self._run.active

    def choose_layer(self, place: str) -> None:
        """Look at a layer, ``network/node``, as soon as it is known that the run has it."""
        if self._layer.want(place):
            self._rest.start()

    def look_at(self, path: Path) -> None:
        """Look at the first example of a file, in a view that is about one example."""
        if not self._side.view.of_example:
            self._side.choose(next(view.tag() for view in VIEWS if view.of_example))
        self._example.set_file(str(path))

    # ----------------------------------------------------------------------------------- saving

    def _stem(self) -> str:
        run = Path(self._run.path).name if self._run is not None else ""
        return f"{run}-{self._side.view.tag()}"

    def _seen(self) -> QWidget | None:
        """What shows the answer, while there is one to see."""
        shown = self._views.currentWidget()
        return None if shown in (self._waiting, self._problem) else shown

    def _table(self) -> Table | None:
        answer = self._answer
        if answer is None:
            return None
        return frame_table(Frame(answer.step, dict(answer.arrays), dict(answer.info)))

    # ----------------------------------------------------------------------------------- asking

    def showEvent(self, event: QShowEvent) -> None:
        """Look, as soon as it is looked at."""
        super().showEvent(event)
        self._idle.stop()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give up what takes long, and the engine a minute later."""
        super().hideEvent(event)
        self._rest.stop()
        if self._opening or self._insides is None:
            self._known = NOTHING  # to be asked again
        self._give_up()
        self._idle.start()

    @property
    def _without_weights(self) -> bool:
        """Whether a training has only begun: it has no folder, or none of its weights are written."""
        run = self._run
        if run is None or not run.active:
            return False
        return run.state == "starting" or (run.glimpsed is None and not run.checkpoints)

    def _now(self) -> Known:
        run = self._run
        return (run.path, run.saved, run.glimpsed) if run is not None else NOTHING

    def _refresh(self) -> None:
        there = self._run is not None and bool(self._run.path)
        self._pages.setCurrentIndex(1 if there else 0)
        if not there or not self.isVisible():
            return
        if self._known != self._now():
            assert self._run is not None
            if self._known[0] != self._run.path:
                self._give_up()
                self._insides = None
                self._show_tools()
                self._views.setCurrentWidget(self._waiting)
                self._say(_("Opening the run …"))
            if self._without_weights:
                return  # what tells of newer ones asks again
            self._give_up()
            self._known = self._now()
            self._opening = True
            self._asked_at = monotonic()
            self.artist.ask(INSIDES, Inspect(run=self._run.path))
        elif self._insides is not None:
            self._rest.start()

    def _choose_view(self) -> None:
        self.setProperty(TOPIC, VIEWS.key(self._side.view.tag()))
        self._show_tools()
        self._layer.turn_to(self._side.view)
        if self._insides is not None and self._views.currentWidget() is self._problem:
            # Which another view had; what cannot be opened has it for all of them.
            self._views.setCurrentWidget(self._waiting)
        self._rest.start()

    def _show_tools(self) -> None:
        """Show what can be chosen for a view, as soon as it is known what there is."""
        view, known = self._side.view, self._insides is not None
        self._layer.setVisible(view.of_layer and known)
        self._example.setVisible(view.of_example and known)
        self._moment.setVisible(not view.of_moments and known)
        self._menu.setVisible(known)

    def _ask(self) -> None:
        """Ask for what is chosen; what was asked before no longer counts. What there is comes first."""
        if self._run is None or self._insides is None or self._opening or not self.isVisible():
            return
        view = self._side.view
        request = Inspect(
            run=self._run.path,
            view=Plug(view.tag(), dict(self._side.params[view.tag()])),
            moment=str(self._moment.currentData() or "best"),
            layer=str(self._layer.currentData() or "") if view.of_layer else "",
            example=self._example.example,
        )
        self._give_up()
        again, self._asked = request == self._asked and self._seen() is not None, request
        self._asked_at = monotonic()
        self._stage.clear()
        self._bar.setValue(0)
        self._slow.start(PATIENT_MS if again else SLOW_MS)
        self.artist.ask(LOOK, request)

    def _give_up(self) -> None:
        self._opening = False
        self._slow.stop()
        self._progress.hide()
        self.artist.stop()

    # ----------------------------------------------------------------------------------- hearing

    def _answered(self, purpose: str, event: Inspected) -> None:
        if self._run is None or event.run != self._run.path:
            return
        if purpose == INSIDES:
            self._opening = False
            self._insides = event.insides
            self._offer()
            self._rest.start()
        elif purpose == LOOK:
            self._ended()
            arrays = {name: array.numpy() for name, array in event.arrays.items()}
            about = event.run, event.layer
            self._answer = Answer(arrays, event.info, event.moment.step, about)
            self._paint()

    def _offer(self) -> None:
        """Offer the layers, weights and classes that there are."""
        assert self._insides is not None
        assert self._run is not None
        self._layer.offer(self._insides.layers, self._side.view)
        self._moment.offer(self._insides.moments, self._run)
        self._example.set_data(self._insides.data)
        self._show_tools()

    def _paint(self) -> None:
        answer = self._answer
        if answer is None:
            return
        try:
            picture = self._picture_of(answer)
            words = picture.paint(answer)
        except ODD as error:
            self._show_problem(_("What was seen cannot be shown: {error}").format(error=error))
            return
        self._say(words)
        self._views.setCurrentWidget(picture.widget)

    def _picture_of(self, answer: Answer) -> Picture:
        """What shows answers of this kind; made when there is the first one to show."""
        kind = str(answer.info["kind"])
        if kind not in self._pictures:
            made = pictures()[kind]()
            made.choose = self._choose_example
            self._pictures[kind] = made
            self._views.addWidget(made.widget)
        return self._pictures[kind]

    def _choose_example(self, place: int) -> None:
        """An example that was clicked is the one that views of one example look at."""
        params = self._side.params[self._side.view.tag()]
        self._example.choose(str(params.get("split", "validation")), place)

    def _failed(self, problem: Problem) -> None:
        self._ended()
        self._opening = False
        self._answer = None
        self._show_problem(said(problem))

    def _show_problem(self, words: str) -> None:
        self._say("")
        self._problem.set_words(_("This cannot be seen here"), words)
        self._views.setCurrentWidget(self._problem)

    def _say(self, words: str) -> None:
        self._words.setText(words)

    def _show_stage(self, text: str, share: float) -> None:
        self._stage.setText(f"{capital(text)} …")
        self._bar.show_share(share)

    def _ended(self) -> None:
        now = monotonic()
        self._rested_at = now + (now - self._asked_at) * (1 / LIVE_SHARE - 1)
        self._slow.stop()
        self._progress.hide()

    def _retheme(self) -> None:
        for picture in self._pictures.values():
            picture.retheme()
        self._paint()
