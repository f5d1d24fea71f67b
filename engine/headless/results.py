"""Commands about runs: ``evaluate``, ``diagnose``, ``predict``, ``sample`` and ``runs``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.headless.arguments import Command, argument, path, whole
from engine.headless.console import DONE, Console, UsageError
from engine.headless.exporting import EXPORT
from engine.headless.writing import WRITING, write_texts
from projects.errors import DataError, FileError, UserError
from projects.translation import N_
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.session import Session
    from engine.runs.summary import Summary


def evaluate(args: argparse.Namespace, console: Console) -> int:
    """Measure a run's best weights on one part of its data."""
    from engine.compute import evaluate as work
    from engine.headless.progress import words

    session = _opened(args.run, console)
    metrics = work.evaluate(session, args.split)
    answer: dict[str, Any] = {"split": args.split, "metrics": metrics}
    told = [words(metrics)]
    if session.task.scorer is not None:
        answer["feature_space"] = space = session.task.scorer.reference.space.name
        told.append(_("Distances of samples are in the space: {space}").format(space=space))
    console.answer(answer, told)
    return DONE


def diagnose(args: argparse.Namespace, console: Console) -> int:
    """Say what ails the training of a run, with the evidence."""
    from engine.clinic.practice import cause_words, examine, plain, words_of
    from engine.runs.summary import read_summary

    doctor, summary = examine(args.run).doctor, read_summary(args.run)
    verdicts = doctor.verdicts()
    told = [
        " ".join(
            [
                _("{words} Since step {since:,}.").format(words=f"{words_of(v)}.", since=v.since),
                cause_words(v, verdicts),
            ]
        ).strip()
        for v in verdicts
    ]
    if not doctor.ailments:
        told = [_("Nothing is known that trainings with this objective could suffer from.")]
    elif not doctor.looks():
        told = told or [_("Nothing to say yet: the first steps count for nothing.")]
    elif not told and summary.state != "failed":
        told = [_("All is well at step {step:,}.").format(step=doctor.step)]
        told += [f"{ailment.title}: {look.words}" for ailment, look in doctor.looks()]
    if summary.state == "failed":
        told = [_("This run failed: {why}").format(why=summary.message), *told]
    step = max([doctor.step, *(v.step for v in verdicts)])
    console.answer({"step": step, "verdicts": [plain(v, verdicts) for v in verdicts]}, told)
    return DONE


def predict(args: argparse.Namespace, console: Console) -> int:
    """Write a run's outputs for the inputs of a file."""
    from engine.compute import evaluate as work
    from engine.headless.inputs import read_inputs
    from engine.headless.outputs import write_npz

    _need_suffix(args.out, ".npz")
    session = _opened(args.run, console)
    column = session.project.data.source.params.get("text", "")  # of tables of texts
    inputs = read_inputs(args.input, session.data.info, str(column))
    try:
        outputs = work.predict(session, inputs)
    except DataError as error:  # it knows the numbers but not the file
        raise DataError(
            error.problem.message, where=str(args.input), hint=error.problem.hint
        ) from error
    write_npz(args.out, outputs)
    told = _("Wrote the outputs for {count:,} inputs to {path}").format(
        count=len(inputs), path=args.out
    )
    console.answer({"path": str(args.out), "count": len(inputs)}, [told])
    return DONE


def sample(args: argparse.Namespace, console: Console) -> int:
    """Draw examples from a run's generator, or write texts with its language model."""
    from engine.headless.outputs import write_npz, write_sheet
    from engine.runs.folder import RunFolder

    out = args.out or RunFolder(args.run).samples / f"seed-{args.seed}-{args.count}.npz"
    _need_suffix(out, ".npz", ".png", ".txt")
    session = _opened(args.run, console)
    samples = write_texts(session.task, args, out)
    if samples is None:
        samples = session.task.sample(args.count, args.seed)
        if out.suffix.lower() == ".png":
            picture = session.data.info.picture
            write_sheet(out, samples.reshape(-1, *picture) if picture else samples)
        else:
            write_npz(out, {"samples": samples})
    told = _("Wrote {count:,} samples to {path}").format(count=len(samples), path=out)
    console.answer({"path": str(out), "shape": list(samples.shape)}, [told])
    return DONE


def list_runs(args: argparse.Namespace, console: Console) -> int:
    """List runs, the newest first."""
    from engine.runs.summary import summary_or_damage

    runs = [(run, summary_or_damage(run)) for run in _found(args.place)]
    console.answer({"runs": [_row(*one) for one in runs]}, _table(runs))
    return DONE


def _opened(run: Path, console: Console) -> Session:
    """Return a run in memory; says so where a damaged checkpoint made it an older one."""
    from engine.compute.evaluate import open_run

    def damaged(error: UserError) -> None:
        console.note(str(error))

    return open_run(run, damaged=damaged)


def _need_suffix(out: Path, *endings: str) -> None:
    if out.suffix.lower() not in endings:
        raise UsageError(
            _("the name of the file has to end in {endings}, not as “{name}” does.").format(
                endings=_(" or ").join(endings), name=out.name
            )
        )


def _found(place: Path | None) -> list[Path]:
    from engine.runs import folder

    if place is None:
        return folder.list_runs(Path.cwd())
    if place.is_file():
        return folder.list_runs(folder.runs_folder(place, place.stem))
    if place.is_dir():
        return folder.list_runs(place)
    raise FileError(_("there is no such project or folder."), where=str(place))


def _row(run: Path, summary: Summary) -> dict[str, Any]:
    return {
        "run": str(run),
        "project": summary.project,
        "state": summary.state,
        "steps": summary.steps,
        "metrics": summary.metrics,
    }


def _table(runs: Sequence[tuple[Path, Summary]]) -> Iterator[str]:
    from engine.headless.progress import words

    if not runs:
        yield _("There are no runs here.")
    for run, summary in runs:
        yield _("{run}  –  {project}, {state}, {steps:,} steps").format(**_row(run, summary))
        if summary.metrics:
            yield f"    {words(summary.metrics)}"
        if summary.message:
            yield f"    {summary.message}"


_RUN = argument("run", metavar="RUN", type=path, help=N_("run folder"))

COMMANDS = (
    Command(
        "evaluate",
        N_("measure a run's best weights"),
        evaluate,
        (
            _RUN,
            argument(
                "--split",
                choices=("test", "validation", "train"),
                default="test",
                help=N_("part of the data (default: test)"),
            ),
        ),
    ),
    Command("diagnose", N_("say what ails the training of a run"), diagnose, (_RUN,)),
    Command(
        "predict",
        N_("write a run's outputs for inputs in a file"),
        predict,
        (
            _RUN,
            argument(
                "--in",
                dest="input",
                metavar="FILE",
                type=path,
                required=True,
                help=N_("NPZ, CSV, an image, or a folder of images"),
            ),
            argument(
                "--out",
                metavar="FILE.npz",
                type=path,
                required=True,
                help=N_("where the outputs go"),
            ),
        ),
    ),
    Command(
        "sample",
        N_("draw examples from a run's generator, or write texts with its language model"),
        sample,
        (
            _RUN,
            argument(
                "--count",
                metavar="N",
                type=whole(1, 10**7),
                required=True,
                help=N_("how many"),
            ),
            argument(
                "--seed",
                metavar="N",
                type=whole(0, 2**31 - 1),
                default=0,
                help=N_("the same seed draws the same examples (default: 0)"),
            ),
            argument(
                "--out",
                metavar="FILE.npz|FILE.png|FILE.txt",
                type=path,
                help=N_("where they go (default: the run's samples folder)"),
            ),
            *WRITING,
        ),
    ),
    EXPORT,
    Command(
        "runs",
        N_("list runs"),
        list_runs,
        (
            argument(
                "place",
                metavar="PROJECT|DIR",
                nargs="?",
                type=path,
                help=N_("whose runs; those below the current folder when left out"),
            ),
        ),
    ),
)
