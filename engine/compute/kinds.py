"""What the parameters of a module are: matrices, embeddings, or the small ones beside them."""

from __future__ import annotations

from torch import nn

MATRIX, TRANSPOSED, EMBEDDING, VECTOR = "matrix", "transposed", "embedding", "vector"


def kinds_of(module: nn.Module) -> dict[str, str]:
    """Return what every parameter is, by name, shared ones once.

    ``matrix``: weights whose first axis is the output; ``transposed``: whose second axis is;
    ``embedding``: a row for every word; ``vector``: biases, and the scales and shifts of norms.
    """
    found = {}
    owners = {
        f"{path}.{name}" if path else name: owner
        for path, owner in module.named_modules()
        for name, _parameter in owner.named_parameters(recurse=False)
    }
    for name, parameter in module.named_parameters():
        owner = owners[name]
        if parameter.ndim < 2:
            found[name] = VECTOR
        elif isinstance(owner, nn.Embedding):
            found[name] = EMBEDDING
        else:
            transposed = isinstance(owner, nn.modules.conv._ConvTransposeNd)
            found[name] = TRANSPOSED if transposed else MATRIX
    return found
