"""A program that repeats the training of a run without Ganvas, where that can be done honestly."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import nn

from engine.compute.branching import BEGUN_WITH
from engine.compute.evaluate import open_fresh
from engine.compute.restoring import start_of
from engine.data.prepare import Prepared
from engine.data.streaming import Streamed
from engine.export import parts
from engine.export.safetensors import weights_bytes
from engine.export.writer import Job
from engine.objectives.autoencoder import Autoencoder
from engine.objectives.classification import Classification
from engine.objectives.regression import Regression
from engine.optimizers.adagrad import Adagrad
from engine.optimizers.adam import Adam, AdamW
from engine.optimizers.base import OPTIMIZERS, Optimizer
from engine.optimizers.rmsprop import RMSprop
from engine.optimizers.sgd import SGD
from engine.runs.script import script_of
from engine.runs.summary import read_summary
from engine.schedules.base import SCHEDULES
from projects.errors import RunError
from projects.files import read_bytes
from projects.schema import Graph, Project
from projects.translation import gettext as _

MOST_BYTES = 512 * 2**20
"""Of data that are copied beside the program."""

SCHEDULED: Mapping[str, Callable[..., float]] = {
    "constant": parts.constant,
    "cosine": parts.cosine,
    "cosine_restarts": parts.cosine_restarts,
    "exponential": parts.exponential,
    "polynomial": parts.polynomial,
    "step": parts.step_decay,
}

LOADERS = {
    "digits": "pixels, targets = load_digits(return_X_y=True)\n    inputs = (pixels / 16.0).astype(np.float32)",
    "iris": "inputs, targets = load_iris(return_X_y=True)",
    "wine": "inputs, targets = load_wine(return_X_y=True)",
    "breast_cancer": "inputs, targets = load_breast_cancer(return_X_y=True)",
    "diabetes": "inputs, targets = load_diabetes(return_X_y=True)",
}
"""How scikit-learn's own sets are read, by source; what differs from the run's data is copied instead."""


@dataclass
class Program:
    """A program that repeats a training.

    Attributes:
        text: Its source.
        files: What lies beside it, by name.
    """

    text: str
    files: dict[str, bytes] = field(default_factory=dict)


def obstacles(job: Job) -> list[str]:
    """Return why a training cannot be repeated without Ganvas, a sentence each; nothing where it can.

    Args:
        job: What is handed over.
    """
    session, summary = job.session, read_summary(job.run)
    recipe, project = session.project.recipe, session.project
    found = []
    if not isinstance(session.objective, Classification | Regression | Autoencoder):
        title = session.objective.title
        found.append(_("the objective “{title}” needs Ganvas.").format(title=title))
    if isinstance(session.objective, Autoencoder) and session.objective.anomaly:
        found.append(_("classes are held out as anomalies."))
    inputs: Any = session.data.train.inputs
    if isinstance(inputs, Streamed):
        found.append(_("the data are read piece by piece."))
    elif _bytes_of(session.data) > MOST_BYTES:
        found.append(_("the data are too large to be copied beside it."))
    if session.project.data.augment:
        found.append(_("training examples are changed at random (augmentation)."))
    if summary.state not in ("finished", "stopped"):
        found.append(
            _("the run was not trained to an end of its own: {state}.").format(state=summary.state)
        )
    elif _was_changed(job):
        found.append(_("somebody changed the recipe while it trained."))
    if summary.parent or start_of(job.run) is not None:
        found.append(_("the run branched off from another one."))
    rules = {recipe.optimizer.type, *(plug.type for plug in recipe.optimizers.values())}
    if unknown := sorted(rules - {"adam", "adamw", "sgd", "rmsprop", "adagrad"}):
        titles = [OPTIMIZERS.get(tag).title for tag in unknown]
        found.append(_("the optimiser {titles} needs Ganvas.").format(titles=", ".join(titles)))
    if recipe.schedule.type not in SCHEDULED:
        title = SCHEDULES.get(recipe.schedule.type).title
        found.append(_("the schedule “{title}” needs Ganvas.").format(title=title))
    if recipe.average is not None:
        found.append(_("weights are averaged over the steps."))
    if recipe.pruning.type != "none":
        found.append(_("weights are pruned while it trains."))
    if recipe.quantisation.type != "unrounded":
        found.append(_("it learns with rounded numbers."))
    if recipe.distillation is not None:
        found.append(_("it learns from the answers of another run."))
    if recipe.accumulate > 1:
        found.append(_("gradients of several batches are put together."))
    if recipe.precision != "float32":
        found.append(_("it is computed in 16 bits."))
    if recipe.early_stopping and recipe.early_stopping.metric not in _METRICS:
        found.append(_("it stops early by a metric that the program does not measure."))
    if _is_held(job, project):
        found.append(_("weights are held by L1, L2 or a largest norm."))
    return found


_METRICS = {f"validation_{name}": name for name in ("loss", "accuracy", "mse", "mae", "r2")}


def repeating(job: Job, copy: bool) -> Program:
    """Return the program; there must be no :func:`obstacles`.

    Args:
        job: What is handed over.
        copy: Whether the data are copied beside it even where scikit-learn has them.
    """
    program = Program("")
    used: list[Callable[..., Any]] = [parts.batches, parts.answers_of, parts.rank, parts.train]
    reading = _reading(job, program, copy, used)
    constants, call = _settings(job, used)
    start = f"{job.stem}_start.safetensors"
    program.files[start] = _start(job)
    texts = [
        inspect.getsource(part).replace("  # type: ignore[no-untyped-call]", "").rstrip()
        for part in _in_order(used)
    ]
    seed = job.session.project.recipe.seed
    body = _MAIN.format(call=call, optimizers=_optimizers(job), seed=seed)
    program.text = "\n\n\n".join(
        (
            _head(job, start, any("math." in text for text in texts), reading),
            constants,
            *texts,
            reading,
            body,
        )
    )
    return program


# --------------------------------------------------------------------------- what cannot be


def _was_changed(job: Job) -> bool:
    try:
        return bool(script_of(job.run))
    except RunError:
        return True


def _is_held(job: Job, project: Project) -> bool:
    """Whether weights are held to anything by the drawn networks."""
    nothing = (None, 0.0)
    graphs: list[Graph] = [project.networks[name] for name in job.session.flats]
    graphs += project.blocks.values()
    drawn = any(
        getattr(thing, rule, None) not in nothing
        for graph in graphs
        for thing in (graph, *graph.nodes.values())
        for rule in ("l1", "l2", "max_norm")
    )
    return drawn


def _bytes_of(data: Prepared) -> int:
    return sum(part.inputs.nbytes for part in (data.train, data.validation, data.test))


# --------------------------------------------------------------------------- data


def _reading(job: Job, program: Program, copy: bool, used: list[Callable[..., Any]]) -> str:
    """The function that reads the data: from scikit-learn if that gives the very same, else a copy."""
    if not copy and (text := _from_library(job)) and _is_same(job, text):
        used.append(parts.split)
        return text
    name = f"{job.stem}_data.npz"
    program.files[name] = _copied(job.session.data)
    return _COPY.format(name=name)


def _from_library(job: Job) -> str:
    data, source = job.session.project.data, job.session.project.data.source
    if source.type not in LOADERS or data.split.only_new or job.session.data.source.fill:
        return ""
    loader = LOADERS[source.type]
    shape = job.session.data.info.input.dims
    scaler = job.session.data.scaler
    targets = job.session.data.source.targets
    labels = "targets" if data.split.stratify and job.session.data.info.classes else "None"
    kind = "float32" if targets is not None and targets.dtype.kind == "f" else "int64"
    lines = [
        f"    {loader}",
        f"    inputs = inputs.astype(np.float32).reshape(-1, {', '.join(map(str, shape))})",
        f"    targets = targets.astype(np.{kind})",
        f"    chosen = split(len(inputs), {labels}, {data.split.validation}, {data.split.test}, {data.split.seed})",
    ]
    if not scaler.identity:
        lines.append(
            f"    shift, scale = np.array({scaler.shift.tolist()}), np.array({scaler.divisor.tolist()})"
        )
        lines.append("    inputs = ((inputs - shift) / scale).astype(np.float32)")
    name = loader.split("(")[0].split()[-1]
    return _LIBRARY.format(name=name, lines="\n".join(lines))


def _is_same(job: Job, text: str) -> bool:
    """Whether a function that reads the data gives what the run learned from, number for number."""
    room: dict[str, Any] = {"split": parts.split}
    exec(f"import numpy as np\nimport torch\nfrom torch import Tensor\n{text}", room)
    try:
        found = room["read_data"]()
    except OSError:
        return False
    data = job.session.data
    for name, part in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        inputs, targets = found[name]
        if not _equal(inputs.numpy(), part.inputs) or not _equal(targets.numpy(), part.targets):
            return False
    return True


def _equal(one: NDArray[Any], other: NDArray[Any] | None) -> bool:
    return other is not None and one.dtype == other.dtype and np.array_equal(one, other)


def _copied(data: Prepared) -> bytes:
    arrays: dict[str, NDArray[Any]] = {}
    for name, part in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        arrays[f"{name}_inputs"] = part.inputs
        if part.targets is not None:
            arrays[f"{name}_targets"] = part.targets
    room = io.BytesIO()
    np.savez_compressed(room, allow_pickle=False, **arrays)
    return room.getvalue()


# --------------------------------------------------------------------------- settings


def _start(job: Job) -> bytes:
    """The weights that the run began with."""
    given = job.run / BEGUN_WITH
    fresh = open_fresh(job.run)
    if given.is_file():
        stored = load_tensors(read_bytes(given))
        wanted = {
            f"{name}.{key}" for name, m in fresh.task.networks.items() for key in m.state_dict()
        }
        return bytes(save_tensors({k: v for k, v in stored.items() if k in wanted}))
    modules: dict[str, nn.Module] = dict(fresh.task.networks)
    return weights_bytes(modules)


def _settings(job: Job, used: list[Callable[..., Any]]) -> tuple[str, str]:
    """Constants of the program, and what ``train`` is called with."""
    session, summary = job.session, read_summary(job.run)
    recipe = session.project.recipe
    loss, measure, options, best = _objective(job, used)
    schedule = SCHEDULES.make_plug(recipe.schedule)
    factor = SCHEDULED[recipe.schedule.type]
    used.append(factor)
    chosen = {f.name: getattr(schedule, f.name) for f in schedule.fields()}
    chosen = {k: v for k, v in chosen.items() if k == "warmup" or k in _names(factor)}
    size = min(recipe.batch_size, len(session.data.train.inputs))
    count = len(session.data.train.inputs)
    per_epoch = -(-(count - (1 if count % size == 1 else 0)) // size)
    ends = [recipe.max_steps, None if recipe.epochs is None else recipe.epochs * per_epoch]
    total = min((end for end in ends if end is not None), default=summary.steps)
    stopping = recipe.early_stopping
    steps = total if stopping and summary.state == "finished" else summary.steps
    arguments = {
        "steps": steps,
        "total": total,
        "batch_size": recipe.batch_size,
        "seed": recipe.seed,
        "evaluate_every": recipe.evaluate_every,
        "best": best,
        "clip_norm": recipe.clip_norm,
        "clip_value": recipe.clip_value,
        "patience": stopping.patience if stopping else None,
        "watched": _METRICS[stopping.metric] if stopping else "loss",
    }
    told = {k: v for k, v in arguments.items() if v is not None}
    lines = [
        f"OBJECTIVE = {options!r}",
        f"SCHEDULE = {chosen!r}",
        f"THREADS = {recipe.threads}",
    ]
    call = "\n".join(f"        {key}={value!r}," for key, value in told.items())
    return "\n".join(lines), (
        f"        partial({loss.__name__}, **OBJECTIVE),\n"
        f"        partial({measure.__name__}, **OBJECTIVE),\n"
        f"        partial({factor.__name__}, **SCHEDULE),\n{call}"
    )


def _names(function: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(function).parameters)


def _objective(
    job: Job, used: list[Callable[..., Any]]
) -> tuple[Callable[..., Any], Callable[..., Any], dict[str, Any], tuple[str, ...]]:
    """Loss, measure, their options, and the metrics that say which evaluation was the best."""
    session = job.session
    objective = session.objective
    if isinstance(objective, Classification):
        used += [parts.class_costs, parts.classify, parts.measure_classes]
        weights = objective.class_loss(session.task.context).weights
        options: dict[str, Any] = {
            "weights": None if weights is None else weights.tolist(),
            "smoothing": objective.label_smoothing,
            "focus": objective.focal,
        }
        return parts.classify, parts.measure_classes, options, ("accuracy", "loss")
    if isinstance(objective, Regression):
        used += [parts.number_loss, parts.shaped_like, parts.foretell, parts.measure_numbers]
        constants = session.task.constants()
        options = {
            "shift": constants.get("TARGET_SHIFT", 0.0),
            "scale": constants.get("TARGET_SCALE", 1.0),
            "kind": objective.loss,
            "delta": objective.delta,
            "quantiles": objective.quantiles if objective.loss == "quantile" else (),
        }
        return parts.foretell, parts.measure_numbers, options, ("loss",)
    assert isinstance(objective, Autoencoder)
    used += [
        parts.noisy,
        parts.sparseness,
        parts.restoring_errors,
        parts.restore,
        parts.measure_restored,
    ]
    info = session.data.info
    options = {
        "ends": (info.low, info.high),
        "reconstruction": objective.reconstruction,
        "noise": objective.noise,
        "strength": objective.strength,
        "sparsity": objective.sparsity,
        "sparsity_weight": objective.sparsity_weight,
        "activation": objective.activation,
    }
    return parts.restore, parts.measure_restored, options, ("loss", "mse")


def _optimizers(job: Job) -> str:
    recipe = job.session.project.recipe
    lines = []
    for name in job.session.flats:
        rule = OPTIMIZERS.make_plug(recipe.optimizers.get(name, recipe.optimizer))
        lines.append(
            f"        {name!r}: {_written(rule).format(weights=f'networks[{name!r}].parameters()')},"
        )
    return "\n".join(lines)


def _written(rule: Optimizer) -> str:
    """The call that makes the same optimiser of PyTorch, ``{weights}`` where those stand."""
    if isinstance(rule, Adam):  # of which AdamW is one
        kind = "AdamW" if isinstance(rule, AdamW) else "Adam"
        options = f"betas=({rule.beta1}, {rule.beta2}), eps={rule.eps}"
    elif isinstance(rule, SGD):
        kind, options = "SGD", f"momentum={rule.momentum}, nesterov={rule.nesterov}"
    elif isinstance(rule, RMSprop):
        kind = "RMSprop"
        options = f"alpha={rule.alpha}, eps={rule.eps}, momentum={rule.momentum}, centered={rule.centered}"
    else:
        assert isinstance(rule, Adagrad)
        kind, options = "Adagrad", f"eps={rule.eps}"
    return (
        f"torch.optim.{kind}(\n            {{weights}}, lr={rule.lr}, {options}, "
        f"weight_decay={rule.weight_decay}\n        )"
    )


# --------------------------------------------------------------------------- text


def _in_order(used: list[Callable[..., Any]]) -> list[Callable[..., Any]]:
    """Each once, in the order in which they stand in their module."""
    return sorted(dict.fromkeys(used), key=lambda part: part.__code__.co_firstlineno)


def _head(job: Job, start: str, maths: bool, reading: str) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in job.about).split())
    words = words.replace("\\", "\\\\").replace('"', "'")
    needs = "PyTorch, NumPy and safetensors" + (", scikit-learn" if "sklearn" in reading else "")
    lines = [
        f'"""Repeats the training of {words} without Ganvas; needs {needs}.',
        "",
        "The parts of the data, the order of the batches, the first weights, the optimiser, its rates and the losses",
        "are those of the run. Dropout and other layers that draw at random draw other numbers, and sums may be made in",
        "another order: so the result comes near the run's, and is not the same to the last digit.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "import argparse",
        "import json",
        *(["import math"] if maths else []),
        "import runpy",
        "from collections.abc import Callable, Iterator, Mapping, Sequence",
        "from functools import partial",
        "from pathlib import Path",
        "from typing import Any",
        "",
        "import numpy as np",
        "import torch",
        "from numpy.typing import NDArray",
        "from safetensors.torch import load_file, save_file",
        "from torch import Tensor, nn",
        "from torch.nn import functional",
        "",
        "HERE = Path(__file__).parent",
        f"SOURCE = HERE / {job.name!r}",
        f"START = HERE / {start!r}",
    ]
    return "\n".join(lines)


_LIBRARY = '''def read_data() -> dict[str, tuple[Tensor, Tensor | None]]:
    """Return training, validation and test: scaled inputs, and targets."""
    from sklearn.datasets import {name}

{lines}
    names = ("train", "validation", "test")
    return {{
        name: (torch.from_numpy(inputs[some]), torch.from_numpy(targets[some]))
        for name, some in zip(names, chosen, strict=True)
    }}'''

_COPY = '''def read_data() -> dict[str, tuple[Tensor, Tensor | None]]:
    """Return training, validation and test: inputs as the network takes them, and targets."""
    found: dict[str, tuple[Tensor, Tensor | None]] = {{}}
    with np.load(HERE / {name!r}, allow_pickle=False) as stored:
        for part in ("train", "validation", "test"):
            targets = None
            if f"{{part}}_targets" in stored:
                targets = torch.from_numpy(stored[f"{{part}}_targets"])
            found[part] = (torch.from_numpy(stored[f"{{part}}_inputs"]), targets)
    return found'''

_MAIN = '''def main() -> None:
    """Train, and print what the best weights reach on the test part as one line of JSON."""
    parser = argparse.ArgumentParser(description="Repeat the training.")
    parser.add_argument("--out", type=Path, help="safetensors file for the trained weights")
    out = parser.parse_args().out
    torch.set_num_threads(THREADS)
    torch.manual_seed({seed})
    networks = {{name: kind().train() for name, kind in runpy.run_path(str(SOURCE))["NETWORKS"].items()}}
    begun = load_file(START)
    for name, network in networks.items():
        own = {{k.removeprefix(f"{{name}}."): v for k, v in begun.items() if k.startswith(f"{{name}}.")}}
        network.load_state_dict(own)
    optimizers = {{
{optimizers}
    }}
    metrics = train(
        networks,
        optimizers,
        read_data(),
{call}
    )
    if out is not None:
        save_file(
            {{f"{{name}}.{{k}}": v for name, n in networks.items() for k, v in n.state_dict().items()}}, out
        )
    print(json.dumps({{f"test_{{name}}": value for name, value in metrics.items()}}))


if __name__ == "__main__":
    main()
'''
