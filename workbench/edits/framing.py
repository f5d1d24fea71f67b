"""Frames around parts of a network: for the eye, and to move what lies in them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from projects.schema import Frame, Project
from widgets.graph_metrics import GRID, bounded
from workbench.edits.aligning import size_of
from workbench.edits.base import Position, graph_of, unique_id, with_graph
from workbench.edits.changing import move

AROUND = 2.0 * GRID
ABOVE = 3.0 * GRID
Rect = tuple[float, float, float, float]


def add_frame(
    project: Project, network: str, ids: Collection[str], at: Position, title: str
) -> tuple[Project, str]:
    """Put a frame around nodes, or where there are none at a point, and return its id too.

    Args:
        project: The project.
        network: Name of the network.
        ids: The nodes.
        at: Where its corner is when there are no nodes.
        title: What stands in its bar.
    """
    graph = graph_of(project, network)
    name = unique_id(graph.frames, "frame")
    frame = Frame(title=title, at=at)
    boxes = [
        (*graph.nodes[n].at, *size_of(project, graph.nodes[n])) for n in ids if n in graph.nodes
    ]
    if boxes:
        left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
        corner = (bounded(left) - AROUND, bounded(top) - ABOVE)
        size = (right - left + 2 * AROUND, bottom - top + AROUND + ABOVE)
        frame = Frame(title=title, at=corner, size=size)
    return _with_frames(project, network, {**graph.frames, name: frame}), name


def change_frame(project: Project, network: str, name: str, **changes: Any) -> Project:
    """Give a frame another title or colour."""
    frames = graph_of(project, network).frames
    changed = msgspec.structs.replace(frames[name], **changes)
    return _with_frames(project, network, {**frames, name: changed})


def move_frames(
    project: Project, network: str, rects: Mapping[str, Rect], positions: Mapping[str, Position]
) -> Project:
    """Move frames, with nodes that lie in them, or give them another size.

    Args:
        project: The project.
        network: Name of the network.
        rects: Left, top, width and height by frame.
        positions: Where nodes go.
    """
    frames = dict(graph_of(project, network).frames)
    for name, (left, top, width, height) in rects.items():
        frames[name] = msgspec.structs.replace(frames[name], at=(left, top), size=(width, height))
    return move(_with_frames(project, network, frames), network, positions)


def delete_frames(project: Project, network: str, names: Collection[str]) -> Project:
    """Take frames away; what lies in them stays."""
    frames = graph_of(project, network).frames
    if not any(name in frames for name in names):
        return project
    left = {name: frame for name, frame in frames.items() if name not in names}
    return _with_frames(project, network, left)


def _with_frames(project: Project, network: str, frames: Mapping[str, Frame]) -> Project:
    graph = graph_of(project, network)
    return with_graph(project, network, msgspec.structs.replace(graph, frames=dict(frames)))
