"""The blocks that come with the program: one YAML file each in ``projects/blocks``, found by being there.

A file has a ``title``, an ``order`` among the others, where it comes from (``source``) and ``blocks`` as a
project has them; the first is the one that is placed, others are those inside it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from projects import yaml_reader
from projects.plain import blocks_from
from projects.schema import Block
from projects.translation import gettext as _
from projects.translation import per_language

FOLDER = Path(__file__).parent / "blocks"


@dataclass(frozen=True)
class Shipped:
    """A block of the library.

    Attributes:
        name: Its name, and that of the block in a project.
        title: What people read.
        order: Its place among the others.
        source: Where it was published.
        blocks: The block and those inside it, by name; the first is the one that is placed.
    """

    name: str
    title: str
    order: int
    source: str
    blocks: Mapping[str, Block]

    @property
    def block(self) -> Block:
        """The block that is placed."""
        return self.blocks[self.name]


@per_language
@functools.cache
def library(folder: Path = FOLDER) -> tuple[Shipped, ...]:
    """Return every block that comes with the program, in the order in which they are shown.

    Args:
        folder: Where they are.

    Raises:
        ProjectError: One of them is damaged.
    """
    found = [_shipped(path) for path in sorted(folder.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda entry: entry.order))


def _shipped(path: Path) -> Shipped:
    values = yaml_reader.read(path.read_text(encoding="utf-8"), path.name).value
    return Shipped(
        name=path.stem,
        title=_(str(values["title"])),
        order=int(values["order"]),
        source=str(values["source"]),
        blocks=blocks_from(values["blocks"], f"{path.name}.blocks"),
    )
