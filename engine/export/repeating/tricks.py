"""Tricks of games, as arguments of the programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.adversarial.choices import Choices
from engine.adversarial.tricks.augment import AdaptiveAugment, DiffAugment
from engine.adversarial.tricks.base import Trick
from engine.adversarial.tricks.inputs import InstanceNoise
from engine.adversarial.tricks.players import (
    FeatureMatching,
    HistoricalAveraging,
    TopK,
    Unrolled,
)
from engine.compute.network import GraphModule
from engine.export.drawn import Drawn
from engine.export.parts import playing, tricks
from engine.export.repeating.page import Page, listed


class Written(NamedTuple):
    """What one trick is in a program.

    Attributes:
        told: What it adds to which arguments of the game.
        made: The line that makes what it remembers; empty for none.
    """

    told: Mapping[str, str] = {}
    made: str = ""


class Place(NamedTuple):
    """Where a trick is written.

    Attributes:
        number: Which of the game's tricks it is.
        critic: The discriminator.
        page: What functions are noted on.
    """

    number: int
    critic: GraphModule
    page: Page

    @property
    def name(self) -> str:
        """What the program calls what the trick remembers."""
        return f"trick_{self.number}"


def tricks_of(
    choices: Choices, critic: GraphModule, page: Page
) -> tuple[list[str], dict[str, str]]:
    """Return lines that make what tricks remember, and arguments of the game, in the order of the tricks.

    Args:
        choices: The game; each of its tricks is one of :data:`WRITERS`.
        critic: The discriminator.
        page: What the functions are noted on.
    """
    made: list[str] = []
    told: dict[str, list[str]] = {}
    for number, trick in enumerate(choices.tricks):
        written = WRITERS[trick.tag()](trick, Place(number, critic, page))
        if written.made:
            made.append(f"    {written.made}")
        for argument, text in written.told.items():
            told.setdefault(argument, []).append(text)
    return made, {argument: listed(texts) for argument, texts in told.items()}


def _instance_noise(trick: InstanceNoise, place: Place) -> Written:
    noise = place.page.use(playing.fading_noise, sd=trick.sd, steps=trick.steps)
    return Written({"changes": noise})


def _diff_augment(trick: DiffAugment, place: Place) -> Written:
    kinds = {kind: getattr(trick, kind) for kind in ("color", "translation", "cutout")}
    return Written({"changes": place.page.use(tricks.augmented, **kinds)})


def _adaptive_augment(trick: AdaptiveAugment, place: Place) -> Written:
    name, kind = place.name, place.page.use(tricks.Adaptive)
    return Written(
        {"changes": f"{name}.change", "looks": f"{name}.look"},
        f"{name} = {kind}(target={trick.target}, speed={trick.speed})",
    )


def _feature_matching(trick: FeatureMatching, place: Place) -> Written:
    inside = f"inside_{place.number}"
    place.page.add(Drawn("discriminator", place.critic).inside(inside, trick.layer))
    goal = place.page.use(tricks.matched, weight=trick.weight, alone=trick.alone)
    return Written({"goals": f"({inside}, {goal})"})


def _historical_averaging(trick: HistoricalAveraging, place: Place) -> Written:
    kind = place.page.use(tricks.Past)
    return Written({"pasts": place.name}, f"{place.name} = {kind}(networks, weight={trick.weight})")


def _unrolled(trick: Unrolled, place: Place) -> Written:
    return Written({"ahead": place.page.use(tricks.unrolled, steps=trick.steps, rate=trick.rate)})


def _top_k(trick: TopK, place: Place) -> Written:
    options = {"share": trick.share, "decay": trick.decay, "every": trick.every}
    return Written({"counted": place.page.use(playing.best_count, **options)})


def _nothing(_trick: Trick, _place: Place) -> Written:
    return Written()


WRITERS: dict[str, Callable[..., Written]] = {
    "adaptive_augment": _adaptive_augment,
    "diff_augment": _diff_augment,
    "feature_matching": _feature_matching,
    "historical_averaging": _historical_averaging,
    "instance_noise": _instance_noise,
    "label_smoothing": _nothing,  # the losses have the label
    "packing": _nothing,  # the game is told how many are judged together
    "top_k": _top_k,
    "truncation": _nothing,  # it is of samples, not of steps
    "unrolled": _unrolled,
}
"""What writes a trick, by its tag; a game with any other is refused."""
