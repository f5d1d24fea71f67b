"""The doctor on trainings that are no games, staged to be healthy or sick: does it name what ails them, and only that?

    python benchmarks/clinic.py [--seeds tune|held_out] [--only NAME] [--field FIELD] [--keep FOLDER]

Every case is a project made here and trained by the engine that the window uses, one thread. What is staged is proven by a
measurement of its own, on the finished run or on the project before its first step. A staging that did not take is printed
and counts for nothing. A seed draws the data, their parts, the weights and the batches. Thresholds were chosen on the seeds of
``tune``; ``held_out`` are others. With ``--examples`` the
projects of ``projects/examples`` that are no games are trained instead, and none should raise an alarm.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import clinic_cases
from clinic_cases.base import Case, Trained, right_ones, sown, told

from engine.clinic.practice import examine
from projects.schema import Project

SEEDS = {"tune": (0, 1), "held_out": (11, 12)}
EXAMPLES = Path(__file__).resolve().parent.parent / "projects" / "examples"
MOST_SECONDS = 60.0


def fields() -> dict[str, dict[str, Case]]:
    """Return the cases of every module of :mod:`benchmarks.clinic_cases` that has some."""
    names = [found.name for found in pkgutil.iter_modules(clinic_cases.__path__)]
    modules = {name: importlib.import_module(f"{clinic_cases.__name__}.{name}") for name in names}
    return {name: module.CASES for name, module in modules.items() if hasattr(module, "CASES")}


# ------------------------------------------------------------------------------------ the bench


def trained(project: Project, folder: Path, run: Path, seconds: float | None = None) -> str:
    """Train; return how it ended early, or nothing."""
    from engine.compute.trainer import Trainer
    from engine.runs.control import Control, Limits, Silent
    from projects.errors import TrainingError

    limits = Limits(max_seconds=seconds)
    try:
        Trainer(project, folder, run, Silent(), Control(attended=False), limits=limits).run()
    except TrainingError as error:
        return str(error)
    return ""


def stage(name: str, case: Case, seed: int, folder: Path) -> dict[str, Any]:
    """Train a case, prove it, and ask the doctor."""
    project = sown(case.project(), seed)
    run = folder / f"{name.replace(', ', '-').replace(' ', '_')}-{seed}"
    if case.files is not None:
        case.files(folder, seed)
    start = time.process_time()
    failed = trained(project, folder, run)
    seconds = time.process_time() - start
    proven, evidence = case.proof(Trained(project, run, failed))
    row = verdicts_of(run)
    confirmed = set(row["confirmed"])
    named = case.ailment in confirmed if case.ailment else not confirmed
    return {
        "case": name,
        "seed": seed,
        "ailment": case.ailment,
        "proven": bool(proven),
        "proof": evidence,
        "right": named,
        "beside": sorted(confirmed - {case.ailment} - case.also) if case.ailment else [],
        "seconds": round(seconds, 1),
        **row,
    }


def verdicts_of(run: Path) -> dict[str, Any]:
    """Alarms that the doctor has raised about a run; one that passed counts as well."""
    verdicts = examine(run).doctor.verdicts()
    raised = [v for v in verdicts if v.state in ("confirmed", "cured")]
    return {
        "confirmed": [v.ailment for v in raised],
        "evidence": [f"{v.ailment} @{v.step}: {v.look.words}" for v in raised],
    }


def count(rows: list[dict[str, Any]]) -> None:
    """Print how many were right."""
    beside = [row for row in rows if row["proven"] and row["beside"]]
    print("\n".join(right_ones(rows)))
    print(f"something else was named beside what was staged: {len(beside)}")


def try_examples(folder: Path, only: str) -> list[dict[str, Any]]:
    """Train the examples that are no games, for a while, and ask the doctor about each."""
    from engine.objectives.base import objective_of
    from projects.files import load

    rows = []
    for path in sorted(EXAMPLES.glob(f"{only}*.yaml")):
        project = load(path).project
        if objective_of(project).rivals:
            continue
        run = folder / path.stem
        failed = trained(project, path.parent, run, MOST_SECONDS)
        rows.append({"example": path.stem, "failed": failed, **verdicts_of(run)})
        said = "; ".join(rows[-1]["evidence"]) or "all well"
        print(f"{path.stem:24} {said}", file=sys.stderr, flush=True)
    return rows


def main() -> None:
    """Stage, ask, count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", choices=tuple(SEEDS), default="held_out")
    parser.add_argument("--only", default="", help="cases whose name begins with this")
    parser.add_argument("--field", default="", help="one module of clinic_cases")
    parser.add_argument("--examples", action="store_true", help="the example projects instead")
    parser.add_argument("--keep", type=Path, help="keep the runs in this folder")
    parser.add_argument("--evidence", action="store_true", help="print what was seen, too")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if args.examples:
            rows = try_examples(folder, args.only)
            alarms = sum(row["confirmed"] != [] for row in rows)
            print(f"{alarms} of {len(rows)} examples raise an alarm")
            return
        rows = []
        for seed in SEEDS[args.seeds]:
            for field, cases in fields().items():
                for name, case in cases.items():
                    if case.held_out and args.seeds == "tune":
                        continue
                    if name.startswith(args.only) and args.field in ("", field):
                        rows.append({"field": field, **stage(name, case, seed, folder)})
                        print(told(rows[-1]), file=sys.stderr, flush=True)
                        if args.evidence:
                            print("\n".join(rows[-1]["evidence"]), file=sys.stderr, flush=True)
    if args.json:
        print(json.dumps(rows))
        return
    count(rows)


if __name__ == "__main__":
    main()
