"""The dialog *Export*: formats at the left, what the chosen one is and where it goes at the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.client import Engines
from engine.exports.base import EXPORTS, Export
from engine.protocol import Export as Order
from engine.protocol import Exported
from projects.errors import Problem
from projects.schema import Plug
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import icons, theme
from widgets.choice_box import ChoiceBox
from widgets.progress import Progress
from widgets.restyling import restyle
from widgets.topics import TOPIC
from workbench.artist import Artist
from workbench.export_page import page_of, told
from workbench.flight_dialog import spoken
from workbench.forms import first_words
from workbench.names import network_words
from workbench.problem_words import said
from workbench.questions import CANCEL, Choice, ask
from workbench.values import defaults

WIDTH, HEIGHT = 880, 660
AROUND = 60
ROW = 30
LIST_WIDTH = 220
PLAN, WRITE = "plan", "write"
TAG = Qt.ItemDataRole.UserRole


class ExportDialog(QDialog):
    """Hands a run over to other programs, in one format after another as long as it is open.

    Args:
        engines: The window's engines; one of its own works for it.
        run: The run folder.
        title: What the run is called.
        name: What files are called, without an ending.
        folder: Where they go if nothing else is said.
        parent: The window.

    Attributes:
        folder: Where files go: of the path that was typed or chosen last, where there is such a folder.
    """

    def __init__(
        self,
        engines: Engines,
        run: Path,
        title: str,
        name: str,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setProperty(TOPIC, "article/runs")
        self.setWindowTitle(_("Export {run}").format(run=title))
        area = self.screen().availableGeometry()  # with room for what a system draws around it
        self.resize(min(WIDTH, area.width() - AROUND), min(HEIGHT, area.height() - AROUND))
        self.folder = folder
        self._run = run
        self._name = name
        self._known: Exported | None = None
        self._values: dict[str, dict[str, Any]] = {}
        self._written: Path | None = None
        self._wanted = (
            ""  # network that a person chose; a format that holds one begins with the first
        )
        self._artist = Artist(engines, self)
        self._artist.answered.connect(self._answered)
        self._artist.stage.connect(self._show_stage)
        self._artist.failed.connect(self._show_failure)
        self._artist.stopped.connect(self._enable)
        self._make()
        self.formats.setCurrentRow(0)
        self._artist.ask(PLAN, Order(run=str(run)))
        self._work(_("Looking at the run …"))

    # ----------------------------------------------------------------------------------- making

    def _make(self) -> None:
        self.formats = QListWidget()
        self.formats.setObjectName("exportFormats")
        self.formats.setAccessibleName(_("Formats"))
        self.formats.setFixedWidth(LIST_WIDTH)
        for export in EXPORTS:
            item = QListWidgetItem(export.title)
            item.setData(TAG, export.tag())
            item.setToolTip(first_words(export.help()))
            item.setSizeHint(QSize(0, ROW))
            self.formats.addItem(item)
        self.formats.currentRowChanged.connect(lambda _row: self._show_format())
        self._page = QScrollArea()
        self._page.setObjectName("exportPage")
        self._page.setWidgetResizable(True)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QHBoxLayout()
        top.setSpacing(theme.PAD * 2)
        top.addWidget(self.formats)
        right = QVBoxLayout()
        right.setSpacing(theme.PAD)
        right.addWidget(self._page, 1)
        right.addLayout(self._places())
        top.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.PAD)
        column.addLayout(top, 1)
        self.words = spoken("exportWords", "")
        self._bar = Progress("exportBar", _("Progress"))
        column.addWidget(self.words)
        column.addWidget(self._bar)
        column.addLayout(self._buttons())

    def _places(self) -> QFormLayout:
        self.network = ChoiceBox("exportNetwork", _("Network"))
        self.network.activated.connect(self._choose_network)
        self.place = QLineEdit()
        self.place.setObjectName("exportPlace")
        self.place.setAccessibleName(_("File"))
        self.place.textEdited.connect(self._place_edited)
        browse = QPushButton(_("Browse…"))
        browse.setObjectName("exportBrowse")
        browse.setAccessibleName(_("Choose the file"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.place, 1)
        row.addWidget(browse)
        self._form = QFormLayout()
        self._form.setSpacing(theme.GAP)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow(_("Network"), self.network)
        self._form.addRow(_("File"), row)
        return self._form

    def _buttons(self) -> QHBoxLayout:
        self.open_folder = QPushButton(_("Open folder"))
        self.open_folder.setObjectName("exportOpen")
        self.open_folder.setIcon(icons.icon("open"))
        self.open_folder.clicked.connect(self._open_folder)
        self.open_folder.hide()
        self.begin = QPushButton(_("Export"))
        self.begin.setObjectName("exportBegin")
        self.begin.setProperty("primary", True)
        self.begin.setDefault(True)
        self.begin.clicked.connect(lambda: self._begin())
        self._close = QPushButton(_("Close"))
        self._close.setObjectName("exportClose")
        self._close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.open_folder)
        row.addStretch(1)
        row.addWidget(self._close)
        row.addWidget(self.begin)
        for button in (self.open_folder, self.begin, self._close):
            button.setAccessibleName(button.text())
        return row

    # ----------------------------------------------------------------------------------- the format

    @property
    def chosen(self) -> type[Export]:
        """The chosen format."""
        return EXPORTS.get(self.formats.currentItem().data(TAG))

    def choose(self, tag: str) -> None:
        """Choose a format."""
        for row in range(self.formats.count()):
            if self.formats.item(row).data(TAG) == tag:
                self.formats.setCurrentRow(row)

    def _show_format(self) -> None:
        export = self.chosen
        values = self._values.setdefault(export.tag(), defaults(export.fields()))
        known, tag = self._known, export.tag()
        lacking = known.lacking.get(tag, ()) if known is not None else ()
        self._page.setWidget(page_of(export, self._problems(tag), lacking, values))
        self._page.setProperty(TOPIC, EXPORTS.key(export.tag()))
        self.place.setText(str(self.folder / f"{self._name}{export.tail}{export.suffix}"))
        self._show_networks()
        self._written = None
        self.open_folder.hide()
        if not self._artist.busy:
            self._rest()
        self._enable()

    def _problems(self, tag: str) -> tuple[Problem, ...]:
        return self._known.formats.get(tag, ()) if self._known is not None else ()

    def _choose_network(self) -> None:
        self._wanted = str(self.network.currentData())

    def _show_networks(self) -> None:
        """Which network, where the run has several."""
        names = self._known.networks if self._known is not None else ()
        together = [] if self.chosen.single else [(_("all of them"), "")]
        self.network.fill([*together, *((network_words(name), name) for name in names)])
        self.network.setCurrentIndex(max(0, self.network.findData(self._wanted)))
        self._form.setRowVisible(self.network, len(names) > 1)

    # ----------------------------------------------------------------------------------- the file

    def _browse(self) -> None:
        export = self.chosen
        name, _kind = QFileDialog.getSaveFileName(
            self,
            _("Export"),
            self.place.text(),
            f"{export.title} (*{export.suffix})",
            options=QFileDialog.Option.DontConfirmOverwrite,  # of all files that are written
        )
        if name:
            path = Path(name)
            self.place.setText(str(path if path.suffix else path.with_suffix(export.suffix)))
            self._place_edited()

    def _place_edited(self) -> None:
        path = Path(self.place.text())
        if path.is_absolute() and path.parent.is_dir():
            self.folder = path.parent
        stem = path.stem.removesuffix(self.chosen.tail)
        self._name = stem or self._name
        self._enable()

    def _open_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    # ----------------------------------------------------------------------------------- the work

    def _begin(self, replace: bool = False) -> None:
        export = self.chosen
        plug = Plug(export.tag(), dict(self._values.get(export.tag(), {})))
        network = self.network.currentData() if self.network.count() > 1 else ""
        self._written = None
        self.open_folder.hide()
        order = Order(
            run=str(self._run),
            format=plug,
            path=self.place.text().strip(),
            network=network or "",
            replace=replace,
        )
        self._artist.ask(WRITE, order)
        self._work(_("Exporting …"))

    def _answered(self, purpose: str, event: Exported) -> None:
        if purpose == PLAN:
            self._known = event
            self._mark()
            self._show_format()
            return
        self._rest()
        if event.in_the_way:  # once the engine was listened to: a question waits for its answer
            QTimer.singleShot(0, self, lambda: self._ask_to_replace(event.in_the_way))
            return
        self._written = Path(event.path)
        self._say(told(event))
        self.open_folder.show()

    def _ask_to_replace(self, files: Sequence[str]) -> None:
        """Files of these names are there: they are replaced only if that is wanted."""
        names = [Path(file).name for file in files]
        title = (
            _("“{name}” is there already.").format(name=names[0])
            if len(names) == 1
            else ngettext(
                "{count} file is there already.", "{count} files are there already.", len(names)
            ).format(count=len(names))
        )
        answer = ask(
            self,
            "replace",
            title,
            "\n".join(
                (
                    *((*names, "") if len(names) > 1 else ()),
                    _("Exporting replaces what is in them."),
                )
            ),
            (
                Choice("replace", _("Replace"), destructive=True),
                Choice(CANCEL, _("Cancel"), primary=True),
            ),
        )
        if answer == CANCEL:
            self._say(_("Nothing was written."))
            self.words.show()
        else:
            self._begin(replace=True)

    def _mark(self) -> None:
        """Formats that cannot hold the run have a sign, which is not a colour alone."""
        for row in range(self.formats.count()):
            item = self.formats.item(row)
            problems = self._problems(item.data(TAG))
            if problems:
                item.setIcon(icons.icon("warning"))
                item.setToolTip(str(problems[0]))

    def _show_stage(self, text: str, share: float) -> None:
        self._say(f"{text} …")
        self._bar.show_share(share)

    def _show_failure(self, problem: Problem) -> None:
        self._rest()
        place = f"{problem.where}: " if problem.where.startswith("networks.") else ""
        self._say("✗ " + f"{place}{said(problem)}", "problem")

    def _say(self, words: str, role: str = "") -> None:
        """Say how it stands; a failure in the colour and with the sign of one."""
        self.words.setText(words)
        restyle(self.words, "role", role)

    def _work(self, words: str) -> None:
        self._say(words)
        self.words.show()
        self._bar.setValue(0)
        self._bar.show()
        self._call_close(_("Cancel"))
        self._enable()

    def _rest(self) -> None:
        self._bar.hide()
        self._say("")
        self._call_close(_("Close"))
        self._enable()

    def _call_close(self, text: str) -> None:
        self._close.setText(text)
        self._close.setAccessibleName(text)

    def _enable(self) -> None:
        """What hinders stands at the button."""
        why = ""
        if self._artist.busy:
            why = _("Wait until the work is done.")
        elif self._known is None:
            why = _("The run could not be opened.")
        elif problems := self._problems(self.chosen.tag()):
            why = str(problems[0])
        elif not self.place.text().strip():
            why = _("Say which file is to be written.")
        self.begin.setEnabled(not why)
        self.begin.setToolTip(why)

    # ----------------------------------------------------------------------------------- the end

    def reject(self) -> None:
        """While something is written, give that up; else close."""
        if self._artist.busy and self._known is not None:
            self._artist.stop()
            self._rest()
            self._say(_("Nothing was written."))
            return
        super().reject()

    def done(self, result: int) -> None:
        """The engine ends with the dialog."""
        self._artist.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The engine ends with the dialog."""
        self._artist.close()
        super().closeEvent(event)
