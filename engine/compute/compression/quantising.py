"""Models whose weights lie on grids, and whose layers take in rounded numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor, nn

from engine.compression.activation import Activation
from engine.compression.quantise_dynamic import QuantiseDynamic
from engine.compression.quantise_static import QuantiseStatic
from engine.compression.quantise_weights import QuantiseWeights
from engine.compute.compression.calibrating import ranges_of
from engine.compute.compression.model import Model
from engine.compute.compression.zeroing import chosen
from engine.compute.gridding import axes_of, on_grids
from engine.compute.rounding import ON_THE_FLY, quantisable
from projects.errors import CompressionError
from projects.translation import gettext as _

BITS = 8


def quantise_weights(model: Model, rule: QuantiseWeights) -> Model:
    """Return a model whose weights lie on grids.

    Raises:
        CompressionError: There is no such network, or it has no weights to quantise.
    """
    modules = model.modules()
    return _on_grids(
        model, modules, chosen(modules, rule.networks), rule.bits, rule.ends == "least_error"
    )


def quantise_dynamic(model: Model, rule: QuantiseDynamic) -> Model:
    """Return a model whose weights lie on grids and whose linear and recurrent layers round what enters them.

    Raises:
        CompressionError: There is no such network, or no such layer.
    """
    modules = model.modules()
    names = chosen(modules, rule.networks)
    rules = {
        name: dict.fromkeys(quantisable(modules[name], ON_THE_FLY), Activation()) for name in names
    }
    _need_layers(rules, _("Only linear and recurrent layers are quantised on the fly."))
    return _rounding(_on_grids(model, modules, names, BITS), rules)


def quantise_static(model: Model, rule: QuantiseStatic) -> Model:
    """Return a model whose weights lie on grids and whose layers round what enters them, by measured ranges.

    Raises:
        CompressionError: There is no such network, or no layer in it that could be quantised.
    """
    modules = model.modules()
    names = chosen(modules, rule.networks)
    made = _on_grids(model, modules, names, BITS)
    learnt = {name: model.activations[name] for name in names if model.activations.get(name)}
    if learnt.keys() == set(names) and not any(
        range_.is_dynamic for own in learnt.values() for range_ in own.values()
    ):
        return made
    found = ranges_of(replace(made, activations={}).opened(), rule)
    rules = {name: found[name] for name in names}
    _need_layers(rules, _("Only linear, convolutional and recurrent layers are quantised."))
    return _rounding(made, rules)


def _on_grids(
    model: Model,
    modules: Mapping[str, nn.Module],
    names: list[str],
    bits: int,
    least_error: bool = False,
) -> Model:
    """Put the weights of some networks on grids; those that lie on one of as few bits already stay."""
    weights: dict[str, Mapping[str, Tensor]] = dict(model.weights)
    grids = {}
    for name in names:
        known = model.grids.get(name, {})
        axes = {
            parameter: axis
            for parameter, axis in axes_of(modules[name]).items()
            if parameter not in known or known[parameter].bits > bits
        }
        if not axes and not known:
            raise CompressionError(
                _("there is nothing in this network that could be quantised."),
                where=f"networks.{name}",
                hint=_("Only matrices and embeddings are quantised."),
            )
        made, grids[name] = on_grids(weights[name], axes, bits, least_error)
        weights[name] = {**weights[name], **made}
    return model.with_grids(weights, grids)


def _need_layers(rules: Mapping[str, Mapping[str, Activation]], hint: str) -> None:
    if not any(rules.values()):
        raise CompressionError(
            _("no layer of this network takes in numbers that could be quantised."),
            where=f"networks.{next(iter(rules))}",
            hint=hint,
        )


def _rounding(model: Model, rules: Mapping[str, Mapping[str, Activation]]) -> Model:
    found = {name: own for name, own in rules.items() if own}
    return replace(model, activations={**model.activations, **found})
