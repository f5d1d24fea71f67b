"""What the canvas can show on every layer: where parameters and work go, and how it learns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from engine.blocks import unfold
from engine.clinic.states import SEVERITY
from engine.compression.sensitivity import most_words
from engine.layers.reroute import Reroute
from engine.protocol import LayerTime, NetworkReport, NodeReport
from projects.schema import Node, Project
from projects.translation import gettext as _
from widgets import theme
from widgets.canvas import WireKey
from widgets.canvas.gauge import GaugeSpec
from workbench import edits
from workbench.health_words import MARKS, RATIO_RANGE, SHADES, status_words
from workbench.keeper import state_words
from workbench.node_faces import compact, key_of
from workbench.rundata import Frame
from workbench.scope import grouped, network_of, origins

WORST = {status: rank for rank, status in enumerate(reversed(SEVERITY))}
HEALTH, CARRY, TIME, LOSE = "health", "carry", "time", "lose"
CARRIED = {"kept": (2, 1.0), "fitted": (3, 0.5), "new": (0, 0.0)}
Amount = Callable[[NodeReport], int]
COSTS: Mapping[str, Amount] = {
    "parameters": lambda node: node.parameters,
    "flops": lambda node: node.flops,
    "memory": lambda node: node.activation_bytes,
}
# Standard deviations of what flows, in powers of ten; 1 is the middle of the scale.
SCALE_STEPS = (-2.0, -0.7, 0.7, 2.0)


def choices() -> dict[str, str]:
    """Return what can be shown on layers, as people read it."""
    return {
        "": _("Nothing more"),
        HEALTH: _("Gradient health"),
        "parameters": _("Parameters"),
        "flops": _("Operations"),
        "memory": _("Activations"),
        TIME: _("Measured time"),
        CARRY: _("Weights that are kept"),
        LOSE: _("What layers can lose"),
    }


def tips() -> dict[str, str]:
    """Return what each choice means."""
    return {
        "": _("Layers show what they are."),
        HEALTH: _(
            "While a network trains: layers are coloured by how their gradients do, with the "
            "update-to-weight ratio as a bar, and wires by the scale of what flows (blue: faint, "
            "green: about 1, red: large)."
        ),
        "parameters": _("The share of all parameters that each layer has."),
        "flops": _("The share of all operations that each layer makes for an example."),
        "memory": _("The share of memory that what leaves each layer takes up in training."),
        TIME: _(
            "The share of the time for a batch that each layer works, forward and backward, as measured "
            "at the end of the shown run or by a newer pre-flight."
        ),
        CARRY: _(
            "What Continue training would begin with: weights of the shown run that are kept, fitted "
            "in part because a layer has another size now, or new."
        ),
        LOSE: _(
            "The largest share of its weights that each layer can lose for a hundredth of the score at most, or how few bits "
            "will do, while all others stay whole: as a scan of the tab Compress has found."
        ),
    }


def not_measured(what: str = TIME) -> str:
    """Return where times come from, or what layers can lose, for a canvas whose layers have none."""
    if what == LOSE:
        return _("Not scanned yet, or not as it is drawn. The tab Compress (Ctrl+9) does it.")
    return _("Not measured yet. A training does it at its end, a pre-flight (Ctrl+F5) at once.")


def cost_gauges(report: NetworkReport | None, what: str) -> dict[str, GaugeSpec]:
    """Return how much of the whole each layer costs.

    Args:
        report: What the last check found out.
        what: A key of :data:`COSTS`.
    """
    if report is None or what not in COSTS:
        return {}
    amounts = {name: COSTS[what](node) for name, node in report.nodes.items()}
    total = sum(amounts.values())
    color = theme.current().accent
    return {
        name: GaugeSpec(amount / total, color, _share(amount / total, amount))
        for name, amount in amounts.items()
        if amount > 0
    }


def _share(share: float, amount: int) -> str:
    percent = f"{100 * share:.0f} %" if share >= 0.005 else "< 1 %"
    return f"{compact(amount)} · {percent}"


def time_gauges(times: Mapping[str, LayerTime], place: str) -> dict[str, GaugeSpec]:
    """Return which share of the time each node of a place works.

    Args:
        times: What was measured, by layer of the unfolded network.
        place: A network, or inside of one of its blocks.
    """
    spent = {
        node: sum(time.forward + time.backward for time in group)
        for node, group in grouped(times, place).items()
    }
    total = sum(spent.values())
    color = theme.current().accent
    found = {}
    for node, seconds in spent.items():
        share = seconds / total if total else 0.0
        found[node] = GaugeSpec(share, color, f"{1e3 * seconds:.2f} ms · {100 * share:.0f} %")
    return found


def carry_gauges(states: Mapping[str, str], place: str) -> dict[str, GaugeSpec]:
    """Return what becomes of the weights of every node of a place.

    Args:
        states: ``kept``, ``fitted`` or ``new`` by layer of the unfolded network.
        place: A network, or inside of one of its blocks.
    """
    colors = theme.current().health
    found = {}
    for node, state in carried_at(states, place).items():
        shade, share = CARRIED.get(state, (2, 0.0))
        found[node] = GaugeSpec(share, colors[shade], state_words(state), tint=True)
    return found


def loss_words(kind: str, share: float) -> str:
    """Return what a layer loses, or can do with: a share of its weights, or how many of 32 bits are left of each."""
    if kind == "pruned":
        return most_words(share)
    return _("{bits} bits").format(bits=round(32 * (1 - share)))


def lose_gauges(shares: Mapping[str, float], place: str, kind: str) -> dict[str, GaugeSpec]:
    """Return which share of its weights every node of a place can lose; a block as little as the least of its layers.

    Args:
        shares: By layer of the unfolded network.
        place: A network, or inside of one of its blocks.
        kind: Whether layers were ``pruned`` or ``quantised``.
    """
    color = theme.current().accent
    label = _("{share} may go") if kind == "pruned" else _("{share} will do")
    return {
        node: GaugeSpec(min(group), color, label.format(share=loss_words(kind, min(group))))
        for node, group in grouped(shares, place).items()
    }


def carried_at(states: Mapping[str, str], place: str) -> dict[str, str]:
    """Return what becomes of the weights of every node of a place; a block's are those of its layers."""
    return {
        node: group[0] if len(set(group)) == 1 else "fitted"
        for node, group in grouped(states, place).items()
    }


def health_gauges(frame: Frame, place: str) -> dict[str, GaugeSpec]:
    """Return how every node of a place is doing; a block is doing as badly as the worst in it.

    Args:
        frame: What the health probe measured.
        place: A network, or inside of one of its blocks.
    """
    names, statuses = _listed(frame, "layers"), _listed(frame, "status")
    ratios = _measured(frame, "update_ratio", len(names))
    if ratios is None or len(statuses) != len(names):
        return {}
    network = network_of(place) + "/"
    rows = {
        name.removeprefix(network): (status, ratio)
        for name, status, ratio in zip(names, statuses, ratios, strict=True)
        if name.startswith(network)
    }
    return {
        node: _health(*max(group, key=lambda row: (WORST.get(row[0], 0), row[1])))
        for node, group in grouped(rows, place).items()
    }


def _listed(frame: Frame, name: str) -> list[str]:
    """A list of words in a frame; a damaged or strange run folder may hold anything."""
    found = frame.info.get(name)
    return [str(entry) for entry in found] if isinstance(found, (list, tuple)) else []


def _measured(frame: Frame, name: str, count: int) -> list[float] | None:
    """So many numbers of a frame, or None if it has not just these."""
    found = frame.arrays.get(name)
    if found is None or found.shape != (count,) or found.dtype.kind not in "fiu":
        return None
    return [float(value) for value in found]


def _health(status: str, ratio: float) -> GaugeSpec:
    colors = theme.current().health
    low, high = RATIO_RANGE
    known = ratio >= 0 and math.isfinite(ratio)
    power = math.log10(ratio) if ratio > 0 else low  # what does not move has the shortest bar
    share = min(1.0, max(0.02, (power - low) / (high - low))) if known else 1.0
    ill = status in MARKS and status != "healthy"
    label = status_words(status) if ill else f"{ratio:.0e}"
    return GaugeSpec(share, colors[SHADES.get(status, 2)], label, tint=True)


def wire_tones(frame: Frame, project: Project, place: str) -> dict[WireKey, int]:
    """Return a colour for every wire of a place: how large the numbers are that flow along it.

    Bends, bypassed layers and the ports of blocks pass on what enters them.

    Args:
        frame: What the health probe measured.
        project: The project as it is drawn.
        place: A network, or inside of one of its blocks.
    """
    outputs = _listed(frame, "outputs")
    spreads = _measured(frame, "output_std", len(outputs))
    if spreads is None:
        return {}
    name = network_of(place)
    scale = {
        output.partition("/")[2]: spread
        for output, spread in zip(outputs, spreads, strict=True)
        if output.partition("/")[0] == name
    }
    drawn, network = edits.found(project, place), project.networks.get(name)
    if drawn is None or network is None:
        return {}
    flat = unfold(network, project.blocks).network
    sources = {wire.target: wire.source for wire in reversed(flat.wires)}
    tones: dict[WireKey, int] = {}
    origin = origins(project, place)
    for wire in drawn.wires:
        start = origin(wire.source, wire.source_port)
        seen = {start}
        while start not in scale and start in flat.nodes and _passes(flat.nodes[start]):
            start = sources.get(start, "")
            if start in seen:
                break
            seen.add(start)
        if start in scale:
            tones[key_of(wire)] = _tone(scale[start])
    return tones


def _passes(node: Node) -> bool:
    return node.mute or node.type == Reroute.tag()


def _tone(spread: float) -> int:
    if not math.isfinite(spread):
        return len(SCALE_STEPS)
    power = math.log10(spread) if spread > 0 else -math.inf
    return sum(power > step for step in SCALE_STEPS)
