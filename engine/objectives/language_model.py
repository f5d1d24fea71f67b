"""Language modelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.blocks import unfold
from engine.data.base import DataInfo
from engine.layers.base import LAYERS, Shape
from engine.objectives.base import Metric, Objective, Role
from engine.objectives.fitting import is_text_to_continue, unsuited
from engine.objectives.naming import raw_end_problems
from engine.objectives.recipe import recipe_problems
from engine.objectives.stepwise import answers, step_problems
from projects.errors import DataError, Problem, ProjectError
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.task import Task, TaskContext

NETWORK = "language_model"


class LanguageModel(Objective, frozen=True, kw_only=True, tag="language_model"):
    """Foretells the next token of a text, and so can write.

    The network gives ``steps × vocabulary`` numbers (logits): at every step for the token that follows. The
    loss is the cross-entropy ``−log p`` of the true one in nats, averaged over all steps; *perplexity* is
    its exponential, *bits per character* its sum over log 2 and all characters.

    No step may see the tokens after it: recurrent layers read in one direction, attention is causal.

    Texts are written token by token from the probabilities, sharpened by a temperature and cut to the ``k``
    likeliest or to those that make up a probability ``p``.
    """

    title: ClassVar[str] = "Language model"
    taught: ClassVar[str] = "classes"
    family: ClassVar[str] = "Sequences and texts"
    order: ClassVar[int] = 35
    networks: ClassVar[tuple[Role, ...]] = (
        Role(NETWORK, "Language model", "Takes tokens and foretells, after each, the next one."),
    )
    metrics: ClassVar[tuple[Metric, ...]] = (
        Metric("validation_loss", higher=False),
        Metric("validation_perplexity", higher=False),
        Metric("validation_bits_per_character", higher=False),
        Metric("validation_accuracy", higher=True),
    )
    best: ClassVar[tuple[str, ...]] = ("validation_loss",)
    formula: ClassVar[tuple[str, ...]] = (
        r"L = {-}\frac{1}{N}\sum_{t=1}^{N} \ln p(x_{t+1} \mid x_1, \ldots, x_t)",
        r"\text{perplexity} = e^{L}, \qquad \text{bits per character} = \frac{N L}{C \ln 2}",
        r"p_k \propto e^{z_k / T} \quad \text{where texts are written}",
    )
    use: ClassVar[str] = (
        "To write text, or to see what a network takes from context. Compare networks with "
        "different vocabularies by bits per character (C characters), never by perplexity."
    )
    trouble: ClassVar[str] = (
        "A perplexity near 1 after few steps means that it sees the answer: some layer looks "
        "ahead. On one book it soon learns by heart: training falls, validation rises. At a low "
        "temperature T texts run in loops, at a high one they fall apart; 0.7 to 1 with top p is "
        "usual."
    )
    source: ClassVar[str] = (
        "Bengio et al. 2003, A neural probabilistic language model; Mikolov et al. 2010, "
        "Recurrent neural network based language model. Top k: Fan, Lewis & Dauphin 2018, "
        "Hierarchical neural story generation. Top p: Holtzman et al. 2020, The curious case of "
        "neural text degeneration"
    )

    temperature: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            title="Temperature",
            description="Of the texts that are shown: below 1 likely tokens become likelier; 0: "
            "always the likeliest.",
        ),
    ] = 0.8
    top_k: Annotated[
        int,
        Meta(ge=0, le=1_000_000, title="Top k", description="So many can be chosen; 0: all."),
    ] = 0
    top_p: Annotated[
        float,
        Meta(gt=0, le=1, title="Top p", description="Their probability together; 1: all."),
    ] = 1.0
    prompt: Annotated[
        str,
        Meta(
            max_length=2000,
            title="Prompt",
            description="What shown texts begin with; nothing: a token of the data.",
        ),
    ] = ""

    def entries(self, project: Project, data: DataInfo) -> Mapping[str, Shape]:
        """The language model takes tokens."""
        return {NETWORK: data.input}

    def results(self, data: DataInfo) -> Mapping[str, Shape]:
        """A number for each token at every step."""
        wanted = answers(data) if self.made_for(data) else None
        return {} if wanted is None else {NETWORK: wanted}

    @classmethod
    def made_for(cls, data: DataInfo) -> bool:
        """Tokens, each with the one that follows."""
        return is_text_to_continue(data)

    def problems(
        self, project: Project, data: DataInfo, outputs: Mapping[str, Shape]
    ) -> list[Problem]:
        """There have to be tokens with those that follow, and nothing that looks ahead."""
        from engine.data.texts import Tokens  # needs numpy, which no list of objectives needs

        found = recipe_problems(project, self)
        if not self.made_for(data):
            message = _("this data set is no text in which every token is followed by another.")
            wanted_data = _("Choose a text, such as a book or a text file.")
            return [*found, unsuited(message, wanted_data, data)]
        found += [*raw_end_problems(project, NETWORK), *_looking_ahead(project)]
        try:
            Tokens(data).indices(self.prompt)
        except DataError as error:
            problem = error.problem
            found.append(Problem("objective.prompt", problem.message, problem.hint))
        output, ending = outputs.get(NETWORK), self.results(data)[NETWORK]
        return found + step_problems(project, NETWORK, output, ending)

    def task(self, context: TaskContext) -> Task:
        """Return the task that trains; see :class:`LanguageTask`."""
        from engine.compute.tasks.language_model import LanguageTask
        from engine.compute.writing import Style

        style = Style(self.temperature, self.top_k, self.top_p, self.prompt)
        return LanguageTask(context, NETWORK, style)


def _looking_ahead(project: Project) -> Iterator[Problem]:
    """Say which layers show every step what comes after it."""
    network = project.networks.get(NETWORK)
    if network is None:
        return
    for name, node in unfold(network, project.blocks).network.nodes.items():
        if node.mute or node.type not in LAYERS:
            continue
        try:
            layer = LAYERS.make(node.type, node.params)
        except ProjectError:
            continue  # said where layers are checked
        where = f"networks.{NETWORK}.nodes.{name}"
        if getattr(layer, "bidirectional", False):
            message = _("reads backwards as well, and so sees the tokens that are to be foretold.")
            yield Problem(f"{where}.bidirectional", message, _("Let it read in one direction."))
        elif getattr(layer, "causal", True) is False:
            message = _("every step sees the tokens after it, which are to be foretold.")
            yield Problem(f"{where}.causal", message, _("Make it causal."))
