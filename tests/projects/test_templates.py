"""The example projects: canonical, complete, told in words, and laid out to be looked at."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.validate import validate
from projects.errors import ProjectError
from projects.files import dumps, load
from projects.templates import DEFAULT, EXAMPLES, Template, template, templates

ALL = templates()
WANTED = {
    "perceptron": "classification",
    "perceptron_xor": "classification",
    "digits_mlp": "classification",
    "digits_lstm": "classification",
    "fashion_cnn": "classification",
    "passages": "classification",
    "subjects": "multi_label",
    "diabetes": "regression",
    "sunspots_lstm": "forecasting",
    "sounds_lstm": "sequence_labelling",
    "alice_lstm": "language_model",
    "autoencoder_digits": "autoencoder",
    "denoising_fashion": "autoencoder",
    "vae_fashion": "vae",
    "vae_anomaly": "vae",
    "gan_ring": "gan",
    "gan_vanilla_ring": "gan",
    "r3gan_ring": "gan",
    "lsgan_ring": "gan",
    "sngan_ring": "gan",
    "wgan_ring": "gan",
    "wgan_gp_swiss_roll": "gan",
    "gan_digits": "gan",
    "conditional_gan_digits": "gan",
    "infogan_digits": "gan",
    "acgan_digits": "gan",
    "projection_digits": "gan",
    "r3gan_grid": "gan",
    "stacked_digits": "gan",
    "r3gan_swiss_roll": "gan",
    "dcgan_fashion": "gan",
    "sngan_fashion": "gan",
    "pix2pix_edges": "pix2pix",
    "vae_gan_digits": "vae_gan",
}
NODE_WIDTH, NODE_HEIGHT, GRID = 170, 60, 20


def test_the_promised_examples_are_there_simplest_first() -> None:
    assert {entry.name: entry.objective for entry in ALL}.items() >= WANTED.items()
    assert ALL[0].objective == "classification"
    assert [entry.name for entry in ALL].index("perceptron") < 2
    assert template(DEFAULT).name == DEFAULT


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_an_example_is_valid_canonical_and_told(entry: Template) -> None:
    validate(entry.project)
    assert load(entry.path).text == dumps(entry.project)
    assert 40 <= len(entry.summary) <= 320
    assert any(character.isdigit() for character in entry.result)
    assert entry.title
    networks = entry.project.networks.values()
    assert entry.size == (len(networks), sum(len(network.nodes) for network in networks))
    assert len({other.title for other in ALL}) == len(ALL)


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_layers_of_an_example_do_not_overlap_and_lie_on_the_grid(entry: Template) -> None:
    for network in entry.project.networks.values():
        places = [node.at for node in network.nodes.values()]
        assert all(value % GRID == 0 for at in places for value in at)
        for index, (x, y) in enumerate(places):
            for other_x, other_y in places[index + 1 :]:
                assert (
                    abs(x - other_x) >= NODE_WIDTH + GRID or abs(y - other_y) >= NODE_HEIGHT + GRID
                )
        assert max(x for x, _y in places) <= 6 * 240


def test_an_unknown_example_names_the_nearest() -> None:
    with pytest.raises(ProjectError, match="Did you mean “digits_mlp”"):
        template("digit_mlp")
    with pytest.raises(ProjectError):
        template("../../etc/passwd")


def test_a_new_example_is_one_file(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "perceptron.yaml", tmp_path / "mine.yaml")
    assert [entry.name for entry in templates(tmp_path)] == ["mine"]
