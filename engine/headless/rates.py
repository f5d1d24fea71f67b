"""The command ``lr-range``: which learning rate a project should begin with."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from engine.headless.arguments import Command, argument, path, whole
from engine.headless.console import DONE, Console
from projects import files
from projects.paths import set_values
from projects.translation import N_
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.protocol import RatesTried

ROWS, WIDTH = 16, 40


def try_rates(args: argparse.Namespace, console: Console) -> int:
    """Make a learning-rate range test and say what came of it."""
    from engine.compute.rate_range import rate_range
    from engine.headless.training import stopping
    from engine.runs.control import Control, Silent

    project = set_values(files.load(args.project).project, args.set)
    control = Control(attended=False)
    with stopping(control):
        folder = files.folder_of(args.project)
        found = rate_range(project, folder, Silent(), control, args.steps)
    answer = msgspec.to_builtins(found)
    del answer["id"], answer["type"]
    console.answer(answer, _told(found))
    return DONE


def _told(found: RatesTried) -> Iterator[str]:
    """The curve, a few rates to look at, and the suggestion."""
    most = max(found.smoothed, default=1.0) or 1.0
    for index in range(0, len(found.rates), max(1, len(found.rates) // ROWS)):
        rate, loss = found.rates[index], found.smoothed[index]
        yield f"{rate:9.1e}  {loss:10.4g}  {'·' * round(WIDTH * max(0.0, loss) / most)}"
    if found.suggestion is None:
        yield _("The loss falls at none of these rates.")
    else:
        yield _("Suggested learning rate: {rate:.2g} (the loss falls most steeply there).").format(
            rate=found.suggestion
        )


COMMANDS = (
    Command(
        "lr-range",
        N_("find a learning rate: train a copy while the rate rises, and see how the loss answers"),
        try_rates,
        (
            argument("project", metavar="PROJECT", type=path, help=N_("project file")),
            argument(
                "--set",
                metavar="PATH=VALUE",
                action="append",
                default=[],
                help=N_("change a value first, such as recipe.batch_size=128; may be repeated"),
            ),
            argument(
                "--steps",
                metavar="N",
                type=whole(10, 10_000),
                default=100,
                help=N_("how many rates are tried, a step with each"),
            ),
        ),
    ),
)
