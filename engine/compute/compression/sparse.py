"""How fast networks are whose matrices leave their zeros out, and what is to be said of it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from engine.compression.variant import Latency, Size
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


@contextlib.contextmanager
def without_zeros(layers: Iterable[nn.Linear]) -> Iterator[None]:
    """Let linear layers compute with sparse matrices (CSR) in the meantime; gradients are not to be asked for."""
    layers = list(layers)
    try:
        for layer in layers:
            layer.__dict__["forward"] = _Thin(layer)  # calls find it before the method
        yield
    finally:
        for layer in layers:
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
    pairs = list(zip(size.latencies, size.sparse_latencies, strict=False))
    if not pairs:
        return ()
    slower = [(dense, thin) for dense, thin in pairs if thin.median >= dense.median]
    if not slower:
        return (_told(_("Sparse matrices are faster here: {times}."), pairs),)
    words = _(
        "Sparse matrices are slower here: {times}. On most processors they gain only above 90 to 95 % of zeros."
    )
    return (_told(words, slower),)


def _told(sentence: str, pairs: Iterable[tuple[Latency, Latency]]) -> str:
    words = _("{sparse:.3g} ms instead of {dense:.3g} ms for {batch}")
    times = [
        words.format(sparse=1000 * thin.median, dense=1000 * dense.median, batch=dense.batch)
        for dense, thin in pairs
    ]
    return sentence.format(times=", ".join(times))
