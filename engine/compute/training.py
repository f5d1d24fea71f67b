"""The state of a training and the step that moves it: nothing here knows clocks, files or windows.

Whatever decides the weights is in here, so what is saved by :meth:`Training.snapshot` and put back by
:meth:`Training.restore` goes on bit for bit as if it had never been put away.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch

from engine.compression.activation import rounded_in, rounded_to
from engine.compute import randomness
from engine.compute.augmenting import augmenter_of
from engine.compute.averages import Averager, use_averages
from engine.compute.batches import Batch
from engine.compute.checkpoint import Snapshot
from engine.compute.compiling import compile_networks, try_precision
from engine.compute.dealing import batches_of
from engine.compute.fake_int8 import FakeInt8
from engine.compute.flat import Flat
from engine.compute.keys import below
from engine.compute.learner import Learner
from engine.compute.live import Live
from engine.compute.move import Move, cut, images_last, put_together
from engine.compute.pruning import Pruner
from engine.compute.rules import Rules, rules_of
from engine.compute.scoreboard import Scoreboard
from engine.compute.session import open_session
from engine.compute.task import Evaluation, load_weights_into, weights_of
from engine.compute.teaching import Teacher, teaching_of
from engine.optimizers.base import OPTIMIZERS
from engine.probes.base import Gauge
from engine.pruning.base import PRUNINGS
from engine.quantisation.base import QUANTISATIONS
from engine.quantisation.int8 import Int8
from engine.schedules.base import SCHEDULES
from projects.schema import Project
from projects.translation import N_


class Begun(NamedTuple):
    """Where a training begins that goes on from another one.

    Attributes:
        step: Steps that the other one made.
        epoch: Passes that it made.
        offset: Batches that it made of the pass in progress.
        of: How many batches a pass of it had; 0 where that is what a pass has now.
    """

    step: int = 0
    epoch: int = 0
    offset: int = 0
    of: int = 0

    def batches(self, of: int) -> int:
        """Return how many batches of the pass in progress are made, where a pass has ``of``."""
        return self.offset * of // self.of if self.of else self.offset


BEFORE_ALL = Begun()
OBJECTIVE = "objective."  # before the names of tensors that the objective keeps
PRUNED = "pruned/"  # before the names of tensors of what takes weights away
LOOK = "look/"  # before the names of tensors that one look at the networks leaves for the next


class Training:
    """A project in the middle of being trained.

    Args:
        project: What to train.
        folder: Folder of the project file, for relative data paths.
        begun: What another training has done of it, which counts.
        teacher: A trained run from whose answers it learns, where the recipe says so.

    Attributes:
        step: Steps made.
        epoch: Whole passes over the training part made.
        offset: Batches of the present pass made.
        scored: The step after which samples were scored last.
        total_steps: Steps of the whole training, or None when it has no end.
        scoreboard: The best evaluation and early stopping.
        best: Weights at the best evaluation; empty before.
        rolled_back: Whether a loss that was not a number has sent it back once.
        stage: What is being done, in words that are translated where they are shown.
        moves: The updates that make up a step.
        begun: What another training has done of it.
        rules: What gradients and weights are held to, by network.
        live: Values that were changed while it went on.
        changes: How many changes were made while it went on.
        notes: What a person should know of how it trains, as sentences.
        looked: What a look at a step has to remember for the next step, by network. It decides no weight, but a
            training that was resumed measures the same as one that was not.

    Raises:
        ProblemsError: The project cannot train.
        DataError: The data is missing, damaged or unsuitable.
    """

    def __init__(
        self,
        project: Project,
        folder: Path,
        begun: Begun = BEFORE_ALL,
        teacher: Teacher | None = None,
    ) -> None:
        recipe = project.recipe
        self.begun = begun
        self.stage = N_("building the networks")
        randomness.seed_everything(recipe.seed)
        self.session = open_session(project, folder)
        self.task = self.session.task
        self.task.teaching = teaching_of(self.session, teacher)
        self.batches = batches_of(self.session, recipe.seed)
        self._augmenter = augmenter_of(project.data, self.session.data)
        self.steps_per_epoch = self.batches.steps_per_epoch
        self.total_steps = self._total()
        self.schedule = SCHEDULES.make_plug(recipe.schedule, "recipe.schedule")
        self._watched = self.schedule.begin()
        self._pruning = PRUNINGS.make_plug(recipe.pruning, "recipe.pruning")
        self.learners = self._learners()
        self._rounding = self._fake_int8()
        self.moves = [
            Move(
                self.task,
                update.loss,
                [self.learners[name] for name in update.networks],
                self.session.device,
                recipe.precision,
                self._rounding,
            )
            for update in self.task.updates
        ]
        self._averager = self._averages()
        self.live = Live(self)
        self.changes = 0
        self.scoreboard = Scoreboard(self.session.objective, recipe.early_stopping)
        self.best: dict[str, torch.Tensor] = {}
        self.looked: dict[str, torch.Tensor] = {}
        self.step = self.epoch = self.offset = self.scored = 0
        self.rolled_back = False
        try_precision(self)
        self.notes = compile_networks(self)
        randomness.seed_libraries(recipe.seed)

    # ------------------------------------------------------------------------------- the step

    def make_step(self, batch: Batch, gauges: Sequence[Gauge] = ()) -> None:
        """Make one step; gauges are told of its moments and change nothing."""
        for gauge in gauges:
            gauge.before_step()
        parts, before = self.parts(batch), len(self.task.kept)
        for move in self.moves:
            move.make(parts, self.step, self._enter, gauges)
        if len(parts) > 1:
            kept, sizes = self.task.kept, [len(part.inputs) for part in parts]
            kept[before:] = [put_together(kept[before:], sizes)]
        self.task.after_step()
        self.step += 1
        self.offset += 1
        if self._averager is not None:
            self._averager.after_step(self.step)
        if self._pruning.works:
            self._prune_averages()

    def _prune_averages(self) -> None:
        """An average of weights that went away would only come near 0."""
        for name, average in self.task.averages().items():
            pruner = self.learners[name].pruner
            if pruner is not None:
                pruner.apply_to(average)

    def parts(self, batch: Batch) -> list[Batch]:
        """Return what of a batch is computed at once: all of it, unless gradients are accumulated."""
        recipe = self.session.project.recipe
        parts = [batch] if recipe.accumulate == 1 else cut(batch, recipe.batch_size)
        return [images_last(part) for part in parts] if self.session.images_last else parts

    def _enter(self, stage: str) -> None:
        self.stage = stage

    def rest_of_epoch(self) -> Iterator[Batch]:
        """Yield the batches of the present pass that are still to come."""
        batches = self.batches.epoch(self.epoch, self.offset)
        return batches if self._augmenter is None else map(self._augmenter, batches)

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
        self.stage = N_("an evaluation")
        self.settle_averages()
        with self._shown():
            found = self.task.evaluate(self.session.data.validation, "validation")
        if self.schedule.watches:
            self._watch(found)
        self._judge(found)
        return found

    def score(self) -> Evaluation:
        """Score samples, and keep the weights if they are the best so far."""
        self.stage = N_("a scoring of samples")
        self.scored = self.step
        self.settle_averages()
        with self._shown():
            found = self.task.score()
        if self.schedule.watches and getattr(self.schedule, "metric", "") in found.metrics:
            self._watch(found)
        self._judge(found)
        return found

    @contextlib.contextmanager
    def _shown(self) -> Iterator[None]:
        """Hold in the networks what they are handed out as: averages, rounded."""
        with contextlib.ExitStack() as stack:
            if self._averager is not None:
                stack.enter_context(self._averager.shown())
            if self._rounding is not None:
                stack.enter_context(self._rounding.shown())
            yield

    def _judge(self, found: Evaluation) -> None:
        """Keep the weights if they are the best so far; none are while weights go or ranges move."""
        settled = self._pruning.is_over(self.step, self.total_steps)
        settled &= self._rounding is None or self._rounding.is_settled(self.step)
        if settled and self.scoreboard.take(self.step, found.metrics):
            self.best = weights_of(self.task)

    @property
    def must_score(self) -> bool:
        """Whether samples are to be scored before the next step."""
        scorer = self.task.scorer
        return scorer is not None and scorer.is_due(self.step) and self.scored != self.step

    @property
    def has_unscored_end(self) -> bool:
        """Whether samples are to be scored once more, now that the last step was made."""
        return self.task.scorer is not None and self.scored != self.step

    def evaluate_best(self) -> Evaluation:
        """Measure the best weights on the test part; the training cannot go on after this."""
        self.stage = N_("the last evaluation")
        if self.best:
            load_weights_into(self.task, self.best)
        use_averages(self.task)
        measure = self.task.measure if self.scored else self.task.evaluate
        with self._rounding.shown() if self._rounding else contextlib.nullcontext():
            return measure(self.session.data.test, "test")

    def settle_averages(self) -> None:
        """Make averages what they are handed out as; to be called when somebody is to see them."""
        if self._averager is not None:
            batches = self.batches.epoch(0)
            self._averager.settle(part for batch in batches for part in self.parts(batch))

    def _watch(self, found: Evaluation) -> None:
        """Let the schedule draw its conclusions from an evaluation."""
        name = getattr(self.schedule, "metric", "")
        higher = {metric.name: metric.higher for metric in self.session.objective.metrics}
        self._watched = self.schedule.after_evaluation(
            self._watched, found.metrics, higher.get(name, False)
        )
        self._drop()

    def _drop(self) -> None:
        for learner in self.learners.values():
            learner.drop = self._watched.get("factor", 1.0)

    # ------------------------------------------------------------------------------- state

    def snapshot(self) -> Snapshot:
        """Return copies of everything that decides how the training goes on."""
        tensors, random_facts = randomness.state(self.session.device)
        for name, learner in self.learners.items():
            tensors |= {f"{name}.{slot}": tensor for slot, tensor in learner.tensors().items()}
            if learner.pruner is not None:
                own = learner.pruner.tensors()
                tensors |= {f"{PRUNED}{name}.{key}": tensor for key, tensor in own.items()}
        tensors |= {f"{OBJECTIVE}{name}": t for name, t in self.remembered().items()}
        tensors |= {f"{LOOK}{name}": tensor.clone() for name, tensor in self.looked.items()}
        facts = {
            "step": self.step,
            "epoch": self.epoch,
            "offset": self.offset,
            "scored": self.scored,
            "rolled_back": self.rolled_back,
            "learners": {name: learner.facts() for name, learner in self.learners.items()},
            "task": self.task.facts(),
            "scoreboard": self.scoreboard.facts(),
            "schedule": dict(self._watched),
            "live": self.live.facts(),
            "changes": self.changes,
            "random": random_facts,
        }
        if self._rounding is not None:
            facts |= rounded_to(self._rounding.rounded())
        return Snapshot(weights_of(self.task), tensors, facts, self.best)

    def glimpse(self) -> Snapshot:
        """Return copies of the weights alone: they can be looked at, nothing can go on from them."""
        facts = {"step": self.step, "scoreboard": self.scoreboard.facts()}
        if self._rounding is not None:
            facts |= rounded_to(self._rounding.rounded())
        return Snapshot(weights_of(self.task), {}, facts, self.best)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; it is copied, not used."""
        facts = snapshot.facts
        load_weights_into(self.task, snapshot.weights)
        self._watched = self._as_watched(facts.get("schedule", {}))
        self._drop()
        self.live.load(facts.get("live", {}))
        self.changes = int(facts.get("changes", 0))
        for name, learner in self.learners.items():
            prefix = f"{name}."
            own = {k.removeprefix(prefix): v for k, v in snapshot.training.items()}
            learner.load(own, facts["learners"][name])
            if learner.pruner is not None:
                learner.pruner.load(below(f"{PRUNED}{name}.", snapshot.training))
        if self._rounding is not None:
            self._rounding.load(rounded_in(facts))
        self.task.load_facts(facts["task"])
        self.remember(below(OBJECTIVE, snapshot.training))
        self.looked.clear()
        for name, tensor in below(LOOK, snapshot.training).items():
            self.looked[name] = tensor.to(self.session.device, copy=True)
        self.task.kept.clear()
        self.scoreboard.load(facts["scoreboard"])
        self.best = snapshot.best
        self.step, self.epoch, self.offset = facts["step"], facts["epoch"], facts["offset"]
        self.scored = facts.get("scored", 0)
        self.rolled_back = facts["rolled_back"]
        randomness.restore(snapshot.training, facts["random"], self.session.device)

    def remembered(self) -> dict[str, torch.Tensor]:
        """Return copies of the objective's tensors by name; how weights lie in memory doesn't show in them."""
        found = {}
        for name, tensor in self.task.tensors().items():
            flat = self._network_of(name)
            found[name] = tensor.clone() if flat is None else flat.plain(tensor)
        return found

    def remember(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Let the objective go back to what :meth:`remembered` returned, of this training or of one like it.

        Raises:
            KeyError: One is missing.
        """
        lying = {}
        for name, tensor in tensors.items():
            flat = self._network_of(name)
            lying[name] = tensor.clone()
            if flat is not None:
                flat.take(lying[name], tensor)
        self.task.load_tensors(lying)

    def _network_of(self, name: str) -> Flat | None:
        """The weights like which a tensor of the objective may lie; see :meth:`Task.tensors`."""
        return self.session.flats.get(name.rpartition(".")[2])

    def _as_watched(self, facts: dict[str, float]) -> dict[str, float]:
        fresh = self.schedule.begin()
        if facts.keys() != fresh.keys():
            raise ValueError("the schedule remembers something else")
        return dict(facts)

    def keep_watched(self, other: Training) -> None:
        """Let the schedule know what that of another training has concluded from evaluations."""
        self._watched = dict(other._watched)
        self._drop()

    def keep_ranges(self, other: Training) -> None:
        """Round by what the ranges of another training have seen."""
        if self._rounding is not None and other._rounding is not None:
            self._rounding.load(other._rounding.rounded())

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

    def _total(self) -> int | None:
        recipe = self.session.project.recipe
        ends = [recipe.max_steps]
        if recipe.epochs is not None:
            done = self.begun.epoch * self.steps_per_epoch
            done += self.begun.batches(self.steps_per_epoch)
            ends.append(self.begun.step + recipe.epochs * self.steps_per_epoch - done)
        return min((end for end in ends if end is not None), default=None)

    def _learners(self) -> dict[str, Learner]:
        recipe = self.session.project.recipe
        learners = {}
        self.rules: dict[str, Rules] = {}
        for name, flat in self.session.flats.items():
            own = name in recipe.optimizers
            plug = recipe.optimizers[name] if own else recipe.optimizer
            where = f"recipe.optimizers.{name}" if own else "recipe.optimizer"
            rule = OPTIMIZERS.make_plug(plug, where)
            rules = rules_of(self.task.networks[name], flat, recipe.clip_norm, recipe.clip_value)
            self.rules[name] = rules
            pruner = None
            if self._pruning.works:
                pruner = Pruner(self._pruning, flat, self.total_steps, recipe.seed)
            learners[name] = Learner(
                name, flat, rule, self.schedule, self.total_steps, rules, pruner=pruner
            )
        return learners

    def _fake_int8(self) -> FakeInt8 | None:
        rule = QUANTISATIONS.make_plug(
            self.session.project.recipe.quantisation, "recipe.quantisation"
        )
        if not isinstance(rule, Int8) or self.total_steps is None:
            return None
        return FakeInt8(rule, self.task, self.total_steps, self.session.device)

    def _averages(self) -> Averager | None:
        setting = self.session.project.recipe.average
        if setting is None or not self.task.averaged:
            return None
        flats, device = self.session.flats, self.session.device
        return Averager(setting, self.task, flats, self.total_steps, device)
