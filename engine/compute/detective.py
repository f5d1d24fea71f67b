"""Finds the layer whose numbers stopped being numbers first, by making the last steps once more."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.utils.hooks import RemovableHandle

from engine.compute.learner import Learner
from engine.compute.task import Task, parameters_by_layer
from engine.probes.base import Gauge
from projects.translation import gettext as _


class FoundError(Exception):
    """The place is found.

    Attributes:
        where: Dotted path of the layer.
        kind: ``output``, ``gradient`` or ``weights``.
        what: The same in words.
    """

    def __init__(self, where: str, kind: str) -> None:
        super().__init__(where)
        self.where = where
        self.kind = kind
        self.what = {
            "output": _("its output"),
            "gradient": _("its gradient"),
            "weights": _("its weights after the step"),
        }[kind]


class Detective(Gauge):
    """Watches every layer at every moment of a step and raises :class:`FoundError` at the first bad value.

    Args:
        task: What is being trained.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._hooks: list[RemovableHandle] = []

    def before_step(self) -> None:
        """Listen to what leaves the layers."""
        for name, network in self.task.networks.items():
            for node, module in network.layer_modules().items():
                self._hooks.append(module.register_forward_hook(_listener(_place(name, node))))

    def after_backward(self, learner: Learner, step: int) -> None:
        """Gradients go bad from the output backwards, so the last layer is looked at first."""
        self._examine(learner, dict(reversed(learner.flat.gradients.items())), "gradient")

    def after_update(self, learner: Learner) -> None:
        """Look at the weights as they are now."""
        self._examine(learner, learner.flat.views, "weights")

    def abandon(self) -> None:
        """Stop listening."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    def _examine(self, learner: Learner, tensors: dict[str, Tensor], kind: str) -> None:
        for name, tensor in tensors.items():
            if not tensor.isfinite().all():
                layers = parameters_by_layer(self.task.networks[learner.name])
                node = next(node for node, names in layers.items() if name in names)
                raise FoundError(_place(learner.name, node), kind)


def _listener(where: str) -> Any:
    def listen(_module: Any, _inputs: Any, output: Any) -> None:
        value = output[0] if isinstance(output, tuple) else output
        if not value.isfinite().all():
            raise FoundError(where, "output")

    return listen


def _place(network: str, node: str) -> str:
    return f"networks.{network}.nodes.{node}"
