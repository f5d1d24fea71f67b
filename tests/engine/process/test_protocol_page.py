"""docs/protocol.md says what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from engine import framing, protocol
from engine.backlog import MOST_NOTES, MOST_POINTS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
MESSAGES = [*get_args(protocol.AnyCommand), *get_args(protocol.AnyEvent)]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda cls: cls.__name__)
def test_every_message_is_described_with_every_field(message: type[msgspec.Struct]) -> None:
    tag = message.__struct_config__.tag
    row = re.search(rf"^\| `{tag}` \|([^|]*)\|", PAGE, re.MULTILINE)
    assert row, f"no row for {tag}"
    described = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)|:[^|,]*", "", row[1])))
    assert described == {f.name for f in msgspec.structs.fields(message)} - {"id"}


def test_the_limits_are_those_of_the_code() -> None:
    assert f"| to the engine | {framing.MAX_COMMAND // framing.MIB} MiB |" in PAGE
    assert f"| from the engine | {framing.MAX_EVENT // framing.MIB} MiB |" in PAGE
    assert f"{MOST_POINTS:,}" in PAGE
    assert f"{MOST_NOTES:,}" in PAGE
    assert f"now **{protocol.VERSION}**" in PAGE


def test_the_client_on_the_page_works() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "'train'" in done.stdout.splitlines()[1]
