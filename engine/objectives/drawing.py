"""What objectives have in common whose encoder gives a distribution: means and log-variances of latents."""

from __future__ import annotations

from collections.abc import Iterator

from engine.layers.base import Shape
from engine.objectives.coding import Coding
from engine.objectives.ends import end_of
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

LATENTS = 16  # proposed where nothing says how many


class Drawing(Coding, frozen=True, kw_only=True):
    """Base of objectives whose decoder is fed with latents drawn from what the encoder gives."""

    def passed_on(self, network: str, output: Shape) -> Shape:
        """The decoder takes one latent for a mean and a log-variance."""
        return Shape((max(1, output.elements // 2),))

    def nearest(self, network: str, output: Shape) -> Shape | None:
        """One number more for an odd one; two for each of a few latents where it was no row."""
        if network != "encoder":
            return None
        return Shape(
            (output.elements + output.elements % 2,) if output.rank == 1 else (2 * LATENTS,)
        )


def spread_problems(project: Project, coded: Shape | None) -> Iterator[Problem]:
    """Say where an encoder does not end in pairs of a mean and a log-variance.

    Args:
        project: The project.
        coded: What the encoder ends in; None when that is not known, and then nothing is said.
    """
    if coded is None:
        return
    place = end_of(project, "encoder")
    if coded.rank != 1:
        message = _("the output is {shape}; means and log-variances are one row of numbers.")
        hint = _("End with Flatten and a Linear layer of 2·k units for k latents.")
        yield Problem(place, message.format(shape=coded), hint)
    elif coded.elements % 2:
        message = _(
            "the output is {shape}; a mean and a log-variance for each latent are an even number."
        )
        hint = _("End with a Linear layer of {count} units, for {latents} latents.").format(
            count=coded.elements + 1, latents=(coded.elements + 1) // 2
        )
        yield Problem(place, message.format(shape=coded), hint)
