"""Commands about projects that do not train: ``templates``, ``new`` and ``check``."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine.headless.arguments import Command, argument, path
from engine.headless.console import DONE, WRONG, Console, UsageError, described
from projects import files
from projects.errors import FileError, Problem, ProjectError, UserError
from projects.schema import BLOCK
from projects.templates import Template, template, templates
from projects.translation import N_
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.protocol import Checked, NetworkReport, OneBatch, Preflighted
    from projects.schema import Project


def list_templates(args: argparse.Namespace, console: Console) -> int:
    """List the example projects."""
    found = templates()
    rows = [
        {"name": t.name, "title": t.title, "objective": t.objective, "path": str(t.path)}
        for t in found
    ]
    console.answer({"templates": rows}, (line for entry in found for line in _told(entry)))
    return DONE


def _told(entry: Template) -> Iterator[str]:
    yield f"{entry.name}  –  {entry.title}"
    for paragraph in (entry.summary, entry.result):
        yield textwrap.fill(paragraph, 88, initial_indent="    ", subsequent_indent="    ")
    yield ""


def new_project(args: argparse.Namespace, console: Console) -> int:
    """Write a new project from an example, or from a file of another program."""
    out: Path = args.out
    if args.template is None and args.source is None:
        raise UsageError(
            _("name an example and the file to write, as in “new digits_mlp OUT.yaml”."),
            hint=_("“templates” lists the examples; --from draws from another program’s file."),
        )
    if out.suffix not in (".yaml", ".yml"):
        raise UsageError(
            _("a project's name ends in .yaml, not as “{name}” does.").format(name=out.name)
        )
    if out.exists() and not args.force:
        raise FileError(
            _("there is a file of this name already."),
            where=str(out),
            hint=_("Choose another name, or replace it with --force."),
        )
    if args.source is not None:
        return _imported(args, console)
    try:
        chosen = template(args.template)
    except ProjectError as error:
        raise UsageError(error.problem.message, hint=error.problem.hint) from error
    files.save(chosen.project, out)
    console.answer({"path": str(out)}, [_("Wrote {path}").format(path=out)])
    return DONE


def _imported(args: argparse.Namespace, console: Console) -> int:
    from engine.headless.importing import new_from_file

    if args.template is not None:
        raise UsageError(_("a project is made from an example or from a file, not from both."))
    return new_from_file(args, console)


def check_project(args: argparse.Namespace, console: Console) -> int:
    """Infer shapes, count parameters and find problems."""
    try:
        loaded = files.load(args.project)
    except UserError as error:
        problems = [described(problem) for problem in error.problems]
        console.problems(error.problems)
        console.answer({"ok": False, "problems": problems, "networks": {}}, [])
        return WRONG
    from engine.compute.check import check

    found = check(loaded.project, files.folder_of(args.project))
    problems_found = [*_newer(loaded), *found.problems]
    answer: dict[str, Any] = {
        "ok": found.ok,
        "problems": [described(problem) for problem in problems_found],
        "networks": {name: _network(report) for name, report in found.networks.items()},
    }
    lines = list(_report(loaded.project, found))
    if args.preflight and found.ok:
        flight = _fly(loaded.project, files.folder_of(args.project))
        answer["preflight"] = msgspec.to_builtins(flight)
        del answer["preflight"]["id"], answer["preflight"]["type"]
        lines += _flown(flight)
    odd = _odd(loaded.project, files.folder_of(args.project)) if args.findings else ()
    if args.findings:
        answer["findings"] = [described(problem) for problem in odd]
    console.answer(answer, lines)
    console.problems([*problems_found, *odd])
    return DONE if found.ok else WRONG


def _odd(project: Project, folder: Path) -> tuple[Problem, ...]:
    """What looks odd about the data; data that cannot be read are a problem of the check already."""
    from engine.data.findings import findings
    from engine.data.prepare import prepare

    try:
        return findings(prepare(project.data, folder))
    except UserError:
        return ()


def _fly(project: Project, folder: Path) -> Preflighted:
    """Measure one real batch."""
    from engine.compute.preflight import preflight
    from engine.runs.control import Control, Silent

    return preflight(project, folder, Silent(), Control(attended=False))


def _flown(flight: Preflighted) -> Iterator[str]:
    """What a pre-flight found, for people."""
    yield ""
    yield _("Pre-flight on {device}, batches of {size}:").format(
        device=flight.device, size=flight.batch_size
    )
    epoch = flight.step_seconds * flight.steps_per_epoch
    yield _("  a step takes {step:.2f} ms, a pass over the training part {epoch:.1f} s").format(
        step=1e3 * flight.step_seconds, epoch=epoch
    )
    yield _("  memory of a step: {size:.1f} MiB").format(size=flight.memory["peak"] / 2**20)
    if flight.all_fit and flight.largest_batch:
        words = _("  all {count:,} training examples fit into one batch")
        yield words.format(count=flight.largest_batch)
    elif flight.largest_batch:
        yield _("  largest batch that fits: about {count:,}").format(count=flight.largest_batch)
    for name, network in flight.networks.items():
        batch = network.one_batch
        if batch.losses:
            yield _one_batch(batch).format(
                name=name, first=batch.losses[0], last=batch.losses[-1], count=len(batch.losses)
            )
        for node, seconds in network.layers.items():
            yield (
                f"    {node:<20} {1e3 * seconds.forward:>9.3f} ms {1e3 * seconds.backward:>9.3f} ms"
            )


def _one_batch(batch: OneBatch) -> str:
    """What the test with one batch says, with places for its numbers."""
    if batch.learned:
        return _(
            "  {name} learns one batch by heart: its loss falls from {first:.3g} to {last:.3g}"
        )
    if not batch.complete:
        return _(
            "  {name} had time for {count} steps with one batch, not enough to say whether it learns: its "
            "loss goes from {first:.3g} to {last:.3g}"
        )
    return _(
        "  {name} does not learn one batch by heart: its loss goes from {first:.3g} to {last:.3g}"
    )


def _newer(loaded: files.Loaded) -> list[Problem]:
    if not loaded.readonly:
        return []
    message = _("the project is of a newer format; what this version does not know is left out.")
    return [Problem("format", message, severity="warning")]


def _network(report: NetworkReport) -> dict[str, Any]:
    nodes = {}
    for name in _drawn(report):
        node = report.nodes[name]
        shape = list(node.out_shape.dims) if node.out_shape is not None else None
        nodes[name] = {"out_shape": shape, "parameters": node.parameters}
    return {"parameters": report.parameters, "flops": report.flops, "nodes": nodes}


def _drawn(report: NetworkReport) -> list[str]:
    """Nodes as the network shows them; what is inside of blocks counts as part of these."""
    return [name for name in report.nodes if "/" not in name]


def _report(project: Project, found: Checked) -> Iterator[str]:
    for name, network in found.networks.items():
        yield _("{name}: {parameters:,} parameters, {flops:,} operations for an example").format(
            name=name, parameters=network.parameters, flops=network.flops
        )
        for key in _drawn(network):
            node = network.nodes[key]
            shape = str(node.out_shape) if node.out_shape is not None else "?"
            drawn = project.networks[name].nodes[key]
            kind = str(drawn.params.get("block")) if drawn.type == BLOCK else drawn.type
            kind = _("{type} (bypassed)").format(type=kind) if drawn.mute else kind
            yield f"  {key:<20} {kind:<18} {shape:<14} {node.parameters:>12,}"
    errors = sum(problem.severity == "error" for problem in found.problems)
    if found.ok:
        yield _("Ready to train.")
    else:
        yield _("Not ready to train; errors: {count}.").format(count=errors)


COMMANDS = (
    Command("templates", N_("list the example projects"), list_templates),
    Command(
        "new",
        N_("write a new project from an example, or from a file of another program"),
        new_project,
        (
            argument("template", metavar="TEMPLATE", nargs="?", help=N_("name of an example")),
            argument("out", metavar="OUT.yaml", type=path, help=N_("file to write")),
            argument(
                "--from",
                dest="source",
                metavar="FILE",
                type=path,
                help=N_("draw it from an ONNX file (model.onnx), or take weights (.safetensors)"),
            ),
            argument(
                "--onto",
                metavar="PROJECT",
                type=path,
                help=N_("the project whose layers the weights are for"),
            ),
            argument("--force", action="store_true", help=N_("replace a file that is there")),
        ),
    ),
    Command(
        "check",
        N_("show shapes, counts and problems of a project"),
        check_project,
        (
            argument("project", metavar="PROJECT", type=path, help=N_("project file")),
            argument(
                "--preflight",
                action="store_true",
                help=N_("also measure one real batch: time, memory, and whether it can be learned"),
            ),
            argument(
                "--findings",
                action="store_true",
                help=N_(
                    "also look at all data: rare classes, duplicates, leaks, constant features"
                ),
            ),
        ),
    ),
)
