"""The projects that ``compression.py`` makes smaller: small classifiers of clothes and of digits."""

from __future__ import annotations

import itertools

import msgspec

from projects.schema import Network, Node, Plug, Project, Wire
from projects.templates import template

EPOCHS = 8
MOVED = Plug("random_crop", {"padding": 1})  # by a pixel
Layer = tuple[str, dict[str, int]]


def with_recipe(project: Project, **changes: object) -> Project:
    """The project with another recipe."""
    return msgspec.structs.replace(
        project, recipe=msgspec.structs.replace(project.recipe, **changes)
    )


def full(project: Project) -> Project:
    """The same with all 70,000 images, which have to be installed."""
    source = Plug("fashion_mnist", {"size": "full"})
    data = msgspec.structs.replace(project.data, source=source)
    return msgspec.structs.replace(project, data=data)


def chain(*layers: Layer) -> Network:
    """A network of layers in a row, between an Input and an Output."""
    nodes = {"input": Node(type="input")}
    nodes |= {
        f"{kind}{n}": Node(type=kind, params=params) for n, (kind, params) in enumerate(layers)
    }
    nodes["output"] = Node(type="output")
    return Network(nodes=nodes, wires=tuple(Wire(a, b) for a, b in itertools.pairwise(nodes)))


def fashion_cnn() -> Project:
    """The example, a little shorter: three convolutions of 16, 32 and 64 filters with batch norms."""
    return with_recipe(template("fashion_cnn").project, epochs=EPOCHS)


def fashion_mlp() -> Project:
    """LeNet-300-100 of Han et al. 2015 and Frankle & Carbin 2019, for the same images."""
    network = chain(
        ("flatten", {}),
        ("linear", {"units": 300}),
        ("relu", {}),
        ("linear", {"units": 100}),
        ("relu", {}),
        ("linear", {"units": 10}),
    )
    return msgspec.structs.replace(fashion_cnn(), networks={"classifier": network})


def fashion_lenet() -> Project:
    """LeNet-5 with ReLU and max pooling, for the same images."""
    network = chain(
        ("conv2d", {"filters": 6, "kernel": 5}),
        ("relu", {}),
        ("max_pool2d", {}),
        ("conv2d", {"filters": 16, "kernel": 5}),
        ("relu", {}),
        ("max_pool2d", {}),
        ("flatten", {}),
        ("linear", {"units": 120}),
        ("relu", {}),
        ("linear", {"units": 84}),
        ("relu", {}),
        ("linear", {"units": 10}),
    )
    return msgspec.structs.replace(fashion_cnn(), networks={"classifier": network})


def fashion_teacher() -> Project:
    """The example, which sees images moved by a pixel, for longer."""
    project = template("fashion_cnn").project
    data = msgspec.structs.replace(project.data, augment=(MOVED,))
    return with_recipe(msgspec.structs.replace(project, data=data), epochs=25)


def fashion_student() -> Project:
    """The same with half of the filters and without dropout, which sees the images as they are."""
    blocks: list[Layer] = []
    for filters in (8, 16, 32):
        blocks += [("conv2d", {"filters": filters, "kernel": 3}), ("batch_norm", {}), ("relu", {})]
        blocks += [("max_pool2d", {})] if filters < 32 else []
    network = chain(*blocks, ("flatten", {}), ("linear", {"units": 10}))
    project = msgspec.structs.replace(
        template("fashion_cnn").project, networks={"classifier": network}
    )
    return with_recipe(project, epochs=20)


def digits_mlp(*units: int) -> Project:
    """The example with hidden layers of these sizes."""
    hidden = [part for size in units for part in (("linear", {"units": size}), ("relu", {}))]
    network = chain(("flatten", {}), *hidden, ("linear", {"units": 10}))
    project = template("digits_mlp").project
    return msgspec.structs.replace(project, networks={"classifier": network})


def half_digits(network: Network, epochs: int, *augment: Plug) -> Project:
    """A network for the digits, half of which are kept for the test: what is left is little enough to learn by heart."""
    project = template("digits_mlp").project
    split = msgspec.structs.replace(project.data.split, test=0.5)
    data = msgspec.structs.replace(project.data, split=split, augment=augment)
    whole = msgspec.structs.replace(project, networks={"classifier": network}, data=data)
    return with_recipe(whole, epochs=epochs, optimizer=Plug("adam", {"lr": 0.004}))


def digits_teacher() -> Project:
    """Convolutions of 32 and 64 filters that see digits moved by a pixel, with dropout."""
    blocks = [
        part
        for filters in (32, 64)
        for part in (("conv2d", {"filters": filters}), ("batch_norm", {}), ("relu", {}))
    ]
    head: list[Layer] = [
        ("max_pool2d", {}),
        ("flatten", {}),
        ("dropout", {}),
        ("linear", {"units": 10}),
    ]
    return half_digits(chain(*blocks, *head), 40, MOVED)


def digits_student(units: int, *augment: Plug) -> Project:
    """One hidden layer."""
    network = chain(
        ("flatten", {}), ("linear", {"units": units}), ("relu", {}), ("linear", {"units": 10})
    )
    return half_digits(network, 200, *augment)
