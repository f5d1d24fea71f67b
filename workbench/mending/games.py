"""Proposals for adversarial games: choices that don't go together, networks that don't fit them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.objectives.base import objective_of
from engine.objectives.gan_problems import MIXING
from engine.protocol import Checked
from projects.errors import Problem, ProjectError
from projects.schema import Project, Wire
from projects.translation import phrase as _
from workbench import edits
from workbench.mending.base import Candidate, Trouble, titled
from workbench.values import set_at

NO_CRITIC = {"type": "non_saturating"}  # a loss that needs no bound
NORMS = ("layer_norm", "group_norm")  # what may stand in the place of a batch norm


def choices(project: Project, checked: Checked, problem: Problem) -> Iterator[Candidate]:
    """Propose other choices for a problem of the objective or the recipe, if that is a game.

    Args:
        project: The project that was checked.
        checked: What the check found out.
        problem: One of its problems.
    """
    if not objective_of(project).rivals:
        return
    head, *rest = problem.where.split(".")
    if head == "recipe":
        yield from _recipe(project, checked, rest)
    if head == "objective" and rest:
        if rest[0] in ("penalties", "tricks"):
            yield from _entry(project, rest)
        elif rest[0] == "loss":
            yield from _bounded(project)
        elif rest[0] == "critic_steps":
            yield from _fewer(project, checked)
        elif rest[0] == "conditioning":
            yield from _unasked(project)


def _recipe(project: Project, checked: Checked, rest: list[str]) -> Iterator[Candidate]:
    if rest == ["batch_size"]:
        size = project.recipe.batch_size
        there = checked.data.counts.get("train", size) if checked.data is not None else size
        for packed in range(2, 17):
            better = min(max(1, round(size / packed)) * packed, there // packed * packed)
            if better:
                title = _("Set the batch size to {size}").format(size=better)
                yield _with(title, project, ("recipe", "batch_size"), better)
    elif rest[-1] in ("beta1", "momentum"):
        words = {"beta1": _("Set β₁ to {value:g}"), "momentum": _("Set the momentum to {value:g}")}
        value = 0.5 if rest[-1] == "beta1" else 0.0
        yield _with(words[rest[-1]].format(value=value), project, ("recipe", *rest), value)
        rule: dict[str, Any] = {"type": "rmsprop", "lr": 5e-5}
        yield _with(_("Use RMSprop of 5e-5"), project, ("recipe", *rest[:-1]), rule)
    elif rest[-1] in ("compile", "cuda_graphs"):
        yield _with(_("Don't compile"), project, ("recipe", rest[-1]), False)


def _entry(project: Project, rest: list[str]) -> Iterator[Candidate]:
    """Set the setting that is wrong to what does nothing, or take the entry out."""
    listed = project.objective.params.get(rest[0])
    if len(rest) < 2 or not isinstance(listed, (list, tuple)) or not rest[1].isdecimal():
        return
    place = int(rest[1])
    entry = listed[place] if place < len(listed) else None
    if not isinstance(entry, dict):
        return
    if rest[2:] and rest[2] in entry:
        usual = {key: value for key, value in entry.items() if key != rest[2]}
        changed = [usual if i == place else one for i, one in enumerate(listed)]
        title = _("Set “{key}” to its default").format(key=rest[2])
        yield _with(title, project, ("objective", rest[0]), changed)
    left = [one for i, one in enumerate(listed) if i != place]
    title = _("Take {name} out").format(name=str(entry.get("type", "")).replace("_", " "))
    yield _with(title, project, ("objective", rest[0]), left)


def _bounded(project: Project) -> Iterator[Candidate]:
    yield _with(_("Use the non-saturating loss"), project, ("objective", "loss"), NO_CRITIC)
    if not _has(project, "penalties"):
        return
    now = list(project.objective.params.get("penalties", ()))
    for tag, words in (
        ("gradient_penalty", _("Add a gradient penalty")),
        ("spectral_norm", _("Add spectral norm")),
        ("weight_clipping", _("Clip the weights")),
    ):
        yield _with(words, project, ("objective", "penalties"), [*now, {"type": tag}])


def _fewer(project: Project, checked: Checked) -> Iterator[Candidate]:
    there = checked.data.counts.get("train", 0) if checked.data is not None else 0
    steps = project.objective.params.get("critic_steps", 1)
    size = project.recipe.batch_size
    if there and isinstance(steps, int) and there // steps:
        title = _("Set the batch size to {size}").format(size=there // steps)
        yield _with(title, project, ("recipe", "batch_size"), there // steps)
    if there and there // size:
        title = _("Set the critic steps to {count}").format(count=there // size)
        yield _with(title, project, ("objective", "critic_steps"), there // size)


def _unasked(project: Project) -> Iterator[Candidate]:
    tricks = project.objective.params.get("tricks", ())
    packed = [one for one in tricks if isinstance(one, dict) and one.get("type") == "packing"]
    if packed:
        left = [one for one in tricks if one not in packed]
        yield _with(_("Take packing out"), project, ("objective", "tricks"), left)
    yield _with(_("Ask for nothing"), project, ("objective", "conditioning"), None)


def _has(project: Project, name: str) -> bool:
    """Whether the objective of a project has a parameter of this name."""
    return any(field.name == name for field in objective_of(project).fields())


def _with(title: str, project: Project, path: tuple[str, ...], value: Any) -> Candidate:
    """The project with one value of its objective or recipe changed, or itself where that can't be."""
    try:
        return Candidate(title, set_at(project, ".".join(path), value))
    except ProjectError:
        return Candidate(title, project)


# ------------------------------------------------------------------------------ networks


def unmixed(trouble: Trouble) -> Iterator[Candidate]:
    """Put a norm that looks at each example alone in the place of a batch norm, or of all."""
    if trouble.problem.severity == "error" or trouble.layer.type not in MIXING:
        return
    alike = [name for name, node in trouble.graph.nodes.items() if node.type in MIXING]
    for norm in NORMS:
        title = _("Make “{name}” a {layer}").format(name=trouble.node, layer=titled(norm))
        yield Candidate(title, _renormed(trouble, [trouble.node], norm))
        if len(alike) > 1:
            title = _("Make every batch norm a {layer}").format(layer=titled(norm))
            yield Candidate(title, _renormed(trouble, alike, norm))


def _renormed(trouble: Trouble, names: list[str], norm: str) -> Project:
    nodes = dict(trouble.graph.nodes)
    for name in names:
        nodes[name] = msgspec.structs.replace(nodes[name], type=norm, params={})
    wires = [wire for wire in trouble.graph.wires if wire.target_port != "condition"]
    kept = wires if any(trouble.graph.nodes[n].type != "batch_norm" for n in names) else None
    return edits.with_parts(trouble.project, trouble.network, nodes, kept)


def asked(trouble: Trouble) -> Iterator[Candidate]:
    """Choose what a Label is told."""
    if trouble.layer.type != "label" or not _has(trouble.project, "conditioning"):
        return
    for tag, words in (
        ("labels", _("Ask for classes")),
        ("ac_gan", _("Ask for classes (AC-GAN)")),
        ("infogan", _("Ask for codes (InfoGAN)")),
    ):
        yield _with(words, trouble.project, ("objective", "conditioning"), {"type": tag})


def told(trouble: Trouble) -> Iterator[Candidate]:
    """Tell a network the class: beside what flows into its first layer, or at its end."""
    known = trouble.network in trouble.project.networks
    if not known or not _has(trouble.project, "conditioning"):
        return
    nodes = trouble.graph.nodes
    if any(node.type == "label" for node in nodes.values()):
        return
    for end in [name for name, node in nodes.items() if node.type == "output"]:
        for wire in [w for w in trouble.graph.wires if w.target == end]:
            yield from _projected(trouble, wire.source)
    for name in [name for name, node in nodes.items() if node.type in ("input", "noise")]:
        for wire in [w for w in trouble.graph.wires if w.source == name]:
            yield from _beside(trouble, wire)


def _projected(trouble: Trouble, name: str) -> Iterator[Candidate]:
    """Let the last layer be a Projection, where that is a discriminator's."""
    node = trouble.graph.nodes[name]
    if node.type != "linear" or node.params.get("units") != 1:
        return
    nodes = dict(trouble.graph.nodes)
    norm = {k: v for k, v in node.params.items() if k == "norm"}
    nodes[name] = msgspec.structs.replace(node, type="projection", params=norm)
    made = edits.with_parts(trouble.project, trouble.network, nodes)
    made, label = edits.add(made, trouble.network, "label", (node.at[0] - 240, node.at[1] + 120))
    made = edits.connect(made, trouble.network, Wire(label, name, "out", "label"))
    yield Candidate(_("Make “{name}” a Projection of a Label").format(name=name), made)


def _beside(trouble: Trouble, wire: Wire) -> Iterator[Candidate]:
    """Concatenate the class with what enters the network, where that is a vector."""
    shape = trouble.shape_of(wire.source, wire.source_port)
    if shape is None or shape.rank != 1:
        return
    network, (x, y) = trouble.network, trouble.graph.nodes[wire.source].at
    made, both = edits.add_into(trouble.project, network, "concat", (x + 240, y), wire)
    made, label = edits.add(made, network, "label", (x - 240, y + 140))
    made, numbers = edits.add(made, network, "one_hot", (x, y + 140))
    made = edits.connect(made, network, Wire(label, numbers))
    made = edits.connect(made, network, Wire(numbers, both))
    yield Candidate(_("Add a Label beside “{name}”").format(name=wire.source), made)
