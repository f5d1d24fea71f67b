"""How fast the canvas is with 1,000 nodes: loading, repainting near and far, one edit, a drag.

    python benchmarks/canvas.py [NODES]

Prints medians in milliseconds of processor time. Runs without a screen (``QT_QPA_PLATFORM=offscreen``).
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from engine.layers.base import Shape
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.schema import Data, Network, Node, Plug, Project, Wire
from widgets.canvas import PortRef
from workbench import edits
from workbench.designer import Designer
from workbench.document import Document

TYPES = ("conv2d", "batch_norm", "relu", "max_pool2d", "linear")


def network(count: int) -> Network:
    """A grid of chains, 25 nodes long, with a shape to show on every wire."""
    nodes = {
        f"n{i}": Node(type=TYPES[i % 5], at=(i % 25 * 240.0, i // 25 * 100.0)) for i in range(count)
    }
    wires = tuple(Wire(f"n{i}", f"n{i + 1}") for i in range(count - 1) if i % 25 != 24)
    return Network(nodes=nodes, wires=wires)


def milliseconds(work: Callable[[], object], times: int = 15) -> float:
    """Median time of some work, on the processor: other programs do not count."""
    taken = []
    for _turn in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    app = QApplication([])
    graph = network(count)
    project = Project(
        data=Data(source=Plug("digits")), objective=Plug("gan"), networks={"g": graph}
    )
    report = NetworkReport(
        nodes={n: NodeReport(out_shape=Shape((32, 28, 28)), parameters=9248) for n in graph.nodes}
    )
    checked = Checked(ok=True, networks={"g": report})
    Designer(Document(project), "g").deleteLater()  # imports the catalogue once
    start = time.process_time()
    document = Document(project)
    designer = Designer(document, "g")
    print(f"load {count} nodes      {(time.process_time() - start) * 1000:8.1f} ms")
    designer.resize(1100, 700)
    designer.show()
    canvas, pixels = designer.canvas, designer.canvas.viewport()
    app.processEvents()
    print(f"first check shown    {milliseconds(lambda: designer.set_checked(checked), 1):8.1f} ms")
    print(f"same check again     {milliseconds(lambda: designer.set_checked(checked)):8.1f} ms")
    canvas.fit()
    app.processEvents()
    print(f"repaint far ({canvas.zoom:.2f})   {milliseconds(pixels.repaint):8.1f} ms")
    canvas.zoom_to(0.4)
    print(f"repaint middle (0.4) {milliseconds(pixels.repaint):8.1f} ms")
    canvas.zoom_to(1.0)
    print(f"repaint near (1.0)   {milliseconds(pixels.repaint):8.1f} ms")
    nodes = len(canvas.graph.nodes_in(canvas.mapToScene(pixels.rect()).boundingRect()))
    print(f"   nodes in view     {nodes:8d}")

    def edit() -> None:
        x, y = document.project.networks["g"].nodes["n30"].at
        document.apply("", edits.move(document.project, "g", {"n30": (x, y + 20)}))

    print(f"one edit             {milliseconds(edit):8.1f} ms")
    canvas.select(["n30"])

    def drag() -> None:
        place = canvas.graph.nodes["n30"].pos()
        canvas.graph.layer.emphasise((k, "moving") for k in canvas.graph.touching(["n30"]))
        canvas.graph.carry({"n30": place + QPointF(20, 0)})
        app.processEvents()

    canvas.fit()
    drag()
    print(f"drag step, far       {milliseconds(drag):8.1f} ms")
    canvas.zoom_to(1.0)
    canvas.reveal(["n30"])
    drag()
    print(f"drag step, near      {milliseconds(drag):8.1f} ms")
    middle = QPointF(canvas.middle().x(), canvas.middle().y() // 100 * 100 + 80)
    print(f"pointer moves        {milliseconds(lambda: canvas._hover(middle)):8.1f} ms")
    origin = PortRef("n30", "out", True)
    print(f"a wire is begun      {milliseconds(lambda: canvas.verdicts(origin, None), 5):8.1f} ms")
    print(f"auto layout          {milliseconds(designer.auto_layout, 1):8.1f} ms")

    def select_all() -> None:
        canvas.select_all()
        canvas.select(())

    print(f"select all           {milliseconds(select_all):8.1f} ms")


if __name__ == "__main__":
    main()
