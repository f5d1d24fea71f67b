"""Every text that a person can read has been looked up: in a made-up language all letters are wide.

What may stay in plain letters is listed here, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTextBrowser, QWidget
from pytestqt.qtbot import QtBot
from texts.found import catalogues

from engine.client import Engines
from engine.headless.arguments import build_parser
from engine.headless.entry import commands
from engine.validate import validate
from projects import schema
from projects.errors import ProblemsError
from projects.schema import Plug, Project
from projects.templates import template
from projects.translation import SOURCE, speak
from tests.pseudo import narrow, pseudo
from tests.workbench.shell import make_window
from tests.workbench.visible import visible
from workbench.language import own_name
from workbench.window import MainWindow

NAME = {"Ganvas", own_name(SOURCE)}  # names stay
KEYS = {
    "Ctrl",
    "Shift",
    "Alt",
    "Left",
    "Right",
    "Up",
    "Down",
    "Del",
    "Esc",
    "Home",
    "End",
    "PgUp",
    "Enter",
}
QT = ("qt_", "Scroll")  # parts of Qt's own widgets, which Qt's own catalogues translate
PYQTGRAPH = ("QAction#",)  # its menu, of which nothing is shown, has actions without a name
EXAMPLE = "digits_mlp"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """A window in the made-up language that shows an example; its engines never start."""
    with pytest.MonkeyPatch.context() as patch, pseudo():
        patch.setenv("GANVAS_HOME", str(tmp_path_factory.mktemp("home")))
        made = make_window(Engines())
        made.open_template(template(EXAMPLE))
        yield made
        made.files.leave()
        made.stop()
        made.hide()
        made.deleteLater()


@pytest.fixture
def wide_letters() -> Iterator[None]:
    """The made-up language for a test."""
    with pseudo():
        yield


def words_of_files() -> set[str]:
    """Words that stay because they are those of project files: tags, names of measures."""
    structs: list[type[msgspec.Struct]] = [cls for every in catalogues() for cls in every]
    structs += [
        thing
        for thing in vars(schema).values()
        if isinstance(thing, type) and issubclass(thing, msgspec.Struct)
    ]
    found: set[str] = set()
    for cls in structs:
        found.update(metric.name for metric in getattr(cls, "metrics", ()))
        found.add(str(cls.__struct_config__.tag))
    return found


def plain(words: Iterable[str]) -> set[str]:
    return {part for word in words for part in narrow(word.replace("_", " "))}


def allowed(project: Project) -> set[str]:
    """What may be read in plain letters beside a project: its own names, and words of files."""
    names = [*project.networks]
    names += [node for network in project.networks.values() for node in network.nodes]
    known = plain(names) | plain(words_of_files()) | NAME | KEYS
    return known | {word.capitalize() for word in plain(names)}


def unspoken(root: QWidget, known: set[str]) -> list[tuple[str, str]]:
    """Return what a widget says in plain letters and should not."""
    return [
        (place, text)
        for place, text in visible(root)
        if not place.partition("#")[2].startswith(QT)
        and place not in PYQTGRAPH
        and set(narrow(text.replace("_", " "))) - known
    ]


def test_a_window_says_nothing_untranslated(window: MainWindow) -> None:
    document, view, inspector = window.files.document, window.view, window.inspector
    assert document is not None
    assert view is not None
    assert inspector is not None
    known = allowed(document.project)
    for panel in window.viewer.panels:
        window.docks.reveal(panel.name)
    for tab in range(view.count()):
        view.setCurrentIndex(tab)
    assert unspoken(window, known) == []
    for place, network in document.project.networks.items():
        for node in network.nodes:
            inspector.show_nodes(place, (node,))
            assert unspoken(inspector, known) == []


def test_dialogs_say_nothing_untranslated(window: MainWindow) -> None:
    document = window.files.document
    assert document is not None
    known = allowed(document.project)
    for ask in (window.dialogs.properties, window.dialogs.shortcuts, window.dialogs.palette):
        ask()
        QTest.qWait(0)
        assert unspoken(window, known) == []


def test_the_textbook_says_nothing_untranslated(window: MainWindow) -> None:
    window.show_textbook()
    reader = window.textbook.reader
    assert reader is not None
    known = plain(words_of_files()) | NAME | KEYS
    assert unspoken(reader, known) == []
    page = reader.findChild(QTextBrowser)
    assert page is not None
    for key in ("article/gans", "layer/conv2d", "ailment/vanishing", "trick/packing"):
        reader.open(key)
        lines = [line for line in page.toPlainText().splitlines() if len(narrow(line)) > 3]
        assert [line for line in lines if set(narrow(line.replace("_", " "))) - known] == [], key


def test_problems_are_told_in_the_language_of_the_moment(wide_letters: None) -> None:
    project = template(EXAMPLE).project
    wrong = msgspec.structs.replace(
        project,
        objective=Plug("gan"),
        recipe=msgspec.structs.replace(project.recipe, optimizer=Plug("adam", {"lr": -1.0})),
    )
    with pytest.raises(ProblemsError) as error:
        validate(wrong)
    for problem in error.value.problems:
        quoted = problem.message.split("“")[0]
        assert narrow(quoted) == [], problem


def test_the_help_of_the_command_line_too(wide_letters: None) -> None:
    parser = build_parser("ganvas", "", list(commands()))
    rows = next(action for action in parser._actions if action.dest == "command")
    assert isinstance(rows.choices, dict)
    for name, row in rows.choices.items():
        assert narrow(row.description or "") == [], name
        for action in row._actions[1:]:  # the first is argparse's own --help
            said = set(narrow((action.help or "").replace("_", " ")))
            assert not said or "ｅ" in (action.help or ""), (name, action.help)


def test_a_plain_text_would_be_found(qtbot: QtBot, wide_letters: None) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setToolTip("Nobody has looked this up")
    assert unspoken(widget, set()) == [("QWidget#", "Nobody has looked this up")]
    speak(SOURCE)
