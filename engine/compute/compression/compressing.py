"""From a run to a smaller variant of it: apply, prove that it works, measure, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.compression.base import COMPRESSIONS
from engine.compression.variant import Variant, read_variant, write_variant
from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.compute.compression.measuring import size_of
from engine.compute.compression.model import Model, model_of
from engine.compute.compression.packing import packed_bytes
from engine.compute.imported import begin_run
from engine.compute.task import weights_of
from engine.runs.branch import name_of_parent
from engine.runs.folder import RunFolder, new_run_in
from engine.runs.origin import data_folder
from engine.runs.summary import COMPRESSED, read_summary
from projects.schema import Plug
from projects.translation import gettext as _

Tell = Callable[[str, float], None]


def applied(model: Model, steps: Sequence[Plug], tell: Tell = lambda _words, _share: None) -> Model:
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
    for place, rule in enumerate(rules):
        tell(rule.title, place / len(rules))
        model = rule.apply(model)
    return model


def compress(
    run: Path,
    steps: Sequence[Plug],
    out: Path | None = None,
    tell: Tell = lambda _words, _share: None,
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
    made = applied(model, steps, tell)
    session = made.opened()
    tell(_("measuring"), 0.6)
    before = read_variant(run)
    parent = (
        before.size if before is not None else size_of(model.session, packed_bytes(model.weights))
    )
    size = size_of(session, packed_bytes(made.weights))
    variant = Variant(steps=tuple(steps), notes=made.notes, size=size, parent=parent)
    place = out if out is not None else new_run_in(run.parent)
    tell(_("writing"), 0.95)
    summary = read_summary(run)
    begin_run(
        place,
        made.project,
        data_folder(run, summary),
        state=COMPRESSED,
        metrics=size.metrics,
        parent=name_of_parent(place, run),
        parent_step=summary.steps,
    )
    snapshot = Snapshot(weights_of(session.task), {}, {"step": 0})
    checkpoint.save(RunFolder(place).checkpoints, snapshot)
    write_variant(place, variant)
    return place, variant
