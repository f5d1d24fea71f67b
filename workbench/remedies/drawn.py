"""Remedies in the networks and the recipe."""

from __future__ import annotations

from typing import Any, ClassVar

from projects.schema import Project, Wire
from projects.translation import N_
from workbench import edits
from workbench.remedies.base import Remedy, setting, with_recipe, with_setting

DISCRIMINATOR = "discriminator"


class ClipNorm(Remedy, frozen=True, tag="clip_norm"):
    """Scales long gradients down. Pascanu et al. 2013, *On the difficulty of training recurrent networks*."""

    title: ClassVar[str] = N_("Clip the gradient norm at 1")
    why: ClassVar[str] = N_(
        "One wild gradient can then move the weights no farther than a calm one."
    )

    def apply(self, project: Project) -> Project:
        """Where nothing is clipped, or later."""
        clip = project.recipe.clip_norm
        return project if clip is not None and clip <= 1 else with_recipe(project, clip_norm=1.0)


class SeeDiversity(Remedy, frozen=True, tag="minibatch_deviation"):
    """Tells the discriminator how much a batch differs. Karras et al. 2018."""

    title: ClassVar[str] = N_("Show the discriminator how much a batch differs")
    why: ClassVar[str] = N_(
        "With a minibatch std-dev layer it sees at once when all samples are alike."
    )

    def apply(self, project: Project) -> Project:
        """Put the layer before the last one with weights, where there is none."""
        return _judging(project, "minibatch_deviation", {})


class DropOut(Remedy, frozen=True, tag="dropout"):
    """Makes the discriminator forget single examples. Srivastava et al. 2014."""

    title: ClassVar[str] = N_("Add dropout to the discriminator")
    why: ClassVar[str] = N_(
        "It then can't know single examples by heart, and leaves the generator a chance."
    )

    def apply(self, project: Project) -> Project:
        """Put the layer before the last one with weights, where there is none."""
        return _judging(project, "dropout", {"p": 0.3})


def _judging(project: Project, layer: str, params: dict[str, Any]) -> Project:
    """The project with a layer before the one that ends its discriminator, where there is none of its kind."""
    network = project.networks.get(DISCRIMINATOR)
    if network is None or any(node.type == layer for node in network.nodes.values()):
        return project
    outputs = [name for name, node in network.nodes.items() if node.type == "output"]
    last = into(network.wires, outputs[0] if outputs else "")
    made, name = before(project, DISCRIMINATOR, last.source if last else "", layer, params)
    if name and setting(project, "layer") == "":  # the error is measured where it was
        wire = into(made.networks[DISCRIMINATOR].wires, name)
        made = with_setting(made, "layer", wire.source if wire is not None else "")
    return made


def before(
    project: Project, place: str, node: str, layer: str, params: dict[str, Any]
) -> tuple[Project, str]:
    """Put a layer on the one wire that enters a node.

    Returns:
        The project and the id of the layer; nothing is changed, and the id empty, where there is no such wire.
    """
    network = project.networks[place]
    wire = into(network.wires, node)
    if wire is None:
        return project, ""
    at = network.nodes[wire.target].at
    made, name = edits.add_into(project, place, layer, at, wire)
    for key, value in params.items():
        made = edits.set_param(made, place, (name,), key, value)
    return made, name


def into(wires: tuple[Wire, ...], node: str) -> Wire | None:
    """The one wire that enters a node, or None where there is none, or more."""
    found = [wire for wire in wires if wire.target == node]
    return found[0] if len(found) == 1 else None
