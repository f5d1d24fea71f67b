"""``new --from``: a project drawn from an ONNX file, or one with the weights of a safetensors file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.headless.console import DONE, Console, UsageError
from projects import files
from projects.errors import FileError, RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.protocol import Imported

DESIGNS, WEIGHTS = (".onnx",), (".safetensors",)


def new_from_file(args: argparse.Namespace, console: Console) -> int:
    """Write a project that is drawn from a file, and its weights as a run beside it."""
    source: Path = args.source
    if not source.is_file():
        raise FileError(_("there is no such file."), where=str(source))
    imported = _with_weights(args) if _is_weights(source) else _drawn(args)
    files.save(imported.project, args.out)
    answer = {
        "path": str(args.out),
        "run": imported.run,
        "unknown": list(imported.unknown),
        "notes": list(imported.notes),
    }
    console.answer(answer, _told(args.out, imported))
    return DONE


def _is_weights(source: Path) -> bool:
    from engine.imports.weights_file import PICKLES

    return source.suffix.lower() in (*WEIGHTS, *PICKLES)


def _drawn(args: argparse.Namespace) -> Imported:
    from engine.compute.importing import import_design

    if args.onto is not None:
        raise UsageError(_("--onto goes with a file of weights, such as weights.safetensors."))
    return import_design(args.source, args.out)


def _with_weights(args: argparse.Namespace) -> Imported:
    from engine.compute.importing import import_weights
    from engine.imports.weights_file import refuse_pickles

    refuse_pickles(args.source)
    if args.onto is None:
        raise UsageError(
            _("a file of weights holds no design."),
            hint=_("Name the project whose layers they are for: --onto PROJECT.yaml."),
        )
    loaded = files.load(args.onto)
    if loaded.readonly:
        raise RunError(_("the project is of a newer format."), where=str(args.onto))
    return import_weights(args.source, loaded.project, files.folder_of(args.onto), args.out)


def _told(out: Path, imported: Imported) -> Iterator[str]:
    yield _("Wrote {path}").format(path=out)
    if imported.run:
        yield _("Its weights are the run {run}").format(run=imported.run)
    yield from imported.notes
