"""Tables from OpenML that the person has downloaded; nothing is fetched here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from engine.data.base import Dataset, Place, Source
from engine.data.csv_table import CsvTable
from engine.data.places import stamp
from engine.data.table import Missing, Targets, Words
from projects.errors import DataError, did_you_mean
from projects.files import read_bytes
from projects.home import home
from projects.translation import gettext as _

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept beside a downloaded table.

    Attributes:
        id: Number of the set at OpenML.
        name: Its name there.
        version: Its version.
        target: The columns that are usually foretold.
        licence: What its page says.
    """

    id: int
    name: str
    version: int = 1
    target: tuple[str, ...] = ()
    licence: str = ""


def folder() -> Path:
    """Return where downloaded sets lie: in the person's home, not beside a project."""
    return home() / "openml"


def check_name(name: str) -> str:
    """Return the key of a set in small letters.

    Args:
        name: Name or number of a set.

    Raises:
        DataError: No set can be called so.
    """
    if not _NAME.match(name):
        raise DataError(
            _("a set of OpenML is called by its name or its number."),
            where="data.source.name",
            hint=_("For example “adult” or “1590”."),
        )
    return name.lower()


def downloaded() -> tuple[str, ...]:
    """Return the names and numbers under which sets lie here."""
    return tuple(sorted(path.stem for path in folder().glob("*.csv")))


class OpenMl(Source, frozen=True, kw_only=True, tag="openml"):
    """A table from openml.org, by name or number, once it was downloaded.

    *Download* or ``ganvas download openml:NAME`` fetches it. A project never downloads anything by itself:
    one from somebody else opens without a word to the network. Every set has its own licence, which its
    page at openml.org tells.
    """

    title: ClassVar[str] = "OpenML"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 80
    use: ClassVar[str] = (
        "For thousands of published tables with known results to compare with, such as credit-g, "
        "adult or mnist_784."
    )
    trouble: ClassVar[str] = (
        "A name may have several versions; the number is exact. Published results use folds of "
        "their own, not this split. Some sets hold numbers of rows or copies of the target among "
        "the features: look at the table first."
    )
    source: ClassVar[str] = (
        "Vanschoren et al. 2013, OpenML: networked science in machine learning; each set has its "
        "own licence"
    )

    name: Annotated[
        str, Meta(title="Name or number", description="As on openml.org.", max_length=100)
    ] = ""
    target: Annotated[
        str,
        Meta(
            title="Target column",
            description="Nothing: the one that OpenML names.",
            max_length=2000,
        ),
    ] = ""
    targets: Targets = "auto"
    words: Words = "*"
    missing: Missing = "mean"

    def fingerprint(self, place: Place) -> str:
        """Size and time of the downloaded file; see :meth:`Source.fingerprint`."""
        return stamp(self._file())

    def load(self, place: Place) -> Dataset:
        """Read the downloaded file; see :meth:`Source.load`."""
        path = self._file()
        card = _card(path)
        target = self.target or ",".join(card.target)
        table = CsvTable(
            path=path.name,
            target=target,
            targets=self.targets if target or self.targets == "none" else "none",
            words=self.words,
            missing=self.missing,
            delimiter="comma",
        )
        return replace(table.load(Place(path.parent)), title=card.name)

    def _file(self) -> Path:
        path = folder() / f"{check_name(self.name)}.csv"
        if not path.is_file():
            known = downloaded()
            near = did_you_mean(self.name.lower(), known) if known else ""
            hint = _("Press Download, or run “ganvas download openml:{name}”.").format(
                name=self.name
            )
            raise DataError(
                _("the set {name} of OpenML was not downloaded yet.").format(name=self.name),
                where="data.source.name",
                hint=f"{hint} {near}".strip(),
            )
        return path


def _card(path: Path) -> Card:
    beside = path.with_suffix(".json")
    try:
        return msgspec.json.decode(read_bytes(beside), type=Card)
    except msgspec.MsgspecError as error:
        raise DataError(
            _("what was noted of this set is damaged: {reason}.").format(reason=error),
            where=str(beside),
            hint=_("Download the set again."),
        ) from error
