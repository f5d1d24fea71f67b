"""What was trained stands there when a project is opened again, also an example that was never saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.runs.folder import new_run
from projects.schema import UNTITLED
from projects.templates import template
from tests.engine.training.support import train
from tests.workbench.conftest import PATIENCE_MS
from tests.workbench.shell import click
from workbench.commands.file import empty_project
from workbench.start_cards import TemplateCard
from workbench.window import MainWindow


def _trained(name: str) -> Path:
    project = template("digits_mlp").project
    recipe = replace(project.recipe, epochs=None, max_steps=2)
    run = new_run(None, name)
    train(replace(project, name=name, recipe=recipe), run)
    return run


def _shown(window: MainWindow) -> str | None:
    return window.viewer.shown.path if window.viewer.shown is not None else None


def test_an_example_that_is_opened_again_shows_its_latest_run(
    window: MainWindow, qtbot: QtBot
) -> None:
    card = next(
        c for c in window.start.findChildren(TemplateCard) if c.template.name == "digits_mlp"
    )
    click(card)
    document = window.files.document
    assert document is not None
    assert _shown(window) is None
    recipe = replace(document.project.recipe, epochs=None, max_steps=2)
    document.apply("Short", replace(document.project, recipe=recipe))
    window.flow.train()
    run = window.training.data
    assert run is not None
    qtbot.waitUntil(lambda: not window.training.active, timeout=PATIENCE_MS)
    document.stack.undo()  # so that no question is asked
    window.close_project()
    click(card)
    assert [path for path, _summary in window.runs.summaries()] == [Path(run.path)]
    qtbot.waitUntil(lambda: _shown(window) is not None, timeout=PATIENCE_MS)
    assert _shown(window) == run.path
    assert window.run_list._tree.currentItem() is not None


@pytest.mark.parametrize("name", [UNTITLED, "未命名"])  # as an older version called it
def test_projects_without_a_name_have_no_runs_in_common(
    name: str, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = replace(empty_project("classification"), name=name)
    run = _trained(project.name)
    asked: list[Path] = []
    monkeypatch.setattr(window.runs, "load", asked.append)
    window.files.new_from(project)
    assert [path for path, _summary in window.runs.summaries()] == [run]
    assert not asked
    window.viewer.show_path(run)
    assert asked == [run]
