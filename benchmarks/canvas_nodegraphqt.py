"""Figures of NodeGraphQt, as JSON on the last line: ``PYTHON benchmarks/canvas_nodegraphqt.py NODES``.

Run by an interpreter that has NodeGraphQt and PySide6; nothing of Ganvas is imported.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_PREFERRED_BINDING", "PySide6")

from grid import DRAGGED, SIZE, Hand, alternating, links, milliseconds, places
from NodeGraphQt import BaseNode, NodeGraph
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication


class Layer(BaseNode):  # type: ignore[misc]
    """A node with one input and one output."""

    __identifier__ = "grid"
    NODE_NAME = "Layer"

    def __init__(self) -> None:
        super().__init__()
        self.add_input("in")
        self.add_output("out")


def opened(count: int) -> tuple[Any, list[Any]]:
    """A painted graph and its nodes."""
    graph = NodeGraph()
    graph.register_node(Layer)
    nodes = [
        graph.create_node("grid.Layer", name=f"n{i}", pos=at, selected=False, push_undo=False)
        for i, at in enumerate(places(count))
    ]
    for source, target in links(count):
        nodes[source].output(0).connect_to(nodes[target].input(0), push_undo=False)
    graph.widget.resize(*SIZE)
    graph.widget.show()
    QApplication.processEvents()
    graph.viewer().viewport().repaint()
    return graph, nodes


def pixel(graph: Any, node: Any) -> QPoint:
    """A point of a node in the viewport that is no port and no text."""
    box = node.view.sceneBoundingRect()
    point: QPoint = graph.viewer().mapFromScene(box.center())
    return point


def choose(graph: Any, nodes: list[Any]) -> None:
    """Select the nodes that are dragged."""
    graph.clear_selection()
    for node in nodes[:DRAGGED]:
        node.set_selected(True)
    QApplication.processEvents()


def figures(count: int) -> dict[str, float]:
    """Measure everything that is compared."""
    made: list[Any] = []
    opened(100)
    found = {"load": milliseconds(lambda: made.append(opened(count)), 3 if count <= 1000 else 1)}
    graph, nodes = made[-1]
    viewer = graph.viewer()
    pixels = viewer.viewport()
    hand = Hand(pixels)
    viewer.zoom_to_nodes([node.view for node in nodes])
    QApplication.processEvents()
    found["far"] = milliseconds(pixels.repaint)
    choose(graph, nodes)
    found["drag"] = hand.drag(pixel(graph, nodes[27]), 8)
    assert nodes[27].pos()[1] != places(count)[27][1], "nothing was dragged"
    stack = graph.undo_stack()
    found["undo_move"], found["redo_move"] = alternating(stack.undo, stack.redo)
    stack.undo()
    viewer.reset_zoom(nodes[27].view.sceneBoundingRect().center())
    QApplication.processEvents()
    found["near"] = milliseconds(pixels.repaint)
    choose(graph, nodes)
    found["drag_near"] = hand.drag(pixel(graph, nodes[27]), 24)
    stack.undo()
    viewer.zoom_to_nodes([node.view for node in nodes])
    graph.delete_nodes(nodes[:DRAGGED])
    found["undo"], found["redo"] = alternating(stack.undo, stack.redo)
    return found


if __name__ == "__main__":
    app = QApplication([])
    print(json.dumps(figures(int(sys.argv[1]))), flush=True)
    os._exit(0)
