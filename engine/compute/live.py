"""Values that a person changes while a training goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from torch import nn

from engine.compute.rules import held_alike
from engine.live import PENALTIES, read_live, value_in_project
from projects.errors import ProjectError

if TYPE_CHECKING:
    from engine.compute.training import Training


class Live:
    """Gives values to the parts of a training, and knows which are not those of its project.

    Learning rates are kept by the learners, because their schedules go on.

    Args:
        training: The training.
    """

    def __init__(self, training: Training) -> None:
        self._training = training
        self._values: dict[str, float] = {}

    def set(self, path: str, value: float) -> float:
        """Let a value hold from the next step on; return it.

        Args:
            path: Dotted path; see :mod:`engine.live`.
            value: The value.

        Raises:
            ProjectError: There is no such path, or it does not take this value beside the others.
        """
        value = read_live(self._training.session.project, path, value, self._values)
        self._give(path, value)
        if not path.endswith(".lr"):
            self._values[path] = value
        return value

    def facts(self) -> dict[str, float]:
        """Return what was changed, by path."""
        return dict(self._values)

    def load(self, values: Mapping[str, float]) -> None:
        """Go back to what :meth:`facts` returned.

        Raises:
            ValueError: A path or value cannot be.
        """
        project = self._training.session.project
        for path in self._values.keys() - values.keys():
            self._give(path, value_in_project(project, path))
        try:
            for path, value in values.items():
                self._give(path, read_live(project, path, value, values))
        except ProjectError as error:
            raise ValueError(str(error)) from error
        self._values = dict(values)

    def _give(self, path: str, value: float) -> None:
        head, _dot, name = path.rpartition(".")
        kind, _dot, rest = head.partition(".")
        if kind == "recipe":
            self._give_optimizer(path, rest.partition(".")[2], name, value)
        elif kind == "networks":
            network, _dot, node = rest.partition(".nodes.")
            if name in PENALTIES:
                self._weigh(network, node, name, value)
            else:
                layer = self._training.task.networks[network].layer_modules()[node]
                _set_all(layer, name, value)
        else:
            self._training.task.set_weight(path.partition(".")[2], value)

    def _weigh(self, network: str, node: str, rule: str, value: float) -> None:
        training = self._training
        flat = training.session.flats[network]
        names = held_alike(training.task.networks[network], flat, rule, node)
        training.rules[network].weigh(rule, names, value)

    def _give_optimizer(self, path: str, network: str, name: str, value: float) -> None:
        training = self._training
        own = training.session.project.recipe.optimizers
        names = [network] if network else [key for key in training.learners if key not in own]
        for key in names:
            learner = training.learners.get(key)
            if learner is None:
                continue
            if name == "lr":
                learner.set_rate(value, training.step)
            else:
                learner.change(msgspec.structs.replace(learner.optimizer, **{name: value}))


def _set_all(layer: nn.Module, name: str, value: float) -> None:
    """Give a parameter to all modules of a layer that hold it; see ``Layer.live``."""
    for module in layer.modules():
        for held in (name, "p") if name == "dropout" else (name,):
            if isinstance(getattr(module, held, None), float | int):
                setattr(module, held, value)
