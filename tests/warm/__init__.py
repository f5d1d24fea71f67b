"""Engine processes for tests of the window, ready in a moment.

An engine spends seconds of a core on importing torch, and the tests of the window need some eighty. Here one process
imports it once and becomes an engine by forking, as often as it is asked. What is tested is the engine as it is from its
first line on; how it starts for people is tested in ``tests/engine/process``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.client.process import COMMAND

ROOT = Path(__file__).parents[2]


@contextmanager
def warm_engines() -> Iterator[Sequence[str]]:
    """Yield the command that starts an engine; the plain one where a process cannot fork."""
    if sys.platform != "linux":
        yield COMMAND
        return
    with tempfile.TemporaryDirectory() as folder:
        place = os.path.join(folder, "door")
        mother = subprocess.Popen(
            [sys.executable, "-m", "tests.warm.mother", place], cwd=ROOT, stdin=subprocess.PIPE
        )
        try:
            yield (sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py")), place)
        finally:
            mother.communicate()
