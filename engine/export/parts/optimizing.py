"""Ways to use optimisers of PyTorch that need more than their own step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn


class Again:
    """Evaluates a loss once, and again as often as a line search asks: of the same examples, with the same random numbers.

    What evaluations leave in buffers (means of batch norms) counts once.
    """

    def __init__(self, evaluate: Callable[[], float], networks: Sequence[nn.Module]) -> None:
        self._evaluate, self._networks = evaluate, networks
        self._random = torch.get_rng_state()
        self.loss = evaluate()
        self._is_new = True
        self._buffers = [(b, b.clone()) for network in networks for b in network.buffers()]

    def __call__(self) -> float:
        """Return the loss; gradients are those of the weights as they are now."""
        if self._is_new:
            self._is_new = False
            return self.loss
        torch.set_rng_state(self._random)
        for network in self._networks:
            network.zero_grad(set_to_none=False)
        return self._evaluate()

    def settle(self) -> None:
        """Give buffers back what the first evaluation made of them."""
        for buffer, value in self._buffers:
            buffer.copy_(value)


class LBFGSOfAll:
    """L-BFGS over all weights of a network in one tensor, to which every parameter gives a whole number of 16s.

    Penalties l1 ‖w‖₁ + ½ l2 ‖w‖² are part of what its line search looks at.
    """

    def __init__(
        self, network: nn.Module, held: Mapping[str, Mapping[str, Any]], **options: Any
    ) -> None:
        weights = dict(network.named_parameters())
        starts, total = {}, 0
        for name, weight in weights.items():
            starts[name] = total
            total += -(-weight.numel() // 16) * 16
        self._whole = whole = nn.Parameter(torch.zeros(total))
        self._penalties = {rule: torch.zeros(total) for rule in ("l1", "l2")}
        whole.grad = torch.zeros(total)
        for name, weight in weights.items():
            place = slice(starts[name], starts[name] + weight.numel())
            whole.data[place] = weight.detach().flatten()
            weight.data = whole.data[place].view_as(weight)
            weight.grad = whole.grad[place].view_as(weight)
            for rule, coefficients in self._penalties.items():
                coefficients[place] = held.get(name, {}).get(rule, 0.0)
        self._search = torch.optim.LBFGS([whole], **options)
        self.param_groups = self._search.param_groups

    def step(self, again: Callable[[], float]) -> None:
        """Move the weights as far as turns and line searches take them."""
        weights, gradient = self._whole.detach(), self._whole.grad
        l1, l2 = (self._penalties[rule] for rule in ("l1", "l2"))
        assert gradient is not None

        def evaluate() -> float:
            loss = torch.tensor(again())
            if l2.any():
                gradient.addcmul_(weights, l2)
                loss += 0.5 * (weights * weights).dot(l2)
            if l1.any():
                gradient.addcmul_(weights.sign(), l1)
                loss += weights.abs().dot(l1)
            return float(loss)

        self._search.step(evaluate)  # type: ignore[no-untyped-call]

    def zero_grad(self) -> None:
        """Let the gradients be zero; they stay where they are."""
        self._search.zero_grad(set_to_none=False)


class ScheduledRprop(torch.optim.Rprop):
    """Rprop whose steps are scaled by a schedule; PyTorch's looks at the rate before its first step only."""

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Move the weights, by the share of the first rate that is left."""
        (group,) = self.param_groups
        rate, group["lr"] = group["lr"], self.defaults["lr"]
        share = rate / group["lr"] if group["lr"] else 0.0
        before = [weight.detach().clone() for weight in group["params"]]
        super().step()
        for weight, old in zip(group["params"], before, strict=True):
            weight.detach().sub_(old).mul_(share).add_(old)


class Several:
    """Optimisers that move a network together."""

    def __init__(self, optimizers: Sequence[torch.optim.Optimizer]) -> None:
        self._optimizers = optimizers
        self.param_groups = [group for one in optimizers for group in one.param_groups]

    def step(self) -> None:
        """Move the weights."""
        for one in self._optimizers:
            one.step()

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for one in self._optimizers:
            one.zero_grad()


def muon_beside_adamw(
    network: nn.Module,
    hidden: Sequence[str],
    lr: float,
    weight_decay: float,
    betas: tuple[float, float],
    eps: float,
    **options: Any,
) -> Several:
    """Return Muon for the matrices inside of a network and AdamW for everything else.

    Momentum that a schedule moves is Muon's.
    """
    weights = dict(network.named_parameters())
    matrices = [weights.pop(name) for name in hidden]
    found: list[torch.optim.Optimizer] = []
    if matrices:
        found.append(torch.optim.Muon(matrices, lr=lr, weight_decay=weight_decay, **options))
    if weights:
        others = {"params": list(weights.values()), "steady": True}
        found.append(
            torch.optim.AdamW([others], lr=lr, weight_decay=weight_decay, betas=betas, eps=eps)
        )
    return Several(found)
