"""Texts of window, engine and command line come from the same translation."""

from __future__ import annotations

import ast
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from texts.found import modules

from engine.articles import articles
from engine.layers.base import LAYERS
from projects.library import library
from projects.translation import again, phrase, phrases
from tests.pseudo import pseudo, wide
from workbench.forms import kinds_of
from workbench.metric_words import metric_words
from workbench.run_words import state_words
from workbench.textbook.book import book

ROOT = Path(__file__).parents[2]
TEXTS = {
    "": "Content-Type: text/plain; charset=UTF-8\n",
    "Samples": "Proben",
    "run folder": "Ordner eines Laufs",
    "Untitled": "Namenlos",
}
LOOK = """
import sys
from collections.abc import Callable
from pathlib import Path
from projects.translation import speak
speak("xx", Path(sys.argv[1]))
from engine.headless.arguments import build_parser
from engine.headless.results import COMMANDS
from workbench.commands.file import empty_project
from workbench.names import project_words
from workbench.panels.samples import SamplesPanel
print(SamplesPanel.title, project_words(empty_project("classification").name))
build_parser("ganvas", "", COMMANDS).parse_args(["diagnose", "--help"])
"""


def compiled(texts: dict[str, str]) -> bytes:
    """A ``.mo`` file, as GNU gettext lays it out."""
    pairs = [(key.encode(), value.encode()) for key, value in sorted(texts.items())]
    place = 28 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    pool = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += [len(pair[side]), place + len(pool)]
            pool += pair[side] + b"\0"
    count = len(pairs)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return head + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + pool


def test_texts_of_classes_and_commands_are_looked_up_when_they_are_shown(tmp_path: Path) -> None:
    """A panel's title, an argument's help and a new project's name follow the language."""
    place = tmp_path / "xx" / "LC_MESSAGES" / "ganvas.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(compiled(TEXTS))
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "LANGUAGE": "xx", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("Proben Namenlos\n"), done.stderr
    assert "Ordner eines Laufs" in done.stdout


def test_a_phrase_can_be_said_again_with_what_stands_in_it() -> None:
    title = phrase("Linear")
    plain = phrase("Add {title}").format(title=title)
    counted = phrases("{count} layer", "{count} layers", 2).format(count=2)
    asked = phrase("Add {title}").format(title=lambda: LAYERS.get("relu").title)
    assert (plain, counted, asked) == ("Add Linear", "2 layers", "Add ReLU")
    with pseudo():
        assert again(plain) == f"{wide('Add')} {wide('Linear')}"
        assert again(counted) == f"2 {wide('layers')}"
        assert again(asked) == f"{wide('Add')} {wide('ReLU')}"
        assert again("mine") == "mine"
        assert plain == "Add Linear"
        assert again(again(plain)) == again(plain)


def test_what_is_remembered_of_texts_is_forgotten_with_the_language() -> None:
    """Words that were asked for before are those of the language of the moment."""
    asked: list[Callable[[], str]] = [
        lambda: LAYERS.get("linear").title,
        lambda: LAYERS.get("linear").fields()[0].title,
        lambda: kinds_of(LAYERS)[0].title,
        lambda: metric_words("kid"),
        lambda: state_words("finished"),
        lambda: library()[0].title,
        lambda: articles()[0].title,
        lambda: next(iter(book().pages.values())).title,
    ]
    before = [ask() for ask in asked]
    with pseudo():
        assert [ask() for ask in asked] == [wide(words) for words in before]
    assert [ask() for ask in asked] == before


def test_every_memory_of_functions_with_texts_knows_the_language() -> None:
    """A remembered function that looks texts up is emptied with :func:`per_language`."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = [ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list]
                calls = {ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
                if any(name.endswith("cache") for name in names) and {"_", "ngettext"} & calls:
                    assert "per_language" in names, (path, node.name)
