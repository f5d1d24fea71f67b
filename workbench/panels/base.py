"""What every live panel is; panels show a :class:`RunData` and know nothing of engines.

One timer of the window calls :meth:`Panel.refresh` on the panels that can be seen; a panel paints only
when the version of its stream has changed. A panel names the stream it shows, so wiring is generic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtWidgets import QGraphicsView, QMenu, QStackedLayout, QWidget

from engine.data.base import DataInfo
from engine.objectives.base import objective_of
from engine.probes.base import PROBES
from engine.runs.summary import was_never_trained
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import speaking
from widgets import theme
from widgets.empty_state import EmptyState
from widgets.tall import Tall
from widgets.topics import TOPIC
from workbench.choices import State, choose, chosen
from workbench.panels.menu import PanelMenuButton
from workbench.panels.saver import Saver
from workbench.panels.saving import Table, ask_path, frame_table
from workbench.problem_words import placed
from workbench.run_words import why_failed
from workbench.rundata import ODD, Frame, RunData

LEAST = (220, 120)
WAITING, SHOWN, UNMEASURED, UNTRAINED, DAMAGED, FAILED = range(6)
Overlay = Sequence[tuple[RunData, QColor]]


def _topic_of(stream: str) -> str:
    """The page about the probe that measures a stream."""
    return next((PROBES.key(p.tag()) for p in PROBES if p.stream == stream), "")


def can_be_seen(panel: QWidget) -> bool:
    """Whether something of a panel is on the screen; Qt calls visible what lies behind another tab too."""
    return panel.isVisible() and not panel.visibleRegion().isEmpty()


def is_game(project: Project) -> bool:
    """Whether networks of a project learn by playing against each other."""
    return objective_of(project).rivals


class Panel(QWidget):
    """Base of every panel.

    Class attributes:
        name: Its id, for settings and object names.
        title: What its tab says.
        short: What that says where there is little room; empty for the same.
        stream: The stream it shows: ``scalars`` or one of ``docs/protocol.md``.
        rate: Pictures a second that it asks for, and how often it is refreshed at most.
        order: Position among the tabs.
        least: Pixels of height that what it shows needs; in a lower place it scrolls. 0 where it makes do with any.
        empty: What will appear here, in a sentence.
        topic: The page of the textbook about it; that of the probe with this stream where it is empty.

    Attributes:
        run: The run that is shown, or None.
        menu_button: Opens what else can be done with the panel; for its row of tools.
        staggered: Whether a panel of several plots may draw them one after the other.
        measured: Whether the open project measures what this panel shows.

    Signals:
        action_wanted(name): The empty state's action was pressed; ``train`` or ``continue``.
        branch_wanted(path, step): A new run is to branch off from one that is shown.
        said(title, text, good): What was asked for is done, or could not be.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    short: ClassVar[str] = ""
    stream: ClassVar[str] = ""
    rate: ClassVar[float] = 2.0
    order: ClassVar[int] = 100
    least: ClassVar[int] = 0
    empty: ClassVar[str] = ""
    topic: ClassVar[str] = ""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        speaking(cls, "title", "short", "empty")

    action_wanted = Signal(str)
    branch_wanted = Signal(object, int)
    said = Signal(str, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"panel_{self.name}")
        self.setAccessibleName(self.title)
        self.setProperty(TOPIC, self.topic or _topic_of(self.stream))
        self.run: RunData | None = None
        self._shown: tuple[int, int] = (0, -1)
        # Else the widest tool would decide how narrow the window may be.
        self.setMinimumSize(*LEAST)
        self.menu_button = PanelMenuButton(self._fill_menu)
        self._saver = Saver(
            self,
            lambda: self._stem(self.name),
            lambda: self.picture_of() if self._there else None,
            self.table,
            self.said.emit,
        )
        self._stack = QStackedLayout(self)
        waiting = EmptyState(_("Nothing to show yet"), self.empty, _("Train"))
        waiting.clicked.connect(self._ask_to_train)
        self._stack.addWidget(waiting)
        self._built = self._building = False
        self._remembered: State = {}
        self._content = QWidget()  # empty until there is something to show
        self._stack.addWidget(self._content)
        words = _("{title} is no part of this project.").format(title=self.title)
        self._stack.addWidget(EmptyState(_("Not measured here"), words))
        imported = EmptyState(
            _("Not trained here yet"),
            _("These weights came from a file or from another run. {what}").format(what=self.empty),
            _("Continue training"),
        )
        imported.clicked.connect(self._ask_to_continue)
        self._stack.addWidget(imported)
        self._damaged = EmptyState("", "")
        self._stack.addWidget(self._damaged)
        self._failed = EmptyState("", "", _("Train"))
        self._failed.clicked.connect(self._ask_to_train)
        self._stack.addWidget(self._failed)
        self.measured = True
        self.staggered = False
        theme.notifier().changed.connect(self._retheme)

    # What a panel writes ------------------------------------------------------------------

    def build(self) -> QWidget:
        """Return the widget that shows the data; called once, before the first :meth:`paint`."""
        raise NotImplementedError

    def parts(self) -> Iterator[None]:
        """Make what :meth:`build` puts together, as far as that takes long; yields between two parts."""
        yield from ()

    def paint(self) -> bool:
        """Show what :attr:`run` holds; return whether there was anything to show."""
        raise NotImplementedError

    def retheme(self) -> None:
        """Take the colours of the theme that is in force now."""

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether there can be something to show of such a project; else the panel is not there.

        Args:
            project: The open project.
            data: What its data looks like, where that is known.
        """
        return True

    def choices(self) -> Sequence[tuple[str, Callable[[], None]]]:
        """What else can be done with what is shown: words of a menu and what they do."""
        return ()

    def chosen_frame(self) -> Frame | None:
        """The picture of its stream that is shown: the newest."""
        frames = self.run.frames.get(self.stream) if self.run is not None else None
        return frames.last if frames else None

    def table(self) -> Table | None:
        """The figures that are shown, with the step to which they belong; None for none."""
        frame = self.chosen_frame()
        return frame_table(frame) if frame is not None else None

    def picture_of(self) -> QWidget:
        """What a picture of the panel shows: all of it."""
        return self._content if self._there else self._stack.currentWidget() or self

    # What the window calls ----------------------------------------------------------------

    def set_measured(self, measured: bool) -> None:
        """Tell whether the open project measures what this panel shows."""
        self.measured = measured
        self.invalidate()
        self.refresh()

    def show_run(self, run: RunData | None) -> None:
        """Show another run."""
        self.run = run
        self.invalidate()
        self.refresh()

    def set_overlay(self, overlay: Overlay) -> None:
        """Show other runs beside the one that is shown; most panels show one run only."""

    def refresh(self) -> None:
        """Paint if it can be seen and something changed."""
        if self._building or not can_be_seen(self):
            return
        fate = self.run is not None and bool(why_failed(self.run))
        version = (id(self.run), 2 * self.version() + fate)
        if version == self._shown:
            return
        self._shown = version
        self.show_now()

    def show_now(self) -> None:
        """Paint, whether it can be seen or not; of a run that was read damage is expected, and said."""
        try:
            there = self.run is not None and self._painted()
        except ODD:
            if self.run is not None and self.run.active:
                raise
            self._stack.setCurrentIndex(self._say_damaged())
        else:
            self._stack.setCurrentIndex(SHOWN if there else self._without())

    def _painted(self) -> bool:
        """Paint; what shows the data is made at the first time, where it was not made ahead."""
        self._make()
        return self.paint()

    def ahead(self) -> Iterator[None]:
        """Make what shows the data while nobody waits for it; yields between two pieces."""
        for _piece in self.parts():
            if self._built:  # somebody could not wait
                return
            yield
        if not self._built:
            self._make()
            yield

    def _make(self) -> None:
        if self._built:
            return
        shown, front = self._shown, self._stack.currentIndex()
        self._building = True  # what is chosen at first is no reason to paint
        empty, self._content = self._content, self.build()
        choose(self._content, self._remembered)
        page = Tall(self._content, self.least) if self.least else self._content
        self._stack.insertWidget(SHOWN, page)
        self._stack.removeWidget(empty)
        empty.deleteLater()
        self._stack.setCurrentIndex(front)
        self._building, self._built = False, True
        self._shown = shown

    def remembered(self) -> State:
        """Return what is chosen with the panel's tools."""
        return chosen(self._content) if self._built else self._remembered

    def restore(self, state: State) -> None:
        """Choose it again: now, or when there is something to show."""
        self._remembered = state
        if self._built:
            choose(self._content, state)
            self._again()

    def _without(self) -> int:
        """Which page says why there is nothing to show."""
        if self.run is not None and self.run.damage is not None:
            return self._say_damaged(placed(self.run.damage))
        if not self.measured:
            return UNMEASURED
        if self.run is not None and (why := why_failed(self.run)):
            self._failed.set_words(_("This run failed"), why)
            return FAILED
        untrained = self.run is not None and was_never_trained(self.run.state)
        return UNTRAINED if untrained else WAITING

    def _say_damaged(self, why: str = "") -> int:
        plain = _("What this run holds of it is damaged, or was made by another program.")
        self._damaged.set_words(_("This cannot be shown"), why or plain)
        return DAMAGED

    def version(self) -> int:
        """What changes when there is something new to paint."""
        return self.run.version(self.stream) if self.run else 0

    def invalidate(self) -> None:
        """Paint at the next refresh in any case."""
        self._shown = (0, -1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the menu of the panel, where what is under the pointer has none of its own."""
        if not self._in_plot(event):
            menu = QMenu(self)
            self._fill_menu(menu)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def _in_plot(self, event: QContextMenuEvent) -> bool:
        """Plots answer the right button themselves."""
        child = self.childAt(event.pos())
        while child is not None and child is not self:
            if isinstance(child, QGraphicsView):
                return True
            child = child.parentWidget()
        return False

    def _fill_menu(self, menu: QMenu) -> None:
        self._saver.fill(menu)
        for words, action in self.choices() if self._there else ():
            menu.addAction(words, action)

    @property
    def _there(self) -> bool:
        return self._stack.currentIndex() == SHOWN

    def _stem(self, name: str) -> str:
        """What a file is called at first: the run first, where there is one."""
        folder = Path(self.run.path) if self.run is not None and self.run.path else Path()
        return f"{folder.name}-{name}" if folder.name else name

    def ask_path(self, title: str, name: str, ending: str, kinds: str) -> Path | None:
        """Let a person choose where something of the shown run is saved; None: nowhere.

        Args:
            title: What the dialog says.
            name: What the file is named after, beside the run.
            ending: What the name ends in where a person writes no ending.
            kinds: Kinds of files, as Qt's dialogs take them.
        """
        return ask_path(self, title, self._stem(name), ending, kinds)

    def _again(self, *_args: object) -> None:
        """Paint, because something else of it is to be seen."""
        self.invalidate()
        self.refresh()

    def showEvent(self, event: object) -> None:
        """Catch up when the panel comes into view."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.invalidate()
        self.refresh()

    def _retheme(self) -> None:
        if self._built:
            self.retheme()
        self.invalidate()
        self.refresh()

    def _ask_to_train(self) -> None:
        self.action_wanted.emit("train")

    def _ask_to_continue(self) -> None:
        self.action_wanted.emit("continue")
