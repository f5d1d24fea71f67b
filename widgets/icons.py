"""Icons by name, in the colours of the theme."""

from __future__ import annotations

import functools
import importlib.util
import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from widgets import theme

SIZES = (16, 18, 20, 24, 32, 36, 48, 64)
BODY = 0.875  # of an icon's height: what is left is the room that letters have around them

# What an icon is for → its name in Phosphor, an open icon font that qtawesome ships.
NAMES = {
    "new": "ph.file-plus",
    "open": "ph.folder-open",
    "import": "ph.file-arrow-down",
    "save": "ph.floppy-disk",
    "undo": "ph.arrow-u-up-left",
    "redo": "ph.arrow-u-up-right",
    "cut": "ph.scissors",
    "copy": "ph.copy",
    "paste": "ph.clipboard",
    "delete": "ph.trash",
    "layout": "ph.tree-structure",
    "fit": "ph.corners-out",
    "zoom_in": "ph.magnifying-glass-plus",
    "zoom_out": "ph.magnifying-glass-minus",
    "train": "ph.play-fill",
    "pause": "ph.pause-fill",
    "step": "ph.skip-forward-fill",
    "stop": "ph.stop-fill",
    "resume": "ph.arrow-clockwise",
    "search": "ph.magnifying-glass",
    "help": "ph.question",
    "textbook": "ph.book-open",
    "guide": "ph.compass",
    "todo": "ph.circle",
    "back": "ph.arrow-left",
    "forward": "ph.arrow-right",
    "theme": "ph.circle-half",
    "home": "ph.house",
    "error": "ph.x-circle-fill",
    "warning": "ph.warning-fill",
    "ok": "ph.check-circle-fill",
    "info": "ph.info-fill",
    "close": "ph.x",
    "network": "ph.share-network",
    "data": "ph.database",
    "recipe": "ph.sliders-horizontal",
    "add": "ph.plus",
    "command": "ph.command",
    "missing": "ph.file-dotted",
    "align_left": "ph.align-left",
    "align_center": "ph.align-center-horizontal",
    "align_right": "ph.align-right",
    "align_top": "ph.align-top",
    "align_middle": "ph.align-center-vertical",
    "align_bottom": "ph.align-bottom",
    "distribute_across": "ph.arrows-left-right",
    "distribute_down": "ph.arrows-down-up",
    "bypass": "ph.arrow-bend-right-up",
    "preflight": "ph.gauge",
    "mend": "ph.wrench",
    "doctor": "ph.heartbeat",
    "map": "ph.map-trifold",
    "frame": "ph.selection-plus",
    "enter": "ph.arrow-elbow-right-down",
    "collapse": "ph.stack",
    "expand": "ph.stack-simple",
    "leave": "ph.arrow-elbow-left-up",
    "pin": "ph.push-pin",
    "pinned": "ph.push-pin-fill",
    "straighten": "ph.line-segment",
    "compare": "ph.columns",
    "study": "ph.table",
    "more": "ph.dots-three-vertical",
    "film": "ph.film-strip",
    "lab": "ph.flask",
    "inside": "ph.eye",
    "compress": "ph.arrows-in-simple",
    "up": "ph.caret-up",
    "down": "ph.caret-down",
}


def icon(name: str, color: str = "text") -> QIcon:
    """Return an icon.

    Args:
        name: What it is for; a key of :data:`NAMES`.
        color: Name of a theme colour.
    """
    tokens = theme.current()
    return _icon(name, getattr(tokens, color), tokens.border_strong)


@functools.cache
def _icon(name: str, color: str, disabled: str) -> QIcon:
    """Draw an icon once for every size: a font would be painted anew at every repaint."""
    family, letters = _font()
    letter = letters[NAMES[name].removeprefix("ph.")]
    made = QIcon()
    for size in SIZES:
        font = QFont(family)
        font.setPixelSize(round(BODY * size))
        for mode, ink in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
            made.addPixmap(_drawn(letter, font, size, ink), mode)
    return made


def _drawn(letter: str, font: QFont, size: int, ink: str) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, letter)
    return picture


@functools.cache
def _font() -> tuple[str, dict[str, str]]:
    """Family of the icon font, and its letters by name.

    The files are read without the package's own code, which takes a tenth of a second to import and
    loads every font that it ships.

    Raises:
        FileNotFoundError: The package is not whole.
    """
    package = importlib.util.find_spec("qtawesome")
    if package is None or package.origin is None:
        raise FileNotFoundError("qtawesome, whose icon font is needed, is not installed")
    folder = Path(package.origin).parent / "fonts"
    font, names = (next(folder.glob(f"phosphor-*.{ending}")) for ending in ("ttf", "json"))
    loaded = QFontDatabase.addApplicationFontFromData(font.read_bytes())
    codes: dict[str, str] = json.loads(names.read_text("utf-8"))
    family = QFontDatabase.applicationFontFamilies(loaded)[0]
    return family, {name: chr(int(code, 16)) for name, code in codes.items()}
