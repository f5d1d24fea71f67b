"""Tricks of games, as arguments of the programs."""

from __future__ import annotations

from engine.adversarial.choices import Choices
from engine.adversarial.tricks.augment import AdaptiveAugment, DiffAugment
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


def tricks_of(
    choices: Choices, critic: GraphModule, page: Page
) -> tuple[list[str], dict[str, str]]:
    """Return lines that make what tricks remember, and arguments of the game, in the order of the tricks.

    Args:
        choices: The game.
        critic: The discriminator.
        page: What the functions are noted on.
    """
    made: list[str] = []
    told: dict[str, list[str]] = {}
    for place, trick in enumerate(choices.tricks):
        name = f"trick_{place}"
        if isinstance(trick, InstanceNoise):
            noise = page.use(playing.fading_noise, sd=trick.sd, steps=trick.steps)
            told.setdefault("changes", []).append(noise)
        elif isinstance(trick, DiffAugment):
            kinds = {k: getattr(trick, k) for k in ("color", "translation", "cutout")}
            told.setdefault("changes", []).append(page.use(tricks.augmented, **kinds))
        elif isinstance(trick, AdaptiveAugment):
            kind = page.use(tricks.Adaptive)
            made.append(f"    {name} = {kind}(target={trick.target}, speed={trick.speed})")
            told.setdefault("changes", []).append(f"{name}.change")
            told.setdefault("looks", []).append(f"{name}.look")
        elif isinstance(trick, FeatureMatching):
            inside = f"inside_{place}"
            page.add(Drawn("discriminator", critic).inside(inside, trick.layer))
            goal = page.use(tricks.matched, weight=trick.weight, alone=trick.alone)
            told.setdefault("goals", []).append(f"({inside}, {goal})")
        elif isinstance(trick, HistoricalAveraging):
            made.append(f"    {name} = {page.use(tricks.Past)}(networks, weight={trick.weight})")
            told.setdefault("pasts", []).append(name)
        elif isinstance(trick, Unrolled):
            foresee = page.use(tricks.unrolled, steps=trick.steps, rate=trick.rate)
            told.setdefault("ahead", []).append(foresee)
        elif isinstance(trick, TopK):
            options = {"share": trick.share, "decay": trick.decay, "every": trick.every}
            told.setdefault("counted", []).append(page.use(playing.best_count, **options))
    return made, {name: listed(values) for name, values in told.items()}
