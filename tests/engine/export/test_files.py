"""Several files at once: all are there, whole, or everything is as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.export.files import InTheWayError, need_free, write_all
from projects.errors import FileError


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("failing", [1, 2, 3])
@pytest.mark.parametrize("linked", [True, False])
def test_a_failure_midway_leaves_what_was_there(
    failing: int, linked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").write_bytes(b"old weights")
    (tmp_path / "main").write_bytes(b"old main")
    before = content(tmp_path)
    rename, calls = os.replace, []

    def broken(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == failing:
            raise OSError(13, "no")
        rename(source, target)

    def no_link(*_paths: object, **_options: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "replace", broken)
    if not linked:
        monkeypatch.setattr(os, "link", no_link)
    wanted = {tmp_path / name: name.encode() for name in ("weights", "report", "main")}
    with pytest.raises(FileError, match="cannot be written"):
        write_all(wanted)
    assert content(tmp_path) == before
    write_all(wanted)
    assert content(tmp_path) == {name: name.encode() for name in ("weights", "report", "main")}


def test_a_folder_of_that_name_is_met_before_anything_changes(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"old")
    (tmp_path / "main").mkdir()
    with pytest.raises(FileError, match="this is a folder"):
        write_all({tmp_path / "weights": b"new", tmp_path / "main": b"new"})
    assert content(tmp_path) == {"weights": b"old"}


def test_what_is_in_the_way_is_named_a_dead_link_too(tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").touch()
    need_free([tmp_path / "free", tmp_path / "empty"], tmp_path / "main")
    with pytest.raises(InTheWayError) as caught:
        need_free((tmp_path / name for name in ("here", "free", "link")), tmp_path / "main")
    assert [path.name for path in caught.value.files] == ["here", "link"]


@pytest.mark.parametrize("report", [b"", b"[]", b"{}", b'{"sha256": 3}', b"\xff", None])
def test_a_report_that_tells_nothing_frees_nothing(tmp_path: Path, report: bytes | None) -> None:
    (tmp_path / "main").write_bytes(b"mine")
    if report is not None:
        (tmp_path / "main.json").write_bytes(report)
    with pytest.raises(InTheWayError):
        need_free([tmp_path / "main"], tmp_path / "main")
