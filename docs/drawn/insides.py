"""Views into networks and probes: what is seen of short trainings."""

from __future__ import annotations

import functools
import itertools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawn.paper import Paper, draws
from drawn.plots import Plot
from drawn.scenes import onward, picture
from drawn.sources import COLORS, limits, scattered
from engine.compute.inside.inspector import Inspector
from engine.compute.trainer import Trainer
from engine.protocol import Example, Inspect, Measured
from engine.runs.control import Control, Silent
from engine.runs.reader import Reader
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire

Arrays = dict[str, NDArray[Any]]


def chain(entry: str, *layers: tuple[str, dict[str, Any]], **params: Any) -> Network:
    """Return a network of layers in a row."""
    nodes = {"in": Node(type=entry, params=params)}
    nodes |= {
        f"{tag}{place}": Node(type=tag, params=given)
        for place, (tag, given) in enumerate(layers, 1)
    }
    nodes["out"] = Node(type="output")
    names = list(nodes)
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(names))
    return Network(nodes=nodes, wires=wires, init=Plug("he"))


def learner(network: Network, source: Plug, steps: int, **more: Any) -> Project:
    """Return a classifier."""
    return Project(
        name="drawing",
        networks={"classifier": network},
        data=Data(source=source),
        objective=Plug("classification"),
        recipe=Recipe(
            epochs=None, max_steps=steps, batch_size=64, optimizer=Plug("adam", {"lr": 0.005})
        ),
        **more,
    )


def projects() -> dict[str, Project]:
    """Return what is trained, by a name."""
    images = chain(
        "input",
        ("conv2d", {"filters": 8}), ("relu", {}), ("max_pool2d", {}), ("conv2d", {"filters": 12}), ("relu", {}),
        ("flatten", {}), ("linear", {"units": 10}),
    )  # fmt: skip
    plane = chain(
        "input", ("linear", {"units": 16}), ("tanh", {}), ("linear", {"units": 16}), ("tanh", {}), ("linear", {"units": 2}),
    )  # fmt: skip
    generator = chain(
        "noise", ("linear", {"units": 48}), ("relu", {}), ("linear", {"units": 48}), ("relu", {}), ("linear", {"units": 2}), size=2,
    )  # fmt: skip
    judge = chain(
        "input", ("linear", {"units": 48}), ("relu", {}), ("linear", {"units": 48}), ("relu", {}), ("linear", {"units": 1}),
    )  # fmt: skip
    game = Project(
        name="drawing",
        networks={"generator": generator, "discriminator": judge},
        data=Data(source=Plug("gaussian_ring")),
        objective=Plug("gan", {"ema": 0.0, "scores": {"every": 300, "samples": 1000, "kid": False, "best": "last"}}),
        recipe=Recipe(
            epochs=None, max_steps=1200, batch_size=128,
            optimizers={"generator": Plug("adam", {"lr": 1e-3}), "discriminator": Plug("adam", {"lr": 1e-3})},
        ),
        probes=tuple(Plug(tag) for tag in ("plane", "rivals", "samples", "scores", "health")),
    )  # fmt: skip
    seen = tuple(Plug(tag) for tag in ("health", "samples", "confusion", "answers"))
    return {
        "images": learner(images, Plug("digits"), 200, probes=seen),
        "points": learner(plane, Plug("moons"), 250),
        "game": game,
    }


@functools.cache
def run_of(name: str) -> Path:
    """Return the run folder of a short training; trains unless that was done before."""
    folder = Path(tempfile.gettempdir()) / "ganvas-drawings" / f"inside-{name}"
    run = folder / "run"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        Trainer(projects()[name], folder, run, Silent(), Control(attended=False)).run()
        (folder / "done").touch()
    return run


@functools.cache
def inspector() -> Inspector:
    """Return what looks into runs."""
    return Inspector()


def look(name: str, view: str, layer: str = "", **params: Any) -> tuple[Arrays, dict[str, Any]]:
    """Return what a view shows of a run."""
    request = Inspect(
        run=str(run_of(name)),
        view=Plug(view, params),
        layer=layer,
        moment="best",
        example=Example(),
    )
    found = inspector().inspect(request, Silent(), Control(attended=False))
    return {key: array.numpy() for key, array in found.arrays.items()}, found.info


def pictures(name: str, stream: str) -> list[Measured]:
    """Return the pictures of a stream that a short training kept."""
    return pictures_of(run_of(name), stream)


def pictures_of(run: Path, stream: str) -> list[Measured]:
    """Return the pictures of a stream that a run kept."""
    events = Reader(run).events((stream,))
    return [event for event in events if isinstance(event, Measured) and event.stream == stream]


# ----------------------------------------------------------------------------------- views


def gray(images: NDArray[Any]) -> NDArray[np.float64]:
    """Return pictures ``(n, height, width, 1)`` as numbers from 0 to 1 ``(n, height, width)``."""
    return np.asarray(images[..., 0], float) / 255


@draws("view/features")
def features() -> Paper:
    """Draw the kernels of the first convolution."""
    arrays, _info = look("images", "features")
    paper = Paper(120)
    for index, kernel in enumerate(arrays["values"]):
        picture(paper, 16 + index * 75, 16, 20, np.asarray(kernel, float), f"{index}", True)
    return paper


@draws("view/feature_maps")
def feature_maps() -> Paper:
    """Draw an example and what leaves each channel of the first convolution."""
    arrays, _info = look("images", "feature_maps")
    paper = Paper(196)
    picture(paper, 16, 46, 12, gray(arrays["images"])[0], "1×8×8", low=0, high=1)
    end = onward(paper, 122, 94, length=36)
    top = float(np.abs(arrays["values"]).max())
    for index, values in enumerate(arrays["values"]):
        picture(
            paper, end + 18 + index % 4 * 104, 8 + index // 4 * 88, 9, np.asarray(values, float), "", True, top
        )  # fmt: skip
    return paper


@draws("view/exciting")
def exciting() -> Paper:
    """Draw what excites two units of the second convolution most."""
    paper = Paper(176)
    for row, unit in enumerate((1, 4)):
        arrays, _info = look("images", "exciting", "classifier/conv2d4", unit=unit)
        paper.text(44, 48 + row * 84, f"unit {unit}", "text", anchor="middle")
        for index, image in enumerate(gray(arrays["images"])[:7]):
            words = f"{arrays['excitement'][index]:.2f}"
            picture(paper, 88 + index * 74, 10 + row * 84, 7, image, words, low=0, high=1)
    return paper


@draws("view/maximised")
def maximised() -> Paper:
    """Draw inputs that are made to excite the last layer: each a class."""
    arrays, _info = look("images", "maximised", "classifier/linear7", units=10)
    paper = Paper(180)
    for index, image in enumerate(gray(arrays["images"])[:10]):
        picture(
            paper, 44 + index % 5 * 112, 8 + index // 5 * 88, 8, image, f"{index}", low=0, high=1
        )
    return paper


@draws("view/attribution")
def attribution() -> Paper:
    """Draw an example and which pixels speak for the answer, by two methods."""
    paper = Paper(176)
    for index, method in enumerate(("gradient", "integrated_gradients")):
        arrays, info = look("images", "attribution", method=method)
        if index == 0:
            picture(
                paper, 16, 16, 17, gray(arrays["images"])[0], str(info["output"]), low=0, high=1
            )
            onward(paper, 166, 84, length=36)
        picture(
            paper, 222 + index * 190, 16, 17, np.asarray(arrays["values"], float).reshape(8, 8),
            method.replace("_", " "), True,
        )  # fmt: skip
    return paper


@draws("view/embedding")
def embedding() -> Paper:
    """Draw examples as the last hidden layer arranges them."""
    arrays, info = look("images", "embedding", "classifier/flatten6", method="tsne")
    points = np.asarray(arrays["points"], float)
    paper = Paper(226)
    plot = Plot(paper, 20, 12, 480, 196, limits(points[:, 0]), limits(points[:, 1]), axes=False)
    paper.rect(20, 12, 480, 196, "none", "border", radius=3)
    for x, y, label in zip(points[:, 0], points[:, 1], arrays["labels"].tolist(), strict=True):
        color = COLORS[label % len(COLORS)]
        paper.text(
            plot.right(float(x)),
            plot.above(float(y)) + 4,
            info["classes"][label],
            color,
            11,
            "middle",
        )
    paper.text(516, 28, "t-SNE", "text")
    paper.text(516, 48, f"{len(points)} examples")
    return paper


def _plane(
    paper: Paper, x: float, y: float, wide: float, surface: NDArray[Any], certainty: NDArray[Any]
) -> None:
    """Draw which class is answered at places of the plane, stronger where it is surer."""
    _rows, columns = surface.shape
    sure = np.clip((certainty - 0.5) * 2, 0.12, 1) * 0.6
    for kind, color in ((0, "series0"), (1, "series1")):
        grid = np.where(surface == kind, sure, 0.0)
        paper.heat(x, y, wide / columns, grid, 0, 1.0, color, frame=False)


@draws("view/boundary")
def boundary() -> Paper:
    """Draw what is answered at the start and at the end."""
    arrays, info = look("points", "boundary", side=48)
    left, right, bottom, top = info["extent"]
    paper = Paper(222)
    chosen = np.random.default_rng(0).permutation(len(arrays["points"]))[:160]
    for place, moment in enumerate((0, len(arrays["surface"]) - 1)):
        at = 46 + place * 284
        surface, certainty = arrays["surface"][moment], arrays["certainty"][moment]
        _plane(paper, at, 10, 240, surface[::-1][4:44], certainty[::-1][4:44])
        plot = Plot(paper, at, 10 - 20, 240, 240, (left, right), (bottom, top), axes=False)
        points = arrays["points"][chosen]
        inside = (points[:, 1] > bottom + (top - bottom) / 12) & (
            points[:, 1] < top - (top - bottom) / 12
        )
        scattered(
            paper, plot, points[inside, 0], points[inside, 1], arrays["labels"][chosen][inside], 1.8
        )
        paper.rect(at, 10, 240, 200 - 0.5, "none", "border_strong")
    return paper


@draws("view/similarity")
def similarity() -> Paper:
    """Draw how alike layers see the examples."""
    arrays, info = look("images", "similarity")
    values = np.asarray(arrays["values"], float)
    paper = Paper(212)
    cell = 25
    paper.heat(140, 12, cell, values, 0, 1, "accent")
    for index, name in enumerate(info["rows"]):
        paper.text(130, 12 + index * cell + 17, name, "text", anchor="end")
        for other, value in enumerate(values[index].tolist()):
            color = "on_accent" if value > 0.7 else "text"
            paper.text(
                140 + (other + 0.5) * cell,
                12 + index * cell + 17,
                f"{value:.1f}".lstrip("0"),
                color,
                11,
                "middle",
            )
    paper.text(340, 28, "CKA: 1 = alike", "text", 12.5)
    return paper


@draws("view/landscape")
def landscape() -> Paper:
    """Draw the loss around the weights as contour lines."""
    from pyqtgraph.functions import isocurve

    arrays, _info = look("images", "landscape", side=25)
    values = np.asarray(arrays["values"], float)
    paper = Paper(224)
    side = values.shape[0]
    paper.heat(60, 10, 8, np.log(values[::-1]), color="series0")
    for level in np.quantile(np.log(values), (0.08, 0.25, 0.45, 0.65, 0.85)):
        for line in isocurve(np.log(values), float(level), connected=True, extendToEdge=False):
            paper.line([(60 + j * 8, 10 + (side - i) * 8) for i, j in line], "text", 1, 0.7)
    paper.cross(60 + side * 4, 10 + side * 4, 5, "series1", 2.2)
    ends = [float(values[side // 2, column]) for column in range(side)]
    plot = Plot(
        paper, 340, 30, 250, 140, (-1, 1), (0, max(ends) * 1.05), (-1, -0.5, 0, 0.5, 1), (0, round(max(ends) / 2)), "α",
        "loss along α, β = 0", axes=False,
    )  # fmt: skip
    plot.curve(np.linspace(-1, 1, side), ends, "series0", 2.2)
    plot.mark(0, ends[side // 2], "series1", 4.5)
    return paper
