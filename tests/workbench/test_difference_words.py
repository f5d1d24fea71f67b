"""Differences of projects as people read them."""

from __future__ import annotations

import msgspec
import pytest

from projects.paths import set_value
from projects.schema import Node, Plug
from tests.cli.conftest import CLASSIFIER
from tests.projects.samples import FULL, SMALL
from workbench.difference_words import difference_words


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("recipe.clip_norm", "5", "Recipe › Clip gradient norm is 5 instead of nothing."),
        ("data.scale", "zero_to_one", "Data › Scaling is zero to one instead of standardize."),
        (
            "recipe.optimizer.lr",
            "0.0003",
            "Recipe › Optimiser › Learning rate is 0.0003 instead of its default.",
        ),
        (
            "recipe.optimizer",
            "{type: sgd, lr: 0.1, nesterov: true}",
            "Recipe › Optimiser is SGD (Learning rate 0.1, Nesterov yes) instead of Adam.",
        ),
        (
            "networks.classifier.nodes.hidden.units",
            "12",
            "Classifier › hidden › Units is 12 instead of 8.",
        ),
    ],
)
def test_places_and_values_are_called_as_forms_call_them(path: str, text: str, words: str) -> None:
    told, as_files = difference_words(CLASSIFIER, set_value(CLASSIFIER, path, text))
    assert told == [words]
    (sentence,) = as_files
    assert sentence.startswith(path)


def test_layers_and_measurements_come_and_go() -> None:
    network = CLASSIFIER.networks["classifier"]
    nodes = {**network.nodes, "extra": Node(type="dropout", params={"p": 0.3})}
    more = msgspec.structs.replace(
        CLASSIFIER,
        networks={"classifier": msgspec.structs.replace(network, nodes=nodes)},
        probes=(Plug("health"), Plug("samples")),
    )
    plain = msgspec.structs.replace(CLASSIFIER, probes=())
    told, _as_files = difference_words(plain, more)
    assert told == [
        "Classifier › extra is new: Dropout (Probability 0.3).",
        "Probes is Gradient health, Samples instead of nothing.",
    ]
    told, _as_files = difference_words(more, plain)
    assert "Classifier › extra is gone: Dropout (Probability 0.3)." in told


def test_every_difference_is_told_both_ways() -> None:
    told, as_files = difference_words(SMALL, FULL)
    assert len(told) == len(as_files) > 5
    assert not any(words.startswith(("recipe.", "data.", "networks.")) for words in told)
