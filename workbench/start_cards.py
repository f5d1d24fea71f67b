"""The cards and rows of the start page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPixmap, QTextLayout
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.objectives.base import OBJECTIVES
from projects.schema import Project
from projects.templates import Template
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.elided import ElidedLabel
from widgets.plain import plain_tip
from workbench.thumbnail import thumbnail

CARD = QSize(298, 262)
PICTURE = QSize(296, 138)
ROW_PICTURE = QSize(56, 36)
LINES = 3
LEFT_OUT = " ,;:–.，；：、。（("  # not before …
CHINESE = 0x2E80  # letters from here on


class TemplateCard(QPushButton):
    """An example: picture, title, what it is. The picture is drawn when its project is there.

    Args:
        template: The example.

    Attributes:
        words: What a search looks at, in small letters.
    """

    def __init__(self, template: Template, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template = template
        self.setObjectName(f"template_{template.name}")
        self.setAccessibleName(template.title)
        self.setAccessibleDescription(template.summary)
        self.setProperty("role", "card")
        self.setToolTip(_wrapped(template.description))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(CARD)
        self._picture = QLabel(self)
        self._picture.setFixedSize(PICTURE)
        title = QLabel(template.title, self)
        title.setProperty("role", "heading")
        text = QLabel(self)
        text.setWordWrap(True)
        text.setProperty("role", "hint")
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        width = CARD.width() - 2 * theme.PAD - 6
        text.ensurePolished()  # the style decides how large its letters are
        text.setText(_first_lines(template.summary, text.font(), width, LINES))
        objective = _objective_title(template.objective)
        told = (template.title, objective, template.description, template.name)
        self.words = " ".join(told).casefold()
        kind = QLabel(objective, self)
        kind.setProperty("role", "kind")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, theme.PAD)
        column.setSpacing(4)
        column.addWidget(self._picture)
        for label in (kind, title, text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(theme.PAD, 0, theme.PAD, 0)
            column.addWidget(label)
        column.addStretch(1)
        for label in (self._picture, kind, title, text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._project: Project | None = None
        self.recolor()

    def sizeHint(self) -> QSize:
        """All cards are of one size."""
        return CARD

    def show_project(self, project: Project) -> None:
        """Draw the networks."""
        self._project = project
        self.recolor()

    def recolor(self) -> None:
        """Take the colours of the theme in force; before there is a picture its ground is seen."""
        if self._project is not None:
            self._picture.setPixmap(thumbnail(self._project, PICTURE))
        else:
            ground = QPixmap(PICTURE)
            ground.fill(theme.current().color("canvas"))
            self._picture.setPixmap(ground)


class RecentRow(QPushButton):
    """A recent project: thumbnail, name, folder; marked when its file is gone.

    Args:
        path: Its file.
    """

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._project: Project | None = None
        self.setObjectName(f"recent_{path.name}")
        self.setAccessibleName(path.name)
        self.setAccessibleDescription(str(path.parent))
        self.setProperty("role", "row")
        self.setToolTip(plain_tip(str(path)))
        self.setFixedHeight(50)
        self._picture = QLabel()
        self._picture.setFixedSize(ROW_PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = ElidedLabel(path.stem)
        self._where = ElidedLabel(_short(path.parent), Qt.TextElideMode.ElideMiddle)
        self._where.setProperty("role", "hint")
        self.forget = QToolButton()
        self.forget.setObjectName(f"forget_{path.name}")
        self.forget.setAccessibleName(_("Remove {name} from this list").format(name=path.name))
        self.forget.setToolTip(_("Remove from this list"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(self._where)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 2, 4)
        row.setSpacing(theme.PAD)
        row.addWidget(self._picture)
        row.addLayout(words, 1)
        row.addWidget(self.forget)
        for label in (self._picture, name, self._where):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.recolor()

    def show_project(self, project: Project | None) -> None:
        """Show what the file holds, or that it cannot be read."""
        self._project = project
        if project is None:
            there = self.path.is_file()
            self._where.setText(_("cannot be read") if there else _("is missing"))
        self.recolor()

    def recolor(self) -> None:
        """Take the colours of the theme in force."""
        self.forget.setIcon(icons.icon("close", "muted"))
        if self._project is not None:
            self._picture.setPixmap(thumbnail(self._project, ROW_PICTURE))
        else:
            self._picture.setPixmap(icons.icon("missing", "muted").pixmap(24, 24))


def _objective_title(tag: str) -> str:
    return OBJECTIVES.get(tag).title if tag in OBJECTIVES else tag


def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(folder)


def _first_lines(text: str, font: QFont, width: int, lines: int) -> str:
    """Return as much as fits into some lines, with … where something is left out; words stay whole."""
    words = " ".join(text.split())
    ends = _line_ends(words, font, width)
    if len(ends) <= lines:
        return words
    for end in range(ends[lines - 1], 0, -1):
        if _in_word(words, end):
            continue
        shown = words[:end].rstrip(LEFT_OUT)
        shown += " …" if ord(shown[-1:] or " ") < CHINESE else "…"
        if len(_line_ends(shown, font, width)) <= lines:
            return shown
    return "…"


def _in_word(text: str, place: int) -> bool:
    """Whether letters of one word stand on both sides; every Chinese letter is a word."""
    return all(letter.isalnum() and ord(letter) < CHINESE for letter in text[place - 1 : place + 1])


def _line_ends(text: str, font: QFont, width: int) -> list[int]:
    """Return where the lines end into which a label of this width breaks a text."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    ends = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        ends.append(line.textStart() + line.textLength())
    layout.endLayout()
    return ends


def _wrapped(text: str) -> str:
    """Return a text in lines of a readable length, as tooltips want them."""
    import textwrap

    return "\n\n".join(textwrap.fill(part, 80) for part in text.replace("\n", "\n\n").split("\n\n"))
