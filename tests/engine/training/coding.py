"""Small projects with an encoder and a decoder."""

from __future__ import annotations

from typing import Any

from projects.schema import Data, Plug, Project, Recipe
from tests.engine.training.support import Layers, chain

SETTINGS: dict[str, Any] = {
    "epochs": 2,
    "batch_size": 128,
    "optimizer": Plug("adam", {"lr": 0.005}),
}


def layers(units: int, *end: tuple[str, str, dict[str, Any]]) -> Layers:
    """Layers that end in so many numbers."""
    return [
        ("first", "linear", {"units": 24}),
        ("relu", "relu", {}),
        ("last", "linear", {"units": units}),
        *end,
    ]


def vae(
    latents: int = 3,
    ends: int = 64,
    data: Data | None = None,
    recipe: dict[str, Any] | None = None,
    **objective: Any,
) -> Project:
    """A variational autoencoder of flat digits."""
    return Project(
        name="VAE",
        networks={"encoder": chain(layers(2 * latents)), "decoder": chain(layers(ends))},
        data=data or Data(source=Plug("digits", {"layout": "flat"})),
        objective=Plug("vae", objective),
        recipe=Recipe(**{**SETTINGS, **(recipe or {})}),
    )


def autoencoder(
    code: int = 4,
    *end: tuple[str, str, dict[str, Any]],
    recipe: dict[str, Any] | None = None,
    **objective: Any,
) -> Project:
    """An autoencoder of flat digits; ``end`` follows the code."""
    return Project(
        name="Autoencoder",
        networks={"encoder": chain(layers(code, *end)), "decoder": chain(layers(64))},
        data=Data(source=Plug("digits", {"layout": "flat"})),
        objective=Plug("autoencoder", objective),
        recipe=Recipe(**{**SETTINGS, **(recipe or {})}),
    )


def vae_gan(latents: int = 3, recipe: dict[str, Any] | None = None, **objective: Any) -> Project:
    """A variational autoencoder of flat digits with a discriminator."""
    return Project(
        name="VAE-GAN",
        networks={
            "encoder": chain(layers(2 * latents)),
            "decoder": chain(layers(64)),
            "discriminator": chain(layers(1)),
        },
        data=Data(source=Plug("digits", {"layout": "flat"})),
        objective=Plug("vae_gan", objective),
        recipe=Recipe(**{**SETTINGS, **(recipe or {})}),
    )
