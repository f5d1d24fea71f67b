"""Names that Ganvas gives itself are read in words; those that somebody gives stay as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.objectives.base import OBJECTIVES
from projects.plain import project_to
from projects.schema import UNTITLED
from projects.templates import template
from projects.translation import SOURCE, languages, speak
from workbench.commands.file import empty_project
from workbench.document import Document
from workbench.metric_words import metric_words
from workbench.names import is_untitled, network_tip, network_words, project_words
from workbench.project_view import ProjectView
from workbench.scope import crumbs


@pytest.fixture
def chinese() -> Iterator[None]:
    speak("zh_CN")
    yield
    speak(SOURCE)


def test_roles_have_words_and_other_names_stay() -> None:
    assert network_words("language_model") == "Language model"
    assert network_tip("language_model") == ""
    assert network_words("my_Net") == "my_Net"
    assert network_tip("my_Net") == ""
    assert project_words(UNTITLED) == "Untitled"
    assert project_words("untitled") == "untitled"
    assert project_words("未命名") == "Untitled", "an older version called it so"
    assert metric_words("learning_rate/generator") == "learning rate · generator"
    assert metric_words("learning_rate/my_Net") == "learning rate · my_Net"


def test_every_role_is_read_in_the_language_of_the_moment(chinese: None) -> None:
    names = {role.name for objective in OBJECTIVES for role in objective.networks}
    assert len(names) > 5
    assert [name for name in names if network_words(name).isascii()] == []
    assert all(name in network_tip(name) for name in names)
    assert crumbs("generator/res1")[0].words == network_words("generator")
    assert not metric_words("learning_rate/generator").isascii()
    assert "generator" not in metric_words("learning_rate/generator")
    assert not project_words(UNTITLED).isascii()


def test_headings_are_in_words_and_the_file_keeps_the_names(qtbot: QtBot, chinese: None) -> None:
    project = template("gan_ring").project
    before = project_to(project)
    view = ProjectView(Document(project))
    qtbot.addWidget(view)
    titles = {t.text(): t.toolTip() for t in view.findChildren(QLabel, "plotTitle")}
    for name in ("generator", "discriminator"):
        assert name in titles[network_words(name)]
    assert project_to(project) == before


def test_a_project_without_a_name_is_known_in_every_language(chinese: None) -> None:
    for spoken in languages():
        speak(spoken)
        called = project_words(UNTITLED)
        for heard in languages():
            speak(heard)
            assert is_untitled(called)
    assert not is_untitled("Mine")


def test_an_unnamed_project_is_called_the_same_in_files_of_all_languages(chinese: None) -> None:
    assert empty_project("classification").name == UNTITLED
