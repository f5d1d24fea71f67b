"""Sizes of networks, runs that are variants of others, and engines that answer when they are told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from engine.client.mailbox import Mailbox
from engine.compression.variant import Latency, Size, Variant, write_variant
from engine.protocol import AnyCommand, Event, Sensitivity, Weigh
from engine.runs.summary import COMPRESSED, Summary, write_summary
from projects.schema import Plug
from projects.templates import template

PROJECT = template("digits_mlp").project
PRUNED = Plug("prune", {"amount": 0.9})


def size(nonzero: int = 1000, value: float = 0.9, ms: float = 0.1) -> Size:
    """Figures of a network with 1000 weights."""
    times = tuple(
        Latency(batch=batch, median=batch * ms / 1e3, p95=batch * ms / 5e2) for batch in (1, 64)
    )
    return Size(
        parameters=1000,
        nonzero=nonzero,
        dense_bytes=4000,
        file_bytes=4 * nonzero,
        macs=990,
        latencies=times,
        metric="validation_accuracy",
        value=value,
        metrics={"validation_accuracy": value},
    )


def summary(state: str, parent: str = "", weights_from: str = "") -> Summary:
    return Summary(
        project="Digits",
        objective="classification",
        state=state,
        parent=parent,
        weights_from=weights_from,
    )


def make_run(
    path: Path, one: Summary, of: Size | None = None, steps: Sequence[Plug] = (PRUNED,)
) -> tuple[Path, Summary]:
    """A run folder with a summary and what looks like a checkpoint; a variant where it has a size."""
    (path / "checkpoints" / "step-000000001").mkdir(parents=True)
    (path / "checkpoints" / "step-000000001" / "manifest.json").write_text("{}")
    write_summary(path, one)
    if of is not None:
        write_variant(path, Variant(steps=tuple(steps), size=of, parent=size()))
    return path, one


def family(folder: Path) -> list[tuple[Path, Summary]]:
    """A run, two variants, one that was trained on from the second, and a stranger."""
    return [
        make_run(folder / "20260101-000001-ash", summary("finished")),
        make_run(
            folder / "20260101-000002-owl",
            summary(COMPRESSED, "20260101-000001-ash"),
            size(500, 0.89),
        ),
        make_run(
            folder / "20260101-000003-elm",
            summary(COMPRESSED, "20260101-000001-ash"),
            size(100, 0.5),
        ),
        make_run(folder / "20260101-000004-ivy", summary("finished", "", "20260101-000003-elm")),
        make_run(folder / "20260101-000005-fox", summary("finished", "", "20260101-000001-ash")),
    ]


class Hand:
    """An engine that is told what to say."""

    def __init__(self, on_wake: Callable[[], None] | None) -> None:
        self.mailbox = Mailbox(on_wake)
        self.said: list[AnyCommand] = []
        self.killed = False

    def send(self, command: AnyCommand) -> bool:
        self.said.append(command)
        return True

    def kill(self) -> None:
        self.killed = True

    def asked(self, kind: type[AnyCommand] = Weigh) -> list[AnyCommand]:
        return [command for command in self.said if isinstance(command, kind)]

    def answer(self, event: Event) -> None:
        self.mailbox.put(msgspec.structs.replace(event, id=self.said[-1].id))


class Hands:
    """What lends such engines."""

    def __init__(self) -> None:
        self.lent: list[Hand] = []
        self.back: list[Hand] = []

    def lease(self, on_wake: Callable[[], None] | None = None) -> Hand:
        self.lent.append(Hand(on_wake))
        return self.lent[-1]

    def release(self, engine: Hand) -> None:
        self.back.append(engine)

    def scanner(self) -> Hand:
        """The engine that was asked for a scan last."""
        return next(hand for hand in reversed(self.lent) if hand.asked(Sensitivity))
