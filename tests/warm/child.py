"""Stands for an engine that another process forks: ``child.py SOCKET``.

It hands its three streams, folder and environment over, passes signals on, and ends as the engine ends. When it is killed,
so is the engine.
"""

import json
import os
import signal
import socket
import sys
import time

PATIENCE = 60.0


def number_of(door: socket.socket) -> int:
    """Return the next number that is told; the end of the other side is none."""
    told = door.recv(4, socket.MSG_WAITALL)
    if len(told) < 4:
        raise ConnectionError
    return int.from_bytes(told, "big", signed=True)


def main(place: str) -> None:
    """Have an engine forked, and end with its exit status."""
    door = socket.socket(socket.AF_UNIX)
    late = time.monotonic() + PATIENCE
    while True:
        try:
            door.connect(place)
            break
        except OSError:
            if time.monotonic() > late:
                raise
            time.sleep(0.02)
    told = json.dumps({"folder": os.getcwd(), "environment": dict(os.environ)}).encode()
    socket.send_fds(door, [len(told).to_bytes(4, "big")], [0, 1, 2])
    door.sendall(told)
    for stream in (0, 1, 2):
        os.close(stream)
    pid = number_of(door)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda number, _frame: os.kill(pid, number))
    status = number_of(door)
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


main(sys.argv[1])
