"""Projects for the tests of this folder."""

from __future__ import annotations

from projects.schema import (
    Data,
    EarlyStopping,
    Network,
    Node,
    Plug,
    Project,
    Recipe,
    Split,
    Wire,
)

SMALL = Project(
    name="Small",
    data=Data(source=Plug("digits")),
    objective=Plug("classification"),
    networks={
        "classifier": Network(
            nodes={
                "input": Node(type="input"),
                "hidden": Node(type="linear", at=(240.0, 0.5), params={"units": 16}),
                "output": Node(type="output", at=(480.0, 0.0)),
            },
            wires=(Wire("input", "hidden"), Wire("hidden", "output")),
        )
    },
)

FULL = Project(
    name="Everything: at once",
    description="First paragraph, long enough to be folded at the eighty-eighth column of the file.\n"
    "Second paragraph with “marks”, a # and a: colon.",
    networks={
        "generator": Network(
            init=Plug("normal", {"sd": 0.02}),
            nodes={
                "z": Node(type="noise", at=(-120.25, 1e-05), params={"distribution": "uniform"}),
                "copy": Node(type="linear", shares="z", params={"note": "no", "sizes": [1, -1]}),
            },
            wires=(Wire("z", "copy", "left", "right"),),
        ),
        "discriminator": Network(),
    },
    data=Data(
        source=Plug("csv", {"path": "a folder/Maße 1.csv", "columns": ["1", "x y", "null"]}),
        scale="standardize",
        split=Split(validation=0.0, test=0.25, seed=7, stratify=False),
    ),
    objective=Plug("gan", {"loss": {"type": "hinge"}, "ema": 0.0, "extra": None}),
    recipe=Recipe(
        epochs=None,
        max_steps=10**9,
        optimizer=Plug("sgd", {"lr": 1e-5, "nesterov": True}),
        optimizers={"generator": Plug("adam", {"betas": [0.0, 0.99]})},
        schedule=Plug("step", {"at": [10, 20], "factor": 0.1}),
        clip_norm=5.0,
        early_stopping=EarlyStopping(patience=3),
        device="cpu",
    ),
    probes=(),
)
