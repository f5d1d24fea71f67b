"""Small projects whose trainings exported programs repeat: every optimiser, schedule, objective and trick."""

from __future__ import annotations

from typing import Any

import msgspec

from projects.schema import (
    Averaging,
    Data,
    EarlyStopping,
    Network,
    Plug,
    Project,
    Recipe,
    Split,
)
from tests.engine.training.coding import vae_gan
from tests.engine.training.kinds import copy_memory
from tests.engine.training.support import Layers, chain, ring
from tests.engine.training.test_game_resume import game as drawing
from tests.engine.training.test_game_resume import pairs

NORMED: Layers = [
    ("first", "linear", {"units": 12}),
    ("norm", "batch_norm", {}),
    ("relu", "relu", {}),
    ("last", "linear", {"units": 3}),
]
TABLE: Layers = [
    ("first", "linear", {"units": 6}),
    ("tanh", "tanh", {}),
    ("last", "linear", {"units": 3}),
]
DEEP: Layers = [
    ("first", "linear", {"units": 12}),
    ("tanh", "tanh", {}),
    ("second", "linear", {"units": 8}),
    ("relu", "relu", {}),
    ("last", "linear", {"units": 3}),
]
IMAGES: Layers = [
    ("flat", "flatten", {}),
    ("first", "linear", {"units": 8}),
    ("relu", "relu", {}),
    ("last", "linear", {"units": 10}),
]


def iris(network: Network, augment: tuple[Plug, ...] = (), **recipe: Any) -> Project:
    """A classifier of iris, four steps an epoch."""
    settings = {"epochs": 3, "batch_size": 28, "device": "cpu", **recipe}
    return Project(
        networks={"classifier": network},
        data=Data(source=Plug("iris"), scale="standardize", augment=augment),
        objective=Plug("classification", {"focal": 0.5}),
        recipe=Recipe(**settings),
        probes=(),
    )


def game(noise: dict[str, Any], steps: int = 4, ema: float = 0.9, **objective: Any) -> Project:
    """A small game, of few steps."""
    plain = ring(epochs=None, max_steps=steps, batch_size=32, device="cpu")
    generator = plain.networks["generator"]
    entry = msgspec.structs.replace(generator.nodes["entry"], params={"size": 4, **noise})
    nodes = {**generator.nodes, "entry": entry}
    drawn = msgspec.structs.replace(generator, nodes=nodes)
    return msgspec.structs.replace(
        plain,
        networks={**plain.networks, "generator": drawn},
        objective=Plug("gan", {"ema": ema, "scores": None, **objective}),
        probes=(),
    )


def plug(tag: str, **params: Any) -> dict[str, Any]:
    """A plug as it stands in a project file."""
    return {"type": tag, **params}


def normed() -> Project:
    """A game whose generator has a batch norm, whose average nobody looks at while it learns."""
    layers: Layers = [
        ("first", "linear", {"units": 16, "bias": False}),
        ("norm", "batch_norm", {}),
        ("relu", "relu", {}),
        ("last", "linear", {"units": 2}),
    ]
    plain = game({})
    generator = chain(layers, entry="noise", size=4)
    return msgspec.structs.replace(plain, networks={**plain.networks, "generator": generator})


HELD = msgspec.structs.replace(chain(TABLE), l1=0.01, l2=0.02, max_norm=0.9)
DIGITS = Project(
    networks={"classifier": chain(IMAGES)},
    data=Data(
        source=Plug("digits"),
        scale="minus_one_to_one",
        augment=(
            Plug("random_crop", {"padding": 1}), Plug("flip_horizontal"), Plug("flip_vertical"),
            Plug("rotate"), Plug("erase", {"side": 2}), Plug("add_noise"),
            Plug("mixup"), Plug("cutmix"),
        ),
    ),
    objective=Plug("classification", {"class_weights": "balanced"}),
    recipe=Recipe(epochs=None, max_steps=5, device="cpu"),
    probes=(),
)  # fmt: skip
CODES = Project(
    networks={
        "encoder": chain([("code", "linear", {"units": 6})]),
        "decoder": chain([("pixels", "linear", {"units": 128})]),
    },
    data=Data(source=Plug("digits", {"layout": "flat"})),
    objective=Plug(
        "vae",
        {
            "anomaly": "8", "likelihood": "gaussian", "variance": "learned", "free_bits": 0.1,
            "warmup": 9, "warmup_unit": "steps", "beta": 2.0, "scores": None,
        },
    ),
    recipe=Recipe(epochs=None, max_steps=4, device="cpu"),
    probes=(),
)  # fmt: skip
LABELS = Project(
    networks={"classifier": chain([("subjects", "linear", {"units": 5})])},
    data=Data(source=Plug("made_labels", {"samples": 200}), scale="standardize"),
    objective=Plug("multi_label", {"positive_weights": "balanced"}),
    recipe=Recipe(epochs=2, device="cpu"),
    probes=(),
)
SERIES = Project(
    networks={"forecaster": chain([("flat", "flatten", {}), ("next", "linear", {"units": 6})])},
    data=Data(
        source=Plug("series", {"which": "sunspots", "window": 6, "horizon": 2}),
        scale="standardize",
        split=Split(stratify=False),
    ),
    objective=Plug("forecasting", {"loss": "quantile"}),
    recipe=Recipe(epochs=None, max_steps=4, device="cpu"),
    probes=(),
)

LEARNING = {
    "held": iris(
        HELD,
        optimizer=Plug("sgd", {"momentum": 0.9, "nesterov": True}),
        schedule=Plug("one_cycle"),
        clip_norm=0.5,
        clip_value=0.1,
    ),
    "averaged": iris(
        chain(TABLE),
        epochs=9,
        average=Averaging(decay=0.8),
        accumulate=2,
        schedule=Plug("plateau", {"patience": 0, "warmup": 2}),
        early_stopping=EarlyStopping(metric="validation_macro_f1", patience=3),
        optimizer=Plug("radam", {"lr": 0.05, "decoupled": True, "weight_decay": 0.1}),
    ),
    "stochastic": iris(
        chain(NORMED),
        average=Averaging(kind="swa", start=0.5, every=2),
        optimizer=Plug("adamax"),
    ),
    "nadam": iris(chain(TABLE), optimizer=Plug("nadam"), schedule=Plug("polynomial")),
    "adadelta": iris(chain(TABLE), optimizer=Plug("adadelta"), schedule=Plug("exponential")),
    "rprop": iris(
        chain(TABLE), epochs=6, batch_size=200, optimizer=Plug("rprop"), schedule=Plug("cosine")
    ),
    "resilient": iris(
        chain(NORMED), epochs=6, batch_size=200, optimizer=Plug("rprop", {"lr": 0.02})
    ),
    "muon": iris(
        chain(DEEP), optimizer=Plug("muon", {"scale": "original"}), schedule=Plug("one_cycle")
    ),
    "lbfgs": iris(chain(NORMED), epochs=4, batch_size=200, optimizer=Plug("lbfgs")),
    "lbfgs_held": iris(
        HELD,
        epochs=4,
        batch_size=200,
        average=Averaging(decay=0.8),
        optimizer=Plug("lbfgs", {"iterations": 3, "line_search": False}),
    ),
    "augmented": DIGITS,
    "variational": CODES,
    "labels": LABELS,
    "series": SERIES,
}
PLAYED = {
    "packed": game(
        {"distribution": "uniform"},
        loss=plug("minimax"),
        tricks=[
            plug("label_smoothing"), plug("instance_noise", steps=9), plug("packing"),
            plug("top_k", every=1, decay=0.9),
        ],
    ),
    "wasserstein": game(
        {"distribution": "truncated_normal"},
        loss=plug("wasserstein"),
        critic_steps=3,
        penalties=[
            plug("gradient_penalty", sides="one", every=2), plug("zero_centred"),
            plug("dragan", weight=0.5), plug("weight_clipping", bound=0.2),
        ],
    ),
    "average": game(
        {"distribution": "sphere"}, loss=plug("relativistic_average"), penalties=[plug("r1"), plug("r2")]
    ),
    "paired": game({}, ema=0.0, loss=plug("relativistic_paired"), tricks=[plug("top_k", every=1, decay=0.9)]),
    "squares": game({}, loss=plug("least_squares", fake=-1.0, wanted=0.5), penalties=[plug("spectral_norm")]),
    "normed": normed(),
    "hinge": game({}, loss=plug("hinge")),
}  # fmt: skip


def short(project: Project) -> Project:
    """A project that makes four steps."""
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=4, device="cpu")
    return msgspec.structs.replace(project, recipe=recipe, probes=())


def longer(project: Project) -> Project:
    """The same in twelve steps, in which what adapts itself does so."""
    recipe = msgspec.structs.replace(short(project).recipe, max_steps=12)
    return msgspec.structs.replace(short(project), recipe=recipe)


LEARNING["tagger"] = short(copy_memory())
PLAYED["classes"] = short(drawing(images=True, conditioning=plug("ac_gan"), scores=None))
PLAYED["codes"] = short(drawing(images=True, conditioning=plug("infogan"), scores=None))
PLAYED["augmented_game"] = short(
    drawing(
        images=True,
        scores=None,
        tricks=[plug("diff_augment"), plug("instance_noise")],
        penalties=[plug("consistency"), plug("r1")],
    )
)
PLAYED["adaptive"] = longer(
    drawing(
        images=True,
        scores=None,
        conditioning=plug("labels"),
        tricks=[
            plug("adaptive_augment", speed=0.2, target=-0.9),
            plug("feature_matching", layer="bend"),
        ],
        penalties=[plug("gradient_penalty")],
    )
)
PLAYED["matched"] = game(
    {},
    tricks=[
        plug("historical_averaging", weight=2.0),
        plug("feature_matching", alone=False),
        plug("packing"),
    ],
    penalties=[plug("consistency", every=2)],
)
PLAYED["foreseen"] = game(
    {},
    tricks=[plug("unrolled", steps=2), plug("packing"), plug("instance_noise", steps=9)],
    penalties=[plug("r1"), plug("gradient_penalty")],
)
PLAYED["foreseen_inside"] = short(
    drawing(
        images=True,
        scores=None,
        conditioning=plug("labels"),
        tricks=[plug("unrolled", steps=3), plug("feature_matching", alone=False)],
        penalties=[plug("spectral_norm")],
    )
)
PLAYED["pairs"] = short(pairs(l1=7.0))
PLAYED["noticed"] = short(vae_gan(gamma=0.1))
PLAYED["noticed_inside"] = short(
    vae_gan(
        layer="relu",
        loss=plug("relativistic_average"),
        anomaly="8",
        gamma=3.0,
        recipe={"optimizer": Plug("sgd", {"lr": 0.001})},
    )
)
