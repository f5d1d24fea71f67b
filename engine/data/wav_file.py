"""Reading WAV files of PCM samples, whatever their headers promise."""

from __future__ import annotations

import math
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

MOST_CHANNELS = 64
RATES = (100, 768_000)
_DAMAGED = (wave.Error, EOFError, OSError, ValueError, OverflowError, MemoryError, RuntimeError)


def read_wav(path: Path, rate: int, samples: int) -> NDArray[np.float32]:
    """Return the beginning of a recording ``(samples,)`` from −1 to 1, its channels mixed.

    Silence follows where it is shorter. Only what is wanted is read, whatever its header promises.

    Args:
        path: The file.
        rate: Samples a second that are wanted.
        samples: How many.

    Raises:
        DataError: Not a WAV file of PCM samples, or damaged.
    """
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, own = file.getnchannels(), file.getsampwidth(), file.getframerate()
            _need_sound(path, channels, width, own)
            frames = math.ceil(samples * own / rate) + 1
            raw = file.readframes(min(frames, file.getnframes()))
    except _DAMAGED as error:
        raise _damaged(path, shown(str(error) or type(error).__name__)) from error
    whole = len(raw) - len(raw) % (channels * width)
    mono = _numbers(raw[:whole], width).reshape(-1, channels).mean(axis=1)
    if not len(mono):
        raise _damaged(path, _("there is no sample in it"))
    if own != rate:
        mono = _resampled(mono, own, rate)
    made = np.zeros(samples, np.float32)
    made[: min(samples, len(mono))] = mono[:samples]
    return made


def _need_sound(path: Path, channels: int, width: int, rate: int) -> None:
    low, high = RATES
    if not (1 <= channels <= MOST_CHANNELS and 1 <= width <= 4 and low <= rate <= high):
        raise _damaged(
            path,
            _("{channels} channels of {bits} bits, {rate:,} times a second").format(
                channels=channels, bits=8 * width, rate=rate
            ),
        )


def _damaged(path: Path, reason: str) -> DataError:
    return DataError(
        _("the recording cannot be read: {reason}.").format(reason=reason),
        where=str(path),
        hint=_("Save it as WAV with 8, 16, 24 or 32 bits (PCM), or take it out of the folder."),
    )


def _numbers(raw: bytes, width: int) -> NDArray[np.float32]:
    """Samples from −1 to 1; those of 8 bits have no sign."""
    if width == 1:
        return (np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / np.float32(128)
    if width == 3:
        padded = np.zeros((len(raw) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return padded.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
    whole = np.frombuffer(raw, f"<i{width}")
    return whole.astype(np.float32) / np.float32(2 ** (8 * width - 1))


def _resampled(mono: NDArray[np.float32], own: int, rate: int) -> NDArray[np.float32]:
    from scipy.signal import resample_poly

    # Odd rates would need filters of many thousand taps: the nearest simple ratio is near enough.
    common = math.gcd(own, rate)
    up, down = rate // common, own // common
    if max(up, down) > 1000:
        up, down = (
            max(1, round(1000 * rate / max(own, rate))),
            max(1, round(1000 * own / max(own, rate))),
        )
    return np.asarray(resample_poly(mono, up, down), np.float32)
