"""Frames: what goes in comes out, and nothing else gets through."""

from __future__ import annotations

import io
import random

import msgspec
import numpy as np
import pytest

from engine import framing
from engine.framing import FrameError, MessageError
from engine.protocol import (
    AnyCommand,
    Array,
    Check,
    Marker,
    Measured,
    Scalars,
    Speak,
    Stop,
    Watch,
)
from projects.schema import Data, Plug, Project, Recipe

PROJECT = Project(data=Data(source=Plug("digits")), objective=Plug("classification"))


def stream(*bodies: bytes) -> io.BytesIO:
    return io.BytesIO(b"".join(len(body).to_bytes(4, "big") + body for body in bodies))


def test_commands_and_events_come_out_as_they_went_in() -> None:
    pipe = io.BytesIO()
    sent: list[AnyCommand] = [
        Check(id=7, project=PROJECT, folder="/tmp/ünï"),
        Watch(streams={"health": 2.5}),
        Speak(language="zh_CN"),
        Stop(),
    ]
    writer = framing.command_writer(pipe)
    for command in sent:
        writer.write(command)
    pipe.seek(0)
    reader = framing.command_reader(pipe)
    assert [reader.read() for _turn in sent] == sent
    assert reader.read() is None


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "float32", "float64", "bool", ">f4"])
def test_arrays_come_out_as_they_went_in(dtype: str) -> None:
    value = (np.arange(24) % 3).reshape(2, 3, 4).astype(dtype)
    pipe = io.BytesIO()
    framing.event_writer(pipe).write(
        Measured(stream="samples", step=1, arrays={"a": Array.of(value[:, ::2])})
    )
    pipe.seek(0)
    event = framing.event_reader(pipe).read()
    assert isinstance(event, Measured)
    np.testing.assert_array_equal(event.arrays["a"].numpy(), value[:, ::2])


def test_numbers_of_numpy_travel_as_numbers() -> None:
    pipe = io.BytesIO()
    framing.event_writer(pipe).write(
        Marker(step=1, kind="best", text="", values={"loss": np.float32(0.5), "n": np.int64(3)})
    )
    pipe.seek(0)
    event = framing.event_reader(pipe).read()
    assert isinstance(event, Marker)
    assert event.values == {"loss": 0.5, "n": 3}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x00", "inside the length"),
        (b"\x00\x00\x00\x09abc", "after 3 of 9 bytes"),
        (b"\xff\xff\xff\xff", "4294967295 bytes was announced"),
        ((framing.MAX_COMMAND + 1).to_bytes(4, "big"), "at most 67108864"),
        (b"\x00\x00\x00\x00", "not msgpack"),
        (b"\x00\x00\x00\x01\xc1", "not msgpack"),
        (b"\x00\x00\x00\x05print", "is no message"),
        (b"\x00\x01\x86\xa0" + b"\x91" * 100_000, "is no message"),
    ],
)
def test_what_is_no_frame_is_refused_with_its_place(data: bytes, words: str) -> None:
    pipe = io.BytesIO()
    framing.command_writer(pipe).write(Stop())
    reader = framing.command_reader(io.BytesIO(pipe.getvalue() + data))
    assert reader.read() == Stop()
    with pytest.raises(FrameError, match=words) as caught:
        reader.read()
    assert not isinstance(caught.value, MessageError)
    assert caught.value.problem.where == "frame 2 from the window"


def test_a_deeply_nested_value_is_refused() -> None:
    params = b"\x81\xa1a" * 200_000 + b"\xc0"
    head = msgspec.msgpack.encode({"type": "preview", "data": {"source": {"type": "x"}}})
    body = head.replace(b"\xa1x", b"\xa1x\xa6params" + params).replace(
        b"\x81\xa4type", b"\x82\xa4type"
    )
    with pytest.raises(FrameError):
        framing.command_reader(stream(body)).read()


@pytest.mark.parametrize(
    ("message", "where"),
    [
        (
            Check(id=5, project=msgspec.structs.replace(PROJECT, recipe=Recipe(batch_size=0))),
            "recipe.batch_size",
        ),
        ({"type": "nonsense", "id": 5}, "frame 1 from the window"),
        ({"type": "start", "id": 5}, "frame 1 from the window"),
    ],
)
def test_a_wrong_message_names_its_place_and_spoils_nothing(message: object, where: str) -> None:
    reader = framing.command_reader(
        stream(msgspec.msgpack.encode(message), msgspec.msgpack.encode(Stop()))
    )
    with pytest.raises(MessageError) as caught:
        reader.read()
    assert (caught.value.request, caught.value.problem.where) == (5, where)
    assert reader.read() == Stop()


@pytest.mark.parametrize(
    "array",
    [
        ["float32", [3], b"\0" * 11],
        ["float32", [-1], b""],
        ["object", [1], b"\0" * 8],
        ["float32", [2**40, 2**40], b""],
        ["uint8", [0, 2**60], b""],
        ["uint8", [1] * 70, b"\0"],
    ],
)
def test_an_array_that_lies_about_itself_is_refused(array: list[object]) -> None:
    body = msgspec.msgpack.encode(
        {"type": "measured", "stream": "s", "step": 1, "arrays": {"a": array}}
    )
    with pytest.raises(FrameError):
        framing.event_reader(stream(body)).read()


def test_a_curve_needs_as_many_steps_as_values() -> None:
    steps, values = Array.of(np.arange(3)), Array.of(np.zeros(2))
    with pytest.raises(ValueError, match=r"3.*steps.*2.*values"):
        Scalars(series={"loss": (steps, values)})


def test_what_is_too_long_or_has_no_form_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO()
    writer = framing.FrameWriter[Stop | Marker](pipe, 20)
    with pytest.raises(FrameError, match="too long"):
        writer.write(Marker(step=1, kind="x" * 40, text=""))
    with pytest.raises(FrameError, match="no wire form for object"):
        writer.write(Marker(step=1, kind="x", text="", values={"a": object()}))
    assert pipe.getvalue() == b""


def test_random_bytes_end_in_a_frame_error() -> None:
    chance = random.Random(0)
    good = msgspec.msgpack.encode(Check(id=1, project=PROJECT))
    refused = 0
    for _turn in range(2_000):
        body = bytearray(good)
        for _change in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            framing.command_reader(stream(bytes(body[: chance.randint(0, len(body))]))).read()
        except FrameError:
            refused += 1
    assert refused > 1_900
