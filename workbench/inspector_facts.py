"""The parts of the inspector that are not made from declarations: name, and what the check found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.data.base import DataInfo
from engine.protocol import NetworkReport, NodeReport
from projects.errors import Problem
from projects.translation import gettext as _
from widgets import theme
from widgets.forms.row import TITLE_WIDTH
from widgets.plain import plain_label
from widgets.restyling import restyle
from workbench.mend_buttons import MendButtons
from workbench.node_faces import compact
from workbench.problem_words import said

UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


class Heading(QWidget):
    """What a layer is, in a sentence, and on request its formula, advice and source.

    Args:
        title: Its name for people.
        help: What it is.
        more: What is shown on request; empty for nothing.
        open: Whether it is shown at once.
        parent: Qt parent.

    Signals:
        opened(open): More was asked for, or put away.
    """

    opened = Signal(bool)

    def __init__(
        self, title: str, help: str, more: str, open: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(plain_label(title, "heading"))
        self._more = plain_label(more, "hint")
        self._more.setObjectName("helpText")
        self._more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.setObjectName("helpMore")
        self._button.setProperty("fold", True)
        self._button.setCheckable(True)
        self._button.setChecked(open)
        self._button.toggled.connect(self._show)
        self._button.toggled.connect(self.opened)
        if help:
            column.addWidget(plain_label(help, "hint"))
        if more:
            column.addWidget(self._more)
            column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        self._show(open)

    def _show(self, open: bool) -> None:
        self._more.setVisible(open)
        text = _("Less about it") if open else _("More about it")
        self._button.setText(text)
        self._button.setAccessibleName(text)


class NameLine(QWidget):
    """The name of a layer or a block; it counts when Enter is pressed or the field is left.

    Args:
        of: What it is the name of, for screen readers.
        tip: Where the name appears.
        title: What stands beside it.
        key: What its parts are called: ``field-<key>``.
        parent: Qt parent.

    Signals:
        renamed(name): Another name was entered.
    """

    renamed = Signal(str)

    def __init__(
        self,
        of: str,
        tip: str,
        title: str = "",
        key: str = "name",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._known = ""
        label = QLabel(title or _("Name"))
        label.setFixedWidth(TITLE_WIDTH)
        self._line = QLineEdit()
        self._line.setObjectName(f"field-{key}")
        self._line.setAccessibleName(of)
        self._line.setToolTip(tip)
        self._line.editingFinished.connect(self._finished)
        label.setBuddy(self._line)
        self._problem = QLabel()
        self._problem.setObjectName(f"problem-{key}")
        self._problem.setProperty("role", "problem")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(2)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self._line, 0, 1)
        grid.addWidget(self._problem, 1, 1)
        grid.setColumnStretch(1, 1)
        self._problem.hide()

    def show_name(self, name: str) -> None:
        """Show the name that the layer has; one that is being typed stays."""
        if name != self._known:
            self._known = name
            self._line.setText(name)
            self.refuse("")

    def refuse(self, sentence: str) -> None:
        """Say why the name cannot be given; empty when it can."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        restyle(self._line, "wrong", bool(sentence))

    def _finished(self) -> None:
        name = self._line.text().strip()
        if name == self._known:
            self._line.setText(name)
            self.refuse("")
        else:
            self.renamed.emit(name)


class Facts(QWidget):
    """Shapes, counts and problems, as pairs of words.

    Attributes:
        mend: Buttons for what would mend the problems.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspectorFacts")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._problems = QLabel()
        self._problems.setObjectName("inspectorProblems")
        self._problems.setProperty("role", "problem")
        self._problems.setTextFormat(Qt.TextFormat.PlainText)
        self._problems.setWordWrap(True)
        self._problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._problems.hide()
        self.mend = MendButtons()
        self._rows: list[tuple[QLabel, QLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.PAD)
        column.addWidget(self._problems)
        column.addWidget(self.mend)
        column.addLayout(self._grid)

    def show_node(self, report: NodeReport, problems: Sequence[Problem], carried: str = "") -> None:
        """Show what is known of a layer, and what becomes of its weights when training goes on."""
        pairs = []
        if report.in_shapes:
            pairs.append((_("Comes in"), ", ".join(map(str, report.in_shapes))))
        if report.out_shape is not None:
            pairs.append((_("Goes out"), str(report.out_shape)))
        pairs += _counts(report.parameters, report.flops, report.activation_bytes)
        if carried:
            pairs.append((_("Its weights"), carried))
        self._show(pairs)
        self.show_problems(problems)

    def show_network(
        self,
        count: int,
        report: NetworkReport,
        data: DataInfo | None,
        problems: Sequence[Problem],
    ) -> None:
        """Show what is known of a network of so many layers."""
        pairs = [(_("Layers"), f"{count:,}")] if count else []
        pairs += _counts(report.parameters, report.flops, report.activation_bytes)
        if data is not None:
            pairs.append((_("Data"), f"{data.title} · {data.input}"))
        self._show(pairs)
        self.show_problems(problems)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong and has no field of its own."""
        self._problems.setText("\n\n".join(map(said, problems)))
        self._problems.setVisible(bool(problems))
        wrong = any(problem.severity == "error" for problem in problems)
        restyle(self._problems, "role", "problem" if wrong else "caution")

    def _show(self, pairs: Sequence[tuple[str, str]]) -> None:
        while len(self._rows) < len(pairs):
            title, text = QLabel(), QLabel()
            title.setProperty("role", "hint")
            title.setFixedWidth(TITLE_WIDTH)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setWordWrap(True)
            for column, label in enumerate((title, text)):
                label.setTextFormat(Qt.TextFormat.PlainText)
                self._grid.addWidget(label, len(self._rows), column)
            self._rows.append((title, text))
        for place, (title, text) in enumerate(self._rows):
            there = place < len(pairs)
            title.setVisible(there)
            text.setVisible(there)
            if there:
                title.setText(pairs[place][0])
                text.setText(pairs[place][1])


def _counts(parameters: int, flops: int, size: int) -> list[tuple[str, str]]:
    pairs = [(_("Parameters"), f"{parameters:,}")] if parameters else []
    if flops:
        pairs.append((_("FLOPs"), _("{count} an example").format(count=compact(flops))))
    if size:
        pairs.append((_("Activations"), _("{size} an example").format(size=in_bytes(size))))
    return pairs


def in_bytes(size: int) -> str:
    """Return a number of bytes in the unit people would say it in."""
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"
