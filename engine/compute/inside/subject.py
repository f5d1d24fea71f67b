"""What a view looks at: networks with some of their weights, a layer, an example, parts of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute import pictures
from engine.compute.inside.opened import OpenRun
from engine.compute.network import GraphModule, draw_latents
from engine.compute.session import Session
from engine.compute.tasks.coding import CodingTask
from engine.data.prepare import Part
from engine.data.texts import Tokens
from engine.layers.base import Shape
from engine.protocol import Example, Moment
from projects.errors import RunError, did_you_mean
from projects.translation import gettext as _

FIRST_LAYERS = ("conv2d", "conv1d", "linear", "conv_transpose2d")


@dataclass(frozen=True)
class Seen:
    """An example that is looked at.

    Attributes:
        x: As networks of the data take it ``(1, …)``.
        label: Its class; -1 where it has none.
        words: What it is, in a few words.
        place: Its place in the part; -1 of one from a file.
        of: How many there are to choose from.
    """

    x: Tensor
    label: int
    words: str
    place: int
    of: int


@dataclass(frozen=True)
class Subject:
    """What is looked at.

    Attributes:
        run: The run, with the weights of the moment in its networks.
        moment: Which weights those are.
        layer: ``network/node``; empty where nobody chose one.
        example: Which example.
        tell: Told what is being done and which share of it is done; raises where it is to end.
        other: Opens another run.
    """

    run: OpenRun
    moment: Moment
    layer: str
    example: Example
    tell: Callable[[str, float], None]
    other: Callable[[Path], OpenRun]

    @property
    def session(self) -> Session:
        """The run's project in memory."""
        return self.run.session

    # ------------------------------------------------------------------------------- the layer

    def place(self) -> tuple[str, GraphModule, str]:
        """Return the name of the network, the network, and the node that is looked at.

        Where nobody chose one it is the first hidden layer with weights.

        Raises:
            RunError: There is no such layer.
        """
        layers = self.run.layers()
        places = [layer.place for layer in layers]
        chosen = self.layer or next(
            (layer.place for layer in layers if layer.kind in FIRST_LAYERS and layer.parameters),
            places[0],
        )
        if chosen not in places:
            raise RunError(
                _("there is no layer “{name}” in the networks of this run.").format(name=chosen),
                where=str(self.run.path),
                hint=did_you_mean(chosen, places) or _("Choose one of its layers."),
            )
        name, _slash, node = chosen.partition("/")
        return name, self.run.networks()[name], node

    # ------------------------------------------------------------------------------- examples

    def is_drawn(self, name: str) -> bool:
        """Whether a network is fed with noise, so that no example of the data flows into it."""
        return self.run.networks()[name].latent is not None

    def need_examples(self, name: str) -> None:
        """Check that examples of the data flow into a network.

        Raises:
            RunError: It is fed with noise.
        """
        if self.is_drawn(name):
            raise RunError(
                _("what flows into “{name}” is noise, and no example of the data.").format(
                    name=name
                ),
                where=f"networks.{name}",
                hint=_("Choose a layer of another network."),
            )

    def part_used(self, split: str) -> str:
        """Return the name of a part of the data; the training part's where that one is empty."""
        return split if len(getattr(self.session.data, split).inputs) else "train"

    def part(self, split: str) -> Part:
        """Return a part of the data; the training part where that one is empty."""
        part: Part = getattr(self.session.data, self.part_used(split))
        return part

    def rows(self, split: str, count: int) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
        """Return the first examples of a part as networks take them, and their classes where they have one."""
        part = self.part(split)
        inputs = np.asarray(part.inputs[:count])
        if part.targets is None or not self.session.data.info.classes or part.targets.ndim != 1:
            return inputs, None
        return inputs, np.asarray(part.targets[:count], np.int64)

    def seen(self) -> Seen:
        """Return the example that is looked at.

        Raises:
            DataError: The file cannot be read, or holds nothing that this run could take.
            RunError: There is no such example.
        """
        if self.example.file:
            from engine.compute.inside.own import own_example

            return own_example(Path(self.example.file), self.session)
        part = self.part(self.example.split)
        places = np.arange(len(part.inputs))
        labels = part.targets if self.session.data.info.classes else None
        single = labels is not None and labels.ndim == 1
        if self.example.label >= 0 and single:
            assert labels is not None
            places = np.flatnonzero(labels == self.example.label)
        if not len(places):
            raise RunError(
                _("this part of the data has no such example."), where=self.example.split
            )
        place = int(places[self.example.index % len(places)])
        label = int(labels[place]) if single and labels is not None else -1
        words = _("example {number:,} of the {split} part").format(
            number=place + 1, split=self.part_used(self.example.split)
        )
        if label >= 0:
            words = f"{words}: {self.session.data.info.classes[label]}"
        x = torch.from_numpy(np.asarray(part.inputs[place : place + 1]).copy())
        return Seen(x, label, words, self.example.index % len(places), len(places))

    def fed(
        self, name: str, examples: Tensor, labels: NDArray[np.int64] | None = None, seed: int = 0
    ) -> tuple[Tensor, Tensor | None]:
        """Return what a network takes for examples of the data, and what its Labels are told.

        Args:
            name: The network.
            examples: ``(n, …)``, as networks of the data take them.
            labels: Their classes ``(n,)``; one class after the other where there are none.
            seed: What latents of a network that is fed with noise follow from.

        Raises:
            RunError: What flows into it cannot be made of examples.
        """
        network = self.run.networks()[name]
        told = None
        if network.label is not None:
            classes = np.arange(len(examples)) if labels is None else labels
            told = torch.from_numpy(classes % max(1, network.label.classes or 1))
        if network.latent is not None:
            generator = torch.Generator().manual_seed(seed)
            return draw_latents(network.latent, len(examples), generator), told
        if _same(network.in_shape, self.session.data.info.input):
            return examples, told
        task = self.session.task
        if isinstance(task, CodingTask) and name == "decoder":
            with torch.no_grad():
                return task.codes(examples), told
        raise RunError(
            _("what flows into “{name}” is {shape}, which no example of the data is.").format(
                name=name, shape=network.in_shape
            ),
            where=f"networks.{name}",
            hint=_("Choose a layer of another network."),
        )

    def fed_seen(self, name: str) -> tuple[Seen, Tensor, Tensor | None]:
        """Return the example that is looked at, and what a network takes for it; see :meth:`seen` and :meth:`fed`."""
        seen = self.seen()
        labels = None if seen.label < 0 else np.array([seen.label])
        return seen, *self.fed(name, seen.x, labels, self.example.index)

    def portions(
        self, name: str, inputs: NDArray[Any], labels: NDArray[np.int64] | None, most: int
    ) -> Iterator[tuple[Tensor, Tensor | None]]:
        """Yield what a network takes for many examples, some at a time; tells how far it is.

        Args:
            name: The network.
            inputs: ``(n, …)``, as networks of the data take them.
            labels: Their classes ``(n,)`` or None.
            most: How many at a time at most.

        Raises:
            RunError: What flows into it cannot be made of examples.
        """
        portion = max(1, min(most, self.run.networks()[name].at_once(torch.device("cpu"))))
        for start in range(0, len(inputs), portion):
            self.tell(_("looking at examples"), start / len(inputs))
            some = slice(start, start + portion)
            told = None if labels is None else labels[some]
            yield self.fed(name, torch.from_numpy(inputs[some]), told, seed=start)

    # ------------------------------------------------------------------------------- showing

    def no_unit(self, unit: int, total: int) -> RunError:
        """Return the error that the layer has no such unit, but ``total`` of them."""
        return RunError(
            _("this layer has no unit {unit}.").format(unit=unit),
            where=self.layer,
            hint=_("The last one is {last}.").format(last=total - 1),
        )

    def tokens(self, x: Tensor) -> list[str]:
        """Return the words or letters of a text ``(1, steps)``; nothing of what is none."""
        tokens = Tokens(self.session.data.info)
        if not tokens.named or x.dtype != torch.int64 or x.ndim != 2:
            return []
        return [tokens.names[int(index)] for index in x[0]]

    def shown(self, examples: NDArray[Any]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return examples as panels show them: ``images`` or ``inputs``, and ``texts`` of texts."""
        data = self.session.data
        arrays = pictures.of_examples(examples, data)
        if "inputs" in arrays:
            arrays["inputs"] = np.ascontiguousarray(arrays["inputs"], np.float32)
        return arrays, Tokens(data.info).of_examples(examples)

    def feature_names(self) -> list[str]:
        """Return the names of the columns of an example; their numbers where there are none."""
        info = self.session.data.info
        if info.features and len(info.features) == info.input.elements:
            return list(info.features)
        return [str(place) for place in range(info.input.elements)]


def _same(one: Shape, other: Shape) -> bool:
    return one.dims == other.dims and one.kind == other.kind
