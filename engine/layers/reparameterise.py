"""Drawing from a distribution that a network tells."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape, ShapeError
from projects.translation import gettext as _


class Reparameterise(Layer, frozen=True, kw_only=True, tag="reparameterise"):
    """Draws from normal distributions, so that gradients reach their means and variances.

    z = μ + exp(½ log σ²) · ε with ε from N(0, 1) while training, and z = μ afterwards. The first half of
    what flows in (of its channels) is μ, the second half log σ²: 2k numbers become k. It is for networks that
    draw on their way; the objective *Variational autoencoder* draws by itself behind its encoder.
    """

    title: ClassVar[str] = "Reparameterise"
    aliases: ClassVar[tuple[str, ...]] = ("VAE", "Sample", "Latent", "Gaussian sampling")
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 77
    formula: ClassVar[tuple[str, ...]] = (
        r"z = \mu + \exp\left(\frac{1}{2} \log \sigma^2\right) \cdot \varepsilon, \quad \varepsilon \,\sim\, \mathcal{N}(0, 1)",
        r"z = \mu \quad\text{(not training)}",
    )
    use: ClassVar[str] = (
        "In an autoencoder, or within a network, that is to answer with a spread of its own "
        "choosing. If you want a variational autoencoder, leave it out and choose that objective."
    )
    trouble: ClassVar[str] = (
        "Nothing here rewards a spread: most losses are lowest when σ goes to 0, and after a "
        "while it draws the mean. A large log σ² at the start overflows the exponential and the "
        "loss is not a number: use small weights before it."
    )
    source: ClassVar[str] = "Kingma & Welling 2014, Auto-Encoding Variational Bayes, section 2.4"

    def check(self, *shapes: Shape) -> None:
        """A vector or an image that can be halved."""
        (x,) = shapes
        if x.rank not in (1, 3):
            raise ShapeError(
                _("expected a vector or an image, got {shape}.").format(shape=x),
                _("Put a Flatten before it."),
            )
        if x.channels % 2:
            raise ShapeError(
                _("{count} numbers cannot be halved into means and variances.").format(
                    count=x.channels
                ),
                _("Let the layer before it give two numbers for each one that is drawn."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Reparameterise``, which keeps ``mean`` and ``log_variance`` of its last batch."""
        return nn.Reparameterise()
