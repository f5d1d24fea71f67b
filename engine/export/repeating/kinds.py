"""The kinds of trainings that programs repeat, and which objectives are of which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.export.repeating.coded_games import CURVES, coded_call
from engine.export.repeating.games import game_obstacles, playing_call
from engine.export.repeating.objectives import RECITED, Options, learning_call, options_of
from engine.export.repeating.page import Page
from engine.export.writer import Job
from engine.objectives.base import Objective
from engine.objectives.gan import Gan
from engine.objectives.pix2pix import Pix2Pix
from engine.objectives.vae_gan import VaeGan
from projects.errors import Problem

OF_THE_LAST_STEP = (
    "Kept are the weights of the last step; the run may have kept those whose samples scored best."
)


@dataclass(frozen=True)
class Kind:
    """A kind of trainings that programs repeat.

    Attributes:
        call: Writes the lines that train.
        curves: Which curves of a run the losses are that a program returns of every step.
        kept: Whose weights the program keeps, for people.
        options: What the program holds as ``OBJECTIVE``; None for nothing.
        obstacles: Tells what of an objective only Ganvas can do.
    """

    call: Callable[[Job, Page], str]
    curves: tuple[str, ...]
    kept: str = OF_THE_LAST_STEP
    options: Callable[[Job], Options] | None = None
    obstacles: Callable[[Any], Iterable[Problem]] = lambda _objective: ()


LEARNING = Kind(
    call=learning_call,
    curves=("train_loss",),
    kept="Kept are the weights of the best evaluation, as in the run.",
    options=options_of,
)
PLAYING = Kind(
    call=playing_call,
    curves=("discriminator_loss", "generator_loss"),
    obstacles=game_obstacles,
)
PLAYING_BY_CODES = Kind(call=coded_call, curves=CURVES)

KINDS: Mapping[type[Objective], Kind] = {
    **dict.fromkeys(RECITED, LEARNING),
    Gan: PLAYING,
    Pix2Pix: PLAYING,
    VaeGan: PLAYING_BY_CODES,
}
"""How trainings for an objective are repeated; those for any other need Ganvas."""
