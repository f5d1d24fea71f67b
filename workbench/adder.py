"""Putting new layers onto a canvas: where, connected to what, chosen how."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF

from engine.blocks import Ports
from projects.schema import Project, Wire
from projects.translation import gettext as _
from projects.translation import phrase
from widgets.canvas import Canvas, PortRef, WireKey
from widgets.graph_metrics import BEND, NODE_HEIGHT, NODE_WIDTH
from widgets.layer_palette import PaletteEntry
from widgets.quick_add import QuickAdd
from workbench import edits, kits
from workbench.document import Document
from workbench.fitting import Fitting
from workbench.node_faces import wire_of

RECENT = 6
HALF = QPointF(NODE_WIDTH / 2, NODE_HEIGHT / 2)


class Adder(QObject):
    """Adds layers to one network and asks which, where a person has not said so.

    Args:
        document: The open project.
        network: Name of the network.
        canvas: Where it is shown; also the Qt parent.
        fitting: Answers what fits the network as it is now.

    Attributes:
        quick_add: The popup that asks.
    """

    def __init__(
        self, document: Document, network: str, canvas: Canvas, fitting: Callable[[], Fitting]
    ) -> None:
        super().__init__(canvas)
        self._document = document
        self._network = network
        self._canvas = canvas
        self._fitting = fitting
        self._recent: list[str] = []
        self._pending: Callable[[str], None] | None = None
        self.quick_add = QuickAdd(canvas)
        self.quick_add.chosen.connect(self._chosen)

    @property
    def _project(self) -> Project:
        return self._document.project

    def go(self, place: str) -> None:
        """Add to another place of the network from now on."""
        self._network = place

    def add(self, layer: str, middle: QPointF) -> None:
        """Add a layer behind the last chosen node, or where nothing is chosen around a point."""
        if not self._canvas.selection:
            self.add_at(layer, middle - HALF, None)
            return
        after = self._canvas.selection[-1]
        kit = kits.kit_of(self._project, layer)
        self._added(
            layer, *edits.add_after(kit.project, self._network, kit.layer, after, kit.params)
        )

    def add_at(self, layer: str, corner: QPointF, key: WireKey | None) -> None:
        """Add a layer at a point, into a wire if one is given and the layer has both ends."""
        at = (corner.x(), corner.y())
        kit = kits.kit_of(self._project, layer)
        if key and all(kits.ports_for(self._project, layer)):
            wire = wire_of(key)
            made = edits.add_into(kit.project, self._network, kit.layer, at, wire, kit.params)
        else:
            made = edits.add(kit.project, self._network, kit.layer, at, kit.params)
        self._added(layer, *made)

    def add_at_port(self, layer: str, end: QPointF, port: PortRef) -> None:
        """Add a layer where a drawn wire ended, connected to the port where it began."""
        inputs, outputs = kits.ports_for(self._project, layer)
        kit = kits.kit_of(self._project, layer)
        corner = end - QPointF(0 if port.output else NODE_WIDTH, NODE_HEIGHT / 2)
        at = (corner.x(), corner.y())
        made, name = edits.add(kit.project, self._network, kit.layer, at, kit.params)
        wire: Wire | None = None
        if port.output and inputs:
            wire = Wire(port.node, name, port.port, inputs[0].name)
        elif not port.output and outputs:
            wire = Wire(name, port.node, outputs[0].name, port.port)
        if wire:
            made = edits.connect(made, self._network, wire)
        self._added(layer, made, name)

    def bend(self, point: QPointF, key: WireKey) -> None:
        """Put a bend into a wire, to be moved where the wire shall run."""
        at = (point.x() - BEND / 2, point.y() - BEND / 2)
        made, name = edits.bend(self._project, self._network, at, wire_of(key))
        self._document.apply(phrase("Bend wire"), made)
        self._canvas.select((name,))

    def _added(self, layer: str, project: Project, name: str) -> None:
        self._recent = [layer, *(tag for tag in self._recent if tag != layer)][:RECENT]
        text = phrase("Add {title}").format(title=partial(kits.title_of, layer))
        with self._canvas.whole_kept():
            self._document.apply(text, project)
        self._canvas.select((name,))
        self._canvas.reveal((name,))
        self._canvas.setFocus()

    def ask(self, pixel: QPoint, place: QPointF, port: PortRef | None, key: WireKey | None) -> None:
        """Open quick-add with the layers that fit, and say what will happen.

        Args:
            pixel: Where to open it, in global coordinates.
            place: The same in the scene.
            port: The port that the new layer follows or precedes, or None.
            key: The wire that it goes into, or None.
        """
        chosen = self._canvas.selection
        if port:
            words = _("Add after {name}") if port.output else _("Add before {name}")
            heading = words.format(name=port.node)
            entries = self._entries_at(port)
            self._pending = lambda layer: self.add_at_port(layer, place, port)
        elif key:
            heading = _("Insert between {source} and {target}").format(
                source=key.source, target=key.target
            )
            entries = _ends_last(e for e in self._entries() if all(self._ports(e)))
            self._pending = lambda layer: self.add_at(layer, place - HALF, key)
        else:
            heading = _("Add after {name}").format(name=chosen[-1]) if chosen else _("Add a layer")
            entries = self._entries()
            if chosen:
                entries = _ends_last(e for e in entries if self._ports(e)[0])
            self._pending = lambda layer: self.add(layer, place)
        self.quick_add.ask(entries, pixel, heading, self._recent)

    def _chosen(self, layer: str) -> None:
        pending, self._pending = self._pending, None
        if pending:
            pending(layer)

    def _entries_at(self, port: PortRef) -> list[PaletteEntry]:
        """The layers that can follow (or precede) a port."""
        if not port.output:
            return _ends_last(e for e in self._entries() if self._ports(e)[1])
        shape = self._fitting().shape_of(port.node, port.port)
        project = self._project
        return _ends_last(e for e in self._entries() if kits.follows(project, e.key, shape))

    def _entries(self) -> list[PaletteEntry]:
        """Everything that may be put here."""
        project = self._project
        return [e for e in kits.entries(project) if kits.fits(project, self._network, e.key)]

    def _ports(self, entry: PaletteEntry) -> Ports:
        return kits.ports_for(self._project, entry.key)


def _ends_last(entries: Iterable[PaletteEntry]) -> list[PaletteEntry]:
    """Put Input and Output behind what goes between them."""
    return sorted(entries, key=lambda entry: entry.category == "Ends")
