"""A training whose networks learn together from one loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from engine.export.parts.augmenting import changed
from engine.export.parts.data import batches, cut
from engine.export.parts.holding import Mover, average_of, copies_of, measuring_norms, take_in


def signed(metrics: Mapping[str, float], names: Sequence[str]) -> tuple[float, ...]:
    """Return what evaluations are compared by: larger is better."""
    lower = ("loss", "mse", "mae", "rmse", "kl", "perplexity")
    return tuple(-metrics[name] if name in lower else metrics[name] for name in names)


class Board:
    """Keeps the weights of the best evaluation, and counts those since a metric was at its best.

    Args:
        names: The metrics by which evaluations are compared, the first one first.
        watched: The metric that is at its best or not; empty for none.
    """

    def __init__(self, names: Sequence[str], watched: str) -> None:
        self._names, self._watched = names, watched
        self._rank: tuple[float, ...] | None = None
        self._best = -math.inf
        self.stale = 0
        self.kept: dict[str, dict[str, Tensor]] = {}

    def take_in(self, metrics: Mapping[str, float], networks: Mapping[str, nn.Module]) -> None:
        """Look at what an evaluation of networks has found."""
        rank = signed(metrics, self._names)
        if all(map(math.isfinite, rank)) and (self._rank is None or rank > self._rank):
            self._rank, self.kept = rank, copies_of(networks)
        if self._watched:
            value = signed(metrics, [self._watched])[0]
            self.stale = 0 if value > self._best else self.stale + 1
            self._best = max(self._best, value)


def train(
    networks: dict[str, nn.Module],
    mover: Mover,
    data: Mapping[str, tuple[Tensor, Tensor | None]],
    loss_of: Callable[..., Tensor],
    measure: Callable[..., dict[str, float]],
    *,
    steps: int,
    batch_size: int,
    seed: int,
    evaluate_every: int,
    best: Sequence[str],
    pieces: int = 1,
    changes: Sequence[Callable[[Tensor], Tensor]] = (),
    mixing: Sequence[Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = (),
    picture: Sequence[int] = (),
    share_of: Callable[[int, int], float] | None = None,
    settles: bool = False,
    plateau: Callable[[Mapping[str, float], float], dict[str, float]] | None = None,
    plateau_watches: str = "loss",
    patience: int | None = None,
    watched: str = "",
    searching: Callable[..., Any] | None = None,
) -> tuple[dict[str, float], list[float]]:
    """Train, keep the weights of the best evaluation; return what they reach on the test part, and all losses."""
    inputs, targets = data["train"]
    averages = {name: average_of(network) for name, network in networks.items() if share_of}
    shown = averages or networks
    losses: list[float] = []
    epoch = 0
    dropped: dict[str, float] = {}
    board = Board(best, watched)

    def deal(number: int) -> Any:
        for chosen in batches(len(inputs), batch_size * pieces, seed, number):
            yield inputs[chosen], None if targets is None else targets[chosen]

    def learn_from(batch: Sequence[Any], count: int, step: int) -> float:
        """Fill the gradient by a batch, cut in parts of which each counts by its examples."""
        total = 0.0
        for x, y, *mixed in cut(batch, batch_size):
            loss = loss_of(networks, x, y, step, *mixed) * (len(x) / count)
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.item()
        return total

    def look(part: str) -> dict[str, float]:
        for network in shown.values():
            network.eval()
        with torch.no_grad():
            found = measure(shown, *data[part])
        for network in shown.values():
            network.train()
        return found

    while len(losses) < steps and (patience is None or board.stale < patience):
        for examples, wanted in deal(epoch):
            step = len(losses)
            batch = changed(examples, wanted, changes, mixing, picture)
            evaluate = partial(learn_from, batch, len(examples), step)
            again = None if searching is None else searching(evaluate, list(networks.values()))
            losses.append(evaluate() if again is None else again.loss)
            for name in networks:
                mover.move(name, step, dropped.get("factor", 1.0), again)
            if again is not None:
                again.settle()
            for name, average in averages.items():
                assert share_of is not None
                take_in(average, networks[name], share_of(step + 1, mover.total))
            if len(losses) == steps:
                break
        epoch += 1
        due = epoch % evaluate_every == 0 or len(losses) == steps
        if settles and due:
            with measuring_norms(averages):
                for x, y in deal(0):
                    loss_of(averages, x, y, 0)
        if not due or not len(data["validation"][0]):
            continue
        metrics = look("validation")
        told = ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())
        print(
            f"epoch {epoch}, step {len(losses)}: training loss {losses[-1]:.4g}; validation: {told}"
        )
        if plateau is not None:
            dropped = plateau(dropped, *signed(metrics, [plateau_watches]))
        board.take_in(metrics, shown)
    networks.update(averages)
    for name, state in board.kept.items():
        networks[name].load_state_dict(state)
    return (look("test") if len(data["test"][0]) else {}), losses
