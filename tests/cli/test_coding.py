"""The command line on runs of an encoder and a decoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from projects.files import save
from projects.schema import Project
from tests.cli.conftest import Call, arrays_of
from tests.engine.training.coding import autoencoder, vae


def trained(call: Call, project: Project, folder: Path) -> Path:
    save(project, folder / "p.yaml")
    run = folder / "run"
    answer = call("train", folder / "p.yaml", "--out", run, "--max-steps", 12, "--json")
    assert answer.code == 0, answer.err
    return run


def written(call: Call, *words: object) -> None:
    answer = call(*words)
    assert answer.code == 0, answer.err


def test_a_vae_is_checked_measured_asked_drawn_from_and_exported(
    call: Call, tmp_path: Path
) -> None:
    run = trained(call, vae(latents=2, anomaly="8", importance_samples=2), tmp_path)
    shapes = call("check", tmp_path / "p.yaml", "--json").json["networks"]["decoder"]["nodes"]
    assert shapes["entry"]["out_shape"] == [2]
    metrics = call("evaluate", run, "--json").json["metrics"]
    assert {"test_elbo", "test_kl", "test_reconstruction", "test_iw_elbo"} <= set(metrics)
    assert {"test_roc_auc", "test_average_precision"} <= set(metrics)

    np.savez(tmp_path / "in.npz", inputs=np.full((5, 64), 0.5))
    written(call, "predict", run, "--in", tmp_path / "in.npz", "--out", tmp_path / "out.npz")
    told = arrays_of(tmp_path / "out.npz")
    assert {name: told[name].shape for name in told} == {
        "reconstructions": (5, 64),
        "latents": (5, 2),
        "latent_sd": (5, 2),
        "scores": (5,),
    }

    drawn = call("sample", run, "--count", 6, "--out", tmp_path / "s.npz", "--json").json
    assert drawn["shape"] == [6, 64]
    written(call, "sample", run, "--count", 6, "--out", tmp_path / "s.png")
    with Image.open(tmp_path / "s.png") as sheet:
        assert sheet.size[0] > 100

    found = call("export", run, "--to", "pytorch", "--out", tmp_path / "net.py", "--json").json
    assert found["max_abs_difference"] <= 1e-5
    source = (tmp_path / "net.py").read_text()
    assert "class Encoder(" in source
    assert "class Decoder(" in source


def test_an_autoencoder_answers_and_does_not_draw(call: Call, tmp_path: Path) -> None:
    run = trained(call, autoencoder(noise="gaussian"), tmp_path)
    metrics = call("evaluate", run, "--split", "validation", "--json").json["metrics"]
    assert set(metrics) == {"validation_loss", "validation_mse"}
    refused = call("sample", run, "--count", 2, "--out", tmp_path / "s.npz")
    assert refused.code == 1
    assert "do not draw" in refused.err
    found = call("export", run, "--to", "pytorch", "--out", tmp_path / "net.py", "--json").json
    assert found["max_abs_difference"] == pytest.approx(0, abs=1e-5)
