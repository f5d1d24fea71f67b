"""Everything that is declared becomes a form that shows it, takes it and refuses what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.data.base import SOURCES
from engine.declare import Catalogue
from engine.initializers.base import INITIALIZERS
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from projects.errors import ProjectError
from projects.fields import Field, fields_of
from projects.schema import Data, EarlyStopping, Plug, Project, Recipe, Split
from projects.templates import template
from widgets.forms import Form, FormField
from workbench.forms import (
    common_fields,
    first_words,
    form_field,
    form_fields,
    kinds_of,
    plug_field,
    words,
)
from workbench.values import CATALOGUES, defaults, plug_values, set_at, set_plug, values_of

STRUCTS: tuple[type[msgspec.Struct], ...] = (Recipe, Data, Split, EarlyStopping)
WRONG = ("text", "", "nan", "inf", "-inf", "1e400", "1e12", "٣", "²", "1e-", "--1")


@dataclass(frozen=True)
class Declaration:
    """A declared field and who declares it."""

    owner: str
    field: Field

    def __str__(self) -> str:
        return f"{self.owner}.{self.field.name}"


def declarations() -> Iterator[Declaration]:
    for noun, catalogue in {"layers": LAYERS, **CATALOGUES}.items():
        for cls in catalogue:
            for field in cls.fields():
                if field.kind != "plugs":  # these have a form of their own
                    yield Declaration(f"{noun}.{cls.tag()}", field)
    for struct in STRUCTS:
        for field in fields_of(struct):
            if field.kind not in ("mapping", "plugs"):
                yield Declaration(struct.__name__, field)


ALL = list(declarations())
SINGLE = [d for d in ALL if d.field.kind not in ("plug", "struct")]
TYPED = [d for d in SINGLE if d.field.kind in ("int", "float", "numbers")]
# Laying out a line of 100,000 digits takes most of a test's time: one field of a kind stands for all.
LAID_OUT = list({d.field.kind: d for d in TYPED}.values())


class Shown:
    """One declared field as a form, with the values that it said."""

    def __init__(self, field: Field, value: Any, qtbot: QtBot) -> None:
        self.field = field
        self.form = Form([alone(form_field(field))])
        qtbot.addWidget(self.form)
        self.form.set_values({field.name: value})
        self.heard: list[Any] = []
        self.form.edited.connect(lambda _path, value: self.heard.append(value))
        self.form.show()
        control = self.form.findChild(QWidget, f"field-{field.name}")
        assert control is not None
        self.control = control

    @property
    def line(self) -> QLineEdit:
        assert isinstance(self.control, QLineEdit)
        return self.control

    def enter(self, text: str) -> None:
        """Replace the text by another, from the clipboard: in one go."""
        self.line.selectAll()
        if text:
            QApplication.clipboard().setText(text)
            QTest.keySequence(self.line, "Ctrl+V")
        else:
            QTest.keyClick(self.line, Qt.Key.Key_Delete)

    @property
    def problem(self) -> str:
        label = self.form.findChild(QLabel, f"problem-{self.field.name}")
        assert label is not None
        return label.text() if label.isVisible() else ""


def alone(field: FormField) -> FormField:
    """The field without its condition."""
    return replace(field, when={})


def good_values(field: Field) -> list[Any]:
    """Values at both ends of the range of a field."""
    low, high = field.minimum, field.maximum
    whole = field.kind == "int" or (field.kind == "numbers" and field.integers)
    ends = []
    if low is not None:
        ends.append(low + 1 if field.exclusive and whole else low)
        if field.exclusive and not whole:
            ends[-1] = math.nextafter(low, math.inf)
    if high is not None:
        ends.append(math.nextafter(high, -math.inf) if field.exclusive_maximum else high)
    found = [int(end) if whole else float(end) for end in ends]
    return [[end] * (field.length or 1) for end in found] if field.kind == "numbers" else found


def beyond(field: Field) -> list[str]:
    """Texts just outside the range of a field."""
    texts = []
    for bound, excluded, away in (
        (field.minimum, field.exclusive, -1),
        (field.maximum, field.exclusive_maximum, 1),
    ):
        if bound is not None:
            nearest = bound if excluded else math.nextafter(bound, math.inf * away)
            texts.append(f"{bound + away:.0f}" if field.kind != "float" else repr(nearest))
    return texts


@pytest.mark.parametrize("declared", ALL, ids=str)
def test_every_declared_field_is_described(declared: Declaration) -> None:
    made = form_field(declared.field)
    assert made.title
    assert (made.name, made.help, made.optional) == (
        declared.field.name,
        declared.field.help,
        declared.field.optional,
    )
    assert len(made.choices) == len(declared.field.choices)
    if made.kind == "plug":
        assert made.kinds
    if made.kind == "struct":
        assert made.fields
    if made.optional:
        assert made.blank is not None


@pytest.mark.parametrize("declared", SINGLE, ids=str)
def test_every_field_shows_its_default_and_gives_it_back(
    declared: Declaration, qtbot: QtBot
) -> None:
    field = declared.field
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    shown = Shown(field, default, qtbot)
    if default is None:
        switch = shown.form.findChild(QCheckBox, f"use-{field.name}")
        assert switch is not None
        assert not switch.isChecked()
        QTest.keyClick(switch, Qt.Key.Key_Space)
        default = shown.heard.pop()
        assert default is not None
    if isinstance(shown.control, QLineEdit):
        text = shown.line.text()
        shown.enter("")
        shown.heard.clear()
        shown.enter(text)
        assert shown.heard == ([default] if text else [])
    elif isinstance(shown.control, QComboBox):
        for place, value in enumerate(field.choices):
            shown.form.set_values({field.name: value})
            assert shown.control.currentIndex() == place
            assert shown.control.currentText() == field.words_of(value)
        others = field.choices[-1:] if len(field.choices) > 1 else ()
        shown.form.set_values({field.name: field.choices[0]})
        for other in others:
            QTest.keyClick(shown.control, Qt.Key.Key_End)
            assert shown.heard == [other]
    else:
        assert isinstance(shown.control, QCheckBox)
        assert shown.control.isChecked() is default
        QTest.keyClick(shown.control, Qt.Key.Key_Space)
        assert shown.heard == [not default]
    assert shown.problem == ""


@pytest.mark.parametrize("declared", TYPED, ids=str)
def test_every_number_says_what_it_expects(declared: Declaration, qtbot: QtBot) -> None:
    field = declared.field
    blank = form_field(field).blank
    start = field.default if field.default is not None else blank
    shown = Shown(field, list(start) if isinstance(start, tuple) else start, qtbot)
    expected = msgspec.structs.replace(field, optional=False).expectation()
    for wrong in (*WRONG, *beyond(field), "7" * (100_000 if declared in LAID_OUT else 1_000)):
        if wrong == "1e12" and field.maximum is not None and field.maximum >= 1e12:
            continue
        if wrong == "" and field.kind == "numbers":
            continue  # how many numbers are needed is declared and refused below
        shown.enter(wrong)
        assert expected.lower() in shown.problem.lower(), wrong[:20]
        assert shown.heard == [], wrong[:20]
        assert len(shown.problem) < 200
    for good in good_values(field):
        shown.enter("x")
        shown.heard.clear()
        shown.enter(", ".join(map(str, good)) if isinstance(good, list) else repr(good))
        assert shown.heard == [good]
        assert shown.problem == ""


@pytest.mark.parametrize(
    "declared", [d for d in SINGLE if d.field.kind == "text" and d.field.maximum], ids=str
)
def test_a_text_that_is_too_long_is_refused(declared: Declaration, qtbot: QtBot) -> None:
    shown = Shown(declared.field, declared.field.default, qtbot)
    shown.enter("a" * 100_000)
    assert "at most" in shown.problem
    assert shown.heard == []


def test_a_list_has_as_many_numbers_as_are_declared(qtbot: QtBot) -> None:
    (sizes,) = (field for field in LAYERS.get("reshape").fields() if field.name == "sizes")
    shown = Shown(sizes, [-1], qtbot)
    for wrong in ("", "1 2 3 4 5", "8, a", "1.5", "nan"):
        shown.enter(wrong)
        assert "list" in shown.problem
    assert shown.heard == []


@pytest.mark.parametrize("noun", [*CATALOGUES])
def test_every_entry_of_a_catalogue_can_be_chosen(noun: str, qtbot: QtBot) -> None:
    catalogue = CATALOGUES[noun]
    form = Form([plug_field("plug", "Plug", noun)])
    qtbot.addWidget(form)
    combo = form.findChild(QComboBox, "field-plug")
    assert combo is not None
    assert [combo.itemText(place) for place in range(combo.count())] == [c.title for c in catalogue]
    for cls in catalogue:
        values = plug_values(Plug(cls.tag()), catalogue)
        form.set_values({"plug": values})
        assert combo.currentText() == cls.title
        read = {key: value for key, value in values.items() if key != "type"}
        assert catalogue.make(cls.tag(), read) == catalogue.make(cls.tag(), {})


def test_no_two_catalogues_have_types_of_the_same_name() -> None:
    tags = [cls.tag() for catalogue in CATALOGUES.values() for cls in catalogue]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize("struct", [Recipe, Split, EarlyStopping])
def test_a_struct_shows_what_it_is_made_of(struct: type[msgspec.Struct]) -> None:
    values = values_of(struct())
    assert set(values) == {field.name for field in fields_of(struct)}
    assert {field.name for field in form_fields(fields_of(struct))} <= set(values)


# ----------------------------------------------------------------------------------- changes


@pytest.fixture
def gan() -> Project:
    return template("gan_ring").project


@pytest.fixture
def classifier() -> Project:
    return template("digits_mlp").project


def test_a_change_leaves_everything_else_the_very_same(classifier: Project) -> None:
    after = set_at(classifier, "recipe.optimizer.lr", 0.25)
    assert after.recipe.optimizer.params["lr"] == 0.25
    for name in ("data", "networks", "objective", "probes"):
        assert getattr(after, name) is getattr(classifier, name)


def test_a_default_is_left_out_of_the_file(classifier: Project, gan: Project) -> None:
    bare = set_at(classifier, "recipe.optimizer", {"type": "adam"})
    there = set_at(bare, "recipe.optimizer.lr", 0.5)
    assert set_at(there, "recipe.optimizer.lr", 0.001) == bare
    other = set_at(gan, "objective.loss.type", "minimax")
    back = set_at(other, "objective.loss.type", "non_saturating")
    assert "loss" not in back.objective.params


def test_another_type_keeps_what_both_types_have(classifier: Project) -> None:
    start = set_at(classifier, "recipe.optimizer", {"type": "adam", "lr": 0.25, "beta1": 0.5})
    after = set_at(start, "recipe.optimizer.type", "sgd")
    assert after.recipe.optimizer == Plug("sgd", {"lr": 0.25})


def test_another_type_drops_what_does_not_fit(classifier: Project) -> None:
    wild = msgspec.structs.replace(
        classifier.recipe, optimizer=Plug("adam", {"lr": "fast", "weight_decay": 0.5})
    )
    start = msgspec.structs.replace(classifier, recipe=wild)
    after = set_at(start, "recipe.optimizer.type", "sgd")
    assert after.recipe.optimizer == Plug("sgd", {"weight_decay": 0.5})


def test_a_network_gets_an_optimiser_of_its_own(gan: Project) -> None:
    bare = msgspec.structs.replace(gan, recipe=Recipe())
    on = set_at(bare, "recipe.optimizers.generator", {"type": "adam"})
    assert on.recipe.optimizers == {"generator": Plug("adam")}
    typed = set_at(bare, "recipe.optimizers.generator.type", "sgd")
    assert typed.recipe.optimizers == {"generator": Plug("sgd")}


def test_early_stopping_goes_on_and_off(classifier: Project) -> None:
    on = set_at(classifier, "recipe.early_stopping", values_of(EarlyStopping()))
    assert on.recipe.early_stopping == EarlyStopping()
    patient = set_at(on, "recipe.early_stopping.patience", 3)
    assert patient.recipe.early_stopping == EarlyStopping(patience=3)
    assert set_at(patient, "recipe.early_stopping", None).recipe.early_stopping is None


def test_a_split_that_leaves_nothing_is_refused(classifier: Project) -> None:
    with pytest.raises(ProjectError) as caught:
        set_at(classifier, "data.split.validation", 0.9)
    assert caught.value.problem.where == "data.split"


@pytest.mark.parametrize(
    ("catalogue", "path", "value", "after"),
    [
        (INITIALIZERS, "type", "normal", Plug("normal")),
        (INITIALIZERS, "type", "unheard_of", Plug("unheard_of")),
        (OPTIMIZERS, "lr", 0.5, Plug("adam", {"lr": 0.5})),
        (OPTIMIZERS, "lr", 0.001, Plug("adam")),
    ],
)
def test_one_plug_is_changed(catalogue: Catalogue[Any], path: str, value: Any, after: Plug) -> None:
    assert (
        set_plug(Plug("adam", {"lr": 1.0}) if path == "lr" else Plug("he"), catalogue, path, value)
        == after
    )


def test_a_plug_of_an_unknown_type_shows_what_it_has() -> None:
    assert plug_values(Plug("lion", {"lr": 1}), OPTIMIZERS) == {"type": "lion", "lr": 1}


def test_a_plug_inside_a_plug_shows_its_type() -> None:
    values = plug_values(Plug("gan"), OBJECTIVES)
    assert values["loss"]["type"] == "non_saturating"
    assert values["ema"] == 0.999


def test_a_required_field_has_no_default_to_show() -> None:
    assert "source" not in defaults(fields_of(Data))
    assert SOURCES.get("digits").title in [kind.title for kind in kinds_of(SOURCES)]


def test_layers_of_several_types_have_fields_in_common() -> None:
    names = [field.name for field in common_fields(["linear", "lstm"])]
    assert "units" in names
    (units,) = (f for f in common_fields(["lstm", "linear"]) if f.name == "units")
    assert units.read(65_536) == 65_536
    with pytest.raises(ValueError, match="65,536"):
        units.read(100_000)
    assert "mode" not in [f.name for f in common_fields(["global_pool", "upsample"])]
    assert common_fields(["linear", "unheard_of"]) == ()
    assert common_fields([]) == ()


def test_help_is_its_first_paragraph() -> None:
    assert first_words("One ``two``\nthree.\n\nFour.") == "One two three."
    assert words("minus_one_to_one") == "minus one to one"


def test_plugs_inside_of_plugs_show_their_defaults() -> None:
    objective = Plug("gan", {"conditioning": {"type": "ac_gan"}, "loss": {"type": "least_squares"}})
    values = plug_values(objective, OBJECTIVES)
    assert values["conditioning"] == {"type": "ac_gan", "weight": 1.0}
    assert values["loss"] == {"type": "least_squares", "fake": 0.0, "real": 1.0, "wanted": 1.0}
