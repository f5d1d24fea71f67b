"""Drives the real window through its main journey and takes a picture of every screen.

The pictures of the documentation are made with this, and a look at all of them shows what a change
did to the program.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from projects import templates
from workbench.app import SIZE, make_application, make_window
from workbench.designer import Designer
from workbench.preflight_dialog import PreflightDialog
from workbench.window import MainWindow

SEEN = 20  # steps after which there are panels, and not empty ones
PATIENCE = 60.0
SCHEMES = ("light", "dark")


class Photographer:
    """Waits for the window and takes pictures of it.

    Args:
        app: The application.
        window: The window.
        folder: Where the pictures go.
    """

    def __init__(self, app: QApplication, window: MainWindow, folder: Path) -> None:
        self._app = app
        self._window = window
        self._folder = folder
        self.taken: list[dict[str, str]] = []

    def rest(self, seconds: float) -> None:
        """Let the window work for some time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._app.processEvents()
            # Outside of its own loop Qt keeps what is to be deleted: it would be in the picture.
            self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            time.sleep(0.005)

    def wait(self, there: Callable[[], bool]) -> None:
        """Let the window work until something is there.

        Raises:
            TimeoutError: It did not come.
        """
        end = time.monotonic() + PATIENCE
        while not there():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get to the next screen")
            self.rest(0.02)

    def take(self, name: str, popup: QWidget | None = None) -> None:
        """Take a picture in light and one in dark, with a popup over it if there is one."""
        for scheme in SCHEMES:
            self._window.appearance.choose(scheme)
            self._window.toasts.clear()
            self.rest(0.6)  # of a training that goes on every part tells the same step again
            path = self._folder / f"{name}-{scheme}.png"
            picture = self._window.grab()
            if popup is not None:
                painter = QPainter(picture)
                painter.drawPixmap(self._window.mapFromGlobal(popup.pos()), popup.grab())
                painter.end()
            picture.save(str(path))
            self.taken.append({"name": f"{name}-{scheme}", "path": str(path)})


def shoot(folder: Path) -> list[dict[str, str]]:
    """Take the pictures.

    Args:
        folder: Where they go; made when new.

    Returns:
        ``name`` and ``path`` of every picture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _own_home():
        app = make_application()
        window = make_window(app)
        window.resize(*SIZE)
        window.show()
        window.furnish()
        window.begin()
        photographer = Photographer(app, window, folder)
        try:
            _journey(window, photographer)
        finally:
            window.end()
    return photographer.taken


@contextmanager
def _own_home() -> Iterator[None]:
    """Keep a person's settings and runs out of the pictures."""
    before = os.environ.get("GANVAS_HOME")
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANVAS_HOME"] = home
        try:
            yield
        finally:
            if before is None:
                del os.environ["GANVAS_HOME"]
            else:
                os.environ["GANVAS_HOME"] = before


def _journey(window: MainWindow, photographer: Photographer) -> None:
    photographer.rest(0.3)
    photographer.take("start")
    _design(window, photographer)
    _classifier(window, photographer)
    _gan(window, photographer)


def _open(window: MainWindow, photographer: Photographer, name: str) -> None:
    if window.files.document is not None:
        window.files.document.stack.setClean()
    window.open_template(templates.template(name))
    photographer.wait(lambda: window.desk.latest is not None)
    photographer.rest(0.3)


def _design(window: MainWindow, photographer: Photographer) -> None:
    """A convolutional network: designer, inspector, quick-add, mistakes, tabs."""
    _open(window, photographer, "fashion_cnn")
    photographer.take("designer")
    designer = window.designer
    assert designer is not None
    designer.focus_node("conv2")
    photographer.rest(0.3)
    photographer.take("inspector")
    designer.canvas.ask_add()
    photographer.rest(0.2)
    photographer.take("quick-add", designer.adder.quick_add)
    designer.adder.quick_add.hide()
    flatten = next(n for n, node in designer.graph.nodes.items() if node.type == "flatten")
    designer.canvas.select((flatten,))
    designer.delete_selected(keep_gap=False)
    photographer.wait(lambda: bool(window.problems.problems))
    window.show_problems()
    photographer.take("problems")
    window.undo()
    window.docks.reveal("curves")
    _outline(window, photographer, designer)
    _block(window, photographer, designer)
    for place in ("data", "recipe"):
        window.show_place(place)
        photographer.rest(2.5)
        photographer.take(place)
    window.dialogs.palette()
    photographer.rest(0.2)
    photographer.take("palette", window.palette_popup)
    window.palette_popup.hide()


def _outline(window: MainWindow, photographer: Photographer, designer: Designer) -> None:
    """Frames, a bypassed layer, costs on layers, outline and history."""
    before = window.settings.measure
    designer.canvas.select(("conv1", "norm1", "relu1", "pool1"))
    designer.framer.add()
    designer.framer.editor.finish(keep=False)
    designer.framer.color("frame", "teal")
    designer.canvas.select(("norm2",))
    designer.bypass()
    for dock in ("outline", "history"):
        window.docks.reveal(dock)
    assert window.view is not None
    window.view.set_measure("parameters")
    photographer.rest(1.0)
    designer.fit()
    photographer.take("outline")
    for _edit in range(3):
        window.undo()
    window.view.set_measure(before)
    for dock in ("layers", "inspector"):
        window.docks.reveal(dock)


def _block(window: MainWindow, photographer: Photographer, designer: Designer) -> None:
    """A block of the library in the network, and what is in it."""
    designer.canvas.select(("pool2",))
    window.layers.tree.scrollToBottom()
    designer.add_layer("library:inception")
    photographer.rest(0.8)
    designer.auto_layout()
    photographer.take("block")
    designer.enter()
    photographer.rest(0.5)
    photographer.take("inside-a-block")
    for _edit in range(2):
        window.undo()


def _step_of(window: MainWindow) -> int:
    return window.training.data.step if window.training.data is not None else 0


def _classifier(window: MainWindow, photographer: Photographer) -> None:
    """Two trainings of the digits, the second beside the first."""
    _open(window, photographer, "digits_mlp")
    photographer.wait(lambda: window.engines.spare_ready)
    measure = window.settings.measure
    window.dialogs.preflight()
    dialog = window.findChild(PreflightDialog)
    assert dialog is not None
    photographer.wait(lambda: not dialog.flight.active)
    photographer.take("preflight", dialog)
    dialog.close()
    assert window.view is not None
    window.view.set_measure(measure)
    window.show_workspace("train")
    photographer.wait(lambda: window.engines.spare_ready)
    for again in (False, True):
        window.registry.action("train").trigger()
        if not again:
            photographer.wait(lambda: _step_of(window) > SEEN)
            photographer.rest(1.2)
            photographer.take("training")
        photographer.wait(lambda: not window.training.active)
    window.show_workspace("analyse")
    window.run_list.tick_all()
    photographer.rest(0.8)
    photographer.take("analyse")
    _compress(window, photographer)


def _compress(window: MainWindow, photographer: Photographer) -> None:
    """The second of them with half of its weights."""
    window.show_lab("compress")
    tab = window.squeezer.tab
    assert tab is not None
    tab.side.steps.add_step("prune")
    photographer.wait(tab.side.figures.isVisible)
    photographer.rest(1.5)
    photographer.take("compress")


def _gan(window: MainWindow, photographer: Photographer) -> None:
    """A GAN on a ring, live."""
    _open(window, photographer, "gan_ring")
    window.show_workspace("train")
    photographer.wait(lambda: window.engines.spare_ready)
    window.registry.action("train").trigger()
    photographer.wait(lambda: _step_of(window) > 2500)
    photographer.take("gan")
    window.training.stop()
    photographer.wait(lambda: not window.training.active)
