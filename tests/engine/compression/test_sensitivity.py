"""What each layer can lose, and weights that go back to where they began."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.compression.sensitivity import SHARES, allowed, most_of, most_words
from engine.compute.compression.compressing import applied, compress, timed
from engine.compute.compression.measuring import UNTIMED
from engine.compute.compression.model import Model, model_of
from engine.compute.compression.sensitivity import scan
from engine.compute.evaluate import evaluate
from engine.compute.inside.opened import OpenRun
from engine.compute.task import weights_of
from engine.runs.failures import GivenUpError
from engine.runs.stages import untold
from projects.errors import CompressionError, RunError
from projects.schema import Averaging, Plug
from tests.engine.training.support import digits, last_state, ring, train

NET = "classifier"


@pytest.fixture(scope="module")
def model(run: Path) -> Model:
    return model_of(run)


def started(run: Path) -> dict[str, torch.Tensor]:
    """The weights that a training began with."""
    opened = OpenRun(run)
    opened.use("start")
    return {key: value.clone() for key, value in opened.networks()[NET].state_dict().items()}


def test_each_layer_is_tried_alone(model: Model) -> None:
    told: list[tuple[str, float]] = []
    before = {key: value.clone() for key, value in model.weights[NET].items()}
    found = scan(model, lambda words, share: told.append((words, share)))
    assert found.value == evaluate(model.opened(), "validation")[found.metric]
    assert (found.higher, found.shares) == (True, SHARES)
    assert sum(layer.weights for layer in found.layers) == 64 * 24 + 24 * 10
    assert [share for _words, share in told] == sorted(share for _words, share in told)
    assert {words for words, _share in told} == {layer.layer for layer in found.layers}
    assert all(torch.equal(model.weights[NET][key], value) for key, value in before.items())
    (first, last) = found.layers
    weights = {key: value.clone() for key, value in before.items()}
    name = f"{first.layer.partition('/')[2]}.weight"
    size = weights[name].abs().flatten()
    weights[name][weights[name].abs() <= size.sort().values[round(0.9 * len(size)) - 1]] = 0
    alone = evaluate(model.with_weights({NET: weights}).opened(), "validation")[found.metric]
    assert first.scores[SHARES.index(0.9)] == alone
    assert first.scores[0] > first.scores[-1]
    assert first.most == most_of(found.value, True, first.scores)
    assert last.scores[-1] < found.value


def test_a_scan_that_is_stopped_ends(model: Model) -> None:
    def tell(_words: str, share: float) -> None:
        if share > 0.3:
            raise GivenUpError("stopped.")

    with pytest.raises(GivenUpError):
        scan(model, tell)
    assert scan(model, lambda *_told: None).value == scan(model, lambda *_told: None).value


def test_the_most_that_a_layer_can_lose() -> None:
    shares = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
    assert most_of(0.9, True, (0.91, 0.9, 0.89, 0.88, 0.89, 0.1), shares) == 0.8
    assert most_of(0.9, True, (0.5, 0.9, 0.9, 0.9, 0.9, 0.9), shares) == 0
    assert most_of(40.0, False, (40.0, 40.3, 40.5, float("nan"), 1.0, 1.0), shares) == 0.7
    assert allowed(-120.0, True) == pytest.approx(1.2)


def test_a_layer_that_needs_nearly_everything_is_not_said_to_need_all_of_it() -> None:
    little = (0.9, 0.9, 0.7, *[0.1] * (len(SHARES) - 3))
    assert most_words(most_of(0.9, True, little)) == "20%"
    nothing = most_of(0.9, True, (0.7, *little[1:]))
    assert most_words(nothing) == "less than 10%"


def test_a_ticket_has_the_numbers_of_the_start_and_the_zeros_of_now(model: Model) -> None:
    pruned = Plug("prune", {"amount": 0.8})
    zeros = applied(model, [pruned]).weights[NET]
    ticket = applied(model, [pruned, Plug("rewind")])
    begun = started(model.run)
    for key, value in ticket.weights[NET].items():
        expected = begun[key]
        if expected.ndim == 2 and key.endswith("weight"):
            assert 0 < int((zeros[key] == 0).sum()) < zeros[key].numel()
            expected = expected.masked_fill(zeros[key] == 0, 0.0)
        assert torch.equal(value, expected)
    assert "Keep zeros" in ticket.notes[-1]


def test_a_variant_is_rewound_to_the_start_of_the_run_that_was_trained(run: Path) -> None:
    place, variant = compress(run, [Plug("prune", {"amount": 0.8})])
    ticket, rewound = compress(place, [Plug("rewind")])
    untimed = [timed(one, UNTIMED) for one in (rewound.parent, variant.size)]
    assert untimed[0] == untimed[1]  # times are measured anew
    assert rewound.size.nonzero == pytest.approx(variant.size.nonzero, abs=24 + 10)
    assert rewound.size.value < variant.size.value - 0.1, "it knows little any more"
    found, begun = model_of(ticket).weights[NET], started(run)
    there = [found[key] != 0 for key in begun if begun[key].ndim == 2]
    assert all(
        torch.equal(found[key][stays], begun[key][stays])
        for key, stays in zip([key for key in begun if begun[key].ndim == 2], there, strict=True)
    )


def test_weights_go_back_to_any_early_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, short = tmp_path / "run", tmp_path / "short"
    train(digits(), run, max_steps=40)
    train(digits(), short, max_steps=7)
    then = last_state(short).weights
    model = model_of(run)
    told: list[str] = []
    made = applied(
        model, [Plug("rewind", {"to": "step-7"})], lambda words, _share: told.append(words)
    )
    assert all(torch.equal(value, then[f"{NET}.{key}"]) for key, value in made.weights[NET].items())
    assert "making the steps again" in told
    monkeypatch.setattr(OpenRun, "come_to", None)  # whoever moves a slider doesn't wait again
    pruned = applied(model, [Plug("prune"), Plug("rewind", {"to": "step-000000007"})])
    assert int((pruned.weights[NET]["first.weight"] == 0).sum()) > 0
    newest = applied(model, [Plug("rewind", {"to": "step-40"})]).weights[NET]
    last = applied(model, [Plug("rewind", {"to": "last"})]).weights[NET]
    assert all(torch.equal(newest[key], last[key]) for key in last)


def test_making_steps_again_can_be_stopped(model: Model) -> None:
    def tell(words: str, _share: float) -> None:
        if words == "making the steps again":
            raise GivenUpError("stopped.")

    with pytest.raises(GivenUpError):
        applied(model, [Plug("rewind", {"to": "step-3"})], tell)


def test_what_cannot_be_rewound_says_why(model: Model, run: Path) -> None:
    newest = max(int(path.name[-9:]) for path in run.glob("checkpoints/step-*"))
    for moment in ("nowhere", f"step-{newest + 1}", "step-x"):
        with pytest.raises(RunError, match="no weights called") as raised:
            applied(model, [Plug("rewind", {"to": moment})])
        hint = raised.value.problem.hint
        assert "It has: best, last, " in hint
        assert f"start; and step-… with the number of any step from 0 to {newest}" in hint
    thinner = [Plug("low_rank", {"by": "share", "share": 0.2}), Plug("rewind")]
    with pytest.raises(CompressionError, match="the design is another one"):
        applied(model, thinner)


def test_a_judge_of_samples_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    train(ring(), run, max_steps=20)
    model = model_of(run)
    session = model.opened()
    monkeypatch.setattr(Model, "opened", lambda _model: session)
    before = weights_of(session.task)
    told: list[str] = []
    found = scan(model, lambda words, _share: told.append(words))
    assert {layer.layer.partition("/")[0] for layer in found.layers} == {"generator"}
    assert {"generator", "discriminator"} <= set(told), "it can be stopped meanwhile"
    after = weights_of(session.task)
    assert all(torch.equal(after[key], value) for key, value in before.items())


def test_the_network_that_is_measured_is_the_one_that_is_pruned(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(epochs=2, average=Averaging()), run)
    found = scan(model_of(run), untold)
    assert any(score < found.value - 0.05 for layer in found.layers for score in layer.scores)
