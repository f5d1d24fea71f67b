"""The person's own arrays, good and hostile."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy

from tests.engine.data.support import load, prepared, refused

RANDOM = np.random.default_rng(0)


def put(folder: Path, **arrays: Any) -> Path:
    path = folder / "a.npz"
    np.savez(path, **arrays)
    return path


def pack(folder: Path, packing: int = zipfile.ZIP_STORED, **members: bytes) -> Path:
    """An NPZ file of raw members."""
    path = folder / "a.npz"
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def member(header: str, content: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode() + b"\n"
    size = 2 if version == b"\x01\x00" else 4
    return b"\x93NUMPY" + version + len(text).to_bytes(size, "little") + text + content


def header(shape: str = "(4, 2)", descr: str = "'<f4'") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"


@pytest.mark.parametrize(
    ("shape", "layout", "expected", "kind"),
    [
        ((6, 3), "auto", (3,), "table"),
        ((6, 8, 8), "auto", (1, 8, 8), "image"),
        ((6, 8, 8, 3), "auto", (3, 8, 8), "image"),
        ((6, 8, 8, 1), "auto", (1, 8, 8), "image"),
        ((6, 3, 8, 8), "auto", (3, 8, 8), "image"),
        ((6, 3, 8, 4), "channels_first", (3, 8, 4), "image"),
        ((6, 8, 4, 5), "channels_last", (5, 8, 4), "image"),
        ((6, 2, 3, 4), "vectors", (24,), "table"),
        ((6, 5), "sequences", (5, 1), "sequence"),
        ((6, 5, 2), "sequences", (5, 2), "sequence"),
    ],
)
def test_layouts(
    shape: tuple[int, ...], layout: str, expected: tuple[int, ...], kind: str, tmp_path: Path
) -> None:
    values = RANDOM.random(shape)
    put(tmp_path, x=values, y=np.arange(6) % 2)
    found = load("npz", tmp_path, path="a.npz", layout=layout)
    assert found.inputs.shape == (6, *expected)
    assert found.kind == kind
    assert found.inputs.dtype == np.float32
    assert found.inputs.sum() == pytest.approx(values.sum(), rel=1e-5)


def test_channels_last_are_moved_not_reshaped(tmp_path: Path) -> None:
    values = RANDOM.integers(0, 255, (6, 5, 4, 3)).astype(np.uint8)
    put(tmp_path, x=values, y=np.arange(6))
    found = load("npz", tmp_path, path="a.npz")
    assert found.inputs.dtype == np.uint8
    assert np.array_equal(found.inputs[2, 1], values[2, :, :, 1])


@pytest.mark.parametrize(
    ("targets", "classes", "dtype"),
    [
        (np.array([3, 3, 7, -1]), ("-1", "3", "7"), np.int64),
        (np.array([True, False, True, True]), ("False", "True"), np.int64),
        (np.array([[1], [0], [1], [0]], np.uint8), ("0", "1"), np.int64),
        (np.array([0.5, 1, 2, 3]), (), np.float32),
        (np.ones((4, 2)), (), np.float32),
    ],
)
def test_targets(targets: Any, classes: tuple[str, ...], dtype: type, tmp_path: Path) -> None:
    put(tmp_path, x=np.ones((4, 2)), y=targets)
    found = load("npz", tmp_path, path="a.npz")
    assert found.classes == classes
    assert found.targets is not None
    assert found.targets.dtype == dtype


@pytest.mark.parametrize("dtype", ["f2", "f8", ">f4", ">i4", "u8", "i1", "?"])
def test_numbers_of_every_kind(dtype: str, tmp_path: Path) -> None:
    put(tmp_path, x=np.arange(12).reshape(4, 3).astype(dtype), y=np.arange(4))
    found = load("npz", tmp_path, path="a.npz")
    assert found.inputs.dtype == np.float32
    assert np.array_equal(found.inputs, np.arange(12).reshape(4, 3).astype(dtype).astype("f4"))


def test_other_names_packed_and_without_targets(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "b.npz", größe=np.ones((4, 2)), y=np.zeros(9))
    found = load("npz", tmp_path, path="b.npz", inputs="größe", targets="")
    assert found.targets is None
    assert found.inputs.shape == (4, 2)


def test_well_packed_arrays_of_moderate_size_are_read(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "b.npz", x=np.zeros((1000, 784), np.float32))
    assert load("npz", tmp_path, path="b.npz", targets="").inputs.shape == (1000, 784)


def refuse(path: Path, says: str, where: str = "", **params: Any) -> None:
    with refused(where=where or str(path), says=says):
        load("npz", path.parent, path=path.name, **params)


def test_nothing_in_it_is_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (exec, (f"open({str(tmp_path / 'run')!r}, 'w')",))

    trap = np.empty(2, object)
    trap[:] = [Trap(), Trap()]
    path = put(tmp_path, x=trap, y=np.arange(2))
    refuse(path, "expected numbers, got an array of “object”", "array x")
    refuse(pack(tmp_path, x=pickle.dumps(Trap())), "header cannot be read", "array x", targets="")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "values",
    [
        np.array([["a", "b"], ["c", "d"]]),
        np.array([[b"a"], [b"c"]]),
        np.array([["2020-01-01"]], "M8[D]"),
        np.array([[1 + 2j]]),
        np.zeros((2, 2), [("a", "f4"), ("b", "f4")]),
    ],
    ids=lambda values: str(values.dtype),
)
def test_only_numbers_are_read(values: Any, tmp_path: Path) -> None:
    refuse(put(tmp_path, x=values), "expected numbers", "array x", targets="")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (header("(2**40, 2)"), "header cannot be read"),
        (header("(1099511627776, 2)"), "promises 8,796,093,022,208 bytes"),
        (header("(5, 2)"), "promises 40 bytes, the file holds"),
        (header("(-4, 2)"), "expected numbers"),
        (header("(-4, -2)"), "expected numbers"),
        (header("(0, 2)"), "empty"),
        (header("(4, 0)"), "empty"),
        (header("(9223372036854775808, 0)"), "empty"),
        (header("(4.0, 2)"), "header cannot be read"),
        (header("4"), "header cannot be read"),
        (header(descr="'|O'"), "array of “object”"),
        (header(descr="'<f9'"), "header cannot be read"),
        (header(descr="[('a', '<f4')]"), "expected numbers"),
        (header(descr="'(2,)<f4'"), ""),
        (header(descr="__import__('os').abort()"), "header cannot be read"),
        ("{}", "header cannot be read"),
        ("", "header cannot be read"),
        ("[" * 4000, "header cannot be read"),
        ("-" * 9000 + "1", "header cannot be read"),
        ("{'descr': '<f4', " * 400, "header cannot be read"),
        ("x" * 50_000, "header cannot be read"),
    ],
)
def test_headers_that_lie(text: str, says: str, tmp_path: Path) -> None:
    refuse(pack(tmp_path, x=member(text, bytes(32))), says, "array x", targets="")


@pytest.mark.parametrize("version", [b"\x02\x00", b"\x03\x00", b"\x09\x09"])
def test_versions_of_the_header(version: bytes, tmp_path: Path) -> None:
    path = pack(tmp_path, x=member(header(), bytes(32), version))
    if version == b"\x02\x00":
        assert load("npz", tmp_path, path="a.npz", targets="").inputs.shape == (4, 2)
    else:
        refuse(path, "header cannot be read", "array x", targets="")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    size = 256 * 2**20
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("x.npy", "w", force_zip64=True) as file,
    ):
        file.write(member(header(f"({size // 8}, 2)")))
        for _turn in range(size // 2**22):
            file.write(bytes(2**22))
    assert path.stat().st_size < 300_000
    refuse(path, "that unpack to 268,", "array x", targets="")


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_watched_too(packing: int, tmp_path: Path) -> None:
    path = pack(tmp_path, packing, x=member(header("(2097152, 8)"), bytes(2**26)))
    refuse(path, "that unpack to", "array x", targets="")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x05\x06", b"not a zip", b"\x93NUMPY\x01\x00", bytes(10_000)]
)
def test_other_files(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    refuse(path, "not a readable NPZ file")


def test_every_damage_is_an_error_for_people(tmp_path: Path) -> None:
    """Cut and change a real file everywhere; it is read or refused, never anything else."""
    from projects.errors import DataError

    memory = io.BytesIO()
    np.savez_compressed(memory, x=RANDOM.random((4, 2)), y=np.arange(4))
    whole = memory.getvalue()
    path = tmp_path / "a.npz"
    read = 0
    changed = [whole[:cut] for cut in range(0, len(whole), 5)]
    for place in range(len(whole)):
        changed.append(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        changed.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for content in changed:
        path.write_bytes(content)
        try:
            load("npz", tmp_path, path="a.npz")
            read += 1
        except DataError:
            pass
    assert read < len(changed) / 2


def test_a_locked_archive(tmp_path: Path) -> None:
    memory = io.BytesIO()
    np.savez(memory, x=np.ones((4, 2)))
    content = bytearray(memory.getvalue())
    directory = content.rindex(b"PK\x01\x02")
    content[6] |= 1
    content[directory + 8] |= 1
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    refuse(path, "password required", targets="")


def test_missing_arrays(tmp_path: Path) -> None:
    path = put(tmp_path, data=np.ones((4, 2)), labels=np.arange(4))
    refuse(path, "no array “x”")
    refuse(path, "no array “y”", inputs="data")


@pytest.mark.parametrize(
    ("inputs", "targets", "layout", "says"),
    [
        (np.ones(4), np.arange(4), "auto", "at least two dimensions"),
        (np.float32(1), np.arange(4), "auto", "at least two dimensions"),
        (np.ones((4, 2)), np.arange(3), "auto", "do not belong together"),
        (np.ones((4, 2)), np.int64(3), "auto", "do not belong together"),
        (np.ones((4, 2, 2, 2, 2)), np.arange(4), "auto", "three or four dimensions"),
        (np.ones((4, 2)), np.arange(4), "channels_last", "three or four dimensions"),
        (np.ones((4, 2, 2, 2)), np.arange(4), "sequences", "two or three dimensions"),
    ],
)
def test_shapes_that_do_not_fit(
    inputs: Any, targets: Any, layout: str, says: str, tmp_path: Path
) -> None:
    refuse(put(tmp_path, x=inputs, y=targets), says, layout=layout)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_values_have_to_be_finite(value: float, tmp_path: Path) -> None:
    inputs = np.ones((20, 2))
    inputs[6, 1] = value
    put(tmp_path, x=inputs, y=np.arange(20) % 2)
    with refused(where="data.source", says="a.npz, value 2 of example 7"):
        prepared("npz", tmp_path, path="a.npz")
    put(tmp_path, x=np.ones((20, 2)), y=inputs[:, 1])
    with refused(where="data.source", says="target of example 7"):
        prepared("npz", tmp_path, path="a.npz")


def test_the_fingerprint_changes_with_the_file(tmp_path: Path) -> None:
    put(tmp_path, x=np.ones((20, 2)), y=np.arange(20) % 2)
    before = prepared("npz", tmp_path, path="a.npz").fingerprint
    put(tmp_path, x=np.ones((21, 2)), y=np.arange(21) % 2)
    assert prepared("npz", tmp_path, path="a.npz").fingerprint != before


def test_magic_alone(tmp_path: Path) -> None:
    assert npy.MAGIC_PREFIX == b"\x93NUMPY"
    refuse(pack(tmp_path, x=npy.MAGIC_PREFIX), "header cannot be read", "array x", targets="")
