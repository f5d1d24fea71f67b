"""A window that takes another one's place in the language of the moment, without any work being lost.

Texts are looked up when widgets are made, so another language needs other widgets. What a person has open lives
on: the engines with a training or a study that goes on, the document with its undo steps and its unsaved
changes, what was read of runs, what was done to their cards, which run is shown, tabs, docks and the places of the
canvases, and what is chosen in panels and tabs (:mod:`workbench.choices`). Messages in the corner of the window end with
it. Dialogs end too, which is why none may be open.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog

from projects.translation import language
from workbench.designer import Standpoint
from workbench.window import MainWindow


def successor(old: MainWindow) -> MainWindow:
    """Return a window that goes on where another one was; that one is closed.

    Args:
        old: The window.
    """
    old.finish_typing()
    old.furnish()
    if old.view is not None:
        old.docks.remember()
    old.engines.speak(language())
    new = MainWindow(old.settings, old.appearance, old.engines)
    new.setWindowIcon(old.windowIcon())
    plain = not (old.isMaximized() or old.isFullScreen())
    new.setGeometry(old.geometry() if plain else old.normalGeometry())
    new.setWindowState(old.windowState())
    new.furnish()
    new.show()
    new.activateWindow()
    new.setFocus(Qt.FocusReason.OtherFocusReason)  # else the first control of the status bar had it
    _hand_over(old, new)
    new.begin()
    new.bar.setHidden(old.bar.isHidden())
    if (ready := new.engines.desk.ready) is not None:
        new.status.set_engine(ready)
    _leave(old)
    return new


def _hand_over(old: MainWindow, new: MainWindow) -> None:
    document, view, workspace = old.files.document, old.view, old.docks.workspace
    shown, ticked = old.viewer.shown, old.viewer.ticked
    new.desk.take_over(old.desk)
    new.training.take_over(old.training)
    new.lab.studying.take_over(old.lab.studying)
    reader = old.textbook.reader
    if reader is not None and reader.isVisible():
        new.show_textbook(reader.key)
    if document is None or view is None:
        return
    new.files.take_over(old.files)
    new.runs.take_over(old.runs)
    new.run_list.cards.take_over(old.run_list.cards)
    new.lab.take_over(old.lab)
    new.viewer.take_over(old.viewer)
    new.viewer.show(shown)
    new.run_list.tick(old.run_list.ticked())
    new.viewer.overlay(ticked)
    assert new.view is not None
    if workspace != new.docks.workspace:
        new.show_workspace(workspace)
    new.view.take_over(view)
    stand = partial(_stand, new, view.places(), old.looker.layer)
    QTimer.singleShot(0, new.view, stand)  # when the canvases have their sizes


def _stand(window: MainWindow, places: Mapping[str, Standpoint], layer: str) -> None:
    """Stand where one stood; a layer that is looked at need not be the one that is chosen on the canvas."""
    assert window.view is not None
    window.view.stand(places)
    window.looker.choose_layer(layer)


def _leave(old: MainWindow) -> None:
    """Nothing of what was handed over may hear of the end of the window."""
    old.stop()
    for dialog in old.findChildren(QDialog):
        dialog.close()
    old.opening.closed()
    old.hide()
    old.deleteLater()
