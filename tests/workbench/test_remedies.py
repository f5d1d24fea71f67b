"""Remedies: pure edits that a check finds fine, offered only then, and undone in one step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.clinic.base import AILMENTS
from engine.compute.check import check
from engine.protocol import Checked
from projects.schema import Data, Plug, Project, Split
from projects.templates import template, templates
from tests.engine.training.coding import vae_gan
from tests.engine.training.support import (
    Layers,
    chain,
    digits,
    drawn_digits,
    ring,
    with_recipe,
)
from workbench.doctor_card import DoctorCard
from workbench.document import Document
from workbench.pharmacy import Pharmacy
from workbench.remedies import REMEDIES
from workbench.remedies.base import plugs, setting, value_of

NEEDS: dict[str, dict[str, Any]] = {
    "one_critic_step": {"critic_steps": 3},
    "ema": {"ema": 0.0},
    "non_saturating_loss": {"loss": {"type": "minimax"}},
    "gradient_penalty": {"loss": {"type": "wasserstein"}},
}


LEARNERS = {
    *("stop_early", "decay_weights", "more_epochs", "lower_on_plateau", "cosine_schedule"),
    *("smooth_labels", "class_weights", "focal_loss", "stratify_split", "only_new", "shift_images"),
    *("mix_examples", "noisy_inputs", "larger_layers", "smaller_layers", "hidden_layer"),
    *("more_dropout", "less_held_back"),
}
AGAIN = {
    *("ttur", "more_epochs", "decay_weights", "larger_layers", "smaller_layers", "hidden_layer"),
    "more_dropout",
}


def learner() -> Project:
    """A classifier of images without anything that holds it back."""
    layers: Layers = [
        ("flat", "flatten", {}),
        ("first", "linear", {"units": 16}),
        ("relu", "relu", {}),
        ("last", "linear", {"units": 10}),
    ]
    split = Split(stratify=False)
    return msgspec.structs.replace(
        digits(),
        networks={"classifier": chain(layers)},
        data=Data(source=Plug("digits"), split=split),
    )


LAYERED = {
    *("relu_everywhere", "leaky_rectifiers", "fitting_init", "normalise", "skip_connections"),
    *("standardise", "much_faster_all", "adam_instead", "warm_up_rate", "go_back_once"),
}


def deep(activation: str = "relu", **recipe: Any) -> Project:
    """A classifier with two hidden layers of one width that learns by plain steps."""
    layers: Layers = [
        ("first", "linear", {"units": 16}),
        ("bend1", activation, {}),
        ("second", "linear", {"units": 16}),
        ("bend2", activation, {}),
        ("last", "linear", {"units": 10}),
    ]
    made = msgspec.structs.replace(digits(), networks={"classifier": chain(layers)})
    return with_recipe(made, **{"optimizer": Plug("sgd", {"lr": 1e-5}), **recipe})


def patient(tag: str) -> Project:
    """A project that can take a remedy."""
    if tag in LAYERED:
        return deep("tanh" if tag == "relu_everywhere" else "relu")
    if tag == "less_held_back":
        return with_recipe(digits(), optimizer=Plug("adam", {"lr": 0.01, "weight_decay": 0.1}))
    if tag == "usual_rate":
        return with_recipe(digits(), optimizer=Plug("adam", {"lr": 90.0}))
    if tag in LEARNERS:
        return learner()
    made = drawn_digits() if tag == "diff_augment" else ring()
    params = {**made.objective.params, **NEEDS.get(tag, {})}
    return msgspec.structs.replace(made, objective=Plug("gan", params))


def test_every_remedy_is_of_use_and_every_ailment_has_some() -> None:
    named = [tag for ailment in AILMENTS for tag in ailment.remedies]
    assert set(named) == set(REMEDIES.entries)
    assert all(ailment.remedies and ailment.meaning and ailment.source for ailment in AILMENTS)


@pytest.mark.parametrize("tag", REMEDIES.entries)
def test_a_remedy_changes_the_project_once_and_for_the_better(tag: str, tmp_path: Path) -> None:
    before = patient(tag)
    kept = msgspec.msgpack.encode(before)
    remedy = REMEDIES.make(tag, {})
    after = remedy.apply(before)
    assert after != before
    assert msgspec.msgpack.encode(before) == kept
    assert check(after, tmp_path).ok
    assert remedy.title
    assert remedy.why
    if remedy.pace(before) is None and tag not in AGAIN:
        assert remedy.apply(after) is after


@pytest.mark.parametrize("name", [one.name for one in templates()])
def test_every_remedy_can_be_tried_on_every_project(name: str) -> None:
    project = template(name).project
    for remedy in REMEDIES:
        REMEDIES.make(remedy.tag(), {}).apply(project)


def kinds(project: Project) -> list[str]:
    """The types of the layers of the classifier, from the input on, along its first wires."""
    network = project.networks["classifier"]
    after = {wire.source: wire.target for wire in reversed(network.wires)}
    way = ["entry"]
    while way[-1] in after:
        way.append(after[way[-1]])
    return [network.nodes[name].type for name in way[1:-1]]


def test_layers_are_changed_where_it_helps() -> None:
    made = REMEDIES.make("normalise", {}).apply(deep())
    normed = ["linear", "batch_norm", "relu"]
    assert kinds(made) == [*normed, *normed, "linear"]
    few = REMEDIES.make("normalise", {}).apply(deep(batch_size=4))
    assert "layer_norm" in kinds(few)
    assert kinds(REMEDIES.make("relu_everywhere", {}).apply(deep("tanh")))[1] == "relu"
    answers = msgspec.structs.replace(
        digits(),
        networks={"classifier": chain([("last", "linear", {"units": 10}), ("unit", "tanh", {})])},
    )
    assert REMEDIES.make("relu_everywhere", {}).apply(answers) is answers
    assert REMEDIES.make("fitting_init", {}).apply(deep("tanh")).networks[
        "classifier"
    ].init == Plug("xavier")


def test_skips_lead_past_layers_of_one_width(tmp_path: Path) -> None:
    made = REMEDIES.make("skip_connections", {}).apply(deep())
    network = made.networks["classifier"]
    (total,) = (name for name, node in network.nodes.items() if node.type == "add")
    assert {wire.source for wire in network.wires if wire.target == total} == {"bend1", "bend2"}
    assert check(made, tmp_path).ok
    normed = REMEDIES.make("skip_connections", {}).apply(
        REMEDIES.make("normalise", {}).apply(deep())
    )
    assert check(normed, tmp_path).ok
    assert sum(node.type == "add" for node in normed.networks["classifier"].nodes.values()) == 1
    assert REMEDIES.make("skip_connections", {}).apply(learner()) == learner()


def test_what_ends_a_network_keeps_its_size() -> None:
    wide = REMEDIES.make("larger_layers", {}).apply(learner()).networks["classifier"].nodes
    assert (wide["first"].params["units"], wide["last"].params["units"]) == (32, 10)
    narrow = learner()
    for _time in range(3):
        narrow = REMEDIES.make("smaller_layers", {}).apply(narrow)
    assert narrow.networks["classifier"].nodes["first"].params["units"] == 4
    assert REMEDIES.make("smaller_layers", {}).apply(narrow) is narrow


def test_layers_are_put_before_what_ends_a_network() -> None:
    deeper = REMEDIES.make("hidden_layer", {}).apply(learner()).networks["classifier"]
    before = {wire.target: wire.source for wire in deeper.wires}
    way = ["last"]
    while way[-1] in before:
        way.append(before[way[-1]])
    kinds = [deeper.nodes[name].type for name in way]
    assert kinds == ["linear", "relu", "linear", "relu", "linear", "flatten", "input"]
    straight = msgspec.structs.replace(
        learner(), networks={"classifier": chain([("last", "linear", {"units": 10})])}
    )
    assert REMEDIES.make("more_dropout", {}).apply(straight) is straight
    dropped = REMEDIES.make("more_dropout", {}).apply(digits()).networks["classifier"]
    assert dropped.nodes["drop"].params["p"] == pytest.approx(0.4)


def test_a_decay_that_is_there_is_multiplied_by_ten() -> None:
    remedy = REMEDIES.make("decay_weights", {})
    for tag, decay in (("sgd", 1e-5), ("adamw", 0.001)):
        before = with_recipe(digits(), optimizer=Plug(tag, {"weight_decay": decay}))
        after = value_of(remedy.apply(before), "classifier", "weight_decay")
        assert after == 10 * decay


def test_decay_grows_to_a_bound() -> None:
    remedy = REMEDIES.make("decay_weights", {})
    project, decays = learner(), []
    for _time in range(4):
        project = remedy.apply(project)
        decays.append(value_of(project, "classifier", "weight_decay"))
    assert decays == pytest.approx([1e-3, 1e-2, 0.1, 0.1])
    assert project.recipe.optimizers == {}
    freed = REMEDIES.make("less_held_back", {}).apply(project)
    assert value_of(freed, "classifier", "weight_decay") == 0


def test_rates_are_changed_for_one_network_alone() -> None:
    before = ring()
    after = REMEDIES.make("slower_discriminator", {}).apply(before)
    assert value_of(after, "discriminator", "lr") == pytest.approx(0.0005)
    assert value_of(after, "generator", "lr") == pytest.approx(0.002)
    pace = REMEDIES.make("slower_discriminator", {}).pace(before)
    assert pace == ("discriminator", 0.25)
    assert REMEDIES.make("slower_both", {}).pace(before) == ("", 0.1)


def test_what_is_there_already_stays() -> None:
    params = {**ring().objective.params, "penalties": [{"type": "r1", "weight": 3.0}]}
    before = msgspec.structs.replace(ring(), objective=Plug("gan", params))
    after = REMEDIES.make("r1_r2", {}).apply(before)
    assert [one["type"] for one in plugs(after, "penalties")] == ["r1", "r2"]
    assert plugs(after, "penalties")[0]["weight"] == 3.0
    assert setting(before, "critic_steps") == 1
    clipped = with_recipe(before, clip_norm=0.5)
    assert REMEDIES.make("clip_norm", {}).apply(clipped) is clipped


def test_a_decoder_is_the_generator_of_its_game() -> None:
    before = vae_gan(recipe={"optimizer": Plug("adam", {"lr": 0.002})})
    rate = value_of(before, "decoder", "lr")
    after = REMEDIES.make("slower_generator", {}).apply(before)
    assert value_of(after, "decoder", "lr") == pytest.approx(rate / 4)
    faster = REMEDIES.make("ttur", {}).apply(before)
    assert value_of(faster, "discriminator", "lr") == pytest.approx(4 * rate)
    for tag in ("r1", "packing", "more_critic_steps", "ema"):  # its game has no such choices
        assert REMEDIES.make(tag, {}).apply(before) is before


@pytest.mark.parametrize("tag", ["dropout", "minibatch_deviation"])
def test_the_error_of_a_vae_gan_stays_where_it_was_measured(tag: str, tmp_path: Path) -> None:
    before = vae_gan()
    after = REMEDIES.make(tag, {}).apply(before)
    wires = before.networks["discriminator"].wires
    last = next(wire.source for wire in wires if wire.target == "exit")
    assert setting(after, "layer") == next(w.source for w in wires if w.target == last)
    assert check(after, tmp_path).ok


# ------------------------------------------------------------------------------------ pharmacy


class Desk(QObject):
    """Checks what it is asked about when it is told to."""

    tried = Signal(object, object)
    checked = Signal(object)
    died = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Project] = []
        self.up_to_date = True
        self.latest = Checked(ok=True)

    def attempt(self, project: Project) -> None:
        self.asked.append(project)

    def answer(self, ok: bool) -> None:
        self.tried.emit(self.asked[-1], Checked(ok=ok))


def test_only_what_a_check_has_proven_is_offered(qtbot: QtBot) -> None:
    desk, document = Desk(), Document(ring())
    pharmacy = Pharmacy(desk)  # type: ignore[arg-type]
    pharmacy.watch(document)
    tags = ("r1", "packing", "non_saturating_loss", "no such remedy")
    assert pharmacy.offers(tags) == ()
    assert len(desk.asked) == 1  # one at a time
    with qtbot.waitSignal(pharmacy.changed):
        desk.answer(ok=True)
    assert len(desk.asked) == 2
    desk.answer(ok=False)
    assert [remedy.tag() for remedy in pharmacy.offers(tags)] == ["r1"]
    assert len(desk.asked) == 2  # the loss is that one already: nothing to try
    (remedy,) = pharmacy.offers(tags)
    assert pharmacy.apply(remedy)
    assert document.project == desk.asked[0]
    document.stack.undo()
    assert document.project == ring()


def test_what_was_known_of_another_project_counts_for_nothing(qtbot: QtBot) -> None:
    desk, document = Desk(), Document(ring())
    pharmacy = Pharmacy(desk)  # type: ignore[arg-type]
    pharmacy.watch(document)
    pharmacy.offers(("r1",))
    desk.answer(ok=True)
    (remedy,) = pharmacy.offers(("r1",))
    document.apply("Edit", with_recipe(document.project, batch_size=32))
    assert not pharmacy.apply(remedy)
    assert pharmacy.offers(("r1",)) == ()
    desk.died.emit(None)
    desk.checked.emit(None)  # another desk has taken its place: it is asked again
    assert len(desk.asked) == 3
    desk.answer(ok=True)
    assert pharmacy.offers(("r1",)) == (remedy,)


@pytest.mark.parametrize("params", [{"penalties": 5}, {"critic_steps": "many"}, {"loss": {"x": 1}}])
def test_a_project_with_errors_is_given_nothing(params: dict[str, Any], qtbot: QtBot) -> None:
    desk = Desk()
    desk.latest = Checked(ok=False)
    document = Document(msgspec.structs.replace(ring(), objective=Plug("gan", params)))
    pharmacy = Pharmacy(desk)  # type: ignore[arg-type]
    pharmacy.watch(document)
    assert pharmacy.offers(REMEDIES.entries) == ()
    document.apply("Mend", ring())
    desk.latest = Checked(ok=True)
    with qtbot.waitSignal(pharmacy.changed):
        desk.checked.emit(desk.latest)
    pharmacy.offers(["r1"])
    desk.answer(ok=True)
    assert [remedy.tag() for remedy in pharmacy.offers(["r1"])] == ["r1"]


def paced(tag: str, rate: float, kind: str = "sgd") -> float | None:
    """The learning rate that a remedy leaves of one; None where it leaves it alone."""
    before = with_recipe(digits(), optimizer=Plug(kind, {"lr": rate}))
    after = REMEDIES.make(tag, {}).apply(before)
    assert after.recipe.optimizers == {}  # of one network it is everybody's
    return None if after is before else value_of(after, "classifier", "lr")


@pytest.mark.parametrize("rate", [1e-6, 0.00347, 0.2, 1.0, 7.3])
@pytest.mark.parametrize(
    ("tag", "factor"),
    [("slower_both", 0.1), ("faster_learning", 3), ("faster_all", 10), ("much_faster_all", 1000)],
)
def test_a_rate_is_multiplied_by_what_the_title_says_or_left_alone(
    tag: str, factor: float, rate: float
) -> None:
    assert paced(tag, rate) in (None, pytest.approx(rate * factor, rel=1e-12))


def test_a_rate_beyond_all_measure_goes_back_to_the_usual_one() -> None:
    assert paced("slower_both", 9000.0) is None
    assert paced("usual_rate", 9000.0) == 0.1
    assert paced("usual_rate", 9000.0, "adam") == 0.001
    assert paced("usual_rate", 0.5) is None  # a tenth of it will do
    assert paced("slower_both", 0.5) == 0.05


def test_several_rates_are_changed_all_or_none() -> None:
    rates = {"generator": Plug("adam", {"lr": 0.5}), "discriminator": Plug("adam", {"lr": 0.002})}
    game = with_recipe(ring(), optimizers=rates)
    assert REMEDIES.make("faster_all", {}).apply(game) is game
    slower = REMEDIES.make("slower_both", {}).apply(game)
    assert [value_of(slower, name, "lr") for name in rates] == [0.05, 0.0002]


def test_adam_takes_the_place_of_sgd_wherever_that_is() -> None:
    own = {"discriminator": Plug("sgd", {"lr": 0.3, "momentum": 0.9, "weight_decay": 0.01})}
    game = with_recipe(ring(), optimizer=Plug("rmsprop", {}), optimizers=own)
    made = REMEDIES.make("adam_instead", {}).apply(game).recipe
    assert made.optimizer == Plug("rmsprop", {})
    assert made.optimizers["discriminator"] == Plug("adam", {"lr": 0.001, "weight_decay": 0.01})


def test_momentum_goes_with_what_needs_it(tmp_path: Path) -> None:
    params = {"lr": 0.1, "momentum": 0.9, "nesterov": True}
    before = with_recipe(digits(), optimizer=Plug("sgd", params))
    after = REMEDIES.make("less_momentum", {}).apply(before)
    assert after.recipe.optimizer.params == {"lr": 0.1, "momentum": 0.0, "nesterov": False}
    assert check(after, tmp_path).ok


def test_every_kind_of_dropout_and_every_penalty_goes() -> None:
    layers: Layers = [
        ("flat", "flatten", {}),
        ("first", "linear", {"units": 16}),
        ("mild", "alpha_dropout", {}),
        ("loud", "gaussian_dropout", {}),
        ("last", "linear", {"units": 10}),
    ]
    network = msgspec.structs.replace(chain(layers), l2=0.1)
    before = msgspec.structs.replace(digits(), networks={"classifier": network})
    after = REMEDIES.make("less_held_back", {}).apply(before).networks["classifier"]
    assert [name for name, node in after.nodes.items() if node.mute] == ["mild", "loud"]
    assert after.l2 == 0
    more = REMEDIES.make("more_dropout", {}).apply(before).networks["classifier"]
    assert more.nodes["mild"].params["p"] == pytest.approx(0.3)  # its own 0.1, and 0.2 more
    assert set(more.nodes) == set(before.networks["classifier"].nodes)


def test_what_a_remedy_changes_is_told_beside_it(qtbot: QtBot) -> None:
    desk, document = Desk(), Document(digits())
    pharmacy = Pharmacy(desk)  # type: ignore[arg-type]
    pharmacy.watch(document)
    pharmacy.offers(("slower_both",))
    desk.answer(ok=True)
    remedies = pharmacy.offers(("slower_both",))
    deeds = pharmacy.deeds(remedies)
    sentence = "Recipe › Optimiser › Learning rate is 0.001 instead of 0.01."
    assert deeds == {"slower_both": (sentence,)}
    card = DoctorCard("rate_too_high")
    qtbot.addWidget(card)
    card.show_remedies(remedies, 1, deeds=deeds)
    button = card.findChild(QToolButton, "remedy_slower_both")
    assert button is not None
    assert sentence in button.toolTip()
    document.apply("Edit", with_recipe(document.project, batch_size=32))
    assert pharmacy.deeds(remedies) == {}
