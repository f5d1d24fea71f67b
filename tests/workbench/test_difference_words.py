"""Differences of projects as people read them."""

from __future__ import annotations

import msgspec
import pytest

from projects.paths import set_value
from projects.schema import Block, Node, Plug
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
            "Recipe › Optimiser › Learning rate is 0.0003 instead of 0.001.",
        ),
        (
            "recipe.early_stopping",
            "{metric: validation_loss, patience: 7}",
            "Recipe › Early stopping is Metric validation loss, Patience 7 instead of nothing.",
        ),
        ("recipe.max_steps", "1000000", "Recipe › Steps at most is 1000000 instead of nothing."),
        (
            "networks.classifier.nodes.hidden.mute",
            "true",
            "Classifier › hidden › Bypass is yes instead of no.",
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


def test_what_files_leave_out_is_told_with_what_it_is_then() -> None:
    data = msgspec.structs.replace(
        CLASSIFIER.data,
        augment=(Plug("random_crop", {"padding": 2}), Plug("mixup")),
        split=msgspec.structs.replace(CLASSIFIER.data.split, only_new=True),
    )
    told, _as_files = difference_words(CLASSIFIER, msgspec.structs.replace(CLASSIFIER, data=data))
    assert set(told) == {
        "Data › Augmentation is Crop (Border 2), Mixup instead of nothing.",
        "Data › Split › Only new examples is yes instead of no.",
    }


def test_what_a_file_says_though_it_is_so_anyway_is_no_difference() -> None:
    said = set_value(CLASSIFIER, "recipe.optimizer.beta1", "0.9")
    told, as_files = difference_words(CLASSIFIER, said)
    assert told == []
    assert as_files == ["recipe.optimizer.beta1 is 0.9 instead of its default."]
    told, _as_files = difference_words(set_value(said, "recipe.optimizer.beta1", "0.5"), CLASSIFIER)
    assert told == ["Recipe › Optimiser › Beta 1 is 0.9 instead of 0.5."]


def test_layers_inside_of_blocks_are_called_as_forms_call_them() -> None:
    inside = Block(nodes={"in": Node(type="input"), "bend": Node(type="relu")})
    bent = Block(nodes={**inside.nodes, "bend": Node(type="leaky_relu", params={"slope": 0.3})})
    one, other = (
        msgspec.structs.replace(CLASSIFIER, blocks={"res": block}) for block in (inside, bent)
    )
    told, _as_files = difference_words(one, other)
    assert told == ["Block: res › bend is Leaky ReLU (Negative slope 0.3) instead of ReLU."]


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
