"""Whether a training done again with the same seed is the same bit for bit, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from projects.schema import Recipe
from projects.translation import gettext as _


def obstacles(recipe: Recipe, device: torch.device) -> Iterator[str]:
    """Yield in sentences why the same seed need not give the same run, here.

    One thread or several of a processor add numbers in the same order every time; kernels of GPUs do not all of them
    (PyTorch, *Reproducibility*), and a compiler chooses by the sizes of batches that it has met.
    """
    if device.type != "cpu":
        yield _(
            "A GPU adds some numbers in an order of its own: done again, or resumed, this run comes close to what it was, "
            "and need not be the same to the last digit. On the processor it would be."
        )
    if recipe.compile or recipe.cuda_graphs:
        yield _(
            "What a compiler makes of a network depends on the batches that it has met: resumed, this run comes close to "
            "what it would have been, and need not be the same to the last digit."
        )
