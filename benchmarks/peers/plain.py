"""Plain PyTorch: as the textbooks write it, and tuned by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.utils.data import DataLoader, TensorDataset

from peers import wasserstein
from peers.task import Task

PORTION = 256


def textbook(task: Task) -> float:
    """A DataLoader, Adam with its defaults, the loss read every step, a test loop after every epoch."""
    if task.targets is None:
        return wasserstein.textbook(task) if task.penalty else _textbook_gan(task)
    model, clock = task.network(), task.clock()
    loader = DataLoader(
        TensorDataset(task.inputs, task.targets), batch_size=task.size, shuffle=True
    )
    held_back = DataLoader(
        TensorDataset(task.held_back, task.held_back_targets), batch_size=task.size
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=task.rate, betas=task.betas)
    for _epoch in range(task.epochs):
        running_loss = 0.0
        for batch, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(batch), labels)
            loss.backward()
            if task.clip_norm is not None:
                nn.utils.clip_grad_norm_(model.parameters(), task.clip_norm)
            optimizer.step()
            running_loss += loss.item()
        test(model, held_back, criterion)
        clock.tick()
    return clock.rate


def test(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], criterion: nn.Module
) -> tuple[float, float]:
    """The textbook's test loop: mean loss and accuracy."""
    model.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for batch, labels in loader:
            answers = model(batch)
            loss += criterion(answers, labels).item() * len(batch)
            correct += int((answers.argmax(dim=1) == labels).sum().item())
    model.train()
    count = len(loader.dataset)  # type: ignore[arg-type]
    return loss / count, correct / count


def tuned(task: Task) -> float:
    """Batches by index, fused Adam, channels last, no number read; measured in portions of 256 images."""
    if task.targets is None:
        return wasserstein.tuned(task) if task.penalty else _tuned_gan(task)
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
            if task.clip_norm is not None:
                nn.utils.clip_grad_norm_(model.parameters(), task.clip_norm, foreach=True)
            optimizer.step()
        _measure(model, task)
        clock.tick()
    return clock.rate


def _measure(model: nn.Module, task: Task) -> tuple[float, float]:
    model.eval()
    with torch.no_grad():
        answers = torch.cat([model(some) for some in torch.split(task.held_back, PORTION)])
        loss = nn.functional.cross_entropy(answers, task.held_back_targets)
        right = (answers.argmax(dim=1) == task.held_back_targets).double().mean()
    model.train()
    return loss.item(), right.item()


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
