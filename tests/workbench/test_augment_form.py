"""Augmentations are switched on and set in the Data tab."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.augmentations.base import AUGMENTATIONS
from engine.protocol import Checked
from projects.errors import Problem
from projects.schema import Data, Plug
from tests.workbench.test_data_tab import Desk
from workbench.augment_form import augment_values, with_augment

DATA = Data(source=Plug("digits"))


def test_what_is_switched_on_takes_its_usual_place() -> None:
    data = with_augment(DATA, "mixup", {"alpha": 0.2})
    data = with_augment(data, "random_crop", {"padding": 2})
    data = with_augment(data, "erase", {"side": 8, "share": 1.0})
    assert data.augment == (Plug("random_crop", {"padding": 2}), Plug("erase"), Plug("mixup"))
    values = augment_values(data)
    assert values["random_crop"] == {"padding": 2}
    assert values["erase"] == {"side": 8, "share": 1.0}
    assert values["rotate"] is None
    assert values.keys() == AUGMENTATIONS.entries.keys()


def test_settings_and_switching_off() -> None:
    data = with_augment(DATA, "random_crop", {"padding": 4})
    data = with_augment(data, "random_crop.padding", 3)
    assert data.augment == (Plug("random_crop", {"padding": 3}),)
    data = with_augment(data, "random_crop.padding", 4)
    assert data.augment == (Plug("random_crop"),)
    assert with_augment(data, "random_crop", None).augment == ()
    assert with_augment(DATA, "mixup", None).augment == ()


def test_what_only_a_file_can_say_stays() -> None:
    twice = Data(
        source=Plug("digits"),
        augment=(Plug("erase", {"side": 2}), Plug("later"), Plug("erase", {"side": 3})),
    )
    assert augment_values(twice)["erase"] == {"side": 2, "share": 1.0}
    changed = with_augment(twice, "erase.side", 5)
    assert changed.augment == (Plug("erase", {"side": 5}), *twice.augment[1:])


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Desk:
    return Desk(DATA, tmp_path / "here", qtbot)


def test_the_tab_changes_the_project_in_steps_of_undo(desk: Desk) -> None:
    form = desk.tab._augment
    form.edited.emit("random_crop", {"padding": 4})
    assert desk.data.augment == (Plug("random_crop"),)
    form.edited.emit("random_crop.padding", 2)
    assert desk.data.augment == (Plug("random_crop", {"padding": 2}),)
    desk.document.stack.undo()
    assert desk.data.augment == (Plug("random_crop"),)
    desk.document.stack.undo()
    assert not desk.data.augment


def test_problems_stand_at_the_augmentation(desk: Desk) -> None:
    desk.tab._augment.edited.emit("mixup", {"alpha": 0.2})
    problem = Problem("data.augment.0", "Mixup mixes classes.", "Take it out.")
    desk.tab.set_checked(Checked(ok=False, problems=(problem,), networks={}))
    assert "Mixup mixes classes" in desk.words
    assert desk.tab.focus_problem("data.augment.0")
    assert not desk.tab.focus_problem("data.augment.7")
