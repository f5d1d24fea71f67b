"""A run in memory with every set of weights that it keeps."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.blocks import unfold
from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot, Stamp
from engine.compute.evaluate import networks, open_fresh, use_weights
from engine.compute.glimpses import read_glimpse
from engine.compute.network import GraphModule
from engine.compute.restoring import start_of
from engine.compute.task import load_weights_into, weights_of
from engine.protocol import Event, Insides, LayerInside, Moment, Replaying
from engine.runs.control import Control
from engine.runs.folder import BEGUN_WITH, RunFolder
from engine.runs.lock import is_training
from engine.runs.reader import Reader
from engine.runs.summary import read_summary, was_never_trained
from projects.errors import RunError, did_you_mean
from projects.translation import gettext as _

BEST, LAST, START = "best", "last", "start"
AGAIN = "again-"  # before the step of weights that were come to again
MOST_BYTES = 2**28  # of all sets of weights; laying out their path makes up to six copies


class OpenRun:
    """A run whose networks can be given any of its weights.

    Args:
        path: The run folder.

    Attributes:
        path: The run folder.
        session: Its project in memory.
        stamp: The newest weights when they were read.
        moments: The weights that it keeps, the newest first, the best before them.

    Raises:
        RunError: It is no run, has no whole checkpoint, or learned with another vocabulary.
        DataError: Its data is gone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folder = RunFolder(path)
        self.stamp = stamp(path)
        self._frozen = _written(self._folder.project)
        Reader(path).project()  # a folder that is no run says so
        newest = self._newest()
        self.session = open_fresh(path)
        self._fresh = weights_of(self.session.task)
        self._again: tuple[Moment, ...] = ()
        self._shapes: tuple[LayerInside, ...] | None = None
        self._snapshots: dict[str, Snapshot] = {}
        self._take(newest)
        for network in self.networks().values():
            network.write_over(False)  # what leaves single layers is looked at

    @property
    def replaced(self) -> bool:
        """Whether another run may have taken its place since: then data and networks are no longer its own."""
        return self._frozen != _written(self._folder.project)

    def renew(self) -> None:
        """Take the weights that a training has written since; its data and networks stay as they are.

        Raises:
            RunError: There are none any more.
        """
        self.stamp = stamp(self.path)
        self._take(self._newest())

    def _newest(self) -> Snapshot:
        """Return the newest weights: those of a checkpoint, or younger ones of a training that goes on."""
        glimpse = read_glimpse(self._folder.live) if is_training(self.path) else None
        found = [glimpse] if glimpse is not None else []
        if checkpoint.checkpoints(self._folder.checkpoints):
            found.append(checkpoint.load_newest(self._folder.checkpoints)[0])
        if not found:
            raise RunError(
                _("this run has kept no weights yet."),
                where=str(self.path),
                hint=_(
                    "A training keeps them every so many seconds of its recipe, and when it is stopped or ends."
                ),
            )
        return max(found, key=lambda snapshot: snapshot.step)

    def _take(self, newest: Snapshot) -> None:
        """Know the weights that there are now, and give the networks the best."""
        again = {name: one for name, one in self._snapshots.items() if name.startswith(AGAIN)}
        self._snapshots = {LAST: newest, **again}
        self._begin()
        self.moments = tuple(self._all_moments(newest))
        self._used = ""
        self.use(BEST)

    def _begin(self) -> None:
        """Find the weights with which the training began, where that is not what its seed draws."""
        begun = start_of(self.path)
        given = self.path / BEGUN_WITH
        if begun is None and given.is_file():
            begun = Snapshot(checkpoint.load_tensors(given), {}, {"step": 0})
        if begun is not None:
            self._snapshots[START] = begun

    def _all_moments(self, newest: Snapshot) -> list[Moment]:
        found = [Moment(name=LAST, step=newest.step)]
        if newest.best:
            found.insert(0, Moment(name=BEST, step=_best_step(newest)))
        for path in checkpoint.checkpoints(self._folder.checkpoints):
            if path == newest.path:
                continue
            with contextlib.suppress(RunError):
                snapshot = checkpoint.load(path)
                if snapshot.step != newest.step:
                    self._snapshots[path.name] = snapshot
                    found.append(Moment(name=path.name, step=snapshot.step))
        if not was_never_trained(read_summary(self.path).state):
            begun = self._snapshots[START].step if START in self._snapshots else 0
            found.append(Moment(name=START, step=begun))
        return found

    def use(self, name: str) -> Moment:
        """Give the networks the weights of a moment.

        Raises:
            RunError: There is none of that name, or its weights do not fit.
        """
        if name == BEST and self.moments[0].name != BEST:
            name = LAST  # none were best
        known = (*self.moments, *self._again)
        moment = next((one for one in known if one.name == name), None)
        if moment is None:
            raise RunError(
                _("this run keeps no weights called “{name}”.").format(name=name),
                where=str(self.path),
                hint=did_you_mean(name, [one.name for one in self.moments]),
            )
        if name != self._used:
            if name == START and START not in self._snapshots:
                load_weights_into(self.session.task, self._fresh)
            else:
                snapshot = self._snapshots[LAST if name == BEST else name]
                use_weights(self.session, snapshot, best=name == BEST)
            self._used = name
        return moment

    def retrace(self, count: int, tell: Callable[[str, float], None]) -> tuple[Moment, ...]:
        """Return all weights that are kept and those after some steps more, in their order.

        Args:
            count: In so many places the steps are made again from the beginning, bit for bit; 0 for none.
            tell: Told how far that is; raises where it is to end.

        Raises:
            RunError: The steps cannot be made again.
        """
        begun = next((one.step for one in self.moments if one.name == START), 0)
        newest = self._snapshots[LAST].step
        places = np.linspace(begun, newest, count + 2)[1:-1].round().astype(int)
        steps = [step for step in dict.fromkeys(places.tolist()) if begun < step < newest]
        wanted = [Moment(name=f"{AGAIN}{step:09d}", step=step) for step in steps]
        self._need_room_for(len(wanted))
        names = {one.name for one in wanted}
        for name in [name for name in self._snapshots if name.startswith(AGAIN)]:
            if name not in names:
                del self._snapshots[name]
        self._again = tuple(one for one in self._again if one.name in names)
        missing = [one for one in wanted if one.name not in self._snapshots]
        if missing:
            self._make_again(missing, tell)
        self._again = tuple(wanted)
        return tuple(sorted((*self.moments, *wanted), key=lambda one: one.step))

    def come_to(self, step: int, tell: Callable[[str, float], None]) -> Moment:
        """Make the steps of the training again up to one of them, bit for bit; return what these weights are called.

        Args:
            step: After the beginning and not after the newest checkpoint.
            tell: Told how far that is; raises where it is to end.

        Raises:
            RunError: The steps cannot be made again.
        """
        moment = Moment(name=f"{AGAIN}{step:09d}", step=step)
        self._make_again([moment], tell)
        self._again = (*self._again, moment)
        return moment

    def _need_room_for(self, count: int) -> None:
        size = sum(tensor.nbytes for tensor in self._fresh.values()) * count
        if size > MOST_BYTES:
            raise RunError(
                _("so many sets of weights would need {size:,} MiB.").format(size=size // 2**20),
                where=str(self.path),
                hint=_("Choose fewer places."),
            )

    def _make_again(self, wanted: list[Moment], tell: Callable[[str, float], None]) -> None:
        from engine.compute.branching import retraced

        states = (np.random.get_state(), random.getstate())
        try:
            steps = [one.step for one in wanted]
            made = retraced(self.path, steps, _Told(tell), Control())
            for moment, weights in zip(wanted, made, strict=True):
                self._snapshots[moment.name] = Snapshot(weights, {}, {"step": moment.step})
        finally:
            np.random.set_state(states[0])
            random.setstate(states[1])

    def networks(self) -> dict[str, GraphModule]:
        """Return the networks that are looked at, in evaluation mode: averages where there are some."""
        return networks(self.session)

    def insides(self) -> Insides:
        """Return what there is to look at."""
        return Insides(layers=self.layers(), moments=self.moments, data=self.session.data.info)

    def layers(self) -> tuple[LayerInside, ...]:
        """Return every layer that takes part, network after network, in working order."""
        if self._shapes is None:
            self._shapes = tuple(
                layer
                for name, network in self.networks().items()
                for layer in _layers(name, network)
            )
        return self._shapes


def stamp(run: Path) -> tuple[Stamp, int]:
    """Return what changes when there are newer weights of a run."""
    folder = RunFolder(run)
    return checkpoint.stamp(folder.checkpoints), _written(folder.live) if is_training(run) else 0


def _written(path: Path) -> int:
    """When a file was written, in nanoseconds; 0 where there is none."""
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


class _Told:
    """Passes on how far steps are that are made again."""

    def __init__(self, tell: Callable[[str, float], None]) -> None:
        self._tell = tell

    def emit(self, event: Event) -> None:
        """Tell of one event."""
        if isinstance(event, Replaying):
            self._tell(_("making the steps again"), event.step / max(1, event.until))


def _layers(name: str, network: GraphModule) -> list[LayerInside]:
    """Say what leaves each layer of a network."""
    drawn = unfold(network.network, network.blocks).network.nodes
    weights = {
        node: sum(weight.numel() for weight in module.parameters())
        for node, module in network.layer_modules().items()
    }
    return [
        LayerInside(
            place=f"{name}/{node}",
            kind=drawn[node].type,
            shape=network.shape_of(node),
            parameters=weights.get(node, 0),
        )
        for node in (network.entry, *(node for node, _module, _sources in network.calls()))
    ]


def _best_step(snapshot: Snapshot) -> int:
    """After how many steps the best evaluation was; that of the checkpoint where it does not say."""
    facts = snapshot.facts.get("scoreboard")
    best = facts.get("best") if isinstance(facts, dict) else None
    step = best.get("step") if isinstance(best, dict) else None
    return step if isinstance(step, int) else snapshot.step
