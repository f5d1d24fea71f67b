"""What layers say of themselves in a word: one of a thing is told as one."""

from __future__ import annotations

from typing import Any

import pytest

from engine.layers.base import LAYERS


@pytest.mark.parametrize(
    ("tag", "params", "words"),
    [
        ("group_norm", {"groups": 1}, "1 group"),
        ("group_norm", {"groups": 4}, "4 groups"),
        ("self_attention", {"heads": 1}, "1 head"),
        ("cross_attention", {"heads": 1}, "1 head"),
        ("transformer_encoder", {"heads": 1, "width": 8}, "1 head · 8"),
        ("transformer_encoder", {"heads": 2, "width": 8}, "2 heads · 8"),
    ],
)
def test_one_is_told_as_one(tag: str, params: dict[str, Any], words: str) -> None:
    assert LAYERS.make(tag, params).summary() == words
