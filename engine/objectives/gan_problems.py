"""Where networks, data and recipe do not fit an adversarial game, and its choices do not fit each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from engine.adversarial.choices import Choices
from engine.blocks import unfold
from engine.data.base import DataInfo
from engine.declare import Declared
from engine.layers.base import Shape
from engine.objectives.ends import end_of, squashed_twice
from engine.optimizers.base import OPTIMIZERS
from projects.errors import Problem, ProjectError
from projects.fields import join
from projects.schema import Network, Project
from projects.translation import gettext as _

MIXING = (
    "batch_norm",
    "conditional_batch_norm",
)  # what makes examples of a batch depend on each other
ONCE = ("hard_sigmoid",)  # layers whose slope torch cannot differentiate once more
HEAVY = 0.9  # momentum that does not go with clipped weights


def game_problems(
    project: Project, data: DataInfo, outputs: Mapping[str, Shape], choices: Choices
) -> list[Problem]:
    """Return what is wrong with a generator that draws from noise, or with its game.

    Args:
        project: The whole project.
        data: What the data look like.
        outputs: Output shapes of networks that work.
        choices: The game.
    """
    return [
        *_example_problems(project, data, outputs.get("generator")),
        *_noise_problems(project.networks.get("generator")),
        *_label_problems(data, choices, _unfolded(project)),
        *play_problems(project, data, outputs, choices),
    ]


def play_problems(
    project: Project, data: DataInfo, outputs: Mapping[str, Shape], choices: Choices
) -> list[Problem]:
    """Return what is wrong with a game, whatever its generator makes examples of; see :func:`game_problems`."""
    networks = _unfolded(project)
    return [
        *_verdict_problems(project, data, outputs.get("discriminator"), choices),
        *_end_problems(project, choices),
        *_twins("objective.penalties", choices.penalties),
        *_twins("objective.tricks", choices.tricks),
        *_penalty_problems(project, choices, networks),
        *_trick_problems(data, choices, networks),
        *_batch_problems(project, data, choices),
        *_derivative_problems(project, choices, networks.get("discriminator")),
    ]


def _unfolded(project: Project) -> dict[str, Network]:
    return {
        name: unfold(network, project.blocks).network for name, network in project.networks.items()
    }


def _example_problems(project: Project, data: DataInfo, drawn: Shape | None) -> Iterator[Problem]:
    """The generator has to draw what the data looks like."""
    if drawn is not None and drawn.dims != data.input.dims:
        message = _("the output is {shape}; the examples of the data are {expected}.").format(
            shape=drawn, expected=data.input
        )
        hint = _("End with layers that give {expected}.").format(expected=data.input)
        yield Problem(end_of(project, "generator"), message, hint)
    if data.input.kind != "float":
        message = _("a generator draws real numbers, and this data set holds indices.")
        yield Problem("data.source", message)


def _verdict_problems(
    project: Project, data: DataInfo, judged: Shape | None, choices: Choices
) -> Iterator[Problem]:
    """The discriminator has to end in its logit, or in a map of them."""
    guesses = choices.conditioning.guesses(data) if choices.conditioning else 0
    place = end_of(project, "discriminator")
    if judged is not None and guesses and judged.dims != (1 + guesses,):
        message = _(
            "the output is {shape}; it has to be {count} numbers: the logit, and {guesses} guesses."
        ).format(shape=judged, count=1 + guesses, guesses=guesses)
        hint = _("End with a Linear layer of {count} units.").format(count=1 + guesses)
        yield Problem(place, message, hint)
    elif judged is not None and not guesses and not _is_verdict(judged):
        message = _(
            "the output is {shape}; it has to be one number, or a map of one for each patch."
        ).format(shape=judged)
        hint = _("End with a Linear layer of 1 unit, or a convolution with 1 filter.")
        yield Problem(place, message, hint)


def _is_verdict(judged: Shape) -> bool:
    """Whether a discriminator ends in one number, or in a map of one channel (PatchGAN)."""
    return judged.elements == 1 or (judged.rank > 1 and judged.dims[0] == 1)


def _noise_problems(generator: Network | None) -> Iterator[Problem]:
    if generator is not None and all(node.type != "noise" for node in generator.nodes.values()):
        message = _("a generator has to begin with noise.")
        hint = _("Put a Noise layer in place of the input.")
        yield Problem("networks.generator", message, hint)


def _end_problems(project: Project, choices: Choices) -> list[Problem]:
    """The losses take raw numbers; a sigmoid at the end would be squashed twice, or be a bound."""
    message = _("the loss takes raw numbers and applies the sigmoid itself.")
    hint = _("Remove this layer: squashed twice, the discriminator learns little.")
    if not choices.loss.squashes:
        message = _("the loss compares raw numbers, and a sigmoid keeps them between 0 and 1.")
        hint = _("Remove this layer: the discriminator has to be free to say more.")
    constant = _("the softmax of one number is always 1, so nothing can be told apart.")
    words = {"sigmoid": (message, hint), "softmax": (constant, _("Remove this layer."))}
    return squashed_twice(project, "discriminator", words)


def _twins(where: str, chosen: Sequence[Declared]) -> Iterator[Problem]:
    """Everything once."""
    seen: Counter[str] = Counter()
    for index, one in enumerate(chosen):
        seen[one.tag()] += 1
        if seen[one.tag()] == 2:
            message = _("{title} is chosen twice.").format(title=one.title)
            yield Problem(f"{where}.{index}", message, _("Take one of them out."))


def _penalty_problems(
    project: Project, choices: Choices, networks: Mapping[str, Network]
) -> Iterator[Problem]:
    critic = networks.get("discriminator")
    if choices.loss.bounded and not _is_bounded(choices, critic):
        message = _("nothing bounds the slope of the discriminator, so this loss has no end.")
        hint = _("Choose a gradient penalty, weight clipping or spectral norm.")
        yield Problem("objective.loss", message, hint, "warning")
    for index, penalty in enumerate(choices.penalties):
        where = f"objective.penalties.{index}"
        if penalty.slopes and critic is not None:
            yield from _mixing_problems(project, critic, penalty.title)
        if penalty.is_lazy and any(trick.looks_ahead for trick in choices.tricks):
            message = _("a penalty that is left out in most steps says nothing of the steps ahead.")
            yield Problem(f"{where}.every", message, _("Set it to 1, or take Unrolled out."))
        if penalty.tag() == "weight_clipping":
            yield from _momentum_problems(project)


def _is_bounded(choices: Choices, critic: Network | None) -> bool:
    if any(penalty.bounds for penalty in choices.penalties):
        return True
    nodes = critic.nodes.values() if critic is not None else ()
    return any(node.params.get("norm") == "spectral" for node in nodes)


def _mixing_problems(project: Project, critic: Network, title: str) -> Iterator[Problem]:
    told: set[str] = set()
    for name, node in critic.nodes.items():
        outer = name.partition("/")[0]  # a block is told of as a whole
        if node.type in MIXING and not node.mute and outer not in told:
            told.add(outer)
            message = _(
                "batch norm mixes the examples of a batch, and {title} looks at the slope at each alone."
            ).format(title=title)
            hint = _("Put a Layer norm or Group norm in its place.")
            yield Problem(f"networks.discriminator.nodes.{outer}", message, hint, "warning")


def _momentum_problems(project: Project) -> Iterator[Problem]:
    recipe = project.recipe
    own = "discriminator" in recipe.optimizers
    plug = recipe.optimizers["discriminator"] if own else recipe.optimizer
    where = "recipe.optimizers.discriminator" if own else "recipe.optimizer"
    try:
        rule = OPTIMIZERS.make_plug(plug, where)
    except ProjectError:
        return  # told where plugs are checked
    for name in ("beta1", "momentum"):
        if getattr(rule, name, 0.0) >= HEAVY:
            message = _("much momentum makes a training with clipped weights unsteady.")
            hint = _("Set it to 0.5 or less, or choose RMSprop (Arjovsky et al. 2017).")
            yield Problem(join(where, name), message, hint, "warning")


def _trick_problems(
    data: DataInfo, choices: Choices, networks: Mapping[str, Network]
) -> Iterator[Problem]:
    for index, trick in enumerate(choices.tricks):
        where = f"objective.tricks.{index}"
        if trick.images and len(data.input.dims) != 3:
            message = _("{title} changes images; these examples are none.")
            yield Problem(where, message.format(title=trick.title), _("Take it out."))
        found = trick.problem(choices.loss, networks)
        if found is not None:
            setting, message, hint = found
            yield Problem(join(where, setting) if setting else where, message, hint)


def _batch_problems(project: Project, data: DataInfo, choices: Choices) -> Iterator[Problem]:
    """Batches have to be dealt evenly to critic steps and packs, and there have to be enough examples."""
    size, there = project.recipe.batch_size, data.counts.get("train", 0)
    if choices.critic_steps > 1 and there and size * choices.critic_steps > there:
        message = _(
            "a step takes {steps} batches of {size}, and there are {count} examples to train on."
        ).format(steps=choices.critic_steps, size=size, count=there)
        yield Problem("objective.critic_steps", message, _("Choose fewer, or smaller batches."))
    dealt = min(size, there) if there else size
    if dealt % choices.packed:
        message = _("{count} examples at once do not go evenly into a batch of {size}.").format(
            count=choices.packed, size=dealt
        )
        hint = _("Choose a batch size that {count} divides, such as {better}.")
        better = max(1, round(dealt / choices.packed)) * choices.packed
        if there and better > there:
            better -= choices.packed
        hint = hint.format(count=choices.packed, better=better)
        yield Problem("recipe.batch_size", message, hint)


def _label_problems(
    data: DataInfo, choices: Choices, networks: Mapping[str, Network]
) -> Iterator[Problem]:
    """What is asked for has to be known of the data, and to reach the networks."""
    asked = choices.conditioning
    if asked is None:
        return
    if asked.needs_classes and not _has_classes(data):
        message = _("the data do not say which class an example is of.")
        hint = _("Choose data with one class for each example, or codes (InfoGAN).")
        yield Problem("objective.conditioning", message, hint)
        return
    if choices.packed > 1:
        message = _("a discriminator that sees several examples at once can't be told one class.")
        yield Problem("objective.conditioning", message, _("Take Packing out, or this."))
    for name in asked.told:
        network = networks.get(name)
        if network is not None and not _has(network, "label"):
            message = _("this network is not told what is asked for: it has no Label.")
            hint = _("Add a Label, and draw wires from it to where the class matters.")
            yield Problem(f"networks.{name}", message, hint)
    wanted = asked.least_noise()
    generator = networks.get("generator")
    for node_id, node in generator.nodes.items() if generator is not None else ():
        if node.type == "noise" and node.params.get("size", 64) < wanted:
            message = _("{count} numbers of the noise are codes, and it has only {size}.").format(
                count=wanted, size=node.params.get("size", 64)
            )
            place = f"networks.generator.nodes.{node_id}.size"
            yield Problem(place, message, _("Make it larger."))


def _has_classes(data: DataInfo) -> bool:
    return bool(data.classes) and (data.target is None or not data.target.dims)


def _has(network: Network, kind: str) -> bool:
    return any(node.type == kind and not node.mute for node in network.nodes.values())


def _derivative_problems(
    project: Project, choices: Choices, critic: Network | None
) -> Iterator[Problem]:
    """A gradient that is differentiated once more needs layers and programs that can do that."""
    if not choices.differentiates_twice:
        return
    for name in ("compile", "cuda_graphs"):
        if getattr(project.recipe, name):
            message = _("compiled networks have no second derivatives, which a choice here needs.")
            yield Problem(f"recipe.{name}", message, _("Switch it off."))
    for name, node in critic.nodes.items() if critic is not None else ():
        if node.type in ONCE and not node.mute:
            place = f"networks.discriminator.nodes.{name.partition('/')[0]}"
            message = _("this layer has no second derivative, which a penalty or trick needs.")
            yield Problem(place, message, _("Put another activation in its place."))
