"""How wires run and how they are painted: still ones in batches, the others one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from widgets.canvas.card_text import USUAL, sizes_at
from widgets.canvas.kit import FAR, NEAR, Kit, kit
from widgets.canvas.layer import Layer
from widgets.canvas.specs import WireKey, WireSpec
from widgets.graph_metrics import GAP_Y, NODE_HEIGHT

TILE = 1500.0
TURN = 14.0
LABEL_ROOM = 8.0
LABEL_SHARE = 0.9  # of a wire's length: longer labels are written smaller


def runs_forward(start: QPointF, end: QPointF) -> bool:
    """Whether a wire can go straight from an output to an input, without turning back."""
    across, down = end.x() - start.x(), abs(end.y() - start.y())
    return across >= 2 * TURN or (across > -2 * TURN and down < NODE_HEIGHT)


def wire_path(start: QPointF, end: QPointF, level: float | None = None) -> QPainterPath:
    """Return the way of a wire from an output to an input.

    Forwards it is one smooth curve; backwards it goes round between the lines of nodes.

    Args:
        start: Where the output is.
        end: Where the input is.
        level: Height at which a backward wire runs back; None for the usual one.
    """
    path = QPainterPath(start)
    if runs_forward(start, end):
        reach = max((end.x() - start.x()) * 0.5, min(40.0, abs(end.y() - start.y())))
        path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
        return path
    middle = levels(start, end)[0] if level is None else level
    down = TURN if middle > start.y() else -TURN
    up = TURN if end.y() > middle else -TURN
    right, left = start.x() + 2 * TURN, end.x() - 2 * TURN
    path.lineTo(right - TURN, start.y())
    path.quadTo(right, start.y(), right, start.y() + down)
    path.lineTo(right, middle - down)
    path.quadTo(right, middle, right - TURN, middle)
    path.lineTo(left + TURN, middle)
    path.quadTo(left, middle, left, middle + up)
    path.lineTo(left, end.y() - up)
    path.quadTo(left, end.y(), left + TURN, end.y())
    path.lineTo(end)
    return path


def levels(start: QPointF, end: QPointF) -> tuple[float, ...]:
    """Return the heights at which a backward wire may run, the best first.

    Between two lines of nodes it runs in the middle, or close to one of them; on one line below it.
    """
    low, high = min(start.y(), end.y()), max(start.y(), end.y())
    below, above = high + NODE_HEIGHT, low - NODE_HEIGHT
    if high - low < NODE_HEIGHT + 4 * TURN:
        return (below, above)
    beside = NODE_HEIGHT / 2 + GAP_Y
    return ((low + high) / 2, high - beside, low + beside, below, above)


Tile = tuple[int, int]


class Wire:
    """One wire with its path, and the part of the scene that it is gathered in.

    Args:
        spec: What it shows.
        start: Where the output is.
        end: Where the input is.
    """

    __slots__ = ("bounds", "end", "middle", "path", "spec", "start", "tile")

    def __init__(
        self, spec: WireSpec, start: QPointF, end: QPointF, level: float | None = None
    ) -> None:
        self.spec = spec
        self.route(start, end, level)

    def route(self, start: QPointF, end: QPointF, level: float | None = None) -> None:
        """Run between other points; ``level`` as in :func:`wire_path`."""
        self.start, self.end = start, end
        self.tile: Tile = (int(start.x() // TILE), int(start.y() // TILE))
        self.path = wire_path(start, end, level)
        self.bounds = self.path.controlPointRect().adjusted(-40, -14, 40, 14)
        self.middle = (start + end) / 2
        if not runs_forward(start, end):
            self.middle.setY(levels(start, end)[0] if level is None else level)


class _Batch:
    """Wires of one part of the scene, as one path."""

    __slots__ = ("bounds", "broken", "path", "toned", "wires")

    def __init__(self) -> None:
        self.path = QPainterPath()
        self.toned: dict[int, QPainterPath] = {}
        self.broken = QPainterPath()
        self.bounds = QRectF()
        self.wires: list[Wire] = []

    def add(self, wire: Wire, tone: int | None) -> None:
        if wire.spec.broken:
            self.broken.addPath(wire.path)
        elif tone is None:
            self.path.addPath(wire.path)
        else:
            path = self.toned.get(tone)
            if path is None:
                path = self.toned[tone] = QPainterPath()
            path.addPath(wire.path)
        self.bounds |= wire.bounds
        self.wires.append(wire)


class WireLayer(Layer):
    """Paints all wires.

    Args:
        wires: The wires by key; read at every rebuild.

    Attributes:
        emphasis: Wires that are painted one by one: moving, selected or under the pointer, with
            ``moving``, ``selected`` or ``hover``.
        tones: Wires that have a colour of the five health colours, by its number.
    """

    def __init__(self, wires: Mapping[WireKey, Wire]) -> None:
        super().__init__()
        self._wires = wires
        self._batches: dict[Tile, _Batch] = {}
        self._stale: set[Tile] = set()
        self.emphasis: dict[WireKey, str] = {}
        self.tones: dict[WireKey, int] = {}
        self.setFlag(Layer.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(-1)

    def invalidate(self, tiles: Iterable[Tile]) -> None:
        """Gather the wires of these parts of the scene anew before the next repaint."""
        self._stale.update(tiles)
        self.update()

    def emphasise(self, keys: Iterable[tuple[WireKey, str]]) -> None:
        """Paint these wires one by one, above the others."""
        chosen = dict(keys)
        if chosen == self.emphasis:
            return
        moving_before = {k for k, why in self.emphasis.items() if why == "moving"}
        moving = {k for k, why in chosen.items() if why == "moving"}
        self.emphasis = chosen
        self.invalidate(self._tiles_of(moving ^ moving_before))

    def set_tones(self, tones: Mapping[WireKey, int]) -> None:
        """Give wires colours; those that are not named have the usual one."""
        old, self.tones = self.tones, dict(tones)
        other = {key for key in old.keys() | tones.keys() if old.get(key) != tones.get(key)}
        if other:
            self.invalidate(self._tiles_of(other))

    def _tiles_of(self, keys: Iterable[WireKey]) -> Iterator[Tile]:
        return (self._wires[key].tile for key in keys if key in self._wires)

    def _gather(self) -> None:
        """Make the batches of stale tiles anew."""
        stale = self._stale
        batches = {tile: _Batch() for tile in stale}
        for key, wire in self._wires.items():
            if wire.tile in stale and self.emphasis.get(key) != "moving":
                batches[wire.tile].add(wire, self.tones.get(key))
        self._batches = {
            tile: batch for tile, batch in {**self._batches, **batches}.items() if batch.wires
        }
        self._stale = set()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the batches that can be seen, then the wires that stand out, then labels."""
        if self._stale:
            self._gather()
        colors = kit()
        detail = painter.worldTransform().m11()
        exposed: QRectF = option.exposedRect
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if detail < FAR:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        visible = [b for b in self._batches.values() if b.bounds.intersects(exposed)]
        for batch in visible:
            painter.setPen(colors.wire if detail >= FAR else colors.wire_far)
            painter.drawPath(batch.path)
            for tone, path in batch.toned.items():
                painter.setPen(colors.tone(tone, far=detail < FAR))
                painter.drawPath(path)
            if not batch.broken.isEmpty():
                painter.setPen(colors.wire_broken)
                painter.drawPath(batch.broken)
        self._paint_emphasis(painter, colors)
        if detail >= NEAR:
            self._paint_labels(painter, colors, exposed, visible, sizes_at(detail)[2])

    def _paint_emphasis(self, painter: QPainter, colors: Kit) -> None:
        pens = {"moving": colors.wire, "hover": colors.wire_hover, "selected": colors.wire_hot}
        for key, why in self.emphasis.items():
            wire = self._wires.get(key)
            if wire:
                painter.setPen(
                    colors.wire_broken if wire.spec.broken and why == "moving" else pens[why]
                )
                painter.drawPath(wire.path)

    def _paint_labels(
        self,
        painter: QPainter,
        colors: Kit,
        exposed: QRectF,
        visible: Iterable[_Batch],
        pixels: int,
    ) -> None:
        moving = [
            self._wires[k] for k, w in self.emphasis.items() if w == "moving" and k in self._wires
        ]
        for wire in [w for batch in visible for w in batch.wires] + moving:
            if wire.spec.label and wire.bounds.intersects(exposed):
                _paint_label(painter, colors, wire, pixels)


def _paint_label(painter: QPainter, colors: Kit, wire: Wire, pixels: int) -> None:
    """Paint the label above a level wire, else on a patch of ground in its middle, if there is room."""
    text = colors.label(wire.spec.label, pixels)
    rise, room = abs(wire.end.y() - wire.start.y()), abs(wire.end.x() - wire.start.x())
    if text.size().width() > LABEL_SHARE * room and rise < 3 * text.size().height():
        pixels = max(USUAL[2], int(pixels * LABEL_SHARE * room / text.size().width()))
        text = colors.label(wire.spec.label, pixels)
    size = text.size()
    if room < size.width() and rise < 3 * size.height():
        return
    painter.setFont(colors.plain(pixels))
    place = wire.middle
    left, top = place.x() - size.width() / 2, place.y() - size.height() / 2
    if rise < 1 or not runs_forward(wire.start, wire.end):
        top = place.y() - size.height() - 1
    else:
        patch = QRectF(left - LABEL_ROOM / 2, top, size.width() + LABEL_ROOM, size.height())
        painter.fillRect(patch, colors.ground)
    painter.setPen(colors.muted)
    painter.drawStaticText(QPointF(left, top), text)


def nearest_wire(wires: Mapping[WireKey, Wire], point: QPointF, distance: float) -> WireKey | None:
    """Return the wire nearest to a point, if one is within ``distance`` scene pixels."""
    best: tuple[float, WireKey | None] = (distance, None)
    for key, wire in wires.items():
        if wire.bounds.adjusted(-distance, -distance, distance, distance).contains(point):
            gap = _gap(wire.path, point)
            if gap <= best[0]:
                best = (gap, key)
    return best[1]


def _gap(path: QPainterPath, point: QPointF) -> float:
    """Distance of a point from a path, by its straight pieces."""
    corners = path.toSubpathPolygons()
    best = float("inf")
    for line in corners:
        for index in range(line.size() - 1):
            best = min(best, _segment_gap(line.at(index), line.at(index + 1), point))
    return best


def _segment_gap(a: QPointF, b: QPointF, p: QPointF) -> float:
    along = b - a
    length = QPointF.dotProduct(along, along)
    share = 0.0 if length == 0 else max(0.0, min(1.0, QPointF.dotProduct(p - a, along) / length))
    away = p - (a + along * share)
    return float(QPointF.dotProduct(away, away) ** 0.5)
