"""Operators of layers that came later, with their settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.engine.imports.operator_cases import IMAGE, SEQUENCE, VECTOR, Case, numbers, one, whole

FAR = 2**63 - 1


def activations() -> Iterator[Case]:
    for kind in ("Softplus", "Softsign", "HardSwish", "Mish", "Selu"):
        yield one("", kind, SEQUENCE)
    yield one("other", "Selu", alpha=1.0, known=False)
    yield one("sixth", "HardSigmoid", alpha=1 / 6)
    yield one("standard", "HardSigmoid", known=False)
    yield one("number", "PRelu", weights={"s": np.array([0.2], np.float32)})
    yield one("channels", "PRelu", weights={"s": numbers(4, 1, 1)})
    yield one("vector", "PRelu", VECTOR, {"s": numbers(6)})
    yield one("features", "PRelu", SEQUENCE, {"s": numbers(6)}, known=False)
    yield one("width", "PRelu", weights={"s": numbers(6)}, known=False)
    yield one("all", "PRelu", VECTOR, {"s": numbers(1, 6)}, known=False)
    ends = {"low": np.array(-0.5, np.float32), "high": np.array(0.25, np.float32)}
    zero, six = np.array(0, np.float32), np.array(6, np.float32)
    yield one("ends", "Clip", weights=ends)
    yield one("six", "Clip", weights={"low": zero, "high": six})
    yield one("zero", "Clip", weights={"low": zero})
    yield one("low", "Clip", weights={"low": ends["low"]}, known=False)
    yield one("high", "Clip", weights={"high": six}, inputs=("x", "", "high"), known=False)
    yield one("nothing", "Clip", known=False)
    yield one("turned", "Clip", weights={"low": six, "high": zero}, known=False)
    yield one("old", "Clip", opset=10, min=-0.5, max=0.5)
    yield one("old-six", "Clip", opset=6, min=0.0, max=6.0)


def tiles() -> Iterator[Case]:
    many = ("n", 8, 3, 3)
    yield one("", "DepthToSpace", many, blocksize=2, mode="CRD")
    yield one("three", "DepthToSpace", ("n", 9, 2, 2), blocksize=3, mode="CRD")
    yield one("one", "DepthToSpace", ("n", 4, 3, 3), blocksize=2)
    yield one("other", "DepthToSpace", many, blocksize=2, mode="DCR", known=False)
    yield one("one", "SpaceToDepth", ("n", 1, 6, 4), blocksize=2)
    yield one("several", "SpaceToDepth", blocksize=2, known=False)


def stretches() -> Iterator[Case]:
    def cut(name: str, start: int, stop: int, axis: int, step: int = 1, known: bool = True) -> Case:
        parts = {"a": whole(start), "b": whole(stop), "c": whole(axis), "d": whole(step)}
        return one(name, "Slice", IMAGE, parts, known)

    yield cut("channels", 0, 2, 1)
    yield cut("end", 1, FAR, 2)
    yield cut("negative", -3, -1, -1)
    yield cut("every-other", 1, FAR, 3, 2)
    yield cut("beyond", -100, 100, 1)
    yield cut("backwards", -1, -FAR, 3, -1, known=False)
    yield cut("examples", 0, 1, 0, known=False)
    yield cut("nothing", 3, 3, 1, known=False)
    two = {"a": whole(0, 1), "b": whole(2, 4), "c": whole(1, 2)}
    yield one("two", "Slice", IMAGE, two, known=False)
    yield one("no-axes", "Slice", IMAGE, {"a": whole(0), "b": whole(1)}, known=False)
    yield one("old", "Slice", SEQUENCE, opset=9, starts=[1], ends=[3], axes=[1])
    last = one("last", "Slice", SEQUENCE, {"a": whole(-1), "b": whole(FAR), "c": whole(1)})
    yield last


def squares() -> Iterator[Case]:
    def mean(name: str, scale: tuple[int, ...], known: bool = True, **settings: Any) -> Case:
        weights, kind = {"s": numbers(*scale)}, "RMSNormalization"
        return one(name, kind, SEQUENCE, weights, known, 23, reference=True, **settings)

    yield mean("", (6,))
    yield mean("epsilon", (6,), epsilon=1e-3)
    yield mean("all", (5, 6), axis=1)
    yield mean("narrow", (1,), known=False)


LATER = [case for group in (activations, tiles, stretches, squares) for case in group()]
