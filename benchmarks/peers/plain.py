"""Plain PyTorch: as the textbooks write it, and tuned by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.utils.data import DataLoader, TensorDataset

from peers.task import Task


def textbook(task: Task) -> float:
    """A DataLoader, Adam with its defaults, the loss read every step."""
    if task.targets is None:
        return _textbook_gan(task)
    model, clock = task.network(), task.clock()
    loader = DataLoader(
        TensorDataset(task.inputs, task.targets), batch_size=task.size, shuffle=True
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=task.rate, betas=task.betas)
    for _epoch in range(task.epochs):
        running_loss = 0.0
        for batch, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(batch), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        clock.tick()
    return clock.rate


def tuned(task: Task) -> float:
    """Batches by index, fused Adam, channels last, no number read."""
    if task.targets is None:
        return _tuned_gan(task)
    model, clock = _images_last(task.network()), task.clock()
    optimizer = torch.optim.Adam(model.parameters(), lr=task.rate, betas=task.betas, fused=True)
    for _epoch in range(task.epochs):
        order = torch.randperm(len(task.inputs))
        for start in range(0, len(order), task.size):
            chosen = order[start : start + task.size]
            loss = nn.functional.cross_entropy(
                model(task.inputs.index_select(0, chosen)), task.targets.index_select(0, chosen)
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        clock.tick()
    return clock.rate


def _textbook_gan(task: Task) -> float:
    """As DCGAN is taught: labels made of ones and zeros, both losses read every step."""
    generator, critic = task.network("generator"), task.network("discriminator")
    clock = task.clock(whole=True)
    loader = DataLoader(
        TensorDataset(task.inputs), batch_size=task.size, shuffle=True, drop_last=True
    )
    criterion = nn.BCEWithLogitsLoss()
    of_critic = torch.optim.Adam(critic.parameters(), lr=task.rate, betas=task.betas)
    of_generator = torch.optim.Adam(generator.parameters(), lr=task.rate, betas=task.betas)
    for _epoch in range(task.epochs):
        losses = []
        for (real,) in loader:
            critic.zero_grad()
            ones, zeros = torch.ones(task.size, 1), torch.zeros(task.size, 1)
            error_real = criterion(critic(real), ones)
            error_real.backward()
            fake = generator(torch.randn(task.size, task.latent))
            error_fake = criterion(critic(fake.detach()), zeros)
            error_fake.backward()
            of_critic.step()
            generator.zero_grad()
            error = criterion(critic(fake), ones)
            error.backward()
            of_generator.step()
            losses.append((error_real.item() + error_fake.item(), error.item()))
        clock.tick()
    return clock.rate


def _tuned_gan(task: Task) -> float:
    """As above; the critic's weights have no gradients in the generator's turn."""
    generator = _images_last(task.network("generator"))
    critic = _images_last(task.network("discriminator"))
    clock = task.clock(whole=True)
    of_critic = torch.optim.Adam(critic.parameters(), lr=task.rate, betas=task.betas, fused=True)
    of_generator = torch.optim.Adam(
        generator.parameters(), lr=task.rate, betas=task.betas, fused=True
    )
    ones, zeros = torch.ones(task.size, 1), torch.zeros(task.size, 1)
    weights = list(critic.parameters())
    for _epoch in range(task.epochs):
        order = torch.randperm(len(task.inputs))
        for turn in range(clock.steps):
            chosen = order[turn * task.size : (turn + 1) * task.size]
            fake = generator(torch.randn(task.size, task.latent))
            _move(
                of_critic,
                bce(critic(task.inputs.index_select(0, chosen)), ones)
                + bce(critic(fake.detach()), zeros),
            )
            for weight in weights:
                weight.requires_grad_(False)
            _move(of_generator, bce(critic(fake), ones))
            for weight in weights:
                weight.requires_grad_(True)
        clock.tick()
    return clock.rate


def _images_last(network: nn.Module) -> nn.Module:
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _move(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
