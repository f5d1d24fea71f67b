"""Another language at run time: another window goes on where one was, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QDialogButtonBox, QUndoView
from pytestqt.qtbot import QtBot

from engine.client import Engines
from engine.objectives.base import OBJECTIVES
from engine.runs.card import read_card
from projects.files import save
from projects.schema import Plug
from projects.templates import template
from projects.translation import SOURCE, again, phrase, speak, written
from tests.engine.training.support import train
from tests.pseudo import pseudo, wide
from tests.workbench.conftest import PATIENCE_MS
from tests.workbench.shell import make_window
from workbench.app import make_application
from workbench.language import SYSTEM, Language, own_name, wishes
from workbench.mending import games, locked, results, settings, shapes, wiring
from workbench.metric_words import metric_words
from workbench.panels.curves import CurvesPanel
from workbench.remedies import REMEDIES
from workbench.settings import Settings
from workbench.succession import succession
from workbench.window import MainWindow


@pytest.fixture
def english() -> Iterator[None]:
    """Whatever a test speaks, the next one hears English."""
    yield
    speak(SOURCE)


def end(window: MainWindow) -> None:
    window.training.kill()
    window.files.leave()
    window.stop()
    window.hide()
    window.deleteLater()


def successor(old: MainWindow) -> MainWindow:
    """The window that takes this one's place, made without a pause."""
    *_meanwhile, new = succession(old)
    return new


def shown_in(window: MainWindow) -> Path | None:
    return Path(window.viewer.shown.path) if window.viewer.shown is not None else None


def test_a_window_in_another_language_goes_on_with_everything(
    engines: Engines, qtbot: QtBot, english: None
) -> None:
    old = make_window(engines)
    old.begin()
    old.open_template(template("digits_mlp"))
    document = old.files.document
    assert document is not None
    recipe = replace(document.project.recipe, epochs=10_000)
    document.apply("Train long", replace(document.project, recipe=recipe))
    document.apply("Rename", replace(document.project, name="Mine"))
    qtbot.waitUntil(lambda: old.desk.up_to_date, timeout=PATIENCE_MS)
    old.flow.train()
    run = old.training.data
    assert run is not None
    qtbot.waitUntil(lambda: run.step > 0, timeout=PATIENCE_MS)
    assert old.view is not None
    old.view.setCurrentIndex(1)
    assert old.designer is not None
    old.designer.canvas.select(("linear1",))
    old.looker.choose_layer("classifier/linear2")
    pid = old.training.pid

    speak("zh_CN")
    new = successor(old)
    try:
        assert new.files.document is document
        assert new.training.data is run
        assert new.training.active
        assert new.training.pid == pid
        assert not old.training.active
        assert old.files.document is None
        assert new.viewer.shown is run
        assert document.project.name == "Mine"
        assert document.stack.canUndo()
        assert not document.clean
        assert new.view is not None
        assert new.view.currentIndex() == 1
        designer = new.view.designer
        assert designer is not None
        qtbot.waitUntil(lambda: designer.selection == ("linear1",), timeout=PATIENCE_MS)
        assert new.looker.layer == "classifier/linear2"
        assert new.menus["file"].title() != "&File"
        assert new.docks["inspector"].windowTitle() == "检查器"
        step = run.step
        qtbot.waitUntil(lambda: run.step > step, timeout=PATIENCE_MS)
        new.undo()
        assert document.project.name != "Mine"
        qtbot.waitUntil(lambda: new.desk.up_to_date, timeout=PATIENCE_MS)
    finally:
        end(new)


def test_a_saved_project_keeps_showing_the_run_that_is_trained(
    engines: Engines, qtbot: QtBot, english: None, tmp_path: Path
) -> None:
    old = make_window(engines)
    old.begin()
    old.open_template(template("digits_mlp"))
    document = old.files.document
    assert document is not None
    recipe = replace(document.project.recipe, epochs=10_000)
    document.apply("Train long", replace(document.project, recipe=recipe))
    assert old.files.save_as(tmp_path / "mine.yaml")
    old.flow.train()
    run = old.training.data
    assert run is not None
    qtbot.waitUntil(lambda: run.step > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(old.runs.summaries()) == 1, timeout=PATIENCE_MS)
    old.run_list.tick_all()
    old.show_lab("compress")
    assert old.squeezer.tab is not None
    old.squeezer.tab.side.steps._apply("Add", (Plug("prune"),))

    speak("zh_CN")
    new = successor(old)
    try:
        assert new.squeezer.tab is not None  # made, because it is in front
        assert new.squeezer.tab.isVisible()
        assert new.squeezer.tab._run is run
        assert new.squeezer.tab.side.steps.steps == (Plug("prune"),)
        steps = new.squeezer.tab.side.steps
        steps.stack.undo()
        assert not steps.steps
        assert new.looker.tab is None
        read: list[Path] = []
        new.runs.loaded.connect(lambda path, _data: read.append(path))
        qtbot.waitUntil(lambda: bool(read), timeout=PATIENCE_MS)  # begun when it was opened
        assert new.viewer.shown is run
        assert new.run_list.ticked() == [Path(run.path)]
    finally:
        end(new)


def test_what_is_chosen_and_done_to_runs_is_kept(
    engines: Engines, qtbot: QtBot, english: None, tmp_path: Path
) -> None:
    project = template("digits_mlp").project
    recipe = replace(project.recipe, epochs=None, max_steps=4)
    save(replace(project, recipe=recipe), tmp_path / "digits.yaml")
    runs = [tmp_path / "runs" / "digits" / f"20260102-03040{n}-ash" for n in (1, 2, 3)]
    for run in runs:
        train(replace(project, recipe=recipe), run)
    old = make_window(engines)
    old.begin()
    old.open(tmp_path / "digits.yaml")
    qtbot.waitUntil(lambda: old.viewer.shown is not None, timeout=PATIENCE_MS)
    old.run_list.cards.edit(runs[:1], "Pin", lambda card: replace(card, pinned=True))
    old.lab.pairs.compare(runs[:2])
    compare = old.lab.pairs.tab
    assert compare is not None
    compare._metric = "train_accuracy"
    qtbot.waitUntil(lambda: all(compare._runs), timeout=PATIENCE_MS)
    old.viewer.show_path(runs[2])
    qtbot.waitUntil(lambda: shown_in(old) == runs[2], timeout=PATIENCE_MS)
    curves = old.viewer.panels[0]
    assert isinstance(curves, CurvesPanel)
    curves._make()
    curves._bar.log_loss.setChecked(True)

    speak("zh_CN")
    new = successor(old)
    try:
        again = new.lab.pairs.tab
        assert again is not None
        assert again.isVisible()
        assert again.paths == (runs[0], runs[1])
        qtbot.waitUntil(lambda: all(again._runs), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: bool(new.runs.summaries()), timeout=PATIENCE_MS)
        qtbot.wait(50)
        assert again.paths == (runs[0], runs[1])
        assert again._metric == "train_accuracy"
        assert shown_in(new) == runs[2]  # and not what is compared
        panel = new.viewer.panels[0]
        assert isinstance(panel, CurvesPanel)
        panel._make()
        assert panel._bar.log_loss.isChecked()
        assert read_card(runs[0]).pinned
        with qtbot.waitSignal(new.run_list.cards.changed):
            new.run_list.cards.undo()
        assert not read_card(runs[0]).pinned
    finally:
        end(new)


def test_undo_steps_are_called_in_the_new_language(
    engines: Engines, qtbot: QtBot, tmp_path: Path
) -> None:
    recipe = replace(template("digits_mlp").project.recipe, epochs=None, max_steps=4)
    project = replace(template("digits_mlp").project, recipe=recipe)
    save(project, tmp_path / "digits.yaml")
    run = tmp_path / "runs" / "digits" / "20260102-030401-ash"
    train(project, run)
    old = make_window(engines)
    old.begin()
    old.open(tmp_path / "digits.yaml")
    qtbot.waitUntil(lambda: old.viewer.shown is not None, timeout=PATIENCE_MS)
    document, view, designer = old.files.document, old.view, old.designer
    assert document is not None
    assert view is not None
    assert designer is not None
    designer.add_layer("relu")
    designer.bypass()
    designer.copier.duplicate()
    designer.auto_layout()
    view.recipe._edit("recipe.batch_size", 32, "")
    document.apply("A name of mine", replace(document.project, name="Mine"))
    old.run_list.cards.edit([run], phrase("pin"), lambda card: replace(card, pinned=True))
    old.show_lab("compress")
    assert old.squeezer.tab is not None
    steps = old.squeezer.tab.side.steps
    qtbot.waitUntil(lambda: steps._subject is not None, timeout=PATIENCE_MS)
    steps.add_step("prune")
    with pseudo():
        new = successor(old)
        try:
            assert [document.stack.command(i).text() for i in range(document.stack.count())] == [
                *map(wide, ("Add ReLU", "Bypass", "Duplicate", "Arrange layers", "Change recipe")),
                "A name of mine",
            ]
            assert new.run_list.cards.stack.undoText() == wide("pin")
            assert new.squeezer.tab is not None
            stack = new.squeezer.tab.side.steps.stack
            assert stack.undoText() == wide("Add Prune weights")
            listed = new.docks["history"].findChild(QUndoView, "historyList")
            assert listed is not None
            model = listed.model()
            assert model.index(1, 0).data() == wide("Add ReLU")
        finally:
            end(new)


def test_every_fix_and_every_remedy_is_called_by_a_phrase(english: None) -> None:
    """What mends a project is an undo step, too."""
    modules = (games, locked, results, settings, shapes, wiring)
    assert all(module._ is phrase for module in modules)
    for tag in REMEDIES.entries:
        title = phrase(written(REMEDIES.get(tag), "title"))
        with pseudo():
            assert again(title) == wide(title) == REMEDIES.get(tag).title


def test_every_language_can_be_chosen_by_its_own_name(window: MainWindow, qtbot: QtBot) -> None:
    titles = [window.registry.action(f"language_{wish}").text() for wish in wishes()]
    assert titles[1:] == ["English", "简体中文"]
    with qtbot.waitSignal(window.language_wanted) as said:
        window.registry.action("language_zh_CN").trigger()
    assert said.args == ["zh_CN"]


def test_qt_speaks_the_chosen_language_too(qtbot: QtBot, english: None) -> None:
    language = Language(make_application(), Settings())

    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        return box.button(QDialogButtonBox.StandardButton.Cancel).text()

    assert cancel() == "Cancel"
    language.choose("zh_CN")
    assert cancel() == "取消"
    assert Settings().language == "zh_CN"
    language.choose("xx")  # from a newer Ganvas
    assert cancel() == "Cancel"
    language.choose(SYSTEM)
    assert cancel() == "Cancel"
    assert own_name("zh_CN") == "简体中文"


def test_every_metric_has_a_name_in_every_language(english: None) -> None:
    names = {metric.name for objective in OBJECTIVES for metric in objective.metrics}
    assert len(names) > 20
    speak("zh_CN")
    assert [name for name in names if re.search(r"\b[a-z]{3}", metric_words(name))] == []
