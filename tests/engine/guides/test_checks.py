"""What the checks of guided experiments make of projects and trainings."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from engine.guides.base import CHECKS, Check, Facts, Trained, has, layers_of
from projects.schema import Node, Plug, Project
from projects.templates import template

XOR = template("perceptron_xor").project
HIDDEN = msgspec.structs.replace(
    XOR,
    networks={
        name: msgspec.structs.replace(
            network,
            nodes={**network.nodes, "bend": Node(type="tanh"), "off": Node(type="tanh", mute=True)},
        )
        for name, network in XOR.networks.items()
    },
)


def check(tag: str, **params: Any) -> Check:
    return CHECKS.make_plug(Plug(tag, params))


def trained(
    project: Project = XOR, state: str = "finished", *verdicts: str, **metrics: float
) -> Trained:
    return Trained(project, state, metrics, frozenset(verdicts))


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({}, True),
        ({"recipe.optimizer.type": "sgd"}, True),
        ({"recipe.optimizer.type": ["adam", "sgd"]}, True),
        ({"recipe.optimizer.type": "adam"}, False),
        ({"recipe.optimizer.lr": 0.05, "recipe.seed": 0}, True),
        ({"recipe.nothing.here": 1}, False),
        ({"layers.linear": 1}, True),
        ({"layers.linear": 2}, False),
        ({"layers.tanh": 0}, True),
        ({"layers.linear": 0}, False),
    ],
)
def test_settings_of_a_project(where: dict[str, Any], holds: bool) -> None:
    assert has(XOR, where) is holds


def test_muted_layers_are_not_counted() -> None:
    assert layers_of(HIDDEN, "tanh") == 1


def test_reaches_shows_the_one_that_comes_nearest() -> None:
    asks = check("reaches", metric="test_accuracy", at_least=0.9)
    facts = Facts(XOR, [trained(test_accuracy=0.5), trained(test_accuracy=0.7)])
    found = asks.look(facts)
    assert not found.done
    assert "0.7" in found.words
    assert "0.9" in found.words
    assert asks.look(Facts(XOR, [*facts.trainings, trained(test_accuracy=0.9)])).done


def test_figures_are_called_as_the_window_calls_them() -> None:
    asks = check("reaches", metric="test_accuracy", at_least=0.9)
    told = Facts(XOR, [trained(test_accuracy=0.5)], lambda metric: f"<{metric}>")
    assert asks.look(told).words.startswith("<test_accuracy>: 0.5")
    assert asks.look(Facts(XOR, told.trainings)).words.startswith("test accuracy: 0.5")


def test_reaches_looks_at_what_ended_with_a_number() -> None:
    asks = check("reaches", metric="test_loss", at_most=1.0)
    for one in (
        trained(state="running", test_loss=0.1),
        trained(state="failed", test_loss=0.1),
        trained(test_loss=float("nan")),
        trained(other=0.1),
    ):
        assert not asks.look(Facts(XOR, [one])).done
    assert asks.look(Facts(XOR, [trained(state="stopped", test_loss=0.1)])).done


def test_reaches_looks_at_what_was_trained_with_the_settings() -> None:
    asks = check("reaches", metric="m", at_least=1.0, where={"layers.tanh": 1})
    assert not asks.look(Facts(HIDDEN, [trained(XOR, m=2.0)])).done
    assert asks.look(Facts(XOR, [trained(HIDDEN, m=2.0)])).done


def test_beats_compares_the_newest_of_both() -> None:
    asks = check("beats", metric="m", by=0.1, better={"layers.tanh": 1}, worse={"layers.tanh": 0})
    new, old, other = trained(HIDDEN, m=0.9), trained(HIDDEN, m=0.1), trained(XOR, m=0.5)
    assert not asks.look(Facts(XOR, [new])).done
    assert asks.look(Facts(XOR, [new, other, old])).done
    assert not asks.look(Facts(XOR, [old, new, other])).done
    assert (
        not check("beats", metric="m", higher=False, better={"layers.tanh": 1}, worse={})
        .look(Facts(XOR, [new, other]))
        .done
    )


def test_drawn_looks_at_the_open_project() -> None:
    asks = check("drawn", where={"layers.tanh": 1})
    assert asks.look(Facts(HIDDEN)).done
    assert not asks.look(Facts(XOR, [trained(HIDDEN)])).done


def test_diagnosed_asks_the_doctor() -> None:
    asks = check("diagnosed", ailment="mode_collapse")
    assert not asks.look(Facts(XOR)).done
    assert not asks.look(Facts(XOR, [trained()])).done
    assert asks.look(Facts(XOR, [trained(XOR, "finished", "mode_collapse")])).done
    well = check("diagnosed")
    assert well.look(Facts(XOR, [trained()])).done
    assert not well.look(Facts(XOR, [trained(XOR, "finished", "mode_collapse")])).done
