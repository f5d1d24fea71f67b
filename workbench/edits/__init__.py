"""Edits of networks as pure functions: a project and what to do go in, a new project comes out.

Whatever an edit does not touch is the same object before and after, so "what changed?" is answered by
identity. Ids of nodes are unique inside their network and valid identifiers. Rules of ports (how
many wires may enter) come from the layer catalogue; layers it does not know count as plain ones.
"""

from workbench.edits.adding import add, add_after, add_into, bend
from workbench.edits.aligning import Axis, Side, align, distribute, size_of, straighten
from workbench.edits.base import (
    block_name,
    found,
    graph_of,
    ports,
    settings,
    unique_id,
    with_block,
    with_graph,
    with_parts,
)
from workbench.edits.blocks import (
    contains,
    count_uses,
    delete_block,
    describe_block,
    join_place,
    rename_block,
    used_blocks,
    where_used,
    with_blocks,
)
from workbench.edits.changing import hold, move, mute, rename, set_param, share
from workbench.edits.collapsing import collapse
from workbench.edits.deleting import delete
from workbench.edits.expanding import expand
from workbench.edits.framing import add_frame, change_frame, delete_frames, move_frames
from workbench.edits.offers import (
    offer,
    offer_of,
    offered_settings,
    offered_value,
    rename_offer,
    withdraw,
)
from workbench.edits.pasting import Pieces, fragment, paste
from workbench.edits.wiring import connect, disconnect, make_room, relink, splice

__all__ = [
    "Axis",
    "Pieces",
    "Side",
    "add",
    "add_after",
    "add_frame",
    "add_into",
    "align",
    "bend",
    "block_name",
    "change_frame",
    "collapse",
    "connect",
    "contains",
    "count_uses",
    "delete",
    "delete_block",
    "delete_frames",
    "describe_block",
    "disconnect",
    "distribute",
    "expand",
    "found",
    "fragment",
    "graph_of",
    "hold",
    "join_place",
    "make_room",
    "move",
    "move_frames",
    "mute",
    "offer",
    "offer_of",
    "offered_settings",
    "offered_value",
    "paste",
    "ports",
    "relink",
    "rename",
    "rename_block",
    "rename_offer",
    "set_param",
    "settings",
    "share",
    "size_of",
    "splice",
    "straighten",
    "unique_id",
    "used_blocks",
    "where_used",
    "with_block",
    "with_blocks",
    "with_graph",
    "with_parts",
    "withdraw",
]
