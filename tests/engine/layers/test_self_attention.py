"""Self-attention against its formula, written out with NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.compute.ops import SelfAttention


def by_hand(module: SelfAttention, x: np.ndarray, causal: bool) -> np.ndarray:
    """softmax(Q Kᵀ / √d) V of every head, side by side, mixed (Vaswani et al. 2017, section 3.2)."""
    enter, leave = module.enter, module.leave
    joined = x @ enter.weight.detach().numpy().T + enter.bias.detach().numpy()
    steps = len(x)
    size = len(enter.weight) // 3 // module.heads
    query, key, value = (
        part.reshape(steps, module.heads, size) for part in np.split(joined, 3, axis=1)
    )
    heads = []
    for head in range(module.heads):
        scores = query[:, head] @ key[:, head].T / np.sqrt(size)
        if causal:
            scores = np.where(np.tril(np.ones((steps, steps))) > 0, scores, -np.inf)
        weights = np.exp(scores - scores.max(1, keepdims=True))
        heads.append(weights / weights.sum(1, keepdims=True) @ value[:, head])
    mixed: np.ndarray = np.concatenate(heads, 1) @ leave.weight.detach().numpy().T
    result: np.ndarray = mixed + leave.bias.detach().numpy()
    return result


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("heads", "size"), [(1, None), (2, None), (4, None), (3, 5), (1, 2)])
def test_it_is_its_formula(heads: int, size: int | None, causal: bool) -> None:
    torch.manual_seed(heads)
    module = SelfAttention(8, heads, dropout=0.0, causal=causal, bias=True, size=size).double()
    assert module.leave.in_features == heads * (size or 8 // heads)
    x = torch.randn(2, 5, 8, dtype=torch.float64)
    found = module(x).detach().numpy()
    for row in range(2):
        assert np.allclose(found[row], by_hand(module, x[row].numpy(), causal), atol=1e-12)


def test_a_causal_step_does_not_see_those_after_it() -> None:
    torch.manual_seed(0)
    module = SelfAttention(8, 2, dropout=0.0, causal=True, bias=True)
    x = torch.randn(1, 6, 8)
    changed = x.clone()
    changed[:, 4:] += 1
    before, after = module(x), module(changed)
    assert torch.equal(before[:, :4], after[:, :4])
    assert not torch.allclose(before[:, 4:], after[:, 4:])


def test_without_order_the_steps_can_be_shuffled() -> None:
    torch.manual_seed(0)
    module = SelfAttention(8, 2, dropout=0.0, causal=False, bias=True)
    x = torch.randn(1, 6, 8)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    assert torch.allclose(module(x)[:, order], module(x[:, order]), atol=1e-6)


def test_dropout_is_for_training() -> None:
    torch.manual_seed(0)
    module = SelfAttention(8, 2, dropout=0.5, causal=False, bias=False)
    x = torch.randn(1, 6, 8)
    assert not torch.equal(module(x), module(x))
    module.eval()
    assert torch.equal(module(x), module(x))
