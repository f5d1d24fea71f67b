"""Frames of one network: made, named, coloured and moved by hand."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRect

from projects.schema import Graph, Project
from projects.translation import gettext as _
from projects.translation import phrase
from widgets.canvas import Canvas
from widgets.canvas.frames import BAR
from widgets.canvas.title_editor import TitleEditor
from workbench import edits
from workbench.document import Document
from workbench.node_faces import frame_specs

EDITOR_HEIGHT = 30
LEAST_EDITOR = 160


class Framer(QObject):
    """Shows the frames of a network and does what is meant with them.

    Args:
        document: The open project.
        network: Name of the network.
        canvas: Where they are shown; also the Qt parent.

    Attributes:
        editor: Takes titles.
    """

    def __init__(self, document: Document, network: str, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._document = document
        self._network = network
        self._canvas = canvas
        self.editor = TitleEditor(canvas.viewport())
        self._renaming = ""
        canvas.frames_moved.connect(self._moved)
        canvas.frame_opened.connect(self.rename)
        for bar in (canvas.horizontalScrollBar(), canvas.verticalScrollBar()):
            bar.valueChanged.connect(self._follow)

    @property
    def _project(self) -> Project:
        return self._document.project

    @property
    def _graph(self) -> Graph:
        return edits.graph_of(self._project, self._network)

    def go(self, place: str) -> None:
        """Frame another place of the network from now on."""
        self._network = place

    def sync(self, graph: Graph) -> None:
        """Show the frames of a network; the title of one that is gone is not typed any more."""
        if self._renaming not in graph.frames:
            self.editor.finish(keep=False)
        self._canvas.set_frames(frame_specs(graph))

    def add(self) -> None:
        """Put a frame around the chosen nodes, or in the middle, and ask for its title."""
        middle = self._canvas.middle()
        made, name = edits.add_frame(
            self._project,
            self._network,
            self._canvas.selection,
            (middle.x() - 200, middle.y() - 120),
            _("Frame"),
        )
        self._document.apply(phrase("Add frame"), made)
        self._canvas.select((), (), (name,))
        self.rename(name)

    def rename(self, name: str) -> None:
        """Type another title."""
        self._renaming = name
        title = self._graph.frames[name].title
        self.editor.ask(title, self._place_of(name), lambda t: self._name(name, t))

    def _follow(self) -> None:
        """The title that is typed stays on its frame when the canvas is moved."""
        if self.editor.isVisible() and self._renaming in self._canvas.graph.frames:
            self.editor.setGeometry(self._place_of(self._renaming))

    def _place_of(self, name: str) -> QRect:
        rect = self._canvas.graph.frames[name].rect
        corner = self._canvas.mapFromScene(rect.topLeft())
        zoom = self._canvas.zoom
        width = max(LEAST_EDITOR, min(round(rect.width() * zoom) - 12, 320))
        top = corner.y() + round((BAR * zoom - EDITOR_HEIGHT) / 2)
        inside = self._canvas.viewport().rect()
        return QRect(
            max(0, min(corner.x() + 6, inside.width() - width)),
            max(0, min(top, inside.height() - EDITOR_HEIGHT)),
            width,
            EDITOR_HEIGHT,
        )

    def color(self, name: str, color: str) -> None:
        """Give it another colour."""
        self._change(phrase("Colour frame"), name, color=color)

    def _name(self, name: str, title: str) -> None:
        if name in self._graph.frames:
            self._change(phrase("Rename frame"), name, title=" ".join(title.split()))

    def _change(self, text: str, name: str, **changes: str) -> None:
        made = edits.change_frame(self._project, self._network, name, **changes)
        self._document.apply(text, made)

    def _moved(
        self,
        rects: Mapping[str, tuple[float, float, float, float]],
        positions: Mapping[str, tuple[float, float]],
    ) -> None:
        sizes = {name: self._graph.frames[name].size for name in rects}
        resized = any(rects[name][2:] != tuple(size) for name, size in sizes.items())
        text = phrase("Resize frame") if resized else phrase("Move frame")
        made = edits.move_frames(self._project, self._network, rects, positions)
        self._document.apply(text, made)
