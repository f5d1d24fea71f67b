"""The Data tab: where the examples come from, how they are dealt out, and what they look like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.data import places
from engine.data.base import SOURCES
from engine.protocol import Checked, Preview, Previewed
from projects.errors import Problem, ProjectError
from projects.fields import fields_of, shown
from projects.schema import Data, Project
from projects.translation import gettext as _
from projects.translation import phrase
from widgets.forms import Form
from widgets.timers import single_shot
from widgets.topics import TOPIC
from workbench.augment_form import augment_fields, augment_values, with_augment
from workbench.data_preview import DataPreview
from workbench.document import Document
from workbench.download_row import DownloadRow
from workbench.forms import form_fields
from workbench.problem_words import said, warns
from workbench.recipe_tab import card
from workbench.values import set_at, values_of

SETTLE_MS = 250
LEAST_FORM, FORM_WIDTH = 356, 440
LEAST_PREVIEW = (220, 160)
SIDE_BY_SIDE = 660  # where the page is narrower, the examples stand below the form
SHOWN = 96
POINTS_SHOWN = 1000  # points are small, and it takes many to see a shape


class DataTab(QWidget):
    """Edits ``Project.data``, made from its declaration, and shows examples.

    Args:
        document: The open project.
        parent: Qt parent.

    Signals:
        preview_wanted(Preview): Ask the desk engine for examples.
        permitted(): A file that could not be read before may be read now: check again.
    """

    preview_wanted = Signal(object)
    permitted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataTab")
        self.setProperty(TOPIC, "article/data")
        self.setAccessibleName(_("Data"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._asked: Data | None = None
        self._picked = ""
        self._count = SHOWN
        self._timer = single_shot(self, SETTLE_MS, self._ask)
        source, *others = form_fields(fields_of(Data))
        self._source = Form((source,), captions=True)
        self._others = Form(tuple(others), captions=True)
        self._augment = Form(augment_fields(), captions=True)
        self._augment.edited.connect(self._edit_augment)
        self._download = DownloadRow()
        self._download.downloaded.connect(self._read_again)
        self._preview = DataPreview()
        self._preview.split_chosen.connect(self._ask)
        self._preview.again_wanted.connect(self._read_again)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(0)
        self._preview.setMinimumSize(*LEAST_PREVIEW)  # else its largest view would decide
        self._halves.addWidget(self._side(), 2)
        self._halves.addWidget(self._preview, 3)
        for form in (self._source, self._others):
            form.edited.connect(self._edit)
            form.picked.connect(self._remember_picked)
        document.changed.connect(self._changed)
        document.path_changed.connect(self._moved)
        self._source.set_folder(document.folder)
        self._fill()

    def _side(self) -> QScrollArea:
        page = QWidget()
        page.setObjectName("dataPage")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 12, 20)
        column.setSpacing(20)
        source = card(_("Source"), self._source)
        frame = source.layout()
        assert frame is not None
        frame.addWidget(self._download)
        column.addWidget(source)
        column.addWidget(card(_("Scaling and split"), self._others))
        column.addWidget(card(_("Augmentation of training examples"), self._augment))
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("dataScroll")
        area.setAccessibleName(_("Source, scaling and split"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(LEAST_FORM)
        area.setWidget(page)
        self._area = area
        return area

    # ------------------------------------------------------------------------------------ asked

    def set_checked(self, checked: Checked) -> None:
        """Show problems at the fields that they are about."""
        for form in (self._source, self._others, self._augment):
            form.clear_problems()
        for problem in checked.problems:
            self._at_field(problem)
        if not (self._timer.isActive() or self._preview.agrees(checked.data)):
            self.look_again()

    def look_again(self) -> None:
        """Files may be others than they were: ask for examples, at the latest when they can be seen."""
        self._asked = None
        self._ask()

    def focus_problem(self, where: str) -> bool:
        """Put the cursor into the field of a place; return whether it is here."""
        if not where.startswith("data."):
            return False
        for form, inner in self._places(where):
            control = form.focus_field(inner)
            if control is not None:
                self._area.ensureWidgetVisible(control)
                return True
        return False

    def _places(self, where: str) -> Iterator[tuple[Form, str]]:
        """Yield the forms that may have the field of a place, and its path in each."""
        inner = where.removeprefix("data.")
        for form in (self._source, self._others):
            yield form, inner
        group, _dot, rest = inner.partition(".")
        index, _dot, setting = rest.partition(".")
        plugs = self._document.project.data.augment
        if group == "augment" and index.isdecimal() and int(index) < len(plugs):
            yield self._augment, f"{plugs[int(index)].type}.{setting}".rstrip(".")

    def show_preview(self, event: Previewed) -> None:
        """Show examples."""
        self._preview.show_examples(event)
        more = event.info.counts.get(self._preview.split, 0) > self._count
        if event.info.kind == "points" and more and self._count < POINTS_SHOWN:
            self._count = POINTS_SHOWN
            self._ask()

    def show_failure(self, problem: Problem) -> None:
        """Say why there are none."""
        self._at_field(problem)
        self._preview.show_failure(problem)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put form and examples where there is room for them."""
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE
        ways = QBoxLayout.Direction
        self._halves.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        self._area.setMaximumWidth(FORM_WIDTH if wide else SIDE_BY_SIDE)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for examples when they can be seen."""
        super().showEvent(event)
        if self._asked is not self._document.project.data:
            self._ask()

    # ------------------------------------------------------------------------------------ inside

    def _changed(self, before: Project, after: Project) -> None:
        if before.data.source.type != after.data.source.type:
            self._count = SHOWN
        if before.data is not after.data:
            self._fill()
            self._timer.start()

    def _moved(self, _path: Path) -> None:
        """Relative paths start in another folder now: what is shown may not be there."""
        self._asked = None
        self._source.set_folder(self._document.folder)
        self._timer.start()

    def _fill(self) -> None:
        values = values_of(self._document.project.data)
        self._source.set_values(values)
        self._others.set_values(values)
        self._augment.set_values(augment_values(self._document.project.data))
        source = self._document.project.data.source
        self._download.setVisible(source.type == "openml")
        self._download.set_name(str(source.params.get("name", "")))

    def _ask(self) -> None:
        if not self.isVisible():
            return
        self._timer.stop()
        data = self._document.project.data
        self._asked = data
        self._preview.show_waiting(_title(data))
        folder = str(self._document.folder)
        self.preview_wanted.emit(
            Preview(data=data, folder=folder, count=self._count, split=self._preview.split)
        )

    def _read_again(self) -> None:
        """What could not be read may be there now, or was mended outside."""
        self._ask()
        self.permitted.emit()

    def _remember_picked(self, chosen: str) -> None:
        """A file that the person chose in a dialog may lie anywhere: choosing it allows it."""
        self._picked = chosen
        if not self._inside(Path(chosen)):
            try:
                places.allow(Path(chosen))
            except OSError as error:
                self.show_failure(_not_remembered(error))

    def _inside(self, path: Path) -> bool:
        """Whether a file lies in the project's folder; a project that was never saved has none."""
        if self._document.path is None:
            return False
        return path.resolve().is_relative_to(self._document.folder.resolve())

    def _edit(self, path: str, value: Any) -> None:
        picked = bool(self._picked) and value == self._picked
        if picked and self._inside(Path(value)):
            value = Path(value).resolve().relative_to(self._document.folder.resolve()).as_posix()
        self._picked = ""
        merge = self._source.merge_key(path) or self._others.merge_key(path)
        try:
            after = set_at(self._document.project, f"data.{path}", value)
        except ProjectError as error:
            for form in (self._source, self._others):
                form.refuse(path, said(error.problem))
            return
        self._document.apply(phrase("Change data"), after, merge)
        if picked:
            self._fill()  # the path as it is written, also where it was chosen before
            self._ask()  # the same path may be read now
            self.permitted.emit()

    def _edit_augment(self, path: str, value: Any) -> None:
        project = self._document.project
        data = with_augment(project.data, path, value)
        after = msgspec.structs.replace(project, data=data)
        self._document.apply(phrase("Change augmentation"), after, self._augment.merge_key(path))

    def _at_field(self, problem: Problem) -> None:
        if problem.where.startswith("data."):
            for form, inner in self._places(problem.where):
                if form.set_problem(inner, said(problem), warns(problem)):
                    return


def _title(data: Data) -> str:
    """What a source is called: the file that it reads, else its kind."""
    path = data.source.params.get("path")
    if isinstance(path, str) and path:
        return shown(Path(path).name)
    known = data.source.type in SOURCES
    return SOURCES.get(data.source.type).title if known else data.source.type


def _not_remembered(error: OSError) -> Problem:
    return Problem(
        places.WHERE,
        _("it cannot be noted that this file may be read: {reason}.").format(reason=error.strerror),
        _("Copy the file beside the project."),
    )
