"""Texts of window, engine and command line come from the same translation."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXTS = {
    "": "Content-Type: text/plain; charset=UTF-8\n",
    "Samples": "Proben",
    "run folder": "Ordner eines Laufs",
    "Untitled": "Namenlos",
}
LOOK = """
import sys
from pathlib import Path
from projects.translation import speak
speak("xx", Path(sys.argv[1]))
from engine.headless.arguments import build_parser
from engine.headless.results import COMMANDS
from workbench.commands.file import empty_project
from workbench.panels.samples import SamplesPanel
print(SamplesPanel.title, empty_project("classification").name)
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
