"""What is seen from losses, evaluations and the data: staged on digits, tables, texts and series that ship, and on files.

The proofs use what the doctor does not: nearest neighbours, a linear model of scikit-learn, the confusion matrix of
the finished network, the files as they were written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic_cases.base import (
    HEALTHY,
    Case,
    Layers,
    Trained,
    Values,
    chain,
    perceptron,
)
from projects.schema import Data, EarlyStopping, Plug, Project, Recipe, Split

Ints = NDArray[np.int64]

# ------------------------------------------------------------------------------------ projects


def learner(
    objective: str | Plug, network: str, layers: Layers, data: Data, rate: float, **recipe: Any
) -> Project:
    """Return a project of one network that learns with Adam."""
    settings = {"epochs": None, "max_steps": 1500, "batch_size": 64, **recipe}
    settings.setdefault("optimizer", Plug("adam", {"lr": rate}))
    return Project(
        name="case",
        networks={network: chain(layers)},
        data=data,
        objective=Plug(objective) if isinstance(objective, str) else objective,
        recipe=Recipe(**settings),
        probes=(),
    )


def classes(layers: Layers, data: Data, rate: float = 0.003, **rest: Any) -> Project:
    """A classifier."""
    params = rest.pop("objective", {})
    return learner(Plug("classification", params), "classifier", layers, data, rate, **rest)


def table(path: str, scale: str = "standardize", **split: Any) -> Data:
    """Data from an NPZ file in the folder."""
    source = Plug("npz", {"path": path})
    return Data(source=source, scale=scale, split=Split(**split))  # type: ignore[arg-type]


def digits(scale: str = "zero_to_one", **split: Any) -> Data:
    """The digits of scikit-learn as rows of 64 numbers."""
    source = Plug("digits", {"layout": "flat"})
    return Data(source=source, scale=scale, split=Split(**split))  # type: ignore[arg-type]


def made(wrong: float = 0.01, count: int = 2000, separation: float = 2.0, **params: Any) -> Data:
    """Clusters among noise, with a share of labels dealt at random."""
    settings = {"samples": count, "mislabelled": wrong, "separation": separation, **params}
    return Data(source=Plug("made_classification", settings), scale="standardize")


def deep(width: int, drop: float = 0.0, outputs: int = 10, depth: int = 2) -> Layers:
    """A perceptron with hidden layers."""
    extra: Layers = [("dropout", {"p": drop})] if drop else []
    return perceptron(depth, width, "relu", outputs, extra)


# ------------------------------------------------------------------------------------ files


def drawn_digits() -> tuple[Values, Ints]:
    """The digits and their classes."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return found.data / 16, found.target.astype(np.int64)


def write(folder: Path, name: str, x: NDArray[Any], y: NDArray[Any]) -> None:
    """Write an NPZ file."""
    np.savez(folder / name, x=x.astype(np.float32), y=y)


def noisy(folder: Path, seed: int) -> None:
    """A quarter of the digits have another label."""
    x, y = drawn_digits()
    random = np.random.default_rng((5, seed))
    wrong = random.random(len(y)) < 0.25
    write(folder, "noisy.npz", x, np.where(wrong, (y + random.integers(1, 10, len(y))) % 10, y))


def uneven(folder: Path, seed: int) -> None:
    """Two clouds that overlap; one has thirty times as many points."""
    random = np.random.default_rng((7, seed))
    many, few = random.normal(0, 1, (2900, 6)), random.normal(0.8, 1, (100, 6))
    y = np.repeat([0, 1], [len(many), len(few)])
    write(folder, "uneven.npz", np.concatenate([many, few]), y)


def uneven_digits(folder: Path, seed: int) -> None:
    """Digits, with five examples of each of the last four."""
    x, y = drawn_digits()
    random = np.random.default_rng((3, seed))
    rare = np.concatenate([random.permutation(np.flatnonzero(y == c))[:9] for c in (6, 7, 8, 9)])
    kept = np.sort(np.concatenate([np.flatnonzero(y < 6), rare]))
    noise = random.normal(0, 0.35, (len(kept), 64))
    write(folder, "uneven_digits.npz", x[kept] + noise, y[kept])


def even_digits(folder: Path, seed: int) -> None:
    """Digits, of which two are rare, and easy to tell."""
    x, y = drawn_digits()
    random = np.random.default_rng((3, seed))
    rare = [random.permutation(np.flatnonzero(y == c))[:16] for c in (0, 6)]
    kept = np.sort(np.concatenate([np.flatnonzero((y != 0) & (y != 6)), *rare]))
    write(folder, "even_digits.npz", x[kept], y[kept])


def doubled(folder: Path, seed: int) -> None:
    """Digits, a third of which are there twice."""
    x, y = drawn_digits()
    again = np.random.default_rng((2, seed)).permutation(len(y))[: len(y) // 3]
    write(folder, "doubled.npz", np.concatenate([x, x[again]]), np.concatenate([y, y[again]]))


def told(folder: Path, seed: int) -> None:
    """A table in which a column is the target, scaled."""
    random = np.random.default_rng((4, seed))
    x = random.normal(size=(1200, 8))
    y = x[:, 0] * 2 + np.sin(3 * x[:, 1]) + random.normal(0, 0.5, 1200)
    write(folder, "told.npz", np.column_stack([x, 3 - 2 * y]), y.astype(np.float32))


def waves(folder: Path, seed: int) -> None:
    """A table whose target is a smooth curve of two columns, with some noise."""
    random = np.random.default_rng((4, seed))
    x = random.uniform(-2, 2, (2000, 2))
    y = np.sin(2 * x[:, 0]) * np.cos(2 * x[:, 1]) + random.normal(0, 0.1, 2000)
    write(folder, "waves.npz", x, y.astype(np.float32))


# ------------------------------------------------------------------------------------ proofs


def losses(trained: Trained) -> tuple[float, float, float]:
    """The loss of the last weights on training examples, and on validation ones now and at its best."""
    import torch

    from engine.compute import checkpoint
    from engine.compute.task import load_weights_into
    from engine.runs.folder import RunFolder

    snapshot, _damages = checkpoint.load_newest(RunFolder(trained.run).checkpoints)
    session = trained.fresh
    load_weights_into(session.task, snapshot.weights)
    with torch.no_grad():
        found = [
            session.task.evaluate(part, "p").metrics["p_loss"]
            for part in (session.data.train, session.data.validation)
        ]
    return found[0], found[1], float(trained.curve("validation_loss")[1].min())


def is_learned_by_heart(trained: Trained) -> tuple[bool, str]:
    """The last weights do far better on training examples, and worse on others than earlier ones did."""
    train, now, best = losses(trained)
    return now > 1.2 * best and now > 1.5 * train, f"{train:.3f} / {now:.3f} ({best:.3f} at best)"


def learns_less_than_neighbours(trained: Trained) -> tuple[bool, str]:
    """Ten neighbours answer for validation examples far better than the network does for its own training examples."""
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    session, data = trained.session, trained.session.data
    assert data.train.targets is not None
    found = session.task.evaluate(data.train, "p").metrics
    named = "p_accuracy" in found
    model = KNeighborsClassifier(10) if named else KNeighborsRegressor(10)
    model.fit(data.train.inputs, data.train.targets)
    others = float(model.score(data.validation.inputs, data.validation.targets))
    mine = found["p_accuracy" if named else "p_r2"]
    return mine < others - 0.2, f"{mine:.2f} in training, {others:.2f} by neighbours"


def has_wrong_labels(trained: Trained) -> tuple[bool, str]:
    """Nearest neighbours among the training examples contradict many labels, evenly over the classes."""
    from sklearn.neighbors import KNeighborsClassifier

    data = trained.session.data
    assert data.train.targets is not None
    model = KNeighborsClassifier(25, weights="distance", metric="euclidean")
    model.fit(data.train.inputs, data.train.targets)
    said = model.predict(data.validation.inputs)
    right = float((said == data.validation.targets).mean())
    return right < 0.9, f"{1 - right:.0%} contradicted by neighbours"


def passes_over(trained: Trained) -> tuple[bool, str]:
    """The rarest class is named in less than half of its test examples."""
    session = trained.session
    found = session.task.evaluate(session.data.test, "p").confusion
    assert found is not None
    rare = np.argsort(found.sum(axis=1))[: max(1, len(found) * 4 // 10)]
    recall = float(np.diag(found)[rare].sum() / max(1, found[rare].sum()))
    return recall < 0.6, f"{recall:.0%} of the rare ones are named"


def has_doubles(trained: Trained) -> tuple[bool, str]:
    """Validation examples at distance 0 from a training example."""
    data = trained.session.data
    near = [np.abs(data.train.inputs - one).max(axis=1).min() for one in data.validation.inputs]
    share = float((np.array(near) < 1e-6).mean())
    return share > 0.1, f"{share:.0%} of validation in training"


def has_a_line(trained: Trained) -> tuple[bool, str]:
    """One column alone foretells the target without any error."""
    data = trained.session.data
    assert data.train.targets is not None
    columns = data.train.inputs.T
    best = max(abs(float(np.corrcoef(c, data.train.targets)[0, 1])) for c in columns)
    return best > 0.9999, f"correlation {best:.4f}"


def jumps_about(trained: Trained) -> tuple[bool, str]:
    """With a small rate the same weights soon come to a lower training loss."""
    import torch

    from engine.compute.batches import Batch

    before, _now, _best = losses(trained)
    task, train = (
        trained.fresh.task,
        trained.fresh.data.train,
    )  # with the last weights, after losses()
    assert train.targets is not None
    inputs, targets = torch.from_numpy(train.inputs), torch.from_numpy(train.targets)
    (network,) = task.networks.values()
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-4)
    generator = torch.Generator().manual_seed(0)
    for _step in range(400):
        some = torch.randint(len(inputs), (64,), generator=generator)
        optimizer.zero_grad()
        task.updates[0].loss(Batch(inputs[some], targets[some])).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = task.evaluate(train, "p").metrics["p_loss"]
    return after < 0.9 * before, f"training loss {before:.3f}, {after:.3f} at a lower rate"


def is_sound(trained: Trained) -> tuple[bool, str]:
    """The best weights are far better than a blind answer, and about as good on validation as in training."""
    session = trained.session
    blind = session.task.blind_loss()
    assert blind is not None
    train, now = (
        session.task.evaluate(part, "p").metrics["p_loss"]
        for part in (session.data.train, session.data.validation)
    )
    _steps, told = trained.curve("validation_loss")
    rise = float(np.median(told[-5:]) - told.min()) / blind
    well = now < 0.6 * blind and rise < 0.05
    return well, f"{train:.3f} / {now:.3f} of {blind:.3f}, risen by {rise:.0%}"


# ------------------------------------------------------------------------------------ cases

FEW: dict[str, Any] = {"validation": 0.3, "test": 0.6}
COSINE: dict[str, Any] = {"schedule": Plug("cosine")}

SERIES = Data(
    source=Plug("series", {"which": "sunspots", "window": 22, "horizon": 8}),
    scale="standardize",
    split=Split(validation=0.15, test=0.2, stratify=False),
)
PHRASES: Layers = [
    ("embedding", {"features": 16}),
    ("permute", {}),
    ("conv1d", {"filters": 32, "kernel": 3}),
    ("relu", {}),
    ("global_pool", {"mode": "max"}),
    ("linear", {"units": 2}),
]
DIABETES = Data(
    source=Plug("diabetes"),
    scale="standardize",
    split=Split(validation=0.2, test=0.2, stratify=False),
)


def logic(function: str) -> Data:
    """Points in the plane with the value of a logical function."""
    return Data(source=Plug("logic", {"function": function, "gap": 0.4}))


def numbers(layers: Layers, data: Data, rate: float = 0.003, **rest: Any) -> Project:
    """A regressor."""
    return learner("regression", "regressor", layers, data, rate, **rest)


OF_DECAY = frozenset({"vanishing_gradients", "dead_units"})  # of weights that are next to nothing
CASES: dict[str, Case] = {
    # -------------------------------------------------------------------------- healthy
    "digits, dropout": Case(lambda: classes(deep(128, 0.3), digits(), **COSINE), HEALTHY, is_sound),
    "digits, early stopping": Case(
        lambda: classes(deep(128), digits(), early_stopping=EarlyStopping(patience=8)),
        HEALTHY,
        is_sound,
    ),
    "digits, rare but easy": Case(
        lambda: classes(deep(128, 0.3), table("even_digits.npz", "none"), **COSINE),
        HEALTHY,
        is_sound,
        files=even_digits,
    ),
    "clusters": Case(
        lambda: classes(deep(32, 0.2, 3), made(), rate=0.001, **COSINE), HEALTHY, is_sound
    ),
    "overlapping clusters": Case(
        lambda: classes(deep(32, 0.3, 3), made(separation=0.8, count=3000), rate=0.001, **COSINE),
        HEALTHY,
        is_sound,
    ),
    "AND": Case(
        lambda: classes([("linear", {"units": 2})], logic("and"), rate=0.01), HEALTHY, is_sound
    ),
    "waves": Case(
        lambda: numbers(deep(64, 0.0, 1), table("waves.npz"), **COSINE),
        HEALTHY,
        is_sound,
        files=waves,
    ),
    "diabetes, dropout": Case(
        lambda: numbers(
            deep(24, 0.3, 1, depth=1),
            DIABETES,
            optimizer=Plug("adam", {"lr": 0.002, "weight_decay": 0.01}),
            batch_size=32,
            **COSINE,
        ),
        HEALTHY,
        is_sound,
    ),
    "phrases": Case(
        lambda: classes(PHRASES, Data(source=Plug("passages")), max_steps=450, **COSINE),
        HEALTHY,
        is_sound,
    ),
    "subjects": Case(
        lambda: learner(
            "multi_label",
            "classifier",
            deep(32, 0.2, 5, depth=1),
            Data(source=Plug("made_labels", {"samples": 3000}), scale="standardize"),
            0.003,
            **COSINE,
        ),
        HEALTHY,
        is_sound,
    ),
    # -------------------------------------------------------------------------- sick
    "digits, few": Case(
        lambda: classes(deep(256, depth=3), digits(**FEW), max_steps=2500, batch_size=32),
        "overfitting",
        is_learned_by_heart,
    ),
    "overlapping clusters, wide": Case(
        lambda: classes(deep(256, 0.0, 3), made(separation=0.8, count=1200)),
        "overfitting",
        is_learned_by_heart,
    ),
    "diabetes, wide": Case(
        lambda: numbers(deep(128, 0.0, 1), DIABETES, batch_size=32),
        "overfitting",
        is_learned_by_heart,
    ),
    "sunspots, wide": Case(
        lambda: learner(
            "forecasting",
            "forecaster",
            [("lstm", {"units": 48}), ("linear", {"units": 8})],
            SERIES,
            0.005,
            batch_size=32,
            max_steps=1200,
        ),
        "overfitting",
        is_learned_by_heart,
    ),
    "phrases, long": Case(
        lambda: classes(PHRASES, Data(source=Plug("passages")), max_steps=1500, rate=0.01),
        "overfitting",
        is_learned_by_heart,
    ),
    "XOR, no hidden layer": Case(
        lambda: classes([("linear", {"units": 2})], logic("xor"), rate=0.01),
        "underfitting",
        learns_less_than_neighbours,
    ),
    "circles, no hidden layer": Case(
        lambda: classes(
            [("linear", {"units": 2})], Data(source=Plug("circles"), scale="standardize")
        ),
        "underfitting",
        learns_less_than_neighbours,
    ),
    "waves, no hidden layer": Case(
        lambda: numbers([("linear", {"units": 1})], table("waves.npz")),
        "underfitting",
        learns_less_than_neighbours,
        files=waves,
    ),
    "digits, heavy decay": Case(
        lambda: classes(
            deep(64, depth=3), digits(), optimizer=Plug("adam", {"lr": 0.003, "weight_decay": 0.5})
        ),
        "underfitting",
        learns_less_than_neighbours,
        OF_DECAY,
    ),
    "digits, heavy decay of SGD": Case(
        lambda: classes(
            deep(64, depth=3),
            digits(),
            optimizer=Plug("sgd", {"lr": 0.05, "momentum": 0.9, "weight_decay": 1.0}),
        ),
        "underfitting",
        learns_less_than_neighbours,
        OF_DECAY,
        held_out=True,
    ),
    "overlapping clusters, high rate": Case(
        lambda: classes(
            perceptron(2, 8, "tanh", 3),
            made(separation=0.8, count=6000),
            rate=0.06,
            batch_size=32,
            max_steps=5000,
        ),
        "plateau",
        jumps_about,
        frozenset({"saturation"}),
    ),
    "waves, high rate": Case(
        lambda: numbers(
            perceptron(2, 16, "tanh", 1),
            table("waves.npz"),
            rate=0.06,
            batch_size=32,
            max_steps=3000,
        ),
        "plateau",
        jumps_about,
        frozenset({"saturation"}),
        waves,
    ),
    "clusters, wrong labels": Case(
        lambda: classes(deep(32, 0.2, 3), made(wrong=0.35), rate=0.001, **COSINE),
        "label_noise",
        has_wrong_labels,
        frozenset({"overfitting"}),
    ),
    "two clusters, wrong labels": Case(
        lambda: classes(deep(32, 0.2, 2), made(wrong=0.4, classes=2), rate=0.001, **COSINE),
        "label_noise",
        has_wrong_labels,
        frozenset({"overfitting"}),
    ),
    "digits, wrong labels": Case(
        lambda: classes(deep(128), table("noisy.npz", "none")),
        "label_noise",
        has_wrong_labels,
        frozenset({"overfitting"}),
        noisy,
    ),
    "clouds, uneven": Case(
        lambda: classes(deep(32, 0.3, 2), table("uneven.npz"), rate=0.001, **COSINE),
        "class_imbalance",
        passes_over,
        files=uneven,
    ),
    "digits, uneven": Case(
        lambda: classes(deep(64, 0.3), table("uneven_digits.npz", "none"), rate=0.001, **COSINE),
        "class_imbalance",
        passes_over,
        files=uneven_digits,
    ),
    "digits, doubled": Case(
        lambda: classes(deep(128, 0.3), table("doubled.npz", "none"), **COSINE),
        "leakage",
        has_doubles,
        files=doubled,
    ),
    "the target in a column": Case(
        lambda: numbers(deep(32, 0.0, 1), table("told.npz"), max_steps=600, **COSINE),
        "leakage",
        has_a_line,
        files=told,
    ),
}
