"""Proposals for nodes that stand for what there is no layer for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.layers.base import LAYERS
from projects.translation import phrase as _
from workbench import edits
from workbench.mending.base import Candidate, Trouble


def is_locked(trouble: Trouble) -> bool:
    """Whether the node that has the problem only holds a place."""
    layer = LAYERS.entries.get(trouble.layer.type)
    return layer is not None and layer.locked


def bypassed(trouble: Trouble) -> Iterator[Candidate]:
    """Let what flows in pass, where the network can do without the node."""
    made = edits.mute(trouble.project, trouble.network, (trouble.node,), True)
    title = _("Bypass “{name}”").format(name=trouble.node)
    yield Candidate(title, made, strict=True)


def healed(trouble: Trouble) -> Iterator[Candidate]:
    """Delete the node and connect what came before with what came after."""
    made = edits.delete(trouble.project, trouble.network, (trouble.node,))
    title = _("Delete “{name}”").format(name=trouble.node)
    yield Candidate(title, made, strict=True)
