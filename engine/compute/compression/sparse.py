"""How fast networks are whose matrices leave their zeros out, and what is to be said of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from engine.compression.variant import Latency, Size, by_speed
from projects.translation import gettext as _

LEAST = 0.5  # of the numbers of a matrix are to be 0, else leaving them out is no question


def thin(modules: Iterable[nn.Module]) -> list[nn.Linear]:
    """Return the linear layers most of whose weights are 0."""
    return [
        layer
        for module in modules
        for layer in module.modules()
        if isinstance(layer, nn.Linear)
        and not is_parametrized(layer)
        and int(layer.weight.count_nonzero()) <= (1 - LEAST) * layer.weight.numel()
    ]


class WithoutZeros:
    """Lets linear layers compute with sparse matrices (CSR) in the meantime, again and again; gradients are not to be asked for.

    Args:
        layers: The layers, with the weights that they have now.
    """

    def __init__(self, layers: Iterable[nn.Linear]) -> None:
        self._pairs = [(layer, _Thin(layer)) for layer in layers]

    def __enter__(self) -> None:
        """From now on."""
        for layer, thinned in self._pairs:
            layer.__dict__["forward"] = thinned  # calls find it before the method

    def __exit__(self, *_error: object) -> None:
        """Their own matrices again."""
        for layer, _thinned in self._pairs:
            layer.__dict__.pop("forward", None)


class _Thin:
    """What a linear layer computes, by a sparse matrix."""

    def __init__(self, layer: nn.Linear) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta state")
            self._weight = layer.weight.detach().to_sparse_csr()
        self._bias = None if layer.bias is None else layer.bias.detach()

    def __call__(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        found = torch.mm(self._weight, rows.T).T.reshape(*x.shape[:-1], -1)
        return found if self._bias is None else found + self._bias


def notes_on(size: Size) -> tuple[str, ...]:
    """Return what a person should know of how fast sparse matrices are here; nothing where there are none."""
    sentences = (
        _("Sparse matrices are faster here: {times}."),
        _(
            "Sparse matrices are slower here: {times}. On most processors they gain only above 90 to 95 % of zeros."
        ),
        _(
            "Sparse matrices make no clear difference here: {times}. On most processors they gain only above 90 to 95 % of zeros."
        ),
    )
    groups = by_speed(zip(size.latencies, size.sparse_latencies, strict=False))
    return tuple(
        _told(sentence, group) for sentence, group in zip(sentences, groups, strict=True) if group
    )


def _told(sentence: str, pairs: Iterable[tuple[Latency, Latency]]) -> str:
    words = _("{sparse:.3g} ms instead of {dense:.3g} ms for {batch}")
    times = [
        words.format(sparse=1000 * thin.median, dense=1000 * dense.median, batch=dense.batch)
        for dense, thin in pairs
    ]
    return sentence.format(times=", ".join(times))
