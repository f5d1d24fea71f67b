"""Design and weights of trained networks while they are made smaller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from engine.compression.activation import Activations, Rounded
from engine.compute.compression.grid import Grids, holding
from engine.compute.evaluate import networks, open_on_grids
from engine.compute.modes import same_randomness
from engine.compute.network import GraphModule
from engine.compute.rounding import round_inputs, rules_of
from engine.compute.session import Session, session_of
from engine.runs.stages import Tell, untold
from projects.errors import CompressionError
from projects.schema import Project
from projects.translation import gettext as _

States = Mapping[str, Mapping[str, Tensor]]


@dataclass(frozen=True)
class Model:
    """Design and weights that fit each other.

    Attributes:
        run: The run that it was made of.
        session: That run in memory, with the weights that it hands out: its data, its task.
        project: The design as it is now.
        weights: By network the state of its module, as ``state_dict`` has it, in float32.
        activations: Which numbers may enter the layers whose inputs are rounded.
        grids: On which grid the weights of a parameter lie, for those that do; always true of ``weights``.
        notes: What a person should know of what was done, as sentences.
        tell: Told what is done and which share of it, where that takes a while; raises where it is to end.
        again: By steps the weights of the training that were asked for last, by network; all models of a run share them.
    """

    run: Path
    session: Session
    project: Project
    weights: States
    notes: tuple[str, ...] = ()
    grids: Grids = field(default_factory=dict)
    activations: Activations = field(default_factory=dict)
    tell: Tell = untold
    again: dict[int, States] = field(default_factory=dict, compare=False)

    def with_weights(self, weights: States, *notes: str) -> Model:
        """Return the same design with other weights."""
        return self.with_design(self.project, weights, *notes)

    def with_grids(self, weights: States, grids: Grids, *notes: str) -> Model:
        """Return the same design with weights that lie on grids."""
        made = self.with_weights(weights, *notes)
        names = {*made.grids, *grids}
        return replace(
            made,
            grids={name: {**made.grids.get(name, {}), **grids.get(name, {})} for name in names},
        )

    def with_design(self, project: Project, weights: States, *notes: str) -> Model:
        """Return another design with the weights that fit it."""
        return replace(
            self,
            project=project,
            weights=weights,
            notes=(*self.notes, *notes),
            grids=holding(self.grids, weights),
        )

    @property
    def rounded(self) -> Rounded:
        """How the networks round, for a checkpoint."""
        return Rounded(activations={name: dict(own) for name, own in self.activations.items()})

    def opened(self) -> Session:
        """Return the design in memory with its weights, on the same data.

        Raises:
            ProblemsError: The design cannot work.
            CompressionError: The weights do not fit it.
        """
        with same_randomness(torch.device("cpu")):
            torch.manual_seed(self.project.recipe.seed)
            session = session_of(self.project, self.session.data, torch.device("cpu"))
        for name, module in (*session.task.networks.items(), *session.task.averages().items()):
            try:
                module.load_state_dict(dict(self.weights[name]))
            except (RuntimeError, KeyError) as error:
                raise CompressionError(
                    _("the weights do not fit the new design: {reason}").format(reason=error),
                    where=f"networks.{name}",
                ) from error
            try:
                round_inputs(module, self.activations.get(name, {}))
            except LookupError as error:
                raise CompressionError(
                    _("this takes a layer away whose inputs are quantised."),
                    where=f"networks.{name}",
                    hint=_("Change the design first and quantise last."),
                ) from error
        return session

    def modules(self) -> dict[str, GraphModule]:
        """Return the networks with their weights, in evaluation mode."""
        return networks(self.opened())


def model_of(run: Path) -> Model:
    """Return the networks that a run hands out: its best weights, averages in place of what they average.

    Raises:
        RunError: It is no run, has no whole checkpoint, or learned from other data than there are now.
        DataError: Its data is gone.
    """
    session, grids = open_on_grids(run)
    weights = {
        name: {key: value.clone() for key, value in module.state_dict().items()}
        for name, module in networks(session).items()
    }
    activations = {name: rules_of(module) for name, module in networks(session).items()}
    return Model(
        run,
        session,
        session.project,
        weights,
        grids=holding(grids, weights),
        activations=activations,
    )
