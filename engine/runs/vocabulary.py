"""The tokens that a run learned with, kept in its folder: what index means what.

A run reads its data again to answer. Had the texts changed meanwhile, the same words would get other
indices, and the network would be asked about other words than it learned.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.data.base import DataInfo
from engine.runs.folder import RunFolder
from projects.atomic import write
from projects.errors import FileError, RunError
from projects.files import read_bytes
from projects.translation import gettext as _


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """What ``vocabulary.json`` holds.

    Attributes:
        tokenizer: What makes tokens of texts; see :mod:`engine.data.tokens`.
        lowercase: Whether capital letters are made small first.
        padding: The index that fills short texts up, or None.
        tokens: The text of every index.
    """

    tokenizer: str = ""
    lowercase: bool = False
    padding: int | None = None
    tokens: tuple[str, ...] = ()


def vocabulary_of(info: DataInfo) -> Vocabulary:
    """Return the vocabulary of a data set."""
    return Vocabulary(
        tokenizer=info.tokenizer,
        lowercase=info.lowercase,
        padding=info.padding,
        tokens=info.tokens,
    )


def write_vocabulary(run: Path, info: DataInfo) -> None:
    """Keep the vocabulary of a run's data beside the project; sets without tokens have none.

    Raises:
        FileError: It cannot be written.
    """
    if info.tokens:
        content = msgspec.json.encode(vocabulary_of(info)) + b"\n"
        write(RunFolder(run).vocabulary, content, follow_link=False)


def need_vocabulary(run: Path, info: DataInfo) -> None:
    """Refuse to ask a run about texts that are numbered otherwise than those it learned from.

    Args:
        run: The run folder; without a vocabulary, as older runs are, nothing is asked.
        info: The data as they are now.

    Raises:
        RunError: The file is damaged, or the vocabulary is another one.
    """
    path = RunFolder(run).vocabulary
    if not path.is_file():
        return
    try:
        kept = msgspec.json.decode(read_bytes(path), type=Vocabulary)
    except (msgspec.MsgspecError, FileError) as error:
        raise RunError(
            _("the vocabulary is damaged: {reason}.").format(reason=error),
            where=str(path),
            hint=_("Without this file the vocabulary of the data as they are now counts."),
        ) from error
    if kept != vocabulary_of(info):
        raise RunError(
            _("the data have another vocabulary than when this run was begun."),
            where=str(path),
            hint=_("Put the old data back, or train anew."),
        )
