"""Which weights of a file belong to which layers of a design, when they were named by someone else.

Weights are compared module by module: what stands before the last dot of a name is a module, and two
modules are alike when they have the same weights of the same sizes. Names decide first; what is left goes by
order, the design's working order beside the file's names as people sort them (``2`` before ``10``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Sizes = Mapping[str, tuple[int, ...]]
Group = dict[str, tuple[int, ...]]
COUNTER = "num_batches_tracked"  # how long averages were taken; nothing depends on it
# What wrappers put before every name.
_WRAPPERS = re.compile(r"^(?:module|_orig_mod|model|net|network|state_dict)\.")
# Weights that torch's attention keeps under names of its own.
_PROJECTIONS = re.compile(r"(^|\.)in_proj_(weight|bias)\Z")


@dataclass
class Matching:
    """What was found.

    Attributes:
        names: Name in the file by name in the design, for every weight that has one.
        by_name: Modules of the design whose names decided.
        by_order: Modules whose order decided, with those of the file.
        missing: Modules of the design for which the file has nothing.
        spare: Modules of the file that nobody wanted, those under a missing one's name left out.
        resized: Missing modules that the file has under their name, with other weights: both as text.
    """

    names: dict[str, str] = field(default_factory=dict)
    by_name: list[str] = field(default_factory=list)
    by_order: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    resized: list[tuple[str, str, str]] = field(default_factory=list)


def match(design: Sizes, file: Sizes) -> Matching:
    """Find the weights of a file for a design.

    Args:
        design: Sizes by ``<network>.<node>.<weight>``, in working order.
        file: Sizes by the names of the file.
    """
    found = Matching()
    own, spelled = _groups(design), {_plain(name): name for name in file}
    theirs = _groups({plain: file[name] for plain, name in spelled.items()})
    free = dict(sorted(theirs.items(), key=lambda item: _natural(item[0])))
    left: list[str] = []
    for module, weights in own.items():
        named = next((n for n in _spellings(module, free) if _alike(weights, free[n])), None)
        if named is None:
            left.append(module)
        else:
            found.by_name.append(module)
            _take(found, module, weights, named, free.pop(named), spelled)
    for module in left:
        alike = next((n for n, theirs_ in free.items() if _alike(own[module], theirs_)), None)
        if alike is None:
            found.missing.append(module)
        else:
            found.by_order.append((module, alike))
            _take(found, module, own[module], alike, free.pop(alike), spelled)
    found.spare = list(free)
    for module in found.missing:
        named = next(_spellings(module, free), None)
        if named is not None:
            found.resized.append((module, _sized(own[module]), _sized(free[named])))
            found.spare.remove(named)
            del free[named]
    return found


def _sized(group: Group) -> str:
    """The sizes of a module's weights as people write them: ``64×32, 64``."""
    sizes = sorted(_counted(group).values(), key=len, reverse=True)
    shown = ["×".join(map(str, size)) or "1" for size in sizes]
    return ", ".join(shown[:4]) + (" …" if len(shown) > 4 else "")


def _take(
    found: Matching,
    module: str,
    weights: Group,
    other: str,
    theirs: Group,
    spelled: Mapping[str, str],
) -> None:
    for name in weights:
        if name in theirs:
            found.names[_joined(module, name)] = spelled[_joined(other, name)]


def _groups(sizes: Sizes) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for name, size in sizes.items():
        module, _dot, weight = name.rpartition(".")
        groups.setdefault(module, {})[weight] = size
    return groups


def _alike(own: Group, theirs: Group) -> bool:
    return _counted(own) == _counted(theirs) != {}


def _counted(group: Group) -> Group:
    return {name: size for name, size in group.items() if name != COUNTER}


def _plain(name: str) -> str:
    while (shorter := _WRAPPERS.sub("", name)) != name:
        name = shorter
    return _PROJECTIONS.sub(r"\1in_proj.\2", name)


def _spellings(module: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the modules of a file that may be meant: with or without the network's name, ``.`` as ``_``."""
    network, _dot, rest = module.partition(".")
    known = list(names)
    wanted = {module, rest, rest.removesuffix(".core")}
    words = {name.replace(".", "_") for name in wanted}
    for name in known:
        inner = name.removeprefix(f"{network}.")
        if {name, inner} & wanted or {name.replace(".", "_"), inner.replace(".", "_")} & words:
            yield name


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts ``layer2`` before ``layer10``."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(p), "") if p.isdigit() and len(p) < 19 else (1, 0, p) for p in parts]


def _joined(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name
