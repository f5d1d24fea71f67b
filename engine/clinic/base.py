"""What every ailment declares; :data:`AILMENTS` is the catalogue of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from engine.clinic.chart import Chart
from engine.clinic.figures import Evident
from engine.declare import Catalogue, Declared
from projects.schema import Project
from projects.translation import gettext as _

State = Literal["suspected", "confirmed", "cured"]

Rounds = Annotated[int, Meta(ge=1, le=150)]


@dataclass(frozen=True)
class Breakdown:
    """That a loss was not a number, and the training ended.

    Attributes:
        step: At which step.
        where: Dotted path of the layer that was the first to go; empty where that is not known.
        what: What of it went: ``output`` on the way forward, ``gradient`` on the way back, ``weights`` by the step
            itself, ``loss``, or empty where that is not known.
    """

    step: int
    where: str = ""
    what: str = ""

    @property
    def layer(self) -> str:
        """``network/node`` of the layer that went first; empty where that is not known."""
        return self.where.removeprefix("networks.").replace(".nodes.", "/")


@dataclass(frozen=True)
class Look:
    """What an ailment saw in one round.

    Attributes:
        curve: Name of the curve that says most.
        figure: What was made of it.
        limit: Beyond which figure the training is sick.
        sick: Whether it is.
        well: Whether it is well again: beyond a milder limit, so that a verdict does not flutter.
        sentence: The evidence, with places for its figures; translated when it is shown.
        details: The figures.
        line: Where on the curve itself the limit lies, or None where it is not on that scale.
        rounds: How many rounds were looked at.
        layer: ``network/node`` of the layer that it is about; empty where it is about no single one.
        beside: Name of a curve on the same scale, which says more beside the first one; empty for none.
        measure: Which of :data:`engine.clinic.vitals.MEASURES` of that layer says most, instead of a curve.
    """

    curve: str
    figure: float
    limit: float
    sick: bool
    well: bool
    sentence: str
    details: dict[str, float | str]
    line: float | None = None
    rounds: int = 1
    layer: str = ""
    measure: str = ""
    beside: str = ""

    @property
    def words(self) -> str:
        """The evidence in a sentence, with its figures."""
        figures = {
            name: Evident(value) if isinstance(value, float) else value
            for name, value in self.details.items()
        }
        return _(self.sentence).format(**figures)


@dataclass(frozen=True)
class Verdict:
    """What is known of an ailment after some round.

    Attributes:
        ailment: Its tag.
        state: ``suspected``, ``confirmed`` or ``cured``.
        since: The step at which the suspicion arose.
        step: The step at which the state became this one.
        look: The evidence of the last round in which it was seen.
        window: First and last step of what was looked at then.
    """

    ailment: str
    state: State
    since: int
    step: int
    look: Look = field(repr=False)
    window: tuple[int, int] = (0, 0)


class Ailment(Declared, frozen=True, kw_only=True):
    """Base of every ailment. A round is a look at 25 steps, later in a training at more.

    A training falls ill when :meth:`look` finds it sick in ``patience`` rounds, those in which it is not
    counted against them, and is well again after as many in which it is well.

    Class attributes:
        meaning: What it means, for a student, in two sentences.
        source: Where the theory is.
        remedies: Tags of what helps, the likeliest first; see ``workbench/remedies``.
        brings: Tags of ailments that may come of this one.
        hidden_by: Tags of ailments of which a network is so sick that nobody can tell whether it has this one, too.
        healthy: The evidence in words when all is well, in few words.
    """

    meaning: ClassVar[str] = ""
    source: ClassVar[str] = ""
    remedies: ClassVar[tuple[str, ...]] = ()
    brings: ClassVar[tuple[str, ...]] = ()
    hidden_by: ClassVar[tuple[str, ...]] = ()
    healthy: ClassVar[str] = ""
    texts: ClassVar[tuple[str, ...]] = (*Declared.texts, "meaning", "healthy")

    warm_up: Annotated[
        Rounds, Meta(title="Warm-up", description="Rounds that count for nothing.")
    ] = 8
    patience: Annotated[
        Rounds, Meta(title="Patience", description="Rounds in which it has to be seen.")
    ] = 8

    def concerns(self, project: Project) -> bool:
        """Whether trainings of a project can have it, and theory says by which signs: all of them."""
        return True

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the latest round, or return None where there is nothing to judge by."""
        raise NotImplementedError

    def when_broken(self, breakdown: Breakdown, chart: Chart) -> Look | None:
        """Judge that a loss was not a number, by all that was seen before; None where that says nothing of this ailment."""
        return None


AILMENTS: Catalogue[Ailment] = Catalogue("ailment", Ailment, "engine.clinic.ailments")
