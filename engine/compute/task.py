"""What an objective gives the training loop: updates to make, numbers to read, things to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.compute.answers import Answers
from engine.compute.batches import Batch
from engine.compute.flat import Flat
from engine.compute.generative.scorer import Scorer
from engine.compute.keys import below
from engine.compute.network import GraphModule
from engine.compute.writing import Style
from engine.data.prepare import Part, Prepared
from projects.errors import RunError
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.teaching import Teaching

Pictures = tuple[dict[str, NDArray[Any]], dict[str, Any]]


@dataclass(frozen=True)
class TaskContext:
    """What a task is built from.

    Attributes:
        project: The whole project.
        data: The prepared data.
        networks: The project's networks, built, on their device, in training mode.
        flats: Their weights, each network's in one tensor.
        device: Where it all happens.
    """

    project: Project
    data: Prepared
    networks: Mapping[str, GraphModule]
    flats: Mapping[str, Flat]
    device: torch.device


@dataclass(frozen=True)
class Update:
    """One of the updates that make up a step.

    Attributes:
        network: Whose weights move.
        loss: Computes the scalar whose gradient moves them.
        also: Further networks whose weights the same gradient moves.
    """

    network: str
    loss: Callable[[Batch], Tensor]
    also: tuple[str, ...] = ()

    @property
    def networks(self) -> tuple[str, ...]:
        """Every network that moves."""
        return (self.network, *self.also)


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        split: Which part of the data was looked at.
        metrics: Numbers by their public names.
        confusion: ``(classes, classes)`` counts, rows are the true classes; or None.
        details: More numbers, too many for curves: told where one evaluation is asked for.
        pictures: What the panel *Scores* shows of it, or None.
        signs: Curves for who judges how the training goes; they are no metrics.
        answers: What was answered for a fixed choice of examples, or None.
    """

    split: str
    metrics: dict[str, float]
    confusion: NDArray[np.int64] | None = None
    details: dict[str, float] = field(default_factory=dict)
    pictures: Pictures | None = None
    signs: dict[str, float] = field(default_factory=dict)
    answers: Answers | None = None


@dataclass(frozen=True)
class LatentSpace:
    """What networks draw examples from.

    Attributes:
        size: Numbers in a latent vector.
        distribution: What they are drawn from, as a noise layer calls it.
        classes: Names of the classes, where the networks are told one.
        averaged: Whether there is an average of the network that draws, beside its weights as they learn.
    """

    size: int
    distribution: str = "normal"
    classes: tuple[str, ...] = ()
    averaged: bool = False


class Task:
    """Base of every task.

    Class attributes:
        whole_batches: Whether every batch must be of the full size.
        batches_a_step: How many batches a step takes, handed over one below the other.
        lowered: By network, to which share of its first value the loss of one batch has to fall when the
            network learns it by heart; to half where nothing is said.

    Attributes:
        networks: What is trained, by name.
        updates: What one step does, in order.
        kept: One tuple of tensors a step; reading them is put off, because one look at many is
            cheaper than many looks, and on a GPU every look waits for the device.
        most_kept: How many steps may go unread.
        averaged: Averages of networks over the steps, where the recipe wants some; by name of the network.
        scorer: What scores samples on a clock of its own; None where nobody wants that.
        teaching: What a trained run adds to the loss; None where nobody teaches.
    """

    whole_batches = False
    batches_a_step = 1
    lowered: ClassVar[Mapping[str, float]] = {}

    def __init__(self, context: TaskContext) -> None:
        self.context = context
        self.networks = dict(context.networks)
        self.updates: tuple[Update, ...] = ()
        self.kept: list[tuple[Tensor, ...]] = []
        self.most_kept = 512
        self.averaged: dict[str, GraphModule] = {}
        self.scorer: Scorer | None = None
        self.teaching: Teaching | None = None

    def answers_of(self, networks: Mapping[str, GraphModule], inputs: Tensor) -> Tensor:
        """Return what networks answer that have the names of the task's, as its loss reads it.

        Args:
            networks: By name.
            inputs: ``(examples, …)`` on the device.
        """
        raise NotImplementedError

    def taught(
        self, own: Tensor, given: Tensor, inputs: Tensor, there: Tensor | None = None
    ) -> Tensor:
        """Return a loss with the part of the teacher, where there is one; see :class:`Teaching`."""
        if self.teaching is None:
            return own
        return self.teaching.mixed(own, given, inputs, there)

    def after_step(self) -> None:
        """Do what follows the updates of a step (moving averages)."""

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Turn what steps left behind into one value a step for every metric.

        The metrics whose name ends in ``loss`` are the ones that must stay finite.
        """
        raise NotImplementedError

    def share_right(self, network: str, batch: Batch) -> float | None:
        """The share of a batch that a network answers right; None where answers are not right or wrong.

        It is asked of the network as it is, in training mode, and without gradients.
        """
        return None

    def blind_loss(self) -> float | None:
        """The training loss of the best answer that does not look at the input; None where that says nothing."""
        return None

    def can_measure(self, part: Part) -> bool:
        """Whether :meth:`evaluate` has something to measure on a part of the data."""
        return len(part.inputs) > 0

    def is_watched(self) -> bool:
        """Whether evaluations during a training are worth their time."""
        return self.can_measure(self.context.data.validation)

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Measure the networks on a part of the data; draws no random numbers."""
        raise NotImplementedError

    def show(self, count: int) -> Pictures | None:
        """Return what the panel *samples* shows: arrays and a description; see ``docs/protocol.md``."""
        return None

    def measure(self, part: Part, split: str) -> Evaluation:
        """Evaluate on a part of the data and, where samples are scored, score as many as that is worth."""
        found = self.evaluate(part, split)
        if self.scorer is None:
            return found
        scored = self.score(split, at_end=True)
        metrics, details = found.metrics | scored.metrics, found.details | scored.details
        return replace(found, metrics=metrics, details=details, pictures=scored.pictures)

    def score(self, split: str = "samples", at_end: bool = False) -> Evaluation:
        """Score samples; there has to be a scorer. Draws no random numbers.

        Args:
            split: What the evaluation says it looked at.
            at_end: Whether to draw as many as the last evaluation does.
        """
        assert self.scorer is not None
        found = self.scorer.score(self, at_end)
        pictures = (found.arrays, found.info)
        return Evaluation(split, found.metrics, details=found.details, pictures=pictures)

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return outputs for prepared inputs ``(examples, …)`` as arrays by name.

        Raises:
            RunError: These networks do not answer for inputs.
        """
        raise RunError(
            _("these networks do not answer for inputs."), hint=_("Draw samples instead.")
        )

    def sample(self, count: int, seed: int) -> NDArray[Any]:
        """Draw ``count`` examples in the data's own units.

        Raises:
            RunError: These networks do not draw.
        """
        raise RunError(_("these networks do not draw examples."), hint=_("Ask for predictions."))

    def asked(self, count: int, seed: int) -> NDArray[np.int64] | None:
        """Return the classes that :meth:`sample` draws, given the same; None where nobody asks for any."""
        return None

    def latent_space(self) -> LatentSpace | None:
        """Return what :meth:`made_of` draws from; None for networks that draw from nothing of the kind."""
        return None

    def latents_of(self, count: int, seed: int) -> Tensor:
        """Return latents ``(count, size)`` that follow from a seed, of networks with a latent space."""
        raise NotImplementedError

    def made_of(self, latents: Tensor, labels: Tensor | None = None, raw: bool = False) -> Tensor:
        """Return what is drawn of latents, as networks see examples, in evaluation mode.

        Args:
            latents: ``(n, size)``.
            labels: Class of each ``(n,)``, for networks that are told one.
            raw: Whether by the weights as they learn, where there is an average.
        """
        raise NotImplementedError

    def write(
        self, count: int, seed: int, style: Style | None = None
    ) -> tuple[NDArray[np.int64], list[str]] | None:
        """Write texts.

        Args:
            count: How many.
            seed: The same seed writes the same texts.
            style: How; as the objective has it when left out.

        Returns:
            Their tokens ``(texts, tokens)`` and the texts; None when these networks write none.

        Raises:
            DataError: The prompt has tokens that are not in the vocabulary.
        """
        return None

    def constants(self) -> dict[str, Any]:
        """Return plain values by name that a user of the exported networks needs (``TARGET_SCALE``)."""
        return {}

    def averages(self) -> dict[str, GraphModule]:
        """Return averages of networks, by the name under which they are saved."""
        return self.averaged

    def set_weight(self, name: str, value: float) -> None:
        """Let a number that the objective calls ``live`` be another one from the next step on.

        Args:
            name: Its name; ``weights.2`` is the third one of a row.
            value: What it is to be.
        """
        raise NotImplementedError

    def tensors(self) -> dict[str, Tensor]:
        """Return tensors beside the weights that decide how the task goes on, by name.

        One that is made of all weights of a network ``(…, elements)`` and lies as they do has the network's name
        for its last part: ``historical_averaging.generator``.
        """
        return {}

    def load_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to what :meth:`tensors` returned; copies it.

        Raises:
            KeyError: One is missing.
        """

    def facts(self) -> dict[str, Any]:
        """Return plain values that decide how the task goes on."""
        return {}

    def load_facts(self, facts: Mapping[str, Any]) -> None:
        """Go back to what :meth:`facts` returned."""


def weights_of(task: Task) -> dict[str, Tensor]:
    """Return copies of all weights and buffers of a task, averages included.

    The names are ``<network>.<node>.<parameter>``; those of an average begin with ``ema.``.
    """
    modules: dict[str, nn.Module] = {
        **task.networks,
        **{f"ema.{k}": v for k, v in task.averages().items()},
    }
    return {
        f"{name}.{key}": tensor.detach().clone()
        for name, module in modules.items()
        for key, tensor in module.state_dict().items()
    }


def load_weights_into(task: Task, weights: Mapping[str, Tensor]) -> None:
    """Copy what :func:`weights_of` returned into a task of the same shape."""
    modules: dict[str, nn.Module] = {
        **task.networks,
        **{f"ema.{k}": v for k, v in task.averages().items()},
    }
    for name, module in modules.items():
        module.load_state_dict(below(f"{name}.", weights))


def parameters_by_layer(network: GraphModule) -> dict[str, tuple[str, ...]]:
    """Return the names of every layer's parameters by node, in working order.

    Layers without parameters are left out; parameters that several layers share count for the first.
    """
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    found = {
        node: tuple(names.pop(id(p)) for p in module.parameters() if id(p) in names)
        for node, module in network.layer_modules().items()
    }
    return {node: own for node, own in found.items() if own}
