"""Data sources: examples as they give them."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from drawn.paper import Paper, draws
from drawn.plots import Plot, number
from drawn.real import dataset
from drawn.scenes import onward, picture
from engine.data.base import Dataset

SHOWN = 420
COLORS = ("series0", "series1", "series2", "series3", "series4", "series5", "series6", "series7")


def some(data: Dataset, count: int = SHOWN) -> NDArray[np.int64]:
    """Return which examples are shown: some of all, the same ones each time."""
    size = len(data.inputs)
    chosen = np.random.default_rng(0).permutation(size)[:count]
    return np.sort(chosen)


def scattered(
    paper: Paper, plot: Plot, x: NDArray[np.generic], y: NDArray[np.generic],
    classes: NDArray[np.generic] | None, radius: float = 2.1,
) -> None:  # fmt: skip
    """Draw points, coloured by class."""
    places = np.array(
        [(plot.right(float(a)), plot.above(float(b))) for a, b in zip(x, y, strict=True)]
    )
    kinds = np.zeros(len(x), int) if classes is None else np.asarray(classes, int)
    for kind in np.unique(kinds):
        paper.dots(places[kinds == kind].tolist(), radius, COLORS[kind % len(COLORS)], 0.75)


def limits(values: NDArray[np.generic]) -> tuple[float, float]:
    """Return the least and the greatest of numbers, with some air."""
    low, high = float(values.min()), float(values.max())
    air = (high - low) * 0.06 or 1.0
    return low - air, high + air


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return round numbers between two."""
    raw = (high - low) / count
    size = 10.0 ** np.floor(np.log10(raw))
    step = size * min((1, 2, 5, 10), key=lambda f: abs(f * size - raw))
    return [round(float(v), 6) for v in np.arange(np.ceil(low / step) * step, high, step)]


def points(tag: str) -> Paper:
    """Draw points in the plane by their class."""
    data = dataset(tag)
    rows = some(data, 700)
    xy = np.asarray(data.inputs[rows], float)
    span = float(np.abs(xy - xy.mean(0)).max()) * 1.08
    middle = xy.mean(0)
    paper = Paper(232)
    wide = 2.2
    plot = Plot(
        paper, 80, 10, 180 * wide, 188, (middle[0] - span * wide * 0.957, middle[0] + span * wide * 0.957),
        (middle[1] - span, middle[1] + span),
        ticks(middle[0] - span, middle[0] + span), ticks(middle[1] - span, middle[1] + span, 3), axes=False,
    )  # fmt: skip
    scattered(paper, plot, xy[:, 0], xy[:, 1], None if data.targets is None else data.targets[rows])
    if 0 < len(data.classes) <= 6:
        for index, name in enumerate(data.classes):
            paper.dot(502, 34 + index * 20, 4, COLORS[index])
            paper.text(512, 38 + index * 20, name, "text")
    paper.text(502, 190, f"{len(data.inputs):,} points")
    return paper


for _tag in (
    "logic", "moons", "circles", "spirals", "gaussian_ring", "gaussian_grid", "s_curve", "swiss_roll", "blobs",
    "gaussian_quantiles",
):  # fmt: skip
    draws(f"data_source/{_tag}")(functools.partial(points, _tag))


def telling(data: Dataset) -> tuple[int, int]:
    """Return the two columns in which classes lie furthest apart, or that go best with the numbers."""
    x = np.asarray(data.inputs, float)
    assert data.targets is not None
    targets = np.asarray(data.targets, float)
    targets = targets.reshape(len(targets), -1)[:, 0]
    if data.classes:
        means = np.array([x[targets == kind].mean(0) for kind in np.unique(targets)])
        strength = means.std(0) / (x.std(0) + 1e-9)
    else:
        strength = np.abs([np.corrcoef(column, targets)[0, 1] for column in x.T])
    first, second = np.argsort(-strength, kind="stable")[:2].tolist()
    return int(first), int(second)


def table(tag: str) -> Paper:
    """Draw two columns by class; of numbers, one column against what is to be foretold, twice."""
    data = dataset(tag)
    assert data.targets is not None
    rows = some(data)
    x = np.asarray(data.inputs[rows], float)
    targets = np.asarray(data.targets)[rows].reshape(len(rows), -1)[:, 0]
    columns = telling(data)
    paper = Paper(236)
    sizes = f"{len(data.inputs):,} × {data.inputs.shape[1]}"
    if data.classes:
        a, b = (x[:, c] for c in columns)
        plot = Plot(
            paper, 64, 26, 360, 166, limits(a), limits(b), ticks(*limits(a)), ticks(*limits(b), 3),
            data.features[columns[0]], data.features[columns[1]], axes=False,
        )  # fmt: skip
        scattered(paper, plot, a, b, targets)
        for index, name in enumerate(data.classes):
            paper.dot(452, 48 + index * 20, 4, COLORS[index])
            paper.text(462, 52 + index * 20, name, "text")
        paper.text(448, 190, sizes)
        return paper
    name = data.names[0] if data.names else "y"
    for index, column in enumerate(columns):
        a = x[:, column]
        plot = Plot(
            paper, 56 + index * 302, 26, 240, 166, limits(a), limits(targets), ticks(*limits(a), 3),
            ticks(*limits(targets), 3), data.features[column], name, axes=False,
        )  # fmt: skip
        scattered(paper, plot, a, targets, None)
    paper.text(56, 222, sizes)
    return paper


for _tag in (
    "iris", "wine", "breast_cancer", "diabetes", "linnerud", "made_classification", "friedman", "hastie",
    "made_regression",
):  # fmt: skip
    draws(f"data_source/{_tag}")(functools.partial(table, _tag))


@draws("data_source/made_labels")
def made_labels() -> Paper:
    """Draw the words and the subjects of some texts."""
    data = dataset("made_labels")
    assert data.targets is not None
    paper = Paper(210)
    x = np.asarray(data.inputs[:12], float)
    y = np.asarray(data.targets[:12], float)
    picture(paper, 60, 26, 12, x, f"{x.shape[1]} words", low=0)
    paper.text(48, 26 + 72, "12 texts", anchor="middle", turn=True)
    onward(paper, 316, 98, length=44)
    picture(paper, 380, 26, 12, y, f"{y.shape[1]} labels", low=0, high=1, color="accent")
    return paper


# ----------------------------------------------------------------------------------- images


def images(tag: str, count: int, cell: float, across: int, height: int) -> Paper:
    """Draw an example of each class, or of some."""
    data = dataset(tag)
    paper = Paper(height)
    targets = None if data.targets is None else np.asarray(data.targets)
    if targets is not None and data.classes:
        chosen = [
            int(np.flatnonzero(targets == k)[1]) for k in range(min(count, len(data.classes)))
        ]
        chosen += [int(np.flatnonzero(targets == k)[2]) for k in range(count - len(chosen))]
    else:
        chosen = list(range(count))
    side = data.inputs.shape[-1] * cell
    for place, index in enumerate(chosen):
        left = 14 + place % across * (596 - side) / (across - 1)
        top = 12 + place // across * (side + 26)
        image = np.asarray(data.inputs[index, 0], float)
        words = data.classes[int(targets[index])] if targets is not None and data.classes else ""
        picture(paper, left, top, cell, image, words, low=0)
    return paper


draws("data_source/digits")(functools.partial(images, "digits", 10, 6, 10, 90))
draws("data_source/fashion_mnist")(functools.partial(images, "fashion_mnist", 10, 3, 5, 236))
draws("data_source/random")(functools.partial(images, "random", 4, 4, 4, 152))


@draws("data_source/stacked_digits")
def stacked() -> Paper:
    """Draw three examples, each of three digits in three channels."""
    data = dataset("stacked_digits")
    paper = Paper(128)
    for index in range(3):
        for channel in range(3):
            left = 14 + index * 206 + channel * 62
            picture(
                paper,
                left,
                14,
                7,
                np.asarray(data.inputs[index, channel], float),
                "",
                low=0,
                high=1,
            )
        paper.text(104 + index * 206, 92, "3×8×8", anchor="middle")
        assert data.channel_classes is not None
        digits = "".join(map(str, data.channel_classes[index].tolist()))
        paper.text(104 + index * 206, 112, digits, "text", 13, "middle")
    return paper


@draws("data_source/derived_pairs")
def pairs() -> Paper:
    """Draw three pairs of images."""
    data = dataset("derived_pairs")
    assert data.targets is not None
    paper = Paper(124)
    for index in range(3):
        left = 10 + index * 206
        picture(paper, left, 12, 2.8, np.asarray(data.inputs[index, 0], float), "x")
        onward(paper, left + 84, 51, length=22)
        picture(paper, left + 112, 12, 2.8, np.asarray(data.targets[index, 0], float), "y")
    return paper


# ----------------------------------------------------------------------------------- sequences


@draws("data_source/adding")
def adding() -> Paper:
    """Draw a sequence with two marks, and the sum."""
    data = dataset("adding")
    assert data.targets is not None
    gaps = [int(np.ptp(np.flatnonzero(marks))) for marks in data.inputs[:100, :, 1]]
    which = int(np.argmax(gaps))
    steps = np.asarray(data.inputs[which], float)
    paper = Paper(186)
    paper.text(14, 20, "number", "text")
    for index, (value, mark) in enumerate(steps.tolist()):
        left = 14 + index * 4.9
        color = "series1" if mark else "series0"
        paper.rect(
            left, 110 - 76 * abs(value), 3.6, 76 * abs(value), color, opacity=1 if mark else 0.5
        )
        if mark:
            paper.text(left + 2, 100 - 76 * value, f"{value:.2f}", "text", 12, "middle")
            paper.dot(left + 1.8, 122, 4, "series1")
    paper.text(14, 146, "mark")
    paper.text(504, 146, f"{len(steps)} steps", anchor="end")
    onward(paper, 520, 74, length=22)
    target = float(np.asarray(data.targets).reshape(len(data.inputs), -1)[which, 0])
    paper.text(548, 79, f"{target:.2f}", "text", 15, bold=True)
    return paper


def tokens(
    paper: Paper, x: float, y: float, words: list[str], color: str = "hover", wide: float = 22
) -> None:
    """Draw tokens in cells."""
    for index, word in enumerate(words):
        paper.rect(
            x + index * wide, y, wide - 2, 26, color, "border", 0.35 if color != "hover" else 1, 3
        )
        paper.text(x + index * wide + wide / 2 - 1, y + 18, word, "text", 12, "middle")


@draws("data_source/copy_memory")
def copy_memory() -> Paper:
    """Draw the beginning and the end of a sequence and of what is to be said."""
    data = dataset("copy_memory")
    assert data.targets is not None
    x, y = np.asarray(data.inputs[0]), np.asarray(data.targets[0])
    paper = Paper(142)
    for top, row, name in ((16, x, "x"), (76, y, "y")):
        words = [data.tokens[v] if 0 <= v < len(data.tokens) else "·" for v in row.tolist()]
        words = [w if w.strip() else "·" for w in words]
        paper.text(14, top + 18, name, "text", 13, bold=True)
        tokens(paper, 34, top, words[:12])
        paper.text(310, top + 17, "…", "text", 14, "middle")
        tokens(paper, 330, top, words[-12:])
    paper.text(34, 126, f"{len(x)} steps")
    return paper


@draws("data_source/parity")
def parity() -> Paper:
    """Draw two rows of bits and what they are."""
    data = dataset("parity")
    assert data.targets is not None
    paper = Paper(118)
    for row in range(2):
        which = int(np.flatnonzero(np.asarray(data.targets) == row)[0])
        bits = ["1" if v > 0 else "0" for v in np.asarray(data.inputs[which]).ravel().tolist()]
        for index, bit in enumerate(bits):
            tokens(
                paper,
                40 + index * 26,
                16 + row * 46,
                [bit],
                "accent" if bit == "1" else "hover",
                26,
            )
        end = onward(paper, 468, 29 + row * 46, length=34)
        paper.text(end + 12, 34 + row * 46, data.classes[row], "text", 13, bold=True)
    return paper


@draws("data_source/sounds")
def sounds() -> Paper:
    """Draw three words and their sounds."""
    data = dataset("sounds")
    assert data.targets is not None
    paper = Paper(190)
    chosen = list(range(0, len(data.inputs), 3607))[:3]
    for row, index in enumerate(chosen):
        letters = [data.tokens[v] for v in data.inputs[index].tolist()]
        heard = [
            data.classes[v] if v >= 0 else "" for v in np.asarray(data.targets[index]).tolist()
        ]
        used = [i for i, v in enumerate(data.inputs[index].tolist()) if v != data.padding]
        top = 12 + row * 60
        tokens(paper, 100, top, [letters[i] for i in used], "hover", 36)
        for place, i in enumerate(used):
            paper.text(100 + place * 36 + 17, top + 43, heard[i], "series1", 11.5, "middle")
    return paper


@draws("data_source/book")
def book() -> Paper:
    """Draw a piece of text, and the same a step later."""
    data = dataset("book")
    assert data.targets is not None
    paper = Paper(132)
    for top, row, name in ((18, data.inputs[40], "x"), (72, data.targets[40], "y")):
        words = [data.tokens[int(v)] for v in np.asarray(row)[:25]]
        words = ["␣" if w == " " else "↵" if w == "\n" else w for w in words]
        paper.text(14, top + 18, name, "text", 13, bold=True)
        tokens(paper, 34, top, words, "hover", 23)
    return paper


@draws("data_source/passages")
def passages() -> Paper:
    """Draw passages of both books."""
    data = dataset("passages")
    assert data.targets is not None
    paper = Paper(130)
    for row in range(2):
        which = int(np.flatnonzero(np.asarray(data.targets) == row)[5])
        words = " ".join(data.tokens[int(v)] for v in data.inputs[which] if int(v) != data.padding)
        paper.rect(14, 14 + row * 54, 592, 42, "hover", "border", radius=4)
        paper.text(26, 40 + row * 54, words, "text", 12)
        paper.text(596, 40 + row * 54, data.classes[row], COLORS[row], 12, "end", bold=True)
    return paper


@draws("data_source/series")
def series() -> Paper:
    """Draw a piece of the series: what is seen, and what is to be foretold."""
    data = dataset("series")
    assert data.targets is not None
    values = np.asarray(data.inputs[:, 0, 0], float)
    paper = Paper(226)
    plot = Plot(
        paper, 56, 26, 540, 150, (0, 420), limits(values[:420]), (0, 100, 200, 300, 400),
        ticks(*limits(values[:420]), 3), "week", data.names[0], axes=False,
    )  # fmt: skip
    plot.curve(np.arange(420), values[:420], "series0", 1.6)
    length = data.inputs.shape[1]
    start = 200
    paper.rect(
        plot.right(start),
        26,
        plot.right(start + length) - plot.right(start),
        150,
        "accent",
        opacity=0.15,
    )
    target = float(np.asarray(data.targets[start]).ravel()[0])
    plot.mark(start + length, target, "series1", 4.5)
    paper.text(plot.right(start), 18, f"{length} steps", "accent")
    paper.dot(430, 208, 4.5, "series1")
    paper.text(440, 212, "to be foretold", "text")
    return paper


# ----------------------------------------------------------------------------------- own files


def cells(
    paper: Paper, x: float, y: float, rows: list[list[str]], widths: list[float], last: bool = True
) -> None:
    """Draw a table; its last column is what is to be foretold."""
    total = sum(widths)
    paper.rect(x, y, total, 24, "hover", "border", radius=2)
    if last:
        paper.rect(x + total - widths[-1], y, widths[-1], 24 * len(rows), "accent", opacity=0.16)
    for i, row in enumerate(rows):
        left = x
        for word, width in zip(row, widths, strict=True):
            paper.text(left + 8, y + i * 24 + 16, word, "text", 11.5, bold=i == 0)
            left += width
        paper.line([(x, y + (i + 1) * 24), (x + total, y + (i + 1) * 24)], "border", 0.8)


def sheet_of_paper(
    paper: Paper, x: float, y: float, name: str, wide: float = 96, tall: float = 116
) -> None:
    """Draw a file with its name."""
    fold = 18
    outline = [
        (x, y),
        (x + wide - fold, y),
        (x + wide, y + fold),
        (x + wide, y + tall),
        (x, y + tall),
        (x, y),
    ]
    paper.area(outline, "hover", 1.0)
    paper.line(outline, "border_strong", 1.2)
    paper.line(
        [(x + wide - fold, y), (x + wide - fold, y + fold), (x + wide, y + fold)],
        "border_strong",
        1.2,
    )
    paper.text(x + wide / 2, y + tall / 2 + 8, name, "text", 13, "middle", bold=True)


def folder(
    paper: Paper, x: float, y: float, lines: list[tuple[int, str]], color: str = "muted"
) -> None:
    """Draw folders and files as a tree, each with how deep it lies; names that end in / are folders."""
    for index, (depth, name) in enumerate(lines):
        left, base = x + depth * 24, y + index * 22
        if name.endswith("/"):
            shape = [(0, -11), (6, -11), (8, -8), (17, -8), (17, 2), (0, 2)]
            paper.area([(left + a, base + b) for a, b in shape], "series4", 0.8)
        else:
            paper.rect(left + 3, base - 11, 10, 13, "hover", "border_strong")
        paper.text(left + 24, base, name, "text", 12)


def _flowers(count: int) -> list[list[str]]:
    data = dataset("iris")
    assert data.targets is not None
    names = [
        name.removesuffix(" (cm)").replace("sepal", "s.").replace("petal", "p.")
        for name in data.features
    ]
    rows = [[*names, "kind"]]
    for index in (0, 60, 120, 20, 80)[:count]:
        kind = data.classes[int(np.asarray(data.targets)[index])]
        rows.append([*(number(round(float(v), 1)) for v in data.inputs[index]), kind])
    return rows


def file_of_rows(name: str) -> Paper:
    """Draw a file, and its rows with the target in the last column."""
    paper = Paper(164)
    sheet_of_paper(paper, 16, 22, name)
    onward(paper, 124, 80, length=32)
    cells(paper, 172, 22, _flowers(4), [82, 82, 82, 82, 104])
    return paper


draws("data_source/csv")(functools.partial(file_of_rows, ".csv"))
draws("data_source/parquet")(functools.partial(file_of_rows, ".parquet"))


@draws("data_source/openml")
def openml() -> Paper:
    """Draw a name that leads to a table."""
    paper = Paper(164)
    paper.box(12, 56, 112, 46, "“iris” · 61", "series5", "OpenML")
    onward(paper, 128, 80, length=30)
    cells(paper, 172, 22, _flowers(4), [82, 82, 82, 82, 104])
    return paper


def arrays(name: str, parts: list[tuple[str, str]]) -> Paper:
    """Draw a file and the arrays in it."""
    data = dataset("digits")
    assert data.targets is not None
    paper = Paper(164)
    sheet_of_paper(paper, 16, 22, name)
    onward(paper, 124, 80, length=32)
    for index in (4, 3, 2, 1, 0):
        left, top = 178 + index * 16, 50 - index * 8
        paper.rect(left, top, 64, 64, "surface")
        picture(paper, left, top, 8, np.asarray(data.inputs[index, 0], float), low=0, high=1)
    paper.text(242, 138, parts[0][0], "text", 12.5, "middle", bold=True)
    paper.text(242, 155, parts[0][1], anchor="middle")
    for index in range(5):
        tokens(
            paper, 390 + index * 30, 64, [str(int(np.asarray(data.targets)[index]))], "hover", 30
        )
    paper.text(464, 138, parts[1][0], "text", 12.5, "middle", bold=True)
    paper.text(464, 155, parts[1][1], anchor="middle")
    return paper


draws("data_source/npz")(
    functools.partial(arrays, ".npz", [("inputs", "n×1×8×8"), ("targets", "n")])
)
draws("data_source/npy")(functools.partial(arrays, ".npy", [("x.npy", "n×1×8×8"), ("y.npy", "n")]))
draws("data_source/idx")(
    functools.partial(arrays, ".idx", [("images-idx3-ubyte", "n×8×8"), ("labels-idx1-ubyte", "n")])
)


@draws("data_source/image_folder")
def image_folder() -> Paper:
    """Draw a folder for each class, and what is in it."""
    data = dataset("fashion_mnist")
    assert data.targets is not None
    paper = Paper(196)
    folder(
        paper, 20, 30,
        [(0, "clothes/"), (1, "boot/"), (2, "001.png"), (2, "002.png"), (1, "shirt/"), (2, "001.png"), (2, "002.png")],
    )  # fmt: skip
    onward(paper, 190, 92, length=36)
    for row, (kind, name) in enumerate(((9, "boot"), (0, "shirt"))):
        for place in range(3):
            index = int(np.flatnonzero(np.asarray(data.targets) == kind)[place])
            picture(
                paper,
                250 + place * 92,
                8 + row * 94,
                3,
                np.asarray(data.inputs[index, 0], float),
                low=0,
            )
        paper.text(540, 54 + row * 94, name, "text", 13, bold=True)
    return paper


@draws("data_source/image_pairs")
def image_pairs() -> Paper:
    """Draw two folders with equal names, and the pairs."""
    data = dataset("derived_pairs")
    assert data.targets is not None
    paper = Paper(186)
    folder(paper, 20, 34, [(0, "pairs/"), (1, "a/"), (2, "001.png"), (1, "b/"), (2, "001.png")])
    onward(paper, 190, 84, length=40)
    picture(paper, 256, 24, 4, np.asarray(data.inputs[1, 0], float), "a/001.png")
    onward(paper, 380, 80, length=36)
    picture(paper, 428, 24, 4, np.asarray(data.targets[1, 0], float), "b/001.png")
    return paper


@draws("data_source/series_csv")
def series_csv() -> Paper:
    """Draw a file of numbers in the order of time."""
    data = dataset("series")
    values = np.asarray(data.inputs[:60, 0, 0], float)
    paper = Paper(178)
    rows = [["week", data.names[0]]]
    rows += [[str(i), number(round(float(v), 1))] for i, v in enumerate(values[:5])]
    cells(paper, 16, 14, rows, [60, 80])
    onward(paper, 172, 86, length=36)
    plot = Plot(
        paper,
        266,
        20,
        330,
        130,
        (0, 60),
        limits(values),
        (0, 20, 40, 60),
        ticks(*limits(values), 3),
        axes=False,
    )
    plot.curve(np.arange(60), values, "series0", 1.8)
    paper.rect(plot.right(20), 20, plot.right(44) - plot.right(20), 130, "accent", opacity=0.14)
    plot.mark(44, float(values[44]), "series1", 4.5)
    return paper


@draws("data_source/text_file")
def text_file() -> Paper:
    """Draw a file of text and its tokens, by character and by word."""
    data = dataset("book")
    text = "".join(data.tokens[int(v)] for v in data.inputs[40]).replace("\n", " ").strip()
    paper = Paper(160)
    sheet_of_paper(paper, 16, 20, ".txt")
    onward(paper, 124, 78, length=32)
    tokens(paper, 176, 32, [c if c != " " else "␣" for c in text[:19]], "hover", 22)
    left = 176.0
    for word in text.split()[:7]:
        wide = 14 + 7.6 * len(word)
        if left + wide > 606:
            break
        tokens(paper, left, 92, [word], "hover", wide)
        left += wide
    return paper


@draws("data_source/text_table")
def text_table() -> Paper:
    """Draw a table with a column of texts."""
    data = dataset("passages")
    assert data.targets is not None
    rows = [["text", "book"]]
    for row in (0, 1, 0, 1):
        which = int(np.flatnonzero(np.asarray(data.targets) == row)[5 + len(rows)])
        words = [data.tokens[int(v)] for v in data.inputs[which] if int(v) != data.padding]
        rows.append([" ".join(words[:6]) + " …", ("Alice", "Paradise")[row]])
    paper = Paper(164)
    sheet_of_paper(paper, 16, 22, ".csv")
    onward(paper, 124, 80, length=32)
    cells(paper, 172, 22, rows, [330, 102])
    return paper


@draws("data_source/conll")
def conll() -> Paper:
    """Draw a file with a word and its tag in each line."""
    paper = Paper(160)
    sheet_of_paper(paper, 16, 20, ".conll")
    words = (
        ("Ada", "B-PER"),
        ("Lovelace", "I-PER"),
        ("lived", "O"),
        ("in", "O"),
        ("London", "B-LOC"),
    )
    for index, (word, tag) in enumerate(words):
        color = {"O": "muted", "B-LOC": "series2"}.get(tag, "series1")
        paper.text(140, 36 + index * 24, word, "text", 12.5)
        paper.text(222, 36 + index * 24, tag, color, 12.5)
    onward(paper, 284, 78, length=30)
    left = 330.0
    for word, tag in words:
        wide = 16 + 7.2 * max(len(word), len(tag))
        tokens(paper, left, 54, [word], "hover", wide)
        paper.text(
            left + wide / 2 - 1,
            100,
            tag,
            "series1" if "PER" in tag else "series2" if "LOC" in tag else "muted",
            11.5,
            "middle",
        )
        left += wide
    return paper


@draws("data_source/wav_folder")
def wav_folder() -> Paper:
    """Draw a folder of recordings for each class, a wave and its spectrogram."""
    from engine.data.spectra import loudness, mel_filters, spectrogram

    rate = 8000
    t = np.arange(rate) / rate
    tone = (np.sin(2 * np.pi * (300 + 500 * t) * t) * np.exp(-2 * t)).astype(np.float32)
    paper = Paper(186)
    folder(
        paper, 20, 36, [(0, "sounds/"), (1, "up/"), (2, "001.wav"), (1, "down/"), (2, "001.wav")]
    )
    onward(paper, 184, 86, length=28)
    paper.rect(226, 30, 170, 112, "none", "border", radius=3)
    low_high = [(tone[i : i + 50].min(), tone[i : i + 50].max()) for i in range(0, rate, 50)]
    outline = [(228 + i * 166 / 160, 86 - 50 * float(h)) for i, (_, h) in enumerate(low_high)]
    outline += [
        (228 + i * 166 / 160, 86 - 50 * float(v))
        for i, (v, _) in reversed(list(enumerate(low_high)))
    ]
    paper.area(outline, "series0", 0.8)
    paper.text(311, 160, "wave", anchor="middle")
    onward(paper, 404, 86, length=28)
    found = loudness(mel_filters(24, 512, rate) @ spectrogram(tone, 512, 220))
    picture(paper, 444, 36, 4, np.asarray(found, float)[::-1], "spectrogram")
    return paper
