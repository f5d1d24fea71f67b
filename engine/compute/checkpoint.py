"""Checkpoints: everything that decides how a training goes on, on the disk.

A checkpoint is a folder ``step-<number>`` of safetensors and JSON files. Every file is written beside
its place, forced to the disk and renamed; the manifest with all hashes comes last, so a folder without
one was cut short and does not count. The two newest are kept: should the newest be damaged, the one
before it serves. Nothing in a checkpoint can name code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load as read_tensors
from safetensors.torch import save as tensors_to_bytes
from torch import Tensor

from engine.compute.compression.grid import Grid
from engine.compute.compression.unpacking import Unpacked, unpack
from projects.atomic import DiskFullError, explain, sweep, sync_folder, write
from projects.errors import FileError, RunError
from projects.files import WHOLE, read_bytes
from projects.translation import gettext as _

FORMAT = "ganvas-checkpoint/1"
KEPT = 2
WEIGHTS, BEST, _TRAINING = "weights.safetensors", "best.safetensors", "training.safetensors"
_FACTS, _MANIFEST = "state.json", "manifest.json"
Stamp = tuple[str, int]  # name and time of the newest checkpoint
_AGAIN = "-again"  # the same step once more, until it takes the place of the first


@dataclass
class Snapshot:
    """The state of a training between two steps; shares no memory with it.

    Attributes:
        weights: Weights and buffers of every network, averages included.
        best: The same at the best evaluation; empty when there was none.
        training: Optimiser memory and random states.
        facts: Everything else, as plain JSON values; ``step`` among them.
        path: Where it was read from; None for one in memory.
        grids: On which grid the numbers of a weight lie, for those that were stored so.
    """

    weights: dict[str, Tensor]
    training: dict[str, Tensor]
    facts: dict[str, Any]
    best: dict[str, Tensor] = field(default_factory=dict)
    path: Path | None = None
    grids: dict[str, Grid] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Steps made."""
        return int(self.facts["step"])


def save(folder: Path, snapshot: Snapshot, packed: bytes | None = None) -> Path:
    """Write a checkpoint and remove those that are too old.

    Args:
        folder: The run's ``checkpoints`` folder.
        snapshot: What to write.
        packed: The file of its weights, where they are stored in fewer bytes than their numbers have.

    Returns:
        The checkpoint's folder.

    Raises:
        DiskFullError: There is no room; older checkpoints are untouched.
        FileError: It cannot be written.
    """
    place = folder / f"step-{snapshot.step:09d}"
    target = _free(place)
    files = {
        WEIGHTS: pack(snapshot.weights) if packed is None else packed,
        _TRAINING: pack(snapshot.training),
        _FACTS: json.dumps(snapshot.facts).encode(),
    }
    if snapshot.best:
        files[BEST] = pack(snapshot.best)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"format": FORMAT, "step": snapshot.step, "sha256": hashes}
    try:
        for name, content in files.items():
            write(target / name, content, follow_link=False)
        write(target / _MANIFEST, json.dumps(manifest, indent=2).encode(), follow_link=False)
        sync_folder(folder)
    except DiskFullError:
        shutil.rmtree(target, ignore_errors=True)
        raise
    if target != place:
        target = _take_place(target, place)
    for old in checkpoints(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def _free(target: Path) -> Path:
    """Make an empty folder of this name; beside a checkpoint of the same step, of a longer one."""
    if (target / _MANIFEST).is_file():
        target = target.with_name(f"{target.name}{_AGAIN}")
    try:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain(error, target, 0) from error
    return target


def _take_place(target: Path, place: Path) -> Path:
    """Put a whole checkpoint in the place of an older one of the same step; both names are read."""
    shutil.rmtree(place, ignore_errors=True)
    try:
        target.rename(place)
    except OSError:  # something holds the old one open
        return target
    return place


def checkpoints(folder: Path) -> list[Path]:
    """Return the complete checkpoints, newest first."""
    found = [path for path in folder.glob("step-*") if (path / _MANIFEST).is_file()]
    return sorted(found, key=lambda path: path.name, reverse=True)


def stamp(folder: Path) -> Stamp:
    """What changes when there is a newer checkpoint; one that is thrown away meanwhile is passed over."""
    for path in checkpoints(folder):
        with contextlib.suppress(OSError):
            return path.name, path.stat().st_mtime_ns
    return "", 0


def sweep_strays(folder: Path) -> None:
    """Remove what a kill in the middle of saving has left behind."""
    sweep(folder)
    for path in folder.glob("step-*"):
        if path.is_dir():
            sweep(path)
            if not (path / _MANIFEST).is_file():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.endswith(_AGAIN):
                _take_place(path, path.with_name(path.name.removesuffix(_AGAIN)))


def discard_after(folder: Path, whole: Path) -> None:
    """Remove the checkpoints that are newer than the newest whole one, which are damaged."""
    for path in checkpoints(folder):
        if path.name > whole.name:
            shutil.rmtree(path, ignore_errors=True)


def load_newest(folder: Path) -> tuple[Snapshot, list[RunError]]:
    """Return the newest checkpoint that is whole, and what was wrong with newer ones.

    Raises:
        RunError: There is none.
    """
    damages: list[RunError] = []
    for path in checkpoints(folder):
        try:
            return load(path), damages
        except RunError as error:
            damages.append(error)
    if damages:
        worst = damages[0].problem
        raise RunError(
            worst.message,
            where=worst.where,
            hint=_("There is no whole one before it. Train again."),
        )
    raise RunError(
        _("there is no checkpoint to go on from."),
        where=str(folder),
        hint=_("Start a new training."),
    )


def load(path: Path) -> Snapshot:
    """Read one checkpoint.

    Raises:
        RunError: It is damaged; names the file.
    """
    hashes = _read_manifest(path)
    content = {name: _read_checked(path / name, digest) for name, digest in hashes.items()}
    if not {WEIGHTS, _TRAINING, _FACTS} <= content.keys():
        raise _damaged(path)
    weights = _unpacked(path / WEIGHTS, content[WEIGHTS])
    return Snapshot(
        weights=weights.tensors,
        training=_unpacked(path / _TRAINING, content[_TRAINING]).tensors,
        facts=_facts(path / _FACTS, content[_FACTS]),
        best=_unpacked(path / BEST, content[BEST]).tensors if BEST in content else {},
        path=path,
        grids=weights.grids,
    )


def _unpacked(path: Path, content: bytes) -> Unpacked:
    try:
        return unpack(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error


def _facts(path: Path, content: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(facts, dict) or not isinstance(facts.get("step"), int):
        raise _damaged(path)
    return facts


def _read_manifest(path: Path) -> Mapping[str, str]:
    try:
        manifest = json.loads(read_bytes(path / _MANIFEST))
        known = {WEIGHTS, BEST, _TRAINING, _FACTS}
        if manifest["format"] != FORMAT or not set(manifest["sha256"]) <= known:
            raise ValueError("unknown format")
        return dict(manifest["sha256"])
    except (FileError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path / _MANIFEST) from error


def _read_checked(path: Path, digest: str) -> bytes:
    with contextlib.suppress(OSError):
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() == digest:
            return content
    raise _damaged(path)


def _damaged(path: Path) -> RunError:
    return RunError(
        _("the checkpoint is damaged."),
        where=str(path),
        hint=_("The one before it is used where there is one."),
    )


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors by name into one file, whole or not at all."""
    write(path, pack(tensors), follow_link=False)


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Read what :func:`write_tensors` wrote.

    Raises:
        RunError: It is damaged; names the file.
    """
    try:
        return read_tensors(read_bytes(path, WHOLE))
    except (FileError, ValueError, SafetensorError) as error:
        raise damaged_beginning(path) from error


def damaged_beginning(path: Path) -> RunError:
    """Return what is said of a file of first weights that can't be used."""
    message = _("the weights that the run began with are damaged.")
    return RunError(
        message, where=str(path), hint=_("Begin again with the run that they came from.")
    )


def pack(tensors: Mapping[str, Tensor]) -> bytes:
    """Return the safetensors file of tensors by name, wherever they are computed with."""
    return tensors_to_bytes({name: tensor.contiguous().cpu() for name, tensor in tensors.items()})
