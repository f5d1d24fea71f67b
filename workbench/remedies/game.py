"""Remedies that change the game: its loss, its penalties, its tricks."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.adversarial.base import ADVERSARIAL
from projects.schema import Project
from projects.translation import N_
from workbench.remedies.base import (
    Remedy,
    plugs,
    setting,
    type_of,
    with_plugs,
    with_setting,
)

Plain = dict[str, Any]


class _Loss(Remedy, frozen=True):
    """Another adversarial loss.

    Class attributes:
        loss: Its tag.
    """

    loss: ClassVar[str] = ""

    def apply(self, project: Project) -> Project:
        """Change the loss, nothing else."""
        if type_of(project, "loss") == self.loss or self.loss not in ADVERSARIAL:
            return project
        return with_setting(project, "loss", {"type": self.loss})


class NonSaturatingLoss(_Loss, frozen=True, tag="non_saturating_loss"):
    """The generator's loss whose slope stays where the discriminator is sure. Goodfellow et al. 2014."""

    title: ClassVar[str] = N_("Use the non-saturating loss")
    why: ClassVar[str] = N_("Its gradient stays large where the discriminator is sure of itself.")
    loss: ClassVar[str] = "non_saturating"


class RelativisticLoss(_Loss, frozen=True, tag="relativistic_loss"):
    """Judges pairs of a real and a generated example. Jolicoeur-Martineau 2018; Huang et al. 2024."""

    title: ClassVar[str] = N_("Use the relativistic loss")
    why: ClassVar[str] = N_(
        "Each generated example is judged beside a real one, which leaves no gain in dropping modes."
    )
    loss: ClassVar[str] = "relativistic_paired"


class _Added(Remedy, frozen=True):
    """More in a list of the objective.

    Class attributes:
        where: Name of the list.
        added: What is added, as in a project file.
    """

    where: ClassVar[str] = ""
    added: ClassVar[tuple[Plain, ...]] = ()

    def apply(self, project: Project) -> Project:
        """Add what is not there yet."""
        return with_plugs(project, self.where, *self.added)


class AddR1(_Added, frozen=True, tag="r1"):
    """Flattens the discriminator around real examples. Mescheder et al. 2018."""

    title: ClassVar[str] = N_("Add R1")
    why: ClassVar[str] = N_(
        "It keeps the discriminator flat around real examples, so that it can't be too sure."
    )
    where: ClassVar[str] = "penalties"
    added: ClassVar[tuple[Plain, ...]] = ({"type": "r1", "weight": 0.1},)


class AddR1R2(_Added, frozen=True, tag="r1_r2"):
    """Flattens the discriminator around both kinds of examples. Huang et al. 2024 (R3GAN)."""

    title: ClassVar[str] = N_("Add R1 and R2")
    why: ClassVar[str] = N_(
        "A discriminator that is flat on both kinds of examples makes the game converge."
    )
    where: ClassVar[str] = "penalties"
    added: ClassVar[tuple[Plain, ...]] = (
        {"type": "r1", "weight": 0.1},
        {"type": "r2", "weight": 0.1},
    )


class AddGradientPenalty(_Added, frozen=True, tag="gradient_penalty"):
    """Holds a critic to slope 1. Gulrajani et al. 2017 (WGAN-GP)."""

    title: ClassVar[str] = N_("Add a gradient penalty")
    why: ClassVar[str] = N_("A critic without a bound on its slope grows without end.")
    where: ClassVar[str] = "penalties"
    added: ClassVar[tuple[Plain, ...]] = ({"type": "gradient_penalty"},)

    def apply(self, project: Project) -> Project:
        """Only where the loss asks for a bounded slope and nothing bounds it."""
        loss = ADVERSARIAL.entries.get(type_of(project, "loss"))
        if loss is None or not getattr(loss, "bounded", False) or plugs(project, "penalties"):
            return project
        return super().apply(project)


class AddInstanceNoise(_Added, frozen=True, tag="instance_noise"):
    """Noise on what the discriminator sees. Sønderby et al. 2017."""

    title: ClassVar[str] = N_("Add instance noise")
    why: ClassVar[str] = N_(
        "Noise on all examples lets the two kinds overlap, so that neither side wins at once."
    )
    where: ClassVar[str] = "tricks"
    added: ClassVar[tuple[Plain, ...]] = ({"type": "instance_noise"},)


class AddLabelSmoothing(_Added, frozen=True, tag="label_smoothing"):
    """Real examples count as 0.9. Salimans et al. 2016."""

    title: ClassVar[str] = N_("Smooth the labels of real examples")
    why: ClassVar[str] = N_("The discriminator gains nothing by being surer than 90 %.")
    where: ClassVar[str] = "tricks"
    added: ClassVar[tuple[Plain, ...]] = ({"type": "label_smoothing"},)


class AddPacking(_Added, frozen=True, tag="packing"):
    """The discriminator judges two examples at once. Lin et al. 2018 (PacGAN)."""

    title: ClassVar[str] = N_("Pack two examples")
    why: ClassVar[str] = N_("A discriminator that sees two at once notices when they are alike.")
    where: ClassVar[str] = "tricks"
    added: ClassVar[tuple[Plain, ...]] = ({"type": "packing"},)


class AddAugmentation(_Added, frozen=True, tag="diff_augment"):
    """Real and generated images are changed alike. Zhao et al. 2020."""

    title: ClassVar[str] = N_("Augment what the discriminator sees")
    why: ClassVar[str] = N_(
        "It never sees the same image twice, so that there is nothing to learn by heart."
    )
    where: ClassVar[str] = "tricks"
    added: ClassVar[tuple[Plain, ...]] = ({"type": "diff_augment"},)


class AverageGenerator(Remedy, frozen=True, tag="ema"):
    """Shows a moving average of the generator. Yazıcı et al. 2019."""

    title: ClassVar[str] = N_("Average the generator")
    why: ClassVar[str] = N_(
        "The average of its weights stands still where the generator itself circles."
    )

    def apply(self, project: Project) -> Project:
        """Where there is no average yet."""
        return project if setting(project, "ema") else with_setting(project, "ema", 0.999)


class MoreCriticSteps(Remedy, frozen=True, tag="more_critic_steps"):
    """Five updates of the discriminator for one of the generator. Arjovsky et al. 2017."""

    title: ClassVar[str] = N_("Five discriminator steps a step")
    why: ClassVar[str] = N_(
        "A discriminator that is nearer to its best answer has a better gradient to give."
    )

    def apply(self, project: Project) -> Project:
        """Where it makes fewer."""
        fewer = int(setting(project, "critic_steps") or 1) < 5
        return with_setting(project, "critic_steps", 5) if fewer else project


class OneCriticStep(Remedy, frozen=True, tag="one_critic_step"):
    """One update of the discriminator for one of the generator."""

    title: ClassVar[str] = N_("One discriminator step a step")
    why: ClassVar[str] = N_("It has been given more steps than the generator can answer.")

    def apply(self, project: Project) -> Project:
        """Where it makes more."""
        more = int(setting(project, "critic_steps") or 1) > 1
        return with_setting(project, "critic_steps", 1) if more else project
