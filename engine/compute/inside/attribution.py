"""How much every part of an example counts for an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.compute.inside.anatomy import channels_first
from engine.compute.inside.saliency import (
    Score,
    grad_cam,
    gradient,
    hires_cam,
    integrated_gradients,
    occlusion,
    smooth_grad,
)
from engine.compute.inside.subject import Subject
from engine.compute.network import GraphModule
from projects.errors import RunError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Pictures
    from engine.inside.attribution import Attribution

Camera = Callable[[Tensor, Tensor, tuple[int, int]], Tensor]
CAMERAS: dict[str, Camera] = {"grad_cam": grad_cam, "hires_cam": hires_cam}


def look(subject: Subject, view: Attribution) -> Pictures:
    """Return an example and how much its parts count; see :class:`engine.inside.attribution.Attribution`."""
    name, network = _answering(subject)
    subject.need_examples(name)
    seen, x, label = subject.fed_seen(name)
    at, node = _enters(network, x, label)
    step = _last_step(subject, x)
    score = _score_of(network, x, label, node, step)
    with torch.no_grad():
        answers = score(at)[0]
    output = _output(view.output, answers)

    def asked(inputs: Tensor) -> Tensor:
        return score(inputs)[:, output]

    camera = _images_node(network, view.node) if view.method in CAMERAS else ""
    if camera:
        found = _seen_by(CAMERAS[view.method], network, x, label, camera, output, step)
    elif view.method == "occlusion":
        found = _occlusion(asked, at, view, subject)
    else:
        found = {
            "gradient": lambda: gradient(asked, at),
            "smooth_grad": lambda: smooth_grad(
                asked, at, view.copies, view.noise, view.seed, subject.tell
            ),
            "integrated_gradients": lambda: integrated_gradients(
                asked, at, view.steps, subject.tell
            ),
        }[view.method]()
    arrays, info = subject.shown(seen.x.numpy())
    arrays["values"] = _at_places(found, at, node is not None, subject)
    with torch.no_grad():
        nothing = asked(torch.zeros_like(at))
    info |= {
        "kind": "attribution",
        "method": view.method,
        "example": seen.words,
        "place": seen.place,
        "of": seen.of,
        "output": _named(subject, network, output),
        "score": float(answers[output]),
        "score_of_nothing": float(nothing[0]),
        "sum": float(found.sum()),
        "features": subject.feature_names(),
    }
    if camera:
        info["node"] = camera
    if (share := _share(subject, answers, output)) is not None:
        info["probability"] = share
    info["tokens"] = subject.tokens(seen.x)
    if network.out_shape.rank == 2 and not channels_first(network, network.result_node):
        steps = network.out_shape.dims[0]
        info["step"] = (step if 0 <= step < steps else steps - 1) + 1
    return arrays, info


def _answering(subject: Subject) -> tuple[str, GraphModule]:
    """The network whose answer is asked about: that of the chosen layer, else the last that takes examples."""
    networks = subject.run.networks()
    if subject.layer:
        name = subject.layer.partition("/")[0]
        if name in networks:
            return name, networks[name]
    takes = [
        name
        for name, network in networks.items()
        if network.in_shape == subject.session.data.info.input
    ]
    name = takes[-1] if takes else next(iter(networks))
    return name, networks[name]


def _enters(network: GraphModule, x: Tensor, label: Tensor | None) -> tuple[Tensor, str | None]:
    """Return where gradients begin: the input, or of indices what the table gives for them, and its node."""
    if network.in_shape.kind != "index":
        return x, None
    for node, module, sources in network.calls():
        if isinstance(module, nn.Embedding) and sources == (network.entry,):
            with torch.no_grad():
                return network.forward_to(node, x, label), node
    raise RunError(
        _("the network reads indices without an Embedding, so no gradient leads back to them."),
        hint=_("Draw an Embedding behind its Input."),
    )


def _last_step(subject: Subject, x: Tensor) -> int:
    """Which step of a sequence is asked about: the last that does not only fill it up."""
    padding = subject.session.data.info.padding
    if padding is None or x.dtype != torch.int64 or x.ndim != 2:
        return -1
    there = (x[0] != padding).nonzero()
    return int(there[-1]) if len(there) else -1


def _score_of(
    network: GraphModule, x: Tensor, label: Tensor | None, node: str | None, step: int
) -> Score:
    """Return raw outputs ``(n, outputs)`` of what enters, ``(n, …)``; of sequences those of one step."""

    def score(inputs: Tensor) -> Tensor:
        told = None if label is None else label[:1].expand(len(inputs))
        if node is None:
            return _flat(network(inputs, told), network, step)
        entry = x[:1].expand(len(inputs), *x.shape[1:])
        found = network.results_of(entry, told, {node: inputs})
        return _flat(found[network.result_node], network, step)

    return score


def _flat(outputs: Tensor, network: GraphModule, step: int) -> Tensor:
    if outputs.ndim == 3 and not channels_first(network, network.result_node):
        return outputs[:, step if step < outputs.shape[1] else -1]
    return outputs.flatten(1)


def _output(wanted: int | None, answers: Tensor) -> int:
    if wanted is None:
        return int(answers.argmax())
    if wanted >= len(answers):
        raise RunError(
            _("the network has no output {output}.").format(output=wanted),
            where="view.output",
            hint=_("The last one is {last}.").format(last=len(answers) - 1),
        )
    return wanted


def _images_node(network: GraphModule, wanted: str) -> str:
    """The layer that Grad-CAM looks at: the wanted one, else the last that gives images."""
    images = [
        node
        for node, _module, _sources in network.calls()
        if network.shape_of(node).rank == 3 and max(network.shape_of(node).dims[1:]) > 1
    ]
    node = wanted.rpartition("/")[2] or (images[-1] if images else "")
    if node not in images or network.in_shape.rank != 3:
        raise RunError(
            _("Grad-CAM and HiResCAM need a layer that gives images, and an input that is one."),
            where="view.node",
            hint=_("Choose a layer: {layers}.").format(layers=", ".join(images[:8]))
            if images and network.in_shape.rank == 3
            else _("Choose another method."),
        )
    return node


def _seen_by(
    camera: Camera,
    network: GraphModule,
    x: Tensor,
    label: Tensor | None,
    node: str,
    output: int,
    step: int,
) -> Tensor:
    with torch.no_grad():
        maps = network.forward_to(node, x, label)

    def score(inputs: Tensor) -> Tensor:
        found = network.results_of(x, label, {node: inputs})
        return _flat(found[network.result_node], network, step)[:, output]

    gradients = gradient(score, maps)
    height, width = network.in_shape.dims[1:]
    return camera(maps, gradients, (height, width))


def _occlusion(asked: Score, at: Tensor, view: Attribution, subject: Subject) -> Tensor:
    picture = subject.session.data.info.picture
    asked_of = asked
    if at.ndim == 2 and picture and at.shape[1] == np.prod(picture):  # images that are read as rows

        def of_images(images: Tensor) -> Tensor:
            return asked(images.flatten(1))

        at, asked_of = at.view(1, *picture), of_images
    if at.ndim == 4:
        sides = tuple(min(view.window, size) for size in at.shape[2:])
        return occlusion(asked_of, at, sides, (view.stride, view.stride), subject.tell)
    if at.ndim == 3:  # steps × features: all features of some steps
        wide = min(view.window, at.shape[1])
        turned = at.transpose(1, 2)
        found = occlusion(
            lambda rows: asked_of(rows.transpose(1, 2)),
            turned,
            (wide,),
            (view.stride,),
            subject.tell,
        )
        return found[:, :, None]
    return occlusion(asked_of, at, (1,), (1,), subject.tell)


def _at_places(found: Tensor, at: Tensor, embedded: bool, subject: Subject) -> NDArray[np.float32]:
    """Return values at every place of the example: of images the sum over channels, of texts over features."""
    values = found[0].detach().float().numpy()
    info = subject.session.data.info
    if embedded:
        return np.ascontiguousarray(values.reshape(at.shape[1], -1).sum(1), np.float32)
    if info.picture and values.size == np.prod(info.picture):
        values = values.reshape(info.picture)
    if values.ndim == 3:
        values = values.sum(0)
    if values.ndim == 2 and values.shape[-1] == 1:
        values = values[:, 0]
    return np.ascontiguousarray(values, np.float32)


def _named(subject: Subject, network: GraphModule, output: int) -> str:
    info = subject.session.data.info
    for names in (info.classes, info.labels, info.targets):
        if names and output < len(names) and network.out_shape.dims[-1:] == (len(names),):
            return names[output]
    return str(output)


def _share(subject: Subject, answers: Tensor, output: int) -> float | None:
    """The probability of an answer, where outputs are the logits of classes."""
    if len(answers) != len(subject.session.data.info.classes) or len(answers) < 2:
        return None
    return float(answers.softmax(0)[output])
