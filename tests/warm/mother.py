"""Forks engines: ``python -m tests.warm.mother SOCKET``, until its standard input ends."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys

import torch

from engine import __main__ as engine
from engine.compute.warmup import devices
from projects.translation import of_system, speak


def prepare() -> None:
    """Import what an engine and its first step import; no thread may be left, they would be missing in the children."""
    torch.set_num_threads(1)
    engine.load(training=False)
    parameter = torch.zeros(1, requires_grad=True)
    parameter.grad = torch.zeros(1)
    torch.optim.Adam([parameter], fused=True).step()
    devices()


def become_an_engine(streams: list[int], folder: str, environment: dict[str, str]) -> None:
    """Serve with these streams, in this folder and environment, and end."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    speak(of_system())
    code = 1
    try:
        code = engine.main([])
    finally:
        sys.stderr.flush()
        os._exit(code)


class Mother:
    """Opens the door, forks, and tells how each child ended.

    Args:
        place: Where the socket is.
    """

    def __init__(self, place: str) -> None:
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(place)
        self._door.listen()
        self._children: dict[int, socket.socket] = {}
        self._events = selectors.DefaultSelector()
        woken, waker = socket.socketpair()
        for each in (woken, waker):
            each.setblocking(False)
        self._woken, self._waker = woken, waker
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(waker.fileno())
        self._events.register(self._door, selectors.EVENT_READ, self._asked)
        self._events.register(woken, selectors.EVENT_READ, self._ended)
        self._events.register(0, selectors.EVENT_READ, None)

    def work(self) -> None:
        """Fork until standard input ends; then end the children that are left."""
        while True:
            for key, _mask in self._events.select():
                if key.data is None:
                    signal.set_wakeup_fd(-1)
                    for pid in self._children:
                        os.kill(pid, signal.SIGKILL)
                    return
                key.data()

    def _asked(self) -> None:
        caller, _address = self._door.accept()
        streams: list[int] = []
        try:
            size, streams, _flags, _from = socket.recv_fds(caller, 4, 3)
            told = json.loads(caller.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
        except (OSError, ValueError):  # it was killed before it had asked
            caller.close()
            for stream in streams:
                os.close(stream)
            return
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            self._events.close()
            for each in (caller, self._door, *self._children.values()):
                each.close()
            become_an_engine(streams, told["folder"], told["environment"])
        for stream in streams:
            os.close(stream)
        with contextlib.suppress(OSError):  # it may be gone: then its end is heard next
            caller.sendall(pid.to_bytes(4, "big"))
        self._children[pid] = caller
        self._events.register(caller, selectors.EVENT_READ, lambda: self._orphaned(pid))

    def _orphaned(self, pid: int) -> None:
        if (caller := self._children.get(pid)) is not None:
            self._events.unregister(caller)
            os.kill(pid, signal.SIGKILL)

    def _ended(self) -> None:
        self._woken.recv(1024)
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            caller = self._children.pop(pid)
            if caller.fileno() in {key.fd for key in self._events.get_map().values()}:
                self._events.unregister(caller)
                with contextlib.suppress(OSError):
                    caller.sendall(
                        os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True)
                    )
            caller.close()


if __name__ == "__main__":
    prepare()
    Mother(sys.argv[1]).work()
