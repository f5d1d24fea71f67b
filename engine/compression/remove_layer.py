"""One layer less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class RemoveLayer(Compression, frozen=True, kw_only=True, tag="remove_layer"):
    """Takes one layer, or one block, out of the design: what flowed into it goes on unchanged.

    It has to give what it takes in shape. At an Add the first path stays, and layers from which no way leads
    to the output any more go too. A Dropout does nothing after training, so without it nothing changes.
    """

    title: ClassVar[str] = "Remove a layer"
    order: ClassVar[int] = 42
    use: ClassVar[str] = (
        "In deep residual networks, whose later blocks change little: take one out, look at the score, train on. Dropout and "
        "noise can go before a network is handed over."
    )
    trouble: ClassVar[str] = (
        "Outside of residual paths the layers behind it get numbers that they never saw: most of the accuracy is gone until it "
        "is trained on."
    )
    source: ClassVar[str] = (
        "Veit, Wilber & Belongie 2016, Residual Networks Behave Like Ensembles of Relatively Shallow Networks, section 4.1"
    )

    node: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=400,
            title="Layer",
            description="Its name on the canvas; inside of a block, with the block before it: res1/conv.",
        ),
    ]
    networks: Networks = ""

    def apply(self, model: Model) -> Model:
        """Return the model without the layer."""
        from engine.compute.compression.removing import remove_layer

        return remove_layer(model, self)
