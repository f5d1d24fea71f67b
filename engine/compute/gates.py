"""What happens inside of recurrent layers: every gate and state at every step, computed from the weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

States = tuple[Tensor, ...]
Values = dict[str, Tensor]


@dataclass(frozen=True)
class Traced:
    """One direction of one of the stacked layers.

    Attributes:
        layer: Which layer, 0 is the first.
        backwards: Whether it reads from the last step to the first.
        values: Gates and states by name, ``(batch, steps, units)`` in the order of the steps: ``i``, ``f``, ``g``,
            ``o``, ``c``, ``h`` of an LSTM, ``r``, ``z``, ``n``, ``h`` of a GRU, ``h`` of a simple RNN.
    """

    layer: int
    backwards: bool
    values: Values


def trace(core: nn.RNNBase, x: Tensor) -> list[Traced]:
    """Return every gate and state of a recurrent module, as in evaluation mode.

    The formulas are those of ``nn.LSTM``, ``nn.GRU`` and ``nn.RNN``; nothing of the module changes, and
    nothing is drawn.

    Args:
        core: The module, with the batch first and without projections.
        x: ``(batch, steps, features)``.

    Returns:
        Layer by layer, forwards first.
    """
    found: list[Traced] = []
    with torch.no_grad():
        for layer in range(core.num_layers):
            both = [
                Traced(layer, backwards, _direction(core, layer, backwards, x))
                for backwards in ((False, True) if core.bidirectional else (False,))
            ]
            found += both
            x = torch.cat([one.values["h"] for one in both], 2)
    return found


def _direction(core: nn.RNNBase, layer: int, backwards: bool, x: Tensor) -> Values:
    """Read a sequence once; the values come in the order of its steps."""
    place = f"l{layer}_reverse" if backwards else f"l{layer}"
    recurrent = core.get_parameter(f"weight_hh_{place}")
    offsets = (
        [core.get_parameter(f"bias_{side}_{place}") for side in ("ih", "hh")] if core.bias else []
    )
    inputs = x @ core.get_parameter(f"weight_ih_{place}").T
    if offsets:
        inputs = inputs + offsets[0]
    step = STEPS[core.mode]
    state: States = (x.new_zeros(len(x), core.hidden_size),) * 2
    rows: list[Values] = []
    order = range(x.shape[1])
    for t in reversed(order) if backwards else order:
        past = state[0] @ recurrent.T
        values = step(inputs[:, t], past + offsets[1] if offsets else past, state)
        state = (values["h"], values.get("c", state[1]))
        rows.append(values)
    rows = rows[::-1] if backwards else rows
    return {name: _stacked([row[name] for row in rows]) for name in rows[0]}


def _stacked(rows: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(rows), 1)


def _lstm(now: Tensor, past: Tensor, state: States) -> Values:
    """One step: c = f · c + i · g, h = o · tanh(c)."""
    i, f, g, o = (now + past).chunk(4, 1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * state[1] + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * c.tanh()}


def _gru(now: Tensor, past: Tensor, state: States) -> Values:
    """One step: n = tanh(W x + r · U h), h = (1 − z) · n + z · h."""
    (now_r, now_z, now_n), (past_r, past_z, past_n) = now.chunk(3, 1), past.chunk(3, 1)
    r, z = (now_r + past_r).sigmoid(), (now_z + past_z).sigmoid()
    n = (now_n + r * past_n).tanh()
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * state[0]}


def _tanh(now: Tensor, past: Tensor, state: States) -> Values:
    return {"h": (now + past).tanh()}


def _relu(now: Tensor, past: Tensor, state: States) -> Values:
    return {"h": (now + past).relu()}


STEPS: dict[str, Callable[[Tensor, Tensor, States], Values]] = {
    "LSTM": _lstm,
    "GRU": _gru,
    "RNN_TANH": _tanh,
    "RNN_RELU": _relu,
}
