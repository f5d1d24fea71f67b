"""An example from a person's own file, made to fit what the networks of a run take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.data.image_folder import ENDINGS, open_image
from engine.headless.inputs import read_inputs
from projects.errors import DataError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.inside.subject import Seen
    from engine.compute.session import Session


def own_example(path: Path, session: Session) -> Seen:
    """Return the first example of a file.

    An image is cut about its centre to the proportions of the data's images and scaled to their size; what
    else :func:`~engine.headless.inputs.read_inputs` reads is taken as it is.

    Args:
        path: The file.
        session: The run, opened.

    Raises:
        DataError: It cannot be read, or holds nothing that this run could take.
    """
    from engine.compute.inside.subject import Seen

    info = session.data.info
    if not path.is_file():
        raise DataError(_("there is no such file."), where=str(path))
    if path.suffix.lower() in ENDINGS:
        rows, how = _image(path, session)
    else:
        column = session.project.data.source.params.get("text", "")
        rows, how = read_inputs(path, info, str(column))[:1], _("its first example")
        if rows.size != info.input.elements:
            raise DataError(
                _("expected examples of the shape {expected}.").format(expected=info.input),
                where=str(path),
            )
        rows = rows.reshape(1, *info.input.dims)
        if rows.dtype == np.uint8 and info.input.kind == "float":
            rows = rows.astype(np.float32) / np.float32(255)
    dtype = np.int64 if info.input.kind == "index" else np.float32
    x = np.ascontiguousarray(session.data.scaler.apply(rows), dtype=dtype)
    if dtype is np.float32 and not np.isfinite(x).all():
        raise DataError(_("it holds a value that is missing or infinite."), where=str(path))
    return Seen(torch.from_numpy(x), -1, f"{path.name}: {how}", -1, 1)


def _image(path: Path, session: Session) -> tuple[np.ndarray, str]:
    """Read an image as one of the data's, with a few words about what was done to it."""
    from PIL import Image, ImageOps

    info = session.data.info
    if not info.picture or info.picture[0] not in (1, 3):
        raise DataError(
            _("this run learned from examples of {shape}, which are no images.").format(
                shape=info.input
            ),
            where=str(path),
            hint=_("Give it an NPZ or CSV file."),
        )
    channels, height, width = info.picture
    try:
        image = open_image(path, "grey" if channels == 1 else "rgb")
    except DataError as error:  # its advice is for images of a folder
        told = error.problem
        raise DataError(told.message, where=told.where, hint=_("Give it another file.")) from error
    fitted = ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(fitted, np.float32) / np.float32(255)
    planes = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    rows = np.ascontiguousarray(planes.reshape(1, *info.input.dims))
    how = _("cut about its centre and scaled from {from_size} to {to_size} pixels, {color}").format(
        from_size="×".join(map(str, image.size)),
        to_size=f"{width}×{height}",
        color=_("grey") if channels == 1 else _("in colour"),
    )
    return rows, how
