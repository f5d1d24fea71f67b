"""A training seen from a terminal: a progress bar, or a line now and then where there is none."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from typing import Any

from engine.headless.console import Console, harmless
from engine.protocol import Event, Marker, Progress, Replaying, Scalars, Started, State
from projects.figures import measured
from projects.translation import gettext as _

LINE_EVERY = 10.0
# Losses say most while a training goes on, those of the training part first.
_SHOWN_FIRST = ("train_", "validation_", "")


class ProgressBar:
    """A sink that shows a training on stderr.

    Args:
        console: Where lines go.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Any = None
        self._latest: dict[str, float] = {}
        self._next_line = 0.0

    def emit(self, event: Event) -> None:
        """Show what an event tells."""
        if isinstance(event, Started):
            self._begin(event)
        elif isinstance(event, Replaying):
            self._replay(event)
        elif isinstance(event, Scalars):
            self._remember(event)
        elif isinstance(event, Progress):
            self._move(event)
        elif isinstance(event, Marker) and event.kind != "best":
            self._say(event.text)
        elif isinstance(event, State) and event.state == "stopping":
            self._say(_("Stopping after this step; writing a checkpoint."))

    def close(self) -> None:
        """Leave the terminal as it is, below the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _begin(self, event: Started) -> None:
        place = _("Training on {device}: {run}").format(device=event.device, run=event.run)
        self._console.note(place)
        if not event.exact:
            self._console.note(_("Continued, not exactly: the machine or the data has changed."))
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=event.total_steps,
                initial=event.step,
                unit=_("step"),
                ncols=max(60, shutil.get_terminal_size().columns - 1),
                bar_format="{percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]{postfix}"
                if event.total_steps
                else None,
                file=sys.stderr,
            )
        self._next_line = time.monotonic() + LINE_EVERY

    def _replay(self, event: Replaying) -> None:
        if time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_EVERY
            self._console.note(
                _("Doing the steps before the branch again: {step:,} of {until:,}").format(
                    step=event.step, until=event.until
                )
            )

    def _remember(self, event: Scalars) -> None:
        for name, (_steps, values) in event.series.items():
            array = values.numpy()
            if array.size:
                self._latest[name] = float(array[-1])

    def _move(self, event: Progress) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(self._words(), refresh=False)
            self._bar.update(event.step - self._bar.n)
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_EVERY
            self._console.note(
                _("step {step:,} · {rate:,.0f} steps/s · {words}").format(
                    step=event.step, rate=event.steps_per_second, words=self._words()
                )
            )

    def _words(self) -> str:
        losses = [name for name in self._latest if name.endswith("loss")]
        losses.sort(
            key=lambda name: next(i for i, p in enumerate(_SHOWN_FIRST) if name.startswith(p))
        )
        return words({name: self._latest[name] for name in losses or self._latest}, limit=2)

    def _say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.write(harmless(text), file=sys.stderr)
        else:
            self._console.note(text)


def words(metrics: Mapping[str, float], limit: int = 100) -> str:
    """Return metrics on one line, the test part's first: ``test_accuracy 0.9741 · test_loss 0.1130``."""
    told = [name for name in metrics if not name.startswith("learning_rate")]
    told.sort(key=lambda name: not name.startswith("test_"))
    return " · ".join(f"{name} {measured(name, metrics[name])}" for name in told[:limit])
