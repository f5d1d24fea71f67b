"""How every layer is doing: gradients, updates, weights, activations."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from torch import Tensor
    from torch.utils.hooks import RemovableHandle

    from engine.compute.learner import Learner
    from engine.compute.task import Pictures, Task

WINDOW = 9
WARM_UP = 5
STARVED, UNSTABLE = 1e-5, 1e-1
VANISHING, EXPLODING = 1e-3, 1e3
FULL_RATE = 0.1
FEW = 1e-12
SAMPLE = 65_536  # numbers of a layer's output that tell its scale: the first examples of the batch


class Health(Probe, frozen=True, tag="health"):
    """Gradient and update of every layer with weights.

    For a layer of ``n`` weights ``w`` with gradient ``g`` and a step ``Δw``: the gradient's root mean
    square ``‖g‖ / √n``, the update-to-weight ratio ``‖Δw‖ / ‖w‖`` (about 1e-3 is healthy, below 1e-5
    the layer is starved, above 1e-1 unstable; Karpathy, CS231n), the norm ``‖w‖`` and the standard
    deviation of what leaves the layer; this one of layers without weights too. A gradient under 1e-3 of the last layer's is vanishing (Glorot
    & Bengio 2010), one a thousand times its own median exploding.
    """

    title: ClassVar[str] = "Gradient health"
    order: ClassVar[int] = 10
    stream: ClassVar[str] = "health"
    formula: ClassVar[tuple[str, ...]] = (
        r"r = \frac{\lVert g \rVert}{\sqrt{n}}, \qquad u = \frac{\lVert \Delta w \rVert}{\lVert w \rVert}",
        r"\text{vanishing:} \quad \mathrm{med}\,r < 10^{-3}\,\mathrm{med}\,r_{\mathrm{last}}",
        r"\text{exploding:} \quad r > 10^{3}\,\mathrm{med}\,r",
        r"\text{starved:} \quad \mathrm{med}\,u < 10^{-5}, \qquad \text{unstable:} \quad \mathrm{med}\,u > 10^{-1}",
    )
    use: ClassVar[str] = (
        "When a deep network doesn't learn: which layer gets no gradient, which one is torn "
        "about? Ratios near 10⁻³ say that the learning rate suits; all layers ten times too low "
        "or high, change it by as much."
    )
    trouble: ClassVar[str] = (
        "Biases that start at 0 and scales of norms have large ratios at first; that is harmless. "
        "With Adam the ratio says little about the gradient, as it divides by it. It is a look at "
        "single steps: noisy batches make it jump."
    )
    source: ClassVar[str] = (
        "Update ratio: Karpathy, CS231n; vanishing gradients: Glorot & Bengio 2010, Understanding "
        "the difficulty of training deep feedforward neural networks"
    )

    rate: Rate = 10.0

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return HealthGauge(task)


@dataclass
class Row:
    """One layer: the tensors it owns, and its recent past.

    Attributes:
        network: The network's name.
        node: The layer's node.
        names: Its parameters' names in the network.
        gradients: Recent gradient norms.
        ratios: Recent update ratios.
    """

    network: str
    node: str
    names: tuple[str, ...]
    gradients: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    ratios: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))


class HealthGauge(Gauge):
    """Measures one step: gradients before the update, weights on both sides of it."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._rows = [row for name in task.networks for row in _rows_of(task, name)]
        self._before: dict[str, Tensor] = {}
        self._norms: dict[str, tuple[list[Tensor], list[Tensor], list[Tensor]]] = {}
        self._spread: dict[tuple[str, str], Tensor] = {}
        self._hooks: list[RemovableHandle] = []
        self._rate_share = 1.0
        self._history = 0

    # ------------------------------------------------------------------------------- one step

    def before_step(self) -> None:
        """Listen to what leaves the layers, at their first call in the step."""
        self._spread.clear()
        for name, network in self.task.networks.items():
            for node, module in network.layer_modules().items():
                self._hooks.append(module.register_forward_hook(self._listener(name, node)))

    def after_backward(self, learner: Learner, step: int) -> None:
        """Remember the weights and the norms of the gradients."""
        import torch

        self._before[learner.name] = learner.flat.weights.clone()
        gradients = torch._foreach_norm(list(learner.flat.gradients.values()))
        self._norms[learner.name] = (list(gradients), [], [])
        rate, full = learner.rate(step), learner.optimizer.lr * learner.scale
        self._rate_share = rate / full if full else 0.0

    def after_update(self, learner: Learner) -> None:
        """Take the norms of the weights and of what was added to them."""
        import torch

        weights = list(learner.flat.views.values())
        moved = learner.flat.weights - self._before.pop(learner.name)
        changes = learner.flat.cut(moved)
        gradients, _steps, _weights = self._norms[learner.name]
        self._norms[learner.name] = (
            gradients,
            list(torch._foreach_norm(changes)),
            list(torch._foreach_norm(weights)),
        )

    def after_step(self) -> Pictures | None:
        """Return what was measured, layer by layer."""
        self.abandon()
        measured = {name: self._by_parameter(name) for name in self._norms}
        arrays = self._arrays(measured)
        self._remember(arrays["gradient_norm"], arrays["update_ratio"])
        layers = [f"{row.network}/{row.node}" for row in self._rows]
        outputs = {f"{name}/{node}": float(std) for (name, node), std in self._spread.items()}
        arrays["output_std"] = np.array(list(outputs.values()), np.float32)
        return arrays, {"layers": layers, "status": self._statuses(), "outputs": list(outputs)}

    def abandon(self) -> None:
        """Stop listening."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    # ------------------------------------------------------------------------------- numbers

    def _listener(self, network: str, node: str) -> Any:
        def listen(_module: Any, _inputs: Any, output: Any) -> None:
            if (network, node) in self._spread:
                return
            begun = perf_counter()
            value = output[0] if isinstance(output, tuple) else output
            few = max(1, SAMPLE * len(value) // max(1, value.numel()))
            sample = value.detach()[:few].float()
            self._spread[(network, node)] = sample.std(correction=0)
            self.listened += perf_counter() - begun

        return listen

    def _by_parameter(self, network: str) -> dict[str, NDArray[np.float64]]:
        """Norms of gradient, change and weights by parameter, in one look at the device."""
        import torch

        names = _parameter_names(self.task, network)
        columns = [torch.stack(column) for column in self._norms[network]]
        table = torch.stack(columns, dim=1).double().cpu().numpy()
        return dict(zip(names, table, strict=True))

    def _arrays(
        self, measured: dict[str, dict[str, NDArray[np.float64]]]
    ) -> dict[str, NDArray[Any]]:
        gradient, change, weight = np.array(
            [
                np.sqrt(np.sum([measured[row.network][name] ** 2 for name in row.names], axis=0))
                for row in self._rows
            ]
        ).T
        counts = np.array([self._count(row) for row in self._rows])
        spread = [self._spread.get((row.network, row.node)) for row in self._rows]
        columns = {
            "gradient_norm": gradient / np.sqrt(counts),
            "update_ratio": change / np.maximum(weight, FEW),
            "weight_norm": weight,
            "activation_std": [float("nan") if s is None else float(s) for s in spread],
        }
        return {name: np.asarray(column, np.float32) for name, column in columns.items()}

    def _count(self, row: Row) -> int:
        views = self.task.context.flats[row.network].views
        return sum(views[name].numel() for name in row.names)

    # ------------------------------------------------------------------------------- judgement

    def _remember(self, gradients: NDArray[Any], ratios: NDArray[Any]) -> None:
        self._history += 1
        for row, gradient, ratio in zip(self._rows, gradients, ratios, strict=True):
            row.gradients.append(float(gradient))
            row.ratios.append(float(ratio))

    def _statuses(self) -> list[str]:
        """Judge every layer by medians over the last pictures, once there are enough of them."""
        last = {row.network: row for row in self._rows}
        return [self._status(row, last[row.network]) for row in self._rows]

    def _status(self, row: Row, last: Row) -> str:
        newest = row.gradients[-1]
        if not np.isfinite([newest, row.ratios[-1]]).all():
            return "exploding"
        if self._history < WARM_UP:
            return "healthy"
        return judge(row.gradients, row.ratios, last.gradients, self._rate_share)


def judge(
    gradients: Sequence[float], ratios: Sequence[float], last: Sequence[float], rate_share: float
) -> str:
    """Return how a layer is doing.

    Args:
        gradients: Its recent gradient norms, oldest first.
        ratios: Its recent update ratios.
        last: The recent gradient norms of the network's last layer.
        rate_share: The learning rate now, as a share of the one set: a schedule that ends low starves
            no layer.
    """
    usual, ratio = statistics.median(gradients), statistics.median(ratios)
    if gradients[-1] > EXPLODING * max(usual, FEW):
        return "exploding"
    if ratio > UNSTABLE:
        return "unstable"
    if usual < VANISHING * statistics.median(last):
        return "vanishing"
    if ratio < STARVED and rate_share >= FULL_RATE:
        return "starved"
    return "healthy"


def _parameter_names(task: Task, network: str) -> list[str]:
    return list(task.context.flats[network].views)


def _rows_of(task: Task, network: str) -> list[Row]:
    """Return the layers with weights, in working order."""
    from engine.compute.task import parameters_by_layer

    layers = parameters_by_layer(task.networks[network])
    return [Row(network, node, names) for node, names in layers.items()]
