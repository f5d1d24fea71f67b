"""A training of an edited project that goes on where another one is: what fits is kept, the rest is new.

Weights are carried over layer by layer, as :mod:`engine.compute.carry` does. What an optimiser remembers
of a weight is kept where the rule is the same and the weight was kept; random numbers go on unless the
seed was changed; what evaluations found counts on only while what they measure is the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from torch import Tensor

from engine.compute import carry, randomness
from engine.compute.checkpoint import Snapshot
from engine.compute.keys import below
from engine.compute.learner import Learner
from engine.compute.training import Training
from engine.live import live_fields, value_in_project
from projects.errors import ProjectError
from projects.files import same
from projects.translation import gettext as _

Shapes = dict[str, tuple[int, ...]]


def transplant(training: Training, before: Training, state: Snapshot) -> str:
    """Let a training go on where another one is; return in words what was kept.

    Args:
        training: A fresh training of the edited project.
        before: The other training; it is only read.
        state: Its state.
    """
    was = before.session.project
    state.facts["changes"] = 0  # those made stand in the measurements of the other run
    if same(training.session.project, was) and training.total_steps == before.total_steps:
        training.restore(state)
        return _("everything is kept as it was there.")
    states = carry.carry(training.task, state.weights)
    _keep_averages(training, state.weights)
    _keep_place(training, before)
    _keep_judgement(training, before)
    _keep_live(training, before)
    _keep_small(training, before)
    kept = [_keep_memory(training, before, name) for name in training.learners]
    if training.session.project.recipe.seed == was.recipe.seed:
        device = training.session.device
        with contextlib.suppress(KeyError):  # of another kind of device
            randomness.restore(state.training, state.facts["random"], device)
    every = [kind for nodes in states.values() for kind in nodes.values()]
    return _("layers kept: {kept}, fitted: {fitted}, new: {new}; {memory}.").format(
        kept=every.count(carry.KEPT),
        fitted=every.count(carry.FITTED),
        new=every.count(carry.NEW),
        memory=_("the optimiser goes on with what it remembers of kept layers")
        if all(kept)
        else _("the optimiser begins anew"),
    )


def _keep_place(training: Training, before: Training) -> None:
    """Count on; where a pass has another number of batches now, its share that is made stays."""
    training.step, training.epoch = before.step, before.epoch
    training.offset = training.begun.batches(training.steps_per_epoch)
    training.rolled_back = before.rolled_back


def _keep_averages(training: Training, weights: Mapping[str, Tensor]) -> None:
    """Averages of networks that have the same weights go on; others begin with the weights."""
    for name, average in training.task.averages().items():
        own = below(f"ema.{name}.", weights)
        now = average.state_dict()
        if own.keys() == now.keys() and all(own[key].shape == now[key].shape for key in now):
            average.load_state_dict(own)


def _keep_judgement(training: Training, before: Training) -> None:
    """Keep the best evaluation and what schedules conclude, while they measure the same."""
    now, was = training.session.project, before.session.project
    if now.objective.type == was.objective.type and training.task.networks.keys() == (
        before.task.networks.keys()
    ):
        training.task.load_facts(before.task.facts())
        if now.networks == was.networks:
            known, own = before.remembered(), training.remembered()
            kept = {name for name in own.keys() & known if own[name].shape == known[name].shape}
            training.remember({**own, **{name: known[name] for name in kept}})
    alike = (
        (now.networks, now.blocks, now.objective) == (was.networks, was.blocks, was.objective)
        and (now.recipe.average, now.data) == (was.recipe.average, was.data)
        and (now.recipe.pruning, now.recipe.quantisation)
        == (was.recipe.pruning, was.recipe.quantisation)
        and training.session.data.fingerprint == before.session.data.fingerprint
    )
    if not alike:
        return
    if now.recipe.early_stopping == was.recipe.early_stopping:
        training.scoreboard.load(before.scoreboard.facts())
        training.best = dict(before.best)
        training.scored = before.scored
    if now.recipe.schedule == was.recipe.schedule:
        training.keep_watched(before)


def _keep_live(training: Training, before: Training) -> None:
    """What was changed by hand stays in force, unless the project was edited at the same place."""
    now, was = training.session.project, before.session.project
    there = live_fields(now)
    for path, value in before.live.facts().items():
        if path in there and value_in_project(now, path) == value_in_project(was, path):
            with contextlib.suppress(ProjectError):
                training.live.set(path, value)


def _keep_small(training: Training, before: Training) -> None:
    """What was taken away stays away, and what ranges have seen counts, where both are asked for as before."""
    now, was = training.session.project, before.session.project
    if (now.networks, now.blocks) != (was.networks, was.blocks):
        return
    if now.recipe.pruning == was.recipe.pruning:
        for name, learner in training.learners.items():
            old = before.learners.get(name)
            if learner.pruner is not None and old is not None and old.pruner is not None:
                learner.pruner.load(old.pruner.tensors())
    if now.recipe.quantisation == was.recipe.quantisation:
        training.keep_ranges(before)


def _keep_memory(training: Training, before: Training, name: str) -> bool:
    """Give an optimiser what it remembers of kept layers; return whether it is the same rule."""
    learner, old = training.learners[name], before.learners.get(name)
    learner.memory = learner.optimizer.begin(learner.flat)
    if old is None or type(old.optimizer) is not type(learner.optimizer):
        return False
    now, was = training.session.project.recipe, before.session.project.recipe
    if old.optimizer.lr == learner.optimizer.lr and now.schedule == was.schedule:
        learner.scale = old.scale
    return _copy_memory(learner, old, _places(training, before, name))


def _places(training: Training, before: Training, name: str) -> dict[str, str]:
    """Return where every weight of a network was that has the same size there."""
    views, old = training.learners[name].flat.views, before.learners[name].flat.views
    shapes: Shapes = {f"{name}.{key}": tuple(view.shape) for key, view in old.items()}
    network = training.task.networks[name]
    heads = carry.heads_of(name, network, shapes)
    children = {module: child for child, module in network.named_children()}
    places = {}
    for node, module in network.layer_modules().items():
        for own, _parameter in module.named_parameters():
            key, place = f"{children[module]}.{own}", f"{heads[node]}{own}".removeprefix(f"{name}.")
            if key in views and place in old and old[place].shape == views[key].shape:
                places[key] = place
    return places


def _copy_memory(learner: Learner, old: Learner, places: Mapping[str, str]) -> bool:
    """Copy what is remembered of some weights; return whether that could be done."""
    alike = [(k, v.shape) for k, v in old.flat.views.items()] == [
        (k, v.shape) for k, v in learner.flat.views.items()
    ] and all(places.get(key) == key for key in learner.flat.views)
    slots = learner.memory.keys() & old.memory.keys()
    whole = {
        slot
        for slot in slots
        if learner.memory[slot].shape == old.memory[slot].shape
        and (alike or learner.memory[slot].ndim == 0)
    }
    rows = {slot for slot in slots - whole if _is_row(learner, slot) and _is_row(old, slot)}
    if slots - whole - rows:
        return False  # of all weights together, such as a history of directions
    for slot in whole:
        learner.flat.take(learner.memory[slot], old.flat.plain(old.memory[slot]))
    for slot in rows:
        now, then = (
            learner.flat.parts(learner.memory[slot]),
            old.flat.parts(old.memory[slot]),
        )
        for key, place in places.items():
            now[key].copy_(then[place])
    learner.updates = old.updates
    if learner.scaler is not None and old.scaler is not None:
        scaled = old.scaler.tensors()
        for key, tensor in learner.scaler.tensors().items():
            tensor.copy_(scaled[key])
    return True


def _is_row(learner: Learner, slot: str) -> bool:
    return learner.memory[slot].shape == learner.flat.weights.shape
