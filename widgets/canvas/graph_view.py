"""A graph to look at: what is shown, what is chosen, what stands out; nothing of what a person does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.canvas.gauge import GaugeSpec
from widgets.canvas.graph import GraphScene
from widgets.canvas.kit import FAR
from widgets.canvas.minimap import Minimap
from widgets.canvas.overlay import Overlay
from widgets.canvas.specs import FrameSpec, NodeSpec, PortRef, WireKey, WireSpec
from widgets.canvas.view import PanZoomView


class GraphView(PanZoomView):
    """Shows nodes, wires and frames from plain descriptions, and keeps the selection.

    Args:
        parent: Qt parent.

    Attributes:
        graph: The items.
        overlay: What is painted above them.
        minimap: The whole graph, small.

    Signals:
        selection_changed(): Other nodes, wires or frames are chosen.
    """

    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.graph = GraphScene()
        super().__init__(self.graph, parent)
        self.graph.setParent(self)
        self.overlay = Overlay()
        self.graph.addItem(self.overlay)
        self._selection: dict[str, None] = {}
        self._selected_wires: set[WireKey] = set()
        self._selected_frames: set[str] = set()
        self._hovered: str | None = None
        self._hot: PortRef | None = None
        self._hover_wire: WireKey | None = None
        self.minimap = Minimap(self)
        self.zoom_changed.connect(self._zoomed)
        theme.notifier().changed.connect(self._retheme)

    @property
    def in_gesture(self) -> bool:
        """Whether something is being dragged."""
        return False

    def end_gesture(self) -> None:
        """Called before something else is shown: break off what is being dragged."""

    # ------------------------------------------------------------------ what is shown

    def put(self, specs: Iterable[NodeSpec]) -> None:
        """Add nodes, or show other descriptions of those that are there.

        What is being dragged is broken off only where something stands elsewhere now.
        """
        new = list(specs)
        if self.in_gesture and any(self.graph.changes(spec) for spec in new):
            self.end_gesture()
        self.graph.put(new)
        self.minimap.refresh()

    def discard(self, ids: Iterable[str]) -> None:
        """Take nodes away."""
        self.end_gesture()
        gone = set(ids)
        self._hovered = None if self._hovered in gone else self._hovered
        self._hot = None if self._hot and self._hot.node in gone else self._hot
        self.graph.set_wires(
            w.spec
            for w in self.graph.wires.values()
            if not gone & {w.spec.key.source, w.spec.key.target}
        )
        self.graph.discard(gone)
        self.minimap.refresh()
        self._keep_selection()

    def set_wires(self, specs: Iterable[WireSpec]) -> None:
        """Show exactly these wires."""
        self.graph.set_wires(specs)
        self._keep_selection()

    def set_frames(self, specs: Iterable[FrameSpec]) -> None:
        """Show exactly these frames."""
        self.end_gesture()
        self.graph.set_frames(specs)
        self.minimap.refresh()
        self._keep_selection()

    def set_gauges(
        self, gauges: Mapping[str, GaugeSpec], tones: Mapping[WireKey, int] | None = None
    ) -> None:
        """Show measures on nodes and tones of wires; those that are not named have none."""
        for name, item in self.graph.nodes.items():
            item.measure(gauges.get(name))
        self.graph.layer.set_tones(tones or {})

    def _keep_selection(self) -> None:
        """Forget chosen things that are no longer there."""
        self._hover_wire = self._hover_wire if self._hover_wire in self.graph.wires else None
        self.select(
            (name for name in self._selection if name in self.graph.nodes),
            (key for key in self._selected_wires if key in self.graph.wires),
            self._selected_frames,
        )

    def _zoomed(self, scale: float) -> None:
        self.graph.look(far=scale < FAR)

    def _retheme(self) -> None:
        self.resetCachedContent()
        self.viewport().update()

    # ------------------------------------------------------------------ selection

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the chosen nodes, in the order in which they were chosen."""
        return tuple(self._selection)

    @property
    def selected_wires(self) -> tuple[WireKey, ...]:
        """The chosen wires."""
        if not self._selected_wires:
            return ()
        return tuple(key for key in self.graph.wires if key in self._selected_wires)

    @property
    def selected_frames(self) -> tuple[str, ...]:
        """Ids of the chosen frames."""
        return tuple(name for name in self.graph.frames if name in self._selected_frames)

    def select(
        self,
        ids: Iterable[str],
        wires: Iterable[WireKey] = (),
        frames: Iterable[str] = (),
    ) -> None:
        """Choose exactly these nodes, wires and frames."""
        chosen = {name: None for name in ids if name in self.graph.nodes}
        keys = {key for key in wires if key in self.graph.wires}
        framed = {name for name in frames if name in self.graph.frames}
        same = tuple(chosen) == tuple(self._selection) and keys == self._selected_wires
        if same and framed == self._selected_frames:
            self._emphasise()
            return
        for name, frame in self.graph.frames.items():
            if frame.selected != (name in framed):
                frame.selected = name in framed
                frame.update()
        for name in set(chosen) ^ set(self._selection):
            item = self.graph.nodes.get(name)
            if item:
                item.selected = name in chosen
                item.setZValue(1 if item.selected else 0)
                item.refresh()
        self._selection, self._selected_wires = chosen, keys
        self._selected_frames = framed
        self._emphasise()
        self._tell_selection()
        self.selection_changed.emit()

    def select_all(self) -> None:
        """Choose every node."""
        self.select(self.graph.nodes)

    def _tell_selection(self) -> None:
        """Put the chosen nodes into words for screen readers."""
        specs = [self.graph.nodes[name].spec for name in list(self._selection)[:5]]
        words = [", ".join(filter(None, (s.title, s.subtitle, s.note, s.tip))) for s in specs]
        self.setAccessibleDescription("; ".join(words) or _("Nothing is selected."))

    # ------------------------------------------------------------------ emphasis

    def heat(self, ref: PortRef | None) -> None:
        """Emphasise one port."""
        if ref == self._hot:
            return
        for old in (self._hot, ref):
            item = self.graph.nodes.get(old.node) if old else None
            if item:
                item.hot_port = ref if ref and ref.node == item.spec.id else None
                item.update()
        self._hot = ref

    def show_target(self, key: WireKey | None, others: Iterable[tuple[WireKey, str]] = ()) -> None:
        """Emphasise the wire into which something would be put."""
        self._emphasise([*others, *([(key, "selected")] if key else [])])

    def _emphasise(self, others: Iterable[tuple[WireKey, str]] = ()) -> None:
        hover = [(self._hover_wire, "hover")] if self._hover_wire else []
        chosen = [(key, "selected") for key in self._selected_wires]
        self.graph.layer.emphasise([*hover, *chosen, *others])

    def port_place(self, ref: PortRef) -> QPointF:
        """Where a port is in the scene."""
        return self.graph.nodes[ref.node].port_position(ref.port, ref.output)

    # ------------------------------------------------------------------ looking

    def everything(self) -> QRectF:
        """The rectangle around all nodes and frames."""
        return self.graph.everything()

    def fit_selection(self) -> None:
        """Show the chosen nodes, or everything if nothing is chosen."""
        self.fit_rect(self.graph.bounds(self._selection or self.graph.nodes))

    def reveal(self, ids: Iterable[str], frames: Iterable[str] = ()) -> None:
        """Scroll no more than needed to show these nodes and frames."""
        around = self.graph.bounds(name for name in ids if name in self.graph.nodes)
        for name in frames:
            if name in self.graph.frames:
                around = around.united(self.graph.frames[name].rect)
        self.show_rect(around)

    def middle(self) -> QPointF:
        """The point of the scene in the middle of the view."""
        return self.mapToScene(self.viewport().rect().center())

    def pointer(self) -> QPoint:
        """The pixel of the viewport where the pointer is, or the middle if it is elsewhere."""
        here = self.viewport().mapFromGlobal(self.cursor().pos())
        inside = self.viewport().rect()
        return here if inside.contains(here) else inside.center()
