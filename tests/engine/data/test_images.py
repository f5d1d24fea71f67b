"""The person's own images, good and hostile."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.image_folder import ENDINGS, FORMATS, read_image
from projects.errors import DataError
from tests.engine.data.support import load, prepared, refused

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n(%s) (w) file closefile\nshowpage\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of four plain images each."""
    for label, name in enumerate(("cats", "dogs")):
        (tmp_path / "set" / name).mkdir(parents=True)
        for index in range(4):
            grey = Image.new("L", (12, 8), 100 * label + index)
            grey.save(tmp_path / "set" / name / f"{index}.png")
    return tmp_path


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG of one bit a pixel that promises a size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_folder_for_every_class(folder: Path) -> None:
    found = load("image_folder", folder, path="set", side=8, color="grey")
    assert (found.inputs.shape, found.inputs.dtype) == ((8, 1, 8, 8), np.dtype(np.uint8))
    assert found.classes == ("cats", "dogs")
    assert found.targets is not None
    assert found.targets.tolist() == [0] * 4 + [1] * 4
    assert found.inputs[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 100, 101, 102, 103]
    colored = load("image_folder", folder, path="set", side=4)
    assert colored.inputs.shape == (8, 3, 4, 4)


def test_ready_to_train_on(folder: Path) -> None:
    made = prepared("image_folder", folder, path="set", side=8, scale="minus_one_to_one")
    assert made.info.kind == "image"
    assert made.info.input.dims == (3, 8, 8)
    assert -1 <= made.info.low < made.info.high <= 1


def test_the_middle_is_kept(tmp_path: Path) -> None:
    wide = Image.new("L", (30, 10), 0)
    wide.paste(255, (10, 0, 20, 10))
    wide.save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png", 10, "grey").min() == 255


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_formats_and_modes(ending: str, mode: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    image = Image.new("RGB", (9, 9), (200, 200, 200)).convert(mode)
    if ending in (".jpg", ".jpeg"):
        image = image.convert("RGB")
    image.save(path)
    for color, channels in (("rgb", 3), ("grey", 1)):
        pixels = read_image(path, 4, color)
        assert (pixels.shape, pixels.dtype) == ((channels, 4, 4), np.dtype(np.uint8))
        assert mode == "1" or abs(int(pixels.mean()) - 200) < 8


def test_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    shades = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    Image.fromarray(shades).save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png", 8, "grey")[0], shades >> 8)


def test_photographs_are_turned_upright(tmp_path: Path) -> None:
    image = Image.new("L", (8, 8), 0)
    image.paste(255, (0, 0, 8, 4))
    exif = Image.Exif()
    exif[0x0112] = 3
    image.save(tmp_path / "a.png", exif=exif)
    assert read_image(tmp_path / "a.png", 8, "grey")[0, :, 0].tolist() == [0] * 4 + [255] * 4


def test_names_in_any_script(folder: Path) -> None:
    (folder / "set" / "猫 🐈").mkdir()
    Image.new("L", (4, 4)).save(folder / "set" / "猫 🐈" / "写真 1.PNG")
    assert load("image_folder", folder, path="set").classes == ("cats", "dogs", "猫 🐈")


def test_what_is_no_image_is_passed_over(folder: Path) -> None:
    (folder / "set" / "cats" / "notes.txt").write_text("x")
    (folder / "set" / ".thumbnails").mkdir()
    (folder / "set" / "cats" / "deeper.png").mkdir()
    (folder / "set" / "list.csv").write_text("x")
    assert len(load("image_folder", folder, path="set").inputs) == 8


def damage_empty(folder: Path) -> None:
    (folder / "set" / "cats" / "0.png").write_bytes(b"")


def damage_text(folder: Path) -> None:
    (folder / "set" / "cats" / "0.png").write_text("not an image")


def damage_cut(folder: Path) -> None:
    path = folder / "set" / "cats" / "0.png"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:2000])


def damage_cut_jpeg(folder: Path) -> None:
    path = folder / "set" / "cats" / "9.jpg"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:700])


def damage_bomb(folder: Path) -> None:
    (folder / "set" / "cats" / "0.png").write_bytes(png(9000, 9000, bytes(9000 * 1126)))


def damage_great_bomb(folder: Path) -> None:
    (folder / "set" / "cats" / "0.png").write_bytes(png(50_000, 50_000))


def damage_promise(folder: Path) -> None:
    (folder / "set" / "cats" / "0.png").write_bytes(png(2**31 - 1, 2**31 - 1))


def damage_no_rows(folder: Path) -> None:
    (folder / "set" / "cats" / "0.png").write_bytes(png(100, 100))


def damage_float(folder: Path) -> None:
    Image.fromarray(np.ones((4, 4), np.float32)).save(folder / "set" / "cats" / "0.tif")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (damage_empty, "the file is empty."),
        (damage_text, "none of PNG, JPEG"),
        (damage_cut, "damaged or cut off."),
        (damage_cut_jpeg, "damaged or cut off."),
        (damage_bomb, "more than 64,000,000 pixels"),
        (damage_great_bomb, "more than 64,000,000 pixels"),
        (damage_promise, "more than 64,000,000 pixels"),
        (damage_no_rows, "damaged or cut off."),
        (damage_float, "32 bits"),
    ],
)
def test_images_that_cannot_be_read(
    folder: Path, damage: Callable[[Path], None], says: str
) -> None:
    damage(folder)
    with refused(where=str(folder / "set" / "cats"), says=says):
        load("image_folder", folder, path="set")


def test_every_damage_is_an_error_for_people(tmp_path: Path) -> None:
    """Cut and change real files everywhere; they are read or refused, never anything else."""
    random = np.random.default_rng(0)
    refusals = 0
    for kind in FORMATS:
        path = tmp_path / f"a.{kind.lower()}"
        Image.fromarray(random.integers(0, 255, (6, 6, 3)).astype(np.uint8)).save(path)
        whole = path.read_bytes()
        for turn in range(150):
            content = bytearray(whole)
            for place in random.integers(0, len(whole), 1 + turn % 3):
                content[place] = int(random.integers(0, 256))
            path.write_bytes(
                content[: random.integers(1, len(whole))] if turn % 5 == 0 else content
            )
            try:
                read_image(path, 8, "rgb")
            except DataError:
                refusals += 1
    assert refusals > 100


def test_no_program_is_run_whatever_the_name_says(folder: Path) -> None:
    """Pillow hands PostScript to an interpreter; a name that ends in .png must not lead there."""
    mark = folder / "run"
    (folder / "set" / "cats" / "0.png").write_bytes(EPS.replace(b"%s", os.fsencode(mark)))
    with refused(where="0.png", says="none of PNG, JPEG"):
        load("image_folder", folder, path="set")
    assert not mark.exists()
    assert "EPS" not in FORMATS


def test_links_out_of_the_project_need_a_word(folder: Path) -> None:
    outside = folder / "outside"
    outside.mkdir()
    Image.new("L", (4, 4)).save(outside / "0.png")
    project = folder / "set"
    (project / "cats" / "link.png").symlink_to(outside / "0.png")
    with refused(where="data.source.path", says="outside"):
        load("image_folder", project, path=".")
    (project / "cats" / "link.png").unlink()
    (project / "birds").symlink_to(outside)
    with refused(where="data.source.path", says="outside"):
        load("image_folder", project, path=".")
    assert load("image_folder", folder, path="set").classes == ("birds", "cats", "dogs")


def test_folders_without_anything(folder: Path) -> None:
    (folder / "none").mkdir()
    with refused(where="none", says="holds no folder"):
        load("image_folder", folder, path="none")
    (folder / "set" / "birds").mkdir()
    with refused(where="birds", says="“birds” holds no image"):
        load("image_folder", folder, path="set")
    with refused(where="0.png", says="not a folder"):
        load("image_folder", folder, path="set/cats/0.png")
    with refused(where="data.source.path", says="there is no"):
        load("image_folder", folder, path="sets")


def test_names_that_are_no_text(folder: Path) -> None:
    os.mkdir(os.fsencode(folder / "set") + b"/\xff\xfe")
    with refused(where="set", says="not UTF-8"):
        load("image_folder", folder, path="set")


def test_more_than_the_memory_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.image_folder.MOST_BYTES", 1000)
    with refused(where="set", says="bytes of memory"):
        load("image_folder", folder, path="set")
    monkeypatch.setattr("engine.data.image_folder.MOST_IMAGES", 5)
    with refused(where="set", says="more than 5 images"):
        load("image_folder", folder, path="set")


def test_a_changed_image_is_read_again(folder: Path) -> None:
    first = prepared("image_folder", folder, path="set", side=4)
    assert prepared("image_folder", folder, path="set", side=4) is first
    Image.new("L", (20, 20), 255).save(folder / "set" / "cats" / "0.png")
    again = prepared("image_folder", folder, path="set", side=4)
    assert again.fingerprint != first.fingerprint
    assert again.source.inputs[0].min() == 255
