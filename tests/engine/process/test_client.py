"""The client against engines that misbehave; small scripts play the engine."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from engine.client import Died, Engine, Engines
from engine.client import engine as engine_module
from engine.protocol import Beat, Marker, Ready, Start, Stop, Watch
from tests.engine.process.test_framing import PROJECT
from tests.engine.process.waiting import SOON, Listener, until

SAY = """
import sys, os, time, signal, msgspec
def frame(body): os.write(1, len(body).to_bytes(4, "big") + body)
def say(**message): frame(msgspec.msgpack.encode(message))
def ready(version=1): say(type="ready", protocol=version, pid=os.getpid(), torch="", devices=["cpu"])
"""
SERVE = "ready()\nsys.stdin.buffer.read()\n"


def acting(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", SAY + script)


@pytest.fixture
def made() -> Iterator[list[Engine]]:
    engines: list[Engine] = []
    yield engines
    for engine in engines:
        engine.close(0.1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("engine-")]


def start(made: list[Engine], script: str) -> tuple[Engine, Listener]:
    engine = Engine(command=acting(script))
    made.append(engine)
    engine.start()
    return engine, Listener(engine)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "ready(); print('epoch 1 done', flush=True); time.sleep(60)",
            "were announced|was announced",
        ),
        ("ready(); frame(b'garbage'); time.sleep(60)", "is no message"),
        ("ready(); say(type='beat', step='many'); time.sleep(60)", "breaks the rules"),
        ("ready(); say(type='dance'); time.sleep(60)", "breaks the rules"),
        ("ready(); os.write(1, b'\\x00\\x00\\x01\\x00abc')", "after 3 of 256 bytes"),
        (
            "ready(); os.write(1, (2**28 + 1).to_bytes(4, 'big')); time.sleep(60)",
            "at most 268435456",
        ),
        ("ready(version=99); time.sleep(60)", "version 99"),
        ("ready(); sys.exit(3)", "code 3"),
        ("ready(); os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("ready(); os.kill(os.getpid(), signal.SIGKILL)", "killed"),
    ],
)
def test_an_engine_that_breaks_down_is_a_death_in_words(
    made: list[Engine], script: str, words: str
) -> None:
    engine, listener = start(made, script)
    died = listener.wait(Died, timeout=5)
    assert any(word in died.text for word in words.split("|")), died.text
    assert isinstance(listener.heard[0], Ready) or "version" in words
    assert not engine.alive
    assert not engine.send(Stop())


def test_a_death_carries_the_last_lines_of_standard_error(made: list[Engine]) -> None:
    _engine, listener = start(
        made, "sys.stderr.write('x' * 10**6 + 'the end\\n'); sys.stderr.flush(); sys.exit(1)"
    )
    died = listener.wait(Died)
    assert died.trace.endswith("the end\n")
    assert len(died.trace) <= 32 * 1024


def test_what_can_not_be_started_is_a_death_too() -> None:
    engine = Engine(command=("/nonexistent/engine",))
    engine.start()
    died = Listener(engine).wait(Died)
    assert "could not be started" in died.text
    engine.close()


def test_an_engine_that_was_asked_to_end_is_no_death(made: list[Engine]) -> None:
    engine, listener = start(made, SERVE)
    listener.wait(Ready)
    engine.close()
    assert not engine.alive
    assert engine.returncode == 0
    assert listener.all(Died) == []


def test_an_engine_that_is_still_starting_is_not_waited_for(made: list[Engine]) -> None:
    engine, listener = start(made, "time.sleep(60)")
    begun = time.monotonic()
    engine.close(60)
    assert time.monotonic() - begun < SOON
    assert listener.all(Died) == []


def test_a_new_life_speaks_into_the_same_mailbox(made: list[Engine]) -> None:
    engine, listener = start(made, SERVE)
    first = listener.wait(Ready).pid
    engine.kill()
    assert listener.wait(Died).returncode == -9
    engine.start()
    assert listener.wait(Ready).pid not in (first, 0)


DEAF = """
signal.signal(signal.SIGINT, signal.SIG_IGN)
ready()
while True: time.sleep(60)
"""


def test_closing_never_hangs_on_an_engine_that_ignores_everything(
    made: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "INTERRUPT_GRACE", 0.2)
    engine, listener = start(made, DEAF)
    listener.wait(Ready)
    begun = time.monotonic()
    engine.close(0.2)
    assert time.monotonic() - begun < SOON
    assert engine.returncode == -9


def test_a_stop_that_is_not_heeded_interrupts_and_then_kills(
    made: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "INTERRUPT_GRACE", 0.2)
    engine, listener = start(made, DEAF)
    listener.wait(Ready)
    engine.send(Start(id=1, project=PROJECT, folder="", run=""))
    assert engine.training
    engine.stop(grace=0.2)
    assert listener.wait(Died, timeout=SOON).returncode == -9
    assert not engine.training


def test_talking_to_an_engine_that_stopped_reading_never_blocks(
    made: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "INTERRUPT_GRACE", 0.1)
    engine, listener = start(made, DEAF)
    listener.wait(Ready)
    big = Watch(streams={f"{number:09d}" * 10: 1.0 for number in range(500)})
    begun = time.monotonic()
    heard = [engine.send(big) for _turn in range(1_000)]
    assert time.monotonic() - begun < SOON
    assert heard[0]
    assert not heard[-1]
    engine.close(0.1)
    assert engine.returncode == -9


def test_a_grandchild_that_holds_the_pipes_hides_no_death(made: list[Engine]) -> None:
    script = """
if (child := os.fork()) == 0:
    time.sleep(60)
    os._exit(0)
ready()
say(type="marker", step=child, kind="child", text="")
os.kill(os.getpid(), signal.SIGKILL)
"""
    _engine, listener = start(made, script)
    child = listener.wait(Marker).step
    listener.wait(Died, timeout=SOON)
    os.kill(child, signal.SIGKILL)


def test_a_flood_stays_small_while_nobody_reads(made: list[Engine]) -> None:
    script = """
ready()
for step in range(20_000):
    say(type="measured", stream="samples", step=step, arrays={"a": ["uint8", [1000], bytes(1000)]})
    say(type="beat", step=step)
say(type="state", state="finished", step=20_000)
sys.stdin.buffer.read()
"""
    engine, listener = start(made, script)
    listener.wait(Ready)
    until(lambda: bool(engine.mailbox._backlog._kept))
    waiting = engine.mailbox.drain(limit=10_000)
    assert len(waiting) <= 10
    assert [event for event in waiting if isinstance(event, Beat)] == [Beat(step=19_999)]


def test_a_dying_desk_is_restarted_a_few_times_and_then_given_up() -> None:
    engines = Engines(command=acting("sys.exit(7)"), pauses=(0.01, 0.02))
    listener = Listener(engines.desk)
    engines.start()
    pauses = [listener.wait(Died).restarts_in for _turn in range(3)]
    assert pauses == [0.01, 0.02, None]
    time.sleep(0.3)
    assert listener.all(Died)[3:] == []
    engines.restart_desk()
    assert listener.wait(Died).restarts_in == 0.01
    engines.close()


def test_a_training_leases_the_warm_spare_and_another_is_warmed() -> None:
    engines = Engines(command=acting(SERVE), spare_delay=0.05)
    engines.start()
    until(lambda: engines.spare_ready)
    woken = threading.Event()
    leased = engines.lease(woken.set)
    assert leased.ready is not None
    assert leased.pid != engines.desk.pid
    assert woken.wait(8)  # its Ready had been waiting, or just comes
    until(lambda: engines.spare_ready)
    other = engines.lease()
    assert other.pid not in (leased.pid, engines.desk.pid)
    engines.release(leased)
    until(lambda: not leased.alive)
    engines.close()
    assert not other.alive
    assert not engines.desk.alive


ECHO = """
ready()
while header := sys.stdin.buffer.read(4):
    heard = msgspec.msgpack.decode(sys.stdin.buffer.read(int.from_bytes(header, "big")))
    if heard["type"] == "quit":
        break
    say(type="failed", problems=[])
    say(type="marker", step=0, kind="heard", text=heard["type"])
"""


def test_the_spare_reads_the_data_ahead_and_is_leased_without_a_past() -> None:
    engines = Engines(command=acting(ECHO))
    engines.start()
    engines.expect(PROJECT.data, "")
    engines.expect(PROJECT.data, "")  # no news
    until(lambda: engines.spare_ready)
    time.sleep(0.1)  # it is told what to read just after it said that it is ready
    engines.expect(msgspec.structs.replace(PROJECT.data, scale="standardize"), "")
    time.sleep(0.1)
    leased = engines.lease().mailbox.drain()
    assert isinstance(leased[0], Ready)
    assert [event.text for event in leased[1:] if isinstance(event, Marker)] == ["preview"] * 2
    assert len(leased) == 3
    engines.close()
