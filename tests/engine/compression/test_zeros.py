"""Which zeros are meant to stay while a variant is trained on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.compression.variant import Size, Variant, write_variant
from engine.compression.zeros import has_zeros, with_zeros_kept
from engine.runs.summary import COMPRESSED, Summary, write_summary
from projects.schema import Plug
from tests.engine.training.support import digits

PRUNED, ROUNDED = Plug("prune", {"amount": 0.5}), Plug("quantise_weights")


def variant(run: Path, parent: str, *steps: Plug, zeros: int = 50) -> Path:
    """A run that says that it was made smaller."""
    run.mkdir()
    whole = Size(parameters=100, nonzero=100, dense_bytes=400, file_bytes=500, macs=100)
    size = msgspec.structs.replace(whole, nonzero=100 - zeros)
    write_variant(run, Variant(steps=steps, size=size, parent=whole))
    write_summary(run, Summary(project="p", objective="gan", state=COMPRESSED, parent=parent))
    return run


def test_zeros_stay_where_something_was_pruned_now_or_before(tmp_path: Path) -> None:
    pruned = variant(tmp_path / "a", "trained", PRUNED)
    assert has_zeros(pruned)
    assert has_zeros(variant(tmp_path / "b", "a", ROUNDED))
    assert has_zeros(variant(tmp_path / "c", "b", ROUNDED, ROUNDED))
    assert not has_zeros(variant(tmp_path / "d", "trained", ROUNDED)), "zeros of rounding move"
    assert not has_zeros(variant(tmp_path / "e", "trained", PRUNED, zeros=1))
    assert not has_zeros(variant(tmp_path / "f", "f", ROUNDED)), "a circle ends"
    assert not has_zeros(variant(tmp_path / "g", "trained", Plug("of another time")))
    assert not has_zeros(tmp_path / "nowhere")


def test_a_recipe_that_prunes_by_itself_stays_as_it_is(tmp_path: Path) -> None:
    run = variant(tmp_path / "a", "trained", PRUNED)
    assert with_zeros_kept(digits(), run).recipe.pruning == Plug("keep_zeros")
    own = digits(pruning=Plug("gradual", {"amount": 0.95}))
    assert with_zeros_kept(own, run) is own
    plain = digits()
    assert with_zeros_kept(plain, tmp_path / "trained") is plain
