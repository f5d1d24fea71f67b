"""Settings of runs in words: headings and values of the table of runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runs.summary import Summary
from projects.templates import template
from workbench.run_columns import METRIC, SETTING, Column, Row, heading, matches
from workbench.run_settings import Settings, settings_of
from workbench.setting_words import setting_title, setting_words


@pytest.fixture
def settings() -> Settings:
    return settings_of(template("digits_mlp").project)


@pytest.mark.parametrize(
    ("key", "title", "words"),
    [
        ("recipe.pruning.type", "Pruning", "None"),
        ("recipe.optimizer.type", "Optimiser", "Adam"),
        ("recipe.optimizer.lr", "Optimiser › Learning rate", ""),
        ("recipe.batch_size", "Batch size", ""),
        ("data.scale", "Scaling", "zero to one"),
        ("objective.type", "Objective", "Classification"),
        ("networks.classifier.nodes.relu1.type", "relu1", "ReLU"),
        ("networks.classifier.nodes.linear1.units", "linear1 › Units", ""),
        ("networks.classifier.init.type", "Classifier › Initial weights", "He (Kaiming)"),
        ("probes", "Probes", ""),
        ("recipe.nonsense.type", "", ""),
        ("networks.classifier.nodes.gone.units", "", ""),
    ],
)
def test_a_setting_is_called_as_forms_call_it(
    settings: Settings, key: str, title: str, words: str
) -> None:
    assert setting_title(key, settings) == title
    assert setting_words(key, settings.get(key), settings) == words


@pytest.mark.parametrize(
    ("key", "title", "words"),
    [
        ("networks.classifier.nodes.relu1.mute", "relu1 › Bypass", "yes"),
        ("networks.classifier.nodes.linear2.shares", "linear2 › Weights", "–"),
        ("networks.classifier.nodes.linear1.bias", "linear1 › Bias", "no"),
        ("data.split.only_new", "Split › Only new examples", "yes"),
    ],
)
def test_settings_of_every_layer_and_yes_and_no_are_words(
    settings: Settings, key: str, title: str, words: str
) -> None:
    said = {"yes": "true", "no": "false"}
    told = {**settings, key: said[words]} if words in said else settings
    summary = Summary(project="p", objective="o", state="finished")
    row, column = Row(Path("a"), "ash", summary, settings=told), Column(SETTING, key)
    assert setting_title(key, told) == title
    assert row.words(column) == words


def test_what_is_not_known_stays_as_files_have_it(settings: Settings) -> None:
    assert setting_words("recipe.optimizer.type", "mine", settings) == ""
    assert setting_title("recipe.optimizer.lr", {"recipe.optimizer.type": "mine"}) == ""
    assert setting_title("recipe.pruning.type", {}) == "Pruning"


def test_the_table_of_runs_has_words_and_its_filter_knows_both(settings: Settings) -> None:
    told = {**settings, "recipe.pruning.type": "keep_zeros"}
    row = Row(
        Path("a"), "ash", Summary(project="p", objective="o", state="finished"), settings=told
    )
    column = Column(SETTING, "recipe.pruning.type")
    assert heading(column, [row]) == "Pruning"
    assert row.words(column) == "Keep zeros"
    assert matches(row, "type = keep_zeros", ())
    assert matches(row, "zeros", [row.words(column)])
    assert heading(Column(SETTING, "networks.a.nodes.b.units"), []) == "b.units"


def test_a_minus_is_found_as_it_is_typed(settings: Settings) -> None:
    told = {**settings, "recipe.optimizer.lr": -0.5}
    summary = Summary(project="p", objective="o", state="finished", metrics={"elbo": -247.7})
    row = Row(Path("a"), "ash", summary, settings=told)
    shown = [row.words(Column(SETTING, "recipe.optimizer.lr")), row.words(Column(METRIC, "elbo"))]
    assert shown == ["−0.5", "−247.70"]
    for words in (
        "-0.5",
        "−0.5",
        "lr = -0.5",
        "lr = −0.5",
        "elbo = -247.70",
        "elbo < -200",
        "elbo < −200",
    ):
        assert matches(row, words, shown), words
    assert not matches(row, "-0.7", shown)
