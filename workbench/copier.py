"""Copies of layers and frames: to the clipboard as text, from it onto a canvas, or beside what they were made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent

from projects.errors import ProjectError
from projects.schema import Graph, Network, Project
from projects.translation import phrase
from widgets.canvas import Canvas, WireKey
from workbench import clipboard, edits
from workbench.document import Document

CONTROL, SHIFT = Qt.Modifier.CTRL, Qt.Modifier.SHIFT
Delete = Callable[[Iterable[str], Iterable[WireKey], Collection[str], bool], None]


class Copier(QObject):
    """Copies what is chosen in one network.

    Args:
        document: The open project.
        network: Name of the network.
        canvas: Where it is shown; also the Qt parent.
        delete: Deletes nodes, wires and frames; the last argument says whether the gap is kept.

    Signals:
        failed(problem): The clipboard holds nothing that can be pasted; a :class:`projects.errors.Problem`.
    """

    failed = Signal(object)

    def __init__(self, document: Document, network: str, canvas: Canvas, delete: Delete) -> None:
        super().__init__(canvas)
        self._document = document
        self._network = network
        self._canvas = canvas
        self._delete = delete
        # Spelled out because Shift+Delete, here “delete and keep the gap”, is a standard key for Cut.
        self._keys: dict[QKeyCombination, Callable[[], None]] = {
            CONTROL | Qt.Key.Key_C: self.copy,
            CONTROL | Qt.Key.Key_X: self.cut,
            CONTROL | Qt.Key.Key_V: self.paste,
            CONTROL | SHIFT | Qt.Key.Key_V: lambda: self.paste(incoming=True),
            CONTROL | Qt.Key.Key_D: self.duplicate,
            CONTROL | SHIFT | Qt.Key.Key_D: lambda: self.duplicate(incoming=True),
        }
        canvas.installEventFilter(self)

    @property
    def _project(self) -> Project:
        return self._document.project

    @property
    def _graph(self) -> Graph:
        return edits.found(self._project, self._network) or Network()

    def go(self, place: str) -> None:
        """Copy in another place of the network from now on."""
        self._network = place

    def copy(self) -> None:
        """Put the chosen nodes and frames on the clipboard as text."""
        pieces = self._fragment(incoming=True)
        if pieces is not None:
            QGuiApplication.clipboard().setText(clipboard.to_text(pieces))

    def cut(self) -> None:
        """Copy the chosen nodes and frames, then delete what was copied."""
        nodes, frames = self._taken()
        if nodes or frames:
            self.copy()
            self._delete(nodes, self._canvas.selected_wires, frames, False)

    def paste(self, place: QPointF | None = None, *, incoming: bool = False) -> None:
        """Add the nodes and frames that the clipboard's text describes.

        Args:
            place: Where; None: beside where they were.
            incoming: Connect them to what the copied ones were fed by, where that is here.
        """
        try:
            pieces = clipboard.from_text(QGuiApplication.clipboard().text())
            at = (place.x(), place.y()) if place is not None else None
            made, names = edits.paste(self._project, self._network, pieces, at, incoming=incoming)
        except ProjectError as error:
            self.failed.emit(error.problem)
            return
        self.put(phrase("Paste"), made, names)

    def duplicate(self, *, incoming: bool = False) -> None:
        """Add a copy of what is chosen, fed by the same or by nothing; the clipboard stays as it is."""
        pieces = self._fragment(incoming=incoming)
        if pieces is not None:
            made, names = edits.paste(self._project, self._network, pieces, incoming=incoming)
            self.put(phrase("Duplicate"), made, names)

    def put(self, text: str, project: Project, names: tuple[str, ...]) -> None:
        """Do an edit by which nodes and frames have come; they are chosen and brought into view.

        Args:
            text: What Edit → Undo calls it.
            project: The project with them.
            names: The new nodes.
        """
        before = self._graph.frames
        self._document.apply(text, project)
        frames = [name for name in self._graph.frames if name not in before]
        self._canvas.select(names, (), frames)
        self._canvas.reveal(names, frames)

    def _taken(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The nodes and frames that a copy takes; frames alone take along what lies in them."""
        nodes, frames = self._canvas.selection, self._canvas.selected_frames
        if nodes:
            return nodes, frames
        inner = [self._canvas.graph.lying_in(frame) for frame in frames]
        found = dict.fromkeys(name for names, _frames in inner for name in names)
        others = (name for _names, names in inner for name in names)
        return tuple(found), tuple(dict.fromkeys((*frames, *others)))

    def _fragment(self, *, incoming: bool) -> edits.Pieces | None:
        """A copy of what is chosen, None where nothing is that can be copied."""
        nodes, frames = self._taken()
        if not nodes and not frames:
            return None
        blocks = self._project.blocks
        return edits.fragment(self._graph, nodes, frames=frames, incoming=incoming, blocks=blocks)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the clipboard, where the window has no action for them."""
        pressed = event.type() == QEvent.Type.KeyPress and watched is self._canvas
        if pressed and isinstance(event, QKeyEvent):
            command = self._keys.get(event.keyCombination())
            if command:
                command()
                return True
        return super().eventFilter(watched, event)
