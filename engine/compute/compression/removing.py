"""One layer or block less."""

from __future__ import annotations

from engine.compression.remove_layer import RemoveLayer
from engine.compute.compression.drawn import Drawn, Facts, editable, left_alone, redrawn
from engine.compute.compression.model import Model
from engine.compute.compression.zeroing import chosen
from engine.layers.base import LAYERS
from projects.errors import CompressionError, ProblemsError, did_you_mean
from projects.translation import gettext as _


def remove_layer(model: Model, rule: RemoveLayer) -> Model:
    """Return a model without one layer or block.

    Raises:
        CompressionError: There is no such layer, several networks have one, or the network needs it.
    """
    names = chosen(model.weights, rule.networks)
    there = list(editable(model, names))
    found = [(drawn, words) for drawn, words in there if _meant(drawn, rule.node)]
    if len(found) > 1:
        raise CompressionError(
            _("several networks have a layer called “{name}”.").format(name=rule.node),
            where="node",
            hint=_("Name the network, too."),
        )
    if not found:
        meant = did_you_mean(rule.node, [name for drawn, _words in there for name in drawn.ids])
        raise CompressionError(
            _("there is no layer called “{name}”.").format(name=rule.node),
            where="node",
            hint=" ".join(filter(None, [*left_alone(model, names), meant])),
        )
    ((drawn, words),) = found
    _remove(drawn, rule.node)
    return redrawn(model, [drawn], words)


def _meant(drawn: Drawn, name: str) -> list[str]:
    """The nodes that a name means: a layer, or all of those of a block."""
    inside = [key for key in drawn.ids if key == name or key.startswith(f"{name}/")]
    return [drawn.ids[key] for key in inside if drawn.ids[key] in drawn.nodes]


def _remove(drawn: Drawn, name: str) -> None:
    facts, gone, where = Facts(drawn), set(_meant(drawn, name)), drawn.where(name)
    for node in gone:
        layer = LAYERS.get(drawn.nodes[node].type)
        if not (layer.inputs and layer.outputs):
            raise CompressionError(_("the network begins or ends here."), where=where)
        others = [n for n, owner in facts.owners.items() if owner == node and n not in gone]
        if others:
            raise CompressionError(
                _("“{other}” uses its weights.").format(other=others[0]),
                where=where,
                hint=_("Remove that one first."),
            )
    _need_same_shape(drawn, facts, name, gone)
    for node in gone:
        drawn.remove(node)
    try:
        needed = Facts(drawn).found.plan.needed
    except ProblemsError as error:
        raise CompressionError(
            _("without “{name}” the network cannot work: {reason}").format(name=name, reason=error),
            where=where,
        ) from error
    for node in facts.found.plan.needed - needed - gone:
        drawn.drop(node)


def _need_same_shape(drawn: Drawn, facts: Facts, name: str, gone: set[str]) -> None:
    """What leaves has to have the shape of what enters first."""
    shapes = facts.found.shapes
    taken = [w.source for w in drawn.wires if w.target in gone and w.source not in gone]
    given = [w.source for w in drawn.wires if w.source in gone and w.target not in gone]
    for node in given:
        if taken and shapes.get(node) != shapes.get(taken[0]):
            raise CompressionError(
                _("“{name}” takes {taken} and gives {given}.").format(
                    name=name, taken=shapes.get(taken[0]), given=shapes.get(node)
                ),
                where=drawn.where(name),
                hint=_("Only what gives the shape that it takes can be left out."),
            )
