"""Studies: the file, the grid, the folder, the table, and the conductor without real engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.client import Died, Engine
from engine.protocol import AnyCommand, Continue, Failed, Finished, Pause, Start, Started, Stop
from engine.runs.folder import RunFolder
from engine.runs.summary import Summary, write_summary
from engine.studies.conductor import Conductor, Order
from engine.studies.declaration import (
    MOST_RUNS,
    Axis,
    Change,
    Choice,
    Study,
    label_of,
    project_file_of,
    read_study,
    write_study,
)
from engine.studies.folder import Notes, StudyFolder
from engine.studies.grid import plan
from engine.studies.results import as_csv, as_markdown, more_is_better, results_of
from engine.studies.work import StudyWork, Watcher
from projects.atomic import PREFIX, write
from projects.errors import FileError, Problem, ProjectError, RunError
from projects.files import save
from projects.paths import set_value
from projects.schema import Project
from tests.cli.conftest import CLASSIFIER, RING

STUDY = Study(
    title="Rates: “odd”, | names",
    project="iris.yaml",
    common=(Change("recipe.epochs", 2),),
    axes=(
        Axis.of("recipe.optimizer", [{"type": "sgd", "lr": 0.1}, {"type": "adam"}]),
        Axis(
            "größe",
            (
                Choice("как есть", ()),
                Choice("wide", (Change("networks.classifier.nodes.hidden.units", 32),)),
            ),
            named=True,
        ),
    ),
    seeds=(0, 4),
    metric="test_accuracy",
    at_once=2,
)


def test_a_study_is_read_as_it_is_written() -> None:
    assert read_study(write_study(STUDY)) == STUDY
    counted = read_study("format: ganvas-study/1\nstudy: x\naxes: {a.b: [1]}\nseeds: 3\n")
    assert counted.seeds == (0, 1, 2)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("axes: {a: [1]}", "s.yaml", "this is not a study"),
        ("format: ganvas-study/1\nstudy: x", "s.yaml", "the grid is empty"),
        ("format: ganvas-study/1\naxes: {}", "axes", "the grid is empty"),
        ("format: ganvas-study/1\naxes:\n  a.b: []", "axes.a.b", "(line 3)"),
        ("format: ganvas-study/1\naxes:\n  a.b: 3", "axes.a.b", "expected a list of values"),
        ("format: ganvas-study/1\naxes:\n  a.b: [1, 1]", "axes.a.b.1", "twice"),
        ("format: ganvas-study/1\naxes:\n  n: {x: 3}", "axes.n.x", "expected a group"),
        ("format: ganvas-study/1\naxes:\n  n: {x: {recipe.seed: 1}}", "axes.n.x.recipe.seed", ""),
        ("format: ganvas-study/1\naxes: {a: [1]}\nseeds: true", "seeds", "from 1 to 2,000"),
        ("format: ganvas-study/1\naxes: {a: [1]}\nat_once: 65", "at_once", "from 1 to 64"),
        ("format: ganvas-study/1\naxes: {a: [1]}\nstudy: [1]", "study", "expected a text"),
        ("[1]", "s.yaml", "expected a group"),
    ],
)
def test_every_refusal_has_a_place(text: str, where: str, said: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read_study(text, "s.yaml")
    assert caught.value.problem.where == where
    assert said in caught.value.problem.message


def test_a_grid_of_a_thousand_million_runs_is_refused_before_it_is_built() -> None:
    axes = "\n".join(f"  a{i}: {list(range(32))}" for i in range(6))
    with pytest.raises(ProjectError, match=f"1,073,741,824 runs; a study has {MOST_RUNS:,}"):
        read_study(f"format: ganvas-study/1\naxes:\n{axes}\n")


def test_labels_are_words() -> None:
    assert label_of([]) == label_of(None) == "none"
    assert label_of([{"type": "r1", "gamma": 1.0}, {"type": "dragan"}]) == "r1 gamma 1.0 + dragan"
    assert label_of("x" * 99).endswith("…")


def test_every_run_has_its_settings_and_a_name_of_its_own() -> None:
    planned = plan(STUDY, CLASSIFIER)
    assert len(planned) == STUDY.runs == 8
    assert len({one.name for one in planned}) == 8
    assert all(one.name.isascii() and "/" not in one.name for one in planned)
    last = planned[-1]
    assert last.title == "adam · wide · seed 4"
    assert last.project.recipe.seed == 4
    assert last.project.recipe.epochs == 2
    assert last.project.recipe.optimizer.type == "adam"
    assert last.project.networks["classifier"].nodes["hidden"].params["units"] == 32
    assert planned[0].project.recipe.optimizer.type == "sgd"
    assert planned[0].project.recipe.optimizer.params["lr"] == 0.1
    assert [
        one.project.networks["classifier"].nodes["hidden"].params["units"] for one in planned
    ] == [
        *(8, 8, 32, 32),
        *(8, 8, 32, 32),
    ]
    grown = msgspec.structs.replace(STUDY, seeds=(9, 0, 4))
    assert {one.name for one in planned} < {one.name for one in plan(grown, CLASSIFIER)}


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("recipe.optimiser.lr", 1, "recipe.optimiser.lr"),
        ("recipe.optimizer.lr", -1.0, "recipe.optimizer.lr"),
        ("recipe.batch_size", "many", "recipe.batch_size"),
        ("networks.classifier.nodes.hidden", 3, "networks.classifier.nodes.hidden"),
    ],
)
def test_what_the_project_does_not_have_is_said_with_the_cell(
    path: str, value: Any, where: str
) -> None:
    study = Study(title="x", axes=(Axis.of(path, [value]),))
    with pytest.raises(ProjectError) as caught:
        plan(study, CLASSIFIER)
    assert caught.value.problem.where == where
    assert f"cell “{label_of(value)}”" in caught.value.problem.message


# ----------------------------------------------------------------------------------- folder


def _fill(folder: StudyFolder, name: str, state: str, **metrics: float) -> None:
    run = RunFolder(folder.runs / name)
    run.make()
    save(CLASSIFIER, run.project)
    made = Summary(project="Iris", objective="classification", state=state, metrics=metrics)
    write_summary(run.path, made)


def test_rows_are_read_from_the_runs_and_the_table_from_the_rows(tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "ö dd")
    planned = folder.begin(STUDY, CLASSIFIER, tmp_path)
    for one, value in zip(planned, (0.5, 0.7, 0.9, 0.9), strict=False):
        _fill(folder, one.name, "finished", test_accuracy=value, test_loss=1 - value)
    _fill(folder, planned[4].name, "failed", test_accuracy=1.0)
    _fill(folder, planned[5].name, "running")
    folder.note_failure(planned[6].name, "the network | is odd")
    study, again = folder.read()
    rows = folder.rows(again)
    assert study == STUDY
    states = [row.state for row in rows]
    assert states == ["finished"] * 4 + ["failed", "interrupted", "failed", "waiting"]
    table = results_of(study, rows)
    assert table.metric == "test_accuracy"
    assert table.higher
    figure = table.cells[0].figures["test_accuracy"]
    assert figure.runs == 2
    assert figure.mean == pytest.approx(0.6)
    assert figure.sd == pytest.approx(0.02**0.5)
    assert [cell.best for cell in table.cells] == [False, True, False, False]
    assert "| **0.9000 ± 0.0000** |" in as_markdown(table)
    assert "is odd" in as_markdown(table)
    assert as_csv(table).splitlines()[7].endswith("the network | is odd")
    assert folder.data_folder() == tmp_path


def test_counts_of_a_cell_are_whole(tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "counts")
    planned = folder.begin(STUDY, CLASSIFIER, tmp_path)
    for one, count in zip(planned, (8, 8, 7, 8, 6), strict=False):
        _fill(folder, one.name, "finished", test_modes=count)
    table = results_of(STUDY, folder.rows(planned))
    said = [str(cell.figures["test_modes"]) for cell in table.cells[:3]]
    assert said == ["8 ± 0", "7.5000 ± 0.7071", "6"]


@pytest.mark.parametrize(
    "named",
    [
        "../ring.yaml",
        "below/../../ring.yaml",
        "/etc/passwd",
        "//host/share/ring.yaml",
        r"\\host\share\ring.yaml",
        r"..\ring.yaml",
        r"C:\ring.yaml",
        "C:ring.yaml",
    ],
)
def test_a_study_names_no_project_elsewhere(named: str, tmp_path: Path) -> None:
    study = msgspec.structs.replace(STUDY, project=named)
    with pytest.raises(ProjectError, match="outside the folder of the study") as caught:
        project_file_of(study, tmp_path / "study.yaml")
    assert caught.value.problem.where == "project"
    assert "name.yaml" in caught.value.problem.hint


def test_a_link_leads_a_study_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "ring.yaml").write_text("")
    (tmp_path / "folder" / "linked.yaml").symlink_to(tmp_path / "ring.yaml")
    study = msgspec.structs.replace(STUDY, project="linked.yaml")
    with pytest.raises(ProjectError, match="outside the folder of the study"):
        project_file_of(study, tmp_path / "folder" / "study.yaml")


def test_a_study_names_the_project_beside_it_or_below(tmp_path: Path) -> None:
    for named in ("ring.yaml", "./ring.yaml", "below/ring.yaml"):
        study = msgspec.structs.replace(STUDY, project=named)
        assert project_file_of(study, tmp_path / "study.yaml") == tmp_path / named
    with pytest.raises(ProjectError, match="is missing"):
        project_file_of(msgspec.structs.replace(STUDY, project=""), tmp_path / "study.yaml")


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("mine")
    with pytest.raises(FileError, match="something else"):
        StudyFolder(tmp_path).begin(STUDY, CLASSIFIER, tmp_path)
    with pytest.raises(FileError):
        StudyFolder(tmp_path / "x.txt" / "below").begin(STUDY, CLASSIFIER, tmp_path)
    folder = StudyFolder(tmp_path / "study")
    folder.begin(STUDY, CLASSIFIER, tmp_path)
    other = msgspec.structs.replace(CLASSIFIER, name="Other")
    with pytest.raises(ProjectError, match="another project"):
        folder.begin(STUDY, other, tmp_path)
    lock = folder.lock()
    with pytest.raises(RunError, match="another process trains this study"):
        folder.lock()
    lock.release()


@pytest.mark.parametrize("written", range(3))
def test_a_study_that_was_killed_while_it_began_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """Before any of its three files is written; the file that was under way leaves a stray."""
    folder = StudyFolder(tmp_path / "study")
    left = written

    def killed(path: Path, content: bytes, follow_link: bool = True) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            (path.parent / f"{PREFIX}0").write_bytes(content[:3])
            raise KeyboardInterrupt
        write(path, content, follow_link)

    with monkeypatch.context() as patch:
        patch.setattr("engine.studies.folder.write", killed)
        patch.setattr("projects.atomic.write", killed)
        with pytest.raises(KeyboardInterrupt):
            folder.begin(STUDY, CLASSIFIER, tmp_path)
    assert not folder.exists
    if written:
        other = msgspec.structs.replace(CLASSIFIER, name="Other")
        with pytest.raises(FileError, match="something else"):
            folder.begin(STUDY, other, tmp_path)
    assert folder.begin(STUDY, CLASSIFIER, tmp_path) == folder.read()[1]


def test_a_strangers_study_chooses_no_folder_and_leads_nowhere(tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "study")
    folder.begin(STUDY, CLASSIFIER, tmp_path)
    folder.note(Notes(folder="/etc", seal="made up"))
    assert folder.data_folder() == folder.path
    (folder.path / "notes.json").write_text("[" * 9000)
    assert folder.notes() == Notes()
    folder.declaration.unlink()
    folder.declaration.symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(RunError, match="link"):
        folder.begin(STUDY, CLASSIFIER, tmp_path)


@pytest.mark.parametrize(
    ("metric", "objective", "higher"),
    [
        ("test_accuracy", "classification", True),
        ("validation_loss", "classification", False),
        ("fid", "gan", False),
        ("modes", "gan", True),
        ("test_mse", "", False),
    ],
)
def test_which_way_a_metric_is_better(metric: str, objective: str, higher: bool) -> None:
    assert more_is_better(metric, objective) is higher


# ----------------------------------------------------------------------------------- conductor


class _Engine(Engine):
    """An engine without a process: notes what it is told, and says what a test puts into its mailbox."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[AnyCommand] = []

    @property
    def alive(self) -> bool:
        return True

    def send(self, command: AnyCommand) -> bool:
        self.told.append(command)
        return True

    def stop(self, grace: float = 0.0) -> None:
        self.send(Stop())

    @property
    def start_id(self) -> int:
        return next(c.id for c in reversed(self.told) if isinstance(c, Start))

    def finish(self, state: str = "finished") -> None:
        finished = Finished(
            id=self.start_id,
            run="",
            state=state,
            steps=10,
            epochs=1.0,
            seconds=1.0,
            steps_per_second=10.0,
            metrics={"test_accuracy": 0.5},
        )
        self.mailbox.put(finished)


class _Notes(Watcher):
    def __init__(self) -> None:
        self.ends: list[tuple[str, str, str]] = []

    def ended(self, order: Order, state: str, message: str) -> None:
        self.ends.append((order.name, state, message))


def _conductor(
    folder: Path, count: int, at_once: int
) -> tuple[Conductor, list[_Engine], list[Engine], _Notes]:
    leased: list[_Engine] = []
    released: list[Engine] = []
    notes = _Notes()
    orders = [Order(f"r{i}", CLASSIFIER, folder, folder / f"r{i}") for i in range(count)]

    def lease() -> Engine:
        leased.append(_Engine())
        return leased[-1]

    return Conductor(orders, lease, released.append, notes, at_once), leased, released, notes


def test_so_many_at_once_and_engines_are_used_again(tmp_path: Path) -> None:
    conductor, engines, released, notes = _conductor(tmp_path, 4, 2)
    conductor.poll()
    assert [live.order.name for live in conductor.live] == ["r0", "r1"]
    started = Started(
        id=engines[0].start_id, run="", step=5, steps_per_epoch=1, total_steps=10, device="cpu"
    )
    engines[0].mailbox.put(started)
    conductor.poll()
    assert conductor.live[0].share == 0.5
    engines[0].finish()
    problem = Problem("recipe", "does not fit.")
    engines[1].mailbox.put(Failed(id=engines[1].start_id, problems=(problem,)))
    conductor.poll()
    assert notes.ends == [("r0", "finished", ""), ("r1", "failed", "recipe: does not fit.")]
    assert [live.order.name for live in conductor.live] == ["r2", "r3"]
    assert len(engines) == 2
    engines[0].mailbox.put(Died(returncode=-9, text="The engine was killed."))
    engines[1].finish()
    for _poll in range(2):
        conductor.poll()
    assert set(notes.ends[2:]) == {
        ("r2", "interrupted", "The engine was killed."),
        ("r3", "finished", ""),
    } or set(notes.ends[2:]) == {
        ("r3", "interrupted", "The engine was killed."),
        ("r2", "finished", ""),
    }
    assert conductor.done
    assert len(released) == 2


def test_pause_begins_nothing_and_stop_ends_with_checkpoints(tmp_path: Path) -> None:
    conductor, engines, _released, notes = _conductor(tmp_path, 3, 1)
    conductor.poll()
    conductor.pause()
    assert isinstance(engines[0].told[-1], Pause)
    engines[0].finish()
    conductor.poll()
    assert (len(conductor.live), conductor.done) == (0, False)
    conductor.go_on()
    conductor.poll()
    assert [live.order.name for live in conductor.live] == ["r1"]
    conductor.pause()
    conductor.go_on()
    assert isinstance(engines[0].told[-1], Continue)
    conductor.stop()
    assert isinstance(engines[0].told[-1], Stop)
    engines[0].finish("stopped")
    conductor.poll()
    assert conductor.done
    assert [state for _name, state, _message in notes.ends] == ["finished", "stopped"]


def test_a_study_trains_only_what_is_not_done(tmp_path: Path) -> None:
    project: Project = CLASSIFIER
    study = msgspec.structs.replace(STUDY, axes=STUDY.axes[1:])
    folder = StudyFolder(tmp_path / "study")
    planned = folder.begin(study, project, tmp_path)
    _fill(folder, planned[0].name, "finished", test_accuracy=0.5)
    _fill(folder, planned[1].name, "stopped")
    folder.note_failure(planned[2].name, "not yet")
    engines: list[_Engine] = []

    def lease() -> Engine:
        engines.append(_Engine())
        return engines[-1]

    work = StudyWork(folder, study, planned, lease, lambda engine: None, Watcher(), 3)
    assert work.share == pytest.approx(1 / 4)
    work.conductor.poll()
    starts = [c for engine in engines for c in engine.told if isinstance(c, Start)]
    assert [Path(start.run).name for start in starts] == [one.name for one in planned[1:]]
    assert [start.resume for start in starts] == [True, False, False]
    engines[0].mailbox.put(Died(returncode=-9, text="The engine was killed."))
    for one, engine in zip(planned[2:], engines[1:], strict=True):
        _fill(folder, one.name, "finished", test_accuracy=0.5)
        engine.finish()
    work.conductor.poll()
    assert work.conductor.done
    assert work.share == 1.0
    killed = work.rows[1]
    assert (killed.state, killed.message) == ("stopped", "The engine was killed.")
    assert [row.left for row in work.rows] == [False, True, False, False]
    work.close()
    assert "0.5" in (folder.path / "results.csv").read_text(encoding="utf-8")


def test_cells_do_not_change_each_other(tmp_path: Path) -> None:
    """Plugs inside of plugs are groups within groups: a change of one cell is not seen in another."""
    game = set_value(RING, "objective.loss", "{type: hinge}")
    study = Study(
        title="x", axes=(Axis.of("objective.loss.type", ["minimax", "wasserstein", "hinge"]),)
    )
    losses = [one.project.objective.params["loss"]["type"] for one in plan(study, game)]
    assert losses == ["minimax", "wasserstein", "hinge"]
    assert game.objective.params["loss"] == {"type": "hinge"}
