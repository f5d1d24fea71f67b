"""A guided experiment followed in the window, by mouse."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from engine.guides.base import Trained
from engine.guides.reading import trained_of
from engine.runs.summary import Summary, read_summary, write_summary
from projects.files import load
from projects.guides import guide
from projects.schema import Node, Project, Wire
from projects.templates import template
from tests.engine.training.support import train
from tests.workbench.shell import click, wait
from widgets import theme
from workbench.arranging import GUIDE
from workbench.guide.step_card import StepCard
from workbench.window import MainWindow

FakeRun = tuple[Trained, Summary]


def button(card: QLabel | object, name: str) -> QPushButton:
    found = card.findChild(QPushButton, name)  # type: ignore[union-attr]
    assert found is not None
    return found


def test_an_experiment_is_followed(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_guide("perceptron")
    dock = window.docks[GUIDE]
    wait(qtbot, dock.isVisible)
    cards = window.guide.cards
    assert [card.body.isVisible() for card in cards] == [True, False, False, False, False]
    document = window.files.document
    assert document is not None
    short = msgspec.structs.replace(document.project.recipe, epochs=3)
    document.apply("Shorter", msgspec.structs.replace(document.project, recipe=short))
    window.registry.action("train").trigger()
    wait(qtbot, lambda: not window.training.active and bool(window.runs.summaries()))
    wait(qtbot, lambda: window.tutor.findings()[0].done)
    wait(qtbot, lambda: cards[1].body.isVisible())
    assert not cards[0].body.isVisible()
    click(button(cards[1], "stepSeen"))
    assert cards[2].body.isVisible()
    network = document.project.networks["classifier"]
    nodes = {
        **network.nodes,
        "hidden": Node(type="linear", params={"units": 4}),
        "bend": Node(type="tanh"),
    }
    wires = (
        Wire("input", "hidden"),
        Wire("hidden", "bend"),
        Wire("bend", "decide"),
        Wire("decide", "output"),
    )
    drawn = msgspec.structs.replace(network, nodes=nodes, wires=wires)
    document.apply(
        "Draw", msgspec.structs.replace(document.project, networks={"classifier": drawn})
    )
    wait(qtbot, lambda: cards[3].body.isVisible())
    document.stack.undo()
    wait(qtbot, lambda: cards[2].body.isVisible())
    head = cards[4].findChild(QToolButton, "stepHead")
    assert head is not None
    click(head)
    assert cards[4].body.isVisible(), "any step can be read"
    click(button(cards[1], "stepSeen"))
    assert cards[1].body.isVisible(), "what was called done can be called back"


def test_a_training_whose_test_comes_after_its_end_counts(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """A run's summary says that it has finished, and a moment later how it did in the test."""
    window.open_guide("perceptron")
    project = guide("perceptron").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=2)
    run = tmp_path / "20260102-030401-ash"
    train(msgspec.structs.replace(project, recipe=recipe), run)
    whole = read_summary(run)
    metrics = {n: value for n, value in whole.metrics.items() if not n.startswith("test_")}
    early = msgspec.structs.replace(whole, metrics=metrics)
    assert early != whole
    tutor = window.tutor
    write_summary(run, early)
    tutor.set_runs([(run, early)])
    wait(qtbot, lambda: tutor._runs.get(run) is not None)
    assert not tutor.findings()[0].done
    write_summary(run, whole)
    tutor.set_runs([(run, whole)])
    wait(qtbot, lambda: tutor.findings()[0].done)


def test_a_run_that_could_not_be_read_is_read_again_when_its_files_are_others(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counted(run: Path) -> Trained:
        read.append(run)
        return trained_of(run)

    monkeypatch.setattr("workbench.guide.tutor.trained_of", counted)
    window.open_guide("perceptron")
    project = guide("perceptron").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=2)
    run = tmp_path / "20260102-030401-ash"
    train(msgspec.structs.replace(project, recipe=recipe), run)
    frozen = run / "project.yaml"
    frozen.rename(run / "aside.yaml")
    summary = read_summary(run)
    window.tutor.set_runs([(run, summary)])
    wait(qtbot, lambda: run in window.tutor._unread)
    assert not window.tutor.findings()[0].done
    for _listing in range(3):
        window.tutor.set_runs([(run, summary)])
        assert run in window.tutor._unread, "nothing is read"
    assert read == [run]
    (run / "aside.yaml").rename(frozen)
    window.tutor.set_runs([(run, summary)])
    wait(qtbot, lambda: window.tutor.findings()[0].done)


def told(project: Project, *verdicts: str, started: str = "", **metrics: float) -> FakeRun:
    """A training that has ended, and what a list says of it."""
    summary = Summary(project="p", objective="classification", state="finished", started=started)
    return Trained(project, "finished", metrics, frozenset(verdicts)), summary


def show(window: MainWindow, monkeypatch: pytest.MonkeyPatch, **runs: FakeRun) -> None:
    """Let the window's tutor find these runs."""
    monkeypatch.setattr("workbench.guide.tutor.trained_of", lambda run: runs[run.name][0])
    window.tutor.set_runs([(Path(name), summary) for name, (_one, summary) in runs.items()])


def now(days: int = 0) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    return moment.isoformat(timespec="seconds")


def test_what_is_to_be_read_is_done_when_a_person_has_read_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_guide("depth")
    cards, project = window.guide.cards, guide("depth").project
    ask = button(cards[1], "stepSeen")
    assert not ask.isEnabled(), "there is nothing to be read yet"
    show(
        window,
        monkeypatch,
        one=told(project, "vanishing_gradients", started=now(), test_accuracy=0.1),
    )
    wait(qtbot, ask.isEnabled)
    assert cards[1].body.isVisible()
    evidence = cards[1].findChild(QLabel, "stepEvidence")
    assert evidence is not None
    assert evidence.isVisible()
    assert "Vanishing gradients" in evidence.text()
    assert not window.tutor.findings()[1].done
    click(ask)
    assert window.tutor.findings()[1].done
    assert not cards[1].body.isVisible()
    assert cards[2].body.isVisible()


def test_an_experiment_that_is_opened_afresh_begins_at_its_first_step(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window.open_guide("depth")
    project = guide("depth").project
    before = told(project, "vanishing_gradients", started=now(-1), test_accuracy=0.1)
    today = told(project, "vanishing_gradients", started=now(), test_accuracy=0.1)
    show(window, monkeypatch, before=before)
    wait(qtbot, lambda: bool(window.tutor._runs))
    assert not any(finding.done for finding in window.tutor.findings())
    show(window, monkeypatch, today=today, before=before)
    wait(qtbot, lambda: window.tutor.findings()[0].done)
    click(button(window.guide.cards[1], "stepSeen"))
    click(button(window.guide.cards[5], "stepSeen"))
    assert done(window) == [0, 1, 5]
    path = tmp_path / "mine.yaml"
    assert window.files.save_as(path)
    show(window, monkeypatch, today=today, before=before)
    wait(qtbot, lambda: done(window) == [0, 1, 5])  # it goes along with the file
    window.open_guide("depth")
    assert done(window) == []
    window.open(path)
    show(window, monkeypatch, today=today, before=before)
    wait(qtbot, lambda: done(window) == [0, 1, 5])


def done(window: MainWindow) -> list[int]:
    """Which steps are done."""
    return [number for number, finding in enumerate(window.tutor.findings()) if finding.done]


def test_an_experiment_can_be_begun_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_guide("depth")
    cards = window.guide.cards
    document = window.files.document
    assert document is not None
    click(button(cards[5], "stepSeen"))
    head = cards[2].findChild(QToolButton, "stepHead")
    assert head is not None
    click(head)
    click(button(cards[2], "stepSet"))
    assert document.project.networks["classifier"].init.type == "he"
    assert done(window) == [2, 5]
    click(button(window.guide, "guideAgain"))
    assert document.project == guide("depth").project
    assert done(window) == []
    assert cards[0].body.isVisible()
    document.stack.undo()
    assert document.project.networks["classifier"].init.type == "he", "no edit is lost"


def test_links_lead_to_the_textbook(window: MainWindow, qtbot: QtBot) -> None:
    window.open_guide("perceptron")
    text = window.guide.cards[0].findChild(QLabel, "stepText")
    assert text is not None
    assert 'href="layer/linear"' in text.text()
    text.linkActivated.emit("layer/linear")
    assert window.textbook.reader is not None
    assert window.textbook.reader.key == "layer/linear"
    window.textbook.reader.close()


def test_other_projects_have_no_guide(window: MainWindow, tmp_path: Path) -> None:
    window.open_guide("perceptron")
    assert window.docks[GUIDE].isVisible()
    window.open_template(template("perceptron"))
    assert not window.docks[GUIDE].isVisible()
    assert window.guide.cards == []


def test_a_guide_of_another_version_is_no_hindrance(window: MainWindow, tmp_path: Path) -> None:
    project = msgspec.structs.replace(template("perceptron").project, guide="from_the_future")
    window.files.new_from(project)
    assert window.tutor.guide is None
    assert not window.docks[GUIDE].isVisible()


def test_a_saved_experiment_is_one_again(window: MainWindow, tmp_path: Path) -> None:
    from projects.files import save
    from projects.guides import guide

    path = tmp_path / "xor.yaml"
    save(guide("perceptron").project, path)
    assert load(path).project.guide == "perceptron"
    window.open(path)
    assert window.tutor.guide is not None
    assert window.tutor.guide.name == "perceptron"


def test_links_take_the_colour_of_the_theme(qtbot: QtBot) -> None:
    card = StepCard(0, guide("perceptron").steps[0])
    qtbot.addWidget(card)
    text = card.findChild(QLabel, "stepText")
    assert text is not None
    before = theme.current()
    try:
        for tokens in (theme.DARK, theme.LIGHT, theme.DARK):
            theme.use(tokens)
            assert f"color: {tokens.color('accent').name()}" in text.text()
    finally:
        theme.use(before)
