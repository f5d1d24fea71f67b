"""L-BFGS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec import Meta

from engine.optimizers.base import Again, LearningRate, Optimizer, Weights

if TYPE_CHECKING:
    from torch import Tensor

_COUNT, _TURNS, _DIAGONAL, _STEP, _LOSS = range(5)


class LBFGS(Optimizer, frozen=True, tag="lbfgs"):
    """A quasi-Newton method with a line search; for small networks and batches of the whole training part.

    A step makes up to *Iterations* turns. Each goes along ``d = −H g``, with ``H`` built from the last
    *History* changes of weights and gradients by the two-loop recursion, as far as a line search for the
    strong Wolfe conditions finds good. Every turn evaluates the same batch again, with the same random
    numbers; a step costs as much as many others.
    """

    title: ClassVar[str] = "L-BFGS"
    order: ClassVar[int] = 70
    looks_again: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"d = {-}H g, \quad w \leftarrow w + \alpha d",
        r"H \leftarrow (I - \rho\, s\, y^\top)\, H\, (I - \rho\, y\, s^\top) + \rho\, s\, s^\top",
        r"s = \alpha d, \quad y = g_{\text{new}} - g, \quad \rho = \frac{1}{y^\top s}",
        r"L(w + \alpha d) \le L(w) + 10^{-4}\, \alpha\, g^\top d",
        r"|g_{\text{new}}^\top d| \le 0.9\, |g^\top d| \quad\text{(strong Wolfe)}",
    )
    use: ClassVar[str] = (
        "For fitting curves and small tables to many digits: fewer than about 100,000 weights, "
        "smooth activations such as Tanh, all examples in one batch."
    )
    trouble: ClassVar[str] = (
        "On batches that change, curvature learned from one misleads on the next: the loss leaps "
        "or stands. It has no weight decay and follows the training loss to the bottom, so watch "
        "the validation loss. At the corners of ReLU its search ends early."
    )
    source: ClassVar[str] = (
        "Nocedal & Wright 2006, Numerical optimization, algorithms 7.4, 3.5 and 3.6; after "
        "Schmidt's minFunc"
    )

    lr: LearningRate = 1.0
    iterations: Annotated[
        int, Meta(ge=1, le=1000, title="Iterations", description="Turns of a step at most.")
    ] = 20
    history: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            title="History",
            description="Changes remembered: each costs 2 × weights.",
        ),
    ] = 10
    line_search: Annotated[
        bool,
        Meta(
            title="Line search", description="Strong Wolfe; without it steps have a fixed length."
        ),
    ] = True
    gradient_tolerance: Annotated[
        float,
        Meta(ge=0, le=1, title="Gradient tolerance", description="A smaller gradient ends a step."),
    ] = 1e-7
    change_tolerance: Annotated[
        float,
        Meta(ge=0, le=1, title="Change tolerance", description="A smaller change ends a step."),
    ] = 1e-9

    def begin(self, flat: Weights) -> dict[str, Tensor]:
        """Direction and gradient of the last turn, the history, and a few numbers."""
        import torch

        count = len(flat.weights)
        return {
            "direction": torch.zeros_like(flat.weights),
            "gradient": torch.zeros_like(flat.weights),
            "turned": flat.weights.new_zeros(self.history, count),
            "moved": flat.weights.new_zeros(self.history, count),
            "curvature": flat.weights.new_zeros(self.history),
            "numbers": torch.zeros(5, dtype=torch.float64),
        }

    def advance(
        self,
        flat: Weights,
        memory: dict[str, Tensor],
        step: int,
        lr: float,
        again: Again | None = None,
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.advance`."""
        import torch

        assert again is not None
        weights = torch.nn.Parameter(flat.weights)  # the same memory under the name torch wants
        weights.grad = flat.gradient
        search = torch.optim.LBFGS(
            [weights],
            lr=lr,
            max_iter=self.iterations,
            tolerance_grad=self.gradient_tolerance,
            tolerance_change=self.change_tolerance,
            history_size=self.history,
            line_search_fn="strong_wolfe" if self.line_search else None,
        )
        state: dict[str, Any] = search.state[weights]
        if memory["numbers"][_TURNS]:
            state.update(_unpacked(memory))
        search.step(again)  # type: ignore[no-untyped-call]
        _pack(state, memory)


def _unpacked(memory: dict[str, Tensor]) -> dict[str, Any]:
    """What torch's L-BFGS remembers, from tensors."""
    numbers = memory["numbers"].tolist()
    count = int(numbers[_COUNT])
    return {
        "func_evals": 0,
        "n_iter": int(numbers[_TURNS]),
        "d": memory["direction"].clone(),
        "t": numbers[_STEP],
        "old_dirs": list(memory["turned"][:count].clone()),
        "old_stps": list(memory["moved"][:count].clone()),
        "ro": list(memory["curvature"][:count].clone()),
        "H_diag": numbers[_DIAGONAL],
        "prev_flat_grad": memory["gradient"].clone(),
        "prev_loss": numbers[_LOSS],
    }


def _pack(state: dict[str, Any], memory: dict[str, Tensor]) -> None:
    """Keep what torch's L-BFGS remembers in tensors of fixed shapes, which checkpoints can hold."""
    if not state.get("n_iter"):
        return  # the gradient was nothing from the first: there was no turn
    count = len(state["old_dirs"])
    for slot, rows in (("turned", "old_dirs"), ("moved", "old_stps"), ("curvature", "ro")):
        for index, row in enumerate(state[rows]):
            memory[slot][index].copy_(row)
    memory["direction"].copy_(state["d"])
    memory["gradient"].copy_(state["prev_flat_grad"])
    numbers = (count, state["n_iter"], state["H_diag"], state["t"], state["prev_loss"])
    for place, number in enumerate(numbers):
        memory["numbers"][place] = float(number)
