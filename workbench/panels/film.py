"""Films of what a panel shows over a training: one picture a tick, written by a thread as they come."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QProgressDialog

from projects.atomic import write
from projects.errors import UserError
from projects.translation import gettext as _
from widgets.plots.scrubber import Scrubber
from workbench.panels.base import Panel
from workbench.panels.movie import movie_of

KINDS = {".gif": "GIF", ".webp": "WEBP", ".png": "PNG", ".mp4": "MP4"}  # PNG: an animated one
FRAME_MS, HOLD_MS = 80, 1500
TICK_MS = 15
AHEAD = 4  # pictures that wait to be written at most
Pixels = NDArray[np.uint8]


def record(panel: Panel, scrubber: Scrubber, draw: Callable[[], QImage], count: int) -> Film | None:
    """Ask for a file and film a panel from its first picture to the last; None where nobody wants to.

    A time line moves for one film at a time: another one is refused, with a sentence.

    Args:
        panel: The panel.
        scrubber: Its time line.
        draw: Returns the picture of what is shown.
        count: How many pictures there are.
    """
    if any(film.goes_on for film in panel.findChildren(Film)):
        title = _("This panel is being filmed already")
        panel.said.emit(title, _("Wait for that film, or cancel it."), False)
        return None
    kinds = _("Films (*.gif *.webp *.png *.mp4)")
    path = panel.ask_path(_("Save film"), f"{panel.name}-film", ".gif", kinds)
    if path is None:
        return None
    if path.suffix.lower() not in KINDS:
        text = _("A film is a .gif, .webp, .mp4 or animated .png file.")
        panel.said.emit(_("The film could not be saved"), text, False)
        return None
    film = Film(panel, scrubber, draw, path, count)
    film.start()
    return film


class Film(QObject):
    """One film in the making.

    Args:
        panel: What is filmed; also the Qt parent.
        scrubber: Its time line.
        draw: Returns the picture of what is shown.
        path: Where the film goes.
        count: How many pictures there are.

    Signals:
        ended(good): It is done, or was given up.
    """

    ended = Signal(bool)

    def __init__(
        self,
        panel: Panel,
        scrubber: Scrubber,
        draw: Callable[[], QImage],
        path: Path,
        count: int,
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._scrubber = scrubber
        self._draw = draw
        self._path = path
        self._count = count
        self._next = 0
        self._place = None if scrubber.following else scrubber.index
        self._pictures: queue.Queue[Pixels | None] = queue.Queue(AHEAD)
        self._cancelled = threading.Event()
        self._problem = _("Its pictures could not be packed.")  # until they are
        self._thread = threading.Thread(target=self._write, name="film", daemon=True)
        self._dialog = QProgressDialog(_("Making the film …"), _("Cancel"), 0, count, panel)
        self._dialog.setObjectName("filmProgress")
        self._dialog.setMinimumDuration(600)
        self._dialog.canceled.connect(self.cancel)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    @property
    def goes_on(self) -> bool:
        """Whether it still moves the time line."""
        return self._timer.isActive()

    def cancel(self) -> None:
        """Give it up; no file is left."""
        self._cancelled.set()

    # ------------------------------------------------------------------------------- filming

    def _tick(self) -> None:
        """Film one picture, unless the thread has enough to do."""
        if not self._thread.is_alive():
            self._end()
        elif self._next < self._count and not self._pictures.full():
            self._scrubber.choose(self._next)
            self._panel.show_now()
            self._pictures.put(pixels_of(self._draw()))
            self._next += 1
            self._dialog.setValue(min(self._next, self._count - 1))
        elif self._next == self._count and not self._pictures.full():
            self._pictures.put(None)
            self._next += 1

    def _end(self) -> None:
        self._timer.stop()
        self._dialog.reset()
        self._dialog.deleteLater()
        if self._place is None:
            self._scrubber.follow()
        else:
            self._scrubber.choose(self._place)
        self._panel.invalidate()
        self._panel.refresh()
        good = not self._cancelled.is_set() and not self._problem
        if not self._cancelled.is_set():
            title = _("Film saved") if good else _("The film could not be saved")
            self._panel.said.emit(title, self._problem or str(self._path), good)
        self.ended.emit(good)
        self.deleteLater()

    # ------------------------------------------------------------------------------- writing

    def _write(self) -> None:
        """Pack pictures into a file, in a thread of its own."""
        try:
            pictures = self._come()
            first = next(pictures)
            packed = film_of(first, pictures, KINDS[self._path.suffix.lower()], self._count)
            if not self._cancelled.is_set():
                write(self._path, packed)
            self._problem = ""
        except UserError as error:
            self._problem = str(error)
        except (OSError, ValueError, StopIteration) as error:
            self._problem = str(error) or _("There was nothing to film.")

    def _come(self) -> Iterator[Pixels]:
        while not self._cancelled.is_set():
            try:
                picture = self._pictures.get(timeout=0.1)
            except queue.Empty:
                continue
            if picture is None:
                return
            yield picture


def film_of(first: Pixels, others: Iterator[Pixels], kind: str, count: int) -> bytes:
    """Return an animated picture that goes round for ever, or a film, the last picture held.

    Args:
        first: ``(height, width, 3)``; the others are scaled to its size.
        others: What follows.
        kind: ``GIF``, ``WEBP``, ``PNG`` or ``MP4``.
        count: How many pictures there are at most.

    Raises:
        UserError: What packs films is not installed.
        OSError, ValueError: They cannot be packed.
    """
    from PIL import Image

    def fitting() -> Iterator[Image.Image]:
        for picture in others:
            image = Image.fromarray(picture)
            yield image if picture.shape == first.shape else image.resize(first.shape[1::-1])

    if kind == "MP4":
        return movie_of(first, map(np.asarray, fitting()), FRAME_MS, HOLD_MS)
    # Of an animated PNG all pictures are looked at before the first is written.
    following = list(fitting()) if kind == "PNG" else fitting()
    packed = io.BytesIO()
    durations = [FRAME_MS] * max(0, count - 1) + [HOLD_MS]
    Image.fromarray(first).save(
        packed, kind, save_all=True, append_images=following, duration=durations, loop=0
    )
    return packed.getvalue()


def pixels_of(picture: QImage) -> Pixels:
    """Return the pixels of a picture, ``(height, width, 3)``."""
    image = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return np.array(rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3))
