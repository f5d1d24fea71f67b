"""Everything that can be put on a canvas: layers, the blocks of the project, those of the library.

A key names one of them in palettes and drags: the tag of a layer (``conv2d``), ``block:<name>`` or
``library:<name>``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.blocks import Ports, block_ports, ports_of
from engine.layers.base import LAYERS, Shape
from projects.library import Shipped, library
from projects.schema import BLOCK, Block, Node, Project
from projects.translation import gettext as _
from widgets.layer_palette import PaletteEntry
from widgets.theme import BLOCKS
from workbench import edits
from workbench.fitting import block_misfit, fits_after
from workbench.node_faces import block_title, layer_entries

OWN, SHELF = "block:", "library:"


class Kit(NamedTuple):
    """A node to be placed.

    Attributes:
        project: The project, with the block in it.
        layer: Type of the node.
        params: Its settings.
    """

    project: Project
    layer: str
    params: Mapping[str, Any]


def entries(project: Project) -> tuple[PaletteEntry, ...]:
    """Return everything that can be put on a canvas of a project, as palettes show it."""
    return (*layer_entries(), *_own(project), *_shelf(project))


def _own(project: Project) -> Iterator[PaletteEntry]:
    for name, block in project.blocks.items():
        help = _(block.description).split("\n")[0] or _("A block of this project.")
        yield PaletteEntry(f"{OWN}{name}", block_title(name), BLOCKS, help, (name, BLOCK))


def _shelf(project: Project) -> Iterator[PaletteEntry]:
    """Blocks of the library; one that the project has taken over is not offered twice."""
    for entry in library():
        if project.blocks.get(entry.name) != entry.block:
            help = _(entry.block.description).split("\n")[0]
            yield PaletteEntry(
                f"{SHELF}{entry.name}", entry.title, BLOCKS, help, (entry.name, BLOCK)
            )


def there(project: Project, key: str) -> bool:
    """Whether a key names something that people may add."""
    if key.startswith(OWN):
        return key.removeprefix(OWN) in project.blocks
    return (key in LAYERS and not LAYERS.get(key).locked) or shipped(key) is not None


def shipped(key: str) -> Shipped | None:
    """Return the block of the library that a key names, or None."""
    name = key.removeprefix(SHELF) if key.startswith(SHELF) else None
    return next((entry for entry in library() if entry.name == name), None)


def title_of(key: str) -> str:
    """Return what people read for a key."""
    if key.startswith(OWN):
        return block_title(key.removeprefix(OWN))
    entry = shipped(key)
    return entry.title if entry is not None else LAYERS.get(key).title


def kit_of(project: Project, key: str) -> Kit:
    """Return what is to be placed for a key; a block of the library joins the project first."""
    if key.startswith(OWN):
        return Kit(project, BLOCK, {BLOCK: key.removeprefix(OWN)})
    entry = shipped(key)
    if entry is None:
        return Kit(project, key, {})
    made, names = edits.with_blocks(project, entry.blocks)
    return Kit(made, BLOCK, {BLOCK: names[entry.name]})


def ports_for(project: Project, key: str) -> Ports:
    """Return the ports of what a key names."""
    block = block_for(project, key)
    return block_ports(block) if block is not None else ports_of(Node(type=key), {})


def block_for(project: Project, key: str) -> Block | None:
    """Return the block that a key names, or None for a layer."""
    if key.startswith(OWN):
        return project.blocks.get(key.removeprefix(OWN))
    entry = shipped(key)
    return entry.block if entry is not None else None


def fits(project: Project, place: str, key: str) -> bool:
    """Whether something may be put at a place: a block cannot go into itself."""
    inside = edits.block_name(project, place)
    name = key.removeprefix(OWN)
    return inside is None or not key.startswith(OWN) or not edits.contains(project, name, inside)


def follows(project: Project, key: str, shape: Shape | None) -> bool:
    """Whether something, as it comes from the palette, can take a shape (unknown ones fit)."""
    block = block_for(project, key)
    if block is None:
        return fits_after(key, shape)
    inputs = block_ports(block)[0]
    return bool(inputs) and (shape is None or not block_misfit(block, inputs[0].name, shape))
