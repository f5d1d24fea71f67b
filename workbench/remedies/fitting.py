"""Remedies in the recipe and the objective of networks that learn from examples."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from projects.schema import EarlyStopping, Plug, Project
from projects.translation import N_
from workbench.remedies.base import (
    Remedy,
    has,
    optimizer_of,
    rounded,
    setting,
    value_of,
    with_everyones,
    with_recipe,
    with_setting,
)

VALIDATION = "validation_loss"
MOST_DECAY = 0.1
DECOUPLED = (
    "adamw",
)  # rules whose decay is not rescaled by the gradient, so that it takes more of it


class StopEarly(Remedy, frozen=True, tag="stop_early"):
    """Ends a training that gets no better. Prechelt 1998, *Early stopping – but when?*."""

    title: ClassVar[str] = N_("Stop early")
    why: ClassVar[str] = N_(
        "The training ends after ten evaluations without a better one, and the best weights are kept."
    )

    def apply(self, project: Project) -> Project:
        """Where there is a validation part to watch and nothing stops yet."""
        if project.recipe.early_stopping is not None or not project.data.split.validation:
            return project
        return with_recipe(project, early_stopping=EarlyStopping(metric=VALIDATION, patience=10))


class DecayWeights(Remedy, frozen=True, tag="decay_weights"):
    """Pulls weights towards 0. Krogh & Hertz 1992, *A simple weight decay can improve generalization*."""

    title: ClassVar[str] = N_("More weight decay")
    why: ClassVar[str] = N_(
        "Weights that are pulled towards 0 stay large only for what many examples agree on. Ten times what there is, "
        "0.1 at most; where there is none, 0.001, and 0.05 for AdamW."
    )

    def apply(self, project: Project) -> Project:
        """Ten times the decay that is there, up to a bound; where there is none, a little."""
        values = {}
        for network in project.networks:
            if has(project, network, "weight_decay"):
                now = value_of(project, network, "weight_decay")
                first = 0.05 if optimizer_of(project, network).type in DECOUPLED else 1e-3
                wanted = min(MOST_DECAY, rounded(10 * now) if now else first)
                if wanted > now:
                    values[network] = wanted
        return with_everyones(project, "weight_decay", values) if values else project


class MoreEpochs(Remedy, frozen=True, tag="more_epochs"):
    """Lets a training go on for longer."""

    title: ClassVar[str] = N_("Train twice as long")
    why: ClassVar[str] = N_("What has not come to an end may only need more steps.")

    def apply(self, project: Project) -> Project:
        """Twice the epochs, and twice the steps at most."""
        recipe = project.recipe
        longer = {
            name: 2 * value
            for name, value in (("epochs", recipe.epochs), ("max_steps", recipe.max_steps))
            if value is not None
        }
        return with_recipe(project, **longer) if longer else project


class _Scheduled(Remedy, frozen=True):
    """Another schedule in the place of a constant rate.

    Class attributes:
        schedule: Which, as in a project file.
    """

    schedule: ClassVar[Plug] = Plug("constant")

    def apply(self, project: Project) -> Project:
        """Where the rate is constant; a warm-up stays."""
        before = project.recipe.schedule
        if before.type != "constant":
            return project
        schedule = Plug(self.schedule.type, {**before.params, **self.schedule.params})
        return with_recipe(project, schedule=schedule)


class LowerOnPlateau(_Scheduled, frozen=True, tag="lower_on_plateau"):
    """Lowers the rate whenever the validation loss stands still."""

    title: ClassVar[str] = N_("Lower the rate on a plateau")
    why: ClassVar[str] = N_(
        "After more than five evaluations without progress the learning rate falls to 30 %: smaller steps settle."
    )
    schedule: ClassVar[Plug] = Plug("plateau", {"gamma": 0.3})

    def apply(self, project: Project) -> Project:
        """Where there is a validation part to watch."""
        return super().apply(project) if project.data.split.validation else project


class CosineSchedule(_Scheduled, frozen=True, tag="cosine_schedule"):
    """Lets the rate fall to 0 by the end. Loshchilov & Hutter 2017, *SGDR*."""

    title: ClassVar[str] = N_("Let the rate fall to 0")
    why: ClassVar[str] = N_(
        "Large steps find the way in the beginning, small ones settle in the end."
    )
    schedule: ClassVar[Plug] = Plug("cosine")


class SmoothLabels(Remedy, frozen=True, tag="smooth_labels"):
    """A tenth of each target belongs to all classes. Szegedy et al. 2016; Lukasik et al. 2020."""

    title: ClassVar[str] = N_("Smooth the labels")
    why: ClassVar[str] = N_(
        "A network that need not be sure is less misled by a label that is wrong."
    )

    def apply(self, project: Project) -> Project:
        """Where labels are not smoothed and the loss is not focal."""
        if setting(project, "label_smoothing") or setting(project, "focal"):
            return project
        return with_setting(project, "label_smoothing", 0.1)


class ClassWeights(Remedy, frozen=True, tag="class_weights"):
    """Mistakes cost more the rarer a class is. King & Zeng 2001, *Logistic regression in rare events data*."""

    title: ClassVar[str] = N_("Let rare classes count more")
    why: ClassVar[str] = N_("With balanced weights every class counts as much as any other.")

    def apply(self, project: Project) -> Project:
        """Where classes, or labels, have no weights yet."""
        for name in ("class_weights", "positive_weights"):
            if setting(project, name) == "none":
                project = with_setting(project, name, "balanced")
        return project


class FocalLoss(Remedy, frozen=True, tag="focal_loss"):
    """The loss turns to hard examples. Lin et al. 2017, *Focal loss for dense object detection*."""

    title: ClassVar[str] = N_("Use the focal loss")
    why: ClassVar[str] = N_(
        "Examples that are right already count little, which leaves room for rare ones."
    )

    def apply(self, project: Project) -> Project:
        """Where labels are not smoothed."""
        if setting(project, "label_smoothing") or setting(project, "focal"):
            return project
        return with_setting(project, "focal", 2.0)


class _Split(Remedy, frozen=True):
    """Deals examples in another way.

    Class attributes:
        choice: Which setting of the split is switched on.
    """

    choice: ClassVar[str] = ""

    def apply(self, project: Project) -> Project:
        """Where it is off."""
        data = project.data
        changes: dict[str, Any] = {self.choice: True}
        split = msgspec.structs.replace(data.split, **changes)
        if split == data.split:
            return project
        return msgspec.structs.replace(project, data=msgspec.structs.replace(data, split=split))


class StratifySplit(_Split, frozen=True, tag="stratify_split"):
    """Keeps the share of every class in every part. Kohavi 1995."""

    title: ClassVar[str] = N_("Keep each class’s share in every part")
    why: ClassVar[str] = N_("Else chance may leave a part without a rare class.")
    choice: ClassVar[str] = "stratify"


class OnlyNew(_Split, frozen=True, tag="only_new"):
    """Takes examples out of validation and test that are in training too."""

    title: ClassVar[str] = N_("Keep only new examples for validation and test")
    why: ClassVar[str] = N_("What is known by heart tells nothing of what was learned.")
    choice: ClassVar[str] = "only_new"


class _Augmented(Remedy, frozen=True):
    """One more random change of training examples.

    Class attributes:
        added: Which, as in a project file.
    """

    added: ClassVar[Plug] = Plug("")

    def apply(self, project: Project) -> Project:
        """Where it is not there yet."""
        data = project.data
        if any(plug.type == self.added.type for plug in data.augment):
            return project
        changed = msgspec.structs.replace(data, augment=(*data.augment, self.added))
        return msgspec.structs.replace(project, data=changed)


class ShiftImages(_Augmented, frozen=True, tag="shift_images"):
    """Shifts images a little at random. Krizhevsky et al. 2012."""

    title: ClassVar[str] = N_("Shift images by up to 2 pixels at random")
    why: ClassVar[str] = N_("The network never sees quite the same image twice.")
    added: ClassVar[Plug] = Plug("random_crop", {"padding": 2})


class MixExamples(_Augmented, frozen=True, tag="mix_examples"):
    """Mixes pairs of examples and their classes. Zhang et al. 2018, *mixup*, section 3.4 for wrong labels."""

    title: ClassVar[str] = N_("Mix pairs of examples (mixup)")
    why: ClassVar[str] = N_(
        "Between two examples the answer has to change evenly: hard to learn by heart."
    )
    added: ClassVar[Plug] = Plug("mixup")


class NoisyInputs(_Augmented, frozen=True, tag="noisy_inputs"):
    """Adds noise to the inputs. Bishop 1995, *Training with noise is equivalent to Tikhonov regularization*."""

    title: ClassVar[str] = N_("Add noise to the inputs")
    why: ClassVar[str] = N_("An answer that changes with every little noise is of no use any more.")
    added: ClassVar[Plug] = Plug("add_noise")
