"""Ways through a latent space, as plain formulas on arrays; needs no torch.

Latents are rows ``(n, size)`` of float32. Interpolation and arithmetic: White 2016, *Sampling generative
networks*; Radford et al. 2016 (*DCGAN*), section 6.3. Truncation: Brock et al. 2019 (*BigGAN*), section 3.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Latents = NDArray[np.float32]
PARALLEL = 1e-4  # radians between two latents under which the sphere is as good as flat
WIDEST = 4.0  # standard deviations: at so many nothing is cut off that anybody would see


def between(a: Latents, b: Latents, shares: NDArray[np.floating], spherical: bool) -> Latents:
    """Return latents on the way from one to another.

    Straight: ``(1 − t) a + t b``. On the sphere: ``sin((1 − t) ω) / sin ω · a + sin(t ω) / sin ω · b`` with the
    angle ``ω`` between them, which keeps the lengths that a generator knows (Shoemake 1985).

    Args:
        a: ``(size,)``, at 0.
        b: ``(size,)``, at 1.
        shares: ``(n,)``, how far on the way.
        spherical: Whether along the sphere.

    Returns:
        ``(n, size)``.
    """
    t = np.asarray(shares, np.float64)[:, None]
    first, second = 1 - t, t
    lengths = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    if spherical and lengths > 0:
        cosine = float(np.dot(a.astype(np.float64), b.astype(np.float64))) / lengths
        angle = float(np.arccos(np.clip(cosine, -1.0, 1.0)))
        if PARALLEL < angle < np.pi - PARALLEL:
            first = np.sin((1 - t) * angle) / np.sin(angle)
            second = np.sin(t * angle) / np.sin(angle)
    return np.asarray(first * a + second * b, np.float32)


def sum_of(a: Latents, b: Latents, c: Latents) -> Latents:
    """Return ``a − b + c`` with the mean length of the three, where a generator knows its way.

    Args:
        a: ``(size,)``, and so are the others.
        b: What is taken away.
        c: What is added.
    """
    made = a.astype(np.float64) - b + c
    usual = np.mean([np.linalg.norm(z) for z in (a, b, c)])
    return np.asarray(made * (usual / max(float(np.linalg.norm(made)), 1e-12)), np.float32)


def walk(latents: Latents, steps: int, spherical: bool) -> Latents:
    """Return the way round through some latents and back to the first, ``(n · steps, size)``.

    Args:
        latents: ``(n, size)``, where it passes.
        steps: From one to the next.
        spherical: Whether along the sphere.
    """
    shares = np.arange(steps) / steps
    following = np.roll(latents, -1, axis=0)
    ways = [between(a, b, shares, spherical) for a, b in zip(latents, following, strict=True)]
    return np.concatenate(ways)


def truncated(latents: Latents, limit: float, distribution: str) -> Latents:
    """Return latents nearer to the middle: fewer odd samples for less variety.

    Of normal ones every number becomes that of the same rank in a normal distribution without what lies
    beyond ``±limit``, so what was drawn from the one is drawn from the other. Others are shortened.

    Args:
        latents: ``(n, size)``.
        limit: Standard deviations, above 0; from :data:`WIDEST` on nothing changes.
        distribution: What they were drawn from, as a noise layer calls it.
    """
    if limit >= WIDEST or distribution == "sphere":
        return latents
    if distribution == "uniform":
        return np.asarray(latents * (limit / WIDEST), np.float32)
    from scipy.special import ndtr, ndtri

    low = ndtr(-limit)
    ranks = ndtr(latents.astype(np.float64))
    if distribution == "truncated_normal":  # N(0, 1) between −2 and 2
        edge = ndtr(-2.0)
        ranks = np.clip((ranks - edge) / (1 - 2 * edge), 0, 1)
    return np.asarray(np.clip(ndtri(low + ranks * (1 - 2 * low)), -limit, limit), np.float32)
