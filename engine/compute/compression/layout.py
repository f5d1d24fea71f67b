"""How tensors are stored in as few bytes as they need: the words that writer and reader of such a file share.

* *dense*: all numbers in a row;
* *csr*: the numbers that are not 0 row by row, the column of each, and where each row begins;
* *coo*: those numbers with row and column of each;
* *mask*: those numbers, and a bit for every place, 1 where one of them is;
* *same*: nothing, because another tensor of the file is equal.

A tensor of more than two dimensions counts as a matrix with a row for each entry of its first. Numbers that lie on a grid
(:mod:`engine.compute.compression.grid`) are stored as codes of so many bits with a scale a unit. The layouts stand in the head
of the file, see ``docs/runs.md``. Formats: Saad 2003, Iterative methods for sparse linear systems, section 3.4; Han,
Mao & Dally 2016, Deep compression.
"""

from __future__ import annotations

import msgspec

from engine.layers.base import MOST_NUMBERS

LAYOUTS = "layouts"  # in the head of the file
DENSE, CSR, COO, MASK, SAME = "dense", "csr", "coo", "mask", "same"
VALUES, SCALES = ":values", ":scales"
PLACES = {
    DENSE: (),
    CSR: (":columns", ":starts"),
    COO: (":rows", ":columns"),
    MASK: (":mask",),
}
FREELY = 2**26  # numbers that a file may stand for, however small it is
LARGEST_GAIN = 1000  # numbers that a byte of a larger file may stand for


class Layout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one tensor is stored.

    Attributes:
        kind: ``dense``, ``csr``, ``coo``, ``mask`` or ``same``.
        shape: Of the whole tensor.
        of: The tensor that it is equal to, where it is the ``same``.
        bits: Of a code, where numbers lie on a grid; 0 for plain numbers.
        axis: Of the tensor that has a scale for each of its entries.
    """

    kind: str
    shape: tuple[int, ...] = ()
    of: str = ""
    bits: int = 0
    axis: int = 0


def is_too_much(numbers: int, size: int) -> bool:
    """Whether a file would stand for more numbers than one of its size may.

    Args:
        numbers: Of all its tensors together.
        size: Of the file, in bytes.
    """
    return numbers > min(MOST_NUMBERS, max(FREELY, LARGEST_GAIN * size))
