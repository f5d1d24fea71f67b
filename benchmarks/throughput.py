"""Steps per second of Ganvas beside plain PyTorch, on the same network, batches and threads.

    python benchmarks/throughput.py [PROJECT] [--steps N] [--rounds N] [--json]

Every round runs all variants one after another, so that a change in the machine's mood hits all; the
figures are medians over the rounds, the spread is from the least to the greatest. Variants:

* ``textbook``  a DataLoader, Adam with its defaults, ``loss.item()`` every step; no evaluation;
* ``tuned``     batches by index, fused Adam, nothing read; no evaluation;
* ``headless``  Ganvas' trainer without a window, with evaluations, checkpoints and the run's database;
* ``window``    the same in its engine process, with the window open and every panel shown and live.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "projects" / "examples"
VARIANTS = ("textbook", "tuned", "headless", "window")


def command(variant: str, project: Path, steps: int) -> list[str]:
    """Return what runs one variant once and prints its figures as JSON."""
    if variant == "window":
        return [sys.executable, str(HERE / "window.py"), "training", str(project), str(steps)]
    return [sys.executable, str(HERE / "loops.py"), variant, str(project), str(steps)]


def once(variant: str, project: Path, steps: int) -> float:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run(
        command(variant, project, steps),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    return float(json.loads(done.stdout.splitlines()[-1])["steps_per_second"])


def measure(project: Path, steps: int, rounds: int, variants: list[str]) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {variant: [] for variant in variants}
    for turn in range(rounds):
        for variant in variants:
            rates[variant].append(once(variant, project, steps))
            print(f"round {turn + 1}: {variant} {rates[variant][-1]:.0f}/s", file=sys.stderr)
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("project", type=Path, nargs="?", default=EXAMPLES / "digits_mlp.yaml")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rates = measure(options.project.resolve(), options.steps, options.rounds, options.variants)
    base = statistics.median(rates.get("textbook", [float("nan")]))
    if options.json:
        print(json.dumps({"project": options.project.stem, "steps_per_second": rates}))
        return
    print(f"{options.project.stem}, {options.steps} steps, median of {options.rounds}")
    for variant, values in rates.items():
        middle = statistics.median(values)
        spread = f"{min(values):.0f}–{max(values):.0f}"
        print(f"{variant:10} {middle:8.0f} steps/s  ({spread})  {middle / base:5.2f} × textbook")


if __name__ == "__main__":
    main()
