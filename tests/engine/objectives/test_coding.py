"""What a check says of encoders and decoders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from engine.compute.check import check
from engine.compute.network import build_all
from engine.data.prepare import describe
from engine.layers.base import Shape
from projects.errors import Problem, ProblemsError
from projects.schema import Data, Plug, Project
from tests.engine.training.coding import autoencoder, layers, vae
from tests.engine.training.support import chain


def problems(project: Project, folder: Path) -> dict[str, Problem]:
    return {problem.where: problem for problem in check(project, folder).problems}


def fed(project: Project, folder: Path) -> Shape | None:
    """What flows into the decoder."""
    node = check(project, folder).networks["decoder"].nodes.get("entry")
    return node.out_shape if node is not None else None


def with_encoder(project: Project, *parts: Any) -> Project:
    networks = {**project.networks, "encoder": chain(list(parts))}
    return replace(project, networks=networks)


@pytest.mark.parametrize("latents", [1, 2, 17])
def test_the_decoder_follows_the_encoder(tmp_path: Path, latents: int) -> None:
    assert problems(vae(latents), tmp_path) == {}
    assert fed(vae(latents), tmp_path) == Shape((latents,))
    assert problems(autoencoder(latents), tmp_path) == {}
    assert fed(autoencoder(latents), tmp_path) == Shape((latents,))


def test_codes_of_an_autoencoder_have_any_shape(tmp_path: Path) -> None:
    conv = ("conv", "conv2d", {"filters": 3, "stride": 2, "padding": 1})
    project = with_encoder(autoencoder(), conv)
    project = replace(project, data=Data(source=Plug("digits")))
    project = replace(
        project,
        networks={
            **project.networks,
            "decoder": chain(
                [
                    ("flat", "flatten", {}),
                    ("last", "linear", {"units": 64}),
                    ("image", "reshape", {"sizes": [1, 8, 8]}),
                ]
            ),
        },
    )
    assert problems(project, tmp_path) == {}
    assert fed(project, tmp_path) == Shape((3, 4, 4))
    built = build_all(project, describe(project.data, tmp_path))
    assert built["decoder"].in_shape == Shape((3, 4, 4))


def test_an_encoder_that_fails_leaves_the_decoder_unknown(tmp_path: Path) -> None:
    broken = with_encoder(vae(), ("conv", "conv2d", {}))
    assert fed(broken, tmp_path) is None
    assert {where.split(".")[1] for where in problems(broken, tmp_path)} == {"encoder"}
    with pytest.raises(ProblemsError) as caught:
        build_all(broken, describe(broken.data, tmp_path))
    assert caught.value.problems[0].where.startswith("networks.encoder")


def test_order_in_the_file_does_not_matter(tmp_path: Path) -> None:
    project = vae()
    turned = replace(project, networks=dict(reversed(project.networks.items())))
    assert problems(turned, tmp_path) == {}


def test_means_and_log_variances_come_in_pairs(tmp_path: Path) -> None:
    found = problems(with_encoder(vae(), *layers(7)), tmp_path)
    assert list(found) == ["networks.encoder.nodes.last"]
    assert "even number" in found["networks.encoder.nodes.last"].message
    assert "8 units, for 4 latents" in found["networks.encoder.nodes.last"].hint
    rows = with_encoder(vae(), ("rows", "reshape", {"sizes": [8, 8]}))
    (problem,) = (p for where, p in problems(rows, tmp_path).items() if "encoder" in where)
    assert "one row of numbers" in problem.message
    assert "2·k units" in problem.hint


@pytest.mark.parametrize(
    ("ends", "objective", "wanted"),
    [
        (63, {}, "64"),
        (64, {"likelihood": "gaussian", "variance": "learned"}, "128"),
    ],
)
def test_a_decoder_ends_in_an_example(
    tmp_path: Path, ends: int, objective: dict[str, Any], wanted: str
) -> None:
    found = problems(vae(ends=ends, **objective), tmp_path)
    assert f"has to be {wanted}" in found["networks.decoder.nodes.last"].message
    assert problems(vae(ends=int(wanted), **objective), tmp_path) == {}


def test_bernoulli_wants_values_from_0_to_1(tmp_path: Path) -> None:
    scaled = Data(source=Plug("digits", {"layout": "flat"}), scale="minus_one_to_one")
    found = problems(vae(data=scaled), tmp_path)
    assert "zero to one" in found["data.scale"].hint
    assert problems(vae(data=scaled, likelihood="gaussian"), tmp_path) == {}
    squashed = replace(
        vae(),
        networks={
            **vae().networks,
            "decoder": chain(layers(64, ("end", "sigmoid", {}))),
        },
    )
    (problem,) = problems(squashed, tmp_path).values()
    assert (problem.severity, problem.where) == ("warning", "networks.decoder.nodes.end")
    gaussian = replace(squashed, objective=Plug("vae", {"likelihood": "gaussian"}))
    assert problems(gaussian, tmp_path) == {}


def test_sparsity_by_activation_wants_a_sigmoid(tmp_path: Path) -> None:
    found = problems(autoencoder(sparsity="kl"), tmp_path)
    assert "Sigmoid" in found["networks.encoder.nodes.last"].hint
    assert problems(autoencoder(4, ("s", "sigmoid", {}), sparsity="kl"), tmp_path) == {}


def test_a_share_of_noise_is_at_most_one(tmp_path: Path) -> None:
    found = problems(autoencoder(noise="masking", strength=1.5), tmp_path)
    assert list(found) == ["objective.strength"]
    assert problems(autoencoder(noise="gaussian", strength=1.5), tmp_path) == {}


@pytest.mark.parametrize(
    ("anomaly", "says"),
    [("eight", "no class “eight”"), ("0,1,2,3,4,5,6,7,8,9", "nothing is left")],
)
def test_held_out_classes_have_to_be_there(tmp_path: Path, anomaly: str, says: str) -> None:
    found = problems(vae(anomaly=anomaly), tmp_path)
    assert says in found["objective.anomaly"].message
    assert found["objective.anomaly"].hint
    assert problems(vae(anomaly="3, 5"), tmp_path) == {}


def test_data_without_classes_holds_none_out(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    np.savez(tmp_path / "a.npz", x=random.random((30, 64)), y=random.random(30))
    data = Data(source=Plug("npz", {"path": "a.npz"}))
    assert problems(vae(data=data), tmp_path) == {}
    found = problems(vae(data=data, anomaly="1"), tmp_path)
    assert "neither classes nor labels" in found["objective.anomaly"].message
