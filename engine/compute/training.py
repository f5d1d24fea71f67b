"""The state of a training and the step that moves it: nothing here knows clocks, files or windows.

Whatever decides the weights is in here, so what is saved by :meth:`Training.snapshot` and put back by
:meth:`Training.restore` goes on bit for bit as if it had never been put away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from engine.compute import randomness
from engine.compute.batches import Batch, Batches
from engine.compute.checkpoint import Snapshot
from engine.compute.learner import Learner
from engine.compute.scoreboard import Scoreboard
from engine.compute.session import open_session
from engine.compute.task import Evaluation, load_weights_into, weights_of
from engine.optimizers.base import OPTIMIZERS
from engine.probes.base import Gauge
from engine.schedules.base import SCHEDULES
from projects.schema import Project


class Training:
    """A project in the middle of being trained.

    Args:
        project: What to train.
        folder: Folder of the project file, for relative data paths.

    Attributes:
        step: Steps made.
        epoch: Whole passes over the training part made.
        offset: Batches of the present pass made.
        total_steps: Steps of the whole training, or None when it has no end.
        scoreboard: The best evaluation and early stopping.
        best: Weights at the best evaluation; empty before.
        rolled_back: Whether a loss that was not a number has sent it back once.
        stage: What is being done, in words, for reports.

    Raises:
        ProblemsError: The project cannot train.
        DataError: The data is missing, damaged or unsuitable.
    """

    def __init__(self, project: Project, folder: Path) -> None:
        recipe = project.recipe
        self.stage = "building the networks"
        randomness.seed_everything(recipe.seed)
        self.session = open_session(project, folder)
        self.task = self.session.task
        self.batches = self._batches()
        self.steps_per_epoch = self.batches.steps_per_epoch
        self.total_steps = self._total()
        self.learners = self._learners()
        self._moves = [(u.loss, [self.learners[n] for n in u.networks]) for u in self.task.updates]
        self.scoreboard = Scoreboard(self.session.objective, recipe.early_stopping)
        self.best: dict[str, torch.Tensor] = {}
        self.step = self.epoch = self.offset = 0
        self.rolled_back = False
        randomness.seed_libraries(recipe.seed)

    # ------------------------------------------------------------------------------- the step

    def make_step(self, batch: Batch, gauges: Sequence[Gauge] = ()) -> None:
        """Make one step; gauges are told of its moments and change nothing."""
        for gauge in gauges:
            gauge.before_step()
        for loss_of, learners in self._moves:
            self.stage = "a forward pass"
            loss = loss_of(batch)
            self.stage = "a backward pass"
            loss.backward()  # type: ignore[no-untyped-call]
            for learner in learners:
                for gauge in gauges:
                    gauge.after_backward(learner, self.step)
                self.stage = "an update of the weights"
                learner.update(self.step)
                for gauge in gauges:
                    gauge.after_update(learner)
        self.task.after_step()
        self.step += 1
        self.offset += 1

    def rest_of_epoch(self) -> Iterator[Batch]:
        """Yield the batches of the present pass that are still to come."""
        return self.batches.epoch(self.epoch, self.offset)

    def end_epoch(self) -> None:
        """Begin the next pass."""
        self.epoch += 1
        self.offset = 0

    def rates(self) -> dict[str, float]:
        """Return the learning rate of the next step by network."""
        return {name: learner.rate(self.step) for name, learner in self.learners.items()}

    @property
    def epochs(self) -> float:
        """Passes made, as a fraction."""
        return self.epoch + self.offset / self.steps_per_epoch

    # ------------------------------------------------------------------------------- evaluation

    def evaluate(self) -> Evaluation:
        """Measure on the validation part, and keep the weights if they are the best so far."""
        self.stage = "an evaluation"
        found = self.task.evaluate(self.session.data.validation, "validation")
        if self.scoreboard.take(self.step, found.metrics):
            self.best = weights_of(self.task)
        return found

    def evaluate_best(self) -> Evaluation:
        """Measure the best weights on the test part; the training cannot go on after this."""
        self.stage = "the last evaluation"
        if self.best:
            load_weights_into(self.task, self.best)
        return self.task.evaluate(self.session.data.test, "test")

    # ------------------------------------------------------------------------------- state

    def snapshot(self) -> Snapshot:
        """Return copies of everything that decides how the training goes on."""
        tensors, random_facts = randomness.state(self.session.device)
        for name, learner in self.learners.items():
            tensors |= {f"{name}.{slot}": tensor for slot, tensor in learner.tensors().items()}
        facts = {
            "step": self.step,
            "epoch": self.epoch,
            "offset": self.offset,
            "rolled_back": self.rolled_back,
            "learners": {name: learner.facts() for name, learner in self.learners.items()},
            "task": self.task.facts(),
            "scoreboard": self.scoreboard.facts(),
            "random": random_facts,
        }
        return Snapshot(weights_of(self.task), tensors, facts, self.best)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; it is copied, not used."""
        facts = snapshot.facts
        load_weights_into(self.task, snapshot.weights)
        for name, learner in self.learners.items():
            prefix = f"{name}."
            own = {k.removeprefix(prefix): v for k, v in snapshot.training.items()}
            learner.load(own, facts["learners"][name])
        self.task.load_facts(facts["task"])
        self.task.kept.clear()
        self.scoreboard.load(facts["scoreboard"])
        self.best = snapshot.best
        self.step, self.epoch, self.offset = facts["step"], facts["epoch"], facts["offset"]
        self.rolled_back = facts["rolled_back"]
        randomness.restore(snapshot.training, facts["random"], self.session.device)

    def environment(self) -> dict[str, Any]:
        """Return what has to be the same for a resumed training to be the same bit for bit."""
        return {
            "torch": str(torch.__version__),
            "device": str(self.session.device),
            "threads": torch.get_num_threads(),
            "processes": 1,
            "data": self.session.data.fingerprint,
        }

    # ------------------------------------------------------------------------------- making

    def _batches(self) -> Batches:
        recipe, train = self.session.project.recipe, self.session.data.train
        device = self.session.device
        inputs = torch.from_numpy(train.inputs)
        targets = None if train.targets is None else torch.from_numpy(train.targets)
        if _fits(train.inputs.nbytes, device):
            inputs = inputs.to(device)
            targets = None if targets is None else targets.to(device)
        return Batches(
            inputs,
            targets,
            size=recipe.batch_size,
            seed=recipe.seed,
            device=device,
            whole=self.task.whole_batches,
        )

    def _total(self) -> int | None:
        recipe = self.session.project.recipe
        ends = [recipe.max_steps]
        ends += [recipe.epochs * self.steps_per_epoch if recipe.epochs is not None else None]
        return min((end for end in ends if end is not None), default=None)

    def _learners(self) -> dict[str, Learner]:
        recipe = self.session.project.recipe
        schedule = SCHEDULES.make_plug(recipe.schedule, "recipe.schedule")
        learners = {}
        for name, flat in self.session.flats.items():
            own = name in recipe.optimizers
            plug = recipe.optimizers[name] if own else recipe.optimizer
            where = f"recipe.optimizers.{name}" if own else "recipe.optimizer"
            rule = OPTIMIZERS.make_plug(plug, where)
            learners[name] = Learner(name, flat, rule, schedule, self.total_steps, recipe.clip_norm)
        return learners


def _fits(size: int, device: torch.device) -> bool:
    """Whether the data may live on the device: it takes at most a quarter of what is free."""
    if device.type != "cuda":
        return True
    free, _total = torch.cuda.mem_get_info(device)
    return size < free // 4
