"""Saxe and colleagues' start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.initializers.base import Initializer

if TYPE_CHECKING:
    from torch import Tensor


class Orthogonal(Initializer, frozen=True, kw_only=True, tag="orthogonal"):
    """Makes every weight matrix (semi-)orthogonal, so that it keeps the length of what it carries.

    W Wᵀ = gain² · I (or Wᵀ W, whichever is smaller), kernels read as filters × everything else;
    biases start at zero. Good for recurrent layers and for very deep networks.

    Source: Saxe, McClelland & Ganguli 2013, *Exact Solutions to the Nonlinear Dynamics of Learning
    in Deep Linear Neural Networks*.
    """

    title: ClassVar[str] = "Orthogonal"
    order: ClassVar[int] = 4

    gain: Annotated[
        float, Meta(gt=0, le=100, title="Gain", description="1 for linear and tanh, √2 for ReLU.")
    ] = 1.0

    def draw(self, weight: Tensor) -> None:
        """Fill with an orthogonal matrix from the QR decomposition of a Gaussian one."""
        from torch.nn import init

        init.orthogonal_(weight, self.gain)
