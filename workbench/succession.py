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

from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
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


def succession(old: MainWindow) -> Generator[MainWindow, None, None]:
    """Make a window that goes on where another one was, which is closed.

    What goes wrong, or an end of the program (``close``), leaves the old window as it was until the hand-over begins;
    from then on it leaves the new one, with all that could be handed over.

    Args:
        old: The window.

    Yields:
        Between two pieces of work the window that counts: the old one, then the new one, which reports what goes wrong
        from the hand-over on.
    """
    old.finish_typing()
    with _veiled(old) as veils, ExitStack() as way_back:
        yield old
        for _piece in old.furnisher.pieces():
            yield old
        if old.view is not None:
            old.docks.remember()
            yield old
        old.engines.speak(language())
        way_back.callback(old.desk.listen)
        new = _made(old)
        way_back.callback(_discard, new)
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
        way_back.pop_all()
        yield new
        for _piece in _take_place(old, new):
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
    text = _("One moment, please. Nothing is lost; a training that is under way goes on.")
    return Veil(window, title, text, picture)


def _made(old: MainWindow) -> MainWindow:
    """Another window with the engines of the old one and in its place; it is not shown yet."""
    new = MainWindow(old.settings, old.appearance, old.engines)
    new.setWindowIcon(old.windowIcon())
    plain = not (old.isMaximized() or old.isFullScreen())
    new.setGeometry(old.geometry() if plain else old.normalGeometry())
    new.setWindowState(old.windowState())
    return new


def _discard(new: MainWindow) -> None:
    """It is not needed; its engines are those of the old one."""
    new.furnisher.stop()
    new.hide()
    new.deleteLater()


def _take_place(old: MainWindow, new: MainWindow) -> Iterator[None]:
    """From here on the new window has what is open, whatever goes wrong on the way."""
    old.stop()
    pieces = _show(old, new)
    with ExitStack() as at_last:
        at_last.callback(_leave, old)
        at_last.callback(_begin, old, new)
        at_last.callback(tuple, pieces)  # the rest at once, where the program ends meanwhile
        _hand_over(old, new)
        for _piece in pieces:
            yield
        yield


def _hand_over(old: MainWindow, new: MainWindow) -> None:
    """What must not be lost, all at once; what goes wrong with one part keeps no other back."""
    with ExitStack() as parts:
        parts.callback(new.files.take_over, old.files)
        parts.callback(new.lab.studying.take_over, old.lab.studying)
        parts.callback(new.training.take_over, old.training)
        parts.callback(new.desk.take_over, old.desk)


def _show(old: MainWindow, new: MainWindow) -> Iterator[None]:
    """What was handed over is seen as it was in the old window."""
    document, view, workspace = new.files.document, old.view, old.docks.workspace
    shown, ticked = old.viewer.shown, old.viewer.ticked
    reader = old.textbook.reader
    if reader is not None and reader.isVisible():
        new.show_textbook(reader.key)
    if document is None or view is None:
        return
    yield from new.opening.pieces(document)
    yield
    new.runs.take_over(old.runs)
    new.run_list.cards.take_over(old.run_list.cards)
    new.lab.take_over(old.lab)
    new.viewer.take_over(old.viewer)
    new.viewer.show(shown)
    yield
    new.viewer.overlay(ticked)
    assert new.view is not None
    if workspace != new.docks.workspace:
        new.show_workspace(workspace)
    new.view.take_over(view)
    stand = partial(_stand, new, view.places(), old.looker.layer)
    QTimer.singleShot(0, new.view, stand)  # when the canvases have their sizes


def _begin(old: MainWindow, new: MainWindow) -> None:
    """Live from now on, with the bar and the state of the engine that the old one shows."""
    new.begin()
    new.bar.setHidden(old.bar.isHidden())
    if (ready := new.engines.desk.ready) is not None:
        new.status.set_engine(ready)


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
