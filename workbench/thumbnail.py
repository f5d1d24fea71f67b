"""A small picture of a project: its networks as coloured blocks and lines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from engine.layers.base import LAYERS
from projects.schema import BLOCK, Network, Project
from widgets import theme
from widgets.graph_metrics import bounded

NODE = (170.0, 56.0)
MARGIN = 26.0
EDGE = 14.0
MOST_NODES, MOST_NETWORKS = 400, 8


def thumbnail(project: Project, size: QSize, ratio: float = 2.0) -> QPixmap:
    """Draw the networks of a project side by side.

    Args:
        project: The project.
        size: Size in device-independent pixels.
        ratio: Pixels of the picture to one of these.
    """
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.current().color("canvas"))
    networks = [network for network in project.networks.values() if network.nodes][:MOST_NETWORKS]
    width = size.width() / max(1, len(networks))
    # A painter that outlives its picture brings the program down, so it ends whatever happens.
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, network in enumerate(networks):
            _draw(painter, network, QRectF(place * width, 0, width, size.height()))
    return picture


def _draw(painter: QPainter, network: Network, frame: QRectF) -> None:
    """Draw one network into a frame, as large as fits."""
    boxes = {
        name: QRectF(bounded(node.at[0]), bounded(node.at[1]), *NODE)
        for name, node in list(network.nodes.items())[:MOST_NODES]
    }
    whole = QRectF()
    for box in boxes.values():
        whole = whole.united(box.adjusted(-MARGIN, 0, MARGIN, 0))
    edge = min(EDGE, frame.width() / 8, frame.height() / 8)  # small pictures of many networks
    inner = frame.adjusted(edge, edge, -edge, -edge)
    scale = min(inner.width() / whole.width(), inner.height() / whole.height(), 0.4)
    painter.save()
    painter.translate(inner.center())
    painter.scale(scale, scale)
    painter.translate(-whole.center())
    pen = QPen(theme.current().color("wire"), 1.2 / scale)
    painter.setPen(pen)
    for wire in network.wires:
        if wire.source in boxes and wire.target in boxes:
            painter.drawPath(_wire(boxes[wire.source], boxes[wire.target]))
    painter.setPen(Qt.PenStyle.NoPen)
    for name, box in boxes.items():
        painter.setBrush(_color(network.nodes[name].type))
        painter.drawRoundedRect(box, 14, 14)
    painter.restore()


def _wire(source: QRectF, target: QRectF) -> QPainterPath:
    """A straight line, or two bends between rows, as the canvas draws it."""
    start = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    path = QPainterPath(start)
    if end.x() < start.x():
        middle = (source.center().y() + target.center().y()) / 2
        for x, y in (
            (start.x() + MARGIN, start.y()),
            (start.x() + MARGIN, middle),
            (end.x() - MARGIN, middle),
            (end.x() - MARGIN, end.y()),
        ):
            path.lineTo(x, y)
    path.lineTo(end)
    return path


def _color(layer: str) -> QColor:
    category = LAYERS.get(layer).category if layer in LAYERS else ""
    category = theme.BLOCKS if layer == BLOCK else category
    return theme.current().category_color(category)
