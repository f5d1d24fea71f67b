"""Icons by name, in the colours of the theme."""

from __future__ import annotations

import functools

from PySide6.QtGui import QIcon

from widgets import theme

SIZES = (16, 18, 20, 24, 32, 36, 48, 64)

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
    """Draw an icon once for every size: the font would draw it anew, in Python, at every repaint."""
    import qtawesome

    drawn = qtawesome.icon(NAMES[name], color=color, color_disabled=disabled)
    made = QIcon()
    for size in SIZES:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            made.addPixmap(drawn.pixmap(size, size, mode), mode)
    return made
