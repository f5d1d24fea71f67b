"""The trade-off: a chart of score against cost, and the same figures in a table; choosing in one chooses in the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.compression.variant import Size
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.elided import ElidedLabel
from widgets.elided_box import ElidedBox
from widgets.pages import scrolling
from widgets.plots.marks import Marks
from widgets.plots.trade_off import TradeOffPlot
from workbench.choices import State, choose, chosen
from workbench.compress.axes import AXES, Axis, score_base, score_title
from workbench.compress.deeds import DEEDS, EXPORT, OPEN, SHRINK, TRAIN, Deeds
from workbench.compress.family import RUN, TRAINED, VARIANT, Member
from workbench.compress.legend import Legend
from workbench.compress.score_box import ScoreBox, narrow
from workbench.compress.spots import GROUPS, Preview, spots_of
from workbench.compress.table import VariantTable, saved
from workbench.panels.saving import Table

CHART, TABLE = 360, 240
LEAST_WIDTH, LEAST_CHART, LEAST_TABLE, LEAST_MARKS = 300, 130, 66, 200
LEAST_HEIGHT = 232  # with its buttons in two lines


class Board(QWidget):
    """The chart above the table.

    Args:
        menu: The button with what else can be done with it.
        parent: Qt parent.

    Signals:
        open_wanted(path): Open the network of a member on the canvas.
        train_wanted(path): Train it on.
        shrink_wanted(path): Make this one smaller from now on.
        export_wanted(path): Hand it over to other programs.
        rescored(): Another score tells how good networks are.
    """

    open_wanted = Signal(object)
    train_wanted = Signal(object)
    shrink_wanted = Signal(object)
    export_wanted = Signal(object)
    rescored = Signal()

    def __init__(self, menu: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compressBoard")
        self.setMinimumHeight(LEAST_HEIGHT)
        self._members: tuple[Member, ...] = ()
        self._preview: Preview | None = None
        self._spots: list[Path | None] = []
        self._base: Path | None = None
        self._objective = ""
        self._wanted: Path | None = None  # the member to choose when the members are known
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(self._make_head(menu))
        column.addWidget(self._make_parts(), 1)
        column.addLayout(self._make_foot())
        self._deeds = Deeds()
        self._deeds.wanted.connect(self._do)
        column.addWidget(self._deeds)
        theme.notifier().changed.connect(self._retheme)
        self._retheme()
        self._enable()

    def _make_head(self, menu: QWidget) -> QHBoxLayout:
        """Which score stands against which cost."""
        self._axis = ElidedBox()
        self._axis.setObjectName("compressAxis")
        self._axis.setAccessibleName(_("Cost along the bottom"))
        for axis in AXES:
            self._axis.addItem(_(axis.title), axis.name)
        self._axis.setCurrentIndex(self._axis.findData("file_bytes"))
        self._axis.currentIndexChanged.connect(self._paint)
        narrow(self._axis)
        self.score = ScoreBox()
        self.score.rescored.connect(self._rescored)
        against = QLabel(_("against"))
        against.setBuddy(self._axis)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self.score, 1)
        head.addWidget(against)
        head.addWidget(self._axis, 1)
        head.addStretch()
        head.addWidget(menu)
        return head

    def _make_parts(self) -> QScrollArea:
        """The chart above the table."""
        self.plot = TradeOffPlot(_("Score against cost"), _(DEEDS[OPEN][0]))
        self.plot.chosen.connect(self._point_chosen)
        self.plot.opened.connect(self._point_opened)
        self.table = VariantTable()
        self.table.chosen.connect(self.choose)
        self.table.opened.connect(self.open_wanted)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("compressParts")
        split.setChildrenCollapsible(False)
        split.addWidget(self.plot)
        split.addWidget(self.table)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([CHART, TABLE])
        self.plot.setMinimumSize(LEAST_WIDTH, LEAST_CHART)
        self.table.setMinimumHeight(LEAST_TABLE)
        area = scrolling(split, "compressBoardArea", _("Trade-off"))
        area.setMinimumWidth(LEAST_WIDTH + area.verticalScrollBar().sizeHint().width())
        return area

    def _make_foot(self) -> QHBoxLayout:
        """What the marks of the chart mean."""
        self._marks = Marks()
        self._marks.setMinimumWidth(LEAST_MARKS)
        self._told = ElidedLabel()
        self._told.setObjectName("compressTold")
        self._told.setProperty("role", "hint")
        foot = QHBoxLayout()
        foot.setSpacing(theme.PAD)
        foot.addWidget(self._marks, 1)
        foot.addWidget(self._told, 1)
        return foot

    # ------------------------------------------------------------------------------- shown

    def _sizes(self) -> list[Size]:
        sizes = [member.size for member in self._members if member.size is not None]
        return sizes if self._preview is None else [*sizes, self._preview.size]

    def show_members(self, members: Sequence[Member], base: Path | None, objective: str) -> None:
        """Show a family.

        Args:
            members: The first of all, then the others.
            base: The one that steps are applied to.
            objective: Tag of what they learn.
        """
        another = base != self._base
        self._members, self._base, self._objective = tuple(members), base, objective
        self.score.offer(self._sizes(), objective)
        self.table.show_members(self._members, self.score.chosen)
        wanted = self._wanted
        if wanted is not None and any(member.path == wanted for member in members):
            self.choose(wanted)
        elif another and base is not None:
            self._mark(base)
        self._paint()
        self._enable()

    def show_preview(self, words: str, size: Size | None, beside: Size | None = None) -> None:
        """Show what the steps would give; None where there are none, or they cannot be done.

        Args:
            words: The steps.
            size: What they would give.
            beside: What the run costs as it is, timed in turns with that.
        """
        self._preview = Preview(words, size, beside) if size is not None else None
        self.score.offer(self._sizes(), self._objective)
        self._paint()

    def remembered(self) -> State:
        """Return the axis, the score and the member that are chosen."""
        return {
            "controls": chosen(self),
            "score": self.score.wanted,
            "member": self._wanted or self.table.current,
        }

    def restore(self, state: State) -> None:
        """Choose them again: the member when the members are known."""
        match state:
            case {
                "controls": dict(controls),
                "score": str(score),
                "member": Path() | None as member,
            }:
                choose(self, controls)
                self.score.wanted = score
                self._wanted = member

    def choose(self, path: Path) -> None:
        """Choose a member; none is waited for any more."""
        self._wanted = None
        self._mark(path)

    def _mark(self, path: Path) -> None:
        if self.table.current != path:
            self.table.choose(path)
        self.plot.choose(self._spots.index(path) if path in self._spots else -1)
        self._enable()

    def saved(self) -> Table | None:
        """The figures for a file; None where there are none."""
        return saved(self._members, self.score.chosen) if self._members else None

    def _rescored(self) -> None:
        self.table.show_members(self._members, self.score.chosen)
        self._paint()
        self.rescored.emit()

    @property
    def _cost(self) -> Axis:
        """What goes along the bottom."""
        return next(axis for axis in AXES if axis.name == self._axis.currentData())

    def _paint(self) -> None:
        axis = self._cost
        metric, higher = self.score.chosen, self.score.higher
        base = next((one.fair for one in self._members if one.path == self._base), None)
        found = spots_of(self._members, self._preview, axis, metric, higher, base)
        self._spots = [path for path, _spot in found]
        titles = (_(axis.title), self._score_title(metric))
        self.plot.set_spots(
            [spot for _path, spot in found], titles, axis.words, binary=axis.name == "file_bytes"
        )
        current = self.table.current
        self.plot.choose(self._spots.index(current) if current in self._spots else -1)
        self._show_marks()

    def _score_title(self, metric: str) -> str:
        """What stands at the axis of scores, with an arrow where less is better, as papers have it."""
        title = score_title(metric)
        return title if not metric or self.score.higher else f"{title} ↓"

    def _show_marks(self) -> None:
        tokens = theme.current()
        kinds = {member.kind for member in self._members}
        names = {RUN: _("the run"), VARIANT: _("variants"), TRAINED: _("trained on")}
        self._marks.set_marks(
            [
                (place, names[kind], tokens.series_color(place))
                for place, kind in enumerate(GROUPS)
                if kind in kinds
            ]
        )
        sizes = self._sizes() if self._spots and self.score.chosen else ()
        base = score_base(self.score.chosen, sizes[0].metrics) if sizes else ""
        self.score.setToolTip(base)
        legend = Legend(
            points=len(self._spots),
            higher=self.score.higher,
            timed=self._cost.batch > 0,
            base=base,
            preview=self._preview is not None,
            measured=sum(member.size is not None for member in self._members),
            members=len(self._members),
        )
        self._told.setText(" ".join(legend.sentences()))

    def _enable(self) -> None:
        member = next((m for m in self._members if m.path == self.table.current), None)
        why = "" if member is not None else _("Choose a point or a row first.")
        self._deeds.enable(why, member is not None and member.path == self._base)

    def _retheme(self) -> None:
        self.plot.retheme()
        self._show_marks()
        self._deeds.retheme()
        self.plot.offer.setIcon(icons.icon(DEEDS[OPEN][1]))

    # ------------------------------------------------------------------------------- hands

    def _do(self, name: str) -> None:
        wanted = {
            OPEN: self.open_wanted,
            TRAIN: self.train_wanted,
            SHRINK: self.shrink_wanted,
            EXPORT: self.export_wanted,
        }
        wanted[name].emit(self.table.current)

    def _point_chosen(self, place: int) -> None:
        path = self._spots[place]
        if path is not None:
            self.choose(path)
        else:
            self.plot.choose(place)

    def _point_opened(self, place: int) -> None:
        path = self._spots[place]
        if path is not None:
            self.choose(path)
            self.open_wanted.emit(path)
