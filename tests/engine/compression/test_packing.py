"""Weights in as few bytes as they need, and back again, whoever made the file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor

from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.compute.compression.grid import Grid
from engine.compute.compression.layout import COO, CSR, DENSE, LAYOUTS, MASK, SAME, Layout
from engine.compute.compression.packing import KINDS, pack
from engine.compute.compression.unpacking import shapes_in, unpack
from projects.errors import RunError


def thin(*shape: int, zeros: float, seed: int = 0) -> Tensor:
    """Random numbers of which a share is 0."""
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(shape, generator=generator)
    return weight.masked_fill(torch.rand(shape, generator=generator) < zeros, 0.0)


def layouts_of(content: bytes) -> dict[str, Layout]:
    """What the head of a file says of how tensors are stored."""
    size = int.from_bytes(content[:8], "little")
    said = json.loads(content[8 : 8 + size]).get("__metadata__", {}).get(LAYOUTS, "{}")
    return msgspec.json.decode(said, type=dict[str, Layout])


def alike(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are the same to the bit."""
    return one.dtype == other.dtype and torch.equal(
        one.contiguous().flatten().view(torch.uint8), other.contiguous().flatten().view(torch.uint8)
    )


TENSORS = {
    DENSE: thin(40, 30, zeros=0.0),
    MASK: thin(40, 30, zeros=0.5),
    CSR: thin(40, 300, zeros=0.97),
    COO: thin(2000, 30, zeros=0.999),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_layout_comes_back_to_the_bit(kind: str, tmp_path: Path) -> None:
    tensor = TENSORS[kind]
    content = pack({"net.dense.weight": tensor})
    found = layouts_of(content)
    assert (found["net.dense.weight"].kind if found else DENSE) == kind
    assert alike(unpack(content).tensors["net.dense.weight"], tensor)
    file = tmp_path / "weights.safetensors"
    file.write_bytes(content)
    assert shapes_in(file) == {"net.dense.weight": tuple(tensor.shape)}


@pytest.mark.parametrize("zeros", [0.0, 0.02, 0.3, 0.8, 0.9, 0.95, 0.99, 0.9999])
@pytest.mark.parametrize("shape", [(6,), (300, 12), (16, 8, 5, 5), (3, 70_000)])
def test_the_layout_of_fewest_bytes_is_chosen(shape: tuple[int, ...], zeros: float) -> None:
    tensor = thin(*shape, zeros=zeros)
    grid = Grid(4, 0, torch.rand(shape[0]) + 0.5)
    weights = {"net.conv.weight": grid.numbers(grid.codes(tensor)), "net.conv.bias": tensor}
    for name, weight in weights.items():
        grids = {name: grid} if name.endswith("weight") else {}
        sizes = [
            len(pack({name: weight}, known, (kind,))) for kind in KINDS for known in ({}, grids)
        ]
        content = pack({name: weight}, grids)
        assert len(content) <= min(sizes) + 16, "numbers in its head may have more digits"
        assert torch.equal(unpack(content).tensors[name], weight)


def test_a_file_of_many_kinds(tmp_path: Path) -> None:
    tensors = {
        **{f"net.{kind}.weight": tensor for kind, tensor in TENSORS.items()},
        "net.norm.num_batches_tracked": torch.tensor(7),
        "net.half.weight": thin(20, 20, zeros=0.9).to(torch.bfloat16),
        "net.none.weight": torch.zeros(0, 3),
        "ema.net.csr.weight": TENSORS[CSR].clone(),
    }
    content = pack(tensors)
    assert layouts_of(content)["ema.net.csr.weight"] == Layout(kind=SAME, of="net.csr.weight")
    found = unpack(content).tensors
    assert found.keys() == tensors.keys()
    assert all(alike(found[name], tensors[name]) for name in tensors)
    place = checkpoint.save(tmp_path, Snapshot(tensors, {}, {"step": 0}), content)
    assert (place / checkpoint.WEIGHTS).stat().st_size == len(content)
    read = checkpoint.load_newest(tmp_path)[0].weights
    assert all(alike(read[name], tensors[name]) for name in tensors)
    assert len(content) < 0.25 * len(save(tensors))


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("zeros", [0.0, 0.6, 0.9])
def test_numbers_on_a_grid_are_stored_as_codes(bits: int, zeros: float) -> None:
    grid = Grid(bits, 1, torch.rand(80) + 0.1)
    codes = torch.randint(-grid.largest, grid.largest + 1, (60, 80), dtype=torch.int8)
    weight = grid.numbers(codes.masked_fill(thin(60, 80, zeros=zeros) == 0, 0))
    content = pack({"w": weight, "again": weight}, {"w": grid})
    found = unpack(content)
    assert torch.equal(found.tensors["w"], weight)
    assert all(
        (one.bits, one.axis) == (bits, 1) and torch.equal(one.scales, grid.scales)
        for one in (found.grids["w"], found.grids["again"])
    )
    assert len(content) < 60 * 80 * bits / 8 + 80 * 4 + 500
    moved = pack({"w": weight + 0.01}, {"w": grid})
    assert not unpack(moved).grids, "what was changed since lies on no grid"
    assert torch.equal(unpack(moved).tensors["w"], weight + 0.01)


def test_a_file_stands_for_no_more_than_its_size_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.compression.layout.FREELY", 2**10)
    weight = torch.zeros(500, 5000)
    weight[3, 4] = 2.0
    content = pack({"w": weight})
    assert layouts_of(content)["w"].kind == MASK, "what was written can be read again"
    assert torch.equal(unpack(content).tensors["w"], weight)


# ------------------------------------------------------------------------------ strangers' files

CODES = "codes"


def forged(change: Callable[[dict[str, Tensor], Layout], Layout], kind: str) -> bytes:
    """A file in which something is wrong."""
    if kind == CODES:
        grid = Grid(4, 0, torch.linspace(0.1, 1, 40))
        weight = grid.numbers(grid.codes(TENSORS[CSR]))
        content = pack({"w": weight}, {"w": grid}, (CSR,))
    else:
        content = pack({"w": TENSORS[kind]}, kinds=(kind,))
    parts = load(content)
    layout = change(parts, layouts_of(content)["w"])
    return save(parts, {LAYOUTS: msgspec.json.encode({"w": layout}).decode()})


def put(name: str, values: Tensor) -> Callable[[dict[str, Tensor], Layout], Layout]:
    """Another part in the place of one."""

    def change(parts: dict[str, Tensor], layout: Layout) -> Layout:
        parts[name] = values
        return layout

    return change


def dropped(name: str) -> Callable[[dict[str, Tensor], Layout], Layout]:
    """A part less."""

    def change(parts: dict[str, Tensor], layout: Layout) -> Layout:
        del parts[name]
        return layout

    return change


def replaced(**values: object) -> Callable[[dict[str, Tensor], Layout], Layout]:
    """Another word in the head."""
    return lambda _parts, layout: msgspec.structs.replace(layout, **values)


def raised(name: str, by: int) -> Callable[[dict[str, Tensor], Layout], Layout]:
    """The last number of a part is larger."""

    def change(parts: dict[str, Tensor], layout: Layout) -> Layout:
        found = parts[name].to(torch.int64)
        found[-1] += by
        parts[name] = found.to(torch.uint32)
        return layout

    return change


def falling(parts: dict[str, Tensor], layout: Layout) -> Layout:
    """A row ends before it begins."""
    starts = parts["w:starts"].to(torch.int64)
    starts[3] = starts[-1]
    parts["w:starts"] = starts.to(torch.uint32)
    return layout


HOSTILE = {
    "a column outside": (CSR, raised("w:columns", 300), "outside of its shape"),
    "a row outside": (COO, raised("w:rows", 2000), "outside of its shape"),
    "rows that end elsewhere": (CSR, raised("w:starts", 1), "other rows than its shape"),
    "rows that fall": (CSR, falling, "ends before it begins"),
    "no rows at all": (
        CSR,
        put("w:starts", torch.zeros(0, dtype=torch.uint8)),
        "other rows than its shape",
    ),
    "indices with a sign": (
        COO,
        put("w:columns", torch.full((3,), -1, dtype=torch.int32)),
        "are no places",
    ),
    "fractions for indices": (CSR, put("w:columns", torch.zeros(3)), "are no places"),
    "a short mask": (
        MASK,
        put("w:mask", torch.zeros(3, dtype=torch.uint8)),
        "mask has another size",
    ),
    "a mask of other places": (
        MASK,
        put("w:mask", torch.full((150,), 255, dtype=torch.uint8)),
        "other values than places",
    ),
    "values of another kind": (
        MASK,
        put("w:values", torch.zeros(600, dtype=torch.float64)),
        "other values than places",
    ),
    "a huge shape": (COO, replaced(shape=(2**31, 2**31)), "more numbers"),
    "a large shape": (COO, replaced(shape=(2**14, 2**13)), "more numbers"),
    "a shape of nothing": (CSR, replaced(shape=()), "has no shape"),
    "a size of nothing": (CSR, replaced(shape=(0, 2**62)), "has no shape"),
    "a size below nothing": (CSR, replaced(shape=(-40, -300)), "has no shape"),
    "an unknown layout": (CSR, replaced(kind="zip"), "in an unknown way"),
    "the same as nothing": (CSR, replaced(kind=SAME, of="elsewhere"), "same as nothing"),
    "the same as itself": (CSR, replaced(kind=SAME, of="w"), "same as nothing"),
    "codes that are numbers": (CSR, replaced(bits=8), "codes of 8 bits"),
    "codes of more bits": (CODES, replaced(bits=5), "not 284 codes of 5 bits"),
    "codes of a single bit": (CODES, replaced(bits=1), "codes of 1 bits"),
    "codes of no bits": (CODES, replaced(bits=-3), "codes of -3 bits"),
    "codes of nine bits": (CODES, replaced(bits=9), "codes of 9 bits"),
    "codes that say they are none": (CODES, replaced(bits=0), "other values than places"),
    "too few codes": (CODES, put("w:values", torch.zeros(2, dtype=torch.uint8)), "not 284 codes"),
    "codes with a sign": (
        CODES,
        put("w:values", torch.zeros(146, dtype=torch.int8)),
        "not 284 codes",
    ),
    "codes without scales": (CODES, dropped("w:scales"), "scales is missing"),
    "too few scales": (CODES, put("w:scales", torch.ones(3)), "no scale for each entry"),
    "scales of another kind": (
        CODES,
        put("w:scales", torch.ones(40).double()),
        "no scale for each",
    ),
    "scales of another axis": (CODES, replaced(axis=1), "no scale for each entry"),
    "scales of no axis": (CODES, replaced(axis=2), "no scale for each entry"),
    "an axis below nothing": (CODES, replaced(axis=-1), "no scale for each entry"),
    "a word for a number": (CSR, replaced(bits="eight"), "Expected `int`"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strangers_file_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    kind, change, words = HOSTILE[name]
    content = forged(change, kind)
    with pytest.raises(ValueError, match=re.escape(words)):
        unpack(content)
    place = checkpoint.save(tmp_path, Snapshot({}, {}, {"step": 0}), packed=content)
    with pytest.raises(RunError) as caught:
        checkpoint.load(place)
    assert caught.value.problem.where == str(place / checkpoint.WEIGHTS)


def test_many_copies_of_a_large_tensor_are_refused() -> None:
    layouts = {
        "w": Layout(kind=COO, shape=(2**12, 2**12)),
        **{f"w{n}": Layout(kind=SAME, of="w") for n in range(8)},
    }
    none = torch.zeros(0, dtype=torch.uint16)
    parts = {"w:values": torch.zeros(0), "w:rows": none, "w:columns": none}
    with pytest.raises(ValueError, match="more numbers"):
        unpack(save(parts, {LAYOUTS: msgspec.json.encode(layouts).decode()}))


def test_a_damaged_packed_file_is_named(tmp_path: Path) -> None:
    place = checkpoint.save(tmp_path, Snapshot({}, {}, {"step": 0}), pack({"w": TENSORS[CSR]}))
    file = place / checkpoint.WEIGHTS
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    with pytest.raises(RunError) as caught:
        checkpoint.load(place)
    assert caught.value.problem.where == str(file)
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["sha256"][checkpoint.WEIGHTS] = hashlib.sha256(content[:-90]).hexdigest()
    (place / "manifest.json").write_text(json.dumps(manifest))
    file.write_bytes(content[:-90])
    with pytest.raises(RunError, match="damaged"):
        checkpoint.load(place)
