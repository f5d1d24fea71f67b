"""Edits of networks as pure functions: a project and what to do go in, a new project comes out.

Whatever an edit does not touch is the same object before and after, so "what changed?" is answered by
identity. Ids of nodes are unique inside their network and valid identifiers. Rules of ports (how
many wires may enter) come from the layer catalogue; layers it does not know count as plain ones.
"""

from workbench.edits.adding import add, add_after, add_into, bend
from workbench.edits.aligning import Axis, Side, align, distribute, size_of, straighten
from workbench.edits.base import ports, settings, unique_id, with_network, with_parts
from workbench.edits.changing import move, mute, rename, set_param, share
from workbench.edits.deleting import delete
from workbench.edits.framing import add_frame, change_frame, delete_frames, move_frames
from workbench.edits.pasting import fragment, paste
from workbench.edits.wiring import connect, disconnect, make_room, relink, splice

__all__ = [
    "Axis",
    "Side",
    "add",
    "add_after",
    "add_frame",
    "add_into",
    "align",
    "bend",
    "change_frame",
    "connect",
    "delete",
    "delete_frames",
    "disconnect",
    "distribute",
    "fragment",
    "make_room",
    "move",
    "move_frames",
    "mute",
    "paste",
    "ports",
    "relink",
    "rename",
    "set_param",
    "settings",
    "share",
    "size_of",
    "splice",
    "straighten",
    "unique_id",
    "with_network",
    "with_parts",
]
