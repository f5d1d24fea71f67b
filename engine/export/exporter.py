"""Answers a window that wants to hand a run over: which formats can hold it, and then the files."""

from __future__ import annotations

from pathlib import Path

from engine.compute import checkpoint
from engine.compute.evaluate import networks, open_run
from engine.compute.session import Session
from engine.export.hand_out import lacking, need_ready, possible, written
from engine.export.standing import InTheWayError
from engine.exports.base import EXPORTS
from engine.protocol import Export, Exported
from engine.runs.control import Control, Sink
from engine.runs.folder import RunFolder
from engine.runs.stages import telling
from projects.translation import gettext as _


class Exporter:
    """Keeps the last run in memory: a person asks what there is first, and then for one format or several."""

    def __init__(self) -> None:
        self._key: tuple[Path, checkpoint.Stamp] | None = None
        self._session: Session | None = None

    def answer(self, request: Export, sink: Sink, control: Control) -> Exported:
        """Answer a request.

        Args:
            request: What is wanted.
            sink: Told of what is being done.
            control: Gives it up.

        Raises:
            UserError: The run cannot be opened, or not be handed over like this; says why.
            GivenUpError: Nobody wants it any more.
        """
        tell = telling(sink, control)
        run = Path(request.run)
        if request.format is None:
            tell(_("Opening the run"), 0.0)
            session = self._opened(run)
            return Exported(
                run=request.run,
                networks=tuple(networks(session)),
                formats={
                    export.tag(): tuple(possible(run, session, export())) for export in EXPORTS
                },
                lacking={
                    export.tag(): tuple(lacking(run, session, export())) for export in EXPORTS
                },
            )
        export = EXPORTS.make_plug(request.format, "format")
        out = Path(request.path)
        try:
            need_ready(export, out, request.replace)
            tell(_("Opening the run"), 0.0)
            session = self._opened(run)
            done = written(run, session, export, out, request.network, tell, request.replace)
        except InTheWayError as error:
            return Exported(run=request.run, in_the_way=tuple(map(str, error.files)))
        return Exported(
            run=request.run,
            path=str(done.path),
            files=tuple(map(str, done.files)),
            difference=done.difference,
            largest=done.largest,
            inputs=done.inputs,
            real=done.real,
            notes=done.notes,
        )

    def _opened(self, run: Path) -> Session:
        # A training that goes on may have written another checkpoint.
        key = (run, checkpoint.stamp(RunFolder(run).checkpoints))
        if self._session is None or key != self._key:
            self._session = None  # the room of the other one is free before this one is read
            self._session, self._key = open_run(run), key
        return self._session
