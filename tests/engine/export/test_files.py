"""Several files at once: all are there, whole, or everything is as it was."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from engine.export.files import write_all
from engine.export.standing import InTheWayError, Origin, need_free, need_no_stranger, report_of
from projects.atomic import PREFIX
from projects.errors import FileError

ORIGIN = Origin("onnx", "1", ("n",))


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


@pytest.mark.parametrize("renamed", [True, False])
def test_what_cannot_be_put_back_is_kept_and_named(
    renamed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {tmp_path / name: b"new" for name in ("weights", "main")}
    for name in ("weights", "main"):
        (tmp_path / name).write_bytes(f"old {name}".encode())
    rename, calls = os.replace, []

    def broken(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) > 1:
            raise OSError(5, "no")
        rename(source, target)

    def no_rename(*_paths: object) -> None:
        raise OSError(5, "no")

    monkeypatch.setattr(os, "replace", broken)
    if not renamed:
        monkeypatch.setattr(os, "rename", no_rename)
    with pytest.raises(FileError, match="is kept here: ") as caught:
        write_all(wanted)
    assert caught.value.problem.where == str(tmp_path / "weights")
    place = Path(caught.value.problem.message.split("here: ")[1].removesuffix("."))
    assert place.read_bytes() == b"old weights"
    assert place.name.startswith(PREFIX) is not renamed  # what is called so is swept some day
    found = content(tmp_path)
    assert found.pop(place.name) == b"old weights"
    assert found == {"weights": b"new", "main": b"old main"}


def test_a_folder_of_that_name_is_met_before_anything_changes(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"old")
    (tmp_path / "main").mkdir()
    with pytest.raises(FileError, match="this is a folder"):
        write_all({tmp_path / "weights": b"new", tmp_path / "main": b"new"})
    assert content(tmp_path) == {"weights": b"old"}


def test_what_is_in_the_way_is_named_a_dead_link_too(tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"mine")
    (tmp_path / "same").write_bytes(b"new")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "other").symlink_to(tmp_path / "same")
    (tmp_path / "empty").touch()
    names = ("here", "same", "free", "link", "other", "empty")
    with pytest.raises(InTheWayError) as caught:
        need_free({tmp_path / name: b"new" for name in names}, tmp_path / "main", ORIGIN)
    assert [path.name for path in caught.value.files] == ["here", "link", "other"]
    free = {tmp_path / name: b"new" for name in ("same", "free", "empty")}
    need_free(free, tmp_path / "main", ORIGIN)


def reported(main: Path, **changed: Any) -> None:
    """A report that vouches for a file as it is."""
    digest = hashlib.sha256(main.read_bytes()).hexdigest()
    told = {"format": "onnx", "run": "1", "networks": {"n": {}}, "sha256": {main.name: digest}}
    report_of(main).write_text(json.dumps({**told, **changed}), encoding="utf-8")


@pytest.mark.parametrize("changed", [{"format": "keras"}, {"run": "2"}, {"networks": {"m": {}}}])
def test_only_the_same_export_replaces_what_nobody_has_touched(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    main = tmp_path / "main"
    main.write_bytes(b"exported")
    reported(main)
    need_no_stranger(main)
    need_free({main: b"new"}, main, ORIGIN)
    reported(main, **changed)
    need_no_stranger(main)
    with pytest.raises(InTheWayError) as caught:
        need_free({main: b"new"}, main, ORIGIN)
    assert set(caught.value.files) == {main, report_of(main)}


def test_another_report_vouches_before_the_work_and_not_after(tmp_path: Path) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.write_bytes(b"exported")
    other.write_bytes(b"exported")
    with pytest.raises(InTheWayError):
        need_no_stranger(main)
    reported(main)
    report_of(main).rename(report_of(other))
    need_no_stranger(main)
    need_free({main: b"exported"}, main, ORIGIN)
    with pytest.raises(InTheWayError):
        need_free({main: b"new"}, main, ORIGIN)
    main.write_bytes(b"touched")
    with pytest.raises(InTheWayError):
        need_no_stranger(main)


DEEP = b'{"sha256": {}, "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize("report", [b"[]", b"{}", b'{"sha256": 3}', b"\xff", DEEP, None])
def test_a_report_that_tells_nothing_frees_nothing(tmp_path: Path, report: bytes | None) -> None:
    main = tmp_path / "main"
    main.write_bytes(b"mine")
    if report is not None:
        report_of(main).write_bytes(report)
    with pytest.raises(InTheWayError) as early:
        need_no_stranger(main)
    with pytest.raises(InTheWayError) as late:
        need_free({main: b"new"}, main, ORIGIN)
    expected = (main,) if report is None else (main, report_of(main))
    assert early.value.files == late.value.files == expected
