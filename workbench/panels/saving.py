"""What a panel shows, as a file: a picture of points, a drawing, or a table; and the question where it goes."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QBuffer, QPoint, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from projects import atomic
from projects.errors import UserError
from projects.translation import gettext as _
from widgets import theme
from workbench.aside import aside
from workbench.panels.menu import sharp
from workbench.rundata import Frame
from workbench.save_place import begin_in, place_of

DOTS, DRAWING, FIGURES = ".png", ".svg", ".csv"
MOST_CELLS = 4_000_000
Tell = Callable[[str, str, bool], object]  # title, text, and whether all went well


class Table(NamedTuple):
    """Figures to be written as CSV.

    Attributes:
        heads: Names of the columns, with units in brackets.
        rows: What stands in them.
    """

    heads: Sequence[str]
    rows: Iterable[Sequence[object]]


def ask_path(parent: QWidget, title: str, stem: str, ending: str, kinds: str) -> Path | None:
    """Let a person choose where something is saved; return None where it is not to be.

    Args:
        parent: Whose question it is.
        title: What the dialog says.
        stem: What the file is called at first, without its ending.
        ending: What the name ends in where a person writes no ending.
        kinds: Kinds of files, as Qt's dialogs take them.
    """
    start = place_of(parent) / f"{stem}{ending}"
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    begin_in(parent, path.parent)
    return path if path.suffix else path.with_suffix(ending)


def picture_told(parent: QWidget, stem: str, widget: QWidget, tell: Tell) -> None:
    """Ask where a picture of a widget goes, write it, and tell what came of it.

    Args:
        parent: Whose question it is.
        stem: What the file is called at first.
        widget: The widget.
        tell: Told what came of it.
    """
    kinds = ";;".join((_("Pictures (*.png)"), _("Drawings (*.svg)")))
    path = ask_path(parent, _("Save picture"), stem, DOTS, kinds)
    if path is not None:
        fine = save_picture(path, widget)
        words = _("Picture saved") if fine else _("The picture could not be saved")
        tell(words, str(path), fine)


def table_told(parent: QWidget, stem: str, table: Table | None, tell: Tell) -> None:
    """Ask where figures go, write them aside, and tell what came of it.

    Args:
        parent: Whose question it is; where it is gone by then, nothing is told.
        stem: What the file is called at first.
        table: The figures; None where there are none to save.
        tell: Told what came of it.
    """
    if table is None:
        tell(_("There are no figures to save"), "", False)
        return
    path = ask_path(parent, _("Save figures"), stem, FIGURES, _("Tables (*.csv)"))
    if path is not None:
        aside(parent, partial(save_table, path, table), partial(_table_saved, tell, path))


def _table_saved(tell: Tell, path: Path, reason: str) -> None:
    words = _("The figures could not be saved") if reason else _("Figures saved")
    tell(words, reason or str(path), not reason)


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
    QWidget.render(widget, painter, QPoint())  # plots have another one of that name
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
