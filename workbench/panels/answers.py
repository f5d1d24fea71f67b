"""What a network answers for examples that it has not learned from: mistakes, calibration, ranking, residuals."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.data.base import DataInfo
from engine.objectives.base import objective_of
from projects.schema import Project
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.page_tabs import PageTabs
from widgets.tall import Tall
from workbench.answers import views
from workbench.answers.answered import STREAM, answered_of, examples_of, frames_until
from workbench.answers.base import Page, View
from workbench.panels.timed import TimedPanel


class AnswersPanel(TimedPanel):
    """Views of the answers of an evaluation, each with a tab, and a time line."""

    name: ClassVar[str] = "answers"
    title: ClassVar[str] = N_("Answers")
    stream: ClassVar[str] = STREAM
    rate: ClassVar[float] = 2.0
    order: ClassVar[int] = 36
    empty: ClassVar[str] = N_(
        "After every evaluation: the worst and the most surprising mistakes with their examples, how far "
        "probabilities can be believed, ROC and precision–recall curves; of numbers the residuals."
    )

    def build(self) -> QWidget:
        """Make the tabs, room for the views, and the time line."""
        self._views: dict[type[View], View] = {}
        self._places: dict[type[View], Tall] = {}
        self._offered: list[type[View]] = []
        self._kind = ""
        self._tabs = PageTabs(_("Views of the answers"))
        self._tabs.currentChanged.connect(self._again)
        self._pages = QStackedWidget()
        self._words = ElidedLabel()
        self._words.setObjectName("hint")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        top = QHBoxLayout()
        top.addWidget(self._tabs, 1)
        top.addWidget(self.menu_button)
        column.addLayout(top)
        column.addWidget(self._words)
        column.addWidget(self._pages, 1)
        column.addWidget(self.time_line())
        return page

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether answers of the project are kept."""
        return STREAM in objective_of(project).probes

    def version(self) -> int:
        """Changes with the examples as well."""
        return self.run.version(self.stream) + self.run.version("examples") if self.run else 0

    def paint(self) -> bool:
        """Show the evaluation that the time line has chosen."""
        frame = self.chosen()
        if frame is None or self.run is None:
            return False
        answered = answered_of(frame)
        self._offer(answered.kind)
        view = self._view()
        self._pages.setCurrentWidget(self._places[type(view)])
        page = Page(answered, examples_of(self.run), frames_until(self.run, frame.step))
        self._words.setText(view.paint(page))
        return True

    def filmed(self) -> QWidget:
        """The view that is shown."""
        return self._pages

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for view in self._views.values():
            view.retheme()

    def choose(self, name: str) -> None:
        """Turn to a view."""
        for place, view in enumerate(self._offered):
            if view.name == name:
                self._tabs.setCurrentIndex(place)

    def _offer(self, kind: str) -> None:
        """Offer the views that have something to show of a kind of answers."""
        if kind == self._kind:
            return
        self._kind = kind
        self._offered = [view for view in views() if kind in view.kinds]
        self._tabs.blockSignals(True)
        while self._tabs.count():
            self._tabs.removeTab(0)
        for view in self._offered:
            self._tabs.addTab(self._made(view).title(kind))
        self._tabs.blockSignals(False)

    def _made(self, kind: type[View]) -> View:
        if kind not in self._views:
            self._views[kind] = view = kind()
            view.again = self._again
            self._places[kind] = place = Tall(view.widget, kind.least)
            self._pages.addWidget(place)
        return self._views[kind]

    def _view(self) -> View:
        return self._made(self._offered[max(0, self._tabs.currentIndex())])
