"""Weights that are set to zero at once: the least important ones, or all but N of every M."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.compression.prune import Prune
from engine.compute.compression.model import Model
from engine.compute.kinds import kinds_of
from engine.compute.pruning import alone_words, by_chance, kept, prunable
from projects.errors import CompressionError, did_you_mean
from projects.translation import gettext as _


def prune(model: Model, rule: Prune) -> Model:
    """Return a model of which weights are zero.

    Raises:
        CompressionError: There is no such network, or nothing in it that could be pruned.
    """
    modules = model.modules()
    names = chosen(modules, rule.networks)
    weights = {name: dict(state) for name, state in model.weights.items()}
    notes: list[str] = []
    for name in names:
        views = prunable(model.weights[name], kinds_of(modules[name]))
        if not views:
            raise CompressionError(
                _("there is nothing in this network that could be pruned."),
                where=f"networks.{name}",
                hint=_("Only matrices and embeddings are pruned."),
            )
        for parameter, stays in _masks(views, rule).items():
            weights[name][parameter] = weights[name][parameter].masked_fill(~stays, 0.0)
            if stays.numel() > 1 and int(stays.sum()) == 1:
                notes.append(alone_words(name, parameter))
    return model.with_weights(weights, *notes)


def chosen(modules: Mapping[str, object], name: str) -> list[str]:
    """Return the names of the networks that a rule is about: all of them where it names none.

    Raises:
        CompressionError: There is no network of this name.
    """
    if not name:
        return list(modules)
    if name not in modules:
        raise CompressionError(
            _("there is no network called “{name}”.").format(name=name),
            where="networks",
            hint=did_you_mean(name, modules),
        )
    return [name]


def _masks(views: Mapping[str, Tensor], rule: Prune) -> dict[str, Tensor]:
    if rule.pattern != "none":
        n, m = map(int, rule.pattern.split(":"))
        return {name: n_of_m(weight, n, m) for name, weight in views.items()}
    sizes = {name: weight.abs() for name, weight in views.items()}
    scores = sizes if rule.criterion == "magnitude" else by_chance(views, rule.seed)
    return kept(scores, rule.amount, rule.scope)


def n_of_m(weight: Tensor, n: int, m: int) -> Tensor:
    """Return which weights stay where of every ``m`` in a row that lead into one unit the ``n`` largest do.

    Args:
        weight: ``(units, …)``; what is left over at the end of a row stays.
        n: How many of them stay.
        m: Of how many.
    """
    rows = weight.abs().flatten(1)
    whole = rows.shape[1] // m * m
    groups = rows[:, :whole].reshape(len(rows), -1, m)
    stays = torch.ones_like(rows, dtype=torch.bool)
    if whole:
        order = groups.argsort(dim=2, descending=True, stable=True)
        largest = torch.zeros_like(groups, dtype=torch.bool)
        largest.scatter_(2, order[:, :, :n], True)
        stays[:, :whole] = largest.reshape(len(rows), whole)
    return stays.view(weight.shape)
