"""How nodes and wires of a network look on the canvas: catalogue + check → plain descriptions."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from engine.blocks import PLACING, block_of, ports_of
from engine.layers.base import CATEGORIES, LAYERS
from engine.layers.reroute import Reroute
from engine.protocol import NetworkReport, NodeReport
from projects.errors import Problem, ProjectError
from projects.library import library
from projects.schema import BLOCK, Block, Graph, Network, Node, Project, Wire
from projects.translation import gettext as _
from projects.translation import language, ngettext, per_language
from widgets.canvas import Badge, FrameSpec, NodeSpec, PortSpec, WireKey, WireSpec
from widgets.graph_metrics import bounded
from widgets.layer_palette import PaletteEntry
from widgets.theme import BLOCKS
from workbench import edits, scope
from workbench.problem_words import capital, said

PortSpecs = tuple[tuple[PortSpec, ...], tuple[PortSpec, ...]]
Words = tuple[str, str, str]
MOST_WORDED = 4096
LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def layer_entries() -> tuple[PaletteEntry, ...]:
    """Return every layer of the catalogue that people may add, as palettes show it."""
    return tuple(
        PaletteEntry(
            key=cls.tag(),
            title=cls.title,
            category=cls.category,
            help=cls.help().split("\n\n")[0].replace("\n", " "),
            words=cls.aliases,
        )
        for cls in sorted(LAYERS, key=lambda cls: _category_order(cls.category))
        if not cls.locked
    )


def _category_order(category: str) -> int:
    return CATEGORIES.index(category) if category in CATEGORIES else len(CATEGORIES)


def compact(count: float) -> str:
    """Return a count in few characters: ``940``, ``9.2k``, ``138M``."""
    for size, letter in LARGE:
        if count >= 0.9995 * size:
            digits = f"{count / size:.1f}" if count < 99.95 * size else f"{count / size:.0f}"
            return digits.removesuffix(".0") + letter
    return f"{count:.0f}"


def key_of(wire: Wire) -> WireKey:
    """Return the canvas's key of a wire."""
    return WireKey(wire.source, wire.source_port, wire.target, wire.target_port)


def wire_of(key: WireKey) -> Wire:
    """Return the wire of a canvas's key."""
    return Wire(key.source, key.target, key.source_port, key.target_port)


def node_spec(
    name: str,
    node: Node,
    report: NodeReport | None = None,
    problems: tuple[Problem, ...] = (),
    blocks: Mapping[str, Block] | None = None,
) -> NodeSpec:
    """Describe one node.

    Args:
        name: Its id.
        node: The layer and where it is.
        report: What the check found, or None while that is not known.
        problems: What is wrong with it.
        blocks: Blocks of the project, for a node that stands for one.
    """
    title, subtitle, category = _words(node)
    inputs, outputs = _ports(node, blocks or {})
    figure, tip = _told(report) if report is not None else ("", "")
    return NodeSpec(
        id=name,
        title=title,
        subtitle=subtitle,
        note=_note(name, node),
        figure=figure,
        category=category,
        inputs=inputs,
        outputs=outputs,
        position=(bounded(node.at[0]), bounded(node.at[1])),
        badge=_badge(problems),
        linked=node.shares or "",
        tip=tip,
        muted=node.mute,
        bend=node.type == Reroute.tag(),
        nested=node.type == BLOCK,
        locked=node.type in LAYERS and LAYERS.get(node.type).locked,
    )


def retold(
    spec: NodeSpec, report: NodeReport | None, problems: tuple[Problem, ...] = ()
) -> NodeSpec:
    """Describe a node that is as it was, after another check; see :func:`node_spec`."""
    figure, tip = _told(report) if report is not None else ("", "")
    return spec._replace(figure=figure, tip=tip, badge=_badge(problems))


def _note(name: str, node: Node) -> str:
    """The id, and what is special about the node."""
    if node.mute:
        return _("{name} · bypassed").format(name=name)
    return _("{name} · uses {other}").format(name=name, other=node.shares) if node.shares else name


def _ports(node: Node, blocks: Mapping[str, Block]) -> PortSpecs:
    return _specs_of(node, blocks) if block_of(node, blocks) else _layer_ports(node.type)


@functools.lru_cache(maxsize=256)
def _layer_ports(layer: str) -> PortSpecs:
    """The ports of a layer type: made once, not again for every node at every check."""
    return _specs_of(Node(type=layer), {})


def _specs_of(node: Node, blocks: Mapping[str, Block]) -> PortSpecs:
    enter, leave = (
        tuple(PortSpec(p.name, p.many, p.title) for p in side) for side in ports_of(node, blocks)
    )
    return enter, leave


_worded: dict[tuple[str, str, str], Words] = {}


def _words(node: Node) -> Words:
    """Title, settings and category; of an unknown layer what the file says.

    Remembered by what the node says, not by its equal: to a mapping, 1 and True are the same.
    """
    if node.type == BLOCK:
        return block_title(str(node.params.get(BLOCK, ""))), _chosen(node), BLOCKS
    key = (language(), node.type, repr(node.params))
    found = _worded.get(key)
    if found is None:
        if len(_worded) >= MOST_WORDED:
            _worded.clear()
        found = _worded[key] = _layer_words(node)
    return found


def _layer_words(node: Node) -> Words:
    if node.type not in LAYERS:
        return node.type, _("unknown layer"), ""
    cls = LAYERS.get(node.type)
    category = "" if cls.locked else cls.category  # what it does is not known
    try:
        return cls.title, LAYERS.make(node.type, node.params).summary(), category
    except ProjectError:
        return cls.title, _("wrong setting"), category


def kind_of(node: Node) -> tuple[str, str]:
    """Return what people call the type of a node, and its category."""
    title, _settings, category = _words(node)
    return title, category


def block_title(name: str) -> str:
    """Return what people read for the name of a block: ``my_stage`` is “My stage”."""
    shipped = next((entry for entry in library() if entry.name == name), None)
    if shipped is not None:
        return shipped.title
    words = name.replace("_", " ").strip()
    return capital(words) or _("Block")


def _chosen(node: Node) -> str:
    """What a node that stands for a block says of it: how often, and the settings that it chooses."""
    repeat = node.params.get("repeat", 1)
    words = [f"×{repeat}"] if repeat != 1 else []
    if words and node.params.get("weights") == "shared":
        words.append(_("shared"))
    words += [f"{key} {value}" for key, value in node.params.items() if key not in PLACING]
    return " · ".join(words)


def _badge(problems: tuple[Problem, ...]) -> Badge | None:
    if not problems:
        return None
    lines = [said(p) for p in problems]
    return Badge(problems[0].severity, "\n".join(lines))


@per_language
@functools.lru_cache(maxsize=4096)
def _told(report: NodeReport) -> tuple[str, str]:
    """What the check found out: the count on the node, and all of it in words."""
    return compact(report.parameters) if report.parameters else "", _tip(report)


def _tip(report: NodeReport) -> str:
    lines = []
    if report.in_shapes:
        lines.append(_("Input {shapes}").format(shapes=", ".join(map(str, report.in_shapes))))
    if report.out_shape is not None:
        lines.append(_("Output {shape}").format(shape=report.out_shape))
    if report.parameters:
        words = ngettext("{count} parameter", "{count} parameters", report.parameters)
        lines.append(words.format(count=f"{report.parameters:,}"))
    if report.flops:
        words = ngettext(
            "{count} operation an example", "{count} operations an example", report.flops
        )
        lines.append(words.format(count=compact(report.flops)))
    return "\n".join(lines)


def frame_specs(network: Graph) -> list[FrameSpec]:
    """Describe all frames of a network."""
    return [
        FrameSpec(
            id=name,
            title=frame.title,
            position=(bounded(frame.at[0]), bounded(frame.at[1])),
            size=(bounded(frame.size[0]), bounded(frame.size[1])),
            color=frame.color,
        )
        for name, frame in network.frames.items()
    ]


def wire_specs(
    project: Project,
    place: str,
    report: NetworkReport | None,
    problems: dict[str, tuple[Problem, ...]],
    wires: Iterable[Wire],
) -> list[WireSpec]:
    """Describe wires of a place, one by one; their labels are shapes.

    Args:
        project: The project.
        place: A network, or inside of a block.
        report: What a check found out about the whole network.
        problems: The problems of each node of the place.
        wires: Which ones.
    """
    network = edits.found(project, place) or Network()
    bend = Reroute.tag()
    misfits = {
        name
        for name, group in problems.items()
        if any(p.severity == "error" and p.where == scope.dotted(place, name) for p in group)
    }
    # The wire before a bend tells the shape.
    bent = {name for name, node in network.nodes.items() if node.type == bend}
    found = []
    reports = report.nodes if report is not None else {}
    origin = scope.origins(project, place)
    for wire in wires:
        source, target = wire.source, wire.target
        told = reports.get(origin(source, wire.source_port))
        shape = told.out_shape if told is not None else None
        label = "" if shape is None or source in bent else str(shape)
        key = WireKey(source, wire.source_port, target, wire.target_port)
        found.append(WireSpec(key, label, shape is not None and target in misfits))
    return found
