"""Projects as plain values and back: the shape of the file, whatever its spelling.

A plug is flat (``{type: adam, lr: 0.001}``), a node is flat beside its place on the canvas, a wire is
a text (``conv1 -> relu1``). Everything read is checked against the schema; the parameters of plugs are
for the catalogues to judge.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from projects.errors import ProjectError
from projects.fields import fields_of, join, read_field, read_struct, shown
from projects.schema import (
    IDENTIFIER,
    Averaging,
    Block,
    Data,
    Distillation,
    EarlyStopping,
    Frame,
    Graph,
    Network,
    Node,
    Placing,
    Plug,
    Project,
    Recipe,
    Split,
    Wire,
)
from projects.translation import gettext as _

T = TypeVar("T", bound=msgspec.Struct)

_END = r"([A-Za-z_][A-Za-z0-9_]{0,63})(?:\.([A-Za-z_][A-Za-z0-9_]{0,63}))?"
_WIRE = re.compile(rf"\s*{_END}\s*->\s*{_END}\s*\Z")
_TARGET = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\.[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
RULES = ("l1", "l2", "max_norm")  # what weights are held to
BESIDE = ("type", "at", "shares", "mute", *RULES)
RESERVED = (*BESIDE, *(field.name for field in fields_of(Placing)))  # not for settings of blocks


def project_from(values: Any, lenient: bool = False) -> Project:
    """Return the project that plain values describe.

    Args:
        values: A mapping as the file has it.
        lenient: Leave out keys that the schema does not know, instead of refusing them.

    Raises:
        ProjectError: Something is not as the schema expects; names the place.
    """
    return _Converter(lenient).project(values)


def project_to(project: Project) -> dict[str, Any]:
    """Return a project as plain values, every setting written out."""
    return {
        "format": project.format,
        "name": project.name,
        "description": project.description,
        "objective": plug_to(project.objective),
        "data": {
            "source": plug_to(project.data.source),
            "scale": project.data.scale,
            "split": _split_to(project.data.split),
            **_told_to(project.data),
        },
        "networks": {name: _network_to(network) for name, network in project.networks.items()},
        "blocks": {name: block_to(block) for name, block in project.blocks.items()},
        "recipe": recipe_to(project.recipe),
        "probes": [plug_to(plug) for plug in project.probes],
        **({"guide": project.guide} if project.guide else {}),
    }


def _told_to(data: Data) -> dict[str, Any]:
    """Settings of the data that files tell only where they differ from the usual."""
    loading = {"loading": data.loading} if data.loading != "auto" else {}
    augment = {"augment": [plug_to(plug) for plug in data.augment]} if data.augment else {}
    return {**loading, **augment}


def _split_to(split: Split) -> dict[str, Any]:
    values = msgspec.structs.asdict(split)
    if not split.only_new:
        del values["only_new"]
    return values


def plug_to(plug: Plug) -> dict[str, Any]:
    """Return a plug as the file has it: its parameters beside its type."""
    return {"type": plug.type, **_copied(plug.params)}


def _copied(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters whose groups and lists may be changed without changing those of the project."""
    return {
        name: copy.deepcopy(value) if isinstance(value, dict | list) else value
        for name, value in params.items()
    }


def node_to(node: Node) -> dict[str, Any]:
    """Return a node as the file has it: its parameters beside its type and place."""
    place = _pixels(node.at)
    shares = {} if node.shares is None else {"shares": node.shares}
    mute = {"mute": True} if node.mute else {}
    return {
        "type": node.type,
        "at": place,
        **shares,
        **mute,
        **_rules(node),
        **_copied(node.params),
    }


def _rules(holder: Node | Network) -> dict[str, float]:
    """What the weights of a layer or network are held to, as far as it differs from nothing."""
    usual = {field.name: field.default for field in fields_of(type(holder))}
    values = {name: getattr(holder, name) for name in RULES}
    return {name: value for name, value in values.items() if value != usual[name]}


def rules_from(values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return what a layer's weights are held to, of the plain values of a node.

    Raises:
        ProjectError: A value cannot be; names the place.
    """
    fields = {field.name: field for field in fields_of(Node)}
    return {name: read_field(fields[name], values[name], where) for name in RULES if name in values}


def _pixels(pair: tuple[float, float]) -> list[float]:
    """Whole numbers up to 2⁵³ are written without a point; beyond, digits would pretend to be exact."""
    return [int(v) if float(v).is_integer() and abs(v) < 2**53 else v for v in pair]


def wire_from(value: Any, where: str) -> Wire:
    """Return the wire that a text describes.

    Raises:
        ProjectError: It is not ``a -> b`` or ``a.port -> b.port``.
    """
    found = _WIRE.match(value) if isinstance(value, str) else None
    if found is None:
        raise ProjectError(
            _("expected a wire such as “conv1 -> relu1” or “a.out -> b.in”, got {value}.").format(
                value=shown(value)
            ),
            where=where,
        )
    source, source_port, target, target_port = found.groups()
    return Wire(source, target, source_port or "out", target_port or "in")


def check_identifier(name: str, where: str) -> None:
    """Say what is wrong with the name of a network or node.

    Raises:
        ProjectError: It cannot be used in paths and in exported code.
    """
    if not IDENTIFIER.match(name):
        raise ProjectError(
            _("{name} cannot be a name here.").format(name=shown(name)),
            where=where,
            hint=_("Use letters, digits and _, no digit first, 64 at most."),
        )


def _network_to(network: Network) -> dict[str, Any]:
    return {"init": plug_to(network.init), **_rules(network), **_graph_to(network)}


def block_to(block: Block) -> dict[str, Any]:
    """Return a block as the file has it."""
    params = {name: list(targets) for name, targets in block.params.items()}
    return {"description": block.description, "params": params, **_graph_to(block)}


def _graph_to(graph: Graph) -> dict[str, Any]:
    return {
        "nodes": {name: node_to(node) for name, node in graph.nodes.items()},
        "wires": [str(wire) for wire in graph.wires],
        "frames": {name: frame_to(frame) for name, frame in graph.frames.items()},
    }


def blocks_from(values: Any, where: str) -> dict[str, Block]:
    """Return the blocks that plain values describe, by name.

    Raises:
        ProjectError: Something is not as the schema expects; names the place.
    """
    return _Converter(lenient=False).blocks(values, where)


def frames_from(values: Any, where: str) -> dict[str, Frame]:
    """Return the frames that plain values describe, by id.

    Raises:
        ProjectError: Something is not as the schema expects; names the place.
    """
    return _Converter(lenient=False).frames(values, where)


def frame_to(frame: Frame) -> dict[str, Any]:
    """Return a frame as the file has it."""
    at, size = _pixels(frame.at), _pixels(frame.size)
    return {"title": frame.title, "at": at, "size": size, "color": frame.color}


def recipe_to(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as the file has it, every setting written out."""
    values = msgspec.structs.asdict(recipe)
    values["optimizer"] = plug_to(recipe.optimizer)
    values["optimizers"] = {name: plug_to(plug) for name, plug in recipe.optimizers.items()}
    values["schedule"] = plug_to(recipe.schedule)
    values["pruning"] = plug_to(recipe.pruning)
    values["quantisation"] = plug_to(recipe.quantisation)
    if recipe.early_stopping is not None:
        values["early_stopping"] = msgspec.structs.asdict(recipe.early_stopping)
    if recipe.average is not None:
        values["average"] = msgspec.structs.asdict(recipe.average)
    if recipe.distillation is not None:
        values["distillation"] = msgspec.structs.asdict(recipe.distillation)
    return values


class _Converter:
    """Reads plain values struct by struct."""

    def __init__(self, lenient: bool) -> None:
        self._lenient = lenient

    def project(self, values: Any) -> Project:
        return self._struct(
            Project,
            values,
            "",
            data=self._data,
            objective=self._plug,
            networks=self._networks,
            blocks=self.blocks,
            recipe=self._recipe,
            probes=self._list_of_plugs,
        )

    def _struct(
        self, cls: type[T], values: Any, where: str, **readers: Callable[[Any, str], Any]
    ) -> T:
        """Read a struct; the values of ``readers`` read its fields that are more than a value."""
        fields = {field.name: field for field in fields_of(cls)}
        given = dict(_mapping(values, where))
        if self._lenient:
            given = {key: value for key, value in given.items() if key in fields}
        for name, reader in readers.items():
            if name in given and not (given[name] is None and fields[name].optional):
                given[name] = reader(given[name], join(where, name))
        return read_struct(cls, given, where)

    def _data(self, values: Any, where: str) -> Data:
        return self._struct(
            Data,
            values,
            where,
            source=self._plug,
            split=self._split,
            augment=self._list_of_plugs,
        )

    def _split(self, values: Any, where: str) -> Split:
        split = self._struct(Split, values, where)
        if split.validation + split.test >= 1:
            raise ProjectError(
                _("validation and test together take everything, and nothing is left to learn."),
                where=where,
                hint=_("Their shares have to add up to less than 1."),
            )
        return split

    def _recipe(self, values: Any, where: str) -> Recipe:
        return self._struct(
            Recipe,
            values,
            where,
            optimizer=self._plug,
            optimizers=self._plugs,
            schedule=self._plug,
            pruning=self._plug,
            quantisation=self._plug,
            early_stopping=lambda value, place: self._struct(EarlyStopping, value, place),
            average=lambda value, place: self._struct(Averaging, value, place),
            distillation=lambda value, place: self._struct(Distillation, value, place),
        )

    def _list_of_plugs(self, values: Any, where: str) -> tuple[Plug, ...]:
        items = _list(values, where)
        return tuple(self._plug(item, join(where, str(i))) for i, item in enumerate(items))

    def _plugs(self, values: Any, where: str) -> dict[str, Plug]:
        plugs = {}
        for name, value in _mapping(values, where).items():
            check_identifier(name, where)
            plugs[name] = self._plug(value, join(where, name))
        return plugs

    def _plug(self, value: Any, where: str) -> Plug:
        values = dict(_mapping(value, where, _("a group of settings such as {type: adam}")))
        tag = _text(values.pop("type", None), join(where, "type"))
        return Plug(tag, values)

    def _networks(self, values: Any, where: str) -> dict[str, Network]:
        networks = {}
        for name, value in _mapping(values, where).items():
            check_identifier(name, where)
            networks[name] = self._network(value, join(where, name))
        return networks

    def _network(self, values: Any, where: str) -> Network:
        return self._struct(
            Network,
            values,
            where,
            init=self._plug,
            nodes=self._nodes,
            wires=self._wires,
            frames=self.frames,
        )

    def blocks(self, values: Any, where: str) -> dict[str, Block]:
        """Read the blocks of a project."""
        blocks = {}
        for name, value in _mapping(values, where).items():
            check_identifier(name, where)
            blocks[name] = self._struct(
                Block,
                value,
                join(where, name),
                nodes=self._nodes,
                wires=self._wires,
                frames=self.frames,
                params=self._offers,
            )
        return blocks

    def _offers(self, values: Any, where: str) -> dict[str, tuple[str, ...]]:
        """Read which settings a block offers."""
        offers = {}
        for name, value in _mapping(values, where).items():
            check_identifier(name, where)
            place = join(where, name)
            if name in RESERVED:
                raise ProjectError(
                    _("a setting of a block cannot have this name: it has a meaning already."),
                    where=place,
                    hint=_("Choose another name."),
                )
            items = [value] if isinstance(value, str) else _list(value, place)
            for item in items:
                if not (isinstance(item, str) and _TARGET.match(item)):
                    raise ProjectError(
                        _(
                            "expected a layer and its setting such as “conv1.filters”, got {value}."
                        ).format(value=shown(item)),
                        where=place,
                    )
            offers[name] = tuple(items)
        return offers

    def frames(self, values: Any, where: str) -> dict[str, Frame]:
        """Read the frames of a graph."""
        frames = {}
        for name, value in _mapping(values, where).items():
            check_identifier(name, where)
            frames[name] = self._struct(Frame, value, join(where, name))
        return frames

    def _nodes(self, values: Any, where: str) -> dict[str, Node]:
        nodes = {}
        for name, value in _mapping(values, where).items():
            check_identifier(name, where)
            nodes[name] = self._node(value, join(where, name))
        return nodes

    def _node(self, value: Any, where: str) -> Node:
        values = dict(_mapping(value, where, _("a layer such as {type: linear, at: [0, 0]}")))
        known = {key: values.pop(key) for key in BESIDE if key in values}
        _text(known.get("type"), join(where, "type"))
        fields = {field.name: field for field in fields_of(Node)}
        return Node(
            params=values,
            **{key: read_field(fields[key], item, where) for key, item in known.items()},
        )

    def _wires(self, values: Any, where: str) -> tuple[Wire, ...]:
        items = _list(values, where)
        return tuple(wire_from(item, join(where, str(i))) for i, item in enumerate(items))


def _mapping(value: Any, where: str, expected: str = "") -> Mapping[str, Any]:
    if value is None and not expected:
        return {}
    if isinstance(value, Mapping):
        return value
    raise ProjectError(
        _("expected {what}, got {value}.").format(
            what=expected or _("a group of named settings"), value=shown(value)
        ),
        where=where,
    )


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise ProjectError(_("expected a list, got {value}.").format(value=shown(value)), where=where)


def _text(value: Any, where: str) -> str:
    if isinstance(value, str) and value:
        return value
    if value is None:
        raise ProjectError(_("is missing; expected the name of a type."), where=where)
    raise ProjectError(
        _("expected the name of a type, got {value}.").format(value=shown(value)), where=where
    )
