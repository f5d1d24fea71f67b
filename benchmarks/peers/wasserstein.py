"""The WGAN with gradient penalty in plain PyTorch: as it is taught, and tuned by hand.

A step is ``critic_steps`` updates of the critic, each on a batch of its own, and one of the generator.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from peers.task import Task


def textbook(task: Task) -> float:
    """A DataLoader, Adam, every loss read."""
    generator, critic = task.network("generator"), task.network("discriminator")
    clock = task.clock(whole=True)
    loader = DataLoader(
        TensorDataset(task.inputs), batch_size=task.size, shuffle=True, drop_last=True
    )
    of_critic = torch.optim.Adam(critic.parameters(), lr=task.rate, betas=task.betas)
    of_generator = torch.optim.Adam(generator.parameters(), lr=task.rate, betas=task.betas)
    for _epoch in range(task.epochs):
        losses, batches = [], iter(loader)
        for _step in range(clock.steps):
            for (real,) in itertools.islice(batches, task.critic_steps):
                fake = generator(torch.randn(len(real), task.latent)).detach()
                loss = critic(fake).mean() - critic(real).mean()
                loss = loss + task.penalty * penalty(critic, real, fake)
                of_critic.zero_grad()
                loss.backward()
                of_critic.step()
                losses.append(loss.item())
            error = -critic(generator(torch.randn(task.size, task.latent))).mean()
            of_generator.zero_grad()
            error.backward()
            of_generator.step()
            losses.append(error.item())
        clock.tick()
    return clock.rate


def tuned(task: Task) -> float:
    """Batches by index, fused Adam, no number read; the critic's weights have no gradients in the generator's turn."""
    generator, critic = task.network("generator"), task.network("discriminator")
    clock, weights = task.clock(whole=True), list(critic.parameters())
    of_critic = torch.optim.Adam(weights, lr=task.rate, betas=task.betas, fused=True)
    of_generator = torch.optim.Adam(
        generator.parameters(), lr=task.rate, betas=task.betas, fused=True
    )
    for _epoch in range(task.epochs):
        chosen = iter(torch.split(torch.randperm(len(task.inputs)), task.size))
        for _step in range(clock.steps):
            for some in itertools.islice(chosen, task.critic_steps):
                real = task.inputs.index_select(0, some)
                with torch.no_grad():
                    fake = generator(torch.randn(task.size, task.latent))
                loss = critic(fake).mean() - critic(real).mean()
                loss = loss + task.penalty * penalty(critic, real, fake)
                of_critic.zero_grad(set_to_none=True)
                loss.backward()
                of_critic.step()
            for weight in weights:
                weight.requires_grad_(False)
            error = -critic(generator(torch.randn(task.size, task.latent))).mean()
            of_generator.zero_grad(set_to_none=True)
            error.backward()
            of_generator.step()
            for weight in weights:
                weight.requires_grad_(True)
        clock.tick()
    return clock.rate


def penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean of ``(‖∇D‖ − 1)²`` at random places between real and generated examples."""
    share = torch.rand(len(real), *(1 for _size in real.shape[1:]))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    found: Tensor = ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return found
