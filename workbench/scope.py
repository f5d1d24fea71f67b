"""What is known of a whole network, as it is seen from one place: the network itself or inside of a block.

A place is what :mod:`workbench.edits` calls one: ``classifier``, or ``classifier/res1/2`` for the second copy
of the block for which the node ``res1`` stands. Checks and measurements name layers as the unfolded network
has them (``res1/2/conv``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from engine.blocks import leaves
from engine.layers.base import Shape
from engine.protocol import NetworkReport
from projects.errors import Problem
from projects.schema import BLOCK, Project
from projects.translation import gettext as _
from workbench import edits
from workbench.names import network_words

T = TypeVar("T")
_COPY = re.compile(r"\d+\Z")


def network_of(place: str) -> str:
    """Return the network that a place is in."""
    return place.partition("/")[0]


def head_of(place: str) -> str:
    """Return what the ids of layers at a place begin with: ``res1/2/``, empty for a network itself."""
    inner = place.partition("/")[2]
    return f"{inner}/" if inner else ""


def dotted(place: str, node: str = "") -> str:
    """Return the dotted path that a problem with a node of a place has."""
    where = f"networks.{network_of(place)}"
    return f"{where}.nodes.{head_of(place)}{node}" if node else where


def place_of(network: str, unfolded: str) -> tuple[str, str]:
    """Return in which place of a network a layer stands, and its id there."""
    outer, slash, node = unfolded.rpartition("/")
    return (f"{network}/{outer}" if slash else network), node


def outer(place: str) -> str:
    """Return the place in which the node stands whose inside this one is; a network is its own."""
    rest, _slash, last = place.rpartition("/")
    if not rest:
        return place
    return rest.rpartition("/")[0] if _COPY.match(last) else rest


def nearest(project: Project, place: str) -> str:
    """Return a place, or where it is gone the nearest one outside of it that is there.

    The numbers of copies are those that there are: none where a node stands for one, the first where the
    place has none or one that is gone.
    """
    while edits.found(project, place) is None and outer(place) != place:
        place = outer(place)
    return _numbered(project, place) if edits.found(project, place) is not None else place


def _numbered(project: Project, place: str) -> str:
    made, *way = place.split("/")
    for step, after in itertools.pairwise([*way, ""]):
        if not _COPY.match(step):
            node = edits.graph_of(project, made).nodes[step]
            made = edits.join_place(made, step, node)
            several = made.removesuffix("/1")
            if several != made and _COPY.match(after) and 1 <= int(after) <= node.params["repeat"]:
                made = f"{several}/{after}"
    return made


def standing(place: str) -> str:
    """Return the id of the node whose inside a place is; empty for a network."""
    names = [part for part in place.split("/")[1:] if not _COPY.match(part)]
    return names[-1] if names else ""


class Crumb(NamedTuple):
    """A step on the way to a place.

    Attributes:
        place: The place.
        words: What people read.
    """

    place: str
    words: str


def crumbs(place: str) -> list[Crumb]:
    """Return the way to a place, from the network on."""
    way: list[Crumb] = []
    while True:
        last = place.rpartition("/")[2]
        words = standing(place) or network_words(place)
        if _COPY.match(last) and standing(place):
            words = _("{name}, copy {number}").format(name=words, number=last)
        way.insert(0, Crumb(place, words))
        if outer(place) == place:
            return way
        place = outer(place)


def places(project: Project) -> Iterator[str]:
    """Yield the networks of a project, and one place of every block for which some node stands."""
    yield from project.networks
    for name in project.blocks:
        place = edits.where_used(project, name)
        if place is not None:
            yield place


def report_at(report: NetworkReport | None, place: str) -> NetworkReport | None:
    """Return what a check found out about the nodes of one place, by their ids there."""
    head = head_of(place)
    if report is None:
        return None
    inside = {
        name[len(head) :]: node
        for name, node in report.nodes.items()
        if name.startswith(head) and "/" not in name[len(head) :]
    }
    if not head:
        return msgspec.structs.replace(report, nodes=inside)
    return NetworkReport(
        parameters=sum(node.parameters for node in inside.values()),
        flops=sum(node.flops for node in inside.values()),
        activation_bytes=sum(node.activation_bytes for node in inside.values()),
        nodes=inside,
    )


def origins(project: Project, place: str) -> Callable[[str, str], str]:
    """Return what answers with the unfolded id of what leaves a node of a place at a port."""
    graph = edits.found(project, place)
    nodes = graph.nodes if graph is not None else {}
    head, blocks = head_of(place), project.blocks

    def origin(node: str, port: str) -> str:
        drawn = nodes.get(node)
        if drawn is None or drawn.type != BLOCK:
            return head + node
        return leaves(head + node, port, drawn, blocks)

    return origin


def shape_at(
    report: NetworkReport | None, project: Project, place: str, node: str, port: str = "out"
) -> Shape | None:
    """Return the shape of what leaves a node of a place at a port, if a check found it out."""
    if report is None:
        return None
    found = report.nodes.get(origins(project, place)(node, port))
    return found.out_shape if found is not None else None


def grouped(values: Mapping[str, T], place: str) -> dict[str, list[T]]:
    """Return values of unfolded layers by the nodes of a place in which these are."""
    head = head_of(place)
    found: dict[str, list[T]] = {}
    for name, value in values.items():
        if name.startswith(head):
            found.setdefault(name[len(head) :].partition("/")[0], []).append(value)
    return found


def problems_at(problems: Iterable[Problem], place: str) -> dict[str, tuple[Problem, ...]]:
    """Return the problems of each node of a place, errors first; those inside of a block say where."""
    prefix = f"{dotted(network_of(place))}.nodes.{head_of(place)}"
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.where.startswith(prefix):
            name = problem.where[len(prefix) :].split(".")[0]
            node, slash, inside = name.partition("/")
            if slash:
                message = _("In “{layer}”: {message}").format(layer=inside, message=problem.message)
                problem = msgspec.structs.replace(problem, message=message)
            found.setdefault(node, []).append(problem)
    return {
        name: tuple(sorted(group, key=lambda p: p.severity != "error"))
        for name, group in found.items()
    }
