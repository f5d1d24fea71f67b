"""Games of a generator against a discriminator, as calls of the programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.adversarial.base import AdversarialLoss
from engine.adversarial.choices import Choices, choices_of
from engine.adversarial.conditioning.base import Conditioning
from engine.adversarial.conditioning.classes import AcGan
from engine.adversarial.conditioning.codes import InfoGan
from engine.adversarial.margins import LeastSquares
from engine.adversarial.penalties.base import Penalty, Soft
from engine.adversarial.penalties.constraints import SpectralNorm, WeightClipping
from engine.compute.judging import guesses_of
from engine.export.parts import latents, playing, rivals, slopes, tricks
from engine.export.repeating import recipes
from engine.export.repeating.page import Page, called, listed
from engine.export.repeating.tricks import WRITERS, tricks_of
from engine.export.writer import Job
from engine.objectives.gan import Gan
from engine.objectives.pix2pix import Pix2Pix
from projects.errors import Problem
from projects.translation import gettext as _

LOSSES = {
    "non_saturating": (rivals.non_saturating_critic, rivals.non_saturating_generator),
    "minimax": (rivals.non_saturating_critic, rivals.minimax_generator),
    "least_squares": (rivals.least_squares_critic, rivals.least_squares_generator),
    "hinge": (rivals.hinge_critic, rivals.mean_generator),
    "wasserstein": (rivals.wasserstein_critic, rivals.mean_generator),
    "relativistic_paired": (rivals.paired_critic, rivals.paired_generator),
    "relativistic_average": (rivals.average_critic, rivals.average_generator),
}
PENALTIES: Mapping[str, Callable[..., Any]] = {
    "consistency": tricks.inconsistency,
    "gradient_penalty": slopes.gradient_penalty,
    "r1": slopes.r1,
    "r2": slopes.r2,
    "zero_centred": slopes.zero_centred,
    "dragan": slopes.dragan,
}
LATENTS = {
    "normal": latents.normal,
    "uniform": latents.uniform,
    "sphere": latents.sphere,
    "truncated_normal": latents.truncated_normal,
}


def game_obstacles(objective: Gan | Pix2Pix) -> Iterator[Problem]:
    """Yield what of a game only Ganvas can play.

    Args:
        objective: The game.
    """
    choices = _choices(objective)
    said, anew = _("“{title}” needs Ganvas."), _("Take it out and train anew.")
    if choices.loss.tag() not in LOSSES:
        yield Problem("objective.loss", said.format(title=choices.loss.title), anew)
    for place, penalty in enumerate(choices.penalties):
        if penalty.tag() not in PENALTIES and not isinstance(
            penalty, WeightClipping | SpectralNorm
        ):
            where = f"objective.penalties.{place}"
            yield Problem(where, said.format(title=penalty.title), anew)
    for place, trick in enumerate(choices.tricks):
        if trick.tag() not in WRITERS:
            yield Problem(f"objective.tricks.{place}", said.format(title=trick.title), anew)


def playing_call(job: Job, page: Page) -> str:
    """Return the lines that let the networks play.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    objective, networks = job.session.objective, job.session.task.networks
    assert isinstance(objective, Gan | Pix2Pix)
    choices = _choices(objective)
    critic, generator = losses_of(choices.loss, choices.label, page)
    made, told = tricks_of(choices, networks["discriminator"], page)
    given = {**_rules(job, choices, page), **told, **_asked(choices.conditioning, page)}
    if isinstance(objective, Pix2Pix):
        channels = networks["generator"].in_shape.dims[0]
        near = page.use(playing.distance, weight=objective.l1, channels=channels)
        given |= {"paired": "True", "generator_extras": f"[{near}]"}
    arguments = [
        "networks",
        "mover",
        critic,
        generator,
        _drawing(job, choices, page),
        *(f"{name}={value}" for name, value in given.items()),
    ]
    course = recipes.course(job) | ({"decay": repr(objective.ema)} if objective.ema else {})
    played = ", ".join(("game", "data", *(f"{name}={value}" for name, value in course.items())))
    lines = [
        "    data = read_data()",
        *made,
        f"    game = {called(page.use(playing.Game), arguments)}",
        f"    losses = {page.use(playing.play)}({played})",
        '    metrics = dict(zip(("discriminator_loss", "generator_loss"), losses[-1], strict=True))',
    ]
    if isinstance(objective, Pix2Pix) and len(job.session.data.test.inputs):
        unit = float(job.session.data.target_scaler.divisor)
        measure = page.use(playing.measure_made)
        lines += [
            f'    apart = {measure}(networks["generator"], *data["test"], {unit!r})',
            '    metrics |= {f"test_{name}": value for name, value in apart.items()}',
        ]
    return "\n".join(lines)


def losses_of(loss: AdversarialLoss, label: float, page: Page) -> tuple[str, str]:
    """Return the text of what discriminator and generator minimise.

    Args:
        loss: What the players minimise.
        label: What real examples are labelled with.
        page: What the functions are noted on.
    """
    critic, generator = LOSSES[loss.tag()]
    options: dict[str, Any] = {} if label == 1 else {"label": label}
    if isinstance(loss, LeastSquares):
        options["ends"] = (loss.fake, loss.real)
        return page.use(critic, **options), page.use(generator, wanted=loss.wanted)
    return page.use(critic, **options), page.use(generator)


def _choices(objective: Gan | Pix2Pix) -> Choices:
    asked = objective.conditioning if isinstance(objective, Gan) else None
    return choices_of(objective, asked)


def _drawing(job: Job, choices: Choices, page: Page) -> str:
    """How the generator makes examples."""
    generator = job.session.task.networks["generator"]
    if generator.latent is None:
        return page.use(latents.made_beside, channels=generator.in_shape.dims[0])
    size, distribution = generator.latent.size, generator.latent.distribution
    function: Any = latents.drawn
    options = ""
    if isinstance(choices.conditioning, InfoGan):
        function, options = latents.drawn_of_code, f", kinds={choices.conditioning.kinds}"
    elif generator.label is not None:
        function = latents.drawn_of_class
    drawn_from = page.use(LATENTS[distribution], size=size)
    return f"partial({page.use(function)}, latents={drawn_from}{options})"


def _rules(job: Job, choices: Choices, page: Page) -> dict[str, str]:
    """What is not as in the plain game."""
    critic = job.session.task.networks["discriminator"]
    found = {
        "critic_steps": choices.critic_steps if choices.critic_steps > 1 else None,
        "compares": choices.loss.needs_real or None,
        "told": critic.label is not None or None,
        "guesses": guesses_of(critic) > 0 or None,
        "together": choices.packed if choices.packed > 1 else None,
    }
    told = {name: repr(value) for name, value in found.items() if value is not None}
    if penalties := [_penalty(one, page) for one in choices.penalties if isinstance(one, Soft)]:
        told["penalties"] = listed(penalties)
    bounds = [one.bound for one in choices.penalties if isinstance(one, WeightClipping)]
    if bounds:
        told["largest_weight"] = repr(min(bounds))
    return told


def _penalty(penalty: Penalty, page: Page) -> str:
    assert isinstance(penalty, Soft)
    names = ("sides", "reach", "shift", "flip", "noise")
    options = {name: getattr(penalty, name) for name in names if hasattr(penalty, name)}
    return (
        f"({page.use(PENALTIES[penalty.tag()], **options)}, {penalty.weight!r}, {penalty.every!r})"
    )


def _asked(asked: Conditioning | None, page: Page) -> dict[str, str]:
    """What follows from guesses of the discriminator."""
    if isinstance(asked, AcGan):
        named = f"[{page.use(playing.misnamed, weight=asked.weight)}]"
        return dict.fromkeys(("real_extras", "critic_extras", "generator_extras"), named)
    if isinstance(asked, InfoGan):
        read = page.use(playing.misread, weight=asked.weight, kinds=asked.kinds)
        return {"critic_extras": f"[{read}]", "generator_extras": f"[{read}]"}
    return {}
