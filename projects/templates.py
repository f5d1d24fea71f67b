"""The example projects: one YAML file each in ``projects/examples``, found by being there."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs

from projects import yaml_reader
from projects.errors import ProjectError, did_you_mean
from projects.files import load, read_bytes
from projects.schema import Project
from projects.translation import gettext as _

EXAMPLES = Path(__file__).parent / "examples"
DEFAULT = "digits_mlp"
NETWORKS, RECIPE = "\nnetworks:\n", "\nrecipe:\n"
NETWORK, NODE = (re.compile(rf"^ {{{depth}}}\w", re.MULTILINE) for depth in (2, 6))


@dataclass(frozen=True)
class Template:
    """An example project.

    Attributes:
        name: What the command line calls it: the file's name without its ending.
        title: The project's name, in the language of the moment, as the description is.
        objective: What it trains for: ``classification``, ``gan`` …
        path: Its file.
        description: What it is, and what it reached when it was measured.
        size: How many networks it has, and how many layers in all of them.
    """

    name: str
    title: str
    objective: str
    path: Path
    description: str
    size: tuple[int, int]

    @functools.cached_property
    def project(self) -> Project:
        """The project itself, read when it is asked for: a list of examples needs only their heads.

        Raises:
            ProjectError: It is damaged.
        """
        project = load(self.path).project
        return structs.replace(project, name=self.title, description=self.description)

    @property
    def summary(self) -> str:
        """The first paragraph of the description: what it is."""
        return self.description.split("\n")[0]

    @property
    def result(self) -> str:
        """The last paragraph of the description: what it reaches and how long that takes."""
        return self.description.rstrip().split("\n")[-1]


def templates(folder: Path = EXAMPLES) -> list[Template]:
    """Return every example, the simplest first (by networks, then by layers).

    Args:
        folder: Where the examples are.

    Raises:
        ProjectError: One of them is no YAML.
    """
    found = [_template(path) for path in folder.glob("*.yaml")]
    return sorted(found, key=lambda entry: (entry.size, entry.name))


def template(name: str, folder: Path = EXAMPLES) -> Template:
    """Return an example by name.

    Raises:
        ProjectError: There is none of this name; names the nearest.
    """
    path = folder / f"{name}.yaml"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in names:
        raise ProjectError(
            _("there is no example called “{name}”.").format(name=name),
            hint=did_you_mean(name, names),
        )
    return _template(path)


def _template(path: Path) -> Template:
    text = yaml_reader.decode(read_bytes(path), path.name)
    head, _networks, rest = text.partition(
        NETWORKS
    )  # canonical files: what comes first stands first
    values: Mapping[str, Any] = yaml_reader.read(head, path.name).value
    drawn = rest.partition(RECIPE)[0]
    return Template(
        name=path.stem,
        title=_(values["name"]),
        objective=values["objective"]["type"],
        path=path,
        description=_(values["description"]),
        size=(len(NETWORK.findall(drawn)), len(NODE.findall(drawn))),
    )
