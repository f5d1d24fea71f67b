"""Learning from a teacher: a trained run whose answers a new training learns beside the truth.

Hinton, Vinyals & Dean 2015, Distilling the Knowledge in a Neural Network, section 2: logits of both are divided by a
temperature T, and as gradients of that shrink with 1/T², their part of the loss is multiplied by T². The teacher
comes from who starts the training, never from a project: a run keeps a copy of it, so that it can be resumed
and repeated when the teacher's run is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax, logsigmoid

from engine.compute import checkpoint
from engine.compute.evaluate import networks, open_run
from engine.compute.keys import below
from engine.compute.modes import same_randomness
from engine.compute.network import GraphModule, build_all
from engine.compute.session import Session
from engine.objectives.base import OBJECTIVES
from engine.runs.folder import RunFolder
from projects.errors import ProblemsError, ProjectError, RunError
from projects.files import load, save
from projects.schema import Distillation, Project
from projects.translation import gettext as _

PROJECT, WEIGHTS = "project.yaml", "weights.safetensors"
PLACE = "recipe.distillation"

Answers = Callable[[Mapping[str, GraphModule], Tensor], Tensor]


@dataclass(frozen=True)
class Teacher:
    """A trained run as far as it teaches.

    Attributes:
        name: Of its folder.
        project: What it was trained from.
        weights: Of its networks, by ``<network>.<parameter>``: what it hands out.
    """

    name: str
    project: Project
    weights: Mapping[str, Tensor]


def teacher_from(run: Path) -> Teacher:
    """Return a run as a teacher: its best weights, averages in place of what they average.

    Raises:
        RunError: It is no run, or has no whole checkpoint.
        DataError: Its data is gone.
    """
    session = open_run(run)
    weights = {
        f"{name}.{key}": tensor.clone()
        for name, module in networks(session).items()
        for key, tensor in module.state_dict().items()
    }
    return Teacher(run.name, session.project, weights)


def teacher_of(run: Path) -> Teacher | None:
    """Return the teacher of which a run keeps a copy; None where it has none.

    Raises:
        RunError: The copy is damaged.
    """
    folder = RunFolder(run).teacher
    project, weights = folder / PROJECT, folder / WEIGHTS
    if not project.is_file():
        return None
    if any(path.is_symlink() for path in (folder, project, weights)):
        raise RunError(_("what is kept of the teacher is a link."), where=str(folder))
    try:
        taught = load(project).project
    except ProjectError as error:
        raise RunError(_("what is kept of the teacher is damaged."), where=str(project)) from error
    return Teacher(taught.name, taught, checkpoint.load_tensors(weights))


def keep(teacher: Teacher, run: Path) -> None:
    """Write a copy of a teacher into a run folder.

    Raises:
        FileError: It cannot be written.
    """
    folder = RunFolder(run).teacher
    folder.mkdir(exist_ok=True)
    checkpoint.write_tensors(folder / WEIGHTS, teacher.weights)
    save(teacher.project, folder / PROJECT)


class Teaching:
    """The part of a loss that the answers of a teacher make.

    Args:
        rule: Temperature, and the teacher's share.
        kind: What answers are; see :attr:`engine.objectives.base.Objective.taught`.
        taught_by: The networks of the teacher, which are not changed.
        answers: How a task answers for inputs.
    """

    def __init__(
        self,
        rule: Distillation,
        kind: str,
        taught_by: Mapping[str, GraphModule],
        answers: Answers,
    ) -> None:
        self._rule = rule
        self._kind = kind
        self._networks = taught_by
        self._answers = answers

    def mixed(
        self, own: Tensor, given: Tensor, inputs: Tensor, there: Tensor | None = None
    ) -> Tensor:
        """Return the loss of both, a scalar.

        Args:
            own: What the objective says by itself, a scalar.
            given: What was answered, ``(examples, …)``; of classes, logits in the last dimension.
            inputs: What it was answered to, as the network got it.
            there: Which answers count, for those that do not all; ``(examples, …)``, bool.
        """
        with torch.no_grad():
            wanted = self._answers(self._networks, inputs).float()
        mix = self._rule.mix
        return (1 - mix) * own + mix * self.distance(given.float(), wanted, there)

    def distance(self, given: Tensor, wanted: Tensor, there: Tensor | None = None) -> Tensor:
        """Return how far answers are from those of the teacher, averaged over all that count.

        Args:
            given: What was answered.
            wanted: What the teacher answers, in the same shape.
            there: Which answers count.
        """
        heat = self._rule.temperature
        if self._kind == "numbers":
            return (given - wanted).square().mean()
        if self._kind == "labels":
            each = _binary(given / heat, wanted / heat)
        else:
            student, teacher = (log_softmax(some / heat, dim=-1) for some in (given, wanted))
            each = kl_div(student, teacher, reduction="none", log_target=True).sum(dim=-1)
        if there is not None:
            return heat**2 * (each * there).sum() / there.sum().clamp(min=1)
        return heat**2 * each.mean()


def _binary(given: Tensor, wanted: Tensor) -> Tensor:
    """The divergence of yes and no from what the teacher says, of logits."""
    yes = wanted.sigmoid() * (logsigmoid(wanted) - logsigmoid(given))
    return yes + (-wanted).sigmoid() * (logsigmoid(-wanted) - logsigmoid(-given))


def need_teacher(project: Project, teacher: Teacher | None) -> None:
    """Refuse a training without the teacher that its recipe wants, and one that does not want the one it has.

    Raises:
        ProjectError: It is so.
    """
    wanted = project.recipe.distillation is not None
    if wanted and teacher is None:
        raise ProjectError(
            _("this training learns from a trained run, and none was given."),
            where=PLACE,
            hint=_("Name it: --teacher RUN. Or switch distillation off."),
        )
    if teacher is not None and not wanted:
        raise ProjectError(
            _("a teacher was given, and the recipe does not say how to learn from it."),
            where=PLACE,
            hint=_("Set recipe.distillation.temperature, or train without a teacher."),
        )


def without_teacher(project: Project) -> Project:
    """Return a project that learns from the truth alone, for what only measures how it works."""
    recipe = msgspec.structs.replace(project.recipe, distillation=None)
    return msgspec.structs.replace(project, recipe=recipe)


def teaching_of(session: Session, teacher: Teacher | None) -> Teaching | None:
    """Return what a training learns from a teacher; None for one without.

    Args:
        session: The training's project in memory.
        teacher: Who teaches.

    Raises:
        ProblemsError: A teacher is needed, is not, or does not fit.
    """
    need_teacher(session.project, teacher)
    rule = session.project.recipe.distillation
    if rule is None or teacher is None:
        return None
    _need_same_task(session.project, teacher.project)
    with same_randomness(session.device):
        found = _built(session, teacher)
    answering = list(found)[-1]  # of an autoencoder the decoder: codes may differ
    own, theirs = session.task.networks[answering].out_shape, found[answering].out_shape
    if own != theirs:
        raise ProjectError(
            _("it answers with {own}, and its teacher with {theirs}.").format(
                own=own, theirs=theirs
            ),
            where=f"networks.{answering}",
            hint=_("Let the last layers give the same."),
        )
    for module in found.values():
        module.to(session.device).eval().requires_grad_(False)
    return Teaching(rule, session.objective.taught, found, session.task.answers_of)


def _need_same_task(own: Project, theirs: Project) -> None:
    """Objective, data and their parts have to be the same: else answers mean something else."""
    mine, other = (OBJECTIVES.make_plug(p.objective, "objective") for p in (own, theirs))
    same = type(mine) is type(other) and (mine.taught != "numbers" or mine == other)
    if not same:
        raise ProjectError(
            _("the teacher was trained for another objective, or with other settings of it."),
            where="objective",
            hint=_("Choose a teacher with the same objective."),
        )
    for name in ("source", "scale", "split"):
        if getattr(own.data, name) != getattr(theirs.data, name):
            raise ProjectError(
                _("the teacher was trained on other data, or on other parts of them."),
                where=f"data.{name}",
                hint=_("Set it as the teacher has it."),
            )


def _built(session: Session, teacher: Teacher) -> dict[str, GraphModule]:
    """The networks of a teacher for the data of a training."""
    try:
        found = build_all(teacher.project, session.data.info)
        for name, module in found.items():
            module.load_state_dict(below(f"{name}.", teacher.weights))
    except (ProblemsError, RuntimeError) as error:
        raise RunError(
            _("the networks of the teacher do not fit its weights or these data."),
            where=PLACE,
            hint=_("Choose another run as the teacher."),
        ) from error
    return found
