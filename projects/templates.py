"""The example projects: one YAML file each in ``projects/examples``, found by being there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from projects.errors import ProjectError, did_you_mean
from projects.files import load
from projects.schema import Project
from projects.translation import gettext as _

EXAMPLES = Path(__file__).parent / "examples"
DEFAULT = "digits_mlp"


@dataclass(frozen=True)
class Template:
    """An example project.

    Attributes:
        name: What the command line calls it: the file's name without its ending.
        title: The project's name.
        objective: What it trains for: ``classification``, ``gan`` …
        path: Its file.
        description: What it is, and what it reached when it was measured.
        project: The project itself.
    """

    name: str
    title: str
    objective: str
    path: Path
    description: str
    project: Project

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
        ProjectError: One of them is damaged.
    """
    found = [_template(path) for path in sorted(folder.glob("*.yaml"))]
    return sorted(found, key=_size)


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
    project = load(path).project
    return Template(
        name=path.stem,
        title=project.name,
        objective=project.objective.type,
        path=path,
        description=project.description,
        project=project,
    )


def _size(entry: Template) -> tuple[int, int, str]:
    networks = entry.project.networks.values()
    return len(networks), sum(len(network.nodes) for network in networks), entry.name
