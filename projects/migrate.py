"""Formats of project files: what an older one becomes, and how a newer one is told.

A migration is a function from the plain values of one format to those of the next; it stands in
:data:`MIGRATIONS` under the number of the format that it reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from projects.errors import ProjectError
from projects.fields import shown
from projects.schema import FORMAT
from projects.translation import gettext as _

Values = dict[str, Any]

CURRENT = int(FORMAT.rpartition("/")[2])
MIGRATIONS: dict[int, Callable[[Values], Values]] = {}

_FORMAT = re.compile(r"ganvas/([1-9][0-9]{0,5})\Z")


def version_of(values: Any) -> int:
    """Return the number of the format that plain values are in.

    Raises:
        ProjectError: They do not say, or are no project.
    """
    hint = _("The first line of a project is “format: {format}”.").format(format=FORMAT)
    if not isinstance(values, Mapping) or "format" not in values:
        raise ProjectError(_("this is not a Ganvas project."), where="format", hint=hint)
    found = _FORMAT.match(str(values["format"]))
    if found is None:
        raise ProjectError(
            _("expected {format}, got {value}.").format(
                format=FORMAT, value=shown(values["format"])
            ),
            where="format",
            hint=hint,
        )
    return int(found[1])


def migrate(
    values: Values,
    migrations: Mapping[int, Callable[[Values], Values]] | None = None,
    current: int = CURRENT,
) -> Values:
    """Return plain values in the current format.

    Args:
        values: Values of any format; those of a newer one are returned as they are.
        migrations: Functions by the format they read; the program's own unless given.
        current: The format to reach.

    Raises:
        ProjectError: They are of a format that no migration reads.
    """
    steps = MIGRATIONS if migrations is None else migrations
    version = version_of(values)
    while version < current:
        if version not in steps:
            raise ProjectError(
                _("format {version} is too old to be read.").format(version=version), where="format"
            )
        version += 1
        values = {**steps[version - 1](values), "format": f"ganvas/{version}"}
    return values
