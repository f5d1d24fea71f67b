"""Opening and saving: located errors, untouched bytes, newer and older formats, saves that fail."""

from __future__ import annotations

import errno
import math
import os
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from projects import atomic, files
from projects.errors import FileError, ProjectError
from projects.files import dumps, load, loads, parse, save
from projects.migrate import migrate
from projects.schema import Network, Node, Plug, Project
from tests.projects.samples import FULL, SMALL

HAND_FORMATTED = """\
# My own remark
format:    ganvas/1
objective: {type:  classification}   # and another
data:
    source: {type: digits}
networks:
    classifier:
        nodes:
            output: {type: output}
            input: {type: input}
        wires: [ input -> output ]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    made = tmp_path / "projects"
    made.mkdir()
    return made


@pytest.mark.parametrize("project", [SMALL, FULL], ids=["small", "full"])
@pytest.mark.parametrize("name", ["p.yaml", "Übung – 1 日本.yaml", "x" * 240 + ".yaml", "a b.yml"])
def test_saved_and_opened_again(project: Project, name: str, folder: Path) -> None:
    path = folder / name
    text = save(project, path)
    loaded = load(path)
    assert loaded.project == project
    assert loaded.text == text == path.read_text(encoding="utf-8") == dumps(project)
    assert (loaded.readonly, loaded.version) == (False, "ganvas/1")
    assert os.listdir(folder) == [name]


def test_saving_an_untouched_file_changes_no_byte(folder: Path) -> None:
    path = folder / "p.yaml"
    path.write_text(HAND_FORMATTED)
    before = path.stat()
    assert save(load(path).project, path) == HAND_FORMATTED
    assert path.read_text() == HAND_FORMATTED
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_saving_under_another_name_keeps_the_untouched_text(folder: Path) -> None:
    loaded = parse(HAND_FORMATTED)
    save(loaded.project, folder / "copy.yaml", loaded)
    assert (folder / "copy.yaml").read_text() == HAND_FORMATTED
    edited = msgspec.structs.replace(loaded.project, name="Other")
    save(edited, folder / "copy.yaml", loaded)
    assert (folder / "copy.yaml").read_text() == dumps(edited)


def test_a_change_of_order_alone_is_saved(folder: Path) -> None:
    path = folder / "p.yaml"
    path.write_text(HAND_FORMATTED)
    project = load(path).project
    network = project.networks["classifier"]
    turned = msgspec.structs.replace(network, nodes=dict(reversed(network.nodes.items())))
    save(msgspec.structs.replace(project, networks={"classifier": turned}), path)
    assert list(load(path).project.networks["classifier"].nodes) == ["input", "output"]


def test_a_link_is_followed_and_permissions_are_kept(folder: Path) -> None:
    (folder / "real").mkdir()
    target, link = folder / "real" / "p.yaml", folder / "link.yaml"
    save(SMALL, target)
    target.chmod(0o640)
    link.symlink_to(target)
    save(FULL, link)
    assert link.is_symlink()
    assert load(target).project == FULL
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def _fail_at(monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise error

    if step == "write":

        class Full:
            def __init__(self, file: Any) -> None:
                self._file = file

            def __enter__(self) -> Any:
                return self

            def __exit__(self, *caught: object) -> None:
                self._file.close()

            def write(self, content: bytes) -> int:
                self._file.write(content[: len(content) // 2])
                raise error

        def half_open(*args: Any, **options: Any) -> Full:
            return Full(open(*args, **options))

        monkeypatch.setattr(atomic, "open", half_open, raising=False)
    elif step == "open":
        monkeypatch.setattr(atomic, "open", fail, raising=False)
    else:
        monkeypatch.setattr(f"projects.atomic.os.{step}", fail)


@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EACCES, "Permission denied"),
        OSError(errno.EIO, "Input/output error"),
    ],
    ids=["full", "denied", "broken"],
)
def test_a_save_that_fails_leaves_the_old_file_whole(
    step: str, error: OSError, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "p.yaml"
    save(SMALL, path)
    with monkeypatch.context() as patch:
        _fail_at(patch, step, error)
        with pytest.raises(FileError) as caught:
            save(FULL, path)
    assert str(path) in caught.value.problem.where
    assert os.listdir(folder) == ["p.yaml"]
    assert path.read_text(encoding="utf-8") == dumps(SMALL)
    if error.errno == errno.ENOSPC:
        assert isinstance(caught.value, atomic.DiskFullError)
        assert caught.value.size == len(dumps(FULL).encode())


class KilledError(BaseException):
    """Stands for a kill: nothing handles it."""


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_kill_leaves_the_old_file_and_its_stray_is_swept(
    step: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "p.yaml"
    save(SMALL, path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *a, **k: (_ for _ in ()).throw(KilledError()))
        _fail_at(patch, step, KilledError())
        with pytest.raises(KilledError):
            save(FULL, path)
    assert path.read_text(encoding="utf-8") == dumps(SMALL)
    strays = [name for name in os.listdir(folder) if name.startswith(atomic.PREFIX)]
    assert len(strays) == 1
    atomic.sweep(folder, older_than=3600)
    assert len(os.listdir(folder)) == 2
    atomic.sweep(folder)
    assert os.listdir(folder) == ["p.yaml"]


def test_after_the_rename_the_new_file_is_there_whatever_happens(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "p.yaml"
    save(SMALL, path)

    def fail(place: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(atomic, "sync_folder", fail)
    with pytest.raises(FileError):
        save(FULL, path)
    assert path.read_text(encoding="utf-8") == dumps(FULL)


def test_a_folder_that_is_not_there(folder: Path) -> None:
    with pytest.raises(FileError, match="cannot be written"):
        save(SMALL, folder / "missing" / "p.yaml")


def test_what_is_not_a_file_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    for name, words in [
        ("pipe.yaml", "is not a file"),
        ("", "is not a file"),
        ("missing.yaml", "no such file"),
        ("a\0b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ]:
        with pytest.raises(FileError) as caught:
            load(folder / name)
        assert words in caught.value.problem.message


HEAD = "format: ganvas/1\nobjective: {type: classification}\ndata: {source: {type: digits}}\n"
NET = HEAD + "networks:\n  net:\n    nodes:\n      a: {type: input}\n      b: {type: output}\n"


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        (HEAD + "recipe: {epocs: 3}", "recipe.epocs", "Did you mean “epochs”?"),
        (HEAD + "receipe: {}", "receipe", "Did you mean “recipe”?"),
        (HEAD + "recipe: {epochs: 0}", "recipe.epochs", "from 1 to 1,000,000"),
        (HEAD + "recipe: {epochs: no}", "recipe.epochs", "got “no”"),
        (HEAD + "recipe: {seed: 1.5}", "recipe.seed", "a whole number"),
        (HEAD + "recipe: {seed: true}", "recipe.seed", "a whole number"),
        (HEAD + "recipe: {on_nan: stopp}", "recipe.on_nan", "Did you mean “stop”?"),
        (HEAD + "recipe: {optimizer: adam}", "recipe.optimizer", "{type: adam}"),
        (HEAD + "recipe: {optimizer: {lr: 1}}", "recipe.optimizer.type", "is missing"),
        (HEAD + "recipe: {optimizer: {type: 1}}", "recipe.optimizer.type", "got 1"),
        (HEAD + "recipe: {optimizers: {a b: {type: x}}}", "recipe.optimizers", "“a b”"),
        (HEAD + "recipe: []", "recipe", "group of named settings"),
        (HEAD + "recipe: {early_stopping: 3}", "recipe.early_stopping", "group of named"),
        (HEAD + "probes: {type: health}", "probes", "expected a list"),
        (HEAD + "probes: [health]", "probes.0", "expected a group"),
        (HEAD + "name: 3", "name", "expected text of at most 200"),
        (HEAD + "name: " + "x" * 201, "name", "at most 200 characters"),
        (HEAD + "networks: {1a: {}}", "networks", "cannot be a name"),
        (HEAD + "networks: {a: {nodes: {x.y: {type: input}}}}", "networks.a.nodes", "“x.y”"),
        (HEAD + "networks: {a: {layers: {}}}", "networks.a.layers", "no setting"),
        (NET + "    wires: [a => b]", "networks.net.wires.0", "a wire such as"),
        (NET + "    wires: [a -> b, a -> ]", "networks.net.wires.1", "a wire such as"),
        (NET + "    wires: [a.b.c -> b]", "networks.net.wires.0", "a wire such as"),
        (NET + "    wires: [3]", "networks.net.wires.0", "got 3"),
        (NET + "      c: {at: [0, 0]}", "networks.net.nodes.c.type", "is missing"),
        (NET + "      c: {type: add, at: [0]}", "networks.net.nodes.c.at", "list of 2 numbers"),
        (NET + "      c: {type: add, at: x}", "networks.net.nodes.c.at", "got “x”"),
        (NET + "      c: {type: add, shares: 3}", "networks.net.nodes.c.shares", "got 3"),
        (NET + "      c: relu", "networks.net.nodes.c", "a layer such as"),
        ("format: ganvas/1\nobjective: {type: gan}", "data", "is missing"),
        ("format: ganvas/1\ndata: {source: {type: x}}", "objective", "is missing"),
        ("format: ganvas/1\nobjective: {type: gan}\ndata: {}", "data.source", "is missing"),
        (HEAD + "recipe: {clip_norm: 0}", "recipe.clip_norm", "above 0"),
        ("name: x", "format", "not a Ganvas project"),
        ("just words", "format", "not a Ganvas project"),
        ("format: ganvas/0", "format", "expected ganvas/1"),
        ("format: keras/1", "format", "expected ganvas/1"),
        ("format: [1]", "format", "expected ganvas/1"),
    ],
)
def test_every_mistake_names_its_place_and_what_to_do(text: str, where: str, words: str) -> None:
    with pytest.raises(ProjectError) as caught:
        loads(text, "x.yaml")
    assert caught.value.problem.where == where
    assert words in str(caught.value)


def test_the_shares_of_a_split_leave_something_to_learn() -> None:
    split = "{validation: 0.5, test: 0.5}"
    with pytest.raises(ProjectError, match="nothing is left to learn"):
        loads(HEAD.replace("{type: digits}}", "{type: digits}, split: " + split + "}"))


def test_the_line_of_a_mistake_is_named() -> None:
    with pytest.raises(ProjectError, match=r"\(line 10\)"):
        loads(NET + "    wires:\n      - a ~ b")


def test_a_newer_format_opens_read_only_and_keeps_what_it_does_not_know(folder: Path) -> None:
    text = HEAD.replace("ganvas/1", "ganvas/2") + "mood: blue\nrecipe: {epochs: 3, tides: {a: 1}}\n"
    path = folder / "p.yaml"
    path.write_text(text)
    loaded = load(path)
    assert loaded.readonly
    assert loaded.version == loaded.project.format == "ganvas/2"
    assert loaded.project.recipe.epochs == 3
    assert loaded.text == text
    assert save(loaded.project, path) == text
    assert save(loaded.project, folder / "copy.yaml", loaded) == text
    edited = msgspec.structs.replace(loaded.project, name="Edited")
    with pytest.raises(ProjectError, match="newer format"):
        save(edited, path, loaded)
    assert path.read_text() == text


def test_older_formats_migrate_step_by_step() -> None:
    steps = {
        1: lambda values: {**values, "one": 1},
        2: lambda values: {**values, "two": values["one"] + 1},
    }
    made = migrate({"format": "ganvas/1"}, steps, current=3)
    assert made == {"format": "ganvas/3", "one": 1, "two": 2}
    assert migrate({"format": "ganvas/9"}, steps, current=3) == {"format": "ganvas/9"}
    with pytest.raises(ProjectError, match="too old"):
        migrate({"format": "ganvas/1"}, {}, current=3)


def test_the_folder_of_a_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert files.folder_of(Path("p.yaml")) == folder


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": "x" * 201}, "name"),
        ({"networks": {"my net": Network()}}, "networks"),
        ({"networks": {"n": Network(nodes={"a": Node(type="relu", at=(math.nan, 0.0))})}}, "at"),
        ({"objective": Plug("")}, "objective.type"),
    ],
)
def test_nothing_is_saved_that_could_not_be_opened_again(
    change: dict[str, Any], where: str, folder: Path
) -> None:
    path = folder / "p.yaml"
    save(SMALL, path)
    with pytest.raises(ProjectError) as caught:
        save(msgspec.structs.replace(SMALL, **change), path)
    assert caught.value.problem.where.endswith(where)
    assert load(path).project == SMALL
