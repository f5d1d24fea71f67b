"""Where a run's data paths start, which a run from somebody else must not be able to choose.

``summary.json`` names the project's folder. Whoever writes that file could name any folder, and with it
read any file; so the name counts only beside a seal made with a key that never leaves this person's
home, or where that folder holds the run anyway.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from pathlib import Path

from engine.runs.summary import Summary
from projects.home import home

_KEY, _LENGTH = "seal.key", 32
_RUNS = "runs"


def seal(folder: str) -> str:
    """Return the proof that a folder was noted here; empty where no key can be kept.

    Args:
        folder: As ``summary.json`` holds it.
    """
    with contextlib.suppress(OSError):
        return hmac.new(_key(), folder.encode(errors="surrogateescape"), hashlib.sha256).hexdigest()
    return ""


def data_folder(run: Path, summary: Summary) -> Path:
    """Return the folder where relative data paths of a run start.

    That is the one that the summary names, where it holds the run or was noted here; else the folder
    of the project in whose ``runs`` the run lies; else the run folder itself.

    Args:
        run: The run folder.
        summary: What it says of itself.
    """
    if is_trusted(run, summary.folder, summary.seal):
        return Path(summary.folder)
    run = Path(os.path.realpath(run))
    holders = run.parents
    if len(holders) > 2 and holders[1].name == _RUNS:
        return holders[2]
    return run


def is_trusted(inside: Path, folder: str, proof: str) -> bool:
    """Whether a folder that something names as its origin was noted here, or holds it anyway.

    Args:
        inside: The run or study folder that names it.
        folder: The folder that it names; may be empty.
        proof: The seal beside the name.
    """
    if not folder:
        return False
    real = Path(os.path.realpath(folder))
    expected = seal(folder)
    if expected and hmac.compare_digest(proof.encode(), expected.encode()):
        return True
    held = Path(os.path.realpath(inside)).is_relative_to(real)
    return held and real != Path(real.anchor)


def _key() -> bytes:
    path = home() / _KEY
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_LENGTH))
    return path.read_bytes()
