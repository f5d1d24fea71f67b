"""Values that are changed while a training goes on, in the window."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.protocol import Marker
from projects.schema import Plug
from tests.engine.training.support import digits
from tests.workbench.hands import line, retype, shown
from widgets.forms import Form
from workbench.live_dialog import LiveDialog, changeable, values_in_force
from workbench.rundata import RunData

DROP = "networks.classifier.nodes.drop.p"


def running() -> RunData:
    run = RunData(label="run", path="")
    run.project = digits(optimizer=Plug("sgd", {"momentum": 0.5}))
    return run


def test_values_are_those_in_force() -> None:
    run = running()
    paths = changeable(digits(optimizer=Plug("sgd")))
    assert paths == [
        "recipe.optimizer.momentum",
        "recipe.optimizer.weight_decay",
        "objective.label_smoothing",
        "objective.focal",
        "networks.classifier.l1",
        "networks.classifier.l2",
        DROP,
    ]
    for value in (0.4, 0.3):
        run.feed(Marker(step=3, kind="value", text="", values={"path": DROP, "value": value}))
    assert values_in_force(run, paths) == {**dict.fromkeys(paths, 0.0), paths[0]: 0.5, DROP: 0.3}


def test_what_is_typed_is_ordered_and_what_cannot_be_is_not(qtbot: QtBot) -> None:
    dialog = LiveDialog(running())
    shown(dialog, qtbot)
    orders: list[tuple[str, float]] = []
    dialog.wanted.connect(lambda path, value: orders.append((path, value)))
    retype(line(dialog, "value6"), "0.75")
    retype(line(dialog, "value0"), "7")
    assert orders == []  # not what is typed on the way
    apply = dialog.findChild(QPushButton, "liveApply")
    assert isinstance(apply, QPushButton)
    apply.click()
    assert orders == [(DROP, 0.75)]
    assert not apply.isEnabled()


def test_few_values_stand_as_closely_as_many(qtbot: QtBot) -> None:
    dialog = LiveDialog(running())
    dialog.resize(440, 900)
    shown(dialog, qtbot)
    form = dialog.findChild(Form)
    assert form is not None
    assert form.height() == form.sizeHint().height()
