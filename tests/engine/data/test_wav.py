"""Recordings, good and hostile."""

from __future__ import annotations

import contextlib
import io
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.data import spectra
from engine.data.wav_file import read_wav
from tests.engine.data.support import load, prepared, refused

RATE = 8000
SHORT: dict[str, Any] = {"path": "all", "rate": RATE, "seconds": 0.1, "window": 200, "hop": 100}


def sine(hertz: float, seconds: float = 0.1, rate: int = RATE) -> NDArray[np.float64]:
    return np.asarray(np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate))


def wav(signal: NDArray[Any], width: int = 2, rate: int = RATE, channels: int = 1) -> bytes:
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        if width == 1:
            raw = (128 + 127 * signal).astype(np.uint8).tobytes()
        else:
            whole = (signal * (2 ** (8 * width - 1) - 1)).astype("<i4")
            raw = b"".join(int(v).to_bytes(width, "little", signed=True) for v in whole)
        file.writeframes(raw)
    return memory.getvalue()


def put(folder: Path, content: bytes, name: str = "a/1.wav") -> Path:
    path = folder / "all" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_samples_of_every_width(width: int, tmp_path: Path) -> None:
    path = put(tmp_path, wav(sine(440), width))
    found = read_wav(path, RATE, 800).astype(np.float64)
    assert np.abs(found - sine(440)).max() < (0.02 if width == 1 else 1e-3)


def test_channels_are_mixed_and_silence_follows(tmp_path: Path) -> None:
    both = np.stack([sine(440), -sine(440)], axis=1).ravel()
    path = put(tmp_path, wav(both, channels=2))
    found = read_wav(path, RATE, 900)
    assert np.abs(found).max() < 1e-3
    assert found.shape == (900,)


@pytest.mark.parametrize("own", [4000, 11_025, 16_000, 44_100, 7919])
def test_other_rates_are_converted(own: int, tmp_path: Path) -> None:
    path = put(tmp_path, wav(sine(440, 0.2, own), rate=own))
    found = read_wav(path, RATE, 1600).astype(np.float64)
    middle = slice(200, 1400)
    assert np.corrcoef(found[middle], sine(440, 0.2)[middle])[0, 1] > 0.98


def test_a_sine_of_full_amplitude_has_power_one() -> None:
    power = spectra.spectrogram(sine(1000, 0.2).astype(np.float32), 400, 160)
    assert power.shape == (201, spectra.frames_of(1600, 400, 160))
    assert power.max() == pytest.approx(1, rel=0.02)
    assert power.mean(axis=1).argmax() == 1000 * 400 / RATE


@pytest.mark.parametrize(("bands", "size"), [(4, 400), (40, 400), (512, 64)])
def test_bands_cover_the_frequencies(bands: int, size: int) -> None:
    filters = spectra.mel_filters(bands, size, RATE)
    assert filters.shape == (bands, size // 2 + 1)
    assert np.allclose(filters.sum(axis=1), 1)
    assert np.all(np.diff(filters.argmax(axis=1)) >= 0)


@pytest.mark.parametrize(
    ("shows", "layout", "shape", "kind"),
    [
        ("log_mel", "image", (1, 12, 7), "image"),
        ("log_mel", "sequence", (7, 12), "sequence"),
        ("spectrogram", "image", (1, 101, 7), "image"),
        ("spectrogram", "sequence", (7, 101), "sequence"),
        ("waveform", "image", (800, 1), "sequence"),
    ],
)
def test_what_the_network_sees(
    shows: str, layout: str, shape: tuple[int, ...], kind: str, tmp_path: Path
) -> None:
    put(tmp_path, wav(sine(440)), "low/1.wav")
    put(tmp_path, wav(sine(3000)), "high/1.WAV")
    found = load("wav_folder", tmp_path, shows=shows, layout=layout, bands=12, **SHORT)
    assert (found.inputs.shape[1:], found.kind) == (shape, kind)
    assert found.classes == ("high", "low")
    if shows != "waveform":
        values = np.asarray(found.inputs, np.float64)
        assert 0 <= values.min() <= values.max() <= 1
        bands = values.mean(axis=(1, 3) if layout == "image" else 1)
        loudest = bands.argmax(axis=1)
        assert (loudest[0] < loudest[1]) == (layout == "image")


def test_recordings_are_ready_to_train_on(tmp_path: Path) -> None:
    for number in range(4):
        put(tmp_path, wav(sine(440)), f"a/{number}.wav")
    made = prepared("wav_folder", tmp_path, **SHORT)
    assert made.info.counts["train"] >= 2
    before = made.fingerprint
    put(tmp_path, wav(sine(441)), "a/9.wav")
    assert prepared("wav_folder", tmp_path, **SHORT).fingerprint != before


GOOD = wav(sine(440))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"RIFF", "cannot be read"),
        (GOOD[:30], "cannot be read"),
        (GOOD[:44], "no sample"),
        (bytes(1000), "cannot be read"),
        (GOOD.replace(b"WAVE", b"EVAW"), "cannot be read"),
        (GOOD[:20] + b"\x06\x00" + GOOD[22:], "cannot be read"),  # A-law
        (GOOD[:22] + b"\xff\xff" + GOOD[24:], "65535 channels"),
        (GOOD[:22] + b"\x00\x00" + GOOD[24:], "cannot be read"),
        (GOOD[:24] + b"\xff\xff\xff\x7f" + GOOD[28:], "2,147,483,647 times a second"),
        (GOOD[:24] + b"\x00\x00\x00\x00" + GOOD[28:], "0 times a second"),
        (GOOD[:34] + b"\xff\x00" + GOOD[36:], "cannot be read"),
    ],
)
def test_recordings_that_are_none(content: bytes, says: str, tmp_path: Path) -> None:
    path = put(tmp_path, content)
    with refused(where=str(path), says=says):
        load("wav_folder", tmp_path, **SHORT)


def test_a_header_that_promises_more_than_there_is(tmp_path: Path) -> None:
    lies = GOOD[:4] + b"\xff\xff\xff\x7f" + GOOD[8:40] + b"\xf0\xff\xff\x7f" + GOOD[44:]
    path = put(tmp_path, lies)
    found = read_wav(path, RATE, 800).astype(np.float64)
    assert np.abs(found - sine(440)).max() < 1e-3


def test_every_damage_is_an_error_for_people(tmp_path: Path) -> None:
    from projects.errors import DataError

    for place in range(44):
        for change in (0x01, 0xFF):
            content = GOOD[:place] + bytes([GOOD[place] ^ change]) + GOOD[place + 1 :]
            path = put(tmp_path, content)
            with contextlib.suppress(DataError):
                assert read_wav(path, RATE, 800).shape == (800,)


@pytest.mark.parametrize(
    ("make", "says"),
    [([], "holds no folder"), (["a/"], "holds no WAV file"), (["a/1.mp3"], "holds no WAV file")],
)
def test_folders_without_recordings(make: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    for name in make:
        if name.endswith("/"):
            (tmp_path / "all" / name).mkdir()
        else:
            put(tmp_path, b"", name)
    with refused(where=str(tmp_path), says=says):
        load("wav_folder", tmp_path, **SHORT)


def test_recordings_that_would_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.wav_folder.MOST_BYTES", 100)
    put(tmp_path, GOOD)
    with refused(where="data.source.seconds", says="too many"):
        load("wav_folder", tmp_path, **SHORT)
