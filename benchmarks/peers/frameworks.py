"""Lightning, Accelerate, Ignite, skorch and fastai, each as its own guide writes a loop."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.utils.data import DataLoader, TensorDataset

from peers.plain import test
from peers.task import Task


def _loader(task: Task) -> DataLoader[Any]:
    if task.targets is None:
        data = TensorDataset(task.inputs)
        return DataLoader(data, batch_size=task.size, shuffle=True, drop_last=True)
    data = TensorDataset(task.inputs, task.targets)
    return DataLoader(data, batch_size=task.size, shuffle=True)


def _held_back(task: Task) -> DataLoader[Any]:
    return DataLoader(TensorDataset(task.held_back, task.held_back_targets), batch_size=task.size)


def _adam(task: Task, module: nn.Module) -> torch.optim.Adam:
    return torch.optim.Adam(module.parameters(), lr=task.rate, betas=task.betas)


# ------------------------------------------------------------------------------- Lightning


def lightning(task: Task) -> float:
    """A LightningModule that logs its losses and accuracy; no checkpoints, no progress bar."""
    import lightning as pl

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")
    clock = task.clock(whole=task.targets is None)

    class Classifier(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = task.network()

        def training_step(self, batch: Any, index: int) -> Tensor:
            inputs, targets = batch
            loss = nn.functional.cross_entropy(self.model(inputs), targets)
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch: Any, index: int) -> None:
            inputs, targets = batch
            answers = self.model(inputs)
            right = (answers.argmax(dim=1) == targets).float().mean()
            loss = nn.functional.cross_entropy(answers, targets)
            self.log_dict({"val_loss": loss, "val_accuracy": right})

        def configure_optimizers(self) -> Any:
            return _adam(task, self.model)

    class Gan(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.automatic_optimization = False
            self.generator = task.network("generator")
            self.critic = task.network("discriminator")

        def training_step(self, batch: Any, index: int) -> None:
            (real,) = batch
            of_critic, of_generator = self.optimizers()
            ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
            fake = self.generator(torch.randn(len(real), task.latent))
            loss = bce(self.critic(real), ones) + bce(self.critic(fake.detach()), zeros)
            of_critic.zero_grad()
            self.manual_backward(loss)
            of_critic.step()
            self.toggle_optimizer(of_generator)
            error = bce(self.critic(fake), ones)
            of_generator.zero_grad()
            self.manual_backward(error)
            of_generator.step()
            self.untoggle_optimizer(of_generator)
            self.log_dict({"discriminator_loss": loss, "generator_loss": error})

        def configure_optimizers(self) -> Any:
            return _adam(task, self.critic), _adam(task, self.generator)

    class Ticks(pl.Callback):
        def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
            clock.tick()

    trainer = pl.Trainer(
        max_epochs=task.epochs,
        accelerator="cpu",
        devices=1,
        callbacks=[Ticks()],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        gradient_clip_val=task.clip_norm,
    )
    if task.targets is None:
        trainer.fit(Gan(), _loader(task))
    else:
        trainer.fit(Classifier(), _loader(task), _held_back(task))
    return clock.rate


# ------------------------------------------------------------------------------- Accelerate


def accelerate(task: Task) -> float:
    """The textbook loop with its parts prepared by an Accelerator."""
    from accelerate import Accelerator

    helper = Accelerator(cpu=True)
    clock = task.clock(whole=task.targets is None)
    if task.targets is None:
        generator, critic = task.network("generator"), task.network("discriminator")
        parts = (generator, critic, _adam(task, generator), _adam(task, critic), _loader(task))
        generator, critic, of_generator, of_critic, loader = helper.prepare(*parts)
        for _epoch in range(task.epochs):
            for (real,) in loader:
                ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
                fake = generator(torch.randn(len(real), task.latent))
                of_critic.zero_grad()
                helper.backward(bce(critic(real), ones) + bce(critic(fake.detach()), zeros))
                of_critic.step()
                of_generator.zero_grad()
                helper.backward(bce(critic(fake), ones))
                of_generator.step()
            clock.tick()
        return clock.rate
    model = task.network()
    model, optimizer, loader, held_back = helper.prepare(
        model, _adam(task, model), _loader(task), _held_back(task)
    )
    criterion = nn.CrossEntropyLoss()
    for _epoch in range(task.epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            helper.backward(nn.functional.cross_entropy(model(inputs), targets))
            if task.clip_norm is not None:
                helper.clip_grad_norm_(model.parameters(), task.clip_norm)
            optimizer.step()
        test(model, held_back, criterion)
        clock.tick()
    return clock.rate


# ------------------------------------------------------------------------------- Ignite


def ignite(task: Task) -> float:
    """An Engine around one step, another one that measures after every epoch."""
    from ignite.engine import (
        Engine,
        Events,
        create_supervised_evaluator,
        create_supervised_trainer,
    )
    from ignite.metrics import Accuracy, Loss

    clock = task.clock(whole=task.targets is None)
    if task.targets is not None:
        model = task.network()
        criterion, held_back = nn.CrossEntropyLoss(), _held_back(task)
        if task.clip_norm is None:
            engine = create_supervised_trainer(model, _adam(task, model), criterion)
        else:
            engine = Engine(_clipped(task, model, criterion))
        metrics = {"accuracy": Accuracy(), "loss": Loss(criterion)}
        measuring = create_supervised_evaluator(model, metrics)
        engine.add_event_handler(Events.EPOCH_COMPLETED, lambda _engine: measuring.run(held_back))
    else:
        generator, critic = task.network("generator"), task.network("discriminator")
        of_generator, of_critic = _adam(task, generator), _adam(task, critic)

        def step(_engine: Any, batch: Any) -> tuple[float, float]:
            (real,) = batch
            ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
            fake = generator(torch.randn(len(real), task.latent))
            of_critic.zero_grad()
            loss = bce(critic(real), ones) + bce(critic(fake.detach()), zeros)
            loss.backward()  # type: ignore[no-untyped-call]
            of_critic.step()
            of_generator.zero_grad()
            error = bce(critic(fake), ones)
            error.backward()  # type: ignore[no-untyped-call]
            of_generator.step()
            return float(loss), float(error)

        engine = Engine(step)
    engine.add_event_handler(Events.EPOCH_COMPLETED, lambda _engine: clock.tick())
    engine.run(_loader(task), max_epochs=task.epochs)
    return clock.rate


def _clipped(task: Task, model: nn.Module, criterion: nn.Module) -> Any:
    """A step as Ignite's own, which clips no gradient, with that between."""
    optimizer = _adam(task, model)

    def step(_engine: Any, batch: Any) -> float:
        inputs, targets = batch
        model.train()
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), task.clip_norm or 0.0)
        optimizer.step()
        return float(loss)

    return step


# ------------------------------------------------------------------------------- skorch, fastai


def skorch(task: Task) -> float:
    """A NeuralNetClassifier, which measures on the held-back part by itself."""
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback, GradientNormClipping
    from skorch.dataset import Dataset
    from skorch.helper import predefined_split

    assert task.targets is not None
    clock = task.clock()

    class Ticks(Callback):
        def on_epoch_end(self, net: Any, **_more: Any) -> None:
            clock.tick()

    net = NeuralNetClassifier(
        task.network(),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__betas=task.betas,
        lr=task.rate,
        max_epochs=task.epochs,
        batch_size=task.size,
        iterator_train__shuffle=True,
        train_split=predefined_split(
            Dataset(task.held_back.numpy(), task.held_back_targets.numpy())
        ),
        callbacks=[Ticks(), GradientNormClipping(task.clip_norm)],
        callbacks__print_log=None,
    )
    net.fit(task.inputs.numpy(), task.targets.numpy())
    return clock.rate


def fastai(task: Task) -> float:
    """A Learner with its own Adam and accuracy."""
    from fastai.callback.core import Callback
    from fastai.callback.training import GradientClip
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.metrics import accuracy
    from fastai.optimizer import Adam

    assert task.targets is not None
    clock = task.clock()

    class Ticks(Callback):
        def after_epoch(self) -> None:
            clock.tick()

    learner = Learner(
        DataLoaders(_loader(task), _held_back(task)),
        task.network(),
        loss_func=nn.CrossEntropyLoss(),
        opt_func=Adam,
        lr=task.rate,
        metrics=accuracy,
        cbs=[Ticks(), *([] if task.clip_norm is None else [GradientClip(task.clip_norm)])],
    )
    with contextlib.redirect_stdout(io.StringIO()):
        learner.fit(task.epochs)
    return clock.rate


FRAMEWORKS = {loop.__name__: loop for loop in (lightning, accelerate, ignite, skorch, fastai)}
