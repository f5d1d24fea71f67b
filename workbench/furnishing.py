"""What a window holds besides its start page: makes the parts and has them hear each other.

Imported behind the start page, which is why the window itself imports little.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from PySide6.QtWidgets import QApplication, QStackedWidget

from engine.client import Engines
from projects.translation import gettext as _
from widgets.topics import Attention
from workbench.actions import Registry
from workbench.ahead import look_ahead
from workbench.arranging import GUIDE
from workbench.attendant import Attendant
from workbench.brancher import Brancher
from workbench.clinic import Clinic
from workbench.command_palette import CommandPalette
from workbench.commands import edit, file, help, lab, layers, train, view
from workbench.compress.squeezer import Squeezer
from workbench.dashboard import Dashboard
from workbench.desk import Desk
from workbench.dialogs import Dialogs
from workbench.docks import Docks
from workbench.event_files import EventFiles
from workbench.exporting import Exporting
from workbench.files import Files
from workbench.flow import Flow
from workbench.guide.panel import GuidePanel
from workbench.guide.tutor import Tutor
from workbench.history import History
from workbench.importing import Importing
from workbench.inside.looker import Looker
from workbench.opening import Opening
from workbench.outline import Outline
from workbench.panels import panels
from workbench.recovery import Recovery
from workbench.recovery_bar import RecoveryBar
from workbench.run_list import RunList
from workbench.runs import Runs
from workbench.shelf import Shelf
from workbench.status import Status
from workbench.studies.lab import Lab
from workbench.textbook import Textbook
from workbench.toolbar import Toolbar
from workbench.training import Training
from workbench.viewer import Viewer
from workbench.window import MainWindow

LEAST_LAYERS, LEAST_INSPECTOR = 176, 264
PANELS = panels()


def furnish(window: MainWindow, engines: Engines | None) -> Iterator[None]:
    """Make the parts of a window; yields between pieces of work that are each over in a moment.

    Args:
        window: The window.
        engines: Its engines; made when not given.
    """
    window.engines = engines or Engines()
    window.desk = Desk(window.engines, window)
    window.training = Training(window.engines, window)
    window.runs = Runs(window)
    window.recovery = Recovery(window, window.runs.homeless)
    window.runs.homeless_changed.connect(window.recovery.keep)
    window.files = Files(window, window.settings, window.recovery)
    window.opening = Opening(window)
    window.attendant = Attendant(window)
    window.dialogs = Dialogs(window)
    window.files.guard = window.attendant.may_leave
    yield
    window.status = Status()
    window.status.hide()
    window.setStatusBar(window.status)
    window.dashboard = Dashboard(window.desk, window.settings, window.status, window.toasts, window)
    window.problems = window.dashboard.problems
    window.bar = RecoveryBar()
    window.column.insertWidget(0, window.bar)
    yield
    yield from _places(window)
    yield from _workers(window)
    yield from _commands(window)
    _connect(window)
    threading.Thread(target=look_ahead, daemon=True).start()


def _places(window: MainWindow) -> Iterator[None]:
    """What is seen: the docks and what is in them."""
    window.layers = Shelf()
    window.layers.setMinimumWidth(LEAST_LAYERS)
    yield
    window.run_list = RunList()
    yield
    window.outline = Outline()
    window.history = History()
    window.inspector_place = QStackedWidget()
    window.inspector_place.setMinimumWidth(LEAST_INSPECTOR)
    docks = window.docks = Docks(window, window.settings)
    docks.add("layers", _("Layers"), window.layers)
    docks.add("outline", _("Outline"), window.outline)
    docks.add("inspector", _("Inspector"), window.inspector_place)
    docks.add("history", _("History"), window.history)
    yield
    window.viewer = Viewer(window.runs, window)
    for kind in PANELS:
        panel = kind()
        window.viewer.add(panel)
        docks.add(panel.name, panel.title, panel, panel.short)
        yield
    docks.add("runs", _("Runs"), window.run_list)
    window.toasts.stand_else_over(window.run_list)
    docks.add("problems", _("Problems"), window.problems)
    yield
    window.guide = GuidePanel()
    docks.add(GUIDE, _("Guide"), window.guide)
    window.tutor = Tutor(window.guide, window.settings, window)
    yield
    window.palette_popup = CommandPalette(window)
    window.textbook = Textbook(window)
    window.attention = Attention(window)
    yield


def _workers(window: MainWindow) -> Iterator[None]:
    """What is done: parts that are not seen themselves."""
    window.flow = Flow(
        window.files,
        window.desk,
        window.training,
        window.runs,
        window.viewer,
        window.toasts,
        window,
    )
    window.flow.fixes = window.dashboard.mender.fixes
    window.flow.mend_wanted.connect(window.dashboard.mend)
    window.flow.panel_wanted.connect(window.docks.reveal)
    window.brancher = Brancher(
        window.flow,
        window.training,
        window.runs,
        window.run_list,
        window.viewer,
        window.toasts,
        window,
    )
    window.brancher.kept = window.dashboard.keeper.words_of
    yield
    window.clinic = Clinic(
        window.desk,
        window.training,
        window.viewer,
        window.brancher,
        window.status,
        window.toasts,
        window,
    )
    window.clinic.panel_wanted.connect(window.docks.reveal)
    yield
    window.importing = Importing(
        window.files,
        window.desk,
        window.runs,
        window.viewer,
        window.toasts,
        window.status,
        window,
    )
    window.importing.sound = window.flow.sound
    window.event_files = EventFiles(window.runs, window.viewer, window.toasts, window)
    window.exporting = Exporting(window.files, window.viewer, window.engines, window)
    yield
    window.lab = Lab(
        window.files,
        window.flow,
        window.runs,
        window.viewer,
        window.engines,
        window.toasts,
        window,
    )
    yield
    window.looker = Looker(window.engines, window)
    window.squeezer = Squeezer(window.engines, window)
    window.setAcceptDrops(True)
    yield


def _commands(window: MainWindow) -> Iterator[None]:
    """What can be commanded, in menus, toolbar and by keys."""
    window.registry = Registry(window)
    for module in (file, edit, layers, view, train, lab, help):
        window.registry.add(module.commands(window))
        yield
    window.registry.fill(window.menus)
    yield
    window.toolbar = Toolbar(window.registry)
    window.toolbar.hide()
    window.addToolBar(window.toolbar)
    yield


def _connect(window: MainWindow) -> None:
    opening, attendant = window.opening, window.attendant
    window.importing.changed.connect(window.registry.refresh)
    window.lab.studying.changed.connect(window.registry.refresh)
    window.bar.restore_wanted.connect(window.restore)
    files = window.files
    files.opened.connect(opening.opened)
    files.closed.connect(opening.closed)
    files.saved.connect(opening.saved)
    files.not_opened.connect(attendant.not_opened)
    files.not_saved.connect(attendant.not_saved)
    files.told.connect(window.toasts.show_warning)
    desk = window.desk
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.applicationStateChanged.connect(attendant.came_back)
    desk.checked.connect(attendant.checked)
    desk.check_failed.connect(attendant.check_failed)
    desk.previewed.connect(attendant.previewed)
    desk.preview_failed.connect(attendant.preview_failed)
    desk.ready.connect(window.status.set_engine)
    desk.died.connect(attendant.desk_died)
    training = window.training
    training.changed.connect(attendant.training_changed)
    training.begins.connect(attendant.say_what_is_seen)
    training.began.connect(attendant.began)
    window.toolbar.rate.changed.connect(training.set_learning_rate)
    window.runs.listed.connect(window.run_list.set_runs)
    window.runs.listed.connect(window.tutor.set_runs)
    window.guide.page_wanted.connect(window.show_textbook)
    window.run_list.run_chosen.connect(window.viewer.show_path)
    window.run_list.overlay_changed.connect(window.viewer.overlay)
    window.viewer.overlay_changed.connect(window.run_list.show_drawn)
    window.run_list.resume_wanted.connect(window.flow.resume)
    window.run_list.train_on_wanted.connect(window.flow.train_on)
    window.run_list.compare_wanted.connect(window.compare)
    window.run_list.export_wanted.connect(window.exporting.open)
    cards = window.run_list.cards
    cards.busy = attendant.is_trained
    cards.gone.connect(attendant.runs_gone)
    cards.back.connect(attendant.runs_back)
    cards.changed.connect(window.runs.rename)
    cards.failed.connect(window.toasts.show_warning)
    window.runs.renamed.connect(window.viewer.rename)
    window.viewer.action_wanted.connect(attendant.act)
    window.viewer.run_changed.connect(attendant.run_changed)
    window.viewer.run_changed.connect(window.looker.show_run)
    window.viewer.said.connect(attendant.panel_said)
    window.looker.train_wanted.connect(lambda: attendant.act("train"))
    for part in (window.looker, window.lab.pairs, window.run_list):
        part.said.connect(attendant.panel_said)
    _connect_squeezer(window)
    window.flow.problems_wanted.connect(window.show_problems)
    window.status.problems_wanted.connect(window.show_problems)
    window.problems.place_wanted.connect(window.show_place)
    window.layers.chosen.connect(attendant.add_layer)
    window.layers.place_wanted.connect(window.show_place)
    window.layers.said.connect(attendant.said)
    window.outline.chosen.connect(opening.choose)
    window.outline.opened.connect(opening.node_opened)
    opening.closed()


def _connect_squeezer(window: MainWindow) -> None:
    squeezer = window.squeezer
    window.viewer.run_changed.connect(squeezer.show_run)
    window.runs.listed.connect(squeezer.set_runs)
    window.run_list.distil_wanted.connect(window.flow.distil)
    squeezer.undo_changed.connect(window.registry.refresh)
    squeezer.train_wanted.connect(lambda: window.attendant.act("train"))
    squeezer.train_on_wanted.connect(window.flow.train_on)
    squeezer.show_wanted.connect(window.viewer.show_path)
    squeezer.export_wanted.connect(window.exporting.open)
    squeezer.listed_anew.connect(window.runs.refresh)
    squeezer.scanned.connect(window.dashboard.show_scan)
    squeezer.said.connect(window.attendant.panel_said)
