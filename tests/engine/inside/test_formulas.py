"""Every view against a formula of its own, or a case whose answer is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from torch import nn
from torch.nn import functional

from engine.compute.batches import Batch
from engine.compute.evaluate import evaluate, open_run
from engine.compute.inside.embedding import components, trust
from engine.compute.inside.features import features_of
from engine.compute.inside.inspector import Inspector
from engine.compute.inside.landscape import loss, random_direction, weights
from engine.compute.inside.saliency import (
    grad_cam,
    gradient,
    integrated_gradients,
    occlusion,
    smooth_grad,
)
from engine.compute.inside.similarity import cka_of
from engine.compute.network import GraphModule
from engine.protocol import Example
from engine.runs.stages import untold
from tests.engine.inside.support import images, look, moons
from tests.engine.training.support import Layers, chain, train


def network_of(run: Path) -> GraphModule:
    network = open_run(run).task.networks["classifier"].eval()
    network.write_over(False)
    return network


# ------------------------------------------------------------------------------------ features


def test_features_of_the_first_layer_are_its_weights(flat_run: Path) -> None:
    network = network_of(flat_run)
    found = features_of(network, "first", 0, 99)
    assert torch.equal(found, network.get_parameter("first.weight"))
    shown = look(flat_run, "features", "classifier/first")
    assert np.array_equal(shown.arrays["values"].numpy().reshape(24, 64), found.detach().numpy())


def test_features_of_deeper_layers_are_weighted_sums(flat_run: Path) -> None:
    network = network_of(flat_run)
    first, last = (network.get_parameter(f"{name}.weight") for name in ("first", "last"))
    norm = network.get_submodule("norm")
    assert isinstance(norm, nn.BatchNorm1d)
    assert norm.running_var is not None
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    expected = last @ (scale[:, None] * first)
    assert features_of(network, "last", 2, 3) == pytest.approx(expected[2:5].detach(), abs=1e-5)


def test_filters_reach_through_convolutions(image_run: Path) -> None:
    network = network_of(image_run)
    shown = look(image_run, "features", "classifier/conv1").arrays["values"].numpy()
    kernel = network.get_parameter("conv1.weight").detach()
    assert shown == pytest.approx(kernel[:, 0].numpy(), abs=1e-6)
    found = features_of(network, "conv2", 0, 5)
    places = torch.zeros(1, 5, 4, 4)
    places[0, 3, 2, 2] = 1
    back = functional.conv_transpose2d(places, network.get_parameter("conv2.weight"), padding=1)
    back = functional.interpolate(back, scale_factor=2) / 4
    back = functional.conv_transpose2d(back, network.get_parameter("conv1.weight"), padding=1)
    assert found[3].detach().numpy() == pytest.approx(back[0].detach().numpy(), abs=1e-6)


def test_own_weights_of_many_channels_stand_side_by_side(image_run: Path) -> None:
    shown = look(image_run, "features", "classifier/conv2", what="weights").arrays["values"].numpy()
    kernel = network_of(image_run).get_parameter("conv2.weight").detach().numpy()
    assert shown.shape == (5, 7, 7)
    assert np.array_equal(shown[2, 4:, :3], kernel[2, 2])
    assert np.isnan(shown[:, 3]).all()


# ------------------------------------------------------------------------------------ maps, excitement


def test_maps_are_what_leaves_the_layer(image_run: Path) -> None:
    network, data = network_of(image_run), open_run(image_run).data
    caught: list[torch.Tensor] = []
    handle = network.get_submodule("conv2").register_forward_hook(
        lambda _m, _x, y: caught.append(y)
    )
    with torch.no_grad():
        network(torch.from_numpy(data.test.inputs[6:7]))
    handle.remove()
    example = Example(split="test", index=6)
    shown = look(image_run, "feature_maps", "classifier/conv2", example=example)
    assert shown.arrays["values"].numpy() == pytest.approx(caught[0][0].numpy(), abs=1e-6)
    assert shown.layer == "classifier/conv2"


def test_the_most_exciting_examples_come_first(image_run: Path) -> None:
    network, data = network_of(image_run), open_run(image_run).data
    with torch.no_grad():
        values = network.forward_to("conv2", torch.from_numpy(data.validation.inputs))
    best = values[:, 3].flatten(1).max(1).values
    shown = look(image_run, "exciting", "classifier/conv2", unit=3, shown=7)
    order = best.argsort(descending=True, stable=True)[:7]
    assert shown.arrays["places"].numpy().tolist() == order.tolist()
    assert shown.arrays["excitement"].numpy() == pytest.approx(best[order].numpy(), abs=1e-5)


def test_what_excites_a_weighted_sum_most_has_its_signs(flat_run: Path) -> None:
    settings: dict[str, Any] = {"steps": 60, "decay": 0.0, "rate": 0.1}
    shown = look(flat_run, "maximised", "classifier/first", units=5, **settings)
    weight = network_of(flat_run).get_parameter("first.weight")[:5].detach().numpy()
    strong = np.abs(weight) > 0.02
    made = shown.arrays["images"].numpy().reshape(5, 64)
    assert np.array_equal(made[strong], np.where(weight > 0, 255, 0)[strong])


def test_decay_holds_inputs_small(plane_run: Path) -> None:
    layer = "classifier/first"
    settings: dict[str, Any] = {"units": 8, "steps": 60}
    free = look(plane_run, "maximised", layer, decay=0.0, **settings).arrays
    held = look(plane_run, "maximised", layer, decay=10.0, **settings).arrays
    sizes = [np.linalg.norm(made["inputs"].numpy(), axis=1).mean() for made in (free, held)]
    assert sizes[1] < 0.6 * sizes[0]
    assert (held["excitement"].numpy() < free["excitement"].numpy()).all()


# ------------------------------------------------------------------------------------ attributions


def test_all_methods_agree_about_a_weighted_sum() -> None:
    generator = torch.Generator().manual_seed(1)
    weight, x = torch.randn(6, generator=generator), torch.randn(1, 6, generator=generator)

    def score(inputs: torch.Tensor) -> torch.Tensor:
        return inputs @ weight + 3

    assert gradient(score, x)[0] == pytest.approx(weight)
    assert smooth_grad(score, x, 7, 0.5, 0, untold)[0] == pytest.approx(weight, abs=1e-5)
    assert integrated_gradients(score, x, 5, untold) == pytest.approx(x * weight, abs=1e-5)
    assert occlusion(score, x, (1,), (1,), untold) == pytest.approx(x * weight, abs=1e-5)


def test_integrated_gradients_are_complete(image_run: Path, plane_run: Path) -> None:
    for run, steps, near in ((plane_run, 32, 1e-5), (image_run, 512, 2e-3)):
        for index in range(3):
            example = Example(index=index)
            info = look(run, "attribution", example=example, steps=steps).info
            gain = info["score"] - info["score_of_nothing"]
            assert info["sum"] == pytest.approx(gain, abs=near)


def test_integrated_gradients_of_a_square() -> None:
    """Of ``Σ a x²`` the integral is known: ``a x²`` for every number."""
    a, x = torch.tensor([1.0, -2.0, 0.5]), torch.tensor([[0.3, 0.7, -1.1]])
    found = integrated_gradients(lambda inputs: (inputs**2 * a).sum(1), x, 4, untold)
    assert found == pytest.approx(a * x**2, abs=1e-6)


def test_smooth_gradients_average_over_noise() -> None:
    """Of ``x³`` the mean gradient under noise of deviation σ is ``3 (x² + σ²)``."""
    x = torch.tensor([[0.0, 1.0]])
    found = smooth_grad(lambda inputs: (inputs**3).sum(1), x, 4_000, 0.5, 3, untold)
    assert found[0].tolist() == pytest.approx([0.75, 3.75], abs=0.2)
    again = smooth_grad(lambda inputs: (inputs**3).sum(1), x, 10, 0.5, 3, untold)
    assert torch.equal(again, smooth_grad(lambda i: (i**3).sum(1), x, 10, 0.5, 3, untold))


def test_windows_cover_every_pixel() -> None:
    x = torch.arange(25.0).view(1, 1, 5, 5)
    found = occlusion(lambda inputs: inputs.flatten(1).sum(1), x, (2, 2), (2, 2), untold)
    assert found[0, 0, 0] == x[0, 0, :2, :2].sum()
    assert found[0, 4, 4] == x[0, 0, 3:, 3:].sum()
    window = [x[0, 0, a : a + 2, b : b + 2].sum() for a in (2, 3) for b in (2, 3)]
    assert found[0, 3, 3] == pytest.approx(float(sum(window)) / 4)


def test_grad_cam_is_the_map_of_classes_where_means_are_weighed(image_run: Path) -> None:
    """Behind global means and one linear layer it is CAM (Selvaraju et al. 2017, section 3.1)."""
    network, data = network_of(image_run), open_run(image_run).data
    x = torch.from_numpy(data.validation.inputs[:1])
    with torch.no_grad():
        maps, answers = network.forward_to("relu2", x), network(x)
    output = int(answers.argmax())
    own = network.get_parameter("last.weight")[output].detach()
    expected = grad_cam(maps, (own / 16).view(1, -1, 1, 1).expand_as(maps), (8, 8))
    shown = look(image_run, "attribution", method="grad_cam", node="classifier/relu2")
    assert shown.arrays["values"].numpy() == pytest.approx(expected[0].numpy(), abs=1e-6)
    assert shown.info["output"] == str(output)
    plain = functional.interpolate(
        (own.view(1, -1, 1, 1) * maps).sum(1, keepdim=True).relu() / 16, (8, 8), mode="bilinear"
    )
    assert expected == pytest.approx(plain[:, 0], abs=1e-6)


def flattened(tmp_path: Path) -> Path:
    """A classifier whose one linear layer reads a convolution's maps place by place."""
    layers: Layers = [
        ("conv", "conv2d", {"filters": 4}),
        ("relu", "relu", {}),
        ("flat", "flatten", {}),
        ("last", "linear", {"units": 10}),
    ]
    run = tmp_path / "run"
    project = msgspec.structs.replace(images(), networks={"classifier": chain(layers)})
    train(project, run, max_steps=25)
    return run


def test_hires_cam_is_exact_behind_a_flatten(tmp_path: Path) -> None:
    """By hand: place p of channel k counts W[o, k, p] · A[k, p]; together it is the output without its bias."""
    run = flattened(tmp_path)
    network, data = network_of(run), open_run(run).data
    x = torch.from_numpy(data.validation.inputs[:1])
    with torch.no_grad():
        maps, answers = network.forward_to("relu", x), network(x)
    for output in range(10):
        weights = network.get_parameter("last.weight")[output].detach().view(1, 4, 8, 8)
        shown = look(run, "attribution", method="hires_cam", output=output)
        values = shown.arrays["values"].numpy()
        assert values == pytest.approx((weights * maps).sum(1)[0].numpy(), abs=1e-5)
        bias = float(network.get_parameter("last.bias")[output].detach())
        assert values.sum() == pytest.approx(float(answers[0, output]) - bias, abs=1e-4)
        averaged = (weights.mean((2, 3), keepdim=True) * maps).sum(1)[0].relu()
        shown = look(run, "attribution", method="grad_cam", output=output)
        assert shown.arrays["values"].numpy() == pytest.approx(averaged.numpy(), abs=1e-5)


def test_tokens_of_texts_are_told_apart(tmp_path: Path) -> None:
    import msgspec

    from projects.templates import template

    project = template("sounds_lstm").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=2)
    run = tmp_path / "run"
    train(msgspec.structs.replace(project, recipe=recipe), run)
    shown = look(run, "attribution", steps=64)
    data = open_run(run).data
    letters = data.validation.inputs[0] != data.info.padding
    assert shown.info["step"] == letters.sum()
    assert shown.arrays["values"].shape == (len(shown.info["tokens"]),)
    gain = shown.info["score"] - shown.info["score_of_nothing"]
    assert shown.info["sum"] == pytest.approx(gain, abs=1e-4)


# ------------------------------------------------------------------------------------ maps of examples, CKA


def test_components_are_those_of_scikit_learn(flat_run: Path) -> None:
    rows = open_run(flat_run).data.validation.inputs.astype(np.float64)
    found, shares = components(rows, 3)
    reference = PCA(3).fit(rows)
    assert shares == pytest.approx(reference.explained_variance_ratio_)
    assert np.abs(found) == pytest.approx(np.abs(reference.transform(rows)), abs=1e-8)
    shown = look(flat_run, "embedding", "classifier/entry", examples=270)
    assert shown.arrays["points"].numpy() == pytest.approx(found[:, :2], abs=1e-4)
    assert shown.info["explained"] == pytest.approx(shares[:2])


def test_a_map_that_keeps_all_neighbours_is_trusted(plane_run: Path) -> None:
    shown = look(plane_run, "embedding", "classifier/entry")
    assert shown.info["trustworthiness"] == pytest.approx(1.0)


def test_trust_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(5)
    rows = random.normal(size=(60, 6))
    points = rows[:, :2] + 0.5 * random.normal(size=(60, 2))
    expected = trustworthiness(rows, points, n_neighbors=12)
    assert 0.5 < expected < 0.95
    assert trust(rows, points) == pytest.approx(expected)
    assert trust(rows[:2], points[:2]) is None


def test_neighbours_stay_together(flat_run: Path) -> None:
    shown = look(
        flat_run, "embedding", "classifier/entry", method="tsne", examples=80, perplexity=8
    )
    flat = look(flat_run, "embedding", "classifier/entry", examples=80)
    assert shown.info["trustworthiness"] > flat.info["trustworthiness"] + 0.02


def test_umap_says_what_it_needs(flat_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from projects.errors import RunError

    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(RunError, match=r"pip install ganvas\[umap\]"):
        look(flat_run, "embedding", method="umap")


def cka(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> float:
    return float(cka_of([x], [y])[0, 0])


def test_similarity_knows_no_rotation_scale_or_shift() -> None:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(40, 7)), random.normal(size=(40, 5))
    turned, _r = np.linalg.qr(random.normal(size=(7, 7)))
    assert cka(x, 3 * x @ turned + 5) == pytest.approx(1)
    one, other = x - x.mean(0), y - y.mean(0)
    norm = np.linalg.norm
    expected = norm(other.T @ one) ** 2 / (norm(one.T @ one) * norm(other.T @ other))
    assert cka(x, y) == pytest.approx(expected)
    assert np.isnan(cka(x, np.ones((40, 3))))
    still = np.full((1000, 3), 0.1, np.float32)
    assert np.isnan(cka_of([still], [still])).all(), "its mean is not 0.1 in single precision"


def test_layers_are_compared_with_themselves_and_with_the_start(image_run: Path) -> None:
    same = look(image_run, "similarity").arrays["values"].numpy()
    assert np.diag(same) == pytest.approx(1)
    assert same == pytest.approx(same.T, abs=1e-6)
    other = look(image_run, "similarity", with_moment="start").arrays["values"].numpy()
    assert np.diag(other)[-1] < 0.999
    twin = look(image_run, "similarity", with_run=str(image_run), with_moment="start")
    assert twin.arrays["values"].numpy() == pytest.approx(other, abs=1e-6)


# ------------------------------------------------------------------------------------ planes


def test_the_boundary_is_what_the_network_answers(plane_run: Path) -> None:
    shown = look(plane_run, "boundary", side=16)
    session = open_run(plane_run)
    x0, x1, y0, y1 = shown.info["extent"]
    xs, ys = np.linspace(x0, x1, 16), np.linspace(y0, y1, 16)
    grid = np.array([[x, y] for y in ys for x in xs])
    scaled = session.data.scaler.apply(grid).astype(np.float32)
    answers = session.task.predict(torch.from_numpy(scaled))
    best = shown.info["moments"].index("best")
    surface = shown.arrays["surface"].numpy()
    assert np.array_equal(surface[best].reshape(-1), answers["predicted"])
    assert shown.arrays["steps"].numpy().tolist() == sorted(shown.arrays["steps"].numpy())
    assert not np.array_equal(surface[0], surface[best])


def test_the_middle_of_the_landscape_is_the_loss(image_run: Path) -> None:
    shown = look(image_run, "landscape", side=3, examples=4096, split="validation")
    expected = evaluate(open_run(image_run), "validation")["validation_loss"]
    assert shown.info["centre"] == pytest.approx(expected, rel=1e-5)
    assert shown.arrays["values"].numpy()[1, 1] == pytest.approx(expected, rel=1e-5)


def test_filters_of_a_direction_are_as_long_as_those_of_the_weights(image_run: Path) -> None:
    centre = weights(open_run(image_run).task)
    way = random_direction(centre, torch.Generator().manual_seed(0))
    for name, weight in centre.items():
        if weight.ndim > 1:
            lengths = [tensor.flatten(1).norm(dim=1) for tensor in (way[name], weight)]
            assert lengths[0].tolist() == pytest.approx(lengths[1].tolist(), rel=1e-4)
        else:
            assert not way[name].any()


def test_steps_are_made_again_bit_for_bit(tmp_path: Path) -> None:
    run, inspector = tmp_path / "run", Inspector()
    train(moons(), run, max_steps=4)
    train(moons(), run, resume=True, max_steps=9)
    shown = look(run, "boundary", side=8, retrace=7, inspector=inspector)
    steps = shown.arrays["steps"].numpy().tolist()
    assert sorted(set(steps)) == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    surfaces = dict(zip(shown.info["moments"], shown.arrays["certainty"].numpy(), strict=True))
    assert np.array_equal(surfaces["again-000000004"], surfaces["step-000000004"])
    assert not np.array_equal(surfaces["again-000000003"], surfaces["again-000000004"])
    again = surfaces["again-000000008"], surfaces["last"]
    assert not np.array_equal(*again)
    few = look(run, "boundary", side=8, retrace=1, inspector=inspector)
    assert "again-000000004" in few.info["moments"]
    more = look(run, "boundary", side=8, retrace=3, inspector=inspector)
    assert {"again-000000002", "again-000000004", "again-000000007"} <= set(more.info["moments"])
    path = look(run, "landscape", plane="path", side=3, retrace=7, inspector=inspector)
    assert path.arrays["path"].shape == (len(steps), 2)
    assert path.arrays["steps"].numpy().tolist() == steps


def test_three_sets_of_weights_lie_in_the_plane_of_their_path(plane_run: Path) -> None:
    inspector = Inspector()
    shown = look(plane_run, "landscape", plane="path", side=3, inspector=inspector)
    run = inspector._opened(plane_run)
    part = run.session.data.train
    assert part.targets is not None
    batch = Batch(torch.from_numpy(part.inputs[:128]), torch.from_numpy(part.targets[:128]))
    path = shown.arrays["path"].numpy()
    assert sum(shown.info["explained"]) == pytest.approx(1)
    flat = {}
    for name in ("start", "best", "last"):
        run.use(name)
        flat[name] = torch.cat([w.flatten() for w in weights(run.session.task).values()]).numpy()
    moments = sorted(run.moments, key=lambda one: one.step)
    for i, one in enumerate(moments):
        for j, other in enumerate(moments):
            apart = np.linalg.norm(flat[one.name] - flat[other.name])
            assert np.linalg.norm(path[i] - path[j]) == pytest.approx(apart, abs=1e-3)
    run.use("best")
    assert shown.info["centre"] == pytest.approx(loss(run.session.task, batch), rel=1e-6)
