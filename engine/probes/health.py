"""How every layer is doing: gradients, updates, weights, activations."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.clinic.states import EXPLODING, FULL_RATE, STARVED, TINY, UNSTABLE, VANISHING
from engine.clinic.vitals import GRADIENT, RATIO, SD, WEIGHT
from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.learner import Learner
    from engine.compute.task import Pictures, Task

WINDOW = 9
WARM_UP = 5


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
        gradients: Recent gradient norms.
        ratios: Recent update ratios.
    """

    network: str
    node: str
    gradients: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    ratios: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))


class HealthGauge(Gauge):
    """Measures one step, as :class:`engine.compute.examination.Examination` does, and judges every layer with weights."""

    of_steps: ClassVar[bool] = True

    def __init__(self, task: Task) -> None:
        from engine.compute.examination import Examination

        super().__init__(task)
        self._examination = Examination(task, batch=1)
        self._rows = [row for name in task.networks for row in _rows_of(task, name)]
        places = {layer: place for place, layer in enumerate(self._examination.layers)}
        self._places = [places[f"{row.network}/{row.node}"] for row in self._rows]
        self._rate_share = 1.0
        self._history = 0

    # ------------------------------------------------------------------------------- one step

    def before_step(self) -> None:
        """Listen to what leaves the layers."""
        self._examination.before_step()

    def after_backward(self, learner: Learner, step: int) -> None:
        """Look at the gradient."""
        self._examination.after_backward(learner, step)
        rate, full = learner.rate(step), learner.optimizer.lr * learner.scale
        self._rate_share = rate / full if full else 0.0

    def after_update(self, learner: Learner) -> None:
        """Look at the weights."""
        self._examination.after_update(learner)

    def after_step(self) -> Pictures | None:
        """Return what was measured, layer by layer."""
        table = self._examination.table({}).cpu().numpy()
        self.listened = self._examination.listened
        self._examination.listened = 0.0
        own = table[self._places]
        self._remember(own[:, GRADIENT], own[:, RATIO])
        told = np.isfinite(table[:, SD])
        arrays = {
            "gradient_norm": own[:, GRADIENT],
            "update_ratio": own[:, RATIO],
            "weight_norm": own[:, WEIGHT],
            "activation_std": own[:, SD],
            "output_std": table[told, SD],
        }
        names = self._examination.layers
        info = {
            "layers": [names[place] for place in self._places],
            "status": self._statuses(),
            "judged": self._history >= WARM_UP,
            "outputs": [name for name, there in zip(names, told, strict=True) if there],
        }
        return arrays, info

    def abandon(self) -> None:
        """Stop listening."""
        self._examination.abandon()

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
    if gradients[-1] > EXPLODING * max(usual, TINY):
        return "exploding"
    if ratio > UNSTABLE:
        return "unstable"
    if usual < VANISHING * statistics.median(last):
        return "vanishing"
    if ratio < STARVED and rate_share >= FULL_RATE:
        return "starved"
    return "healthy"


def _rows_of(task: Task, network: str) -> list[Row]:
    """Return the layers with weights, in working order."""
    from engine.compute.task import parameters_by_layer

    layers = parameters_by_layer(task.networks[network])
    return [Row(network, node) for node in layers]
