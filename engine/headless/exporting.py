"""The command ``export``: a run's networks, or its curves, for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.exports.base import EXPORTS, Export
from engine.exports.words import apart
from engine.headless.arguments import Command, argument, path
from engine.headless.console import DONE, Console, UsageError
from projects.errors import UserError
from projects.paths import plain_value
from projects.translation import N_
from projects.translation import gettext as _

TENSORBOARD = "tensorboard"


def export(args: argparse.Namespace, console: Console) -> int:
    """Hand a run's networks to other programs."""
    if args.to == TENSORBOARD:
        return _to_tensorboard(args.run, args.out, console)
    from engine.compute.evaluate import open_run
    from engine.export.hand_out import lacking, left_out, need_ready, written

    chosen = _settings(args.to, args.set)
    if args.out.suffix.lower() != chosen.suffix:
        raise UsageError(
            _("{format} goes to a file whose name ends in {suffix}, not to “{name}”.").format(
                format=chosen.title, suffix=chosen.suffix, name=args.out.name
            )
        )
    replace = bool(args.force)
    need_ready(chosen, args.out, replace)  # before the run is read, which may take long

    def damaged(error: UserError) -> None:
        console.note(str(error))

    session = open_run(args.run, damaged=damaged)
    said = [left_out(problem) for problem in lacking(args.run, session, chosen)]
    for note in said:
        console.note(note)
    done = written(args.run, session, chosen, args.out, args.network, replace=replace)
    told = [_("Wrote {path}").format(path=done.path)]
    if done.difference is not None:
        told.append(apart(done.difference, done.largest, done.inputs, done.real))
    files = [str(file) for file in done.files]
    answer = {
        "path": str(done.path),
        "max_abs_difference": done.difference,
        "largest_output": done.largest if done.difference is not None else None,
        "inputs": done.inputs,
        "real_inputs": done.real,
        "files": files,
        "notes": list(done.notes),
    }
    beside = [name for name in files if name != str(done.path)]
    lines = [*told, _("Beside it: {files}").format(files=", ".join(Path(f).name for f in beside))]
    console.answer(answer, [*lines, *(note for note in done.notes if note not in said)])
    return DONE


def _settings(tag: str, assignments: list[str]) -> Export:
    """The format with what was chosen of it."""
    params: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        if not sign:
            raise UsageError(
                _("“{given}” is no NAME=VALUE.").format(given=assignment),
                hint=_("Write for example: --set embed=true"),
            )
        params[name.strip()] = plain_value(text, name.strip())
    return EXPORTS.make(tag, params)


def _to_tensorboard(run: Path, out: Path, console: Console) -> int:
    from engine.events.exchange import hand_out

    written = hand_out(run, out)
    told = _("Wrote {path}; “tensorboard --logdir {folder}” shows it").format(
        path=written, folder=out
    )
    console.answer({"path": str(written)}, [told])
    return DONE


EXPORT = Command(
    "export",
    N_("hand a trained model to other programs"),
    export,
    (
        argument("run", metavar="RUN", type=path, help=N_("run folder")),
        argument(
            "--to",
            metavar="FORMAT",
            choices=(*EXPORTS.entries, TENSORBOARD),
            required=True,
            help=N_("one of: {formats}").format(formats=", ".join((*EXPORTS.entries, TENSORBOARD))),
        ),
        argument(
            "--out",
            metavar="PATH",
            type=path,
            required=True,
            help=N_("file to write; for tensorboard a folder"),
        ),
        argument(
            "--network",
            metavar="NAME",
            default="",
            help=N_("which network (default: all; where a file holds one, the first)"),
        ),
        argument(
            "--set",
            metavar="NAME=VALUE",
            action="append",
            default=[],
            help=N_("a setting of the format, such as embed=true for numpy; may be repeated"),
        ),
        argument("--force", action="store_true", help=N_("replace a file that is there")),
    ),
)
