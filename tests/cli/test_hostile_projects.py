"""Project files and values that nobody should have written: a sentence each, soon, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import engine.compute.check  # noqa: F401 - torch is not to be waited for in a test
from projects.templates import template
from tests.cli.conftest import Answer, Call

EXAMPLE = template("digits_mlp").path.read_text(encoding="utf-8")
QUICK = 15.0  # a shared machine is slow; what hangs takes far longer


def check_refusal(answer: Answer, begun: float) -> None:
    """One JSON object, words without a trace or a control mark, exit code 1, soon."""
    assert answer.code == 1
    assert answer.json["ok"] is False
    assert answer.json["problems"]
    assert answer.err.strip()
    assert "Traceback" not in answer.err
    assert all(mark.isprintable() or mark == "\n" for mark in answer.err)
    assert len(answer.err) < 20_000
    assert time.monotonic() - begun < QUICK


FILES: dict[str, bytes] = {
    "empty": b"",
    "binary": bytes(range(256)) * 50,
    "zero bytes": b"\0" * 1000,
    "fifty megabytes": b"a: " + b"x" * 50_000_000,
    "a million values": b"a: [" + b"1," * 1_000_000 + b"]",
    "deep lists": b"[" * 200_000,
    "deep groups": b"{a: " * 100_000,
    "deep blocks": b"".join(b" " * i + b"a:\n" for i in range(500)),
    "deep dashes": b"- " * 100_000,
    "alias bomb": b"a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n",
    "merge bomb": b"a: {<<: {b: 1}}",
    "tag": b'a: !!python/object/apply:os.system ["touch pwned"]',
    "tag directive": b"%TAG ! tag:yaml.org,2002:\n---\na: !python/name:os.system 1",
    "equal keys": b"format: ganvas/1\nformat: ganvas/1",
    "list": b"[1, 2]",
    "word": b"hello",
    "nothing": b"null",
    "key that only looks like a digit": EXAMPLE.encode() + "²: 3\n".encode(),
    "two documents": b"a: 1\n---\nb: 2",
    "UTF-16": EXAMPLE.encode("utf-16"),
    "Latin-1": b"name: caf\xe9",
    "tabs": b"a:\n\t- b",
    "control marks": b'format: ganvas/1\nnetworks: {"\\e[2J\\a": 3}',
    "another program's": EXAMPLE.replace("ganvas/1", "keras/1").encode(),
    "huge number": EXAMPLE.replace("seed: 0", "seed: " + "9" * 500).encode(),
    "infinite number": EXAMPLE.replace("lr: ", "lr: .inf #").encode(),
    "hundred thousand keys": b"format: ganvas/1\n"
    + b"".join(b"k%d: 1\n" % i for i in range(10**5)),
    "ten thousand wires": EXAMPLE.replace(
        "    wires:\n", "    wires:\n" + "      - input -> output\n" * 10_000
    ).encode(),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["check", "train"])
def test_files_that_are_no_projects(name: str, command: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(FILES[name])
    more = ["--out", tmp_path / "run", "--max-steps", 1] if command == "train" else []
    begun = time.monotonic()
    check_refusal(call(command, path, *more, "--json"), begun)
    assert sorted(os.listdir(tmp_path)) == ["home", "p.yaml"]


@pytest.mark.parametrize("command", ["check", "train"])
def test_what_is_no_file(command: str, call: Call, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for path in (tmp_path / "pipe.yaml", tmp_path, Path("/dev/zero"), tmp_path / "missing.yaml"):
        check_refusal(call(command, path, "--json"), time.monotonic())


@pytest.mark.parametrize(
    "assignment",
    [
        "x",
        "=",
        "a=",
        "recipe=1",
        "recipe.epochs=1e400",
        "recipe.epochs=" + "[" * 1000,
        "recipe.epochs=!!python/object:x",
        "recipe.epochs=" + "9" * 10_000,
        "recipe.optimizer=&a x",
        "recipe.device=mps",
        "\x1b[31m=1",
        "name.\u202e=1",
        ".=1",
        "networks={}",
        "networks.classifier=null",
        "networks.classifier.nodes.nope.units=3",
        "format=ganvas/2",
        "data.split.test=0.9",
        "data.source={type: csv, path: ../../etc/passwd}",
        "data.source={type: csv, path: /dev/zero}",
        "data.source={type: csv, path: pipe}",
        "data.source={type: npz, path: pipe}",
        'data.source={type: image_folder, path: "/"}',
        "recipe.schedule={type: cosine}",
    ],
)
def test_values_that_cannot_be(assignment: str, call: Call, project: Path) -> None:
    os.mkfifo(project.parent / "pipe")
    run = project.parent / "run"
    if assignment.startswith("recipe.schedule"):
        project.write_text(project.read_text().replace("epochs: 3", "epochs: null"))
    begun = time.monotonic()
    check_refusal(call("train", project, "--out", run, "--set", assignment, "--json"), begun)
    assert not run.exists()


@pytest.mark.parametrize("place", [[1e308, -1e308], [1e17, 0.5], [-0.0, 1e-300]])
def test_any_finite_position_can_be_saved(place: list[float], call: Call, project: Path) -> None:
    run = project.parent / "run"
    assignment = f"networks.classifier.nodes.input.at={place!r}"
    answer = call("train", project, "--out", run, "--max-steps", 1, "--set", assignment, "--json")
    assert answer.code == 0, answer.err
    assert call("evaluate", run, "--json").code == 0


@pytest.mark.parametrize("out", ["/proc/run", "file/run", "file"])
def test_a_run_folder_that_cannot_be_made(out: str, call: Call, project: Path) -> None:
    (project.parent / "file").write_text("mine")
    begun = time.monotonic()
    check_refusal(call("train", project, "--out", project.parent / out, "--json"), begun)
    assert (project.parent / "file").read_text() == "mine"


def test_of_very_many_problems_the_first_are_told(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(FILES["ten thousand wires"])
    answer = call("check", path, "--json")
    assert len(answer.json["problems"]) > 9000
    assert len(answer.err.splitlines()) < 60
    assert "more." in answer.err.splitlines()[-1]
