"""What a person meets first: new and recent projects, and examples that train within a minute."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.objectives.base import OBJECTIVES
from projects.errors import UserError
from projects.files import load
from projects.guides import heads
from projects.schema import Project
from projects.templates import templates
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plain import plain_label
from widgets.topics import TOPIC
from workbench.aside import in_window
from workbench.gallery import Gallery
from workbench.start_cards import RecentRow

SIDE = 336  # beside it two cards fit into a window of 1024 pixels
RECENT_SHOWN = 8


class StartPage(QWidget):
    """New, Open, Import, recent projects and templates.

    Signals:
        new_wanted(objective): A new project for this objective.
        open_wanted: Choose a file.
        import_wanted: Choose a file of another program.
        path_wanted(path): Open this file.
        forget_wanted(path): Take it off the recent ones.
        template_wanted(Template): Begin from this example.
        guide_wanted(name): Begin this guided experiment.
    """

    new_wanted = Signal(str)
    open_wanted = Signal()
    import_wanted = Signal()
    path_wanted = Signal(object)
    forget_wanted = Signal(object)
    template_wanted = Signal(object)
    guide_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setProperty(TOPIC, "article/window")
        self.setAccessibleName(_("Start page"))
        self._rows: dict[Path, RecentRow] = {}
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        # Each is made in its place: where a style sheet is, a widget that moves is styled anew, with all in it.
        side = _scroller(self, "startSideScroll", _("New and recent projects"))
        side.setWidget(self._side(side.viewport()))
        side.setFixedWidth(SIDE)
        row.addWidget(side)
        examples = _scroller(self, "startScroll", _("Example projects"))
        self._gallery = Gallery(templates(), examples.viewport())
        self._gallery.chosen.connect(self.template_wanted)
        examples.setWidget(self._gallery)
        row.addWidget(examples, 1)
        theme.notifier().changed.connect(self._recolor)

    def set_recent(self, paths: Sequence[Path]) -> None:
        """Show these recent projects; those that are gone are marked."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._rows = {}
        for path in paths[:RECENT_SHOWN]:
            row = RecentRow(path)
            row.clicked.connect(self._open_row)
            row.forget.clicked.connect(self._forget_row)
            self._rows[path] = row
            self._recent.addWidget(row)
        if not paths:
            nothing = QLabel(_("Projects that you save appear here."))
            nothing.setObjectName("hint")
            nothing.setWordWrap(True)
            self._recent.addWidget(nothing)
        threading.Thread(target=self._look_at, args=(list(self._rows),), daemon=True).start()

    # ------------------------------------------------------------------------------------ parts

    def _side(self, parent: QWidget) -> QWidget:
        side = QFrame(parent)
        side.setObjectName("startSide")
        column = QVBoxLayout(side)
        column.setContentsMargins(28, 32, 24, 24)
        column.setSpacing(theme.GAP)
        column.addWidget(plain_label("Ganvas", role="display"))
        column.addWidget(
            plain_label(_("Draw a network. Press Train. Watch it learn."), role="hint")
        )
        column.addSpacing(18)
        self._buttons = [
            (self._new_button(), "new"),
            (self._button("startOpen", _("Open project…"), self.open_wanted.emit), "open"),
            (self._button("startImport", _("Import model…"), self.import_wanted.emit), "import"),
            (self._guide_button(), "guide"),
        ]
        self._buttons[2][0].setToolTip(_("Draw the network of an ONNX file"))
        for button, _icon in self._buttons:
            column.addWidget(button)
        column.addSpacing(20)
        column.addWidget(plain_label(_("Recent"), role="heading"))
        column.addLayout(self._recent)
        column.addStretch(1)
        self._recolor_buttons()
        return side

    def _button(self, name: str, text: str, work: object = None) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setProperty("align", "left")
        if work is not None:
            button.clicked.connect(work)
        return button

    def _new_button(self) -> QPushButton:
        """What a new project is for is chosen from a menu; each entry says in a sentence what it does."""
        button = self._button("startNew", _("New project"))
        menu = QMenu(button)
        menu.setObjectName("startNewMenu")
        menu.setAccessibleName(_("What the new project is for"))
        menu.setToolTipsVisible(True)
        for objective in OBJECTIVES:
            action = menu.addAction(objective.title)
            action.setObjectName(f"startNew_{objective.tag()}")
            action.setData(objective.tag())
            action.setToolTip(objective.help().split("\n\n")[0].replace("\n", " "))
        menu.triggered.connect(self._new)
        button.setMenu(menu)
        return button

    def _guide_button(self) -> QPushButton:
        """Experiments that a text beside the canvas leads through; each entry says what one sees."""
        button = self._button("startGuide", _("Guided experiments"))
        menu = QMenu(button)
        menu.setObjectName("startGuideMenu")
        menu.setAccessibleName(_("Guided experiments"))
        menu.setToolTipsVisible(True)
        for guide in heads():
            words = _("{title}  ·  {minutes} min").format(
                title=_(guide.title), minutes=guide.minutes
            )
            action = menu.addAction(words.replace("&", "&&"))
            action.setObjectName(f"startGuide_{guide.name}")
            action.setData(guide.name)
            action.setToolTip(_(guide.summary))
        menu.triggered.connect(self._begin_guide)
        button.setMenu(menu)
        return button

    # ------------------------------------------------------------------------------------ events

    def _begin_guide(self, chosen: QAction) -> None:
        self.guide_wanted.emit(str(chosen.data()))

    def _new(self, chosen: QAction) -> None:
        self.new_wanted.emit(str(chosen.data()))

    def _open_row(self) -> None:
        row = self.sender()
        if isinstance(row, RecentRow):
            self.path_wanted.emit(row.path)

    def _forget_row(self) -> None:
        for path, row in self._rows.items():
            if row.forget is self.sender():
                self.forget_wanted.emit(path)
                return

    def _look_at(self, paths: list[Path]) -> None:
        """Read recent projects in the background; a slow disk must not hold up the start."""
        for path in paths:
            in_window(self, functools.partial(self._show_thumbnail, path, _read(path)))

    def _show_thumbnail(self, path: Path, project: Project | None) -> None:
        if path in self._rows:
            self._rows[path].show_project(project)

    def _recolor(self) -> None:
        self._recolor_buttons()
        self._gallery.recolor()
        for row in self._rows.values():
            row.recolor()

    def _recolor_buttons(self) -> None:
        for button, icon in self._buttons:
            button.setIcon(icons.icon(icon, "accent"))
            button.setIconSize(QSize(18, 18))


def _read(path: Path) -> Project | None:
    """The project in a file, if it can be read."""
    with contextlib.suppress(UserError, OSError):
        return load(path).project
    return None


def _scroller(parent: QWidget, name: str, words: str) -> QScrollArea:
    """A place for a page that is scrolled where the window is too low for it."""
    area = QScrollArea(parent)
    area.setObjectName(name)
    area.setAccessibleName(words)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
