"""Numbers on a grid."""

import torch

from engine.compute.compression.grid import Grid, holding

SCALES = torch.tensor([0.5, 0.1, 2.0])


def test_numbers_come_back_from_their_codes_to_the_bit() -> None:
    grid = Grid(8, 1, SCALES)
    codes = torch.randint(-127, 128, (4, 3, 2), dtype=torch.int8)

    numbers = grid.numbers(codes)

    assert torch.equal(grid.codes(numbers), codes)
    assert torch.equal(numbers[:, 2], 2.0 * codes[:, 2])


def test_numbers_beyond_the_grid_take_its_ends() -> None:
    assert Grid(4, 0, torch.ones(2)).codes(torch.tensor([-99.0, 6.6])).tolist() == [-7, 7]


def test_a_grid_holds_only_what_lies_on_it_to_the_bit() -> None:
    grid = Grid(8, 0, SCALES)
    numbers = grid.numbers(torch.tensor([[1], [2], [3]], dtype=torch.int8))
    moved = numbers.nextafter(torch.tensor(9.0))
    weights = {"same": numbers, "moved": moved, "wider": torch.cat([numbers, numbers])}

    kept = holding({"net": dict.fromkeys([*weights, "gone"], grid)}, {"net": weights})

    assert kept == {"net": {"same": grid}}
