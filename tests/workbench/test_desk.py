"""The desk asks again when what it knew is not true any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from engine.client import Died, Engines
from engine.client.mailbox import Mailbox
from engine.protocol import Check, Failed, Preview, Ready
from projects.errors import Problem
from projects.schema import Data, Plug
from projects.templates import template
from workbench.desk import Desk
from workbench.document import Document


class Fake:
    """Engines whose desk hears and says nothing by itself."""

    def __init__(self) -> None:
        self.desk = self
        self.mailbox = Mailbox()
        self.heard: list[Any] = []

    def send(self, command: object) -> bool:
        self.heard.append(command)
        return True

    def expect(self, data: Data, folder: str) -> None:
        pass


@pytest.fixture
def engines() -> Fake:
    return Fake()


@pytest.fixture
def desk(engines: Fake) -> Desk:
    return Desk(cast(Engines, engines))


@pytest.fixture
def document(tmp_path: Path) -> Document:
    return Document(template("digits_mlp").project, tmp_path / "mine.yaml")


READY = Ready(protocol=1, pid=1, torch="2", devices=("cpu",))


def test_a_desk_that_came_back_is_asked_again(
    desk: Desk, engines: Fake, document: Document
) -> None:
    """However long that took, and also when the person had to start it."""
    desk.watch(document)
    desk.preview(Preview(data=Data(source=Plug("digits")), folder=""))
    engines.heard.clear()
    engines.mailbox.put(Died(returncode=-9, text="gone"))
    desk.poll()
    assert engines.heard == []
    engines.mailbox.put(READY)
    desk.poll()
    assert [type(command) for command in engines.heard] == [Check, Preview]
    engines.mailbox.put(READY)
    desk.poll()
    assert len(engines.heard) == 2


def test_a_project_in_another_folder_is_checked_again(
    desk: Desk, engines: Fake, document: Document, tmp_path: Path, qtbot: QtBot
) -> None:
    """Relative paths of data start there now."""
    desk.watch(document)
    engines.heard.clear()
    document.saved(tmp_path / "elsewhere" / "mine.yaml")
    qtbot.waitUntil(lambda: bool(engines.heard))
    assert engines.heard[-1].folder == str(tmp_path / "elsewhere")
    desk.watch(None)
    engines.heard.clear()
    document.saved(tmp_path / "mine.yaml")
    qtbot.wait(100)
    assert engines.heard == []


def test_a_check_that_failed_is_said(desk: Desk, engines: Fake, document: Document) -> None:
    said: list[Problem] = []
    desk.check_failed.connect(said.append)
    desk.watch(document)
    problem = Problem("", "something broke.")
    engines.mailbox.put(Failed(id=engines.heard[-1].id, problems=(problem,)))
    desk.poll()
    assert said == [problem]
