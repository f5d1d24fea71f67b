"""Programs that repeat a training make the very steps of the run, whatever was chosen, and end with its weights."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.choices import choices_of
from engine.adversarial.penalties.base import PENALTIES
from engine.adversarial.tricks.base import TRICKS
from engine.compute.compression.compressing import compress
from engine.compute.evaluate import evaluate, networks, open_run
from engine.compute.task import weights_of
from engine.compute.trainer import Trainer
from engine.export.hand_out import written
from engine.export.notebook import NotebookWriter
from engine.export.parts import holding, learning
from engine.export.pytorch import PyTorchWriter
from engine.export.repeating.games import game_obstacles
from engine.export.repeating.kinds import KINDS
from engine.export.repeating.objectives import RECITED
from engine.export.repeating.obstacles import obstacles
from engine.export.repeating.page import Page
from engine.export.repeating.proof import need_same_steps
from engine.export.repeating.recipes import KNOWN, SCHEDULED
from engine.export.repeating.tricks import WRITERS, tricks_of
from engine.export.writer import Job
from engine.exports.pytorch import PyTorch
from engine.objectives.base import OBJECTIVES
from engine.objectives.gan import Gan
from engine.optimizers.base import OPTIMIZERS
from engine.protocol import Scalars
from engine.runs.control import Control, Silent
from engine.runs.folder import BEGUN_WITH
from engine.runs.reader import Reader
from engine.schedules.base import SCHEDULES
from projects.errors import RunError
from projects.schema import EarlyStopping, Plug, Project
from tests.engine.export.repeated import LEARNING, PLAYED


def curves(run: Path) -> dict[str, list[float]]:
    """The curves of a run by name."""
    found: dict[str, list[float]] = {}
    for event in Reader(run).events(streams=()):
        if isinstance(event, Scalars):
            for name, (_steps, values) in event.series.items():
                found.setdefault(name, []).extend(values.numpy().tolist())
    return found


def job_of(project: Project, folder: Path) -> Job:
    """A finished run that is handed over."""
    Trainer(project, folder, folder / "run", Silent(), Control()).run()
    session = open_run(folder / "run")
    return Job(folder / "run", session, networks(session), "net.py")


def program(job: Job, folder: Path) -> dict[str, Any]:
    """What the written program defines."""
    for name, content in PyTorchWriter(job, PyTorch()).files().items():
        (folder / name).write_bytes(content)
    return runpy.run_path(str(folder / "train_net.py"))


@pytest.mark.parametrize("name", [*LEARNING, *PLAYED])
def test_the_same_weights_come_of_it(name: str, tmp_path: Path) -> None:
    job = job_of({**LEARNING, **PLAYED}[name], tmp_path)
    assert obstacles(job) == []
    repeat = program(job, tmp_path)["repeat"]
    with contextlib.redirect_stdout(io.StringIO()):
        found, metrics, losses = repeat()
    drawn = curves(job.run)
    ours = [drawn[name] for name in KINDS[type(job.session.objective)].curves]
    rows = np.array(losses).reshape(len(losses), -1)
    assert len(losses) > 3
    np.testing.assert_allclose(rows.T, ours, rtol=1e-5, atol=1e-6)
    measured = {name: values[-1] for name, values in drawn.items()}
    measured |= evaluate(job.session)
    both = metrics.keys() & measured.keys()
    assert {name: metrics[name] for name in both} == pytest.approx(
        {name: measured[name] for name in both}, rel=1e-5, abs=1e-6
    )
    recital = RECITED.get(type(job.session.objective))
    assert both >= {f"test_{metric}" for metric in (recital.metrics if recital else ())}
    assert recital or both == metrics.keys()
    for network, module in job.networks.items():
        again = found[network].state_dict()
        for key, value in module.state_dict().items():
            torch.testing.assert_close(
                again[key], value, rtol=1e-5, atol=1e-6, msg=f"{network}.{key}"
            )
    assert "the same first" in need_same_steps(job, repeat)


def test_a_program_that_learns_otherwise_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(LEARNING["nadam"], tmp_path)
    repeat = program(job, tmp_path)["repeat"]
    room = repeat.__globals__
    monkeypatch.setitem(room, "polynomial", lambda step, total, **_options: 1.1)
    with pytest.raises(RunError, match="computes other losses"):
        need_same_steps(job, repeat)


def test_random_numbers_go_on_as_if_nobody_had_looked(tmp_path: Path) -> None:
    job = job_of(LEARNING["labels"], tmp_path)
    repeat = program(job, tmp_path)["repeat"]
    before, count = torch.get_rng_state(), torch.get_num_threads()
    need_same_steps(job, repeat)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == count


def test_what_stands_in_the_way_has_a_place_and_a_way_out(tmp_path: Path) -> None:
    series, stopping = LEARNING["series"], EarlyStopping(metric="validation_skill")
    recipe = replace(series.recipe, pruning=Plug("gradual"), early_stopping=stopping)
    project = replace(series, recipe=recipe)
    found = {problem.where: problem for problem in obstacles(job_of(project, tmp_path))}
    assert set(found) == {"recipe.pruning", "recipe.early_stopping"}
    assert all(problem.hint for problem in found.values())


def test_of_what_was_never_trained_that_alone_is_told(tmp_path: Path) -> None:
    series = LEARNING["series"]
    recipe = replace(series.recipe, pruning=Plug("gradual"))
    job = job_of(replace(series, recipe=recipe), tmp_path)
    variant, _made = compress(job.run, [Plug("quantise_weights")], tmp_path / "smaller")
    session = open_run(variant)
    (problem,) = obstacles(Job(variant, session, networks(session), "net.py"))
    assert problem.message == "the run was not trained to an end of its own: compressed."
    assert problem.hint == "Hand out the run that it was made of for that."


def test_every_choice_can_be_repeated() -> None:
    assert set(OPTIMIZERS.entries) == set(KNOWN)
    assert set(SCHEDULES.entries) == set(SCHEDULED)
    assert set(OBJECTIVES.entries.values()) == set(KINDS)
    penalties = tuple(Plug(tag) for tag in PENALTIES.entries)
    tricks = tuple(Plug(tag) for tag in TRICKS.entries)
    for loss in ADVERSARIAL.entries:
        played = Gan(loss=Plug(loss), penalties=penalties, tricks=tricks)
        assert list(game_obstacles(played)) == []


def test_a_trick_that_programs_do_not_know_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for tag in ("unrolled", "top_k"):
        monkeypatch.delitem(WRITERS, tag)
    played = Gan(tricks=(Plug("label_smoothing"), Plug("unrolled"), Plug("top_k")))
    found = list(game_obstacles(played))
    assert [problem.where for problem in found] == ["objective.tricks.1", "objective.tricks.2"]
    assert all(problem.hint for problem in found)
    job = job_of(PLAYED["hinge"], tmp_path)
    critic = job.session.task.networks["discriminator"]
    with pytest.raises(KeyError):  # it is not left out in silence
        tricks_of(choices_of(played), critic, Page())


@pytest.mark.parametrize("project", [LEARNING["nadam"], PLAYED["hinge"]])
def test_a_run_that_was_stopped_before_its_first_step_is_resumed_first(
    project: Project, tmp_path: Path
) -> None:
    control = Control()
    control.stop()
    Trainer(project, tmp_path, tmp_path / "run", Silent(), control).run()
    session = open_run(tmp_path / "run")
    export = PyTorch()
    done = written(tmp_path / "run", session, export, tmp_path / "net.py")
    assert done.path.is_file()
    assert not (tmp_path / "train_net.py").exists()
    assert any("an end of its own: stopped. Resume it first." in note for note in done.notes)


def test_what_is_to_be_learned_counts_among_the_bytes_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(LEARNING["labels"], tmp_path)
    data = job.session.data
    parts = (data.train, data.validation, data.test)
    inputs = sum(part.inputs.nbytes for part in parts)
    targets = sum(part.targets.nbytes for part in parts if part.targets is not None)
    monkeypatch.setattr("engine.export.repeating.obstacles.MOST_BYTES", inputs + targets)
    assert obstacles(job) == []
    monkeypatch.setattr("engine.export.repeating.obstacles.MOST_BYTES", inputs + targets - 1)
    assert [problem.where for problem in obstacles(job)] == ["data.source"]


@pytest.mark.parametrize("kept", [{}, {"classifier.first.weight": torch.zeros(2)}])
def test_first_weights_that_do_not_fit_get_a_sentence(
    kept: dict[str, Tensor], tmp_path: Path
) -> None:
    job = job_of(LEARNING["nadam"], tmp_path)
    begun = weights_of(job.session.task)
    content = save_tensors({**begun, **kept} if kept else dict(list(begun.items())[1:]))
    (job.run / BEGUN_WITH).write_bytes(content)
    with pytest.raises(RunError, match="began with are damaged"):
        program(job, tmp_path)
    (job.run / BEGUN_WITH).write_bytes(save_tensors(begun))
    program(job, tmp_path)
    stored = load_tensors((tmp_path / "net_start.safetensors").read_bytes())
    assert all(torch.equal(stored[name], value) for name, value in begun.items())


def test_an_evaluation_that_is_not_a_number_is_never_the_best() -> None:
    network = nn.Linear(1, 1, bias=False)
    part = (torch.ones(4, 1), torch.ones(4, 1))
    losses = iter((float("nan"), 0.5, float("inf"), 0.75, 0.0))
    weights: list[float] = []

    def measure(shown: dict[str, nn.Linear], *_data: Tensor | None) -> dict[str, float]:
        weights.append(shown["net"].weight.item())
        return {"loss": next(losses)}

    networks: dict[str, nn.Module] = {"net": network}
    rules = {"net": torch.optim.SGD(network.parameters(), lr=0.1)}
    metrics, _losses = learning.train(
        networks,
        holding.Mover(networks, rules, lambda _step, _total: 1.0, total=4),
        dict.fromkeys(("train", "validation", "test"), part),
        lambda networks, x, y, _step: (networks["net"](x) - y).square().mean(),
        measure,
        steps=4,
        batch_size=4,
        seed=0,
        evaluate_every=1,
        best=("loss",),
    )
    assert metrics == {"loss": 0.0}
    assert weights[-1] == weights[1]
    assert len(set(weights)) == 4


def test_a_cell_that_fails_leaves_threads_and_random_numbers_as_they_were(tmp_path: Path) -> None:
    session = open_run(job_of(LEARNING["nadam"], tmp_path).run)
    writer = NotebookWriter(Job(tmp_path / "run", session, networks(session), "n.ipynb"), 2, False)
    cells = json.loads(writer.files()["n.ipynb"])
    source = "import torch\ntorch.set_num_threads(3)\ntorch.manual_seed(77)\n1 / 0"
    cells["cells"] = [{"cell_type": "code", "source": [source]}]
    (tmp_path / "n.ipynb").write_text(json.dumps(cells), encoding="utf-8")
    before, count = torch.get_rng_state(), torch.get_num_threads()
    assert count != 3
    with pytest.raises(ZeroDivisionError):
        writer.answers(tmp_path)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == count


def test_a_program_holds_what_it_uses_and_no_more(tmp_path: Path) -> None:
    program(job_of(LEARNING["nadam"], tmp_path), tmp_path)
    text = (tmp_path / "train_net.py").read_text(encoding="utf-8")
    assert "def polynomial(" in text
    assert "def play(" not in text
    assert "def cosine(" not in text
    assert "def split(" in text
    assert "engine" not in text
    assert "type: ignore" not in text
    assert learning.train.__doc__ is not None
    assert learning.train.__doc__.splitlines()[0] in text
