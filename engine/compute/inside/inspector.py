"""Looks into the networks of runs for one client.

The run that was asked last stays in memory, and one that it was compared with; when a training has written newer
weights, those are read.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import torch

from engine.compute.inside.opened import OpenRun, stamp
from engine.compute.inside.subject import Subject
from engine.compute.modes import same_randomness
from engine.inside.base import VIEWS
from engine.protocol import Array, Inspect, Inspected
from engine.runs.control import Control, Sink
from engine.runs.stages import telling
from projects.translation import gettext as _

REMEMBERED = 2


class Inspector:
    """Answers what is asked about runs."""

    def __init__(self) -> None:
        self._runs: OrderedDict[Path, OpenRun] = OrderedDict()

    def inspect(self, request: Inspect, sink: Sink, control: Control) -> Inspected:
        """Look at what a request asks for.

        Args:
            request: What is asked.
            sink: Told of every stage.
            control: A stop ends it.

        Raises:
            UserError: The run, the view, the layer or the example is not there, or does not allow it.
            GivenUpError: It was stopped.
        """
        tell = telling(sink, control)
        tell(_("opening the run"), 0.0)
        run = self._opened(Path(request.run))
        moment = run.use(request.moment)
        if request.view is None:
            return Inspected(run=request.run, moment=moment, insides=run.insides())
        view = VIEWS.make_plug(request.view, "view")
        subject = Subject(run, moment, request.layer, request.example, tell, self._opened)
        tell(_("looking"), 0.0)
        with same_randomness(torch.device("cpu")):
            arrays, info = view.look(subject)
        layer = ""
        if view.of_layer:
            name, _network, node = subject.place()
            layer = f"{name}/{node}"
        return Inspected(
            run=request.run,
            moment=moment,
            layer=layer,
            arrays={name: Array.of(array) for name, array in arrays.items()},
            info=info,
        )

    def _opened(self, path: Path) -> OpenRun:
        """Return a run in memory, with the newest of its weights."""
        run = self._runs.pop(path, None)
        if run is None or run.replaced:
            while len(self._runs) >= REMEMBERED:
                self._runs.popitem(last=False)
            run = OpenRun(path)
        elif run.stamp != stamp(path):
            run.renew()
        self._runs[path] = run
        return run
