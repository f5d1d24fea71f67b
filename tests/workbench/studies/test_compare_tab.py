"""What the Compare tab says of two runs."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.client import Engines
from engine.protocol import Array, Marker, Measured, Scalars
from projects.schema import Project
from tests.cli.conftest import CLASSIFIER
from tests.workbench.panels.conftest import entries, read, save
from workbench.compare.scores import change_of
from workbench.compare.tab import CompareTab
from workbench.compare.telling import differences
from workbench.rundata import RunData
from workbench.runs import Runs
from workbench.studies.studying import Studying


@pytest.mark.parametrize(
    ("metric", "a", "b", "higher", "said"),
    [
        ("test_modes", 7.0, 8.0, True, ("+1 better", "good")),
        ("test_modes", 8.0, 7.0, True, ("−1 worse", "warning")),
        ("test_modes", 7.0, 8.0, None, ("+1", "")),
        ("test_loss", 0.5, 0.25, False, ("−0.2500 better", "good")),
        ("test_loss", 0.5, 0.5, False, ("equal", "")),
        ("test_loss", 0.5, None, False, ("–", "")),
        ("test_loss", 0.5, math.nan, False, ("–", "")),
    ],
)
def test_a_change_is_as_whole_as_its_metric(
    metric: str, a: float | None, b: float | None, higher: bool | None, said: tuple[str, str]
) -> None:
    assert change_of(metric, a, b, higher) == said


def run_of(steps: int, state: str = "finished", *changes: tuple[int, float]) -> RunData:
    run = RunData(project=CLASSIFIER, state=state, step=steps)
    for step, rate in changes:
        values = {"value": rate, "network": ""}
        run.feed(Marker(step=step, kind="learning_rate", text=f"Learning rate → {rate:g}", values=values))  # fmt: skip
    return run


def test_what_differed_while_they_trained_is_said() -> None:
    whole = run_of(1200)
    same = "B is the same project as A."
    assert differences(whole, run_of(1200)) == (same, "")
    ends = "A stopped at step 338, B finished at step 1,200."
    assert differences(run_of(338, "stopped", (210, 0.01)), whole)[0] == (
        f"{same} By hand while A trained: Learning rate → 0.01 at step 210. {ends}"
    )
    assert (
        differences(run_of(1200, "finished", (9, 0.1)), run_of(1200, "finished", (9, 0.1)))[0]
        == same
    )
    assert differences(run_of(300, "running"), whole)[0] == same, "where it ends is not known yet"
    often = run_of(1200, "finished", *((step, 0.1 / step) for step in range(1, 8)))
    assert "at step 3, 4 more changes." in differences(whole, often)[0]


@pytest.mark.parametrize("count", [3, 4])
def test_differences_of_projects_are_told_in_part(count: int) -> None:
    whole, other = run_of(5), run_of(5)
    paths = ("epochs", "batch_size", "seed", "evaluate_every")[:count]
    other.project = changed(CLASSIFIER, **dict.fromkeys(paths, 77))
    words, as_files = differences(whole, other)
    assert words.startswith("In B Recipe › Epochs is 77 instead of 3.")
    assert ("… and 1 more." in words) == (count == 4)
    assert as_files.startswith("recipe.epochs is 77 instead of 3.")
    assert as_files.count("\n") == count - 1


def test_a_picture_that_is_older_than_the_time_line_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    tab = CompareTab(Studying(Engines(), Runs()))
    qtbot.addWidget(tab)
    paths = [tmp_path / "a", tmp_path / "b"]
    tab.compare(*paths)
    for path, steps in zip(paths, ((3,), (3, 1200)), strict=True):
        run = run_of(1200)
        run.label, run.path = path.name, str(path)
        for step in steps:
            images = Array.of(np.zeros((1, 8, 8, 1), np.uint8))
            run.feed(Measured(stream="samples", step=step, arrays={"images": images}, info={"kind": "images"}))  # fmt: skip
        tab.show_run(path, run)
    tab.show()
    tab.refresh()
    assert [head.text() for head in tab._heads] == [
        "A · a · last seen at step 3",
        "B · b · step 1,200",
    ]
    tab._scrubber.choose(0)
    tab._draw()
    texts = [head.text() for head in tab._heads]
    assert texts == ["A · a · step 3", "B · b · step 3"]


def test_a_run_stands_beside_the_next_one_and_never_beside_itself(
    qtbot: QtBot, tmp_path: Path
) -> None:
    tab = CompareTab(Studying(Engines(), Runs()))
    qtbot.addWidget(tab)
    tab.show()
    old, new, newest = (tmp_path / name for name in ("old", "new", "newest"))
    tab.set_runs([(old, "old")])
    assert tab.paths is None
    with qtbot.waitSignal(tab.chosen) as read:
        tab.set_runs([(new, "new"), (old, "old")])
    assert read.args == [(old, new)]
    tab.set_runs([(newest, "newest"), (new, "new"), (old, "old")])
    assert tab.paths == (old, new)


def changed(project: Project, **values: int) -> Project:
    recipe = msgspec.structs.replace(project.recipe, **values)
    return msgspec.structs.replace(project, recipe=recipe)


def test_what_is_compared_is_saved_as_picture_and_figures(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = CompareTab(Studying(Engines(), Runs()))
    qtbot.addWidget(tab)
    paths = [tmp_path / "a", tmp_path / "b"]
    tab.compare(*paths)
    tab.show()
    (button,) = tab.findChildren(QToolButton, "panelMenu")
    assert not entries(button)["Save figures…"].isEnabled()
    for path, loss in zip(paths, (0.5, 0.25), strict=True):
        run = run_of(9)
        run.label, run.path = path.name, str(path)
        for name in ("test_loss", "train_loss")[: 2 if loss > 0.3 else 1]:
            values = Array.of(np.array([9])), Array.of(np.array([loss]))
            run.feed(Scalars(series={name: values}))
        tab.show_run(path, run)
    tab.refresh()
    said: list[tuple[str, str, bool]] = []
    tab.said.connect(lambda *words: said.append(words))
    save(button, "Save figures…", tmp_path / "scores.csv", monkeypatch)
    assert read(tmp_path / "scores.csv", qtbot) == [
        ["metric", "A: a", "B: b", "B - A"],
        ["test_loss", "0.5", "0.25", "-0.25"],
        ["train_loss", "0.5", "", ""],
    ]
    for ending in (".png", ".svg"):
        save(button, "Save as picture…", tmp_path / f"both{ending}", monkeypatch)
        assert (tmp_path / f"both{ending}").stat().st_size > 1000
    qtbot.waitUntil(lambda: len(said) == 3)
    assert all(good for _title, _text, good in said)
