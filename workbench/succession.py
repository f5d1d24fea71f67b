"""A window that takes another one's place in the language of the moment, without any work being lost.

Texts are looked up when widgets are made, so another language needs other widgets. What a person has open lives
on: the engines with a training or a study that goes on, the document with its undo steps and its unsaved
changes, what was read of runs, what was done to their cards, which run is shown, tabs, docks and the places of the
canvases, and what is chosen in panels and tabs (:mod:`workbench.choices`). Messages in the corner of the window end with
it. Dialogs end too, which is why none may be open.

All of that takes a moment, on a busy machine seconds. So it is done in pieces between which windows paint, below a
veil that says what is waited for and keeps everybody from doing anything meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from projects.translation import gettext as _
from projects.translation import language
from workbench.designer import Standpoint
from workbench.language import own_name
from workbench.veil import Veil
from workbench.window import MainWindow


def succession(old: MainWindow) -> Iterator[MainWindow]:
    """Make a window that goes on where another one was, which is closed.

    Args:
        old: The window.

    Yields:
        Between two pieces of work the window that has what is open: at first the old one, at last the new one.
    """
    old.finish_typing()
    with _veiled(old) as veils:
        yield old
        for _piece in old.furnisher.pieces():
            yield old
        if old.view is not None:
            old.docks.remember()
            yield old
        old.engines.speak(language())
        new = _made(old)
        yield old
        for _piece in new.furnisher.pieces():
            yield old
        picture = old.grab()
        yield old
        new.show()
        veils.append(_veil(new, picture))
        new.activateWindow()
        new.setFocus(Qt.FocusReason.OtherFocusReason)  # else the first of the status bar had it
        yield old
        for _piece in _take_place(old, new):
            yield old
        yield new
        _leave(old)
        yield new
    yield new


@contextmanager
def _veiled(window: MainWindow) -> Iterator[list[Veil]]:
    """Nothing can be done to the window meanwhile, nor to those whose veils are added."""
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    veils = [_veil(window)]
    veils[0].repaint()  # now: what comes first may take long
    try:
        yield veils
    finally:
        QGuiApplication.restoreOverrideCursor()
        for veil in filter(isValid, veils):  # that of a window that went is gone
            veil.lift()


def _veil(window: MainWindow, picture: QPixmap | None = None) -> Veil:
    title = _("Ganvas changes to {language} …").format(language=own_name(language()))
    text = _("One moment, please. Nothing is lost; a training goes on meanwhile.")
    return Veil(window, title, text, picture)


def _made(old: MainWindow) -> MainWindow:
    """Another window with the engines of the old one and in its place; it is not shown yet."""
    new = MainWindow(old.settings, old.appearance, old.engines)
    new.setWindowIcon(old.windowIcon())
    plain = not (old.isMaximized() or old.isFullScreen())
    new.setGeometry(old.geometry() if plain else old.normalGeometry())
    new.setWindowState(old.windowState())
    return new


def _take_place(old: MainWindow, new: MainWindow) -> Iterator[None]:
    """From here on the new window has what is open."""
    old.stop()
    yield from _hand_over(old, new)
    new.begin()
    new.bar.setHidden(old.bar.isHidden())
    if (ready := new.engines.desk.ready) is not None:
        new.status.set_engine(ready)


def _hand_over(old: MainWindow, new: MainWindow) -> Iterator[None]:
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
    yield from new.opening.pieces(document)
    yield
    new.runs.take_over(old.runs)
    new.run_list.cards.take_over(old.run_list.cards)
    new.lab.take_over(old.lab)
    new.viewer.take_over(old.viewer)
    new.viewer.show(shown)
    yield
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
    old.hide()
    for dialog in old.findChildren(QDialog):
        dialog.close()
    old.opening.closed()
    old.deleteLater()
