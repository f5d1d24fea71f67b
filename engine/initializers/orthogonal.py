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
    """

    title: ClassVar[str] = "Orthogonal"
    order: ClassVar[int] = 4
    formula: ClassVar[tuple[str, ...]] = (
        r"W W^\top = \text{gain}^2 \cdot I \quad\text{or}\quad W^\top W = \text{gain}^2 \cdot I",
        r"\lVert W x \rVert = \text{gain} \cdot \lVert x \rVert \quad (\text{rows} \ge \text{columns})",
    )
    use: ClassVar[str] = (
        "For LSTM, GRU and Simple RNN over long sequences, and for networks of 20 layers and more "
        "without norms. For ordinary depths He or Xavier are as good and quicker to draw."
    )
    trouble: ClassVar[str] = (
        "A gain of 1 before ReLU loses half of the energy in each layer, the same as Xavier. "
        "Matrices of several thousand rows and columns take seconds to draw. Convolutions keep "
        "lengths only roughly, for windows overlap."
    )
    source: ClassVar[str] = (
        "Saxe, McClelland & Ganguli 2013, Exact Solutions to the Nonlinear Dynamics of Learning "
        "in Deep Linear Neural Networks"
    )

    gain: Annotated[
        float, Meta(gt=0, le=100, title="Gain", description="1 for linear and tanh, √2 for ReLU.")
    ] = 1.0

    def draw(self, weight: Tensor) -> None:
        """Fill with an orthogonal matrix from the QR decomposition of a Gaussian one."""
        from torch.nn import init

        init.orthogonal_(weight, self.gain)
