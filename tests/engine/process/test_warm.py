"""The engines that tests of the window get behave as those of people, down to how they end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from engine.client.process import Process
from engine.protocol import AnyEvent, Quit, Ready
from tests.warm import warm_engines

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks")


@pytest.fixture(scope="module")
def command() -> Iterator[Sequence[str]]:
    with warm_engines() as made:
        yield made


@pytest.fixture
def start(command: Sequence[str]) -> Iterator[Callable[[], tuple[Process, list[AnyEvent]]]]:
    started: list[Process] = []

    def make() -> tuple[Process, list[AnyEvent]]:
        heard: list[AnyEvent] = []
        process = Process(heard.append, lambda _process: None, command)
        started.append(process)
        late = time.monotonic() + 60
        while not heard and time.monotonic() < late:
            time.sleep(0.01)
        assert isinstance(heard[0], Ready), process.trace
        return process, heard

    yield make
    for process in started:
        process.kill()
        assert process.wait(10)


Start = Callable[[], tuple[Process, list[AnyEvent]]]


def gone(pid: int) -> bool:
    """Whether a process ends within a while."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_one_that_is_told_to_quit_ends_well(start: Start) -> None:
    process, _heard = start()
    assert process.send(Quit())
    assert process.wait(10)
    assert process.returncode == 0


def test_one_that_is_killed_is_gone(start: Start) -> None:
    process, heard = start()
    ready = heard[0]
    assert isinstance(ready, Ready)
    assert ready.pid != process.pid
    process.kill()
    assert process.wait(10)
    assert process.returncode == -signal.SIGKILL
    assert gone(ready.pid)


def test_its_death_is_told_as_it_was(start: Start) -> None:
    process, heard = start()
    ready = heard[0]
    assert isinstance(ready, Ready)
    os.kill(ready.pid, signal.SIGSEGV)
    assert process.wait(10)
    assert process.returncode == -signal.SIGSEGV


def test_one_ends_with_its_input(start: Start) -> None:
    process, _heard = start()
    process.close_input()
    assert process.wait(10)
    assert process.returncode == 0


def test_who_leaves_before_it_has_asked_takes_nobody_along(
    start: Start, command: Sequence[str]
) -> None:
    start()
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(command[-1])
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(command[-1])
        caller.sendall(b"\0\0\0\1")
    start()


def test_many_that_come_and_go_at_once_take_nobody_along(start: Start) -> None:
    both = [start()[0] for _ in range(2)]
    for process in both:
        process.send(Quit())
        process.kill()
    for process in both:
        assert process.wait(10)
    start()
