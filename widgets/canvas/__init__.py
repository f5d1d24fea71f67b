"""A canvas for drawing graphs; knows Qt and plain descriptions, nothing of networks."""

from widgets.canvas.canvas import Canvas
from widgets.canvas.specs import Badge, FrameSpec, NodeSpec, PortRef, PortSpec, WireKey, WireSpec

__all__ = ["Badge", "Canvas", "FrameSpec", "NodeSpec", "PortRef", "PortSpec", "WireKey", "WireSpec"]
