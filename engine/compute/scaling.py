"""Losses scaled up, so that gradients of 16 bits do not vanish; nothing here waits for the device."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

FIRST, GROWTH, BACK_OFF, CALM = 65_536.0, 2.0, 0.5, 2000


class Scaler:
    """Scales a loss as large as its gradients allow.

    A step whose gradient is infinite anywhere changes nothing but the scale, which is halved; after 2000
    steps without one it is doubled. The same as ``torch.amp.GradScaler``, except that what is infinite is
    found and undone on the device. Micikevicius et al. 2018, *Mixed precision training*, section 3.2.

    Args:
        device: Where the gradients are.
    """

    def __init__(self, device: torch.device) -> None:
        self._scale = torch.full((), FIRST, device=device)
        self._calm = torch.zeros((), dtype=torch.int32, device=device)
        self._found = torch.zeros((), device=device)

    def scaled(self, loss: Tensor) -> Tensor:
        """Return the loss whose gradient is to be computed."""
        return loss * self._scale

    def unscale(self, gradient: Tensor) -> None:
        """Give a gradient its size back, in place, and note whether it is finite."""
        torch._amp_foreach_non_finite_check_and_unscale_(
            [gradient], self._found, self._scale.reciprocal()
        )

    @contextlib.contextmanager
    def unless_too_large(self, tensors: Sequence[Tensor]) -> Iterator[None]:
        """Undo what the block does to tensors if a gradient was not finite."""
        before = [tensor.clone() for tensor in tensors]
        yield
        bad = self._found > 0
        for tensor, old in zip(tensors, before, strict=True):
            tensor.copy_(torch.where(bad.to(tensor.device), old, tensor))

    def adapt(self) -> None:
        """Choose the scale of the next step."""
        torch._amp_update_scale_(self._scale, self._calm, self._found, GROWTH, BACK_OFF, CALM)
        self._found.zero_()

    def tensors(self) -> dict[str, Tensor]:
        """Return what decides the next scale, by name; the tensors themselves."""
        return {"scaler.scale": self._scale, "scaler.calm": self._calm}
