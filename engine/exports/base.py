"""What every format declares; :data:`EXPORTS` is the catalogue of them.

A format says what it is, what its files are called and what it cannot hold; the work is done by a writer in
:mod:`engine.export`, in the engine process. What a writer has written is run again before it counts, and the
largest difference to the run's own networks is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.declare import Catalogue, Declared

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class Export(Declared, frozen=True, kw_only=True):
    """Base of every format.

    Class attributes:
        suffix: What the name of the file ends in.
        tail: What stands before that in names that are proposed, so that formats do not overwrite each other.
        single: Whether a file holds one network; where the run has several, one has to be chosen.
        computes: Whether what is written computes, so that a difference to the run can be measured.
        lacks: What it cannot hold, in a sentence or two.
        packages: Packages that it needs beside what Ganvas brings.
        extra: Which extra of Ganvas installs these.
    """

    suffix: ClassVar[str] = ""
    tail: ClassVar[str] = ""
    single: ClassVar[bool] = False
    computes: ClassVar[bool] = True
    lacks: ClassVar[str] = ""
    packages: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str] = ""
    texts: ClassVar[tuple[str, ...]] = (*Declared.texts, "lacks")

    def writer(self, job: Job) -> Writer:
        """Return what writes a run's networks in this format.

        Args:
            job: What is handed over.
        """
        raise NotImplementedError


EXPORTS: Catalogue[Export] = Catalogue("export", Export, "engine.exports")
