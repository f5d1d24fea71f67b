"""Handing a run's networks over: what cannot be is said first, what was written is tried out before it counts."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.compute.evaluate import networks as networks_of
from engine.compute.modes import evaluating
from engine.compute.network import GraphModule
from engine.compute.rounding import rules_of
from engine.compute.session import Session
from engine.export.examples import Trial, trials
from engine.export.files import need_place, write_all
from engine.export.measuring import Measured, measured, worst
from engine.export.report import report_on
from engine.export.size import unpacked
from engine.export.standing import Origin, need_free, need_no_stranger, report_of
from engine.export.writer import Job, Writer
from engine.exports.base import Export
from engine.runs.stages import Tell, untold
from engine.runs.summary import read_summary
from projects.errors import FileError, Problem, ProblemsError, RunError, did_you_mean
from projects.translation import gettext as _


@dataclass(frozen=True)
class Handed:
    """What was written.

    Attributes:
        path: The main file.
        files: All files, the main one and the report included.
        difference: The largest difference between outputs of the run's networks and of what was written; None
            where nothing computes.
        largest: The largest output of the network whose outputs differ most, by size.
        inputs: How many inputs that was measured with.
        real: How many of these are examples of the data; the others are latents and the like.
        notes: What was left out and what else is to be known, a sentence each.
    """

    path: Path
    files: tuple[Path, ...]
    difference: float | None
    largest: float
    inputs: int
    real: int
    notes: tuple[str, ...]


def need_ready(export: Export, out: Path, replace: bool = False) -> None:
    """Say so before any work, reading the run included, where a file can't be written or is somebody's.

    Args:
        export: The format.
        out: The main file.
        replace: Whether files that are there already may be replaced.

    Raises:
        InTheWayError: The file is there already, and no export wrote it.
        FileError: It cannot be written, has the wrong ending, or a package is missing.
    """
    need_place(out, export.suffix)
    need_packages(export)
    if not replace:
        need_no_stranger(out)


def written(
    run: Path,
    session: Session,
    export: Export,
    out: Path,
    network: str = "",
    tell: Tell = untold,
    replace: bool = False,
) -> Handed:
    """Write a run's networks in a format, verified, all files or none; after :func:`need_ready`.

    Args:
        run: The run folder.
        session: The run, opened.
        export: The format and what was chosen of it.
        out: The main file.
        network: Which network; all, or for formats that hold one the first, when left out.
        tell: Told what is being done and which share of it is done.
        replace: Whether files that are there already may be replaced.

    Raises:
        ProblemsError: The format cannot hold a layer; names the places.
        InTheWayError: Files are there already.
        FileError: A file cannot be written.
        RunError: There is no such network, or what was written computes something else.
    """
    everything = networks_of(session)
    chosen = _chosen(everything, network, export.single)
    job = Job(run, session, chosen, out.name)
    writer = export.writer(job)
    tell(_("Looking for what the format cannot hold"), 0.0)
    if problems := writer.problems():
        raise ProblemsError(problems)
    tell(_("Writing"), 0.1)
    with torch.random.fork_rng(devices=[]), evaluating(*everything.values()):
        files = writer.files()
        contents = {out.parent / name: content for name, content in files.items()}
        names, about = tuple(contents), report_of(out)
        origin = Origin(export.tag(), _mark_of(run), tuple(chosen))
        if not replace:
            need_free(contents, out, origin)
        tell(_("Trying out what was written"), 0.6)
        tried = trials(session, everything)
        apart, found = _tried(writer, files, chosen, tried)
    tell(_("Storing"), 0.95)
    notes = [*map(left_out, writer.lacking()), *found, *writer.notes()]
    notes += _rounded(chosen, writer.rounds) if apart else []
    notes += unpacked(run, files) if export.computes else []
    report = report_on(export, job, origin, tried, apart, files, notes)
    main = contents.pop(out)
    write_all({**contents, about: report, out: main})
    most = worst(apart)
    return Handed(
        path=out,
        files=(*names, about),
        difference=most.difference if most is not None else None,
        largest=most.largest if most is not None else 0.0,
        inputs=sum(len(tried[name].inputs) for name in apart),
        real=sum(tried[name].real for name in apart),
        notes=tuple(notes),
    )


def possible(run: Path, session: Session, export: Export) -> list[Problem]:
    """Return why a run cannot be handed over in a format; nothing where it can.

    Args:
        run: The run folder.
        session: The run, opened.
        export: The format.
    """
    try:
        need_packages(export)
    except FileError as error:
        return list(error.problems)
    found: dict[Problem, None] = {}
    everything = networks_of(session)
    choices = [{name: m} for name, m in everything.items()] if export.single else [everything]
    for chosen in choices:
        job = Job(run, session, chosen, f"model{export.suffix}")
        found.update(dict.fromkeys(export.writer(job).problems()))
    return list(found)


def lacking(run: Path, session: Session, export: Export) -> list[Problem]:
    """Return what will be left out of a run in a format that can hold it, with what to change.

    Args:
        run: The run folder.
        session: The run, opened.
        export: The format.
    """
    job = Job(run, session, networks_of(session), f"model{export.suffix}")
    return export.writer(job).lacking()


def left_out(problem: Problem) -> str:
    """Return what is said of something that is left out.

    Args:
        problem: Why it is.
    """
    said = _("The training program is left out: {reason}").format(reason=problem.message)
    return f"{said} {problem.hint}".rstrip()


def need_packages(export: Export) -> None:
    """Say so where a package that a format needs is not there.

    Raises:
        FileError: One is missing.
    """
    missing = [name for name in export.packages if importlib.util.find_spec(name) is None]
    if missing:
        raise FileError(
            _("{format} needs the package {package}, which is not installed.").format(
                format=export.title, package=_(" and ").join(missing)
            ),
            hint=_("Install it with: pip install “ganvas[{extra}]”").format(extra=export.extra),
        )


def _chosen(networks: Mapping[str, GraphModule], name: str, single: bool) -> dict[str, GraphModule]:
    if name and name not in networks:
        raise RunError(
            _("the run has no network “{name}”.").format(name=name),
            hint=did_you_mean(name, networks),
        )
    if name:
        return {name: networks[name]}
    return dict(list(networks.items())[:1]) if single else dict(networks)


def _mark_of(run: Path) -> str:
    """What tells a run from all others, and nothing of where it is."""
    try:
        started = read_summary(run).started
    except RunError:
        started = ""
    return hashlib.sha256(os.fsencode(run.resolve()) + started.encode()).hexdigest()


def _tried(
    writer: Writer,
    files: Mapping[str, bytes],
    networks: Mapping[str, GraphModule],
    tried: Mapping[str, Trial],
) -> tuple[dict[str, Measured], list[str]]:
    """How far outputs are apart by network, nothing where nothing computes; and what else was found."""
    with tempfile.TemporaryDirectory(prefix="ganvas-export-", ignore_cleanup_errors=True) as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        answer = writer.answers(Path(place))
        apart = {} if answer is None else measured(answer, networks, tried, writer.rounds)
        return apart, writer.tried(Path(place))


def _rounded(networks: Mapping[str, GraphModule], rounds: bool) -> list[str]:
    """Say of networks that round what enters their layers whether the file does so."""
    said = _(
        "“{name}” rounds what enters its layers ({count}) in the run; the file computes in float32, and the "
        "difference is that of the rounding."
    )
    if rounds:
        said = _("“{name}” rounds what enters its layers ({count}), in the file as in the run.")
    counts = {name: len(rules_of(module)) for name, module in networks.items()}
    return [said.format(count=count, name=name) for name, count in counts.items() if count]
