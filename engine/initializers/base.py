"""What every initialisation declares; :data:`INITIALIZERS` is the catalogue of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.declare import Catalogue, Declared

if TYPE_CHECKING:
    from torch import Tensor, nn


class Initializer(Declared, frozen=True, kw_only=True):
    """Base of every initialisation.

    A subclass says in :meth:`draw` how one weight matrix starts. The weights of linear layers,
    (transposed) convolutions and recurrent layers are drawn, their biases start at zero;
    recurrent weights are drawn gate by gate. Embeddings and norms keep PyTorch's start.
    """

    def draw(self, weight: Tensor) -> None:
        """Fill a weight of at least two dimensions, ``(out, in, …)``, from torch's random state.

        Args:
            weight: What to fill, in place.
        """
        raise NotImplementedError

    def apply(self, module: nn.Module) -> None:
        """Start the weights of a layer.

        Args:
            module: The layer; its sub-modules are started as well.
        """
        import torch

        with torch.no_grad():
            for part in module.modules():
                self.start(part)

    def start(self, part: nn.Module) -> None:
        """Start one module, its sub-modules left out.

        Args:
            part: Any module; those without weights that are drawn are left as they are.
        """
        from torch import nn

        convolutions = nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.ConvTranspose1d | nn.ConvTranspose2d
        if isinstance(part, nn.Linear | convolutions):
            self._start_weight(part)
            if part.bias is not None:
                part.bias.zero_()
        elif isinstance(part, nn.RNNBase):
            self._start_recurrent(part)

    def _start_weight(self, part: nn.Module) -> None:
        """Draw a weight; one that is normed in every forward pass is drawn as it is before that."""
        import torch
        from torch.nn.utils.parametrize import is_parametrized

        from engine.compute.settling import settle

        weight = part.weight
        assert isinstance(weight, torch.Tensor)
        if not is_parametrized(part, "weight"):
            self.draw(weight)
            return
        drawn = torch.empty_like(weight)
        self.draw(drawn)
        part.weight = drawn
        settle(part)

    def _start_recurrent(self, part: nn.RNNBase) -> None:
        gates = {"LSTM": 4, "GRU": 3}.get(part.mode, 1)
        for name, weight in part.named_parameters(recurse=False):
            if name.startswith("weight"):
                for gate in weight.chunk(gates):
                    self.draw(gate)
            else:
                weight.zero_()


INITIALIZERS: Catalogue[Initializer] = Catalogue(
    "initialisation", Initializer, "engine.initializers"
)
