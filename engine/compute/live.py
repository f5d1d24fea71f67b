"""Values that a person changes while a training goes on."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from typing import TYPE_CHECKING

import msgspec

from engine.declare import FieldError
from engine.live import read_live, value_in_project
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
            ProjectError: There is no such path, or it does not take this value.
        """
        value = read_live(self._training.session.project, path, value)
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
        self._values = {}
        try:
            for path, value in values.items():
                self.set(path, value)
        except ProjectError as error:
            raise ValueError(str(error)) from error

    def _give(self, path: str, value: float) -> None:
        head, _dot, name = path.rpartition(".")
        kind, _dot, rest = head.partition(".")
        if kind == "recipe":
            self._give_optimizer(path, rest.partition(".")[2], name, value)
        elif kind == "networks":
            network, _dot, node = rest.partition(".nodes.")
            layer = self._training.task.networks[network].layer_modules()[node]
            for module in layer.modules():
                if isinstance(getattr(module, "p", None), float):
                    module.p = value  # type: ignore[assignment]
        else:
            self._training.task.set_weight(name, value)

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
                continue
            rule = msgspec.structs.replace(learner.optimizer, **{name: value})
            try:
                rule.validate()
            except FieldError as error:
                raise ProjectError(str(error), where=path, hint=error.hint) from error
            learner.change(rule)


def words(path: str, value: float) -> str:
    """Return a change as the curves tell it."""
    fields = path.split(".")
    name = fields[-1].replace("_", " ")
    if fields[0] == "networks":
        return _("{layer}: {name} {value:g}").format(layer=fields[-2], name=name, value=value)
    return _("{name} {value:g}").format(name=name[:1].upper() + name[1:], value=value)
