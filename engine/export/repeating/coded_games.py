"""VAE-GANs, as calls of the programs."""

from __future__ import annotations

from typing import Any

from engine.adversarial.base import ADVERSARIAL
from engine.export.drawn import Drawn
from engine.export.parts import noticing
from engine.export.repeating import recipes
from engine.export.repeating.games import losses_of
from engine.export.repeating.objectives import odd_ones
from engine.export.repeating.page import Page, called
from engine.export.writer import Job
from engine.objectives.vae_gan import VaeGan

CURVES = ("discriminator_loss", "generator_loss", "train_kl", "train_feature_error")
"""Curves of a run that the losses of its program are."""
INSIDE = "inside"
"""What the function is called that looks inside the discriminator."""


def coded_call(job: Job, page: Page) -> str:
    """Return the lines that let encoder and decoder play against the discriminator.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    objective, networks = job.session.objective, job.session.task.networks
    assert isinstance(objective, VaeGan)
    loss = ADVERSARIAL.make_plug(objective.loss)
    critic, generator = losses_of(loss, 1.0, page)
    page.add(Drawn("discriminator", networks["discriminator"]).inside(INSIDE, objective.layer))
    shape = networks["decoder"].in_shape.dims
    given = recipes.course(job)
    if loss.needs_real:
        given["compares"] = "True"
    arguments: list[Any] = [
        "networks",
        "mover",
        "data",
        critic,
        generator,
        INSIDE,
        repr(shape),
        repr(objective.gamma),
        *(f"{name}={value}" for name, value in given.items()),
    ]
    lines = [
        "    data = read_data()",
        f"    losses = {called(page.use(noticing.play_by_codes), arguments)}",
        f"    metrics = dict(zip({CURVES!r}, losses[-1], strict=True))",
    ]
    if len(job.session.data.test.inputs):
        odd = odd_ones(job)
        told = f", {odd!r}" if odd else ""
        measure = page.use(noticing.measure_noticed)
        lines += [
            f'    apart = {measure}(networks, *data["test"], {INSIDE}, {shape!r}{told})',
            '    metrics |= {f"test_{name}": value for name, value in apart.items()}',
        ]
    return "\n".join(lines)
