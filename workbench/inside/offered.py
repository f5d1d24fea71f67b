"""Which layer and which of its weights are looked at: what a run offers, and what stays where nobody has chosen."""

from __future__ import annotations

from engine.inside.base import View
from engine.layers.base import LAYERS
from engine.layers.ends import Noise
from engine.protocol import LayerInside, Moment
from projects.translation import N_
from projects.translation import gettext as _
from widgets.choice_box import ChoiceBox
from workbench.rundata import RunData

MOMENTS = {"best": N_("Best weights"), "last": N_("Latest weights"), "start": N_("As it began")}
MOVING = ("best", "last")


class LayerBox(ChoiceBox):
    """The layers of a run; the first one that a view can look at, until somebody chooses another one."""

    def __init__(self) -> None:
        self._wanted_place = ""  # of the canvas, as long as it is not known whether the run has it
        self._by_hand = False
        self._layers: tuple[LayerInside, ...] = ()
        super().__init__("insideLayer", _("Layer"))
        self.activated.connect(self._keep)

    @property
    def chosen(self) -> str:
        """The layer that somebody chose, here or on the canvas, ``network/node``; empty where nobody did."""
        place = self.currentData() if self._by_hand else None
        return self._wanted_place or str(place or "")

    def offer(self, layers: tuple[LayerInside, ...], view: type[View]) -> None:
        """Offer the layers of a run."""
        several = len({network_of(layer) for layer in layers}) > 1
        entries = []
        for layer in layers:
            name = layer.place if several else layer.place.partition("/")[2]
            title = LAYERS.get(layer.kind).title if layer.kind in LAYERS else layer.kind
            entries.append((f"{name} · {title} · {layer.shape}", layer.place))
        before = self.currentData()
        self._layers = layers
        self.fill(entries)
        self._by_hand &= self.currentData() == before
        self.turn_to(view)
        self.take()

    def turn_to(self, view: type[View]) -> None:
        """Look at a layer that a view can look at, unless somebody chose one."""
        if view.of_layer and self._layers and not self._by_hand:
            self.setCurrentIndex(self._first(view))

    def want(self, place: str) -> bool:
        """Look at a layer, ``network/node``, as soon as it is known that the run has it; return whether another one is chosen now."""
        self._wanted_place = place
        return self.take()

    def take(self) -> bool:
        """Choose the layer that is wanted, where the run has it; return whether that is another one."""
        place = self.findData(self._wanted_place)
        if not self._wanted_place or place < 0:
            return False
        self._wanted_place = ""
        self._keep()
        moved = place != self.currentIndex()
        self.setCurrentIndex(place)
        return moved

    def _first(self, view: type[View]) -> int:
        """The first layer with weights that the view can look at; else the first of all: there is always one."""
        drawn = {network_of(layer) for layer in self._layers if layer.kind == Noise.tag()}
        apart = drawn if view.of_data else set()
        fit = (
            place
            for place, layer in enumerate(self._layers)
            if layer.parameters and network_of(layer) not in apart
        )
        return next(fit, 0)

    def _keep(self) -> None:
        self._by_hand = True


class MomentBox(ChoiceBox):
    """The weights that a run keeps: the latest while it trains, the best of another one, until somebody chooses."""

    def __init__(self) -> None:
        self._by_hand = False
        self._run = ""  # whose weights were offered last
        super().__init__("insideMoment", _("Which weights of the run"))
        self.activated.connect(self._keep)

    @property
    def chosen(self) -> object:
        """What somebody chose; None where nobody did."""
        return self.wanted if self._by_hand else None

    @property
    def moving(self) -> bool:
        """Whether these weights move as long as the run is trained."""
        return (self.wanted or "best") in MOVING

    def offer(self, moments: tuple[Moment, ...], run: RunData) -> None:
        """Offer the weights of a run."""
        entries = []
        for one in moments:
            words = _(MOMENTS.get(one.name, N_("Checkpoint")))
            words = _("{words} (step {step:,})").format(words=words, step=one.step)
            entries.append((words, one.name))
        self.fill(entries)
        if not self._by_hand and run.active:
            self.choose("last")
        elif not self._by_hand and run.path != self._run:
            self.choose("best")
        self._run = run.path

    def restore(self, chosen: object) -> None:
        """Choose what somebody chose elsewhere."""
        if chosen is not None:
            self.choose(chosen)
            self._keep()

    def _keep(self) -> None:
        self._by_hand = True


def network_of(layer: LayerInside) -> str:
    """Return the name of the network that a layer belongs to."""
    return layer.place.partition("/")[0]
