"""What every objective declares; :data:`OBJECTIVES` is the catalogue of them.

An objective is a task: which networks it needs, what flows into each, what a step computes and what
it measures. The training loop knows only objectives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec

from engine.data.base import DataInfo
from engine.declare import Catalogue, Declared
from engine.layers.base import Shape
from projects.errors import Problem
from projects.schema import Block, Network, Project

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext
    from engine.data.prepare import Prepared
    from engine.objectives.scoring import Scoring


class Role(msgspec.Struct, frozen=True):
    """A network that an objective needs.

    Attributes:
        name: Its key in ``Project.networks``.
        title: Name that people read (the designer's tab); translated where it is shown.
        help: What it does, in a sentence; translated where it is shown.
    """

    name: str
    title: str
    help: str


class Metric(msgspec.Struct, frozen=True):
    """A number that evaluations during a training give.

    Attributes:
        name: Its public name (``validation_accuracy``).
        higher: Whether more is better.
    """

    name: str
    higher: bool


class Objective(Declared, frozen=True, kw_only=True):
    """Base of every objective.

    Class attributes:
        family: Heading under which its examples stand.
        networks: What has to be drawn.
        metrics: What evaluations during a training give; early stopping can watch these.
        best: Names of the metrics that decide which weights are the best, the first one first;
            empty when the last ones are.
        fed_by: Of networks that take what another one gives, by name that other one, which stands
            before it in ``networks``.
        rivals: Whether networks learn from each other in turns, each with a loss of its own.
        generator: Name of the network among rivals that makes examples.
        anchors: Names of parameters that weigh what a generator learns from beside the discriminator: how far
            what it makes is from a given example.
        latents: Whether examples are drawn from latents that somebody may choose.
        names_classes: Whether answers are classes, of which one may be taken for another.
        probes: Tags of probes that every training has beside those of its project.
        taught: What answers are where a network may learn those of another one (``recipe.distillation``):
            ``classes`` (logits of which one is true), ``labels`` (logits that are each true or not) or
            ``numbers``; empty where it may not.
        live: Names of parameters that may change while a training goes on, numbers or rows of
            them; the task takes them (:meth:`engine.compute.task.Task.set_weight`).
    """

    family: ClassVar[str] = ""
    texts: ClassVar[tuple[str, ...]] = (*Declared.texts, "family")
    networks: ClassVar[tuple[Role, ...]] = ()
    metrics: ClassVar[tuple[Metric, ...]] = ()
    best: ClassVar[tuple[str, ...]] = ()
    fed_by: ClassVar[Mapping[str, str]] = {}
    rivals: ClassVar[bool] = False
    generator: ClassVar[str] = "generator"
    anchors: ClassVar[tuple[str, ...]] = ()
    latents: ClassVar[bool] = False
    names_classes: ClassVar[bool] = False
    probes: ClassVar[tuple[str, ...]] = ()
    taught: ClassVar[str] = ""
    live: ClassVar[tuple[str, ...]] = ()

    @property
    def rankings(self) -> tuple[tuple[str, ...], ...]:
        """Groups of metrics that decide which weights are the best; the first one that was measured counts."""
        return (self.best,) if self.best else ()

    @property
    def scoring(self) -> Scoring | None:
        """How samples are scored, where the networks draw some and somebody wants that."""
        return None

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """What flows into the ``input`` node of each network (``noise`` nodes size themselves)."""
        raise NotImplementedError

    def labels(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """What the Labels of networks are told, by network: none of them anything."""
        return {}

    def built(self, name: str, network: Network, blocks: Mapping[str, Block]) -> Network:
        """Return a network as it is to be built: as it is drawn."""
        return network

    def passed_on(self, network: str, output: Shape) -> Shape:
        """What flows into a network of ``fed_by``, given what leaves the other one: just that."""
        return output

    def view(self, data: Prepared, project: Project) -> Prepared:
        """What of the data it works with: all of it."""
        return data

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """What networks have to end in, by name; those that may end in anything are left out."""
        return {}

    def nearest(self, network: str, output: Shape) -> Shape | None:
        """What a network that may end in many shapes could end in, given one that it must not; or None."""
        return None

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """Whether such data have the targets that this objective learns.

        Those that learn from any data say no: it is asked to tell people which objective is meant.
        """
        return False

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """Say where the networks' output shapes do not fit the data or each other.

        Args:
            project: The whole project.
            data: What the data set looks like.
            outputs: Output shape by network; networks with problems of their own are left out.
        """
        raise NotImplementedError

    def task(self, context: TaskContext) -> Task:
        """Build what trains: modules, losses and metrics (imports torch)."""
        raise NotImplementedError


OBJECTIVES: Catalogue[Objective] = Catalogue("objective", Objective, "engine.objectives")


def objective_of(project: Project) -> type[Objective]:
    """What kind of objective a project has; one with no properties at all where there is no such kind."""
    return OBJECTIVES.entries.get(project.objective.type, Objective)
