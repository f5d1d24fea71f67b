"""What a panel shows, as a file: a picture of points, a drawing, or a table."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QBuffer, QPoint, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from projects import atomic
from projects.errors import UserError
from widgets import theme
from workbench.panels.menu import sharp
from workbench.rundata import Frame

DOTS, DRAWING = ".png", ".svg"
MOST_CELLS = 4_000_000


class Table(NamedTuple):
    """Figures to be written as CSV.

    Attributes:
        heads: Names of the columns, with units in brackets.
        rows: What stands in them.
    """

    heads: Sequence[str]
    rows: Iterable[Sequence[object]]


def save_picture(path: Path, widget: QWidget) -> bool:
    """Write what a widget shows; return whether that worked.

    Args:
        path: Where to; its ending decides whether it is a drawing (SVG) or a picture of points (PNG).
        widget: The widget.
    """
    if path.suffix.lower() == DRAWING:
        return _save_drawing(path, widget)
    return bool(sharp(widget).save(str(path), "PNG"))


def _save_drawing(path: Path, widget: QWidget) -> bool:
    """Text stays text and lines stay lines; only what is made of points is kept as points."""
    from PySide6.QtSvg import QSvgGenerator

    size: QSize = widget.size()
    kept = QBuffer()
    drawing = QSvgGenerator()
    drawing.setOutputDevice(kept)
    drawing.setSize(size)
    drawing.setViewBox(QRect(0, 0, size.width(), size.height()))
    drawing.setTitle(widget.accessibleName() or "Ganvas")
    painter = QPainter(drawing)
    painter.fillRect(QRect(0, 0, size.width(), size.height()), theme.current().color("surface"))
    widget.render(painter, QPoint())
    painter.end()
    with contextlib.suppress(UserError):
        atomic.write(path, bytes(kept.data().data()))
        return True
    return False


def save_table(path: Path, table: Table) -> str:
    """Write figures as CSV; return why that was not possible, empty where it was.

    Args:
        path: Where to.
        table: The figures.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.heads)
    writer.writerows(table.rows)
    try:
        atomic.write(path, out.getvalue().encode("utf-8"))
    except UserError as error:
        return str(error.problem)
    return ""


def frame_table(frame: Frame) -> Table | None:
    """Return everything that a picture of a stream holds: a row for every number; None where that is too much.

    Where the picture names the rows of an array the name stands beside them.

    Args:
        frame: The picture.
    """
    if sum(array.size for array in frame.arrays.values()) > MOST_CELLS:
        return None
    depth = max((array.ndim for array in frame.arrays.values()), default=0)
    places = [f"axis {number}" for number in range(depth)]
    heads = ("step", "array", "name", *places, "value")
    return Table(heads, itertools.chain.from_iterable(_cells(frame, depth)))


def _cells(frame: Frame, depth: int) -> Iterable[Iterable[Sequence[object]]]:
    for name, array in frame.arrays.items():
        names = _names_of(frame, array.shape[0]) if array.ndim else []
        yield (
            (
                frame.step,
                name,
                names[place[0]] if names else "",
                *place,
                *[""] * (depth - array.ndim),
                array[place].item(),
            )
            for place in np.ndindex(*array.shape)
        )


def _names_of(frame: Frame, count: int) -> list[str]:
    """What a picture calls so many things, if it names them."""
    lists = (value for value in frame.info.values() if isinstance(value, list))
    fitting = (value for value in lists if len(value) == count)
    return next((v for v in fitting if v and all(isinstance(name, str) for name in v)), [])
