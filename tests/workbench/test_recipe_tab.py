"""The Recipe tab: objective, optimisers, schedule, switches, problems at their fields."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from engine.objectives.gan import Gan
from engine.protocol import Checked
from projects.errors import Problem
from projects.fields import fields_of
from projects.schema import EarlyStopping, Network, Plug, Project, Recipe
from projects.templates import template
from tests.workbench.hands import (
    box,
    choose,
    combo,
    line,
    lines,
    problem,
    retype,
    settle,
    shown,
    tick,
)
from workbench.document import Document
from workbench.fold import Fold
from workbench.project_view import ProjectView
from workbench.recipe_tab import CARD_WIDTH, RecipeTab, with_roles


class Desk:
    """A document and the tab that shows its recipe."""

    def __init__(self, project: Project, qtbot: QtBot) -> None:
        self.document = Document(msgspec.structs.replace(project, recipe=Recipe()))
        self.tab = RecipeTab(self.document)
        shown(self.tab, qtbot)

    @property
    def recipe(self) -> Recipe:
        return self.document.project.recipe

    def problems(self, *problems: Problem) -> None:
        self.tab.set_checked(Checked(ok=not problems, problems=problems))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(template("digits_mlp").project, qtbot)


@pytest.fixture
def gan(qtbot: QtBot) -> Desk:
    return Desk(template("gan_ring").project, qtbot)


def test_everything_that_a_recipe_declares_has_a_field(desk: Desk) -> None:
    names = {name for _prefix, form in desk.tab._forms for name in form.names()}
    declared = {field.name for field in fields_of(Recipe)} - {"optimizers"}
    assert names == declared | {"objective"}


def test_typing_a_number_is_one_undo_step(desk: Desk) -> None:
    field = line(desk.tab, "lr")
    assert field.text() == "0.001"
    retype(field, "0.005")
    assert desk.recipe.optimizer == Plug("adam", {"lr": 0.005})
    assert desk.document.stack.count() == 1
    desk.document.stack.undo()
    assert field.text() == "0.001"
    assert desk.recipe == Recipe()
    desk.document.stack.redo()
    assert field.text() == "0.005"


def test_a_value_typed_back_leaves_nothing_to_undo(desk: Desk) -> None:
    field = line(desk.tab, "lr")
    retype(field, "0.005")
    retype(field, "0.001")
    assert desk.document.clean
    assert desk.recipe == Recipe()


def test_a_wrong_number_keeps_the_last_good_one(desk: Desk) -> None:
    field = line(desk.tab, "lr")
    retype(field, "2e-3e")
    assert "number from 0 to 10,000" in problem(desk.tab, "lr")
    assert desk.recipe.optimizer.params == {}  # not the 0.002 on the way
    retype(line(desk.tab, "batch_size"), "32")
    assert (field.text(), problem(desk.tab, "lr")) == ("0.001", "")


def test_the_data_stay_the_very_same(desk: Desk) -> None:
    before = desk.document.project.data
    retype(line(desk.tab, "batch_size"), "32")
    assert desk.document.project.data is before


def test_another_optimiser_keeps_the_rate(desk: Desk) -> None:
    retype(line(desk.tab, "lr"), "0.25")
    choose(combo(desk.tab, "optimizer"), "SGD")
    assert desk.recipe.optimizer == Plug("sgd", {"lr": 0.25})
    assert lines(desk.tab, "beta1") == []
    assert line(desk.tab, "lr").text() == "0.25"
    tick(box(desk.tab, "field-nesterov"))
    assert desk.recipe.optimizer == Plug("sgd", {"lr": 0.25, "nesterov": True})
    for _step in range(3):
        desk.document.stack.undo()
    assert desk.recipe == Recipe()
    assert combo(desk.tab, "optimizer").currentText() == "Adam"


def test_limits_are_switched_on_and_off(desk: Desk) -> None:
    for name, blank in (("max_steps", 1000), ("clip_norm", 1.0)):
        switch = box(desk.tab, f"use-{name}")
        tick(switch)
        assert getattr(desk.recipe, name) == blank
        assert line(desk.tab, name).isEnabled()
        tick(switch)
        assert getattr(desk.recipe, name) is None
        assert not line(desk.tab, name).isEnabled()
    tick(box(desk.tab, "use-epochs"))
    assert desk.recipe.epochs is None
    desk.document.stack.undo()
    assert line(desk.tab, "epochs").text() == "20"
    assert box(desk.tab, "use-epochs").isChecked()


def test_early_stopping_watches_a_metric_of_the_objective(desk: Desk) -> None:
    tick(box(desk.tab, "use-early_stopping"))
    assert desk.recipe.early_stopping == EarlyStopping()
    choose(combo(desk.tab, "metric"), "validation accuracy")
    retype(line(desk.tab, "patience"), "3")
    assert desk.recipe.early_stopping == EarlyStopping(metric="validation_accuracy", patience=3)
    tick(box(desk.tab, "use-early_stopping"))
    assert desk.recipe == Recipe()
    assert not line(desk.tab, "patience").isVisible()
    desk.document.stack.undo()
    assert combo(desk.tab, "metric").currentText() == "validation accuracy"


def test_early_stopping_of_a_gan_offers_only_what_is_measured(gan: Desk) -> None:
    tick(box(gan.tab, "use-early_stopping"))
    metric = combo(gan.tab, "metric")
    offered = [metric.itemText(place) for place in range(metric.count())]
    assert {"modes found", "high-quality share"} <= set(offered)
    assert len(offered) == len(Gan.metrics)
    assert not [words for words in offered if "validation" in words]
    assert gan.recipe.early_stopping == EarlyStopping(metric="modes")


def test_a_network_of_a_gan_may_have_an_optimiser_of_its_own(gan: Desk) -> None:
    switch = box(gan.tab, "use-generator")
    tick(switch)
    assert gan.recipe.optimizers == {"generator": Plug("adam")}
    choose(combo(gan.tab, "generator"), "RMSprop")
    own = [field for field in lines(gan.tab, "lr") if field.isVisible()]
    assert len(own) == 2
    retype(line(gan.tab, "alpha"), "0.5")
    assert gan.recipe.optimizers["generator"].params == {"alpha": 0.5}
    tick(switch)
    assert gan.recipe.optimizers == {}
    assert not line(gan.tab, "alpha").isVisible()
    for _step in range(4):
        gan.document.stack.undo()
    assert gan.recipe == Recipe()
    assert not switch.isChecked()


def test_the_loss_of_a_gan_is_a_plug_inside_a_plug(gan: Desk) -> None:
    choose(combo(gan.tab, "loss"), combo(gan.tab, "loss").itemText(1))
    assert gan.document.project.objective.params["loss"] == {"type": "minimax"}
    retype(line(gan.tab, "ema"), "0.5")
    assert gan.document.project.objective.params["ema"] == 0.5


def test_another_objective_adds_the_networks_that_it_needs(desk: Desk) -> None:
    before = desk.document.project
    choose(combo(desk.tab, "objective"), "Generative adversarial networks")
    after = desk.document.project
    assert list(after.networks) == ["classifier", "generator", "discriminator"]
    assert after.networks["classifier"] is before.networks["classifier"]
    assert after.networks["generator"] == after.networks["discriminator"] == Network()
    settle()
    assert QApplication.focusWidget() is combo(desk.tab, "objective")
    assert desk.tab.findChild(QCheckBox, "use-discriminator") is not None
    choose(combo(desk.tab, "objective"), "Classification")
    assert desk.document.project == before
    assert lines(desk.tab, "ema") == []


def test_networks_that_are_empty_and_play_no_role_go() -> None:
    project = template("digits_mlp").project
    networks = {**project.networks, "draft": Network()}
    assert list(with_roles(msgspec.structs.replace(project, networks=networks)).networks) == [
        "classifier"
    ]


@pytest.mark.parametrize(
    ("where", "label", "control"),
    [
        ("recipe.optimizer.lr", "lr", "field-lr"),
        ("recipe.optimizer.type", "optimizer", "field-optimizer"),
        ("recipe.schedule", "schedule", "field-schedule"),
        ("recipe.clip_norm", "clip_norm", "use-clip_norm"),
        ("recipe.early_stopping.metric", "early_stopping", "use-early_stopping"),
        ("recipe.on_nan", "on_nan", "field-on_nan"),
        ("recipe.optimizers.discriminator.lr", "discriminator", "use-discriminator"),
        ("objective.ema", "ema", "field-ema"),
        ("objective.loss.type", "loss", "field-loss"),
    ],
)
def test_a_problem_stands_at_its_field_and_the_cursor_goes_there(
    gan: Desk, where: str, label: str, control: str
) -> None:
    gan.problems(Problem(where, "this is wrong.", "Mend it."))
    assert problem(gan.tab, label) == "This is wrong. Mend it."
    assert gan.tab.focus_problem(where)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == control
    gan.problems()
    assert problem(gan.tab, label) == ""


@pytest.mark.parametrize("where", ["data.source.path", "networks.generator", "recipe.x", "recipe"])
def test_a_problem_elsewhere_is_not_here(gan: Desk, where: str) -> None:
    gan.problems(Problem(where, "this is wrong."))
    assert not gan.tab.focus_problem(where)


def test_an_unknown_type_is_shown_as_it_is_and_can_be_mended(desk: Desk) -> None:
    recipe = Recipe(optimizer=Plug("lion", {"lr": 0.5}))
    desk.document.apply("Load", msgspec.structs.replace(desk.document.project, recipe=recipe))
    optimizer = combo(desk.tab, "optimizer")
    assert optimizer.placeholderText() == "lion"
    choose(optimizer, "Adam")
    assert desk.recipe.optimizer == Plug("adam", {"lr": 0.5})


def test_keys_walk_through_the_types(desk: Desk) -> None:
    schedule = combo(desk.tab, "schedule")
    schedule.setFocus()
    QTest.keyClick(schedule, Qt.Key.Key_Down)
    assert desk.recipe.schedule.type != "constant"
    QTest.keyClick(schedule, Qt.Key.Key_Up)
    assert desk.recipe == Recipe()


# ------------------------------------------------------------------------------------ room


@pytest.mark.parametrize(("width", "beside"), [(360, False), (760, False), (1000, True)])
def test_columns_stand_where_there_is_room(desk: Desk, width: int, beside: bool) -> None:
    desk.tab.resize(width, 600)
    settle()
    page, room = desk.tab.widget(), desk.tab.viewport().width()
    assert page is not None
    left, right = line(desk.tab, "lr"), line(desk.tab, "batch_size")
    assert (right.mapTo(page, QPoint()).x() > left.mapTo(page, QPoint()).x()) is beside
    assert page.width() <= room  # nothing is cut off
    for field in page.findChildren(QLineEdit):
        if field.isVisible():
            assert field.width() >= 60
            assert field.mapTo(page, field.rect().topRight()).x() < room


def test_lines_do_not_grow_longer_than_one_reads(desk: Desk) -> None:
    desk.tab.resize(2400, 900)
    settle()
    assert line(desk.tab, "lr").width() < CARD_WIDTH


def test_a_problem_is_scrolled_to_when_the_tab_was_never_seen(qtbot: QtBot) -> None:
    view = ProjectView(Document(template("digits_mlp").project))
    shown(view, qtbot, 700, 300)
    view.show_place("recipe.threads")
    threads = line(view.recipe, "threads")
    assert threads.hasFocus()
    inside = threads.mapTo(view.recipe.viewport(), threads.rect().center())
    assert view.recipe.viewport().rect().contains(inside)


# ------------------------------------------------------------------------------------ undo


def test_two_typings_and_every_choice_are_steps_of_their_own(desk: Desk) -> None:
    def rates() -> list[float]:
        seen = []
        while desk.document.stack.canUndo():
            seen.append(desk.recipe.optimizer.params.get("lr", 0.001))
            desk.document.stack.undo()
        return seen

    rate = line(desk.tab, "lr")
    retype(rate, "0.25")
    retype(line(desk.tab, "batch_size"), "8")
    desk.document.stack.undo()
    rate.setFocus()
    retype(rate, "0.5")  # the edits stand in a row, the typings do not
    assert rates() == [0.5, 0.25]
    choose(combo(desk.tab, "optimizer"), "SGD")
    choose(combo(desk.tab, "optimizer"), "RMSprop")
    desk.document.stack.undo()
    assert desk.recipe.optimizer.type == "sgd"


def test_a_network_without_an_optimiser_of_its_own_says_which_one_it_has(gan: Desk) -> None:
    own = combo(gan.tab, "generator")
    assert (own.currentIndex(), own.placeholderText()) == (-1, "the one for all")
    choose(own, "SGD")
    assert own.currentText() == "SGD"
    gan.document.stack.undo()
    assert (own.currentIndex(), own.placeholderText()) == (-1, "the one for all")


def opened(fold: Fold) -> bool:
    head = fold.findChild(QToolButton, "fold")
    assert head is not None
    return head.isChecked()


def test_what_is_rarely_needed_is_folded_until_it_is_used(desk: Desk) -> None:
    folds = list(desk.tab._folds.values())
    assert [opened(fold) for fold in folds] == [False, False]
    recipe = msgspec.structs.replace(desk.recipe, precision="bf16")
    desk.document.apply("", msgspec.structs.replace(desk.document.project, recipe=recipe))
    assert [opened(fold) for fold in folds] == [False, True]


def test_a_problem_opens_what_it_is_in(desk: Desk) -> None:
    averages = next(iter(desk.tab._folds.values()))
    desk.problems(Problem("recipe.accumulate", "no."))
    assert opened(averages)
    assert problem(desk.tab, "accumulate")
    averages.open(False)
    assert desk.tab.focus_problem("recipe.accumulate")
    assert opened(averages)
    assert line(desk.tab, "accumulate").hasFocus()


def test_a_rate_is_found_where_there_is_a_loss_that_tells(
    desk: Desk, gan: Desk, qtbot: QtBot
) -> None:
    button = desk.tab.findChild(QPushButton, "findRate")
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(desk.tab.rate_wanted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert gan.tab.findChild(QPushButton, "findRate") is None
