"""Looks at a trained run: what its networks draw, and what is inside of them."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.protocol.base import Array, Command, Event
from projects.schema import Plug


class Draw(Command, frozen=True, tag="draw"):
    """Draw examples from latents by the networks of a run. Reply: :class:`Drawn`.

    Attributes:
        run: The run folder.
        latents: float32 ``(n, size)``; None for latents that follow from ``seed``.
        count: How many of those.
        seed: The same seed gives the same latents.
        label: Which class all are of; -1 for one class after the other. Counts for networks that are told one.
        raw: Whether by the weights as they learn, where their average is shown else.
    """

    run: str
    latents: Array | None = None
    count: int = 64
    seed: int = 0
    label: int = -1
    raw: bool = False


class Drawn(Event, frozen=True, tag="drawn"):
    """Answer to :class:`Draw`.

    Attributes:
        run: The run folder.
        step: Steps of the checkpoint that drew.
        arrays: ``latents`` float32 ``(n, size)``, and ``images`` uint8 ``(n, h, w, c)`` or ``points`` float32
            ``(n, features)`` in the data's own units.
        distribution: What latents are drawn from, as a noise layer calls it.
        classes: Names of the classes, where the networks are told one.
        averaged: Whether there is an average beside the weights that learn.
    """

    run: str
    step: int
    arrays: dict[str, Array]
    distribution: str = "normal"
    classes: tuple[str, ...] = ()
    averaged: bool = False


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Which example is looked at.

    Attributes:
        split: Part of the data: ``train``, ``validation`` or ``test``.
        index: Which one of the part, from 0, of those with the label; counted round and round.
        label: Only examples of this class; -1 for all.
        file: A file whose first example is looked at in place of all that; empty for none.
    """

    split: str = "validation"
    index: int = 0
    label: int = -1
    file: str = ""


class Inspect(Command, frozen=True, tag="inspect"):
    """Look into the networks of a run. Replies: :class:`Stage` …, then :class:`Inspected`.

    Attributes:
        run: The run folder.
        view: What is to be seen, see :mod:`engine.inside`; None to be told what there is to look at.
        moment: With which weights: ``best``, ``last``, ``start`` or the name of a checkpoint.
        layer: ``network/node``; empty for the one that the view chooses.
        example: The example that is looked at.
    """

    run: str
    view: Plug | None = None
    moment: str = "best"
    layer: str = ""
    example: Example = Example()


class LayerInside(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that can be looked at.

    Attributes:
        place: ``network/node``.
        kind: Its type, as project files have it.
        shape: What leaves it.
        parameters: How many weights it has.
    """

    place: str
    kind: str
    shape: Shape
    parameters: int = 0


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Weights that a run keeps.

    Attributes:
        name: As :class:`Inspect` takes it.
        step: Steps that were made until then.
    """

    name: str
    step: int


class Insides(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to look at in a run.

    Attributes:
        layers: In working order, network after network.
        moments: The weights that there are.
        data: What the data looks like.
    """

    layers: tuple[LayerInside, ...]
    moments: tuple[Moment, ...]
    data: DataInfo


class Inspected(Event, frozen=True, tag="inspected"):
    """Answer to :class:`Inspect`.

    Attributes:
        run: The run folder.
        moment: The weights that were looked at.
        layer: The layer that was looked at; empty where a view is about none.
        arrays: What was seen; see ``docs/protocol.md``.
        info: What else belongs to it; ``kind`` says how it is shown.
        insides: What there is to look at, where no view was asked for.
    """

    run: str
    moment: Moment
    layer: str = ""
    arrays: dict[str, Array] = {}
    info: dict[str, Any] = {}
    insides: Insides | None = None
