"""Where a training's events go: to whoever listens, into the database, into the log."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.compute.rounds import Rounds
from engine.protocol import Array, Event, Marker, Measured, Saved, Scalars, Started, State
from engine.runs.control import Sink
from engine.runs.folder import RunFolder
from engine.runs.store import Store

Curves = Mapping[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
SHEETS = {"images", "samples/images"}  # arrays of a picture that are kept as a PNG file too


class Recorder:
    """Passes events on and keeps them.

    Args:
        folder: The run's folder.
        sink: Who listens.
        store: The run's database.
        rounds: Who judges what is told; None for nobody.

    Attributes:
        metrics: The last value of every scalar.
        sheet: The last picture that can be saved as an image, ``(n, h, w, c)``, or None.
    """

    def __init__(
        self, folder: RunFolder, sink: Sink, store: Store, rounds: Rounds | None = None
    ) -> None:
        self.metrics: dict[str, float] = {}
        self.sheet: NDArray[np.uint8] | None = None
        self._folder = folder
        self._sink = sink
        self._store = store
        self._rounds = rounds
        self._sheet_step = 0

    def emit(self, event: Event) -> None:
        """Tell, keep and, where it is worth a line, log an event."""
        self._sink.emit(event)
        self._store.emit(event)
        self._judge(event)
        if isinstance(event, (Started, State, Marker, Saved)):
            self._log(event)

    def go_rounds(self, at_once: bool = True) -> None:
        """Let whoever judges look at the steps that are complete, and tell what there is to tell.

        Args:
            at_once: Else when enough has come together.
        """
        for marker in self._rounds.go(at_once) if self._rounds is not None else ():
            self.emit(marker)

    @property
    def judged(self) -> float:
        """Seconds that judging has cost so far."""
        return self._rounds.seconds if self._rounds is not None else 0.0

    def catch_up(self) -> None:
        """Let whoever judges begin again with what the run's folder holds: the training went back."""
        if self._rounds is not None:
            self._store.flush()
            self._rounds.catch_up()

    def _judge(self, event: Event) -> None:
        if self._rounds is not None:
            self._rounds.hear(event)

    def scalars(
        self,
        steps: NDArray[np.int64],
        values: Mapping[str, NDArray[np.float64]],
        signs: Curves | None = None,
    ) -> None:
        """Tell and keep one value a step of several metrics.

        Args:
            steps: ``(n,)``.
            values: ``(n,)`` each.
            signs: Curves that are no metrics, each at steps of its own.
        """
        at = Array.of(steps)
        series = {name: (at, Array.of(column)) for name, column in values.items()}
        series |= self.packed(signs or {})
        if series:
            self.emit(Scalars(series=series))
        self.metrics.update({name: float(column[-1]) for name, column in values.items()})

    def values(
        self, step: int, values: Mapping[str, float], signs: Mapping[str, float] | None = None
    ) -> None:
        """Tell and keep one value each of several metrics, and of curves that are none."""
        at = np.array([step], np.int64)
        columns = {name: np.array([value], np.float64) for name, value in values.items()}
        beside = {
            name: (at, np.array([value], np.float64)) for name, value in (signs or {}).items()
        }
        self.scalars(at, columns, beside)

    @staticmethod
    def packed(curves: Curves) -> dict[str, tuple[Array, Array]]:
        """Return curves as they are told."""
        return {name: (Array.of(steps), Array.of(v)) for name, (steps, v) in curves.items()}

    def picture(
        self, stream: str, step: int, arrays: dict[str, Any], info: dict[str, Any], told: bool
    ) -> None:
        """Keep a picture of a stream, and tell it when someone looks."""
        packed = {name: Array.of(array) for name, array in arrays.items()}
        event = Measured(stream=stream, step=step, arrays=packed, info=info)
        self._store.emit(event)
        self._judge(event)
        if told:
            self._sink.emit(event)
        for name in SHEETS & arrays.keys():
            self.sheet, self._sheet_step = arrays[name], step

    def introduce(
        self, stream: str, step: int, arrays: dict[str, Any], info: dict[str, Any]
    ) -> None:
        """Tell what pictures are about; a run keeps that once, however often its training is resumed."""
        if self._store.holds(stream):
            packed = {name: Array.of(array) for name, array in arrays.items()}
            self._sink.emit(Measured(stream=stream, step=step, arrays=packed, info=info))
        else:
            self.picture(stream, step, arrays, info, told=True)

    def save_sheet(self) -> Path | None:
        """Write the last picture of examples as a PNG file, if there is one."""
        if self.sheet is None:
            return None
        path = self._folder.samples / f"step-{self._sheet_step:09d}.png"
        save_sheet(self.sheet, path)
        self.sheet = None
        return path

    def _log(self, event: Event) -> None:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        # A log that cannot be written is no reason to stop; what must be kept is in the database.
        with contextlib.suppress(OSError), open(self._folder.log, "a", encoding="utf-8") as log:
            log.write(f"{stamp} {_line(event)}\n")


def save_sheet(images: NDArray[np.uint8], path: Path) -> None:
    """Write images ``(n, h, w, c)`` as one PNG file, in rows and columns.

    Raises:
        FileError: It cannot be written.
    """
    import io

    from PIL import Image

    from projects.atomic import write

    packed = io.BytesIO()
    Image.fromarray(tiled(images)).save(packed, "png")
    write(path, packed.getvalue(), follow_link=False)


def tiled(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images ``(n, h, w, c)`` side by side in about a square, as ``(h, w[, 3])``."""
    count, height, width, channels = images.shape
    columns = int(np.ceil(np.sqrt(count)))
    lines = -(-count // columns)
    sheet = np.zeros((lines, height + 1, columns, width + 1, channels), np.uint8)
    for i, image in enumerate(images):
        sheet[i // columns, :height, i % columns, :width] = image
    flat = sheet.reshape(lines * (height + 1), columns * (width + 1), channels)[:-1, :-1]
    if channels in (1, 2):
        return flat[:, :, 0]
    return flat[:, :, :3]


def _line(event: Event) -> str:
    if isinstance(event, Started):
        return f"started at step {event.step} on {event.device}"
    if isinstance(event, State):
        return f"{event.state} at step {event.step}"
    if isinstance(event, Marker):
        return f"{event.kind} at step {event.step}: {event.text}"
    return f"saved step {getattr(event, 'step', 0)}"
