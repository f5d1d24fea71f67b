"""The writer: stable, readable, and read back as the same project by this and by other readers."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
import yaml

from projects.files import dumps, loads
from projects.schema import Plug, Project
from projects.yaml_reader import read_value
from projects.yaml_writer import WIDTH, flow, folded, text
from tests.projects.samples import FULL, SMALL

WORDS = [
    "", " ", "a", "no", "Yes", "ON", "y", "null", "~", "true", "1", "1.5", "1e-3", "1:30", "0x1f",
    "0o7", "017", ".inf", ".nan", "-", "- a", "a: b", "a #b", "#", "[", "]", "{", "}", ",", "a,b",
    "&a", "*a", "!a", "|", ">", "%", "@", "`", "'", '"', "\\", "a\\b", 'say "x"', "a\nb", "\ta",
    "a\t", " a", "a ", "a  b", "=", "<<", "a -> b", "?", "? a", ":", "a:", "...", "---", "--- a",
    "2026-01-02", "1_000", "+1", "-1", "é", "日本語", "🙂", "\x07", "\x85", "\u2028", "\ufeff", "\xa0",
    "a/b.csv", "C:\\data", "~/x", "${HOME}", "x" * 300, "\x00", "\r\n", "(a)", "×",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_every_text_is_read_back(word: str) -> None:
    for value in (word, [word, word], {"k": word}, {word: 1}):
        line = flow(value)
        assert "\n" not in line
        assert read_value(line) == value
        assert read_value(f"k:\n  - {flow(word)}\n") == {"k": [word]}


@pytest.mark.parametrize("word", [w for w in WORDS if w not in ("\x00",)])
def test_other_readers_find_the_same_text(word: str) -> None:
    assert yaml.safe_load(flow([word])) == [word]


@pytest.mark.parametrize(
    "value",
    [
        0, -1, 2**63 - 1, -(2**63) + 1, 0.1, 1e-5, 1e22, -0.0, 5e-324, 1.7e308, 1 / 3, 120.0,
        True, False, None, [], {}, [[], {}], [1, 1.0, True, None, "1"], {"a": {"b": [0.5]}},
    ],
)  # fmt: skip
def test_every_value_is_read_back_with_its_type(value: Any) -> None:
    found = read_value(flow(value))
    assert repr(found) == repr(value)
    assert repr(yaml.safe_load(flow(value))) == repr(value)


def test_half_a_character_becomes_a_mark_instead_of_a_broken_file() -> None:
    assert read_value(text("a\ud800")) == "a\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "prose",
    [
        "Short.",
        "word " * 60 + "end",
        "one\ntwo",
        "one\n\n\ntwo",
        ("lorem ipsum " * 20).strip() + "\n\n" + ("dolor # sit: amet " * 20).strip(),
        "trailing newline\n",
        "\nleading newline",
        " leading space",
        "two  spaces " * 20,
        "# no remark\n- no list\n---\n...",
        "x" * 400,
        "tab\there",
        "\u2028" * 3,
        "a - b " * 40 + "-",
    ],
)
def test_prose_is_folded_and_read_back(prose: str) -> None:
    block = f"description: {folded(prose, 2)}\nname: x\n"
    assert read_value(block) == {"description": prose, "name": "x"}
    assert yaml.safe_load(block) == {"description": prose, "name": "x"}


def test_long_prose_is_folded_to_lines_that_can_be_read() -> None:
    lines = folded("word " * 100 + "end", 2).splitlines()
    assert len(lines) > 4
    assert max(map(len, lines)) <= 90


@pytest.mark.parametrize("project", [SMALL, FULL], ids=["small", "full"])
def test_a_project_is_read_back_equal_and_written_the_same(project: Project) -> None:
    written = dumps(project)
    again = loads(written)
    assert again == project
    assert dumps(again) == written
    assert msgspec.json.encode(again) == msgspec.json.encode(project)


def test_order_of_keys_and_one_line_for_a_layer() -> None:
    lines = dumps(SMALL).splitlines()
    tops = [line.split(":")[0] for line in lines if line and line[0] not in " -"]
    assert tops == ["format", "name", "objective", "data", "networks", "recipe", "probes"]
    assert lines[0] == "format: ganvas/1"
    assert "      hidden: {type: linear, at: [240, 0.5], units: 16}" in lines
    assert "      - input -> hidden" in lines
    assert max(map(len, lines)) <= WIDTH


def test_the_main_settings_are_always_written_and_defaults_else_left_out() -> None:
    written = dumps(SMALL)
    for key in ("epochs: 20", "batch_size: 64", "seed: 0", "optimizer: {type: adam}"):
        assert f"  {key}\n" in written
    for key in ("clip_norm", "early_stopping", "on_nan", "threads"):
        assert key not in written
    assert "  clip_norm: 5.0\n" in dumps(FULL)


def test_a_plug_too_long_for_a_line_becomes_a_block() -> None:
    columns = [f"column number {i}" for i in range(20)]
    source = Plug("csv", {"path": "data.csv", "columns": columns, "deep": {"a": columns}})
    data = msgspec.structs.replace(SMALL.data, source=source)
    project = msgspec.structs.replace(SMALL, data=data)
    written = dumps(project)
    assert "  source:\n    type: csv\n    path: data.csv\n" in written
    assert loads(written) == project


def test_random_projects_are_read_back() -> None:
    chance = random.Random(0)

    def value(depth: int) -> Any:
        if depth and chance.random() < 0.4:
            if chance.random() < 0.5:
                return [value(depth - 1) for _ in range(chance.randrange(4))]
            return {chance.choice(WORDS): value(depth - 1) for _ in range(chance.randrange(4))}
        return chance.choice(
            [chance.choice(WORDS), chance.randrange(-9, 10**12), chance.uniform(-1, 1), None, True]
        )

    for _ in range(200):
        params = {f"p{i}": value(3) for i in range(chance.randrange(6))}
        objective = Plug("gan", params)
        name, description = chance.choice(WORDS)[:200], " ".join(chance.choices(WORDS, k=12))
        project = msgspec.structs.replace(
            SMALL, objective=objective, name=name, description=description
        )
        assert loads(dumps(project)) == project
