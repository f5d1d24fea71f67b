"""Proposals for what is missing, loose, doubled or runs in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from engine.objectives.base import OBJECTIVES
from projects.errors import ProjectError
from projects.schema import Wire
from projects.translation import phrase as _
from workbench import edits
from workbench.mending.base import Candidate, Trouble


def connected(trouble: Trouble) -> Iterator[Candidate]:
    """Connect a layer that nothing enters with one that leads nowhere, the nearest first."""
    inputs = trouble.ports(trouble.node)[0]
    if trouble.into and not any(port.many for port in inputs):
        return
    for name in _loose_ends(trouble):
        if name == trouble.node or any(wire.source == name for wire in trouble.into):
            continue
        port = trouble.ports(name)[1][0].name
        wire = Wire(name, trouble.node, port, inputs[0].name if inputs else "in")
        title = _("Connect “{source}” to “{target}”").format(source=name, target=trouble.node)
        yield Candidate(title, edits.connect(trouble.project, trouble.network, wire))


def _loose_ends(trouble: Trouble) -> list[str]:
    """Nodes that could lead on and lead nowhere, the nearest to the trouble first."""
    nodes = trouble.graph.nodes
    leading = {wire.source for wire in trouble.graph.wires}
    x, y = nodes[trouble.node].at if trouble.node in nodes else (float("inf"), 0.0)
    loose = [n for n in nodes if n not in leading and trouble.ports(n)[1]]
    if x == float("inf"):
        return sorted(loose, key=lambda name: -nodes[name].at[0])
    return sorted(loose, key=lambda name: abs(nodes[name].at[0] - x) + abs(nodes[name].at[1] - y))


def taken_away(trouble: Trouble) -> Iterator[Candidate]:
    """Delete one of the wires that enter the layer, or the layer."""
    for wire in reversed(trouble.into):
        title = _("Delete the wire {source} → {target}")
        made = edits.disconnect(trouble.project, trouble.network, (wire,))
        yield Candidate(title.format(source=wire.source, target=wire.target), made)
    title = _("Delete “{name}”").format(name=trouble.node)
    made = edits.delete(trouble.project, trouble.network, (trouble.node,))
    yield Candidate(title, made, last_resort=True)


def joined(trouble: Trouble) -> Iterator[Candidate]:
    """Several wires enter a port for one: let them meet in a layer before it."""
    if len(trouble.into) < 2 or any(p.many for p in trouble.ports(trouble.node)[0]):
        return
    for layer, words in (
        ("add", _("Add them up before “{name}”")),
        ("concat", _("Concatenate them before “{name}”")),
    ):
        network = trouble.network
        made = edits.disconnect(trouble.project, network, trouble.into)
        x, y = trouble.layer.at
        made, name = edits.add(made, network, layer, (x - 240, y))
        for wire in trouble.into:
            made = edits.connect(made, network, Wire(wire.source, name, wire.source_port, "in"))
        last = trouble.into[0].target_port
        made = edits.connect(made, network, Wire(name, trouble.node, "out", last))
        yield Candidate(words.format(name=trouble.node), made)


def wire_away(trouble: Trouble) -> Iterator[Candidate]:
    """Delete the wire that has the problem."""
    if len(trouble.rest) < 2 or trouble.rest[0] != "wires" or not trouble.rest[1].isdigit():
        return
    index = int(trouble.rest[1])
    if index < len(trouble.graph.wires):
        wire = trouble.graph.wires[index]
        left = [w for i, w in enumerate(trouble.graph.wires) if i != index]
        made = edits.with_parts(trouble.project, trouble.network, wires=left)
        title = _("Delete the wire {source} → {target}")
        yield Candidate(title.format(source=wire.source, target=wire.target), made)


def ends(trouble: Trouble) -> Iterator[Candidate]:
    """Add the output, or the input, that a network lacks."""
    nodes = trouble.graph.nodes
    if not any(node.type == "output" for node in nodes.values()):
        for name in _loose_ends(trouble):
            made, _new = edits.add_after(trouble.project, trouble.network, "output", name)
            yield Candidate(_("Add an Output after “{name}”").format(name=name), made)
    if not any(node.type in ("input", "noise") for node in nodes.values()):
        entered = {wire.target for wire in trouble.graph.wires}
        for name in nodes:
            if name not in entered and trouble.ports(name)[0]:
                yield from _begun(trouble, name)


def _begun(trouble: Trouble, name: str) -> Iterator[Candidate]:
    """Feed the network before one of its layers, with examples or noise as the objective has it."""
    node = trouble.graph.nodes[name]
    at = (node.at[0] - 240, node.at[1])
    layer, words = "input", _("Add an Input before “{name}”")
    if _begins_with_noise(trouble):
        layer, words = "noise", _("Add Noise before “{name}”")
    made, new = edits.add(trouble.project, trouble.network, layer, at)
    wire = Wire(new, name, "out", trouble.ports(name)[0][0].name)
    yield Candidate(words.format(name=name), edits.connect(made, trouble.network, wire))


def _begins_with_noise(trouble: Trouble) -> bool:
    """Whether the objective feeds this network with nothing of the data."""
    data = trouble.checked.data
    if data is None:
        return False
    try:
        objective = OBJECTIVES.make_plug(trouble.project.objective, "objective")
    except ProjectError:
        return False
    mine = trouble.network in {role.name for role in objective.networks}
    return mine and trouble.network not in objective.entries(trouble.project, data)
