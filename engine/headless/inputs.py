"""Inputs for predictions, read from whatever file a person has: NPZ, CSV, an image, a folder of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.archive import opened, read_npz
from engine.data.base import DataInfo
from engine.data.cells import LARGEST, number_of
from engine.data.csv_table import header_of, read_rows
from engine.data.image_folder import ENDINGS, read_image
from engine.data.table import columns_of
from engine.data.text import read_lines
from engine.data.texts import Tokens
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

NAMES = ("inputs", "x", "X", "samples")


def read_inputs(path: Path, info: DataInfo, column: str = "") -> NDArray[Any]:
    """Return the examples of a file ``(examples, …)`` in the data's own units; bytes are images.

    Args:
        path: The file or folder.
        info: The data that the run learned from: its columns, or the size of its images.
        column: Of a table, the column that holds texts, where the run learned from texts; the first one
            when left out.

    Raises:
        DataError: Missing, damaged, or not what the run expects; names file, row and column.
    """
    if not path.exists():
        raise DataError(_("there is no such file or folder."), where=str(path))
    ending = path.suffix.lower()
    if not path.is_dir() and not path.is_file():
        raise DataError(_("this is no file."), where=str(path), hint=_("Choose a file."))
    if path.is_dir() or ending in ENDINGS:
        return _images(path, info)
    if ending == ".npz":
        return _arrays(path)
    if ending == ".txt" and info.tokens:
        return _tokens(info, _lines(path))
    if ending in (".csv", ".tsv") and info.tokens:
        return _tokens(info, _cells(path, column))
    if ending in (".csv", ".tsv", ".txt"):
        return _table(path, info)
    raise DataError(
        _("inputs are NPZ, CSV, an image or a folder of images."),
        where=str(path),
        hint=_("The ending of the name says which."),
    )


def _arrays(path: Path) -> NDArray[Any]:
    with opened(path) as archive:
        found = [name.removesuffix(".npy") for name in archive.namelist()]
    named = [name for name in NAMES if name in found] or (found if len(found) == 1 else [])
    if not named:
        raise DataError(
            _("expected an array called “inputs”; there are {names}.").format(
                names=", ".join(map(shown, found[:8])) or _("none")
            ),
            where=str(path),
        )
    return read_npz(path, named[:1])[named[0]]


def _lines(path: Path) -> list[tuple[str, str]]:
    """Read a text from every line that holds something, with its place."""
    lines = [line.rstrip("\r\n") for line in read_lines(path)]
    texts = [(f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    if not texts:
        raise DataError(_("there is nothing in it."), where=str(path))
    return texts


def _cells(path: Path, column: str) -> list[tuple[str, str]]:
    """Read a text from every row of a table, below the names of its columns, with its place."""
    rows = read_rows(path, "auto")
    header = header_of(path, next(rows, (1, []))[1], least=1)
    place = columns_of(column, header, f"{path}:1")[0] if column else 0
    texts = []
    for line, row in rows:
        where = f"{path}, row {line}, column {place + 1}"
        if len(row) <= place:
            raise DataError(_("there is no text."), where=where)
        texts.append((where, row[place]))
    if not texts:
        raise DataError(_("there is no row below the names."), where=str(path))
    return texts


def _tokens(info: DataInfo, texts: list[tuple[str, str]]) -> NDArray[np.int64]:
    return Tokens(info).rows(texts, info.input.dims[0])


def _images(path: Path, info: DataInfo) -> NDArray[np.uint8]:
    dims = info.input.dims
    if len(dims) != 3 or dims[0] not in (1, 3) or dims[1] != dims[2]:
        raise DataError(
            _("this run learned from examples of {shape}, which are no images.").format(
                shape=info.input
            ),
            where=str(path),
            hint=_("Give it an NPZ or CSV file."),
        )
    paths = [path]
    if path.is_dir():
        paths = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS and p.is_file())
    if not paths:
        raise DataError(_("the folder holds no image."), where=str(path))
    color = "grey" if dims[0] == 1 else "rgb"
    return np.stack([read_image(image, dims[1], color) for image in paths])


def _table(path: Path, info: DataInfo) -> NDArray[np.float32]:
    """Read rows of numbers; a first row of words names the columns, which may be in any order."""
    rows = list(read_rows(path, "auto"))
    if not rows:
        raise DataError(_("there is nothing in it."), where=str(path))
    names = [word.strip() for word in rows[0][1]]
    headed = any(number_of(word) is None for word in names)
    if info.picture and not any(number_of(word) is not None for _line, row in rows for word in row):
        raise DataError(
            _("there is no number in it, and the run learned from images."),
            where=str(path),
            hint=_("Give it an image, or an NPZ or CSV file."),
        )
    columns = _columns(path, names, info) if headed else range(info.input.elements)
    width = len(names) if headed and info.features else info.input.elements
    values = [_row(path, line, row, columns, width) for line, row in rows[headed:]]
    if not values:
        raise DataError(_("there is no row below the names."), where=str(path))
    return np.array(values, dtype=np.float32)


def _columns(path: Path, names: list[str], info: DataInfo) -> list[int]:
    if not info.features:
        return list(range(info.input.elements))
    missing = [name for name in info.features if name not in names]
    if missing:
        raise DataError(
            _("the column {name} is missing.").format(name=shown(missing[0])), where=f"{path}:1"
        )
    return [names.index(name) for name in info.features]


def _row(
    path: Path, number: int, row: list[str], columns: range | list[int], width: int
) -> list[float]:
    if len(row) > width:
        raise DataError(
            _("expected {expected:,} values, got {given:,}.").format(
                expected=width, given=len(row)
            ),
            where=f"{path}, row {number}",
            hint=_("Each row is one example."),
        )
    values = []
    for column in columns:
        value = number_of(row[column]) if column < len(row) else None
        if value is not None and abs(value) > LARGEST:
            raise DataError(
                _("{value} is too large.").format(value=shown(row[column])),
                where=f"{path}, row {number}, column {column + 1}",
                hint=_("Single precision ends at about 3.4e38."),
            )
        if value is None or not abs(value) <= LARGEST:
            given = shown(row[column]) if column < len(row) else _("nothing")
            raise DataError(
                _("expected a number, got {value}.").format(value=given),
                where=f"{path}, row {number}, column {column + 1}",
            )
        values.append(value)
    return values
