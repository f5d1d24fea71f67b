"""Remedies that change how fast the networks learn."""

from __future__ import annotations

from typing import ClassVar

from engine.objectives.base import objective_of
from engine.optimizers.base import OPTIMIZERS
from projects.schema import Plug, Project
from projects.translation import N_
from workbench.remedies.base import (
    Pace,
    Remedy,
    has,
    rounded,
    usual_of,
    value_of,
    with_everyones,
    with_optimizer,
    with_recipe,
)

LEAST, MOST = 1e-7, 0.1
MOST_LEFT = 1.0  # more than that left of a rate is no cure
WARM_UP = 200  # steps


class _Paced(Remedy, frozen=True):
    """Multiplies learning rates.

    Class attributes:
        networks: Whose; ``generator`` is whatever makes examples; empty: everybody's.
        factor: By what.
    """

    networks: ClassVar[tuple[str, ...]] = ()
    factor: ClassVar[float] = 1.0

    def apply(self, project: Project) -> Project:
        """Multiply all of these rates, or none: what the title says can't be done by halves."""
        most = MOST if self.factor > 1 else MOST_LEFT
        rates = {
            network: rounded(value_of(project, network, "lr") * self.factor)
            for network in self._there(project)
        }
        if not all(LEAST <= rate <= most for rate in rates.values()):
            return project
        return _with_rates(project, rates)

    def pace(self, project: Project) -> Pace | None:
        """The same factor on the present rates."""
        there = self._there(project)
        everybody = set(there) == set(project.networks)
        if not there or not (everybody or len(there) == 1):
            return None
        return Pace("" if everybody else there[0], self.factor)

    def _there(self, project: Project) -> list[str]:
        maker = objective_of(project).generator
        names = [maker if name == "generator" else name for name in self.networks]
        names = names or list(project.networks)
        return [n for n in names if n in project.networks and has(project, n, "lr")]


def _with_rates(project: Project, rates: dict[str, float]) -> Project:
    """The project with other learning rates; the optimiser of one network among several becomes its own."""
    if rates.keys() == project.networks.keys():
        return with_everyones(project, "lr", rates)
    for network, rate in rates.items():
        project = with_optimizer(project, network, lr=rate)
    return project


class SlowerDiscriminator(_Paced, frozen=True, tag="slower_discriminator"):
    """The discriminator learns at a quarter of its rate."""

    title: ClassVar[str] = N_("Slow the discriminator down")
    why: ClassVar[str] = N_(
        "At a quarter of its learning rate it leaves the generator time to follow."
    )
    networks: ClassVar[tuple[str, ...]] = ("discriminator",)
    factor: ClassVar[float] = 0.25


class FasterDiscriminator(_Paced, frozen=True, tag="faster_discriminator"):
    """The discriminator learns at ten times its rate."""

    title: ClassVar[str] = N_("Let the discriminator learn faster")
    why: ClassVar[str] = N_(
        "At ten times its learning rate it has something to tell the generator."
    )
    networks: ClassVar[tuple[str, ...]] = ("discriminator",)
    factor: ClassVar[float] = 10.0


class SlowerGenerator(_Paced, frozen=True, tag="slower_generator"):
    """The generator learns at a quarter of its rate."""

    title: ClassVar[str] = N_("Slow the generator down")
    why: ClassVar[str] = N_(
        "At a quarter of its learning rate it can't run to one spot before the discriminator answers."
    )
    networks: ClassVar[tuple[str, ...]] = ("generator",)
    factor: ClassVar[float] = 0.25


class SlowerBoth(_Paced, frozen=True, tag="slower_both"):
    """Everybody learns at a tenth of the rate."""

    title: ClassVar[str] = N_("Lower the learning rates tenfold")
    why: ClassVar[str] = N_("Smaller steps do not overshoot.")
    factor: ClassVar[float] = 0.1


class UsualRate(Remedy, frozen=True, tag="usual_rate"):
    """A rate that is beyond all measure goes back to the one that its optimiser has by itself."""

    title: ClassVar[str] = N_("Use the optimiser’s usual learning rate")
    why: ClassVar[str] = N_(
        "With a rate this far above it every step overshoots. It is 0.001 for Adam, 0.1 for SGD, and a place to begin."
    )

    def apply(self, project: Project) -> Project:
        """Where even a tenth of a rate is more than the usual one."""
        usual = {
            network: usual_of(project, network, "lr")
            for network in project.networks
            if has(project, network, "lr")
        }
        rates = {
            network: rate
            for network, rate in usual.items()
            if value_of(project, network, "lr") > 10 * rate
        }
        return with_everyones(project, "lr", rates) if rates else project


class FasterLearning(_Paced, frozen=True, tag="faster_learning"):
    """Everybody learns at three times the rate."""

    title: ClassVar[str] = N_("Raise the learning rate threefold")
    why: ClassVar[str] = N_("Larger steps get farther, as long as the loss still falls with them.")
    factor: ClassVar[float] = 3.0


class FasterAll(_Paced, frozen=True, tag="faster_all"):
    """Everybody learns at ten times the rate."""

    title: ClassVar[str] = N_("Raise the learning rate tenfold")
    why: ClassVar[str] = N_("Steps that are too small only cost time.")
    factor: ClassVar[float] = 10.0


class MuchFasterAll(_Paced, frozen=True, tag="much_faster_all"):
    """Everybody learns at a thousand times the rate."""

    title: ClassVar[str] = N_("Raise the learning rate a thousandfold")
    why: ClassVar[str] = N_(
        "Where weights move by a millionth a step, tenfold is still far too little."
    )
    factor: ClassVar[float] = 1000.0


class AdamInstead(Remedy, frozen=True, tag="adam_instead"):
    """Steps whose size doesn't depend on the gradient's. Kingma & Ba 2015, *Adam*."""

    title: ClassVar[str] = N_("Use Adam, with its usual learning rate")
    why: ClassVar[str] = N_(
        "It divides by the size of the gradients, so that every weight moves by about the learning rate, 0.001. It takes the "
        "place of SGD, whose weight decay stays."
    )

    def apply(self, project: Project) -> Project:
        """Where networks learn by plain gradient descent: by the common optimiser, or by their own."""
        recipe = project.recipe
        own = {network: _as_adam(plug) for network, plug in recipe.optimizers.items()}
        shared = recipe.optimizer
        if project.networks.keys() - own.keys():
            shared = _as_adam(shared)
        if (own, shared) == (recipe.optimizers, recipe.optimizer):
            return project
        return with_recipe(project, optimizers=own, optimizer=shared)


def _as_adam(plug: Plug) -> Plug:
    if plug.type != "sgd":
        return plug
    kept = {name: plug.params[name] for name in ("weight_decay",) if plug.params.get(name)}
    return Plug("adam", {"lr": OPTIMIZERS.make("adam", {}).lr, **kept})


class WarmUpRate(Remedy, frozen=True, tag="warm_up_rate"):
    """A rate that rises from 0 first. Goyal et al. 2017, *Accurate, large minibatch SGD*, section 2.2."""

    title: ClassVar[str] = N_("Warm the learning rate up over 200 steps")
    why: ClassVar[str] = N_("The first steps, when gradients are largest, are small ones then.")

    def apply(self, project: Project) -> Project:
        """Give the schedule a beginning of 200 steps, where it has none."""
        schedule = project.recipe.schedule
        if schedule.params.get("warmup"):
            return project
        made = Plug(schedule.type, {**schedule.params, "warmup": WARM_UP})
        return with_recipe(project, schedule=made)


class GoBackOnce(Remedy, frozen=True, tag="go_back_once"):
    """Goes back to the last checkpoint once, with a tenth of the rate."""

    title: ClassVar[str] = N_("Go back once when a loss is not a number")
    why: ClassVar[str] = N_(
        "The training then goes on from its last checkpoint with a tenth of the learning rate."
    )

    def apply(self, project: Project) -> Project:
        """Where it stops."""
        return (
            project if project.recipe.on_nan != "stop" else with_recipe(project, on_nan="roll_back")
        )


class TwoTimescales(Remedy, frozen=True, tag="ttur"):
    """The discriminator learns at four times the generator's rate. Heusel et al. 2017 (TTUR)."""

    title: ClassVar[str] = N_("Two time scales (TTUR)")
    why: ClassVar[str] = N_(
        "A discriminator at four times the generator's rate stays near its best answer; such games converge."
    )

    def apply(self, project: Project) -> Project:
        """Set the discriminator's rate by the generator's."""
        both = (objective_of(project).generator, "discriminator")
        if not all(n in project.networks and has(project, n, "lr") for n in both):
            return project
        rate = rounded(4 * value_of(project, both[0], "lr"))
        if value_of(project, "discriminator", "lr") >= rate or rate > MOST:
            return project
        return with_optimizer(project, "discriminator", lr=rate)


class LessMomentum(Remedy, frozen=True, tag="less_momentum"):
    """Both players forget the direction that they came from."""

    title: ClassVar[str] = N_("Take the momentum away")
    why: ClassVar[str] = N_(
        "Momentum drives two players round each other; without it the circles damp."
    )

    def apply(self, project: Project) -> Project:
        """Set β₁ or the momentum of every network to 0."""
        for name in ("beta1", "momentum"):
            there = {
                network: 0.0
                for network in project.networks
                if has(project, network, name) and value_of(project, network, name)
            }
            if there:
                project = with_everyones(project, name, there)
            if there and name == "momentum":  # Nesterov's variant needs one
                ahead = {network: False for network in there if has(project, network, "nesterov")}
                project = with_everyones(project, "nesterov", ahead)
        return project
