"""Sets of OpenML: fetched only on demand, here from an OpenML of our own."""

from __future__ import annotations

import io
import json
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import IO, Any

import pytest

from engine.data import openml, openml_download
from engine.data.openml_download import download
from tests.engine.data.support import load, prepared, refused

ARFF = """% a comment
@RELATION people
@ATTRIBUTE 'age in years' NUMERIC
@ATTRIBUTE city {Rome,Oslo}
@ATTRIBUTE class {yes,no}
@DATA
20,Rome,yes
?,Oslo,no
30.5,?,yes
"""
FACTS: dict[str, Any] = {
    "name": "people",
    "version": "2",
    "format": "ARFF",
    "licence": "Public",
    "url": "https://www.openml.org/data/v1/download/7/people.arff",
    "default_target_attribute": "class",
}


class Answer(io.BytesIO):
    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.headers = {"Content-Length": str(len(content))}


class OpenMl:
    """Answers like openml.org."""

    def __init__(self, arff: bytes | None = ARFF.encode(), **facts: Any) -> None:
        self.asked: list[str] = []
        url = {**FACTS, **facts}["url"]
        listed = {"data": {"dataset": [{"did": "9"}, {"did": 7}]}}
        self.pages = {
            f"{openml_download.API}/list/data_name/people/status/active": json.dumps(listed),
            f"{openml_download.API}/7": json.dumps({"data_set_description": {**FACTS, **facts}}),
            url: arff,
        }

    @contextmanager
    def __call__(self, url: str) -> Iterator[IO[bytes]]:
        self.asked.append(url)
        page = self.pages.get(url)
        if page is None:
            raise urllib.error.HTTPError(url, 412, "Precondition Failed", Message(), None)
        yield Answer(page.encode() if isinstance(page, str) else page)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)


@pytest.mark.parametrize("name", ["people", "People", "7"])
def test_what_was_downloaded_is_read(name: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = download(name, lambda done, total: told.append((done, total)), OpenMl())
    assert path.parent == openml.folder()
    assert told[-1] == (len(ARFF), len(ARFF))
    found = load("openml", tmp_path, name=name)
    assert found.features == ("age in years", "city=Oslo", "city=Rome")
    assert found.inputs[0].tolist() == [20, 0, 1]
    assert found.inputs[2].tolist() == [30.5, 0, 0]
    assert found.classes == ("no", "yes")
    assert found.title == "people"
    dropped = load("openml", tmp_path, name=name, missing="drop", target="city")
    assert len(dropped.inputs) == 1


def test_a_project_downloads_nothing(tmp_path: Path) -> None:
    with refused(where="data.source.name", says="was not downloaded yet"):
        prepared("openml", tmp_path, name="people")
    download("people", opener=OpenMl())
    before = prepared("openml", tmp_path, name="people").fingerprint
    assert before
    with refused(where="data.source.name", says="was not downloaded yet"):
        prepared("openml", tmp_path, name="poeple")


@pytest.mark.parametrize("name", ["", "../people", "a b", "x" * 101, "peo\nple", "-x", "a/b"])
def test_names_that_are_none(name: str, tmp_path: Path) -> None:
    asked = OpenMl()
    with refused(where="data.source.name", says="by its name or its number"):
        download(name, opener=asked)
    assert asked.asked == []


def test_a_set_that_is_not_there() -> None:
    for name in ("nobody", "8"):
        with refused(where="data.source.name", says=f"OpenML has no set “{name}”"):
            download(name, opener=OpenMl())


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError("no route"),
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
        urllib.error.HTTPError("x", 503, "Unavailable", Message(), None),
    ],
)
def test_without_a_connection(error: Exception) -> None:
    def opener(url: str) -> Any:
        raise error

    with refused(where="data.source.name", says="openml.org cannot be reached"):
        download("people", opener=opener)
    assert openml.downloaded() == ()


@pytest.mark.parametrize(
    ("arff", "facts", "says"),
    [
        (b"", {}, "no table"),
        (b"\xff\xfe", {}, "no table"),
        (ARFF.replace("city {Rome,Oslo}", "city STRING").encode(), {}, "no table"),
        (ARFF.replace("20,Rome,yes", "{0 20, 1 Rome}").encode(), {}, "no table"),
        (ARFF.replace("20,Rome", "20,Paris").encode(), {}, "no table"),
        (ARFF[: ARFF.index("20,")].encode(), {}, "no table"),
        (ARFF.encode(), {"format": "Sparse_ARFF"}, "no table"),
        (ARFF.encode(), {"url": "https://evil.example/x.arff"}, "cannot be read"),
        (ARFF.encode(), {"url": "file:///etc/passwd"}, "cannot be read"),
        (ARFF.encode(), {"url": "https://notopenml.org/x"}, "cannot be read"),
    ],
)
def test_what_is_no_table(arff: bytes, facts: dict[str, Any], says: str) -> None:
    with refused(where="data.source.name", says=says):
        download("people", opener=OpenMl(arff, **facts))
    assert openml.downloaded() == ()


@pytest.mark.parametrize("page", ["", "[]", "{", '{"data_set_description": 3}'])
def test_strange_answers(page: str) -> None:
    opener = OpenMl()
    opener.pages[f"{openml_download.API}/7"] = page
    with refused(where="data.source.name", says="cannot be read"):
        download("7", opener=opener)


def test_an_endless_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openml_download, "MOST_BYTES", 100)
    with refused(where="data.source.name", says="larger than 100 bytes"):
        download("people", opener=OpenMl())


def test_a_damaged_card(tmp_path: Path) -> None:
    path = download("people", opener=OpenMl())
    path.with_suffix(".json").write_text("[]")
    with refused(where="people.json", says="damaged"):
        load("openml", tmp_path, name="people")


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from main import entry

    answers = OpenMl()
    monkeypatch.setattr(
        "engine.data.openml_download.download.__defaults__", (lambda a, b: None, answers)
    )
    assert entry(["download", "openml:people"]) == 0
    assert "people.csv" in capsys.readouterr().out
    assert entry(["download", "kaggle:people"]) != 0
    assert entry(["download", "openml:nobody"]) != 0
    assert "has no set" in capsys.readouterr().err
