"""Figures of the designer, as JSON on the last line: ``python benchmarks/canvas_ganvas.py LAYERS``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grid import DRAGGED, SIZE, Hand, alternating, links, milliseconds, places
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication

from engine.layers.base import Shape
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.schema import Data, Network, Node, Plug, Project, Wire
from widgets.canvas import Canvas, PortRef
from workbench import edits
from workbench.designer import Designer
from workbench.document import Document

TYPES = ("conv2d", "batch_norm", "relu", "max_pool2d", "linear")
CHOSEN = [f"n{i}" for i in range(DRAGGED)]


def network(count: int) -> Network:
    """The grid as a network of layers of five types."""
    nodes = {f"n{i}": Node(type=TYPES[i % 5], at=at) for i, at in enumerate(places(count))}
    return Network(nodes=nodes, wires=tuple(Wire(f"n{a}", f"n{b}") for a, b in links(count)))


def opened(project: Project) -> tuple[Document, Designer]:
    """A painted designer of a project, and its document."""
    document = Document(project)
    designer = Designer(document, "g")
    designer.resize(*SIZE)
    designer.show()
    QApplication.processEvents()
    designer.canvas.viewport().repaint()
    return document, designer


def pixel(canvas: Canvas, name: str) -> QPoint:
    """The middle of a node in the viewport."""
    item = canvas.graph.nodes[name]
    return canvas.mapFromScene(item.pos() + item.card.center())


def dragged(designer: Designer) -> tuple[float, float]:
    """A frame of dragging fifty chosen nodes, with everything in view and near."""
    canvas = designer.canvas
    hand = Hand(canvas.viewport())
    canvas.fit()
    canvas.select(CHOSEN)
    QApplication.processEvents()
    far = hand.drag(pixel(canvas, "n27"), 8)
    designer._document.stack.undo()
    canvas.zoom_to(1.0)
    canvas.centerOn(canvas.graph.nodes["n27"])
    canvas.select(CHOSEN)
    QApplication.processEvents()
    near = hand.drag(pixel(canvas, "n27"), 24)
    return far, near


def figures(count: int) -> dict[str, float]:
    """Measure everything that is compared."""
    project = Project(
        data=Data(source=Plug("digits")), objective=Plug("gan"), networks={"g": network(count)}
    )
    made: list[Designer] = []
    opened(project)[1].deleteLater()  # imports the catalogue and makes fonts once
    load = milliseconds(lambda: made.append(opened(project)[1]), 5)
    for old in made:
        old.deleteLater()
    document, designer = opened(project)
    shapes = {
        n: NodeReport(out_shape=Shape((32, 28, 28)), parameters=9248) for n in network(count).nodes
    }
    checked = Checked(ok=True, networks={"g": NetworkReport(nodes=shapes)})
    found = {"load": load, "check_shown": milliseconds(lambda: designer.set_checked(checked), 1)}
    found["same_check"] = milliseconds(lambda: designer.set_checked(checked))
    canvas, pixels = designer.canvas, designer.canvas.viewport()
    canvas.fit()
    QApplication.processEvents()
    found["far"] = milliseconds(pixels.repaint)
    canvas.zoom_to(0.4)
    found["middle"] = milliseconds(pixels.repaint)
    canvas.zoom_to(1.0)
    found["near"] = milliseconds(pixels.repaint)
    found["drag"], found["drag_near"] = dragged(designer)
    canvas.fit()
    QApplication.processEvents()
    stack = document.stack
    found["undo_move"], found["redo_move"] = alternating(stack.undo, stack.redo)
    canvas.select(CHOSEN)
    designer.delete_selected()
    found["undo"], found["redo"] = alternating(stack.undo, stack.redo)
    stack.undo()
    return found | others(document, designer)


def others(document: Document, designer: Designer) -> dict[str, float]:
    """Measure what only a designer of networks does."""
    canvas = designer.canvas
    found = {}

    def edit() -> None:
        x, y = document.project.networks["g"].nodes["n30"].at
        document.apply("", edits.move(document.project, "g", {"n30": (x, y + 20)}))

    found["edit"] = milliseconds(edit)
    canvas.zoom_to(1.0)
    canvas.reveal(["n30"])
    middle = QPointF(canvas.middle().x(), canvas.middle().y() // 100 * 100 + 80)
    found["hover"] = milliseconds(lambda: canvas._hover(middle))
    origin = PortRef("n30", "out", True)
    found["wire_begun"] = milliseconds(lambda: canvas.verdicts(origin, None), 5)
    found["layout"] = milliseconds(designer.auto_layout, 1)

    def select_all() -> None:
        canvas.select_all()
        canvas.select(())

    found["select_all"] = milliseconds(select_all)
    return found


if __name__ == "__main__":
    app = QApplication([])
    print(json.dumps(figures(int(sys.argv[1]))))
    os._exit(0)
