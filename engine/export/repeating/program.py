"""The text of a program that repeats a training, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from safetensors.torch import save as save_tensors
from torch import nn

from engine.compute.branching import begin_with
from engine.compute.evaluate import fresh_state
from engine.export.repeating import recipes
from engine.export.repeating.kinds import KINDS
from engine.export.repeating.page import Page, imports_of
from engine.export.repeating.reading import reading
from engine.export.safetensors import weights_of
from engine.export.writer import Job, prose

RANDOM = "random_state"
"""What the state of the random numbers is called beside the first weights."""


@dataclass(frozen=True)
class Program:
    """A program that repeats a training.

    Attributes:
        head: What it is, for people.
        text: Its source but for imports: constants, functions, and ``repeat()`` in the end.
        files: What lies beside it, by name.
    """

    head: str
    text: str
    files: dict[str, bytes] = field(default_factory=dict)

    def script(self, source: str) -> str:
        """Return the whole program, as a file that can be run.

        Args:
            source: Name of the file that builds the networks.
        """
        places = (
            "HERE = Path(__file__).parent\n"
            f'NETWORKS = runpy.run_path(str(HERE / {source!r}))["NETWORKS"]'
        )
        body = f"{places}\n{self.text}\n\n\n{_MAIN}"
        imports = "\n".join(imports_of(body))
        return f"{self.head}\n\nfrom __future__ import annotations\n\n{imports}\n\n{body}"


def program_of(job: Job, copy: bool) -> Program:
    """Return the program; there must be no obstacles.

    Args:
        job: What is handed over.
        copy: Whether the data are copied beside it even where scikit-learn has them.
    """
    page, start = Page(), f"{job.stem}_start.safetensors"
    files = {start: _start(job)}
    kind = KINDS[type(job.session.objective)]
    optimizers, mover = recipes.optimizers(job, page), recipes.mover(job, page)
    call = kind.call(job, page)
    read = reading(job, files, copy, page)
    constants = [
        f"START = HERE / {start!r}",
        f"STEPS = {recipes.steps_of(job)}",
        f"THREADS = {job.session.project.recipe.threads}",
        *([f"OBJECTIVE = {kind.options(job)!r}"] if kind.options else []),
    ]
    repeat = _REPEAT.format(random=RANDOM, optimizers=optimizers, mover=mover, call=call)
    text = "\n\n\n".join(("\n".join(constants), *page.sources(), read, repeat))
    return Program(_head(job, read, kind.kept), text, files)


def _start(job: Job) -> bytes:
    """The weights that the run began with, and the state of the random numbers then.

    Raises:
        RunError: They are damaged, or do not fit.
    """
    fresh, state = fresh_state(job.run)
    begin_with(fresh.task, job.run)
    modules: dict[str, nn.Module] = dict(fresh.task.networks)
    return bytes(save_tensors({**weights_of(modules), RANDOM: state}))


def _head(job: Job, read: str, kept: str) -> str:
    needs = "PyTorch, NumPy and safetensors" + (", scikit-learn" if "sklearn" in read else "")
    lines = [
        f'"""Repeats the training of {prose(job.about)} without Ganvas; needs {needs}.',
        "",
        "The parts of the data, the order of the batches, the first weights and random numbers, the optimiser, its",
        "rates and the losses are those of the run. Dropout draws other numbers, a run on another device than the",
        "processor drew others altogether, and sums may be made in another order: then the result comes near the",
        "run's, and is not the same to the last digit.",
        "",
        kept,
        '"""',
    ]
    return "\n".join(lines)


_REPEAT = '''def repeat(steps: int = STEPS) -> tuple[dict[str, nn.Module], dict[str, float], list[Any]]:
    """Train anew; return the networks, what they reach, and the losses of all steps."""
    torch.set_num_threads(THREADS)
    networks = {{name: kind().train() for name, kind in NETWORKS.items()}}
    begun = load_file(START)
    torch.set_rng_state(begun.pop({random!r}))
    for name, network in networks.items():
        own = {{k.removeprefix(f"{{name}}."): v for k, v in begun.items() if k.startswith(f"{{name}}.")}}
        network.load_state_dict(own)
    optimizers = {{
{optimizers}
    }}
    mover = {mover}
{call}
    return networks, metrics, losses'''

_MAIN = '''def main() -> None:
    """Train, and print what came of it as one line of JSON."""
    parser = argparse.ArgumentParser(description="Repeat the training.")
    parser.add_argument("--out", type=Path, help="safetensors file for the trained weights")
    parser.add_argument("--steps", type=int, default=STEPS, help="make so many steps only")
    given = parser.parse_args()
    networks, metrics, _losses = repeat(given.steps)
    if given.out is not None:
        states = {f"{name}.{k}": v for name, n in networks.items() for k, v in n.state_dict().items()}
        save_file({name: value.contiguous() for name, value in states.items()}, given.out)
    print(json.dumps(metrics))


if __name__ == "__main__":
    main()
'''
