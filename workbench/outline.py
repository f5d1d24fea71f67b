"""The networks as a list in working order: for eyes, keys and screen readers alike.

Items of a canvas cannot be seen by accessibility tools; this list says the same in words, and choosing here
and there goes together.
"""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from gettext import ngettext

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from engine.graph import plan
from engine.layers.base import Shape
from engine.protocol import Checked
from projects.schema import Network
from widgets import icons, theme
from widgets.canvas import NodeSpec
from widgets.plain import plain_tip
from workbench.document import Document
from workbench.node_faces import node_spec, problems_by_node

NAME = Qt.ItemDataRole.UserRole
NETWORK = Qt.ItemDataRole.UserRole + 1
SETTLE_MS = 60


class Outline(QWidget):
    """Lists every layer of every network, with what it is, what it makes and what is wrong with it.

    Signals:
        chosen(network, ids): Layers were chosen here.
        opened(network, id): A layer was double-clicked, or Enter pressed.
    """

    chosen = Signal(str, object)
    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outline")
        self._document: Document | None = None
        self._checked: Checked | None = None
        self._selection: tuple[str, tuple[str, ...]] = ("", ())
        self._stale = True
        self._tree = QTreeWidget()
        self._tree.setObjectName("outlineTree")
        self._tree.setAccessibleName(_("Outline of the networks"))
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(14)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._tree.itemSelectionChanged.connect(self._tell)
        self._tree.itemActivated.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, 0, theme.GAP, theme.GAP)
        layout.addWidget(self._tree)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self._fill)
        theme.notifier().changed.connect(self._changed)

    def watch(self, document: Document | None) -> None:
        """Show another project, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
        self._document, self._checked, self._selection = document, None, ("", ())
        if document is not None:
            document.changed.connect(self._changed)
        self._changed()

    def set_checked(self, checked: Checked) -> None:
        """Show what a check found out."""
        self._checked = checked
        self._changed()

    def show_selection(self, network: str, ids: tuple[str, ...]) -> None:
        """Choose here what was chosen on the canvas."""
        self._selection = (network, ids)
        if not self._stale:
            self._mark()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._fill()

    # ------------------------------------------------------------------------------ inside

    def _changed(self, *_values: object) -> None:
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def _fill(self) -> None:
        if not self.isVisible():
            return
        self._stale = False
        folded = {str(i.data(0, NAME)) for i in self._networks() if not i.isExpanded()}
        with QSignalBlocker(self._tree):
            self._tree.clear()
            project = self._document.project if self._document is not None else None
            for name, network in project.networks.items() if project is not None else ():
                self._add_network(name, network, folded=name in folded)
        self._mark()

    def _add_network(self, name: str, network: Network, folded: bool) -> None:
        checked = self._checked
        report = checked.networks.get(name) if checked is not None else None
        problems = problems_by_node(checked.problems if checked is not None else (), name)
        count = ngettext("{count} layer", "{count} layers", len(network.nodes))
        title = name.replace("_", " ").capitalize()
        top = QTreeWidgetItem([f"{title} · {count.format(count=len(network.nodes))}"])
        top.setData(0, NAME, name)
        before, after = _neighbours(network)
        for node in in_order(network):
            found = report.nodes.get(node) if report is not None else None
            spec = node_spec(node, network.nodes[node], found, problems.get(node, ()))
            shape = found.out_shape if found is not None else None
            item = _layer_item(spec, shape, _spoken(spec, before[node], after[node]))
            item.setData(0, NETWORK, name)
            top.addChild(item)
        self._tree.addTopLevelItem(top)
        top.setExpanded(not folded)

    def _networks(self) -> list[QTreeWidgetItem]:
        items = (self._tree.topLevelItem(i) for i in range(self._tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _layers(self) -> list[QTreeWidgetItem]:
        found = (top.child(row) for top in self._networks() for row in range(top.childCount()))
        return [item for item in found if item is not None]

    def _mark(self) -> None:
        """Choose the lines of what is chosen on the canvas."""
        network, ids = self._selection
        wanted = set(ids)
        first: QTreeWidgetItem | None = None
        with QSignalBlocker(self._tree):
            for item in self._layers():
                on = item.data(0, NETWORK) == network and item.data(0, NAME) in wanted
                if item.isSelected() != on:
                    item.setSelected(on)
                first = item if on and first is None else first
            if first is not None and not self._tree.hasFocus():
                select = QItemSelectionModel.SelectionFlag.NoUpdate
                self._tree.setCurrentItem(first, 0, select)
                self._tree.scrollToItem(first)
        self._tree.viewport().update()

    def _tell(self) -> None:
        """Say what was chosen here; layers of one network only can be chosen together."""
        items = [i for i in self._tree.selectedItems() if i.data(0, NETWORK) is not None]
        if not items:
            return
        current = self._tree.currentItem()
        here = current if current in items else items[-1]
        network = str(here.data(0, NETWORK))
        ids = tuple(str(i.data(0, NAME)) for i in items if i.data(0, NETWORK) == network)
        self._selection = (network, ids)
        self.chosen.emit(network, ids)

    def _open(self, item: QTreeWidgetItem) -> None:
        if item.data(0, NETWORK) is not None:
            self.opened.emit(str(item.data(0, NETWORK)), str(item.data(0, NAME)))


def in_order(network: Network) -> list[str]:
    """Return the nodes in the order in which they work; those in a circle come last."""
    order = [step.id for step in plan(network).steps]
    there = set(order)
    return [*order, *(name for name in network.nodes if name not in there)]


def _neighbours(network: Network) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Where the wires of every node come from, and where they go."""
    before: dict[str, list[str]] = {name: [] for name in network.nodes}
    after: dict[str, list[str]] = {name: [] for name in network.nodes}
    for wire in network.wires:
        if wire.source in after and wire.target in before:
            before[wire.target].append(wire.source)
            after[wire.source].append(wire.target)
    return before, after


def _layer_item(spec: NodeSpec, shape: Shape | None, spoken: str) -> QTreeWidgetItem:
    made = str(shape) if shape is not None else ""
    words = " · ".join(filter(None, (spec.title, spec.subtitle, made)))
    item = QTreeWidgetItem([f"{spec.id}: {words}"])
    item.setData(0, NAME, spec.id)
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
    item.setToolTip(0, plain_tip(spoken))
    if spec.badge is not None:
        error = spec.badge.severity == "error"
        item.setIcon(0, icons.icon(*(("error", "bad") if error else ("warning", "warning"))))
    return item


def _spoken(spec: NodeSpec, before: Iterable[str], after: Iterable[str]) -> str:
    """Everything that the canvas shows of a layer, as sentences."""
    sources, targets = ", ".join(before), ", ".join(after)
    parts = [
        " ".join(filter(None, (spec.title, spec.subtitle))),
        spec.note,
        _("from {names}").format(names=sources) if sources else "",
        _("to {names}").format(names=targets) if targets else "",
        spec.tip.replace("\n", ", "),
        spec.badge.text if spec.badge is not None else "",
    ]
    return ". ".join(part for part in parts if part)
