"""Which runs a variant comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runs.lineage import line_of, trained_run
from engine.runs.summary import COMPRESSED, Summary, write_summary
from projects.errors import RunError


def made(run: Path, state: str, parent: str) -> Path:
    run.mkdir()
    write_summary(run, Summary(project="p", objective="gan", state=state, parent=parent))
    return run


def test_a_line_goes_back_to_the_run_that_was_trained(tmp_path: Path) -> None:
    made(tmp_path / "older", "finished", "")
    made(tmp_path / "trained", "finished", "older")  # it branched off: its weights are its own
    made(tmp_path / "small", COMPRESSED, "trained")
    run = made(tmp_path / "smaller", COMPRESSED, "small")
    assert [place.name for place, _summary in line_of(run)] == ["smaller", "small", "trained"]
    assert trained_run(run) == trained_run(tmp_path / "trained") == tmp_path / "trained"


@pytest.mark.parametrize("parent", ["gone", "../elsewhere", "small", "run"])
def test_where_no_trained_run_lies_beside_that_is_said(tmp_path: Path, parent: str) -> None:
    made(tmp_path / "small", COMPRESSED, parent)
    run = made(tmp_path / "run", COMPRESSED, "small")
    with pytest.raises(RunError, match="does not lie beside it") as caught:
        trained_run(run)
    assert caught.value.problem.where == str(tmp_path / "small")
    assert len(list(line_of(run))) == 2
