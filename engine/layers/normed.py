"""The one option of every layer with a weight matrix: what the matrix is divided by."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

Norm = Annotated[
    Literal["none", "spectral", "weight"],
    Meta(
        title="Weight norm",
        description=(
            "none: as they are learned. spectral norm: divided by their largest singular value, W / σ(W), so that "
            "the layer stretches nothing (Miyato et al. 2018; steadies discriminators). weight normalisation: length and "
            "direction learned apart, g · v / ‖v‖ for every unit (Salimans & Kingma 2016)."
        ),
        extra={"names": {"spectral": "spectral norm", "weight": "weight normalisation"}},
    ),
]


def normed(nn: Any, module: Any, norm: str) -> Any:
    """Return a module whose weight is normed anew in every forward pass.

    The spectral norm estimates σ by one step of power iteration in every forward pass of the training;
    elsewhere the estimate stays as it is. It lags behind while weights move fast, and catches up when
    they slow down. It is kept with the weights (``_u``, ``_v``).

    Args:
        nn: What ``build`` was handed.
        module: A module with a ``weight``.
        norm: A value of :data:`Norm`.
    """
    if norm == "spectral":
        return nn.spectral_norm(module)
    if norm == "weight":
        return nn.weight_norm(module)
    return module
