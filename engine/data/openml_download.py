"""Downloading tables from OpenML, when the person asks for it and not otherwise."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np

from engine.data.openml import Card, check_name, folder
from projects.atomic import write
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

API = "https://www.openml.org/api/v1/json/data"
HOST = "openml.org"
MOST_BYTES = 2**30
MOST_FACTS = 8 * 2**20
_CHUNK = 2**18
WAIT_S = 30.0

Opener = Callable[[str], contextlib.AbstractContextManager[IO[bytes]]]
Progress = Callable[[int, int], None]


def _urlopen(url: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    return urllib.request.urlopen(url, timeout=WAIT_S)  # type: ignore[no-any-return]


def download(
    name: str,
    progress: Progress = lambda _done, _all: None,
    opener: Opener = _urlopen,
) -> Path:
    """Fetch a set and keep it as a CSV file in the person's home; return the file.

    Args:
        name: Name or number of the set.
        progress: Told how many bytes have come, of how many (0 where that is not known).
        opener: Opens addresses.

    Raises:
        DataError: There is no such set, it is no table, or OpenML cannot be reached.
    """
    key = check_name(name)
    number = int(key) if key.isdecimal() else _number_of(key, opener)
    facts = _facts(f"{API}/{number}", name, opener).get("data_set_description", {})
    card = _card(number, facts)
    text = _as_csv(name, _content(str(facts.get("url", "")), name, progress, opener))
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{key}.csv"
    write(path.with_suffix(".json"), msgspec.json.encode(card) + b"\n")
    write(path, text.encode())
    return path


def _number_of(key: str, opener: Opener) -> int:
    """The number of the newest active set of a name."""
    quoted = urllib.parse.quote(key)
    found = _facts(f"{API}/list/data_name/{quoted}/status/active", key, opener)
    sets = found.get("data", {}).get("dataset", [])
    numbers = [int(entry["did"]) for entry in sets if str(entry.get("did", "")).isdecimal()]
    if not numbers:
        raise _unknown(key)
    return min(numbers)  # the first one is the one that papers mean; newer ones have numbers


def _unknown(name: str) -> DataError:
    return DataError(
        _("OpenML has no set {name}.").format(name=shown(name)),
        where="data.source.name",
        hint=_("Look it up on openml.org; its number works, too."),
    )


def _facts(url: str, name: str, opener: Opener) -> dict[str, Any]:
    raw = _fetched(url, name, MOST_FACTS, lambda _done, _all: None, opener)
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise _strange(str(error)) from error
    if not isinstance(found, dict):
        raise _strange(_("expected an object"))
    return found


def _strange(reason: str) -> DataError:
    return DataError(
        _("OpenML answered what cannot be read: {reason}.").format(reason=shown(reason)),
        where="data.source.name",
        hint=_("Try again later."),
    )


def _card(number: int, facts: Any) -> Card:
    if not isinstance(facts, dict):
        raise _strange(_("expected an object"))
    if str(facts.get("format", "arff")).lower() not in ("arff", "parquet"):
        raise _no_table(str(facts.get("format")))
    target = str(facts.get("default_target_attribute") or "")
    version = str(facts.get("version", "1"))
    return Card(
        id=number,
        name=str(facts.get("name") or number),
        version=int(version) if version.isdecimal() else 1,
        target=tuple(part for part in target.split(",") if part),
        licence=str(facts.get("licence") or ""),
    )


def _no_table(reason: str) -> DataError:
    return DataError(
        _("this set is no table of numbers and words: {reason}.").format(reason=shown(reason)),
        where="data.source.name",
        hint=_("Choose another set."),
    )


def _content(url: str, name: str, progress: Progress, opener: Opener) -> bytes:
    """The file of a set; what it is called must lie at OpenML."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not (host == HOST or host.endswith(f".{HOST}")):
        raise _strange(_("the file lies at {host}").format(host=shown(host)))
    return _fetched(
        urllib.parse.urlunsplit(parts._replace(scheme="https")), name, MOST_BYTES, progress, opener
    )


def _fetched(url: str, name: str, most: int, progress: Progress, opener: Opener) -> bytes:
    content = bytearray()
    try:
        with opener(url) as answer:
            headers = getattr(answer, "headers", None) or {}
            length = str(headers.get("Content-Length") or "")
            total = int(length) if length.isdecimal() else 0
            while piece := answer.read(_CHUNK):
                content += piece
                if len(content) > most:
                    raise DataError(
                        _("the set is larger than {most:,} bytes.").format(most=most),
                        where="data.source.name",
                        hint=_("Choose a smaller one."),
                    )
                progress(len(content), total)
    except urllib.error.HTTPError as error:
        if error.code in (404, 412):  # OpenML says 412 for “no such set”
            raise _unknown(name) from error
        raise _offline(f"{error.code} {error.reason}") from error
    except (OSError, ValueError) as error:
        raise _offline(str(getattr(error, "reason", error))) from error
    return bytes(content)


def _offline(reason: str) -> DataError:
    return DataError(
        _("openml.org cannot be reached: {reason}.").format(reason=shown(reason)),
        where="data.source.name",
        hint=_("Look at the connection. Sets that were downloaded before work without one."),
    )


def _as_csv(name: str, content: bytes) -> str:
    """An ARFF file as CSV; missing values are empty."""
    from scipy.io import arff

    try:
        rows, meta = arff.loadarff(io.StringIO(content.decode()))
    except (
        arff.ArffError,
        NotImplementedError,
        UnicodeDecodeError,
        ValueError,
        TypeError,
        IndexError,
        StopIteration,
        KeyError,
    ) as error:
        raise _no_table(str(error) or type(error).__name__) from error
    if not len(rows) or len(meta.names()) < 2:
        raise _no_table(_("it has no row, or one column alone"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(meta.names())
    writer.writerows([_word(cell) for cell in row] for row in rows)
    return text.getvalue()


def _word(cell: Any) -> str:
    if isinstance(cell, (bytes, np.bytes_)):
        word = cell.decode("utf-8", "replace")
        return "" if word == "?" else word
    if isinstance(cell, (float, np.floating)):
        return "" if np.isnan(cell) else repr(float(cell)).removesuffix(".0")
    return str(cell)
