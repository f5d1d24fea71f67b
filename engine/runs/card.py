"""What a person says about a run: a name, tags, a note; kept in a small file that no training writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.runs.folder import CARD
from projects.atomic import write
from projects.errors import FileError, RunError
from projects.files import read_bytes
from projects.translation import gettext as _

MOST_NAME, MOST_TAGS, MOST_NOTE = 120, 20, 20_000
Name = Annotated[str, Meta(max_length=MOST_NAME)]


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What ``card.json`` holds.

    Attributes:
        name: What the run is called instead of the word and the time of its folder; empty for these.
        tags: Words by which it is found.
        note: Anything.
        pinned: Whether it stands above the others.
        hidden: Whether lists leave it out.
    """

    name: Name = ""
    tags: Annotated[tuple[Name, ...], Meta(max_length=MOST_TAGS)] = ()
    note: Annotated[str, Meta(max_length=MOST_NOTE)] = ""
    pinned: bool = False
    hidden: bool = False


BLANK = Card()


def read_card(run: Path) -> Card:
    """Return what is said about a run; nothing where nothing is, or where the file is damaged."""
    path = run / CARD
    if not os.path.isfile(path):
        return BLANK
    try:
        return msgspec.json.decode(read_bytes(path), type=Card)
    except (FileError, msgspec.MsgspecError, RecursionError):
        return BLANK


def write_card(run: Path, card: Card) -> None:
    """Keep what is said about a run; where nothing is, no file stays.

    Raises:
        RunError: There is no such run.
        FileError: It cannot be written.
    """
    if not run.is_dir():
        raise RunError(_("this run is gone."), where=str(run))
    path = run / CARD
    if card != BLANK:
        write(path, msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n", False)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(error.strerror or str(error), where=str(path)) from error
