"""From a run to a smaller variant of it: apply, prove that it works, measure, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from engine.compression.activation import rounded_to
from engine.compression.base import COMPRESSIONS
from engine.compression.variant import Size, Variant, read_variant, write_variant
from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.compute.compression.grid import Grids
from engine.compute.compression.kernels import with_int8
from engine.compute.compression.measuring import Times, side_by_side, size_of
from engine.compute.compression.model import Model, model_of
from engine.compute.compression.packing import pack
from engine.compute.compression.sparse import notes_on
from engine.compute.evaluate import networks
from engine.compute.imported import begin_run
from engine.compute.keys import flat
from engine.compute.session import Session
from engine.compute.task import weights_of
from engine.runs.branch import name_of_parent
from engine.runs.folder import RunFolder, new_run_in
from engine.runs.known_data import write_known_data
from engine.runs.origin import data_folder
from engine.runs.stages import Tell, untold
from engine.runs.summary import COMPRESSED, read_summary
from engine.runs.vocabulary import write_vocabulary
from projects.atomic import whole_folder
from projects.errors import RunError
from projects.schema import Plug
from projects.translation import gettext as _


def applied(model: Model, steps: Sequence[Plug], tell: Tell = untold) -> Model:
    """Return a model after some compressions.

    Args:
        model: The model; stays as it is.
        steps: What to do, in order.
        tell: Told what is done; raises where it is to end.

    Raises:
        ProjectError: There is no such compression, or a setting of it is wrong.
        CompressionError: One of them cannot be done.
    """
    rules = [COMPRESSIONS.make_plug(step, f"steps.{place}") for place, step in enumerate(steps)]
    model = replace(model, tell=tell)
    for place, rule in enumerate(rules):
        tell(rule.title, place / len(rules))
        model = rule.apply(model)
    return model


def compress(
    run: Path,
    steps: Sequence[Plug],
    out: Path | None = None,
    tell: Tell = untold,
) -> tuple[Path, Variant]:
    """Make a smaller variant of a run, and write it as a run whose parent it is.

    Args:
        run: The run folder.
        steps: What to do, in order.
        out: The folder of the variant; beside the run when left out.
        tell: Told what is done; raises where it is to end.

    Returns:
        The variant's folder, and what it costs and is worth.

    Raises:
        UserError: It cannot be done; nothing is written then.
    """
    tell(_("opening the run"), 0.0)
    model = model_of(run)
    return make_variant(model, size_of_run(model), steps, out, tell)


def make_variant(
    model: Model, parent: Size, steps: Sequence[Plug], out: Path | None, tell: Tell
) -> tuple[Path, Variant]:
    """Make a smaller variant of a run that is in memory; see :func:`compress`.

    Args:
        model: What the run hands out.
        parent: What that costs and is worth; how long it takes is measured again, beside the variant.
        steps: What to do, in order.
        out: The folder of the variant; beside the run when left out.
        tell: Told what is done; raises where it is to end.
    """
    place = out if out is not None else new_run_in(model.run.parent)
    _need_free(place)
    made = applied(model, steps, tell)
    session = made.opened()
    packed = packed_of(session, made.grids)
    tell(_("measuring"), 0.6)
    before, after = side_by_side(model.session, session)
    size = size_of(session, len(packed), after)
    size, said = with_int8(size, networks(session), made.activations)
    notes = (*made.notes, *notes_on(size), *said)
    variant = Variant(steps=tuple(steps), notes=notes, size=size, parent=timed(parent, before))
    tell(_("writing"), 0.95)
    with whole_folder(place) as room:
        facts = {"step": 0, **rounded_to(made.rounded)}
        named = name_of_parent(place, made.run)
        _write(room, named, made, Snapshot(weights_of(session.task), {}, facts), packed, size)
        write_variant(room, variant)
    return place, variant


def weigh(
    model: Model, parent: Size, steps: Sequence[Plug], tell: Tell, seconds: float
) -> tuple[Size, Size, tuple[str, ...]]:
    """Measure what a variant would cost and be worth beside its run; writes nothing.

    Args:
        model: What the run hands out.
        parent: What that costs and is worth.
        steps: What to do, in order.
        tell: Told what is done; raises where it is to end.
        seconds: How long passes of one size are measured at least.

    Returns:
        The size of the variant, that of the run with times of the same moment, and what a person should know of the variant.
    """
    made = applied(model, steps, tell)
    tell(_("measuring"), 0.6)
    session = made.opened()
    packed = packed_of(session, made.grids)  # before all times, which are compared
    before, after = side_by_side(model.session, session, seconds)
    size = size_of(session, len(packed), after)
    notes = (*made.notes, *notes_on(size))
    if any(made.activations.values()):
        notes += (
            _("Times are of its program in float32; int8 kernels are timed when it is kept."),
        )
    return size, timed(parent, before), notes


def weigh_beside(
    model: Model, size: Size, other: Path, tell: Tell, seconds: float
) -> tuple[Size, Size]:
    """Measure passes of a run in turns with those of another one.

    Args:
        model: What the run hands out.
        size: What that costs and is worth.
        other: The folder of the other run.
        tell: Told what is done; raises where it is to end.
        seconds: How long passes of one size are measured at least.

    Returns:
        The sizes of both, with times of this moment.
    """
    tell(_("opening the run"), 0.0)
    second = model_of(other)
    tell(_("measuring"), 0.6)
    own, others = side_by_side(model.session, second.session, seconds)
    return timed(size, own), timed(size_of_run(second), others)


def timed(size: Size, times: Times) -> Size:
    """Return what networks cost and are worth with times of another moment."""
    return msgspec.structs.replace(size, latencies=times.dense, sparse_latencies=times.sparse)


def _write(
    room: Path, parent: str, made: Model, snapshot: Snapshot, packed: bytes, size: Size
) -> None:
    """Write the run of a variant."""
    summary = read_summary(made.run)
    begin_run(
        room,
        made.project,
        data_folder(made.run, summary),
        state=COMPRESSED,
        metrics=size.metrics,
        parent=parent,
        parent_step=summary.steps,
    )
    write_known_data(room, made.session.data)
    write_vocabulary(room, made.session.data.info)
    checkpoint.save(RunFolder(room).checkpoints, snapshot, packed)


def _need_free(place: Path) -> None:
    """Refuse a place where something is already."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise RunError(
            _("there is something here already, and a variant is a new run."),
            where=str(place),
            hint=_("Choose a folder that doesn't exist."),
        )


def size_of_run(model: Model) -> Size:
    """Return what the networks of a run cost and are worth; of a variant what was measured when it was made.

    How long passes of another run take is measured beside each of its variants.
    """
    known = read_variant(model.run)
    if known is not None:
        return known.size
    handed_out = packed_of(model.opened(), model.grids)  # not what averages are made of as well
    return size_of(model.session, len(handed_out))


def packed_of(session: Session, grids: Grids) -> bytes:
    """Return the file of all weights of a run, averages included, in as few bytes as they need."""
    return pack(weights_of(session.task), flat(grids))
