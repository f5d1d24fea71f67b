"""Which layer every node of a network is, and whose weights it uses. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.layers.base import LAYERS, Layer
from projects.errors import Problem, ProjectError, did_you_mean
from projects.fields import join, shown
from projects.schema import BLOCK, IDENTIFIER, Network, Node
from projects.translation import gettext as _


@dataclass(frozen=True)
class Roster:
    """What the nodes of a network are.

    Attributes:
        layers: The layer of every node, with parameters; None where these are wrong.
        owners: The node whose weights it uses; itself unless it shares.
        passing: Nodes that are bypassed or only bend a wire; they are no steps of the network.
        problems: What is wrong with names, types, parameters and sharing.
    """

    layers: Mapping[str, Layer | None]
    owners: Mapping[str, str]
    passing: frozenset[str]
    problems: tuple[Problem, ...]


def roster(network: Network, where: str = "") -> Roster:
    """Make the layer of every node.

    Args:
        network: The network; nothing about it needs to be right.
        where: Its dotted path (``networks.generator``), for problems.
    """
    registrar = _Registrar(network.nodes, where)
    return Roster(registrar.layers, registrar.owners, registrar.passing, tuple(registrar.problems))


class _Registrar:
    """Collects problems while it makes the layers of one network."""

    def __init__(self, nodes: Mapping[str, Node], where: str) -> None:
        self.nodes = nodes
        self.where = where
        self.problems: list[Problem] = []
        self._check_names()
        self.passing = frozenset(name for name in nodes if self._passes(name))
        self.owners = {name: self._owner(name) for name in nodes}
        self.layers = {name: self._layer(name) for name in nodes}

    def _say(self, where: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(join(self.where, where), message, hint))

    def _check_names(self) -> None:
        for name in self.nodes:
            if IDENTIFIER.match(name):
                continue
            if not all(IDENTIFIER.match(part) or part.isdigit() for part in name.split("/")):
                message = _("{name} cannot be the name of a layer.").format(name=shown(name))
                hint = _("Use up to 64 letters, digits and underscores, no digit first.")
                self._say(f"nodes.{name}", message, hint)

    def _passes(self, name: str) -> bool:
        """Whether a node is no step of the network; says so where it has to be one."""
        node = self.nodes[name]
        layer = LAYERS.entries.get(node.type)
        if node.mute and layer is not None and not (layer.inputs and layer.outputs):
            self._say(
                f"nodes.{name}.mute",
                _("{layer} cannot be bypassed: the network begins or ends here.").format(
                    layer=layer.title
                ),
                _("Take the bypass away."),
            )
            return False
        return node.mute or (layer is not None and layer.passes)

    def _owner(self, name: str) -> str:
        """Follow ``shares`` to the node that has the weights; itself when that leads nowhere."""
        seen = [name]
        place = f"nodes.{name}.shares"
        while (target := self.nodes[seen[-1]].shares) is not None:
            if target not in self.nodes:
                if seen[-1] == name:
                    self._say(
                        place,
                        _("there is no layer called “{name}” here.").format(name=target),
                        did_you_mean(target, (n for n in self.nodes if n != name)),
                    )
                return name
            if target in seen:
                self._say(
                    place,
                    _("layers share weights in a circle: {circle}.").format(
                        circle=" → ".join([*seen, target])
                    ),
                    _("One of them has to have weights of its own."),
                )
                return name
            seen.append(target)
        return seen[-1]

    def _layer(self, name: str) -> Layer | None:
        if name in self.passing:
            return None
        node, owner = self.nodes[name], self.nodes[self.owners[name]]
        if node.type == BLOCK:  # what is wrong with it was told when blocks were unfolded
            return None
        if self.owners[name] in self.passing:
            self._say(
                f"nodes.{name}.shares",
                _("uses the weights of “{name}”, which is bypassed.").format(
                    name=self.owners[name]
                ),
                _("Bypass this layer too, or let it have its own weights."),
            )
            return None
        try:
            own = LAYERS.make(node.type, node.params, join(self.where, f"nodes.{name}"))
        except ProjectError as error:
            self.problems.extend(error.problems)
            return None
        if owner is node:
            return own
        if not own.parametric or node.type != owner.type:
            self._say(f"nodes.{name}.shares", *_cannot_share(own, self.owners[name], owner.type))
            return None
        try:
            shared = LAYERS.make(owner.type, owner.params)
        except ProjectError:  # said at the owner
            return None
        return self._agreed(name, own, shared)

    def _agreed(self, name: str, own: Layer, shared: Layer) -> Layer | None:
        """A sharing layer has the parameters of its owner; those it names itself must agree."""
        for key in self.nodes[name].params:
            theirs = getattr(shared, key)
            if getattr(own, key) != theirs:
                self._say(
                    f"nodes.{name}.{key}",
                    _(
                        "this layer uses the weights of “{name}”, where the value is {value}."
                    ).format(name=self.owners[name], value=theirs),
                    _("Set the same value, or let the layer have weights of its own."),
                )
                return None
        return shared


def _cannot_share(layer: Layer, owner: str, other: str) -> tuple[str, str]:
    if not layer.parametric:
        return (
            _("{layer} has no weights that it could share.").format(layer=layer.title),
            _("Take the sharing away."),
        )
    return (
        _("{layer} cannot use the weights of “{name}”, which is of type {other}.").format(
            layer=layer.title, name=owner, other=other
        ),
        _("Share with a layer of the same type."),
    )
