"""The weights alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class Safetensors(Export, frozen=True, kw_only=True, tag="safetensors"):
    """The weights and buffers of all networks in one file, under the names ``network.layer.weight``.

    Nothing in such a file can be executed. Ganvas reads it back by Import in the menu File.
    """

    title: ClassVar[str] = "Weights (safetensors)"
    order: ClassVar[int] = 40
    suffix: ClassVar[str] = ".safetensors"
    use: ClassVar[str] = (
        "To carry weights to a network that is there already: into another project, or into code of your own "
        "with load_state_dict()."
    )
    trouble: ClassVar[str] = (
        "It says nothing of how layers are put together. Names have to be the same in the network that takes them."
    )
    lacks: ClassVar[str] = "The design is not in it; everything else is."
    source: ClassVar[str] = "https://github.com/huggingface/safetensors"

    def writer(self, job: Job) -> Writer:
        """Return what writes the weights."""
        from engine.export.safetensors import SafetensorsWriter

        return SafetensorsWriter(job)
