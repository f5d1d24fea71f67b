"""The scene: node items and wires by key, and which of them is where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from widgets.canvas.far import FarLayer
from widgets.canvas.frames import FrameItem, Part, inside
from widgets.canvas.node_item import NodeItem
from widgets.canvas.specs import FrameSpec, NodeSpec, PortRef, WireKey, WireSpec
from widgets.canvas.wires import Tile, Wire, WireLayer, levels, nearest_wire, runs_forward

REACH = 200.0
MANY = 200


class GraphScene(QGraphicsScene):
    """Holds the items; has no opinion about what a person does with them.

    Args:
        parent: Qt parent.

    Attributes:
        nodes: Items by id.
        wires: Wires by key.
        frames: Frames by id.
        layer: What paints the wires.
        far_layer: What paints the nodes from afar.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[WireKey, Wire] = {}
        self.frames: dict[str, FrameItem] = {}
        self._touching: dict[str, set[WireKey]] = {}
        self._spread: QRectF | None = None  # of the nodes; reckoned when it is asked for
        self.layer = WireLayer(self.wires)
        self.addItem(self.layer)
        self.far_layer = FarLayer(self.nodes)
        self.addItem(self.far_layer)

    def look(self, far: bool) -> None:
        """Let nodes paint themselves, or from afar one layer paint all."""
        if far != self.far_layer.isVisible():
            self.far_layer.setVisible(far)
            for item in self.nodes.values():
                self._look(item)

    def _look(self, item: NodeItem) -> None:
        away = self.far_layer.isVisible() and not item.spec.bend
        item.setFlag(NodeItem.GraphicsItemFlag.ItemHasNoContents, away)

    def changes(self, spec: NodeSpec) -> bool:
        """Whether a description puts a node or its ports elsewhere."""
        item = self.nodes.get(spec.id)
        return item is None or item.elsewhere(spec)

    def put(self, specs: Iterable[NodeSpec]) -> None:
        """Add nodes, or show other descriptions of those that are there."""
        touched: set[WireKey] = set()
        elsewhere = False
        new = list(specs)
        if len(new) > MANY:
            self.update()  # all at once: Qt would add up what every single node covers
        for spec in new:
            item = self.nodes.get(spec.id)
            if item is None:
                item = self.nodes[spec.id] = NodeItem(spec, self.far_layer.touch)
                self._look(item)
                self.addItem(item)
            elif item.spec == spec or not item.set_spec(spec):
                continue
            else:
                self._look(item)
            elsewhere = True
            touched |= self._touching.get(spec.id, set())
        if touched:
            self._route(touched)
        if elsewhere:
            self.settle()

    def discard(self, ids: Iterable[str]) -> None:
        """Take nodes away; their wires must have gone before or go next."""
        for name in ids:
            item = self.nodes.pop(name, None)
            if item is not None:
                self.removeItem(item)
                self.far_layer.touch(name)
        self.settle()

    def set_wires(self, specs: Iterable[WireSpec]) -> None:
        """Show exactly these wires; those whose ends are not there are left out."""
        wanted = {
            spec.key: spec
            for spec in specs
            if spec.key.source in self.nodes and spec.key.target in self.nodes
        }
        gone = [k for k in self.wires if k not in wanted]
        other: set[Tile] = set()
        told = False
        for key in gone:
            other.add(self.wires.pop(key).tile)
            self._touching[key.source].discard(key)
            self._touching[key.target].discard(key)
        for key, spec in wanted.items():
            wire = self.wires.get(key)
            if wire is None:
                self.wires[key] = wire = Wire(spec, *self._course(key))
                self._touching.setdefault(key.source, set()).add(key)
                self._touching.setdefault(key.target, set()).add(key)
                other.add(wire.tile)
            elif wire.spec != spec:
                if wire.spec.broken != spec.broken:
                    other.add(wire.tile)
                wire.spec = spec
                told = True
        if other:
            self.layer.invalidate(other)
        elif told:
            self.layer.update()  # a label is read while it is painted

    def set_frames(self, specs: Iterable[FrameSpec]) -> None:
        """Show exactly these frames, small ones above large ones."""
        wanted = {spec.id: spec for spec in specs}
        for name in [n for n in self.frames if n not in wanted]:
            self.removeItem(self.frames.pop(name))
        for name, spec in wanted.items():
            item = self.frames.get(name)
            if item is None:
                item = self.frames[name] = FrameItem(spec)
                self.addItem(item)
            elif item.spec != spec:
                item.set_spec(spec)
        by_size = sorted(self.frames.values(), key=lambda f: -f.rect.width() * f.rect.height())
        for place, item in enumerate(by_size):
            item.setZValue(-3 + place / (len(by_size) + 1))
        self.settle()

    def frame_at(self, point: QPointF) -> tuple[str, Part] | None:
        """The topmost frame whose bar or grip is at a point, and which of the two."""
        for name, item in sorted(self.frames.items(), key=lambda f: -f[1].zValue()):
            part = item.part_at(point)
            if part:
                return name, part
        return None

    def lying_in(self, frame: str) -> tuple[list[str], list[str]]:
        """Ids of the nodes and of the other frames that lie in a frame."""
        around = self.frames[frame].rect
        nodes = inside(around, ((name, self.bounds((name,))) for name in self.nodes))
        others = [
            name
            for name, item in self.frames.items()
            if name != frame and around.contains(item.rect)
        ]
        return nodes, others

    def ends(self, key: WireKey) -> tuple[QPointF, QPointF]:
        """Where a wire begins and ends."""
        return (
            self.nodes[key.source].port_position(key.source_port, True),
            self.nodes[key.target].port_position(key.target_port, False),
        )

    def _course(self, key: WireKey) -> tuple[QPointF, QPointF, float | None]:
        """Where a wire begins and ends, and at which height it passes by nodes if it runs back."""
        start, end = self.ends(key)
        if runs_forward(start, end):
            return start, end, None
        left, width = end.x() - 20, start.x() - end.x() + 40
        choices = levels(start, end)
        free = (y for y in choices if not self.nodes_in(QRectF(left, y - 18, width, 24)))
        return start, end, next(free, choices[0])

    def touching(self, ids: Iterable[str]) -> set[WireKey]:
        """Wires that begin or end at any of these nodes."""
        found: set[WireKey] = set()
        for name in ids:
            found |= self._touching.get(name, set())
        return found

    def carry(self, positions: Mapping[str, QPointF]) -> None:
        """Show nodes elsewhere for the time of a drag; :meth:`settle` ends it."""
        self._spread = None
        for name, place in positions.items():
            self.nodes[name].put(place)
        self._route(self.touching(positions))

    def _route(self, keys: Iterable[WireKey]) -> None:
        still: set[Tile] = set()
        for key in keys:
            wire = self.wires[key]
            before = wire.tile
            wire.route(*self._course(key))
            if self.layer.emphasis.get(key) != "moving":
                still |= {before, wire.tile}
        self.layer.invalidate(still)

    def settle(self) -> None:
        """Reckon anew how far the graph reaches, which the index of the scene needs to know."""
        self._spread = None
        bounds = self.everything()
        wide = bounds.adjusted(-REACH, -REACH, REACH, REACH)
        self.layer.set_bounds(wide)
        self.far_layer.set_bounds(wide)
        known = self.sceneRect()
        if not known.contains(wide) or known.width() > 4 * wide.width():
            self.setSceneRect(wide.adjusted(-2000, -2000, 2000, 2000))

    def everything(self) -> QRectF:
        """The rectangle around all nodes and frames."""
        if self._spread is None:
            self._spread = self.bounds(self.nodes)
        around = QRectF(self._spread)
        for item in self.frames.values():
            around = around.united(item.rect)
        return around

    def bounds(self, ids: Iterable[str]) -> QRectF:
        """The rectangle around some nodes."""
        items = [self.nodes[name] for name in ids]
        if not items:
            return QRectF()
        places = [item.pos().toTuple() for item in items]
        left, top = min(x for x, _y in places), min(y for _x, y in places)
        right = max(x + item.width for (x, _y), item in zip(places, items, strict=True))
        bottom = max(y + item.height for (_x, y), item in zip(places, items, strict=True))
        return QRectF(left, top, right - left, bottom - top)

    def node_at(self, point: QPointF) -> NodeItem | None:
        """The topmost node at a point."""
        for item in self.items(point):
            if isinstance(item, NodeItem):
                return item
        return None

    def nodes_in(self, rect: QRectF) -> list[str]:
        """Ids of the nodes that a rectangle touches."""
        return [item.spec.id for item in self.items(rect) if isinstance(item, NodeItem)]

    def port_near(
        self,
        point: QPointF,
        distance: float,
        allowed: Callable[[PortRef], bool] = lambda ref: True,
    ) -> PortRef | None:
        """The nearest allowed port within ``distance`` scene pixels."""
        around = QRectF(point.x() - distance, point.y() - distance, 2 * distance, 2 * distance)
        best: tuple[float, PortRef | None] = (distance, None)
        for item in self.items(around):
            if isinstance(item, NodeItem):
                for ref, place, _many in item.ports:
                    away = point - item.pos() - place
                    gap = (away.x() ** 2 + away.y() ** 2) ** 0.5
                    if gap <= best[0] and allowed(ref):
                        best = (gap, ref)
        return best[1]

    def wire_near(self, point: QPointF, distance: float) -> WireKey | None:
        """The nearest wire within ``distance`` scene pixels."""
        return nearest_wire(self.wires, point, distance)

    def wires_at(self, ref: PortRef) -> tuple[WireKey, ...]:
        """The wires that begin or end at a port."""
        ends = (ref.node, ref.port)
        return tuple(
            key
            for key in self.wires
            if ends
            == ((key.source, key.source_port) if ref.output else (key.target, key.target_port))
        )

    def wire_into(self, ref: PortRef) -> WireKey | None:
        """The last wire that enters a port."""
        found = self.wires_at(ref)
        return found[-1] if found else None
