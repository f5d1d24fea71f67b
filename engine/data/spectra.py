"""From recordings to pictures of their frequencies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUIETEST_DB = -80.0


def frames_of(samples: int, size: int, hop: int) -> int:
    """Return how many windows of ``size``, ``hop`` apart, there are in so many samples."""
    return max(1, (samples - size) // hop + 1)


def spectrogram(signal: NDArray[np.float32], size: int, hop: int) -> NDArray[np.float64]:
    """Return the power of frequencies ``(size // 2 + 1, frames)``, 1 for a sine of full amplitude.

    Args:
        signal: Samples ``(samples,)``; shorter ones than a window are followed by silence.
        size: Samples of a window, a Hann window.
        hop: From the start of one window to the next.
    """
    if len(signal) < size:
        signal = np.pad(signal, (0, size - len(signal)))
    windows = np.lib.stride_tricks.sliding_window_view(signal, size)[::hop]
    window = np.hanning(size)
    amplitudes = np.abs(np.fft.rfft(windows * window, axis=1)) * 2 / window.sum()
    return np.asarray((amplitudes**2).T)


def mel_filters(bands: int, size: int, rate: int) -> NDArray[np.float64]:
    """Return triangles ``(bands, size // 2 + 1)`` evenly spaced on the mel scale of O'Shaughnessy 1987.

    Each adds up to 1, so that a band holds the mean power of its frequencies.

    Args:
        bands: How many.
        size: Samples of a window.
        rate: Samples a second.
    """
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, bands + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (frequencies - low) / (middle - low)
    falling = (high - frequencies) / (high - middle)
    filters = np.maximum(0, np.minimum(rising, falling))
    # A narrow band between two frequencies takes the nearest one.
    for band in np.flatnonzero(filters.sum(axis=1) == 0):
        filters[band, np.abs(frequencies - edges[band + 1]).argmin()] = 1
    return np.asarray(filters / filters.sum(axis=1, keepdims=True))


def loudness(power: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return decibels from −80 (0) to full amplitude (1)."""
    decibels = 10 * np.log10(np.maximum(power, 1e-12))
    return np.clip(1 - decibels / QUIETEST_DB, 0, 1).astype(np.float32)
