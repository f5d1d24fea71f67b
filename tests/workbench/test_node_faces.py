"""How layers look on cards and are found in palettes."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.layers.base import LAYERS
from widgets.canvas.kit import kit
from widgets.canvas.node_item import LEFT, RIGHT
from widgets.fuzzy import best
from widgets.graph_metrics import NODE_WIDTH
from widgets.layer_palette import texts_of
from workbench.node_faces import layer_entries


@pytest.mark.parametrize("tag", list(LAYERS.entries))
def test_titles_are_whole_on_their_cards(tag: str, qtbot: QtBot) -> None:
    cls = LAYERS.get(tag)
    room = NODE_WIDTH - LEFT - RIGHT
    assert kit().title_metrics.horizontalAdvance(cls.title) <= room


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
