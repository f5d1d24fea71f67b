"""Guided experiments: one YAML file each, found by being in this folder.

A guide tells which project it begins with, and leads through it in steps. A step is a text in Markdown, settings
that a button can make, and a check that finds out whether it is done; checks are declared in
``engine/guides``.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from projects import yaml_reader
from projects.errors import ProjectError, did_you_mean
from projects.plain import project_from
from projects.schema import Plug, Project
from projects.templates import template
from projects.translation import gettext as _
from projects.translation import per_language

FOLDER = Path(__file__).parent
STEPS = "\nsteps:"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step.

    Attributes:
        title: What to do, in a few words.
        text: What to do and what to look at, in Markdown.
        set: Settings by dotted path that a button makes.
        check: What shows that it is done; None: the person says so, as also when what it finds is to be read.
    """

    title: str
    text: str
    set: dict[str, Any] = {}
    check: Plug | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What menus say of an experiment.

    Attributes:
        name: Name of its file, without the ending.
        title: What it is about.
        summary: What one sees, in a sentence.
        order: Place among the others.
        minutes: How long it takes.
        read: Keys of pages of the textbook.
    """

    name: str
    title: str
    summary: str
    order: int
    minutes: Annotated[int, Meta(ge=1, le=60)]
    read: tuple[str, ...] = ()


class Guide(Head, frozen=True, kw_only=True):
    """One experiment.

    Attributes:
        project: What it begins with.
        steps: The way.
    """

    project: Project
    steps: tuple[Step, ...]


@functools.cache
def heads() -> tuple[Head, ...]:
    """Return what stands before the steps of every file, in order: no start waits for more."""
    found = [_head(path) for path in FOLDER.glob("*.yaml")]
    return tuple(sorted(found, key=lambda head: (head.order, head.name)))


@per_language
@functools.cache
def guide(name: str) -> Guide:
    """Return an experiment by name.

    Raises:
        ProjectError: There is none of this name; names the nearest.
    """
    known = [head.name for head in heads()]
    if name not in known:
        raise ProjectError(
            _("there is no guided experiment called “{name}”.").format(name=name),
            where="guide",
            hint=did_you_mean(name, known),
        )
    return _guide(FOLDER / f"{name}.yaml")


def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _head(path: Path) -> Head:
    values = dict(yaml_reader.read(_text(path).partition(STEPS)[0], path.name).value)
    values.pop("project", None)  # of an example the name stands there
    return Head(**_named(path, values))


def _named(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    return values | {"name": path.stem, "read": tuple(values.get("read", ()))}


def _guide(path: Path) -> Guide:
    values = dict(yaml_reader.read(_text(path), path.name).value)
    steps = tuple(_step(step) for step in values.pop("steps"))
    began = values.pop("project")
    project = template(began).project if isinstance(began, str) else project_from(began)
    project = msgspec.structs.replace(project, guide=path.stem)
    return Guide(**_named(path, values), project=project, steps=steps)


def _step(values: dict[str, Any]) -> Step:
    plain = dict(values)
    check = plain.pop("check", None)
    if check is not None:
        params = {name: value for name, value in check.items() if name != "type"}
        check = Plug(check["type"], params)
    plain["text"] = plain["text"].strip()
    return Step(**plain, check=check)
