"""What objectives have in common in which two networks play against each other: the fields of a game."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from projects.schema import Plug

Loss = Annotated[
    Plug,
    Meta(
        title="Adversarial loss",
        description="What the two players minimise.",
        extra={"catalogue": "adversarial"},
    ),
]
Penalties = Annotated[
    tuple[Plug, ...],
    Meta(
        title="Penalties",
        description="What holds the discriminator back.",
        max_length=20,
        extra={"catalogue": "penalties"},
    ),
]
Tricks = Annotated[
    tuple[Plug, ...],
    Meta(
        title="Tricks",
        description="What makes the game steadier, fairer or more varied.",
        max_length=20,
        extra={"catalogue": "tricks"},
    ),
]
CriticSteps = Annotated[
    int,
    Meta(
        ge=1,
        le=100,
        title="Critic steps",
        description="Updates of the discriminator in a step, each on a batch of its own.",
    ),
]
Average = Annotated[
    float,
    Meta(
        ge=0,
        le=0.999999,
        title="Average of the generator",
        description="Decay of the moving average of its weights; 0: no average.",
    ),
]
