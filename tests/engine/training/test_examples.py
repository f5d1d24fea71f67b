"""Every example begins to learn, shows something, and is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.runs.control import Control
from projects.templates import Template, templates
from tests.engine.training.support import Listener, train

PAGE = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", templates(), ids=lambda entry: entry.name)
def test_an_example_trains_two_steps(tmp_path: Path, entry: Template) -> None:
    sink, control = Listener(), Control()
    control.watch({"samples": 60.0})
    finished = train(entry.project, tmp_path / "run", sink, control, max_steps=2)
    assert (finished.state, finished.steps) == ("stopped", 2)
    losses = [value for name, value in finished.metrics.items() if name.endswith("loss")]
    assert losses
    assert np.isfinite(losses).all()
    kinds = {str(picture.info["kind"]) for picture in sink.pictures("samples")}
    assert kinds
    assert all(f"| `{kind}` |" in PAGE for kind in kinds)
