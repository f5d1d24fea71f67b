"""An encoder and a decoder whose error is what a discriminator notices (Larsen et al. 2016)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from engine.export.parts.coding import coded, divergence_from_normal, means_of_usual
from engine.export.parts.data import dealt
from engine.export.parts.holding import Mover


def noticed(
    critic: nn.Module, inside: Callable[[nn.Module, Tensor], Tensor], real: Tensor, restored: Tensor
) -> Tensor:
    """Return ℓ = ½‖f(x) − f(Dec(z))‖² of every example, f taken inside the discriminator.

    Args:
        critic: The discriminator.
        inside: Returns f of examples: what leaves one of its layers, ``(batch, …)``.
        real: Examples x, ``(batch, …)``.
        restored: What the decoder makes of their codes, of the same shape.

    Returns:
        A number for each example, ``(batch,)``.
    """
    with torch.no_grad():
        wanted = inside(critic, real)
    return 0.5 * (wanted - inside(critic, restored)).square().flatten(1).sum(dim=1)


def play_by_codes(
    networks: Mapping[str, nn.Module],
    mover: Mover,
    data: Mapping[str, tuple[Tensor, Tensor | None]],
    critic_loss: Callable[..., Tensor],
    generator_loss: Callable[..., Tensor],
    inside: Callable[[nn.Module, Tensor], Tensor],
    shape: Sequence[int],
    gamma: float,
    *,
    steps: int,
    batch_size: int,
    seed: int,
    compares: bool = False,
) -> list[tuple[float, ...]]:
    """Improve the discriminator, then encoder and decoder, again and again.

    The encoder minimises KL + ℓ, the decoder γℓ and its adversarial loss. Both move by one gradient: what reaches the
    encoder through ℓ is divided by γ.

    Args:
        networks: ``encoder``, which gives mean and log-variance of each latent, ``decoder`` and ``discriminator``.
        mover: Moves them by their gradients.
        data: Inputs ``(examples, …)`` and targets of each part; those of ``train`` are learned from.
        critic_loss: What the discriminator minimises, by what it says of real and of made examples.
        generator_loss: What the decoder minimises, by the same.
        inside: Returns what leaves the layer of the discriminator by which examples are compared, ``(batch, …)``.
        shape: That of the latents of one example as the decoder takes them, without the batch: ``(8,)``.
        gamma: γ, how much ℓ counts for the decoder.
        steps: How many are made.
        batch_size: Examples in a step.
        seed: Decides the order of the examples.
        compares: Whether ``generator_loss`` needs what is said of real examples.

    Returns:
        Of every step the discriminator's loss, the decoder's, KL in nats and ℓ, means over the examples.
    """
    encoder, decoder, critic = (networks[name] for name in ("encoder", "decoder", "discriminator"))
    inputs, _targets = data["train"]
    losses: list[tuple[float, ...]] = []

    def decoded(latents: Tensor) -> Tensor:
        made: Tensor = decoder(latents.view(len(latents), *shape))
        return made

    def learn(loss: Tensor, *names: str) -> None:
        loss.backward()  # type: ignore[no-untyped-call]
        for name in names:
            mover.move(name, len(losses))

    for chosen in dealt(len(inputs), batch_size, seed, steps):
        real = inputs[chosen]
        mean, log_variance = coded(encoder, real)
        latents = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
        drawn, codes = torch.randn_like(mean), latents.detach()
        restored = decoded(codes + (latents - codes) / gamma)
        made = decoded(torch.cat([codes, drawn]))
        on_real, on_made = critic(real), critic(made.detach())
        sides = [critic_loss(on_real, said) for said in on_made.chunk(2)]
        verdict = 0.5 * (sides[0] + sides[1])
        learn(verdict, "discriminator")
        critic.requires_grad_(False)  # it is looked through, not trained
        kl = divergence_from_normal(mean, log_variance).sum(dim=1).mean()
        error = noticed(critic, inside, real, restored).mean()
        on_made = critic(made)
        said_of_real = critic(real) if compares else None
        sides = [generator_loss(said_of_real, said) for said in on_made.chunk(2)]
        deceit = 0.5 * (sides[0] + sides[1])
        learn(kl + gamma * error + deceit, "encoder", "decoder")
        critic.requires_grad_(True)
        losses.append(tuple(loss.item() for loss in (verdict, deceit, kl, error)))
        if len(losses) % max(1, steps // 20) == 0:
            told = "discriminator {:.4g}, decoder {:.4g}, KL {:.4g}, error {:.4g}"
            print(f"step {len(losses)}: {told.format(*losses[-1])}")
    return losses


def measure_noticed(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    inside: Callable[[nn.Module, Tensor], Tensor],
    shape: Sequence[int],
    odd: Sequence[int] = (),
) -> dict[str, float]:
    """Return KL in nats, ℓ and the mean squared error of restored examples; what is drawn is the same every time.

    Args:
        networks: ``encoder``, ``decoder`` and ``discriminator``.
        inputs: Examples, ``(examples, …)``.
        targets: Their classes, ``(examples,)``, or labels, ``(examples, labels)``; None where they have neither.
        inside: Returns what leaves a layer of the discriminator, ``(batch, …)``.
        shape: That of the latents of one example as the decoder takes them, without the batch.
        odd: Numbers of the classes or labels that are anomalies.
    """
    generator = torch.Generator().manual_seed(57776)
    for network in networks.values():
        network.eval()
    rows: list[tuple[Tensor, Tensor, Tensor]] = []
    with torch.no_grad():
        for some in inputs.split(1024):  # type: ignore[no-untyped-call]
            mean, log_variance = coded(networks["encoder"], some)
            noise = torch.randn(mean.shape, generator=generator)
            latents = mean + (0.5 * log_variance).exp() * noise
            restored = networks["decoder"](latents.view(len(latents), *shape))
            rows.append(
                (
                    divergence_from_normal(mean, log_variance).sum(dim=1),
                    noticed(networks["discriminator"], inside, some, restored),
                    (restored - some).square().flatten(1).mean(dim=1),
                )
            )
    kl, errors, squares = (torch.cat(column).double() for column in zip(*rows, strict=True))
    values = {"kl": kl, "feature_error": errors, "mse": squares}
    return means_of_usual(values, squares, targets, odd)
