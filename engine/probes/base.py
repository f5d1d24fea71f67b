"""What every probe declares; :data:`PROBES` is the catalogue of them.

A probe looks at a training and gives pictures of a stream that a panel shows. It never changes what
it looks at: no weight, no gradient, no random state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.declare import Catalogue, Declared
from engine.objectives.base import objective_of
from projects.schema import Plug, Project

if TYPE_CHECKING:
    from engine.compute.learner import Learner
    from engine.compute.task import Evaluation, Pictures, Task

Rate = Annotated[
    float,
    Meta(
        gt=0,
        le=60,
        title="Pictures a second",
        description="At most; fewer when looking is dear.",
    ),
]


class Gauge:
    """A probe at work in one training. The loop calls it at the moments that have names.

    Class attributes:
        of_steps: Whether it has to see a step being made; else it can look at any time.

    Attributes:
        task: What is being trained.
        listened: Seconds of the step in progress that it took by what it has attached to networks.
    """

    of_steps: ClassVar[bool] = False

    def __init__(self, task: Task) -> None:
        self.task = task
        self.listened = 0.0

    def before_step(self) -> None:
        """A step begins that this gauge has asked to see."""

    def after_backward(self, learner: Learner, step: int) -> None:
        """The gradient of a network is complete; its weights have not moved yet."""

    def after_update(self, learner: Learner) -> None:
        """The weights of a network have moved."""

    def after_step(self) -> Pictures | None:
        """The step is over; return a picture, or None when there is none."""
        return None

    def abandon(self) -> None:
        """The step was cut short; let go of whatever was attached to the network."""

    def evaluated(self, evaluation: Evaluation) -> Pictures | None:
        """An evaluation is over; return a picture of it, or None."""
        return None

    def subject(self) -> Pictures | None:
        """Return what its pictures are about; asked for once, when the first of them is there."""
        return None


class Probe(Declared, frozen=True, kw_only=True):
    """Base of every probe.

    Class attributes:
        stream: Name of the stream that panels ask for.
        of_evaluations: Whether it looks at evaluations and not at steps.
        subject: Name of the stream of what its pictures are about, which is told once; empty for none.
    """

    stream: ClassVar[str] = ""
    of_evaluations: ClassVar[bool] = False
    subject: ClassVar[str] = ""

    rate: Rate = 2.0

    @classmethod
    def always(cls, project: Project) -> bool:
        """Whether every training of a project has it, named or not, for what its networks are made of."""
        return False

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        raise NotImplementedError


PROBES: Catalogue[Probe] = Catalogue("probe", Probe, "engine.probes")


def probes_of(project: Project) -> tuple[Plug, ...]:
    """Return the probes of a project: those that it names, and those that its kind always has."""
    named = {plug.type for plug in project.probes}
    fitting = (cls.tag() for cls in PROBES if cls.always(project))
    always = dict.fromkeys((*objective_of(project).probes, *fitting))
    return (*project.probes, *(Plug(tag) for tag in always if tag not in named))
