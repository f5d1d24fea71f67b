"""A list of the settings of a project, called as forms call them, in which one can be typed too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter

from projects.schema import Project
from projects.translation import gettext as _
from widgets.plain import plain_tip
from workbench.place_words import place_words

PATH = Qt.ItemDataRole.UserRole  # what is chosen, as files have it
FOUND_BY = Qt.ItemDataRole.UserRole + 1


class PathBox(QComboBox):
    """Chooses a setting; what is typed finds it by its words and by its dotted path.

    Args:
        project: The project.
        paths: Dotted paths that are offered.
        path: The one that is chosen first.

    Signals:
        chosen(path): Another one is chosen, or is being typed.
    """

    chosen = Signal(str)

    def __init__(self, project: Project, paths: Sequence[str], path: str) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(_("Setting"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        for place, (words, one) in enumerate(_named(project, paths).items()):
            self.addItem(words, one)
            self.setItemData(place, f"{words} {one}", FOUND_BY)
            self.setItemData(place, plain_tip(one), Qt.ItemDataRole.ToolTipRole)
        line = self.lineEdit()
        if line is not None:
            line.setPlaceholderText(_("a setting, such as the learning rate"))
        self.setCompleter(_Finder(self))
        self.choose(path)
        self.currentTextChanged.connect(lambda _text: self.chosen.emit(self.path))

    @property
    def path(self) -> str:
        """The dotted path that is chosen, or what was typed instead."""
        text = self.currentText().strip()
        place = self.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
        return str(self.itemData(place, PATH)) if place >= 0 else text

    def offers(self, path: str) -> bool:
        """Whether a path is one of those in the list."""
        return self.findData(path, PATH) >= 0

    def choose(self, path: str) -> None:
        """Choose a path; one that is not offered stands there as it is."""
        place = self.findData(path, PATH)
        if place >= 0:
            self.setCurrentIndex(place)
        else:
            self.setCurrentIndex(-1)
            self.setEditText(path)


class _Finder(QCompleter):
    """Finds what is offered by any part of its words or its path."""

    def __init__(self, box: PathBox) -> None:
        super().__init__(box.model(), box)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompletionRole(FOUND_BY)

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """What stands in the line when it is chosen: the words."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))


def _named(project: Project, paths: Sequence[str]) -> dict[str, str]:
    """The paths by their words; where two have the same, by words and path."""
    named: dict[str, str] = {}
    for path in paths:
        words = place_words(project, path)
        named[words if words not in named else f"{words} ({path})"] = path
    return named
