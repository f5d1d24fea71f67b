"""Units that are taken out of a design: which ones count least, and the design without them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compression.prune_units import PruneUnits
from engine.compute.compression.couplings import walked
from engine.compute.compression.drawn import Drawn, Facts, State, editable, left_alone, redrawn
from engine.compute.compression.model import Model
from engine.compute.compression.rewinding import weights_at
from engine.compute.compression.units import STAYS, Cut, Ids, Walk
from engine.compute.compression.zeroing import chosen
from engine.layers.reshape import Reshape
from projects.errors import CompressionError
from projects.translation import gettext as _
from projects.translation import ngettext

SEED = 0x0517
START = "start"
Made = tuple[str, frozenset[int]]
"""A layer, and units that it makes: a transformer makes units and heads."""


@dataclass(frozen=True)
class Group:
    """Layers whose units go together.

    Attributes:
        drawn: The network.
        nodes: The layers that make the units.
        scores: How much each unit counts, by its number.
        width: How many numbers a head has, where they are heads of attention.
    """

    drawn: Drawn
    nodes: tuple[str, ...]
    scores: Mapping[int, float]
    width: int = 0

    def rounded(self, away: int, multiple: int) -> int:
        """How many go where at most ``away`` may and numbers of a multiple are to be left, or all."""
        step = multiple // math.gcd(multiple, self.width or 1)
        left = math.ceil((len(self.scores) - away) / step) * step
        return max(0, len(self.scores) - left)


def prune_units(model: Model, rule: PruneUnits) -> Model:
    """Return a model with fewer units.

    Raises:
        CompressionError: Nothing can go, or a layer would be left with nothing.
    """
    generator = torch.Generator().manual_seed(rule.seed ^ SEED)
    walks: dict[str, Walk] = {}
    groups: list[Group] = []
    words: dict[str, list[str]] = {}
    names = chosen(model.weights, rule.networks)
    notes = left_alone(model, names)
    begun: dict[str, dict[str, State]] = {}
    if rule.criterion == "movement":
        advice = _("Choose another measure: this one needs the design that was trained.")
        start = model.with_weights({**model.weights, **weights_at(model, names, START, advice)})
        begun = {drawn.name: drawn.weights for drawn, _said in editable(start, names)}
    for drawn, said in editable(model, names):
        walks[drawn.name] = walk = walked(drawn, Facts(drawn))
        groups += groups_of(drawn, walk, rule, generator, begun.get(drawn.name))
        words[drawn.name] = said
        notes += _held(drawn, walk)
    gone = _least(groups, rule)
    if not any(gone.values()):
        advice = _("Choose a larger share, another measure, or a layer with more units.")
        raise CompressionError(
            _("there is no unit that could go."),
            where=rule.node or rule.networks or "networks",
            hint=" ".join([*notes, advice]),
        )
    changed = []
    for name, away in gone.items():
        if away:
            drawn = next(group.drawn for group in groups if group.drawn.name == name)
            notes += [*words[name], *narrow(drawn, walks[name], away)]
            changed.append(drawn)
    return redrawn(model, changed, notes)


def _held(drawn: Drawn, walk: Walk) -> list[str]:
    if not walk.held:
        return []
    return [
        _("“{name}”: units that flow into these layers stay: {layers}.").format(
            name=drawn.name, layers=", ".join(sorted(walk.held))
        )
    ]


def groups_of(
    drawn: Drawn,
    walk: Walk,
    rule: PruneUnits,
    generator: torch.Generator,
    begun: Mapping[str, State] | None = None,
) -> list[Group]:
    """Return the layers of a network whose units may go, those that go together as one, and what each unit counts.

    Args:
        drawn: The network.
        walk: Its units.
        rule: How units are judged.
        generator: For those that go by chance.
        begun: By node, the weights that the training began with; for those that go by how they moved.
    """
    made: dict[Made, list[Cut]] = {}
    for node, cuts in walk.cuts.items():
        for cut in cuts:
            if cut.makes and (own := _those(walk, cut.ids)):
                made.setdefault((node, own), []).append(cut)
    groups = []
    for those in _together(made):
        nodes = tuple(dict.fromkeys(node for node, _units in those))
        if rule.node and drawn.ids.get(rule.node) not in nodes:
            continue
        units = sorted({unit for _node, own in those for unit in own})
        width = walk.widths.get(units[0], 0)
        if rule.what != "all" and (rule.what == "heads") != bool(width):
            continue
        parts = {one: made[one] for one in those}
        scores = _scores(drawn, walk, rule, parts, units, generator, begun or {})
        if len(units) > 1 and scores:
            groups.append(Group(drawn, nodes, scores, width))
    return groups


def _those(walk: Walk, ids: Ids) -> frozenset[int]:
    return frozenset(np.unique(walk.units.roots(ids)).tolist()) - {STAYS}


def _together(made: Iterable[Made]) -> list[list[Made]]:
    """Layers that have units in common, in the order of the first."""
    found: list[list[Made]] = []
    for one in made:
        near = [group for group in found if any(units & one[1] for _node, units in group)]
        found = [group for group in found if group not in near]
        found.append([*(other for group in near for other in group), one])
    return found


def _scores(
    drawn: Drawn,
    walk: Walk,
    rule: PruneUnits,
    made: Mapping[Made, Sequence[Cut]],
    units: Sequence[int],
    generator: torch.Generator,
    begun: Mapping[str, State],
) -> dict[int, float]:
    """What each unit counts: the mean over all places where it is made, or scaled."""
    if rule.criterion == "random":
        drawn_numbers = torch.rand(len(units), generator=generator).tolist()
        return dict(zip(units, drawn_numbers, strict=True))
    scored: Sequence[tuple[Cut, Tensor]]
    if rule.criterion == "norm_scale":
        wanted = set(units)
        scored = [
            (cut, drawn.weights[node][cut.key].abs())
            for node, cuts in walk.cuts.items()
            for cut in cuts
            if cut.scales and _those(walk, cut.ids) & wanted
        ]
    else:
        scored = [
            (cut, _sizes(drawn.weights[node], begun.get(node), cut, rule.criterion))
            for (node, _units), cuts in made.items()
            for cut in cuts
        ]
    found: dict[int, list[float]] = defaultdict(list)
    for cut, numbers in scored:
        for unit, number in zip(walk.units.roots(cut.ids).tolist(), numbers.tolist(), strict=True):
            found[unit].append(number)
    there = [unit for unit in units if unit in found]
    return {unit: sum(found[unit]) / len(found[unit]) for unit in there}


def _sizes(state: State, begun: State | None, cut: Cut, criterion: str) -> Tensor:
    """How large the weights of each unit are beside those of the others, or have become, ``(units,)``."""
    rows = _rows(state, cut)
    sizes = rows.norm(dim=1) if criterion == "l2" else rows.abs().sum(1)
    grown = sizes if begun is None else sizes - _rows(begun, cut).abs().sum(1)
    return grown / sizes.mean().clamp(min=1e-30)


def _rows(state: State, cut: Cut) -> Tensor:
    return state[cut.key].double().transpose(0, cut.axis).flatten(1)


def _least(groups: Sequence[Group], rule: PruneUnits) -> dict[str, set[int]]:
    """Which units go, by network."""
    gone: dict[str, set[int]] = {group.drawn.name: set() for group in groups}
    if rule.scope == "layer":
        for group in groups:
            order = sorted(group.scores, key=lambda unit: (group.scores[unit], unit))
            away = group.rounded(_many(rule.amount, len(order)), rule.multiple)
            gone[group.drawn.name].update(order[:away])
        return gone
    ranked = sorted(
        (score, place, unit)
        for place, group in enumerate(groups)
        for unit, score in group.scores.items()
    )
    for _score, place, unit in ranked[: _many(rule.amount, len(ranked))]:
        gone[groups[place].drawn.name].add(unit)
    for group in groups:
        if gone[group.drawn.name].issuperset(group.scores):
            raise CompressionError(
                _("this layer would be left with nothing."),
                where=group.drawn.where(group.nodes[0]),
                hint=_("Choose a smaller share, or compare by layer."),
            )
        least = sorted(gone[group.drawn.name] & group.scores.keys(), key=group.scores.__getitem__)
        away = group.rounded(len(least), rule.multiple)
        gone[group.drawn.name].difference_update(least[away:])
    return gone


def _many(share: float, count: int) -> int:
    return math.floor(share * count + 1e-9)


def narrow(drawn: Drawn, walk: Walk, gone: set[int]) -> list[str]:
    """Take units out of a network; return what is to be said of its layers.

    Args:
        drawn: The network, changed in place.
        walk: Its units.
        gone: Those that go.
    """
    away, said = np.array(sorted(gone)), []
    for node, cuts in walk.cuts.items():
        state = dict(drawn.weights[node])
        for cut in cuts:
            left = torch.from_numpy(np.flatnonzero(_left(walk, cut.ids, away)))
            state[cut.key] = state[cut.key].index_select(cut.axis, left)
        drawn.weights[node] = state
    for node, sizes in walk.sizes.items():
        for setting, ids in sizes.items():
            left_there = _left(walk, ids, away)
            if left_there.all():
                continue
            if drawn.nodes[node].type == Reshape.tag():
                drawn.set(node, sizes=_box(drawn.nodes[node].params[setting], left_there))
                continue
            drawn.set(node, **{setting: int(left_there.sum())})
            if setting == "groups":  # as many as channels: what it filters says it already
                continue
            kept = int(left_there.sum())
            words = ngettext(
                "“{network}.{node}”: {left} of {count} units is left.",
                "“{network}.{node}”: {left} of {count} units are left.",
                kept,
            )
            if setting == "heads":  # what flows in is not dealt evenly to those that are left
                drawn.set(node, head_width=walk.widths[int(ids[0])])
                words = ngettext(
                    "“{network}.{node}”: {left} of {count} heads is left.",
                    "“{network}.{node}”: {left} of {count} heads are left.",
                    kept,
                )
            said.append(words.format(network=drawn.name, node=node, left=kept, count=len(ids)))
    _let_sharers_follow(drawn, walk)
    return said


def _left(walk: Walk, ids: Ids, away: Ids) -> NDArray[np.bool_]:
    return ~np.isin(walk.units.roots(ids), away)


def _box(sizes: Sequence[int], left: NDArray[np.bool_]) -> list[int]:
    """The sizes of a Reshape behind which some places are gone; one that is left open stays open."""
    axes = range(left.ndim)
    counts = [int(left.any(axis=tuple(set(axes) - {axis})).sum()) for axis in axes]
    return [old if old == -1 else count for old, count in zip(sizes, counts, strict=True)]


def _let_sharers_follow(drawn: Drawn, walk: Walk) -> None:
    """A layer that uses another's weights has its settings, too."""
    for name, node in drawn.nodes.items():
        if node.shares is not None:
            owner = node.shares
            while (further := drawn.nodes[owner].shares) is not None:
                owner = further
            params = {k: v for k, v in node.params.items() if k not in walk.sizes.get(owner, {})}
            drawn.nodes[name] = msgspec.structs.replace(node, params=params)
