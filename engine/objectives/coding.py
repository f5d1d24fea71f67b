"""What objectives have in common that code examples and decode them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import Objective, Role
from engine.objectives.ends import end_of, squashed_twice
from engine.objectives.recipe import recipe_problems
from projects.errors import Problem, did_you_mean
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.data.prepare import Prepared


class Coding(Objective, frozen=True, kw_only=True):
    """Base of objectives with an encoder and a decoder; targets of the data are not learned."""

    networks: ClassVar[tuple[Role, ...]] = (
        Role("encoder", "Encoder", "Takes an example and gives its code."),
        Role("decoder", "Decoder", "Takes a code and gives an example."),
    )
    fed_by: ClassVar[Mapping[str, str]] = {"decoder": "encoder"}

    anomaly: Annotated[
        str,
        Meta(
            max_length=2000,
            title="Held-out classes",
            description="Anomalies to find: classes or labels, separated by commas, that training and "
            "validation never see and the test part keeps. Nothing: none.",
        ),
    ] = ""

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The encoder takes examples; the decoder takes what the encoder gives."""
        return {"encoder": data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """The decoder ends in an example."""
        return {"decoder": self.decoded(data)}

    def decoded(self, data: DataInfo) -> Shape:
        """What the decoder has to give."""
        return Shape(data.input.dims)

    def view(self, data: Prepared, project: Project) -> Prepared:
        """Everything but the held-out classes, which only the test part keeps."""
        from engine.data.held_out import without

        names = self.anomalies(data.info)
        return without(data, names, project.data.scale) if names else data

    def anomalies(self, data: DataInfo) -> tuple[str, ...]:
        """The held-out classes or labels that are there."""
        from engine.data.held_out import names_in

        known = data.labels or data.classes
        return tuple(name for name in names_in(self.anomaly, known) if name in known)

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """The decoder has to give what the data looks like, and anomalies have to be there."""
        found = [*recipe_problems(project, self), *self._anomaly_problems(data)]
        if data.input.kind != "float":
            message = _("a decoder gives real numbers, and this data set holds indices.")
            hint = _("Choose a data set of numbers or images.")
            return [*found, Problem("data.source", message, hint)]
        decoded, wanted = outputs.get("decoder"), self.decoded(data)
        if decoded is not None and decoded.dims != wanted.dims:
            message = _(
                "the output is {shape}; to decode examples of {data} it has to be {wanted}."
            )
            hint = _("End with layers that give {wanted}.").format(wanted=wanted)
            told = message.format(shape=decoded, data=data.input, wanted=wanted)
            found.append(Problem(end_of(project, "decoder"), told, hint))
        return found

    def _anomaly_problems(self, data: DataInfo) -> list[Problem]:
        from engine.data.held_out import names_in

        known = data.labels or data.classes
        names = names_in(self.anomaly, known)
        if not names:
            return []
        where = "objective.anomaly"
        if not known:
            message = _("this data set has neither classes nor labels that could be held out.")
            return [Problem(where, message, _("Name a column or an array of classes."))]
        for name in names:
            if name not in known:
                message = _("the data set has no class “{name}”.").format(name=name)
                hint = did_you_mean(name, known) or _("There are: {names}.").format(
                    names=", ".join(known[:20])
                )
                return [Problem(where, message, hint)]
        if data.classes and set(names) == set(data.classes):
            message = _("every class is held out; nothing is left to train on.")
            return [Problem(where, message, _("Leave one of them out."))]
        return []


def range_problems(data: DataInfo) -> list[Problem]:
    """Say that values which a Bernoulli variable could not have do not suit its likelihood."""
    if data.input.kind != "float" or (data.low >= 0 and data.high <= 1):
        return []
    message = _("the values go from {low:.3g} to {high:.3g}; this error needs them from 0 to 1.")
    hint = _("Choose the scaling “zero to one”, or another error.")
    return [Problem("data.scale", message.format(low=data.low, high=data.high), hint)]


def raw_end_problems(project: Project) -> list[Problem]:
    """Warn of a sigmoid at the end of a decoder whose output is squashed by the loss."""
    hint = _("Remove this layer: squashed twice, the decoder learns little.")
    words = {"sigmoid": (_("the loss takes raw numbers and applies the sigmoid itself."), hint)}
    return squashed_twice(project, "decoder", words)
