"""The desk asks again when what it knew is not true any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from engine.client import Died, Engines
from engine.client.mailbox import Mailbox
from engine.protocol import Check, Checked, Event, Failed, Preview, Ready
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
        self.hears = True

    def send(self, command: object) -> bool:
        self.heard.append(command)
        return self.hears

    def say(self, *events: Event) -> None:
        """Say something as the engine does: from a thread that is not the window's."""

        def speak() -> None:
            for event in events:
                self.mailbox.put(event)

        speaker = threading.Thread(target=speak)
        speaker.start()
        speaker.join()
        QApplication.processEvents()

    @property
    def names(self) -> list[str]:
        """Names of the projects that it was asked about."""
        return [asked.project.name for asked in self.heard]

    def expect(self, data: Data, folder: str) -> None:
        pass


@pytest.fixture
def engines() -> Fake:
    return Fake()


@pytest.fixture
def desk(engines: Fake, qapp: QApplication) -> Desk:
    return Desk(cast(Engines, engines))


@pytest.fixture
def document(tmp_path: Path) -> Document:
    return Document(template("digits_mlp").project, tmp_path / "mine.yaml")


@pytest.fixture
def edit(document: Document) -> Callable[[str], None]:
    """Make an edit that can be told from others."""

    def rename(name: str) -> None:
        document.apply("", msgspec.structs.replace(document.project, name=name))

    return rename


READY = Ready(protocol=1, pid=1, torch="2", devices=("cpu",))


def test_a_desk_that_came_back_is_asked_again(
    desk: Desk, engines: Fake, document: Document
) -> None:
    """However long that took, and also when the person had to start it."""
    desk.watch(document)
    desk.preview(Preview(data=Data(source=Plug("digits")), folder=""))
    engines.heard.clear()
    engines.say(Died(returncode=-9, text="gone"))
    assert engines.heard == []
    engines.say(READY)
    assert [type(command) for command in engines.heard] == [Check, Preview]
    engines.say(READY)
    assert len(engines.heard) == 2


def test_a_project_in_another_folder_is_checked_again(
    desk: Desk, engines: Fake, document: Document, tmp_path: Path
) -> None:
    """Relative paths of data start there now."""
    desk.watch(document)
    engines.say(Checked(id=engines.heard[-1].id, ok=True))
    engines.heard.clear()
    document.saved(tmp_path / "elsewhere" / "mine.yaml")
    assert engines.heard[-1].folder == str(tmp_path / "elsewhere")
    desk.watch(None)
    engines.heard.clear()
    document.saved(tmp_path / "mine.yaml")
    QApplication.processEvents()
    assert engines.heard == []


def test_a_check_that_failed_is_said(desk: Desk, engines: Fake, document: Document) -> None:
    said: list[Problem] = []
    desk.check_failed.connect(said.append)
    desk.watch(document)
    problem = Problem("", "something broke.")
    engines.say(Failed(id=engines.heard[-1].id, problems=(problem,)))
    assert said == [problem]


def test_an_edit_is_asked_about_at_once(
    desk: Desk, engines: Fake, document: Document, edit: Callable[[str], None]
) -> None:
    desk.watch(document)
    engines.say(Checked(id=engines.heard[-1].id, ok=True))
    engines.heard.clear()
    edit("one")
    assert engines.names == ["one"]


@pytest.mark.parametrize("ok", [True, False])
def test_edits_during_a_check_are_asked_about_together(
    desk: Desk, engines: Fake, document: Document, edit: Callable[[str], None], ok: bool
) -> None:
    """A slow check has no queue behind it, and the last edit is always asked about."""
    shown: list[Checked] = []
    desk.checked.connect(shown.append)
    desk.watch(document)
    for name in ("one", "two", "three"):
        edit(name)
    assert len(engines.heard) == 1
    number = engines.heard[0].id
    problem = Problem("", "something broke.")
    engines.say(Checked(id=number, ok=True) if ok else Failed(id=number, problems=(problem,)))
    assert engines.names[1:] == ["three"]
    engines.say(Checked(id=engines.heard[-1].id, ok=False))
    assert len(engines.heard) == 2  # nothing was edited since
    assert [event.ok for event in shown] == ([True, False] if ok else [False])
    assert desk.latest is shown[-1]


def test_an_answer_about_the_project_before_counts_for_nothing(
    desk: Desk, engines: Fake, document: Document
) -> None:
    shown: list[Checked] = []
    desk.checked.connect(shown.append)
    desk.watch(document)
    desk.watch(Document(template("gan_ring").project))
    before, now = (asked.id for asked in engines.heard)
    engines.say(Checked(id=before, ok=True))
    assert shown == []
    engines.say(Checked(id=now, ok=True))
    assert [event.id for event in shown] == [now]


def test_a_desk_that_did_not_hear_is_not_waited_for(
    desk: Desk, engines: Fake, document: Document, edit: Callable[[str], None]
) -> None:
    engines.hears = False
    desk.watch(document)
    engines.hears = True
    edit("one")
    assert engines.names[-1] == "one"


def test_everything_that_was_said_is_heard(desk: Desk, engines: Fake, document: Document) -> None:
    """Also when it is more than the mailbox gives out at a time."""
    heard: list[Ready] = []
    desk.ready.connect(heard.append)
    engines.say(*[READY] * 600)
    assert len(heard) == 600


def test_an_engine_may_speak_when_the_window_is_gone(desk: Desk, engines: Fake) -> None:
    shiboken6.delete(desk)
    engines.say(READY)  # a failure in its thread would be a warning
    assert len(engines.mailbox.drain()) == 1
