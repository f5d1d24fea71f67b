"""How smooth curves are by themselves, where two runs are compared."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Scalars
from projects.schema import Project
from tests.engine.training.support import digits, ring
from tests.workbench.panels.conftest import made_up
from workbench.compare.curves import MetricCurves
from workbench.rundata import RunData


def jumping(project: Project) -> RunData:
    """A run whose loss jumps at every step, and that was scored twice."""
    run = made_up()
    run.project = project
    steps = np.arange(1, 101)
    run.feed(Scalars(series={"loss": (Array.of(steps), Array.of(np.where(steps % 2, 0.5, 1.5)))}))
    few = Array.of(np.array([50, 100])), Array.of(np.array([9.0, 1.0]))
    run.feed(Scalars(series={"fid": few}))
    return run


@pytest.mark.parametrize(
    ("project", "metric", "reach", "title"),
    [
        (ring(), "loss", 0.1, "loss, smooth (w = 0.95)"),
        (ring(), "fid", 8.0, "Fréchet distance"),
        (digits(), "loss", 1.0, "loss"),
    ],
)
def test_compared_curves_of_games_are_smooth_and_say_so(
    qtbot: QtBot, project: Project, metric: str, reach: float, title: str
) -> None:
    curves = MetricCurves()
    qtbot.addWidget(curves)
    curves.resize(600, 300)
    curves.show()
    curves.show_metric([jumping(project), None], metric)
    said = curves.findChild(QLabel, "plotTitle")
    assert said is not None
    assert said.text() == title
    drawn = [track._line.getData()[1] for track in curves._plot._drawing._tracks.values()]
    late = drawn[0][len(drawn[0]) // 2 :] if metric == "loss" else drawn[0]
    assert np.ptp(late) == pytest.approx(reach, abs=0.1 if reach < 1 else 1e-9)


def test_counts_are_whole_in_the_legend(qtbot: QtBot) -> None:
    curves = MetricCurves()
    qtbot.addWidget(curves)
    run = made_up()
    told = Array.of(np.array([50, 100])), Array.of(np.array([7.0, 8.0]))
    run.feed(Scalars(series={"modes": told}))
    curves.show_metric([run, run], "modes")
    chips = curves._plot.legend.findChildren(QToolButton)
    assert [chip.text() for chip in chips] == ["A  8", "B  8"]
