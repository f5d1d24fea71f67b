"""The person's own recordings, a folder for every class."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data import spectra
from engine.data.base import Dataset, Place, Source
from engine.data.class_folders import ClassFiles, Words, class_files
from engine.data.places import resolve
from engine.data.wav_file import read_wav
from engine.declare import FieldError
from projects.errors import DataError
from projects.translation import gettext as _

MOST_BYTES = 4 * 2**30
MOST_SAMPLES = 10_000_000


class WavFolder(Source, frozen=True, kw_only=True, tag="wav_folder"):
    """Recordings in one folder per class: WAV files of PCM samples, cut or followed by silence.

    *Log mel* is the loudness of bands that are evenly spaced as the ear hears them, *spectrogram* that of
    all frequencies, both from 0 (−80 dB) to 1; *waveform* is the samples themselves. Channels are mixed,
    other sampling rates are converted.
    """

    title: ClassVar[str] = "Folder of recordings"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 79
    use: ClassVar[str] = (
        "For commands, calls of birds, sounds of machines: Log mel as an image with a small CNN "
        "is the place to start. The waveform needs far more data and long convolutions."
    )
    trouble: ClassVar[str] = (
        "Longer recordings lose their end; put the sound first, or make the length larger. "
        "Recordings of one speaker in training and test flatter the result. Different loudness or "
        "microphones per class are learned in place of the sound."
    )
    source: ClassVar[str] = (
        "Mel bands: Davis & Mermelstein 1980, Comparison of parametric representations for "
        "monosyllabic word recognition in continuously spoken sentences"
    )

    path: Annotated[
        str,
        Meta(
            title="Folder",
            description="Holds one folder per class.",
            max_length=4096,
            extra={"widget": "folder"},
        ),
    ] = ""
    seconds: Annotated[float, Meta(gt=0, le=600, title="Length", extra={"unit": "s"})] = 1.0
    rate: Annotated[
        int, Meta(ge=1000, le=192_000, title="Samples a second", extra={"unit": "Hz"})
    ] = 16_000
    shows: Annotated[
        Literal["log_mel", "spectrogram", "waveform"], Meta(title="The network sees")
    ] = "log_mel"
    layout: Annotated[
        Literal["image", "sequence"],
        Meta(
            title="Layout",
            description="A picture of frequencies and time, or a sequence of moments.",
        ),
    ] = "image"
    bands: Annotated[
        int, Meta(ge=4, le=512, title="Bands", extra={"when": {"shows": "log_mel"}})
    ] = 40
    window: Annotated[int, Meta(ge=16, le=16_384, title="Window", extra={"unit": "samples"})] = 400
    hop: Annotated[
        int,
        Meta(
            ge=1,
            le=16_384,
            title="Hop",
            description="From window to window.",
            extra={"unit": "samples"},
        ),
    ] = 160

    def validate(self) -> None:
        """A recording has to fit into memory; see :meth:`Declared.validate`."""
        if self.seconds * self.rate > MOST_SAMPLES:
            raise FieldError(
                "seconds",
                _("{count:,.0f} samples of a recording are too many.").format(
                    count=self.seconds * self.rate
                ),
                _("Choose a shorter length or fewer samples a second."),
            )

    def fingerprint(self, place: Place) -> str:
        """Names, sizes and times of all recordings; see :meth:`Source.fingerprint`."""
        return self._files(place).fingerprint()

    def load(self, place: Place) -> Dataset:
        """Read every recording; see :meth:`Source.load`."""
        paths, labels, classes = self._files(place)
        shape = self._shape()
        if 4 * len(paths) * shape[0] * shape[1] > MOST_BYTES:
            raise DataError(
                _("{count:,} recordings of this length are too many.").format(count=len(paths)),
                where="data.source.seconds",
                hint=_("Choose a shorter length or a larger hop."),
            )
        filters = spectra.mel_filters(self.bands, self.window, self.rate)
        made = np.empty((len(paths), *shape), np.float32)
        for index, path in enumerate(paths):
            signal = read_wav(path, self.rate, self._samples())
            made[index] = self._seen(signal, filters)
        image = self.layout == "image" and self.shows != "waveform"
        return Dataset(
            kind="image" if image else "sequence",
            inputs=made[:, None] if image else made,
            targets=np.array(labels, np.int64),
            classes=tuple(classes),
            title=resolve(self.path, place).name,
        )

    def _samples(self) -> int:
        return max(1, round(self.seconds * self.rate))

    def _shape(self) -> tuple[int, int]:
        """Of what is seen of one recording."""
        if self.shows == "waveform":
            return self._samples(), 1
        bins = self.bands if self.shows == "log_mel" else self.window // 2 + 1
        frames = spectra.frames_of(self._samples(), self.window, self.hop)
        return (bins, frames) if self.layout == "image" else (frames, bins)

    def _seen(
        self, signal: NDArray[np.float32], filters: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        if self.shows == "waveform":
            return signal[:, None]
        power = spectra.spectrogram(signal, self.window, self.hop)
        found = spectra.loudness(filters @ power if self.shows == "log_mel" else power)
        # Low frequencies lie at the bottom of a picture.
        return found[::-1] if self.layout == "image" else found.T

    def _files(self, place: Place) -> ClassFiles:
        words = Words(
            choose=_("Choose a folder of recordings."),
            sort=_("Put the recordings of every class into a folder of their own."),
            none=_("the class {name} holds no WAV file."),
            many=_("there are more than {count:,} recordings."),
        )
        return class_files(resolve(self.path, place), place, (".wav",), words)
