"""What is made of a trained run: smaller variants, files for other programs."""

from __future__ import annotations

from engine.compression.sensitivity import Kind, Scan
from engine.compression.variant import Size, Variant
from engine.protocol.base import Command, Event
from projects.errors import Problem
from projects.schema import Plug


class Compress(Command, frozen=True, tag="compress"):
    """Make a smaller variant of a run, beside it. Replies: :class:`Stage` …, then :class:`Compressed`.

    Attributes:
        run: The run folder.
        steps: What to do, in order, see :mod:`engine.compression`.
    """

    run: str
    steps: tuple[Plug, ...]


class Compressed(Event, frozen=True, tag="compressed"):
    """Answer to :class:`Compress`.

    Attributes:
        run: The run folder that was asked about.
        variant: The run folder of what was made of it.
        made: What was done, and what that gave.
    """

    run: str
    variant: str
    made: Variant


class Weigh(Command, frozen=True, tag="weigh"):
    """Say what a variant would cost and be worth. Replies: :class:`Stage` …, then :class:`Weighed`.

    Attributes:
        run: The run folder.
        steps: What would be done, in order, see :mod:`engine.compression`; none for the run as it is.
        beside: The folder of another run, which passes of this one as it is are timed in turns with; empty for none.
    """

    run: str
    steps: tuple[Plug, ...] = ()
    beside: str = ""


class Weighed(Event, frozen=True, tag="weighed"):
    """Answer to :class:`Weigh`.

    Attributes:
        run: The run folder.
        size: What its networks would cost and be worth.
        parent: What they cost and are worth as they are; or what those of the run do that was named to be timed in turns with.
        notes: What a person should know of it, as sentences.
    """

    run: str
    size: Size
    parent: Size
    notes: tuple[str, ...] = ()


class Sensitivity(Command, frozen=True, tag="sensitivity"):
    """Find out what each layer of a run can lose. Replies: :class:`Stage` …, then :class:`Sensed`.

    Attributes:
        run: The run folder.
        kind: Whether a layer is pruned or quantised.
    """

    run: str
    kind: Kind = "pruned"


class Sensed(Event, frozen=True, tag="sensed"):
    """Answer to :class:`Sensitivity`.

    Attributes:
        run: The run folder.
        scan: What each layer can lose.
    """

    run: str
    scan: Scan


class Export(Command, frozen=True, tag="export"):
    """Hand the networks of a run over to other programs. Replies: :class:`Stage` …, then :class:`Exported`.

    Attributes:
        run: The run folder.
        format: In which format, see :mod:`engine.exports`; None to be told which ones can hold the run.
        path: The file to write.
        network: Which network; empty for all, or for a format that holds one the first.
        replace: Whether files that are there already may be replaced.
    """

    run: str
    format: Plug | None = None
    path: str = ""
    network: str = ""
    replace: bool = False


class Exported(Event, frozen=True, tag="exported"):
    """Answer to :class:`Export`.

    Attributes:
        run: The run folder.
        path: The file that was written; empty where no format was asked for.
        files: All files that were written.
        difference: The largest difference between outputs of the run and of what was written; None where
            nothing computes, or nothing could run it here.
        largest: The largest output of the run's network whose outputs differ most, by size.
        inputs: How many inputs it was measured with.
        real: How many of these are examples of the data; the others are latents and the like.
        notes: What was left out and what else is to be known, a sentence each.
        networks: The run's networks, where no format was asked for.
        formats: By format why it cannot hold the run, where none was asked for; nothing where it can.
        lacking: By format what is left out of what is written, where none was asked for.
        in_the_way: Files that are there already and were not to be replaced; nothing was written then.
    """

    run: str
    path: str = ""
    files: tuple[str, ...] = ()
    difference: float | None = None
    largest: float = 0.0
    inputs: int = 0
    real: int = 0
    notes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    formats: dict[str, tuple[Problem, ...]] = {}
    lacking: dict[str, tuple[Problem, ...]] = {}
    in_the_way: tuple[str, ...] = ()
