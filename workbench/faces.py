"""What a canvas shows of a network: it is told only what differs from what it shows already."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem
from projects.schema import Graph, Network, Node, Project, Wire
from widgets.canvas import Canvas, NodeSpec, WireSpec
from workbench import edits, scope
from workbench.document import Document
from workbench.node_faces import node_spec, retold, wire_specs

Face = tuple[Node, NodeReport | None, tuple[Problem, ...], NodeSpec]


class Faces:
    """Shows layers and wires of one network, with what a check found out about them.

    Args:
        document: The open project.
        network: Name of the network.
        canvas: Where they are shown.

    Attributes:
        report: Shapes and counts of the network, of the last check; None while they are not known.
        problems: Problems of layers, by their ids.
    """

    def __init__(self, document: Document, network: str, canvas: Canvas) -> None:
        self._document = document
        self._network = network
        self._place = network
        self._canvas = canvas
        self._shown: Graph = Network()
        self._faces: dict[str, Face] = {}
        self._courses: dict[Wire, WireSpec] = {}
        self._found: tuple[Problem, ...] = ()
        self.report: NetworkReport | None = None
        self.problems: dict[str, tuple[Problem, ...]] = {}

    @property
    def _project(self) -> Project:
        return self._document.project

    def go(self, place: str) -> None:
        """Show another place of the network from now on: nothing, until there is a graph to show."""
        self._place = place
        self._canvas.discard(tuple(self._faces))
        self.forget()
        self._shown = Network()
        self.problems = scope.problems_at(self._found, place)

    def forget(self) -> None:
        """Describe all layers anew: what stands for a block may have other ports now."""
        self._faces.clear()

    def set_checked(self, checked: Checked, graph: Graph) -> None:
        """Show what a check found out: shapes, counts and problems."""
        self.report = checked.networks.get(self._network)
        self._found = checked.problems
        self.problems = scope.problems_at(checked.problems, self._place)
        self._show_nodes(graph.nodes)
        self._show_wires(graph)

    def show(self, graph: Graph, anew: bool = False) -> Graph:
        """Show a graph; the same object is the same thing.

        Args:
            graph: What is to be seen.
            anew: Whether its layers and wires are described again all the same.

        Returns:
            What was shown before.
        """
        old, self._shown = self._shown, graph
        if graph is old and not anew:
            return old
        gone = [name for name in old.nodes if name not in graph.nodes]
        if gone:
            for name in gone:
                self._faces.pop(name, None)
            self._canvas.discard(gone)
        if graph.nodes is not old.nodes or anew:
            self._show_nodes(graph.nodes)
        if graph.wires is not old.wires or gone or anew:
            same = graph.nodes is old.nodes and not anew
            self._show_wires(graph, self._courses if same else None)
        return old

    def _show_nodes(self, nodes: Mapping[str, Node]) -> None:
        reports = self.report.nodes if self.report else {}
        head, blocks = scope.head_of(self._place), self._project.blocks
        specs = []
        for name, node in nodes.items():
            face = self._faces.get(name)
            report, problems = reports.get(head + name), self.problems.get(name, ())
            if node.shares is not None:  # shows the settings of the layer whose weights it uses
                node = msgspec.structs.replace(node, params=edits.settings(nodes, name))
            same = face and (face[0] is node or (node.shares is not None and face[0] == node))
            if face and same and face[1] == report and face[2] == problems:
                continue
            if face and same:
                spec = retold(face[3], report, problems)
            else:
                spec = node_spec(name, node, report, problems, blocks)
            self._faces[name] = (node, report, problems, spec)
            specs.append(spec)
        if specs:
            self._canvas.put(specs)

    def _show_wires(self, graph: Graph, known: Mapping[Wire, WireSpec] | None = None) -> None:
        """Show the wires as they are now; those that are known are not described again."""
        known, wires = known or {}, graph.wires
        new = [wire for wire in wires if wire not in known]
        specs = wire_specs(self._project, self._place, self.report, self.problems, new)
        found = {**known, **dict(zip(new, specs, strict=True))}
        self._courses = {wire: found[wire] for wire in wires}
        self._canvas.set_wires(self._courses.values())
