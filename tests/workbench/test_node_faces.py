"""How layers look on cards and are found in palettes."""

from __future__ import annotations

import itertools

import pytest
from pytestqt.qtbot import QtBot

from engine.layers.base import LAYERS, Shape
from engine.protocol import NodeReport
from projects.errors import Problem
from projects.library import library
from projects.schema import BLOCK, Node
from projects.translation import SOURCE, languages, speak
from widgets.canvas.card_text import lines_of, sizes_at
from widgets.fuzzy import best
from widgets.graph_metrics import NODE_HEIGHT
from widgets.layer_palette import texts_of
from workbench.node_faces import layer_entries, node_spec, retold


@pytest.mark.parametrize("spoken", languages())
def test_titles_are_whole_on_their_cards(spoken: str, qtbot: QtBot) -> None:
    """Of layers and of blocks of the library, in every language, with the settings that they begin with."""
    speak(spoken)
    try:
        nodes = [Node(type=cls.tag()) for cls in LAYERS]
        nodes += [Node(type=BLOCK, params={BLOCK: entry.name}) for entry in library()]
        for spec in (node_spec("a", node) for node in nodes):
            lines = lines_of(spec, "9.2k", NODE_HEIGHT, sizes_at(1.0), barred=False)
            titles = [line.text.text() for line in lines if line.strong]
            assert " ".join(titles) == spec.title
    finally:
        speak(SOURCE)


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("transposed", "conv_transpose2d"),
        ("Transposed convolution", "conv_transpose2d"),
        ("deconv", "conv_transpose2d"),
        ("upconv", "conv_transpose2d"),
        ("dense", "linear"),
        ("fully connected", "linear"),
        ("residual", "add"),
        ("swish", "silu"),
        ("conv2d", "conv2d"),
    ],
)
def test_layers_are_found_by_every_usual_name(query: str, key: str) -> None:
    assert best(query, layer_entries(), texts_of)[0].key == key


def test_the_help_names_the_standard_term() -> None:
    assert "transposed convolution" in LAYERS.get("conv_transpose2d").help()


def test_a_node_is_told_anew_as_if_for_the_first_time() -> None:
    node = Node(type="linear", params={"units": 3}, at=(40, 60))
    known = NodeReport(out_shape=Shape((3,)), in_shapes=(Shape((4,)),), parameters=15, flops=24)
    wrong = (Problem("networks.net.nodes.a", "nothing flows in."),)
    for first, then in itertools.permutations([(known, ()), (None, wrong)]):
        assert retold(node_spec("a", node, *first), *then) == node_spec("a", node, *then)


def test_settings_that_python_takes_for_equal_are_told_apart() -> None:
    said = [node_spec("a", Node(type="linear", params={"units": u})).subtitle for u in (1, True)]
    assert said[1] == "wrong setting" != said[0]
