"""What a page of the inspector holds: words and fields for the chosen layers, or for their network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import gettext as _
from gettext import ngettext
from typing import Any, NamedTuple

from engine.layers.base import LAYERS, Layer
from engine.layers.reroute import Reroute
from projects.schema import Network, Node, Project
from widgets.forms import MIXED, FormField
from workbench import edits
from workbench.forms import (
    CATALOGUES,
    common_fields,
    defaults,
    first_words,
    plug_field,
    plug_values,
    words,
)


class Page(NamedTuple):
    """What decides which words, fields and choices a page has.

    Attributes:
        network: Name of the network.
        there: Whether there is such a network.
        ids: The chosen layers that there are; none for the network itself.
        types: Their types.
        owners: Layers whose weights a single one could use.
        shares: The layer whose weights a single one uses.
        own: Names of the settings that it has all the same.
    """

    network: str
    there: bool
    ids: tuple[str, ...]
    types: tuple[str, ...]
    owners: tuple[str, ...]
    shares: str | None
    own: tuple[str, ...]


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


def page_of(project: Project, network: str, ids: tuple[str, ...]) -> Page:
    """Return what the page for these layers of a network has to have."""
    there = network in project.networks
    graph = project.networks.get(network, Network())
    nodes = {name: graph.nodes[name] for name in ids if name in graph.nodes}
    types = tuple(node.type for node in nodes.values())
    page = Page(network, there, tuple(nodes), types, (), None, ())
    if len(nodes) != 1:
        return page
    ((name, node),) = nodes.items()
    own = tuple(node.params) if node.shares is not None else ()
    return page._replace(owners=_owners(graph, name), shares=node.shares, own=own)


def _owners(graph: Network, name: str) -> tuple[str, ...]:
    """Layers whose weights a layer could use."""
    node = graph.nodes[name]
    cls = _layer(node.type)
    if cls is None or not cls.parametric:
        return ()
    return tuple(
        other
        for other, there in graph.nodes.items()
        if other != name and there.type == node.type and there.shares is None
    )


def words_of(page: Page) -> Words:
    """Return what stands above the fields of a page."""
    if not page.ids:
        if not page.there:
            return Words(_("No network"), "")
        title = _("Network: {name}").format(name=words(page.network).capitalize())
        return Words(title, _("Choose a layer to see its settings."))
    cls = _layer(page.types[0]) if len(set(page.types)) == 1 else None
    count = len(page.ids)
    if count > 1:
        title = ngettext("{count} layer", "{count} layers", count).format(count=count)
        title = f"{title}: {cls.title}" if cls else title
        return Words(title, _("What is set here is set for all of them."))
    if cls is None:
        return Words(page.types[0], _("This version of Ganvas knows no layer of this type."))
    return Words(cls.title, first_words(cls.help()), later_words(cls.help()))


def later_words(help: str) -> str:
    """Return a docstring after its first paragraph, one line a paragraph, titles in quotes."""
    paragraphs = [part.replace("\n", " ") for part in help.split("\n\n")[1:]]
    return re.sub(r"\*([^*]+)\*", r"“\1”", "\n\n".join(paragraphs)).replace("`", "")


def note_of(page: Page) -> str:
    """Return what has to be known where there are fewer fields than a layer has settings."""
    if page.shares is not None:
        return _("Weights and settings are those of “{name}”.").format(name=page.shares)
    return _("Nothing to set here.") if page.ids and not fields_of(page) else ""


def fields_of(page: Page) -> tuple[FormField, ...]:
    """Return the fields of a page.

    A layer that uses the weights of another has the settings of that one; only those that it names
    itself, which have to agree, stand here.
    """
    if not page.ids:
        help = _("How the weights are drawn before training.")
        init = plug_field("init", _("Initial weights"), "initializers", help)
        return (init,) if page.there else ()
    fields = common_fields(page.types)
    if page.shares is not None:
        fields = tuple(field for field in fields if field.name in page.own)
    return (*fields, *_sharing(page), *_bypass(page))


def _sharing(page: Page) -> tuple[FormField, ...]:
    if not page.owners and page.shares is None:
        return ()
    choices = ((None, _("its own")), *((name, name) for name in page.owners))
    help = _("Use the very same weights as another layer of the same type.")
    return (FormField("shares", _("Weights"), "choice", help, choices=choices),)


def _bypass(page: Page) -> tuple[FormField, ...]:
    """The switch of layers that the network could do without."""
    if not all(all(edits.ports(tag)) and tag != Reroute.tag() for tag in page.types):
        return ()
    help = _("What flows in leaves unchanged, as if the layer were not there.")
    return (FormField("mute", _("Bypass"), "bool", help),)


def values_of(project: Project, page: Page) -> dict[str, Any]:
    """Return what the fields of a page show; MIXED where layers differ."""
    graph = project.networks.get(page.network, Network())
    if not page.ids:
        return {"init": plug_values(graph.init, CATALOGUES["initializers"])}
    shown = [_values(graph.nodes, name) for name in page.ids]
    values = {
        key: value if all(other.get(key) == value for other in shown) else MIXED
        for key, value in shown[0].items()
    }
    return {**values, "shares": page.shares} if len(page.ids) == 1 else values


def _values(nodes: Mapping[str, Node], name: str) -> dict[str, Any]:
    cls = _layer(nodes[name].type)
    own = {"mute": nodes[name].mute}
    return {**(defaults(cls.fields()) if cls else {}), **edits.settings(nodes, name), **own}


def _layer(tag: str) -> type[Layer] | None:
    return LAYERS.get(tag) if tag in LAYERS else None
