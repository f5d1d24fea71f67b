"""The last samples of every cell of a study beside each other, those of its first seed that has some."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.runs.folder import RunFolder
from engine.studies.results import Results
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from workbench.rundata import RunData
from workbench.samples.picture import Picture

STREAM = "samples"
MOST_CELLS = 24
LEAST_SIDE = 200
READ_FROM = ("finished", "failed", "stopped", "interrupted")


class Sheets(QScrollArea):
    """A grid of pictures, a cell of the study each.

    Signals:
        run_wanted(path): This run has to be read before it can be shown.
    """

    run_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studySheets")
        self.setAccessibleName(_("Samples of every cell"))
        self.setWidgetResizable(True)
        self._pictures: dict[Path, Picture] = {}
        self._wanted: set[Path] = set()
        self._shape: object = None
        self._page = QWidget()
        self.setWidget(self._page)

    def show_results(self, results: Results | None) -> None:
        """Make room for a picture of every cell, and ask for the runs that have one."""
        cells = results.cells[:MOST_CELLS] if results is not None else ()
        runs = [next((r for r in c.rows if r.state == "finished"), c.rows[0]) for c in cells]
        shape = tuple(row.path for row in runs)
        if shape != self._shape:
            self._build(
                [(row.path, cell.cell.title) for row, cell in zip(runs, cells, strict=True)]
            )
            self._shape = shape
            self._wanted = set()
            if results is not None and len(results.cells) > MOST_CELLS:
                self._say_more(len(results.cells))
        if not self.isVisible():
            return
        for row in runs:
            there = row.state in READ_FROM and RunFolder(row.path).database.is_file()
            if there and row.path not in self._wanted:
                self._wanted.add(row.path)
                self.run_wanted.emit(row.path)

    def show_run(self, path: Path, run: RunData) -> None:
        """Show the last picture of a run, if it is one of those here."""
        picture = self._pictures.get(path)
        frames = run.frames.get(STREAM)
        if picture is not None and frames:
            picture.set_frame(frames.last)

    def _build(self, cells: list[tuple[Path, str]]) -> None:
        self._page = QWidget()
        grid = QGridLayout(self._page)
        grid.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        grid.setSpacing(theme.PAD)
        columns = max(1, round(len(cells) ** 0.5)) if len(cells) < 10 else 4
        self._pictures = {}
        for place, (path, title) in enumerate(cells):
            heading = ElidedLabel(title)
            heading.setObjectName("plotTitle")
            picture = Picture(_("no samples yet"))
            picture.setMinimumSize(LEAST_SIDE, LEAST_SIDE)
            self._pictures[path] = picture
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(heading)
            column.addWidget(picture, 1)
            grid.addLayout(column, place // columns, place % columns)
        self.setWidget(self._page)

    def _say_more(self, cells: int) -> None:
        more = QLabel(
            _("The first {most} of {cells} cells are shown.").format(most=MOST_CELLS, cells=cells)
        )
        more.setProperty("role", "hint")
        grid = self._page.layout()
        assert isinstance(grid, QGridLayout)
        grid.addWidget(more, grid.rowCount(), 0, 1, -1)
