"""``evaluate``, ``predict``, ``sample``, ``export`` and damaged runs."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.headless.inputs import read_inputs
from engine.headless.outputs import write_sheet
from projects.errors import DataError
from tests.cli.conftest import Call, arrays_of


@pytest.mark.parametrize("split", ["test", "validation", "train"])
def test_evaluate_measures_the_best_weights(call: Call, classifier_run: Path, split: str) -> None:
    answer = call("evaluate", classifier_run, "--split", split, "--json")
    assert answer.code == 0
    assert answer.json["split"] == split
    assert {f"{split}_loss", f"{split}_accuracy", f"{split}_macro_f1"} <= set(
        answer.json["metrics"]
    )


def test_evaluate_agrees_with_the_end_of_the_training(call: Call, classifier_run: Path) -> None:
    rows = call("runs", classifier_run.parent, "--json").json["runs"]
    told = call("evaluate", classifier_run, "--json").json["metrics"]
    assert told["test_loss"] == pytest.approx(rows[0]["metrics"]["test_loss"], abs=1e-6)


def test_evaluate_of_a_gan_counts_modes(call: Call, ring_run: Path) -> None:
    told = call("evaluate", ring_run, "--json").json
    assert told["feature_space"] == "coordinates"
    metrics = told["metrics"]
    assert {"modes", "high_quality"} <= set(metrics)


def test_predict_from_arrays_and_tables(call: Call, classifier_run: Path, tmp_path: Path) -> None:
    inputs = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]])
    np.savez(tmp_path / "in.npz", inputs=inputs)
    answer = call(
        "predict",
        classifier_run,
        "--in",
        tmp_path / "in.npz",
        "--out",
        tmp_path / "a.npz",
        "--json",
    )
    assert (answer.code, answer.json) == (0, {"path": str(tmp_path / "a.npz"), "count": 2})
    from_arrays = arrays_of(tmp_path / "a.npz")
    assert from_arrays["probabilities"].shape == (2, 3)
    np.savetxt(tmp_path / "in.csv", inputs, delimiter=";")
    words = ["--in", tmp_path / "in.csv", "--out", tmp_path / "b.npz"]
    assert call("predict", classifier_run, *words).code == 0
    from_table = arrays_of(tmp_path / "b.npz")
    found = from_table["probabilities"]
    np.testing.assert_allclose(from_arrays["probabilities"], found, rtol=1e-5)


def test_columns_of_a_table_are_found_by_their_names(tmp_path: Path) -> None:
    from engine.data.base import DataInfo
    from engine.layers.base import Shape

    info = DataInfo(kind="table", input=Shape((2,)), features=("a", "b"))
    (tmp_path / "t.csv").write_text("b,label,a\n1,x,2\n3,y,4\n")
    assert read_inputs(tmp_path / "t.csv", info).tolist() == [[2, 1], [4, 3]]


IRIS = "5.1,3.5,1.4,0.2\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "there is nothing in it"),
        ("a.csv", (IRIS + "5,x,1,1\n").encode(), "row 2, column 2"),
        ("a.csv", (IRIS + "5,1\n").encode(), "got nothing"),
        ("a.csv", (IRIS + "5,1e99,1,1\n").encode(), "row 2, column 2"),
        ("a.csv", (IRIS + "5,nan,1,1\n").encode(), "row 2, column 2"),
        ("a.csv", (IRIS + "5,1,1,1,7\n").encode(), "row 2: expected 4 values, got 5"),
        ("a.csv", b"1,2,3,4\n1,2,3,4,5,6\n", "row 2: expected 4 values, got 6"),
        ("a.csv", b"a,b\n1,2\n", "is missing"),
        ("a.csv", IRIS.encode("utf-16"), "UTF-16"),
        ("a.csv", b"1,2,3,4\n\0", "zero bytes"),
        ("a.npz", b"PK nonsense", "not a readable NPZ"),
        ("a.npz", b"", "not a readable NPZ"),
        ("a.pkl", b"\x80\x02}q\x00.", "inputs are NPZ, CSV"),
        ("a.png", b"\x89PNG\r\n", "are no images"),
        ("missing.npz", None, "no such file"),
    ],
)
def test_inputs_that_do_not_fit_get_a_sentence(
    name: str, content: bytes | None, words: str, call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    out = tmp_path / "out.npz"
    answer = call("predict", classifier_run, "--in", tmp_path / name, "--out", out)
    assert answer.code == 1
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert not out.exists()


def test_arrays_that_do_not_fit_get_a_sentence(
    call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    hostile = {
        "shape": {"inputs": np.zeros((3, 5))},
        "objects": {"inputs": np.array([{"a": 1}], dtype=object)},
        "words": {"inputs": np.array(["a", "b"])},
        "names": {"left": np.zeros(4), "right": np.zeros(4)},
        "single": {"inputs": np.float64(1.0)},
    }
    for kind, arrays in hostile.items():
        np.savez(tmp_path / f"{kind}.npz", **arrays)  # type: ignore[arg-type]
        words = ["--in", tmp_path / f"{kind}.npz", "--out", tmp_path / "out.npz"]
        answer = call("predict", classifier_run, *words)
        assert (answer.code, "Traceback" in answer.err) == (1, False), kind
    with zipfile.ZipFile(tmp_path / "truth.npz", "w") as archive:
        header = (
            b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (True, 4), }"
        )
        archive.writestr("inputs.npy", header.ljust(127) + b"\n" + bytes(32))
    words = ["--in", tmp_path / "truth.npz", "--out", tmp_path / "out.npz"]
    answer = call("predict", classifier_run, *words)
    assert (answer.code, "Traceback" in answer.err) == (1, False)
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 4)}"
        archive.writestr("inputs.npy", header + b" " * 50 + b"\n" + b"\0" * 10_000_000)
    words = ["--in", tmp_path / "bomb.npz", "--out", tmp_path / "out.npz"]
    answer = call("predict", classifier_run, *words)
    assert (answer.code, "Traceback" in answer.err) == (1, False)


def test_images_are_read_as_the_run_saw_them(tmp_path: Path) -> None:
    from engine.data.base import DataInfo
    from engine.layers.base import Shape

    info = DataInfo(kind="image", input=Shape((1, 8, 8)))
    folder = tmp_path / "images"
    folder.mkdir()
    for index in range(3):
        Image.new("RGB", (20, 10), (index * 50,) * 3).save(folder / f"{index}.png")
    (folder / "notes.txt").write_text("not an image")
    images = read_inputs(folder, info)
    assert images.shape == (3, 1, 8, 8)
    assert images.dtype == np.uint8
    assert images[:, 0, 0, 0].tolist() == [0, 50, 100]
    assert read_inputs(folder / "1.png", info).shape == (1, 1, 8, 8)
    (folder / "cut.png").write_bytes((folder / "1.png").read_bytes()[:40])
    with pytest.raises(DataError, match=r"cut\.png"):
        read_inputs(folder, info)


def test_sample_draws_the_same_for_the_same_seed(
    call: Call, ring_run: Path, tmp_path: Path
) -> None:
    drawn = []
    for name, seed in [("a", 1), ("b", 1), ("c", 2)]:
        out = tmp_path / f"{name}.npz"
        answer = call("sample", ring_run, "--count", 7, "--seed", seed, "--out", out, "--json")
        assert answer.json == {"path": str(out), "shape": [7, 2]}
        drawn.append(arrays_of(out)["samples"])
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    default = call("sample", ring_run, "--count", 2, "--json").json["path"]
    assert Path(default).parent == ring_run / "samples"


def test_sample_writes_a_picture(call: Call, ring_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "ring.png"
    assert call("sample", ring_run, "--count", 50, "--out", out).code == 0
    picture = np.asarray(Image.open(out))
    assert 10 < (picture < 100).sum() <= 200


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_of_images_keeps_every_pixel(channels: int, tmp_path: Path) -> None:
    images = np.random.default_rng(0).random((5, channels, 4, 4))
    write_sheet(tmp_path / "s.png", images)
    sheet = np.asarray(Image.open(tmp_path / "s.png").convert("RGB"))
    scale = (sheet.shape[1] // 3 - 2) // 4
    first = sheet[: 4 * scale : scale, : 4 * scale : scale]
    expected = np.round(images[0] * 255).transpose(1, 2, 0).repeat(3 // channels, axis=2)
    assert np.abs(first - expected).max() <= 1


def test_a_classifier_draws_nothing(call: Call, classifier_run: Path) -> None:
    answer = call("sample", classifier_run, "--count", 1)
    assert answer.code == 1
    assert "do not draw" in answer.err


@pytest.mark.parametrize(("to", "name"), [("pytorch", "m.py"), ("safetensors", "m.safetensors")])
def test_export_is_equal_to_the_run(
    to: str, name: str, call: Call, classifier_run: Path, ring_run: Path, tmp_path: Path
) -> None:
    for run in (classifier_run, ring_run):
        out = tmp_path / run.parent.name / name
        out.parent.mkdir()
        answer = call("export", run, "--to", to, "--out", out, "--json")
        assert answer.code == 0, answer.err
        assert answer.json["path"] == str(out)
        assert answer.json["max_abs_difference"] == 0.0
        written = [Path(file) for file in answer.json["files"]]
        assert sorted(written) == sorted(out.parent.iterdir())
        report = json.loads(out.with_name(f"{name}.json").read_bytes())
        assert report["format"] == to
        assert report["max_abs_difference"] == 0.0
        assert report["versions"]["torch"]


def test_exports_go_to_files_of_the_right_kind(
    call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    for to in ("pytorch", "safetensors"):
        answer = call("export", classifier_run, "--to", to, "--out", tmp_path / "model.onnx")
        assert answer.code in (1, 2)
        assert not list(tmp_path.glob("model*"))


def test_what_does_not_fit_names_its_file(call: Call, classifier_run: Path, tmp_path: Path) -> None:
    for inputs in (np.zeros((3, 5)), np.full((3, 4), np.nan)):
        np.savez(tmp_path / "in.npz", inputs=inputs)
        words = ["--in", tmp_path / "in.npz", "--out", tmp_path / "out.npz", "--json"]
        (problem,) = call("predict", classifier_run, *words).json["problems"]
        assert problem["where"] == str(tmp_path / "in.npz")


def test_an_older_checkpoint_is_not_used_in_silence(
    call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(classifier_run, run)
    newest = max((run / "checkpoints").glob("step-*"))
    shutil.copytree(newest, run / "checkpoints" / "step-000000001")
    (newest / "best.safetensors").write_bytes(b"x" * 99)
    words = ["--in", tmp_path / "in.npz", "--out", tmp_path / "out.npz"]
    np.savez(tmp_path / "in.npz", inputs=np.zeros((3, 4)))
    for command in (
        ["evaluate", run],
        ["predict", run, *words],
        ["export", run, "--to", "safetensors", "--out", tmp_path / "m.safetensors"],
    ):
        answer = call(*command)
        assert answer.code == 0
        assert f"{newest / 'best.safetensors'}: the checkpoint is damaged" in answer.err


@pytest.mark.parametrize(
    "damage",
    [
        lambda run: (run / "summary.json").write_text("{"),
        lambda run: (run / "project.yaml").write_text("a: &x 1"),
        lambda run: (run / "project.yaml").unlink(),
        lambda run: shutil.rmtree(run / "checkpoints"),
        lambda run: [p.write_bytes(b"x" * 99) for p in run.glob("checkpoints/*/*.safetensors")],
        lambda run: [p.write_text("[]") for p in run.glob("checkpoints/*/*.json")],
    ],
    ids=["summary", "project", "no project", "no checkpoints", "weights", "facts"],
)
def test_a_damaged_run_gets_a_sentence(
    damage: object, call: Call, classifier_run: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(classifier_run, run)
    damage(run)  # type: ignore[operator]
    answer = call("evaluate", run, "--json")
    assert answer.code == 1
    assert answer.json["problems"]
    assert "Traceback" not in answer.err
    assert call("runs", tmp_path).code == 0
