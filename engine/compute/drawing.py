"""Examples drawn from the latents that a client names, by the networks of a run.

The run that was asked last stays in memory: a slider asks many times a second. It is opened again when it
has a newer checkpoint.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute import checkpoint, pictures
from engine.compute.checkpoint import Stamp
from engine.compute.evaluate import open_run
from engine.compute.modes import same_randomness
from engine.compute.session import Session
from engine.compute.task import LatentSpace
from engine.protocol import Array, Draw, Drawn
from engine.runs.folder import RunFolder
from projects.errors import RunError
from projects.translation import gettext as _

MOST = 400
MOST_SEED = 2**63 - 1
ATTEMPTS = 3


Opened = tuple[Path, Stamp, Session]


class Studio:
    """Draws for one client."""

    def __init__(self) -> None:
        self._opened: Opened | None = None

    def draw(self, request: Draw) -> Drawn:
        """Draw what a request asks for.

        Raises:
            RunError: The run has no checkpoint, its networks do not draw from latents, or the latents do not fit.
            DataError: Its data is gone.
        """
        session = self._session(Path(request.run))
        space = session.task.latent_space()
        if space is None:
            raise RunError(
                _("the networks of this run do not draw from latents."),
                where=request.run,
                hint=_("Choose a run of a GAN or of a variational autoencoder."),
            )
        latents = self._latents(request, session, space)
        classes = self._classes(request, space, len(latents))
        with same_randomness(session.device):
            made = session.task.made_of(latents, classes, raw=request.raw)
        arrays = {"latents": latents.numpy(), **self._shown(made.cpu().numpy(), session)}
        return Drawn(
            run=request.run,
            step=self._step(),
            arrays={name: Array.of(array) for name, array in arrays.items()},
            distribution=space.distribution,
            classes=space.classes,
            averaged=space.averaged,
        )

    def _session(self, run: Path) -> Session:
        stamp = _stamp_of(run)
        if self._opened is None or self._opened[:2] != (run, stamp):
            self._opened = None  # one at a time: two could be too much
            self._opened = _opened(run, stamp)
        return self._opened[2]

    def _step(self) -> int:
        assert self._opened is not None
        digits = "".join(filter(str.isdigit, self._opened[1][0]))
        return int(digits or 0)

    def _latents(self, request: Draw, session: Session, space: LatentSpace) -> Tensor:
        if request.latents is None:
            count = max(1, min(request.count, MOST))
            return session.task.latents_of(count, request.seed % MOST_SEED).cpu()
        given = request.latents.numpy()
        if given.dtype != np.float32 or given.ndim != 2 or given.shape[1] != space.size:
            raise RunError(
                _("expected latents of {size} numbers, got an array of {given}.").format(
                    size=space.size, given="×".join(map(str, given.shape))
                ),
                where=request.run,
            )
        if not 0 < len(given) <= MOST or not np.isfinite(given).all():
            raise RunError(
                _("latents have to be 1 to {most} rows of finite numbers.").format(most=MOST),
                where=request.run,
            )
        return torch.from_numpy(given.copy())

    def _classes(self, request: Draw, space: LatentSpace, count: int) -> Tensor | None:
        if not space.classes:
            return None
        if request.label < 0:
            return torch.arange(count) % len(space.classes)
        return torch.full((count,), min(request.label, len(space.classes) - 1))

    def _shown(self, made: NDArray[Any], session: Session) -> dict[str, NDArray[Any]]:
        images = pictures.images_of(made, session.data)
        if images is not None:
            return {"images": images}
        flat = np.asarray(session.data.scaler.invert(made), np.float32)
        return {"points": np.ascontiguousarray(flat.reshape(len(flat), -1))}


def _opened(run: Path, stamp: Stamp) -> Opened:
    """Open a run, again where a training has written another checkpoint meanwhile."""
    for _attempt in range(ATTEMPTS):
        session = open_run(run)
        before, stamp = stamp, _stamp_of(run)
        if stamp == before:
            break
    return run, before, session


def _stamp_of(run: Path) -> Stamp:
    return checkpoint.stamp(RunFolder(run).checkpoints)
