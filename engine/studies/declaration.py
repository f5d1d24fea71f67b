"""What a study is, and the small strict file that declares one.

::

    format: ganvas-study/1
    study: Losses and penalties
    project: ring.yaml            # beside this file, or below its folder
    set:                          # holds for every run
      recipe.max_steps: 2000
    axes:
      objective.loss.type: [non_saturating, hinge]
      schedules:                  # choices with names change several values at once
        calm: {recipe.schedule: {type: cosine}, recipe.optimizer.lr: 0.0005}
        brisk: {recipe.optimizer.lr: 0.002}
    seeds: [0, 1, 2]              # or a number of them: 3
    metric: modes                 # decides which cell is the best
    at_once: 1
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple, NoReturn

import msgspec

from projects import yaml_reader
from projects.errors import ProjectError, did_you_mean
from projects.fields import shown
from projects.files import read_bytes
from projects.translation import gettext as _
from projects.yaml_writer import flow, text

FORMAT = "ganvas-study/1"
MOST_RUNS = 2000
MOST_AT_ONCE = 64
MOST_SEED = 2**31 - 1
MOST_LABEL = 60
KEYS = ("format", "study", "project", "set", "axes", "seeds", "metric", "at_once")


class Change(NamedTuple):
    """A value of the project that a study replaces.

    Attributes:
        path: Its dotted path, as ``--set`` takes it.
        value: The new value, plain.
    """

    path: str
    value: Any


class Choice(NamedTuple):
    """One place on an axis.

    Attributes:
        label: What people call it.
        changes: What it changes; nothing for the project as it is.
    """

    label: str
    changes: tuple[Change, ...]


class Axis(NamedTuple):
    """One direction of the grid.

    Attributes:
        title: The dotted path that changes along it, or a name.
        choices: Its places, in order.
        named: Whether the choices have names of their own.
    """

    title: str
    choices: tuple[Choice, ...]
    named: bool = False

    @classmethod
    def of(cls, path: str, values: list[Any]) -> Axis:
        """Return the axis along which the value of one path changes."""
        return cls(path, tuple(Choice(label_of(v), (Change(path, v),)) for v in values))


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """A grid of trainings.

    Attributes:
        title: What it is called.
        axes: Its directions; every choice of one is combined with every choice of the others.
        seeds: Seeds of the recipe with which every cell is trained.
        project: The project file, relative to the study's own and not outside of its folder.
        common: What is changed in every run.
        metric: Which metric tells how good a cell is; empty: the objective's own.
        at_once: How many trainings go on at the same time.
    """

    title: str
    axes: tuple[Axis, ...] = ()
    seeds: tuple[int, ...] = (0,)
    project: str = ""
    common: tuple[Change, ...] = ()
    metric: str = ""
    at_once: int = 1

    @property
    def cells(self) -> int:
        """How many combinations there are."""
        return math.prod(len(axis.choices) for axis in self.axes)

    @property
    def runs(self) -> int:
        """How many trainings there are."""
        return self.cells * len(self.seeds)


def load_study(path: Path) -> Study:
    """Read a study file.

    Raises:
        FileError: It cannot be read.
        ProjectError: It declares no study, or a wrong one; names place and line.
    """
    return read_study(yaml_reader.decode(read_bytes(path), path.name), path.name)


def project_file_of(study: Study, path: Path) -> Path:
    """Return the project file that a study file names.

    A study that somebody else made may name any path: only those that stay in its folder, links followed, are
    looked at, so that opening one reaches no other machine.

    Args:
        study: What the file declares.
        path: The file.

    Raises:
        ProjectError: It names none, or one elsewhere.
    """
    if not study.project:
        message = _("is missing; expected the project file that the study varies.")
        raise ProjectError(message, where="project", hint=_("Write project: name.yaml"))
    folder = Path(os.path.abspath(path)).parent
    found = folder / study.project
    if not _is_inside(study.project) or not Path(os.path.realpath(found)).is_relative_to(
        os.path.realpath(folder)
    ):
        message = _("“{path}” lies outside the folder of the study.").format(path=study.project)
        hint = _("Put the study beside the project, and write its name alone: project: name.yaml")
        raise ProjectError(message, where="project", hint=hint)
    return found


def _is_inside(text: str) -> bool:
    """Whether a path as written is relative and goes nowhere up, on whatever system."""
    written = (PurePosixPath(text), PureWindowsPath(text))
    return not any(path.drive or path.root or ".." in path.parts for path in written)


def read_study(content: str, name: str = "") -> Study:
    """Return the study that a text declares; see :func:`load_study`."""
    return _Reader(yaml_reader.read(content, name), name).study()


def write_study(study: Study) -> str:
    """Return the text that declares a study."""
    lines = [f"format: {FORMAT}", f"study: {text(study.title)}"]
    if study.project:
        lines.append(f"project: {text(study.project)}")
    if study.common:
        lines += ["set:", *(f"  {text(c.path)}: {flow(c.value)}" for c in study.common)]
    lines.append("axes:")
    for axis in study.axes:
        if axis.named:
            lines.append(f"  {text(axis.title)}:")
            for choice in axis.choices:
                changes = flow({change.path: change.value for change in choice.changes})
                lines.append(f"    {text(choice.label)}: {changes}")
        else:
            values = flow([choice.changes[0].value for choice in axis.choices])
            lines.append(f"  {text(axis.title)}: {values}")
    lines.append(f"seeds: {flow(list(study.seeds))}")
    if study.metric:
        lines.append(f"metric: {text(study.metric)}")
    lines.append(f"at_once: {study.at_once}")
    return "\n".join(lines) + "\n"


def label_of(value: Any) -> str:
    """Return a plain value as a short word: a plug by its type and what it sets, nothing as ``none``.

    Words are those of files, in every language: names of run folders begin with them.
    """
    if value is None or value == []:
        return "none"
    if isinstance(value, Mapping) and "type" in value:
        rest = [f"{key} {label_of(item)}" for key, item in value.items() if key != "type"]
        words = " ".join([str(value["type"]), *rest])
    elif isinstance(value, list):
        words = " + ".join(map(label_of, value))
    else:
        words = value if isinstance(value, str) else flow(value)
    words = " ".join(words.split())
    return words if len(words) <= MOST_LABEL else words[: MOST_LABEL - 1] + "…"


class _Reader:
    """Reads one declaration; every refusal names the place and its line."""

    def __init__(self, tree: yaml_reader.Tree, name: str) -> None:
        self._tree = tree
        self._name = name

    def study(self) -> Study:
        values = self._group((), self._tree.value)
        if values.get("format") != FORMAT:
            self._refuse(
                ("format",) if "format" in values else (),
                _("this is not a study: expected “format: {format}”.").format(format=FORMAT),
            )
        for key in values:
            if key not in KEYS:
                self._refuse(
                    (key,), _("there is no setting of this name here."), did_you_mean(key, KEYS)
                )
        seeds = self._seeds(values.get("seeds", 1))
        axes = self._axes(values.get("axes"), len(seeds))
        return Study(
            title=self._word(values, "study") or _("Study"),
            project=self._word(values, "project"),
            common=self._changes(("set",), values.get("set") or {}),
            axes=axes,
            seeds=seeds,
            metric=self._word(values, "metric"),
            at_once=self._whole(("at_once",), values.get("at_once", 1), 1, MOST_AT_ONCE),
        )

    def _seeds(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list):
            return tuple(range(self._whole(("seeds",), value, 1, MOST_RUNS)))
        self._need_some(("seeds",), value)
        seeds = [self._whole(("seeds", i), seed, 0, MOST_SEED) for i, seed in enumerate(value)]
        for i, seed in enumerate(seeds):
            if seed in seeds[:i]:
                self._refuse(("seeds", i), _("the seed {seed} is there twice.").format(seed=seed))
        return tuple(seeds)

    def _axes(self, value: Any, seeds: int) -> tuple[Axis, ...]:
        if not isinstance(value, dict) or not value:
            self._refuse(
                ("axes",) if value is not None else (),
                _("the grid is empty: nothing says what is to be different."),
                _("For example: axes: {recipe.optimizer.lr: [0.001, 0.01]}"),
            )
        for title, choices in value.items():
            if not isinstance(choices, list | dict):
                self._refuse(
                    ("axes", title),
                    _("expected a list of values, or named groups of changes, got {value}.").format(
                        value=shown(choices)
                    ),
                )
            self._need_some(("axes", title), choices)
        count = seeds * math.prod(len(choices) for choices in value.values())
        if count > MOST_RUNS:
            self._refuse(
                ("axes",),
                _("these are {count:,} runs; a study has {most:,} at most.").format(
                    count=count, most=MOST_RUNS
                ),
                _("Take values or seeds away, or make several studies."),
            )
        return tuple(self._axis(title, choices) for title, choices in value.items())

    def _axis(self, title: str, choices: list[Any] | dict[str, Any]) -> Axis:
        place = ("axes", title)
        if isinstance(choices, list):
            axis = Axis.of(title, choices)
        else:
            named = (
                Choice(label, self._changes((*place, label), changes or {}))
                for label, changes in choices.items()
            )
            axis = Axis(title, tuple(named), named=True)
        seen: list[str] = []
        for index, choice in enumerate(axis.choices):
            if choice.label in seen:
                self._refuse(
                    (*place, index),
                    _("{value} is there twice.").format(value=shown(choice.label)),
                )
            seen.append(choice.label)
        return axis

    def _changes(self, place: yaml_reader.Path, value: Any) -> tuple[Change, ...]:
        changes = self._group(place, value)
        for path in changes:
            if path == "recipe.seed":
                self._refuse(
                    (*place, path),
                    _("the seeds of a study stand in its own list."),
                    _("Write seeds: [0, 1, 2]"),
                )
        return tuple(Change(path, item) for path, item in changes.items())

    def _group(self, place: yaml_reader.Path, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(
                place,
                _("expected a group of named settings, got {value}.").format(value=shown(value)),
            )
        return value

    def _word(self, values: dict[str, Any], key: str) -> str:
        value = values.get(key, "")
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or len(value) > 1000 or "\0" in value:
            self._refuse((key,), _("expected a text, got {value}.").format(value=shown(value)))
        return value

    def _whole(self, place: yaml_reader.Path, value: Any, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._refuse(
                place,
                _("expected a whole number from {low:,} to {high:,}, got {value}.").format(
                    low=low, high=high, value=shown(value)
                ),
            )
        return value

    def _need_some(self, place: yaml_reader.Path, items: list[Any] | dict[str, Any]) -> None:
        if not items:
            self._refuse(place, _("expected at least one value; there is none."))

    def _refuse(self, place: yaml_reader.Path, message: str, hint: str = "") -> NoReturn:
        line = next(
            (
                self._tree.lines[place[:depth]]
                for depth in range(len(place), 0, -1)
                if place[:depth] in self._tree.lines
            ),
            None,
        )
        where = ".".join(map(str, place)) or self._name
        if line is not None:
            message = _("{message} (line {line})").format(message=message, line=line)
        raise ProjectError(message, where=where, hint=hint)
