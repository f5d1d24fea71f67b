"""Bounds on a discriminator's weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
from msgspec import Meta

from engine.adversarial.penalties.base import Penalty
from engine.layers.base import LAYERS
from projects.schema import Network, Node

if TYPE_CHECKING:
    from torch import Tensor


class WeightClipping(Penalty, frozen=True, kw_only=True, tag="weight_clipping"):
    """Keeps every weight of the discriminator small: ``|w| ≤ c`` after each of its updates.

    The first way to bound the slope of a Wasserstein critic, with c = 0.01, RMSprop of 5e-5 and 5 critic
    steps.
    """

    title: ClassVar[str] = "Weight clipping"
    order: ClassVar[int] = 70
    bounds: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (r"w \leftarrow \min(\max(w, -c), c)",)
    use: ClassVar[str] = (
        "To repeat the first WGAN, or where second derivatives can't be had. Otherwise the "
        "Gradient penalty or Spectral norm bounds the same slope better."
    )
    trouble: ClassVar[str] = (
        "Most weights end at −c or c, so the critic stays simple; a c too small makes gradients "
        "vanish over the layers, one too large takes long to reach and makes them explode. Adam "
        "with momentum makes it swing: use RMSprop."
    )
    source: ClassVar[str] = "Arjovsky, Chintala & Bottou 2017, Wasserstein GAN, algorithm 1"

    bound: Annotated[
        float, Meta(gt=0, le=100, title="Bound", description="Largest size of a weight.")
    ] = 0.01

    def hold(self, weights: Tensor) -> None:
        """Clip all weights."""
        weights.clamp_(-self.bound, self.bound)


class SpectralNorm(Penalty, frozen=True, kw_only=True, tag="spectral_norm"):
    """Divides the weights of every layer of the discriminator by their largest singular value.

    ``W / σ(W)``, so that no layer stretches anything: as if *Weight norm* of each of its layers were
    *spectral*; layers that have another one keep it. σ by one power iteration a forward pass.
    """

    title: ClassVar[str] = "Spectral norm"
    order: ClassVar[int] = 80
    bounds: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\bar{W} = \frac{W}{\sigma(W)}, \quad \sigma(W) = \max_{\lVert h \rVert = 1} \lVert W h \rVert",
        r"v \leftarrow \frac{W^T u}{\lVert W^T u \rVert}, \quad u \leftarrow \frac{W v}{\lVert W v \rVert}",
        r"\sigma(W) \approx u^T W v",
    )
    use: ClassVar[str] = (
        "With Hinge on images, and wherever a gradient penalty is too slow: one power iteration "
        "costs little. It bounds D everywhere, not only where examples lie."
    )
    trouble: ClassVar[str] = (
        "The bound of all layers together is loose: a deep D may become so flat that its logits "
        "hardly differ, and with Wasserstein −L_D is then far below the true distance. Batch norm "
        "in D multiplies scales back in and undoes it."
    )
    source: ClassVar[str] = (
        "Miyato et al. 2018, Spectral normalization for generative adversarial networks, equation "
        "8 and algorithm 1"
    )

    def drawn(self, network: Network) -> Network:
        """Return the network with the option of each layer that has it."""
        nodes = {name: _spectral(node) for name, node in network.nodes.items()}
        return msgspec.structs.replace(network, nodes=nodes)


def _spectral(node: Node) -> Node:
    layer = LAYERS.entries.get(node.type)
    if layer is None or not any(field.name == "norm" for field in layer.fields()):
        return node
    if node.params.get("norm", "none") != "none":
        return node
    return msgspec.structs.replace(node, params={**node.params, "norm": "spectral"})
