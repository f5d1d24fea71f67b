"""Proposals for settings that cannot be."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.blocks import PLACING, block_of
from engine.layers.base import LAYERS
from projects.schema import Project
from projects.translation import phrase as _
from workbench import edits
from workbench.mending.base import Candidate, Trouble, titled


def setting(trouble: Trouble) -> Iterator[Candidate]:
    """Take a wrong setting back to its default, or a wish that cannot be met away."""
    key = trouble.rest[0] if trouble.rest else ""
    name, network = trouble.node, trouble.network
    if key == "shares":
        made = edits.share(trouble.project, network, (name,), None)
        yield Candidate(_("Give “{name}” its own weights").format(name=name), made)
    elif key == "mute":
        made = edits.mute(trouble.project, network, (name,), False)
        yield Candidate(_("Take the bypass of “{name}” away").format(name=name), made)
    elif key == "type":
        yield from _kind(trouble)
    elif key in trouble.layer.params:
        yield from _renamed(trouble, key)
        params = {k: value for k, value in trouble.layer.params.items() if k != key}
        title = _("Set “{key}” of “{name}” to its default")
        if key not in _known(trouble):
            title = _("Take “{key}” of “{name}” away")
        yield Candidate(title.format(key=key, name=name), _replaced(trouble, params=params))


def _known(trouble: Trouble) -> list[str]:
    layer = LAYERS.entries.get(trouble.layer.type)
    block = block_of(trouble.layer, trouble.project.blocks)
    if block is not None:
        return [*block.params, *PLACING]
    return [field.name for field in layer.fields()] if layer is not None else []


def _renamed(trouble: Trouble, key: str) -> Iterator[Candidate]:
    """A setting that there is not may be one that is spelt almost so."""
    known = _known(trouble)
    if key in known:
        return
    for name in difflib.get_close_matches(key, known, n=1):
        params = {name if k == key else k: v for k, v in trouble.layer.params.items()}
        title = _("Call “{key}” of “{node}” “{name}”")
        made = _replaced(trouble, params=params)
        yield Candidate(title.format(key=key, node=trouble.node, name=name), made)


def _kind(trouble: Trouble) -> Iterator[Candidate]:
    """Make a layer of an unknown type one that is called almost so."""
    known = [layer.tag() for layer in LAYERS if not layer.locked]
    for tag in difflib.get_close_matches(trouble.layer.type, known, n=2, cutoff=0.6):
        title = _("Make “{name}” a {layer}").format(name=trouble.node, layer=titled(tag))
        yield Candidate(title, _replaced(trouble, type=tag))


def _replaced(trouble: Trouble, **changes: Any) -> Project:
    nodes = dict(trouble.graph.nodes)
    nodes[trouble.node] = msgspec.structs.replace(trouble.layer, **changes)
    return edits.with_parts(trouble.project, trouble.network, nodes)
