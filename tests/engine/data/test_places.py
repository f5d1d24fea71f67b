"""Which files a project may read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.data import places
from engine.data.base import Place
from engine.data.places import is_network, resolve, resolve_file, stamp
from projects.errors import DataError
from tests.engine.data.support import check_words, refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder with ``in.csv``, beside a secret that is none of its business."""
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "in.csv").write_text("a,b\n1,2\n")
    made = tmp_path / "project"
    (made / "sub").mkdir(parents=True)
    (made / "in.csv").write_text("a,b\n1,2\n")
    return made


@pytest.mark.parametrize("text", ["in.csv", "./in.csv", "sub/../in.csv", "sub//..//in.csv"])
def test_files_inside_are_read(folder: Path, text: str) -> None:
    assert resolve(text, Place(folder)) == folder / "in.csv"
    assert resolve(str(folder / "in.csv"), Place(folder)) == folder / "in.csv"


@pytest.mark.parametrize(
    "text",
    [
        "../secret.csv",
        "sub/../../secret.csv",
        "/etc/passwd",
        "/",
        "..",
        "~",
        "~root/.profile",
        "//server/share/in.csv",
        "\\\\server\\share\\in.csv",
        "smb://server/in.csv",
        "file:///etc/passwd",
        "https://example.org/in.csv",
    ],
)
def test_paths_that_leave_the_folder_need_a_word(folder: Path, text: str) -> None:
    with refused(where="data.source.path", says="outside"):
        resolve(text, Place(folder))


@pytest.mark.parametrize("target", ["secret.csv", "private"])
def test_links_are_followed_before_they_are_judged(folder: Path, target: str) -> None:
    (folder / "link").symlink_to(folder.parent / target)
    (folder / "relative").symlink_to(Path("..", target))
    inside = "in.csv" if target == "private" else ""
    for name in ("link", "relative"):
        with refused(where="data.source.path", says="outside"):
            resolve(f"{name}/{inside}".rstrip("/"), Place(folder))


def test_links_that_stay_inside_are_fine(folder: Path) -> None:
    (folder / "link.csv").symlink_to("in.csv")
    assert resolve("link.csv", Place(folder)).read_text() == "a,b\n1,2\n"


def test_a_project_behind_a_link_reads_its_own_files(folder: Path) -> None:
    alias = folder.parent / "alias"
    alias.symlink_to(folder)
    assert resolve("in.csv", Place(alias)).is_file()
    with refused(where="data.source.path", says="outside"):
        resolve("../secret.csv", Place(alias))


def test_what_was_allowed_is_read(folder: Path) -> None:
    secret = folder.parent / "secret.csv"
    place = Place(folder, frozenset({secret}))
    assert resolve("../secret.csv", place) == secret
    with refused(where="data.source.path", says="outside"):
        resolve("../private/in.csv", place)
    assert resolve("../private/in.csv", Place(folder, frozenset({folder.parent / "private"})))
    with refused(where="data.source.path", says="outside"):
        resolve("../secret.csvx", place)


def test_a_word_is_remembered(folder: Path) -> None:
    place = Place(folder)
    places.allow(folder.parent / "secret.csv")
    assert resolve("../secret.csv", place)
    places.allow(folder.parent / "private")
    assert len(places.allowed()) == 2
    assert resolve("../private/in.csv", place)


def test_a_damaged_list_of_allowed_files_allows_nothing(folder: Path, home: Path) -> None:
    places.allow(folder.parent)
    (home / "allowed-data.txt").write_bytes(b"\xff\xfe\n")
    with refused(where="data.source.path", says="outside"):
        resolve("../secret.csv", Place(folder))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no file was chosen"),
        ("  ", "no file was chosen"),
        ("missing.csv", "there is no"),
        ("in.csv/deeper", "there is no"),
        ("a\0b", "no path"),
        ("x" * 5000, "no path"),
        ("~nobody-of-this-name/in.csv", "no path"),
        ("\ud800.csv", "no path"),
    ],
)
def test_paths_that_cannot_be(folder: Path, text: str, says: str) -> None:
    with refused(where="data.source.path", says=says):
        resolve(text, Place(folder))


def test_a_circle_of_links(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    with refused(where="data.source.path", says=""):
        resolve("a", Place(folder))


def test_only_ordinary_files_are_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    for text in ("pipe.csv", "sub", "."):
        with refused(where="data.source.path", says="no file"):
            resolve_file(text, Place(folder))
    assert resolve_file("in.csv", Place(folder)).name == "in.csv"


def test_odd_names_work(folder: Path) -> None:
    for name in ("ünï 数据 🎨.csv", "a b'c\".csv", "-rf.csv", "x" * 250):
        (folder / name).write_text("a,b\n1,2\n")
        assert resolve_file(name, Place(folder)).is_file()


def test_a_stamp_changes_with_the_file(folder: Path) -> None:
    before = stamp(folder / "in.csv")
    (folder / "in.csv").write_text("a,b\n1,2\n3,4\n")
    assert stamp(folder / "in.csv") != before
    assert stamp(folder / "gone") == "missing"


@pytest.mark.parametrize("text", ["//a/b", "\\\\a\\b", "ftp://a", "nfs://x/y"])
def test_network_paths_are_known(text: str) -> None:
    assert is_network(text)
    assert not is_network(text.lstrip("/\\").replace("://", "/"))


def test_the_hint_says_what_to_do(folder: Path) -> None:
    with pytest.raises(DataError) as caught:
        resolve("../secret.csv", Place(folder))
    check_words(caught.value.problem, "data.source.path", "../secret.csv")
    assert "Data tab" in caught.value.problem.hint
