"""The range test in the window: what it says, its curve, and the rate that is taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.client import Engines
from engine.protocol import RatesTried, TryRates
from projects.errors import Problem
from projects.schema import Plug
from projects.templates import template
from workbench import flight_dialog
from workbench.rate_dialog import RateDialog, sentence, with_rate

FOUND = RatesTried(
    rates=(1e-4, 1e-3, 1e-2, 1e-1),
    losses=(2.0, 1.5, 0.5, 9.0),
    smoothed=(2.0, 1.4, 0.6, 8.0),
    suggestion=0.00123,
    exploded=True,
)


class Flight(QObject):
    """Stands for the engine."""

    stage = Signal(str, float)
    landed = Signal(object)
    failed = Signal(object)

    def __init__(self, *_args: Any) -> None:
        super().__init__()
        self.asked: list[TryRates] = []
        self.cancelled = False

    def begin(self, request: TryRates) -> None:
        self.asked.append(request)

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def dialog(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> RateDialog:
    monkeypatch.setattr(flight_dialog, "Flight", Flight)
    made = RateDialog(template("digits_mlp").project, Path(), Engines())
    qtbot.addWidget(made)
    made.show()
    return made


def button(dialog: RateDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_a_suggestion_is_shown_and_taken_over(dialog: RateDialog, qtbot: QtBot) -> None:
    (request,) = dialog.flight.asked  # type: ignore[attr-defined]
    assert request.project == template("digits_mlp").project
    assert not button(dialog, "rateUse").isEnabled()
    dialog.flight.landed.emit(FOUND)
    words = dialog.findChild(QLabel, "rateWords")
    assert isinstance(words, QLabel)
    assert "0.0012" in words.text()
    assert "0.1" in words.text()
    assert dialog.findChild(QObject, "rateCurve") is not None
    with qtbot.waitSignal(dialog.chosen) as caught:
        button(dialog, "rateUse").click()
    assert caught.args == [0.0012]
    assert dialog.flight.cancelled  # type: ignore[attr-defined]


def test_without_a_suggestion_there_is_nothing_to_take_over(dialog: RateDialog) -> None:
    dialog.flight.landed.emit(RatesTried(rates=(1.0,), losses=(2.0,), smoothed=(2.0,)))
    assert not button(dialog, "rateUse").isEnabled()
    assert "none of these rates" in sentence(RatesTried(rates=(), losses=(), smoothed=()))


def test_a_failure_is_said(dialog: RateDialog) -> None:
    dialog.flight.failed.emit(Problem("", "There is no data.", "Add some."))
    words = dialog.findChild(QLabel, "rateWords")
    assert isinstance(words, QLabel)
    assert words.text() == "There is no data. Add some."


def test_a_rate_is_that_of_every_network() -> None:
    project = template("gan_ring").project
    after = with_rate(project, 0.5).recipe
    assert after.optimizer.params["lr"] == 0.5
    assert {plug.params["lr"] for plug in after.optimizers.values()} <= {0.5}
    assert isinstance(after.optimizer, Plug)
