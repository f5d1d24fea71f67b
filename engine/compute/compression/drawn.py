"""A network while its design is changed: nodes and wires without blocks, and the weights of every node."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from torch import Tensor

from engine.compute.compression.model import Model
from engine.compute.keys import below
from engine.compute.survey import Survey, entries_of, survey
from engine.compute.wiring import child_names, wire
from engine.layers.base import Layer, Shape
from projects.errors import ProblemsError
from projects.schema import Network, Node, Wire
from projects.translation import gettext as _

COLUMN, ROW = 240, 140  # of layers that come out of a block
LONGEST = 64  # letters of an id

State = dict[str, Tensor]


class Drawn:
    """Nodes and wires of one network, which may be changed in place.

    Args:
        name: Of the network.
        network: Its design without blocks.
        weights: By node what its module holds; nodes that use another's weights are not among them.
        entries: What the network is fed with, by tag of the entry layer.
        ids: The nodes by the names that people know: ``res1/conv`` for what was inside of a block.

    Attributes:
        nodes: By id.
        wires: In order.
    """

    def __init__(
        self,
        name: str,
        network: Network,
        weights: dict[str, State],
        entries: Mapping[str, Shape],
        ids: Mapping[str, str],
    ) -> None:
        self.name = name
        self.ids = ids
        self.nodes = dict(network.nodes)
        self.wires = list(network.wires)
        self.weights = weights
        self._network = network
        self._entries = entries

    @property
    def network(self) -> Network:
        """The design as it is now."""
        return msgspec.structs.replace(
            self._network, nodes=dict(self.nodes), wires=tuple(self.wires)
        )

    def survey(self) -> Survey:
        """Return the shapes of the design as it is now, or what is wrong with it."""
        return survey(self.network, self._entries, f"networks.{self.name}")

    def where(self, node: str) -> str:
        """Return the dotted path of a node."""
        return f"networks.{self.name}.nodes.{node}"

    def set(self, node: str, **params: object) -> None:
        """Give a node other settings."""
        old = self.nodes[node]
        self.nodes[node] = msgspec.structs.replace(old, params={**old.params, **params})

    def remove(self, node: str) -> None:
        """Take a node away; what flowed in first flows to where its result went."""
        enters = next((wire for wire in self.wires if wire.target == node), None)
        kept = []
        for there in self.wires:
            if there.target == node:
                continue
            if there.source != node:
                kept.append(there)
            elif enters is not None:
                changed = {"source": enters.source, "source_port": enters.source_port}
                kept.append(msgspec.structs.replace(there, **changed))
        self.wires = kept
        self.drop(node)

    def drop(self, node: str) -> None:
        """Take a node away with all wires at it."""
        self.wires = [there for there in self.wires if node not in (there.source, there.target)]
        del self.nodes[node]
        self.weights.pop(node, None)

    def insert_before(self, node: str, ending: str, made: Node, weights: State) -> str:
        """Put a new node on the wire that enters a node of one port, and return its id."""
        name = free_id(f"{node}_{ending}", self.nodes)
        x, y = self.nodes[node].at
        placed = msgspec.structs.replace(made, at=(x - COLUMN / 2, y - ROW / 2))
        self.nodes = {
            key: there
            for old, value in self.nodes.items()
            for key, there in (((name, placed), (old, value)) if old == node else ((old, value),))
        }
        self.wires = [
            msgspec.structs.replace(there, target=name, target_port="in")
            if there.target == node
            else there
            for there in self.wires
        ]
        self.wires.append(Wire(name, node))
        self.weights[name] = weights
        return name


class Facts:
    """What is known of a design: shapes, whose results are read by whom, and who shares weights.

    Args:
        drawn: The design as it is now.

    Raises:
        ProblemsError: It cannot work.
    """

    def __init__(self, drawn: Drawn) -> None:
        self.found = drawn.survey()
        if self.found.errors:
            raise ProblemsError(self.found.errors)
        self.wiring = wire(self.found)
        plan = self.found.plan
        self.layers: dict[str, Layer] = {
            step.id: step.layer
            for step in plan.steps
            if step.layer is not None and step.id in plan.needed
        }
        self.sources = {call.node: call.sources for call in self.wiring.calls}
        self.owners = {step.id: step.owner for step in plan.steps if step.id in self.sources}
        self._reads = Counter(s for sources in self.sources.values() for s in sources)
        self._reads[self.wiring.result] += 1
        self._users = Counter(self.owners.values())

    @property
    def order(self) -> list[str]:
        """The nodes that work, in working order, entry and output left out."""
        return list(self.sources)

    def shares(self, node: str) -> bool:
        """Whether a node's weights serve another one too."""
        return self.owners.get(node, node) != node or self._users[node] > 1

    def alone(self, node: str, reader: str) -> bool:
        """Whether nobody but one node reads what leaves another."""
        return self._reads[node] == 1 and node in self.sources.get(reader, ())


def drawn_of(model: Model, name: str) -> Drawn:
    """Return a network of a model as nodes with weights, its blocks dissolved."""
    project = model.project
    entries = entries_of(project, model.session.data.info)[name] or {}
    found = survey(project.networks[name], entries, blocks=project.blocks)
    flat = found.plan.flat
    ids = _plain_ids(flat.network.nodes)
    places = _places(flat.network)
    nodes = {
        ids[key]: msgspec.structs.replace(
            node,
            at=places.get(key, node.at),
            shares=None if node.shares is None else ids[node.shares],
        )
        for key, node in flat.network.nodes.items()
    }
    wires = tuple(
        msgspec.structs.replace(there, source=ids[there.source], target=ids[there.target])
        for there in flat.network.wires
    )
    wiring = wire(found)
    weights = {
        ids[node]: below(f"{wiring.names[node]}.", model.weights[name]) for node in wiring.layers
    }
    network = msgspec.structs.replace(flat.network, nodes=nodes, wires=wires)
    drawn = Drawn(name, network, weights, entries, ids)
    for port in flat.ports:
        drawn.remove(ids[port])
    return drawn


def editable(model: Model, names: Iterable[str]) -> Iterator[tuple[Drawn, list[str]]]:
    """Yield networks that may be drawn anew, and what has to be said of each.

    What an objective changes when it builds a network cannot be told from its weights: such networks are
    left out; see :func:`left_alone`.
    """
    for name in names:
        network = model.project.networks[name]
        if _is_changed(model, name):
            continue
        dissolved = any(node.type == "block" for node in network.nodes.values())
        notes = [_("the blocks of “{name}” were dissolved into their layers.").format(name=name)]
        yield drawn_of(model, name), notes if dissolved else []


def left_alone(model: Model, names: Iterable[str]) -> list[str]:
    """Return a sentence on every network that :func:`editable` leaves out."""
    words = _(
        "“{name}” stays as it is: its objective changes the layers when it builds them, as spectral norms do."
    )
    return [words.format(name=name) for name in names if _is_changed(model, name)]


def _is_changed(model: Model, name: str) -> bool:
    network = model.project.networks[name]
    return model.session.objective.built(name, network, model.project.blocks) is not network


def redrawn(model: Model, changed: Iterable[Drawn], notes: Iterable[str]) -> Model:
    """Return a model with other designs of some networks, and the weights of their nodes.

    Raises:
        ProblemsError: A design cannot work.
    """
    networks, weights = dict(model.project.networks), dict(model.weights)
    for drawn in changed:
        names = Facts(drawn).wiring.names
        networks[drawn.name] = drawn.network
        weights[drawn.name] = {
            f"{names[node]}.{key}": tensor
            for node, state in drawn.weights.items()
            for key, tensor in state.items()
        }
    project = msgspec.structs.replace(model.project, networks=networks)
    return model.with_design(project, weights, *notes)


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """Return an id like the one that is wanted that nothing has yet."""
    there, name, number = set(taken), wanted[:LONGEST], 1
    while name in there:
        number += 1
        name = f"{wanted[: LONGEST - len(str(number)) - 1]}_{number}"
    return name


def _plain_ids(nodes: Iterable[str]) -> dict[str, str]:
    """Ids without slashes, by the ids of an unfolded network."""
    keys = list(nodes)
    spelled, taken, found = child_names(keys), {key for key in keys if "/" not in key}, {}
    for key in keys:
        found[key] = key if "/" not in key else free_id(spelled[key], taken)
        taken.add(found[key])
    return found


def _places(network: Network) -> dict[str, tuple[float, float]]:
    """Where the layers of dissolved blocks go: each block in columns of its own, what is right of it moved on."""
    depths = _depths(network)
    inside: dict[str, list[str]] = defaultdict(list)
    for key in network.nodes:
        head, slash, _rest = key.partition("/")
        if slash:
            inside[head].append(key)
    found: dict[str, tuple[float, float]] = {}
    bottom = max((n.at[1] for k, n in network.nodes.items() if "/" not in k), default=0.0)
    for number, keys in enumerate(inside.values(), 1):
        first = min(depths[key] for key in keys)
        rows: Counter[int] = Counter()
        for key in keys:
            column = depths[key] - first
            found[key] = (column * COLUMN, bottom + (2 * number + rows[column]) * ROW)
            rows[column] += 1
    return found


def _depths(network: Network) -> dict[str, int]:
    """How many layers lie before each at most."""
    before = defaultdict(list)
    for there in network.wires:
        before[there.target].append(there.source)
    depths: dict[str, int] = {}
    waiting = list(network.nodes)
    while waiting:
        ready = [key for key in waiting if all(source in depths for source in before[key])]
        for key in ready:
            depths[key] = 1 + max((depths[source] for source in before[key]), default=-1)
        waiting = [key for key in waiting if key not in depths]
    return depths
