"""What a page of the inspector holds: words and fields for the chosen layers, or for what they are in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from engine.blocks import block_of
from engine.layers.base import LAYERS, Layer
from engine.layers.reroute import Reroute
from projects.fields import fields_of as declared
from projects.plain import RULES
from projects.schema import BLOCK, Graph, Network, Node, Project
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.forms import MIXED, FormField
from workbench import edits
from workbench.forms import common_fields, first_words, form_field, plug_field
from workbench.inspector_block import (
    Offered,
    block_values,
    description_field,
    offers_of,
    placing_fields,
)
from workbench.names import network_words
from workbench.node_faces import block_title
from workbench.values import CATALOGUES, defaults, plug_values


class Page(NamedTuple):
    """What decides which words, fields and choices a page has.

    Attributes:
        place: A network, or inside of one of its blocks.
        there: Whether there is such a place.
        ids: The chosen layers that there are; none for the place itself.
        types: Their types.
        owners: Layers whose weights a single one could use.
        shares: The layer whose weights a single one uses.
        own: Names of the settings that it has all the same.
        held: Whether each of the layers has weights of its own, so that they can be held to rules.
        passes: Whether something enters and leaves each of the layers, so that it can be bypassed.
        inside: Name of the block whose inside the place is.
        block: Name of the block for which every chosen node stands.
        about: What the description of the block says.
        offers: The settings that this block offers.
        uses: How many nodes of the project stand for the block.
        locked: Whether it is about a single layer that nobody can set.
    """

    place: str
    there: bool
    ids: tuple[str, ...]
    types: tuple[str, ...]
    owners: tuple[str, ...] = ()
    shares: str | None = None
    own: tuple[str, ...] = ()
    held: bool = False
    passes: bool = False
    inside: str = ""
    block: str = ""
    about: str = ""
    offers: tuple[Offered, ...] = ()
    uses: int = 0
    locked: bool = False


class Words(NamedTuple):
    """What stands above the fields.

    Attributes:
        title: The heading.
        help: What it is, in a sentence.
        more: Formula, advice and source.
    """

    title: str
    help: str
    more: str = ""


def page_of(project: Project, place: str, ids: tuple[str, ...]) -> Page:
    """Return what the page for these layers of a place has to have."""
    graph = edits.found(project, place)
    there = graph is not None
    graph = graph or Network()
    nodes = {name: graph.nodes[name] for name in ids if name in graph.nodes}
    types = tuple(node.type for node in nodes.values())
    inside = (edits.block_name(project, place) if there else None) or ""
    names = {str(n.params[BLOCK]) for n in nodes.values() if block_of(n, project.blocks)}
    block = names.pop() if len(names) == 1 and set(types) == {BLOCK} else ""
    page = Page(place, there, tuple(nodes), types, inside=inside, block=block)
    page = page._replace(
        held=all(_has_weights(node) for node in nodes.values()),
        passes=all(all(edits.ports(project, n)) for n in nodes.values()),
    )
    about = block or ("" if nodes else inside)
    if about:
        page = page._replace(
            about=project.blocks[about].description,
            offers=offers_of(project, about) if block else (),
            uses=edits.count_uses(project, about),
        )
    if len(nodes) != 1:
        return page
    ((name, node),) = nodes.items()
    own = tuple(key for key in node.params if key != BLOCK) if node.shares is not None else ()
    cls = _layer(node.type)
    locked = cls is not None and cls.locked
    return page._replace(owners=_owners(graph, name), shares=node.shares, own=own, locked=locked)


def _owners(graph: Graph, name: str) -> tuple[str, ...]:
    """Layers whose weights a layer could use; of nodes that stand for a block, those of the same."""
    node = graph.nodes[name]
    cls = _layer(node.type)
    if node.type != BLOCK and (cls is None or not cls.parametric):
        return ()
    return tuple(
        other
        for other, there in graph.nodes.items()
        if other != name and there.type == node.type and there.shares is None
        if node.type != BLOCK or there.params.get(BLOCK) == node.params.get(BLOCK)
    )


def words_of(page: Page) -> Words:
    """Return what stands above the fields of a page."""
    if not page.ids:
        return _place_words(page)
    cls = _layer(page.types[0]) if len(set(page.types)) == 1 else None
    count = len(page.ids)
    kind = block_title(page.block) if page.block else cls.title if cls else ""
    if count > 1:
        title = ngettext("{count} layer", "{count} layers", count).format(count=count)
        title = f"{title}: {kind}" if kind else title
        help = _("What is set here is set for all of them.") if fields_of(page) else ""
        return Words(title, help)
    if page.block:
        help, _break, more = page.about.partition("\n")
        return Words(kind, help or _("A block of this project."), more.strip())
    if page.types[0] == BLOCK:
        return Words(_("Block"), _("The project has no block of this name."))
    if cls is None:
        return Words(page.types[0], _("This version of Ganvas knows no layer of this type."))
    return Words(cls.title, first_words(cls.help()), later_words(cls.help()))


def topic_of(page: Page) -> str:
    """Return which page of the textbook is about what is chosen; empty where it is of several kinds."""
    kind = page.types[0] if len(set(page.types)) == 1 else ""
    return LAYERS.key(kind) if kind in LAYERS else ""


def _place_words(page: Page) -> Words:
    if not page.there:
        return Words(_("No network"), "")
    if not page.inside:
        title = _("Network: {name}").format(name=network_words(page.place))
        return Words(title, _("Choose a layer to see its settings."))
    title = _("Block: {name}").format(name=block_title(page.inside))
    help = ngettext(
        "What is changed in here changes the one node that stands for the block.",
        "What is changed in here changes all {count} nodes that stand for the block.",
        page.uses,
    )
    return Words(title, help.format(count=page.uses))


def later_words(help: str) -> str:
    """Return a docstring after its first paragraph, one line a paragraph, titles in quotes."""
    paragraphs = [part.replace("\n", " ") for part in help.split("\n\n")[1:]]
    return re.sub(r"\*([^*]+)\*", r"“\1”", "\n\n".join(paragraphs)).replace("`", "")


def note_of(page: Page) -> str:
    """Return what has to be known where there are fewer fields than a layer has settings."""
    if page.shares is not None:
        return _("Weights and settings are those of “{name}”.").format(name=page.shares)
    if page.locked:
        return ""
    if not page.ids or fields_of(page):
        return ""
    if len(page.ids) > 1:
        return _("These layers have no setting in common.")
    return _("Nothing to set here.")


def fields_of(page: Page) -> tuple[FormField, ...]:
    """Return the fields of a page.

    A layer that uses the weights of another has the settings of that one; only those that it names
    itself, which have to agree, stand here.
    """
    if not page.ids and page.inside:
        return (description_field(),)
    if not page.ids:
        help = _("How the weights are drawn before training.")
        init = plug_field("init", _("Initial weights"), "initializers", help)
        return (init, rules_field(Network)) if page.there else ()
    fields = common_fields(page.types)
    if set(page.types) == {BLOCK}:
        fields = placing_fields(page.offers)
    if page.shares is not None:
        fields = tuple(field for field in fields if field.name in page.own)
    held = (rules_field(Node),) if page.held else ()
    return (*fields, *_sharing(page), *held, *_bypass(page))


def _has_weights(node: Node) -> bool:
    """Whether a node is a layer with weights of its own."""
    cls = _layer(node.type)
    return cls is not None and cls.parametric and node.shares is None


def rules_field(holder: type[Node] | type[Network]) -> FormField:
    """Return the group of penalties and bounds of a layer's or a network's weights."""
    inner = tuple(form_field(f) for f in declared(holder) if f.name in RULES)
    help = _("Penalties and bounds for weights, in place of those of the network.")
    if holder is Network:
        help = _("Penalties and bounds for the weights of every layer that has none of its own.")
    else:
        inner = tuple(replace(field, none=_("the network's")) for field in inner)
    return FormField(
        "rules",
        _("Hold weights"),
        "struct",
        help,
        optional=True,
        blank={name: 1e-4 if name == "l2" else usual(holder)[name] for name in RULES},
        fields=inner,
    )


def usual(holder: type[Node] | type[Network]) -> dict[str, float | None]:
    """Return the rules of weights that nothing was said about."""
    return {f.name: f.default for f in declared(holder) if f.name in RULES}


def _rules(*holders: Node | Network) -> dict[str, Any] | None:
    """What weights are held to; None for nothing, MIXED where layers differ."""
    shown = [{name: getattr(holder, name) for name in RULES} for holder in holders]
    if all(own == usual(type(holder)) for own, holder in zip(shown, holders, strict=True)):
        return None
    return _common(shown)


def _common(shown: list[dict[str, Any]]) -> dict[str, Any]:
    """Values by name; MIXED where they differ."""
    return {
        key: value if all(other.get(key) == value for other in shown) else MIXED
        for key, value in shown[0].items()
    }


def _sharing(page: Page) -> tuple[FormField, ...]:
    if not page.owners and page.shares is None:
        return ()
    choices = ((None, _("its own")), *((name, name) for name in page.owners))
    help = _("Use the very same weights as another layer of the same type.")
    return (FormField("shares", _("Weights"), "choice", help, choices=choices),)


def _bypass(page: Page) -> tuple[FormField, ...]:
    """The switch of layers that the network could do without."""
    if not page.passes or Reroute.tag() in page.types:
        return ()
    help = _("What flows in leaves unchanged, as if the layer were not there.")
    return (FormField("mute", _("Bypass"), "bool", help),)


def values_of(project: Project, page: Page) -> dict[str, Any]:
    """Return what the fields of a page show; MIXED where layers differ."""
    graph = edits.found(project, page.place) or Network()
    if not page.ids:
        if isinstance(graph, Network):
            init = plug_values(graph.init, CATALOGUES["initializers"])
            return {"init": init, "rules": _rules(graph)}
        return {"description": page.about}
    values = _common([_values(project, graph, name) for name in page.ids])
    values["rules"] = _rules(*(graph.nodes[name] for name in page.ids))
    return values if len(page.ids) > 1 else {**values, "shares": page.shares}


def _values(project: Project, graph: Graph, name: str) -> dict[str, Any]:
    node = graph.nodes[name]
    cls = _layer(node.type)
    usual = defaults(cls.fields()) if cls else {}
    if node.type == BLOCK:
        usual = block_values(project, node)
    return {**usual, **edits.settings(graph.nodes, name), "mute": node.mute}


def _layer(tag: str) -> type[Layer] | None:
    return LAYERS.get(tag) if tag in LAYERS else None
