"""Chooses the example that is looked at: of a part of the data, by class, one after the other, or a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

from engine.data.base import DataInfo
from engine.protocol import Example
from projects.translation import gettext as _
from widgets.choice_box import ChoiceBox
from widgets.plain import plain_tip
from workbench.data_tables import PARTS

ORDER = ("validation", "test", "train")  # what was not learned from comes first
MOST_NAME = 24  # letters of a file's name


class ExampleRow(QWidget):
    """Buttons and lists in one row.

    Args:
        parent: Qt parent.

    Signals:
        changed: Another example is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = 0
        self._file = ""
        parts = [(_(PARTS[name]), name) for name in ORDER]
        self._part = ChoiceBox("insidePart", _("Part of the data"), parts)
        self._label = ChoiceBox("insideClass", _("Class of the example"))
        for box in (self._part, self._label):
            box.activated.connect(self._begin_again)
        self._before = self._button("insideBefore", "◀", _("The example before"), -1)
        self._after = self._button("insideAfter", "▶", _("The next example"), 1)
        self._own = QPushButton(_("Own file…"))
        self._own.setObjectName("insideOwn")
        self._own.setAccessibleName(self._own.text())
        self._own.setToolTip(
            _("Look at an example of your own: a file, which can also be dropped on the window")
        )
        self._own.clicked.connect(self._ask_file)
        self._back = QPushButton(_("Back to the data"))
        self._back.setObjectName("insideBack")
        self._back.setAccessibleName(self._back.text())
        self._back.clicked.connect(lambda: self.set_file(""))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self._part, self._label, self._before, self._after, self._own, self._back):
            row.addWidget(widget)
        self._show_state()

    def _button(self, name: str, words: str, title: str, way: int) -> QToolButton:
        made = QToolButton()
        made.setObjectName(name)
        made.setText(words)
        made.setAccessibleName(title)
        made.setToolTip(title)
        made.setAutoRepeat(True)
        made.clicked.connect(lambda: self._go(way))
        return made

    @property
    def example(self) -> Example:
        """The example that is chosen."""
        label = self._label.wanted
        return Example(
            split=str(self._part.wanted),
            index=self._index,
            label=label if isinstance(label, int) else -1,
            file=self._file,
        )

    def set_data(self, info: DataInfo) -> None:
        """Offer the parts and the classes that there are."""
        single = info.target is not None and not info.target.dims
        classes = enumerate(info.classes if single else ())
        self._label.fill([(_("every class"), -1), *((name, place) for place, name in classes)])
        self._part.fill((_(PARTS[name]), name) for name in ORDER if info.counts.get(name, 0))
        self._show_state()

    def choose(self, split: str, place: int) -> None:
        """Choose an example by its place in a part, whatever its class."""
        self._part.choose(split)
        self._label.choose(-1)
        self._index, self._file = place, ""
        self._show_state()
        self.changed.emit()

    def set_file(self, path: str) -> None:
        """Look at the first example of a file; at the data again for an empty path."""
        self._file = path
        self._show_state()
        self.changed.emit()

    def restore(self, example: Example) -> None:
        """Choose an example as it was chosen elsewhere, also before it is known which classes there are."""
        self._part.choose(example.split)
        self._label.choose(example.label)
        self._index, self._file = example.index, example.file
        self._show_state()

    def _go(self, way: int) -> None:
        self._index = max(0, self._index + way)
        self._show_state()
        self.changed.emit()

    def _begin_again(self, *_index: object) -> None:
        self._index = 0
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        own = bool(self._file)
        for widget in (self._part, self._before, self._after):
            widget.setVisible(not own)
        self._label.setVisible(not own and self._label.count() > 1)
        self._before.setEnabled(self._index > 0)
        self._back.setVisible(own)
        name = Path(self._file).name
        short = name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…"
        self._own.setText(short or _("Own file…"))
        if own:
            self._own.setToolTip(plain_tip(self._file))

    def _ask_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Look at a file"), str(Path.home()))
        if chosen:
            self.set_file(chosen)
