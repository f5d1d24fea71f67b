"""What the parameters of a module are: matrices, embeddings, or the small ones beside them."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.parametrize import ParametrizationList

from engine.compute.ops.sequences import LearnedPositions

MATRIX, TRANSPOSED, EMBEDDING, VECTOR = "matrix", "transposed", "embedding", "vector"


def kinds_of(module: nn.Module) -> dict[str, str]:
    """Return what every parameter is, by name, shared ones once.

    ``matrix``: weights whose first axis is the output; ``transposed``: whose second axis is;
    ``embedding``: a row for every word or place; ``vector``: biases, the scales and shifts of norms, and the
    lengths that a weight norm learns. A weight that is normed in every forward pass is what it would be
    without that.
    """
    found = {}
    modules = dict(module.named_modules())
    for name, parameter in module.named_parameters():
        path = name.rpartition(".")[0]
        owner = modules[path]
        lengths = isinstance(owner, ParametrizationList) and name.endswith(".original0")
        if isinstance(owner, ParametrizationList):
            owner = modules[path.rpartition("parametrizations.")[0].rstrip(".")]
        if parameter.ndim < 2 or lengths:
            found[name] = VECTOR
        elif isinstance(owner, nn.Embedding | LearnedPositions):
            found[name] = EMBEDDING
        else:
            transposed = isinstance(owner, nn.modules.conv._ConvTransposeNd)
            found[name] = TRANSPOSED if transposed else MATRIX
    return found
