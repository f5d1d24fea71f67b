"""Every colour, spacing and font size, for light and dark.

``current()`` answers the tokens in force; widgets read them while painting and listen to
``notifier().changed``. Text on its surface has a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3); a
test measures every pair.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

BLOCKS = "Blocks"
"""The category of blocks, beside those that layers declare."""
FRAME_COLORS = ("blue", "orange", "teal", "purple", "gold", "sky", "red", "green")


@dataclass(frozen=True)
class Tokens:
    """The colours of one scheme; names say what they are for.

    Attributes:
        window: Behind everything.
        surface: Panels and fields.
        raised: Menus, nodes, cards.
        hover: Under the pointer.
        selected: Behind what is chosen.
        border: Lines between things.
        border_strong: Lines around controls (3 : 1).
        text: Words.
        muted: Words that matter less.
        accent: The one colour of action.
        on_accent: Words on the accent.
        good: All is well.
        warning: Look at this.
        bad: Wrong.
        canvas: The designer's ground.
        grid: Its dots.
        wire: Connections.
        series: Curves, in order; told apart by colour-blind people too.
        categories: Layer categories → their colour.
        health: Five steps from starved through healthy to unstable.
        colormap: Name of the sequential colour map for heatmaps and matrices.
    """

    name: str
    window: str
    surface: str
    raised: str
    hover: str
    selected: str
    border: str
    border_strong: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    warning: str
    bad: str
    canvas: str
    grid: str
    wire: str
    series: tuple[str, ...]
    categories: dict[str, str] = field(default_factory=dict)
    health: tuple[str, str, str, str, str] = ("", "", "", "", "")
    colormap: str = "viridis"

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A token as ``QColor``, with ``alpha`` from 0 to 1."""
        made = QColor(getattr(self, name))
        made.setAlphaF(alpha)
        return made

    def series_color(self, index: int) -> QColor:
        """Colour of the ``index``-th curve; they repeat."""
        return QColor(self.series[index % len(self.series)])

    def frame_color(self, name: str) -> QColor:
        """Colour of a frame by its name in :data:`FRAME_COLORS`; grey if there is none of it."""
        if name in FRAME_COLORS:
            return QColor(self.series[FRAME_COLORS.index(name)])
        return QColor(self.muted)

    def category_color(self, category: str) -> QColor:
        """Colour of a layer category."""
        return QColor(self.categories.get(category, self.muted))


LIGHT = Tokens(
    name="light",
    window="#f3f4f7",
    surface="#ffffff",
    raised="#ffffff",
    hover="#eceff5",
    selected="#dfe6ff",
    border="#dcdfe6",
    border_strong="#868e9c",
    text="#1c2029",
    muted="#5a6272",
    accent="#3d55d8",
    on_accent="#ffffff",
    good="#157347",
    warning="#8f5700",
    bad="#c0263d",
    canvas="#f8f9fb",
    grid="#dfe2e9",
    wire="#7b8496",
    series=("#3d55d8", "#c2410c", "#0f7f6e", "#a21caf", "#8a6100", "#0369a1", "#be123c", "#4d7c0f"),
    categories={
        "Ends": "#4b5563",
        "Dense": "#3d55d8",
        "Convolution": "#0f7f6e",
        "Pooling": "#0369a1",
        "Recurrent": "#a21caf",
        "Attention": "#9f4a54",
        "Normalisation": "#4d7c0f",
        "Activation": "#c2410c",
        "Regularisation": "#be123c",
        "Shape": "#6b7280",
        "Merge": "#8a6100",
        "Blocks": "#6d28d9",
    },
    health=("#3b6fd4", "#5aa6c8", "#2f9e62", "#e0912f", "#cf3044"),
)

DARK = Tokens(
    name="dark",
    window="#14161b",
    surface="#1b1e25",
    raised="#242831",
    hover="#2b303b",
    selected="#2a3561",
    border="#323844",
    border_strong="#717b8e",
    text="#e7e9ee",
    muted="#a3abbb",
    accent="#8ea2ff",
    on_accent="#10131c",
    good="#5fd39a",
    warning="#f0b35a",
    bad="#ff7f8d",
    canvas="#171a20",
    grid="#2a2f39",
    wire="#828c9f",
    series=("#8ea2ff", "#fb923c", "#2dd4bf", "#e879f9", "#facc15", "#38bdf8", "#fb7185", "#a3e635"),
    categories={
        "Ends": "#9ca3af",
        "Dense": "#8ea2ff",
        "Convolution": "#2dd4bf",
        "Pooling": "#38bdf8",
        "Recurrent": "#e879f9",
        "Attention": "#e6a3ab",
        "Normalisation": "#a3e635",
        "Activation": "#fb923c",
        "Regularisation": "#fb7185",
        "Shape": "#9aa3b2",
        "Merge": "#facc15",
        "Blocks": "#c4a5fd",
    },
    health=("#6d9bf0", "#7cc4de", "#4fc487", "#f0ad55", "#ff6b7a"),
)

# Distances in device-independent pixels; everything is a multiple of four.
GAP = 8
PAD = 12
RADIUS = 6
GRID = 20
LIMITLESS = (1 << 24) - 1  # the largest width and height: those of widgets without a limit, to Qt
FONT_SMALL = 9.0
FONT_BODY = 10.0
FONT_TITLE = 12.0
FONT_DISPLAY = 20.0


class _Notifier(QObject):
    """Says when the scheme changed."""

    changed = Signal()


_state: dict[str, Tokens] = {"tokens": LIGHT}
_notifier: list[_Notifier] = []


def current() -> Tokens:
    """The tokens in force."""
    return _state["tokens"]


def notifier() -> _Notifier:
    """The object whose ``changed`` fires after :func:`use`."""
    if not _notifier:
        _notifier.append(_Notifier())
    return _notifier[0]


def use(tokens: Tokens) -> None:
    """Make ``tokens`` the ones in force and tell everyone."""
    if tokens is not _state["tokens"]:
        _state["tokens"] = tokens
        notifier().changed.emit()
