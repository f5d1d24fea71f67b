"""Answers what is asked about runs that are to be made smaller; the run that was asked last stays in memory."""

from __future__ import annotations

from pathlib import Path

from engine.compression.variant import Size
from engine.compute import checkpoint
from engine.compute.compression.compressing import (
    make_variant,
    size_of_run,
    weigh,
    weigh_beside,
)
from engine.compute.compression.model import Model, model_of
from engine.compute.compression.sensitivity import scan
from engine.protocol import (
    Compress,
    Compressed,
    Sensed,
    Sensitivity,
    Weigh,
    Weighed,
)
from engine.runs.control import Control, Sink
from engine.runs.folder import RunFolder
from engine.runs.stages import Tell, telling
from projects.translation import gettext as _

BRIEFLY = 0.1  # seconds of measuring where somebody waits at a slider


class Bench:
    """Where networks of runs are weighed and made smaller."""

    def __init__(self) -> None:
        self._opened: tuple[Path, checkpoint.Stamp] | None = None
        self._model: Model | None = None
        self._size: Size | None = None

    def answer(
        self, request: Compress | Weigh | Sensitivity, sink: Sink, control: Control
    ) -> Compressed | Weighed | Sensed:
        """Do what a request asks for.

        Args:
            request: What is asked.
            sink: Told of every stage.
            control: A stop ends it.

        Raises:
            UserError: The run is not there, or it cannot be done; nothing is written then.
            GivenUpError: It was stopped.
        """
        tell = telling(sink, control)
        model = self._open(Path(request.run), tell)
        if isinstance(request, Sensitivity):
            return Sensed(run=request.run, scan=scan(model, tell, request.kind))
        if self._size is None:
            tell(_("measuring"), 0.0)
            self._size = size_of_run(model)
        if isinstance(request, Weigh) and request.beside:
            size, parent = weigh_beside(model, self._size, Path(request.beside), tell, BRIEFLY)
            return Weighed(run=request.run, size=size, parent=parent)
        if isinstance(request, Weigh):
            size, parent, notes = weigh(model, self._size, request.steps, tell, BRIEFLY)
            return Weighed(run=request.run, size=size, parent=parent, notes=notes)
        place, variant = make_variant(model, self._size, request.steps, None, tell)
        return Compressed(run=request.run, variant=str(place), made=variant)

    def _open(self, path: Path, tell: Tell) -> Model:
        """Return a run in memory, again where a training has written another checkpoint meanwhile."""
        now = path, checkpoint.stamp(RunFolder(path).checkpoints)
        if self._model is None or now != self._opened:
            tell(_("opening the run"), 0.0)
            self._model = self._size = None
            self._model = model_of(path)
            self._opened = now
        return self._model
