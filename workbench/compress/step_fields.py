"""The form of a compression: its declared fields, with the layers, networks and checkpoints of the run to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.blocks import unfold
from engine.compression.base import COMPRESSIONS, Compression
from engine.layers.base import LAYERS
from engine.runs.lineage import trained_run
from engine.runs.summary import read_summary
from projects.errors import RunError
from projects.fields import REQUIRED, Field
from projects.schema import Plug, Project
from projects.translation import gettext as _
from widgets.forms import FormField
from workbench.forms import form_field

NETWORKS, NODE, TO = "networks", "node", "to"
ENDS = "Ends"
WITH_UNITS = ("Dense", "Convolution", "Recurrent", "Attention")
EARLY = (0.01, 0.02, 0.05, 0.1)  # of the steps, to which tickets are rewound
MOST_VALUES = 32  # of a whole number that has a slider


@dataclass(frozen=True)
class Subject:
    """What is made smaller.

    Attributes:
        run: The run folder.
        project: Its design; None where it cannot be read.
    """

    run: Path
    project: Project | None = None


def fields_for(kind: type[Compression], subject: Subject) -> tuple[FormField, ...]:
    """Return the fields of the form of a compression."""
    return tuple(made for field in kind.fields() if (made := _made(field, subject)) is not None)


def first_settings(tag: str, subject: Subject) -> Plug:
    """Return a compression as it is added: settings that have no default are the first that can be chosen."""
    kind = COMPRESSIONS.get(tag)
    params = {}
    for field in kind.fields():
        made = _made(field, subject)
        if field.default is REQUIRED and made is not None and made.choices:
            params[field.name] = made.choices[0][0]
    return Plug(tag, params)


def has_slider(field: Field) -> bool:
    """Whether a number has two ends that are near enough for a slider."""
    if field.minimum is None or field.maximum is None:
        return False
    wide = field.maximum - field.minimum
    return field.kind == "float" or (field.kind == "int" and wide <= MOST_VALUES)


def _made(field: Field, subject: Subject) -> FormField | None:
    made, project = form_field(field), subject.project
    if project is None:
        return made
    if field.name == NETWORKS:
        if len(project.networks) < 2:
            return None
        names = [(name, name) for name in project.networks]
        return replace(made, kind="choice", choices=(("", _("all of them")), *names))
    if field.name == NODE:
        every = () if field.default is REQUIRED else (("", _("all of them")),)
        layers = _layers(project, with_units=field.default is not REQUIRED)
        return replace(made, kind="choice", choices=(*every, *((name, name) for name in layers)))
    if field.name == TO:
        return replace(made, kind="choice", choices=tuple(_moments(subject.run)))
    return made


def _moments(run: Path) -> Iterator[tuple[str, str]]:
    """Times of a training: its beginning, steps of its first hundredths, and what it keeps."""
    yield "start", _("where it began")
    try:
        trained = trained_run(run)
        steps = read_summary(trained).steps
    except RunError:
        return  # which is said when it is tried
    early = {round(share * steps): share for share in EARLY}
    for step, share in early.items():
        if 0 < step < steps:
            words = _("after {share} of its steps: {step}").format(share=f"{share:.0%}", step=step)
            yield f"step-{step:09d}", words
    for path in sorted(trained.glob("checkpoints/step-*")):
        yield path.name, path.name


def _layers(project: Project, with_units: bool) -> list[str]:
    """Names of layers as the canvas has them, blocks included where a whole one may be meant."""
    found: dict[str, None] = {}
    for network in project.networks.values():
        if not with_units:
            found |= dict.fromkeys(
                name for name, node in network.nodes.items() if not _ends(node.type)
            )
        for name, node in unfold(network, project.blocks).network.nodes.items():
            fits = _category(node.type) in WITH_UNITS if with_units else not _ends(node.type)
            if fits:
                found[name] = None
    return list(found)


def _category(type_: str) -> str:
    return LAYERS.get(type_).category if type_ in LAYERS else ""


def _ends(type_: str) -> bool:
    return _category(type_) == ENDS


def sliding(kind: type[Compression]) -> Iterator[Field]:
    """Yield the fields of a compression that have a slider."""
    return (field for field in kind.fields() if has_slider(field))
