"""Weights find their layers: by name where names say it, else by order, and never where sizes differ."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.compute.evaluate import networks, open_run
from engine.compute.importing import import_weights
from engine.imports.matching import match
from engine.imports.weights_file import shapes_in
from projects.errors import FileError
from projects.schema import Data, Network, Node, Plug, Project, Wire

LINEAR = {"weight": (3, 4), "bias": (3,)}
OTHER = {"weight": (5, 3), "bias": (5,)}


def sizes(**modules: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {
        f"{module.replace('__', '.')}.{name}": size
        for module, weights in modules.items()
        for name, size in weights.items()
    }


def test_equal_names_decide() -> None:
    design = sizes(net__a=LINEAR, net__b=LINEAR)
    found = match(design, sizes(b=LINEAR, a=LINEAR))
    assert found.names["net.a.weight"] == "a.weight"
    assert found.names["net.b.bias"] == "b.bias"
    assert (len(found.by_name), found.by_order, found.missing, found.spare) == (2, [], [], [])


@pytest.mark.parametrize("head", ["module.", "_orig_mod.module.", "model.", "net.", ""])
def test_what_wrappers_put_before_names_does_not_count(head: str) -> None:
    theirs = {f"{head}{name}": size for name, size in sizes(a=LINEAR).items()}
    found = match(sizes(net__a=LINEAR), theirs)
    assert found.by_name == ["net.a"]
    assert found.names["net.a.weight"] == f"{head}a.weight"


def test_dots_and_underscores_are_the_same() -> None:
    found = match(sizes(net__features_0=LINEAR), sizes(features__0=LINEAR))
    assert found.by_name == ["net.features_0"]


def test_other_names_go_by_order_as_people_sort() -> None:
    design = sizes(net__first=LINEAR, net__second=LINEAR, net__head=OTHER)
    found = match(design, sizes(layers__10=LINEAR, layers__2=LINEAR, out=OTHER))
    assert found.by_order == [
        ("net.first", "layers.2"),
        ("net.second", "layers.10"),
        ("net.head", "out"),
    ]


def test_names_never_win_over_sizes() -> None:
    found = match(sizes(net__a=LINEAR), sizes(a=OTHER))
    assert not found.names
    assert (found.missing, found.spare) == (["net.a"], [])


def test_what_is_missing_and_what_is_spare_is_told() -> None:
    found = match(sizes(net__a=LINEAR, net__b=OTHER), sizes(x=LINEAR, y=LINEAR))
    assert found.by_order == [("net.a", "x")]
    assert (found.missing, found.spare) == (["net.b"], ["y"])


def test_equal_names_of_other_sizes_are_told_with_both() -> None:
    found = match(sizes(net__a=LINEAR), sizes(a=OTHER))
    assert found.resized == [("net.a", "3×4, 3", "5×3, 5")]


def test_averages_need_not_say_how_long_they_were_taken() -> None:
    norm: dict[str, tuple[int, ...]] = {
        "weight": (4,),
        "bias": (4,),
        "running_mean": (4,),
        "running_var": (4,),
    }
    found = match(sizes(net__norm={**norm, "num_batches_tracked": ()}), sizes(bn=norm))
    assert found.by_order == [("net.norm", "bn")]
    assert "net.norm.num_batches_tracked" not in found.names


# ------------------------------------------------------------------------------- the whole way


class Theirs(nn.Module):
    """A network of somebody else: other names, the same layers."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
        self.reader = nn.LSTM(8, 6, batch_first=True)
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)
        self.top = nn.Linear(6, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.body(x).mean(1)
        states, _ = self.reader(y)
        mixed, _ = self.attention(states, states, states, need_weights=False)
        return cast(torch.Tensor, self.top(mixed.mean(1)))


def design() -> Project:
    nodes: dict[str, Node] = {
        "input": Node(type="input"),
        "conv": Node(type="conv2d", params={"filters": 4}),
        "norm": Node(type="batch_norm"),
        "relu": Node(type="relu"),
        "mean": Node(type="conv2d", params={"filters": 1, "kernel": 1, "bias": False}),
        "rows": Node(type="reshape", params={"sizes": [8, 8]}),
        "reader": Node(type="lstm", params={"units": 6, "returns": "sequence"}),
        "attention": Node(type="self_attention", params={"heads": 2}),
        "flat": Node(type="flatten"),
        "top": Node(type="linear", params={"units": 10}),
        "output": Node(type="output"),
    }
    names = list(nodes)
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(names))
    return Project(
        name="Mine",
        networks={"classifier": Network(nodes=nodes, wires=wires)},
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
    )


def kept(state: Mapping[str, torch.Tensor], path: Path) -> Path:
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return path


def test_weights_of_torch_become_a_run_that_can_be_opened(tmp_path: Path) -> None:
    torch.manual_seed(3)
    theirs = Theirs()
    theirs(torch.randn(8, 1, 8, 8))  # gives batch norm its averages
    path = kept(theirs.state_dict(), tmp_path / "w.safetensors")
    found = import_weights(path, design(), tmp_path, tmp_path / "mine.yaml")
    assert Path(found.run).is_relative_to(tmp_path / "runs" / "mine")
    (module,) = networks(open_run(Path(found.run))).values()
    state, own = theirs.state_dict(), module.state_dict()
    pairs = {
        "conv.weight": "body.0.weight",
        "norm.running_var": "body.1.running_var",
        "reader.core.weight_hh_l0": "reader.weight_hh_l0",
        "attention.enter.weight": "attention.in_proj_weight",
        "attention.leave.bias": "attention.out_proj.bias",
    }
    for ours, other in pairs.items():
        assert torch.equal(own[ours], state[other]), ours
    told = " ".join(found.notes)
    assert "classifier.top (10×48, 10 here, 10×6, 10 in the file)" in told
    assert "Nothing in the file for classifier.mean" in told


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_brought_to_single(kind: torch.dtype, tmp_path: Path) -> None:
    weight = torch.randn(10, 48, dtype=kind)
    path = kept({"top.weight": weight, "top.bias": torch.zeros(10, dtype=kind)}, tmp_path / "w.st")
    found = import_weights(path, design(), tmp_path, None)
    (module,) = networks(open_run(Path(found.run))).values()
    assert torch.equal(module.state_dict()["top.weight"], weight.float())


def test_the_same_import_gives_the_same_run(tmp_path: Path) -> None:
    path = kept({"top.weight": torch.ones(10, 48), "top.bias": torch.ones(10)}, tmp_path / "w.st")
    runs = [import_weights(path, design(), tmp_path, tmp_path / f"{i}.yaml").run for i in (1, 2)]
    first, second = (next(iter(networks(open_run(Path(r))).values())).state_dict() for r in runs)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_nothing_that_fits_is_an_error_and_leaves_no_run(tmp_path: Path) -> None:
    path = kept({"a.weight": torch.ones(7, 7)}, tmp_path / "w.safetensors")
    with pytest.raises(FileError, match="7×7"):
        import_weights(path, design(), tmp_path, tmp_path / "mine.yaml")
    assert not (tmp_path / "runs").exists()


BAD: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello",
    "huge header": (2**62).to_bytes(8, "little") + b"{}",
    "header that is no JSON": (4).to_bytes(8, "little") + b"{{{{",
    "promises more": (58).to_bytes(8, "little")
    + b'{"a":{"dtype":"F32","shape":[9,9],"data_offsets":[0,324]}}',
}


@pytest.mark.parametrize("name", BAD)
def test_damaged_files_are_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(BAD[name])
    with pytest.raises(FileError) as caught:
        shapes_in(path)
    assert caught.value.problem.where == str(path)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    state: dict[str, Any] = {"a": torch.ones(1)}
    torch.save(state, path)
    with pytest.raises(FileError, match="run code") as caught:
        shapes_in(path)
    assert "save_file" in caught.value.problem.hint
