"""Values that are changed while a training goes on, in the window."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.protocol import Marker
from projects.schema import Plug
from tests.engine.training.support import digits, ring
from tests.workbench.hands import line, retype, shown
from workbench.live_dialog import LiveDialog, changeable, title_of, values_in_force
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


def test_whose_a_value_is_stands_before_it_where_it_is_not_plain() -> None:
    assert title_of(DROP, "Probability", False) == "drop: Probability"
    assert title_of(DROP, "Probability", True) == "classifier, drop: Probability"
    assert title_of("networks.classifier.l2", "L2", False) == "L2"
    assert title_of("networks.generator.l2", "L2", True) == "generator: L2"
    assert title_of("recipe.optimizers.generator.beta1", "Beta 1", True) == "generator: Beta 1"
    assert "recipe.optimizer.beta1" in changeable(ring())
