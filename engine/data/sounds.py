"""English words and the sound of every letter."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.base import Dataset, Place, Source
from engine.data.conll import Sentence, arranged
from engine.data.shipped import shipped_text
from engine.data.tokens import PADDING, of_counts

STRESSES = ("silent", "consonant", "unstressed", "stressed", "half stressed")


class Sounds(Source, frozen=True, kw_only=True, tag="sounds"):
    """19,847 English words: which sound does each letter make?

    A sequence to label: a letter alone does not tell, its neighbours do. Sounds are written as in the CMU
    Pronouncing Dictionary (``IY`` as in *tea*); ``-`` is a silent letter, ``K+S`` are two sounds of one
    letter. *Stress* asks instead whether a letter is a consonant, silent, or how its vowel is stressed.
    Letters and sounds were aligned by their frequencies.
    """

    title: ClassVar[str] = "Sounds of letters"
    category: ClassVar[str] = "Sequences to label"
    order: ClassVar[int] = 65
    use: ClassVar[str] = (
        "For Sequence labelling: a bidirectional LSTM or attention shows what neighbours tell. "
        "Stress is the easier question, with five answers."
    )
    trouble: ClassVar[str] = (
        "52 sounds, of which the rarest occurs 26 times and the commonest in one letter of six: "
        "watch macro F1. Related words (act, actor) may lie on both sides of the split, so the "
        "test is easier than new words. English spelling has exceptions nobody can foretell."
    )
    source: ClassVar[str] = (
        "After Sejnowski & Rosenberg 1987, Parallel networks that learn to pronounce English "
        "text; made from the CMU Pronouncing Dictionary (BSD licence)"
    )

    label: Annotated[Literal["sounds", "stress"], Meta(title="Label")] = "sounds"

    def load(self, place: Place) -> Dataset:
        """Read the words; see :meth:`Source.load`."""
        words: list[Sentence] = []
        for line in shipped_text("sounds").splitlines():
            word, *sounds = line.split(" ")
            words.append(list(zip(word, map(self._tag, sounds), strict=True)))
        letters = Counter(letter for word in words for letter, _tag in word)
        known = of_counts(letters, "character", lowercase=True, most=100, marks=(PADDING,))
        found = {tag for word in words for _letter, tag in word}
        tags = tuple(sorted(found)) if self.label == "sounds" else STRESSES
        inputs, targets = arranged(words, known, tags)
        return Dataset(
            kind="text",
            inputs=inputs,
            targets=targets,
            classes=tags,
            vocabulary=len(known.tokens),
            tokens=known.tokens,
            tokenizer="character",
            lowercase=True,
            padding=0,
            title=self.title,
        )

    def _tag(self, sounds: str) -> str:
        """``UW1`` is the sound ``UW``, or a stressed vowel."""
        if self.label == "sounds":
            return "".join(mark for mark in sounds if not mark.isdigit())
        if sounds == "-":
            return "silent"
        digits = [mark for mark in sounds if mark.isdigit()]
        return STRESSES[2 + int(digits[0])] if digits else "consonant"
