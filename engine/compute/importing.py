"""Imports: a project drawn from an ONNX file, or weights of a file for a project that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from engine.compute import randomness
from engine.compute.imported import write_run
from engine.compute.network import build_all
from engine.data.prepare import describe
from engine.imports.drawing import draw_onnx
from engine.imports.matching import COUNTER, Matching, match
from engine.imports.project import NETWORK, project_of
from engine.imports.weights_file import read_weights, shapes_in
from engine.protocol import Imported
from engine.runs.folder import new_run
from projects.errors import FileError
from projects.schema import Project
from projects.translation import gettext as _

MOST_NAMED = 8


def import_design(path: Path, file: Path | None) -> Imported:
    """Draw a project from an ONNX file and keep its weights as a run.

    Args:
        path: The ONNX file.
        file: The project's file, beside which the run goes; None for a project without one.

    Raises:
        FileError: The file cannot be read, or the run cannot be written.
    """
    drawn = draw_onnx(path)
    project = project_of(drawn, name=file.stem if file is not None else path.stem)
    run = ""
    if drawn.weights:
        place = new_run(file, project.name)
        folder = file.parent if file is not None else place
        run = str(write_run(place, project, {NETWORK: drawn.weights}, folder))
    return Imported(project=project, run=run, notes=drawn.notes, unknown=drawn.unknown)


def import_weights(path: Path, project: Project, folder: Path, file: Path | None) -> Imported:
    """Keep the weights of a safetensors file as a run of a project whose layers fit them.

    Args:
        path: The safetensors file.
        project: The project.
        folder: Folder of its file, where relative data paths start.
        file: The file itself, beside which the run goes; None for a project without one.

    Raises:
        FileError: The file cannot be read, or no layer of the project fits it.
        ProblemsError: A network of the project cannot work.
    """
    sizes = shapes_in(path)
    randomness.seed_everything(project.recipe.seed)
    networks = build_all(project, describe(project.data, folder))
    own = {
        f"{name}.{key}": tensor
        for name, network in networks.items()
        for key, tensor in network.state_dict().items()
    }
    found = match({key: tuple(tensor.shape) for key, tensor in own.items()}, sizes)
    if not found.names:
        raise _no_match(path, sizes)
    given = read_weights(path, set(found.names.values()))
    for key, name in found.names.items():
        if own[key].dtype.is_floating_point or key.endswith(COUNTER):
            own[key].copy_(given[name].to(own[key].dtype))
    run = new_run(file, project.name)
    weights = {
        name: {key: _numpy(tensor) for key, tensor in network.state_dict().items()}
        for name, network in networks.items()
    }
    write_run(run, project, weights, folder)
    return Imported(project=project, run=str(run), notes=tuple(_told(found)))


def _numpy(tensor: torch.Tensor) -> NDArray[Any]:
    return tensor.detach().numpy()


def _no_match(path: Path, sizes: dict[str, tuple[int, ...]]) -> FileError:
    shown = [f"{name} {'×'.join(map(str, size))}" for name, size in list(sizes.items())[:3]]
    return FileError(
        _(
            "no layer of the design has weights of the sizes in this file (it holds {some} …)."
        ).format(some=", ".join(shown))
        if sizes
        else _("there are no weights in this file."),
        where=str(path),
        hint=_("Draw the layers as they were when the weights were saved."),
    )


def _told(found: Matching) -> list[str]:
    notes = [
        _("Modules matched by name: {named}, by order: {ordered}.").format(
            named=len(found.by_name), ordered=len(found.by_order)
        )
    ]
    if found.by_order:
        pairs = [f"{own} ← {other}" for own, other in found.by_order]
        notes.append(_("By order: {pairs}.").format(pairs=_some(pairs)))
    if found.resized:
        pairs = [
            _("{name} ({own} here, {other} in the file)").format(name=name, own=own, other=other)
            for name, own, other in found.resized
        ]
        notes.append(_("Of other sizes, so drawn anew: {pairs}.").format(pairs=_some(pairs)))
    resized = {name for name, _own, _other in found.resized}
    absent = [name for name in found.missing if name not in resized]
    if absent:
        notes.append(
            _("Nothing in the file for {names}: they keep weights drawn anew.").format(
                names=_some(absent)
            )
        )
    if found.spare:
        notes.append(_("In the file, but not used: {names}.").format(names=_some(found.spare)))
    return notes


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
