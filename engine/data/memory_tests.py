"""Sequences whose answer hangs on what stood long ago: tests of the memory of recurrent networks."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from engine.data.base import NO_TARGET, Dataset, Place, Source
from engine.data.mixtures import Seed
from engine.declare import FieldError
from projects.translation import gettext as _

MOST_NUMBERS = 100_000_000
SYMBOLS = 8
Examples = Annotated[int, Meta(ge=10, le=1_000_000, title="Examples")]


def _need_room(samples: int, numbers: int) -> None:
    if samples * numbers > MOST_NUMBERS:
        raise FieldError(
            "samples",
            _("{count:,} numbers are too many; the limit is {limit:,}.").format(
                count=samples * numbers, limit=MOST_NUMBERS
            ),
            _("Choose fewer examples or shorter sequences."),
        )


class AddingProblem(Source, frozen=True, tag="adding"):
    """Two numbers of a long sequence are marked; their sum is foretold.

    Each step has a number from 0 to 1 and a mark that is 1 twice: once in the first half and once in the
    second. Whoever always says 1 has a mean squared error of 0.167; to be better takes memory.
    """

    title: ClassVar[str] = "Adding problem"
    category: ClassVar[str] = "Tests of memory"
    order: ClassVar[int] = 64
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \sum_{t=1}^{T} m_t\,x_t, \quad x_t \sim \mathrm{U}(0, 1), \quad m_t \in \{0, 1\}",
        r"\text{always } \hat{y} = 1 \text{:} \quad \mathrm{MSE} = \frac{1}{6} \approx 0.167",
    )
    use: ClassVar[str] = (
        "To compare recurrent layers by how far they remember numbers: an LSTM or GRU learns 200 "
        "steps, while a plain tanh RNN stays near 0.167. Copy memory asks for many symbols in "
        "place of two numbers."
    )
    trouble: ClassVar[str] = (
        "Long at 0.167, then it falls within a few hundred steps: not stuck yet, give it time. "
        "The curves are in standardised units where that is on; look at validation_mse. Clip "
        "gradients, or one batch undoes everything."
    )
    source: ClassVar[str] = (
        "Hochreiter & Schmidhuber 1997, Long short-term memory, experiment 4; numbers from 0 to 1 "
        "and marks as in Arjovsky, Shah & Bengio 2016, Unitary evolution recurrent neural "
        "networks"
    )

    steps: Annotated[int, Meta(ge=2, le=10_000, title="Steps")] = 100
    samples: Examples = 10_000
    seed: Seed = 0

    def validate(self) -> None:
        """The sequences have to fit into memory; see :meth:`Declared.validate`."""
        _need_room(self.samples, 2 * self.steps)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        random = np.random.default_rng(self.seed)
        inputs = np.zeros((self.samples, self.steps, 2), np.float32)
        inputs[..., 0] = random.random((self.samples, self.steps), dtype=np.float32)
        half = self.steps // 2
        everyone = np.arange(self.samples)
        first = random.integers(0, half, self.samples)
        second = random.integers(half, self.steps, self.samples)
        inputs[everyone, first, 1] = inputs[everyone, second, 1] = 1
        return Dataset(
            kind="sequence",
            inputs=inputs,
            targets=inputs[everyone, first, 0] + inputs[everyone, second, 0],
            names=("sum",),
            features=("number", "mark"),
            title=self.title,
        )


class CopyMemory(Source, frozen=True, tag="copy_memory"):
    """Ten symbols, a long silence, a signal: then the symbols are to be said again.

    A sequence has ten of eight symbols, blanks, a signal, and ten blanks during which the network answers;
    until then the answer is *blank*. Without memory the cross-entropy is at best
    ``10 log 8 / (blanks + 20)``.

    *Count* says whether the silent steps count in the loss.
    """

    title: ClassVar[str] = "Copy memory"
    category: ClassVar[str] = "Tests of memory"
    order: ClassVar[int] = 64
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{without memory:} \quad L = \frac{10 \ln 8}{T + 20}",
    )
    use: ClassVar[str] = (
        "The hardest test of memory here: ten symbols, in order, over T blanks. Attention that "
        "knows positions finds them soon, gated layers with patience, a plain RNN hardly ever."
    )
    trouble: ClassVar[str] = (
        "Always answering blank already has an accuracy of (T + 10)/(T + 20): look at the "
        "cross-entropy, or count the answers alone. A loss that settles exactly at the formula "
        "says that nothing is remembered."
    )
    source: ClassVar[str] = (
        "Hochreiter & Schmidhuber 1997, Long short-term memory; protocol of Arjovsky, Shah & "
        "Bengio 2016, Unitary evolution recurrent neural networks, section 5.1"
    )

    blanks: Annotated[int, Meta(ge=1, le=10_000, title="Blanks", description="T.")] = 100
    remember: Annotated[int, Meta(ge=1, le=100, title="To remember", extra={"unit": "symbols"})] = (
        10
    )
    count: Annotated[
        Literal["all", "answers"],
        Meta(title="Count", description="All steps, as published, or those of the answer alone."),
    ] = "all"
    samples: Examples = 10_000
    seed: Seed = 0

    def validate(self) -> None:
        """The sequences have to fit into memory; see :meth:`Declared.validate`."""
        _need_room(self.samples, 2 * (self.blanks + 2 * self.remember))

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        random = np.random.default_rng(self.seed)
        blank, signal = SYMBOLS, SYMBOLS + 1
        said = random.integers(0, SYMBOLS, (self.samples, self.remember))
        steps = self.blanks + 2 * self.remember
        inputs = np.full((self.samples, steps), blank, np.int64)
        inputs[:, : self.remember] = said
        inputs[:, -self.remember - 1] = signal
        targets = np.full_like(inputs, blank if self.count == "all" else NO_TARGET)
        targets[:, -self.remember :] = said
        names = tuple("abcdefgh")
        return Dataset(
            kind="sequence",
            inputs=inputs,
            targets=targets,
            classes=(*names, "blank") if self.count == "all" else names,
            vocabulary=SYMBOLS + 2,
            tokens=(*names, "·", "?"),
            title=self.title,
        )


class Parity(Source, frozen=True, tag="parity"):
    """Whether the number of ones in a row of bits is odd: one bit changes everything.

    No single feature tells anything, and a recurrent network has to keep one bit through all steps. *Every
    step* asks for the parity of what was seen so far.
    """

    title: ClassVar[str] = "Parity"
    category: ClassVar[str] = "Tests of memory"
    order: ClassVar[int] = 64
    formula: ClassVar[tuple[str, ...]] = (r"y = \sum_{t=1}^{T} x_t \;\mathrm{mod}\; 2",)
    use: ClassVar[str] = (
        "To see what a recurrent network does with one bit of memory: any length is solved once "
        "it has found out how. An MLP needs many rows to guess the rule. Asking at every step "
        "teaches far faster than at the end alone."
    )
    trouble: ClassVar[str] = (
        "Half right for a long time, then suddenly all: the loss gives no warning. An MLP that "
        "sees 1,200 rows of 16 bits learns them by heart and is right in half of the others; with "
        "24 bits 8,000 rows are too few, too."
    )
    source: ClassVar[str] = (
        "Minsky & Papert 1969, Perceptrons; Hochreiter & Schmidhuber 1997, Long short-term memory"
    )

    steps: Annotated[int, Meta(ge=1, le=10_000, title="Bits")] = 16
    answer: Annotated[Literal["end", "every step"], Meta(title="Answer at")] = "end"
    samples: Examples = 10_000
    seed: Seed = 0

    def validate(self) -> None:
        """The sequences have to fit into memory; see :meth:`Declared.validate`."""
        _need_room(self.samples, 2 * self.steps)

    def load(self, place: Place) -> Dataset:
        """Draw the set; see :meth:`Source.load`."""
        random = np.random.default_rng(self.seed)
        bits = random.integers(0, 2, (self.samples, self.steps))
        odd = np.cumsum(bits, axis=1) % 2
        return Dataset(
            kind="sequence",
            inputs=bits[..., None].astype(np.float32),
            targets=odd[:, -1] if self.answer == "end" else odd,
            classes=("even", "odd"),
            title=self.title,
        )
