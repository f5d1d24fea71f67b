"""Frames on a byte stream: a 4-byte big-endian length, then a msgpack body of that many bytes.

Both ends check before they trust: a length above the limit, a stream that ends inside a frame and a
body that is not one of the expected messages are :class:`FrameError`s that say which frame it
was. Nobody searches for the next frame after such an error; the connection is closed.
"""

from __future__ import annotations

import re
import threading
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec
import numpy as np

from engine.protocol import AnyCommand, AnyEvent
from projects.errors import UserError
from projects.translation import gettext as _

HEADER = 4
MIB = 2**20
MAX_COMMAND = 64 * MIB
MAX_EVENT = 256 * MIB

_IN_PROJECT = re.compile(r"\.(?:project\.)?((?:data|networks|objective|recipe|probes)\b.*)`")

M = TypeVar("M")


class FrameError(UserError):
    """What came over the wire is not a frame of this conversation."""


class MessageError(FrameError):
    """A whole, well-formed frame whose message breaks the schema; the stream itself is sound.

    Args:
        message: What was wrong, as a sentence.
        where: The frame.
        request: The message's ``id``, so that the sender can be answered.
    """

    def __init__(self, message: str, *, where: str, request: int) -> None:
        super().__init__(message, where=where)
        self.request = request


class _Head(msgspec.Struct):
    """The part that every message has."""

    type: str
    id: int = 0


_read_head = msgspec.msgpack.Decoder(_Head).decode


class FrameReader(Generic[M]):
    """Reads one kind of message from a stream.

    Args:
        stream: Blocking binary stream.
        kind: The union of messages that may come.
        limit: Bytes of the longest body allowed.
        name: Who speaks, for messages (``engine``).
    """

    def __init__(self, stream: BinaryIO, kind: Any, limit: int, name: str) -> None:
        self._stream = stream
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._limit = limit
        self._name = name
        self._count = 0

    def read(self) -> M | None:
        """Return the next message, or None when the stream ended between two frames.

        Raises:
            FrameError: The stream can not be read any further.
            MessageError: This message is wrong; the next may be read.
        """
        header = self._exactly(HEADER)
        if not header:
            return None
        self._count += 1
        if len(header) < HEADER:
            raise self._error(_("the stream ended inside the length of a frame."))
        size = int.from_bytes(header, "big")
        if size > self._limit:
            raise self._error(
                _("a frame of {size} bytes was announced; at most {limit} are allowed.").format(
                    size=size, limit=self._limit
                )
            )
        body = self._exactly(size)
        if len(body) < size:
            raise self._error(
                _("the stream ended after {got} of {size} bytes.").format(got=len(body), size=size)
            )
        return self._message(body)

    def _exactly(self, size: int) -> bytes:
        """Read ``size`` bytes, fewer only where the stream ends."""
        data = self._stream.read(size)
        if len(data) in (0, size):
            return data
        parts = [data]
        missing = size - len(data)
        while missing and (data := self._stream.read(missing)):
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def _message(self, body: bytes) -> M:
        try:
            return self._decode(body)  # type: ignore[no-any-return]
        except msgspec.ValidationError as error:
            raise self._invalid(body, error) from error
        except (ValueError, RecursionError, OverflowError, MemoryError) as error:
            raise self._error(
                _("the body is not msgpack: {reason}.").format(reason=error)
            ) from error

    def _invalid(self, body: bytes, error: Exception) -> FrameError:
        try:
            head = _read_head(body)
        except (ValueError, RecursionError, OverflowError):
            return self._error(_("this is no message: {reason}.").format(reason=error))
        reason, _at, path = str(error).partition(" - at `$")
        place = _IN_PROJECT.fullmatch(path)
        text = _("a message “{type}” breaks the rules: {reason}.").format(
            type=head.type[:40], reason=reason if place else error
        )
        where = place[1] if place else self._where()
        return MessageError(text, where=where, request=head.id)

    def _where(self) -> str:
        return _("frame {number} from the {name}").format(number=self._count, name=self._name)

    def _error(self, message: str) -> FrameError:
        return FrameError(message, where=self._where())


def _plain(value: Any) -> Any:
    """Numbers of numpy travel as plain numbers, kinds of text as text."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"no wire form for {type(value).__name__}")


class FrameWriter(Generic[M]):
    """Writes messages to a stream, one whole frame at a time, from any thread.

    Args:
        stream: Binary stream.
        limit: Bytes of the longest body allowed.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._encode = msgspec.msgpack.Encoder(enc_hook=_plain).encode
        self._lock = threading.Lock()

    def frame(self, message: M) -> bytes:
        """Return the whole frame of a message.

        Raises:
            FrameError: The message is longer than the other side would take, or holds what has no
                form on the wire.
        """
        try:
            body = self._encode(message)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise FrameError(
                _("a message “{type}” can not be sent: {reason}.").format(
                    type=type(message).__name__, reason=error
                )
            ) from error
        if len(body) > self._limit:
            raise FrameError(
                _("a message “{type}” of {size} bytes is too long; {limit} are allowed.").format(
                    type=type(message).__name__, size=len(body), limit=self._limit
                )
            )
        return len(body).to_bytes(HEADER, "big") + body

    def write(self, message: M) -> None:
        """Send one message.

        Raises:
            FrameError: As in :meth:`frame`; nothing was sent.
            OSError: The other side is gone.
        """
        self.send(self.frame(message))

    def send(self, frame: bytes) -> None:
        """Send what :meth:`frame` made.

        Raises:
            OSError: The other side is gone.
        """
        with self._lock:
            self._stream.write(frame)
            self._stream.flush()


def command_reader(stream: BinaryIO) -> FrameReader[AnyCommand]:
    """What an engine reads."""
    return FrameReader(stream, AnyCommand, MAX_COMMAND, "window")


def command_writer(stream: BinaryIO) -> FrameWriter[AnyCommand]:
    """What a window writes."""
    return FrameWriter(stream, MAX_COMMAND)


def event_reader(stream: BinaryIO) -> FrameReader[AnyEvent]:
    """What a window reads."""
    return FrameReader(stream, AnyEvent, MAX_EVENT, "engine")


def event_writer(stream: BinaryIO) -> FrameWriter[AnyEvent]:
    """What an engine writes."""
    return FrameWriter(stream, MAX_EVENT)
