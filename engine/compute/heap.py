"""What the process keeps of the memory that tensors give back.

Every step of a training asks for the same large pieces of memory and gives them back. The C library of Linux
hands what is free at the end of its heap back to the system at once, which then has to clear every page again
at its next use: on small images this costs a sixth of a step. While a training goes on it is told to keep what
it has; what is free after it is handed back.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # malloc.h
KEPT_FREE = 2**31 - 1
LARGEST = 32 * 2**20  # the C library takes no larger threshold
AT_REST = 64 * 2**20  # what it comes to by itself after large pieces


@contextlib.contextmanager
def heap_kept() -> Iterator[None]:
    """Keep freed memory in the meantime; does nothing where the C library is not glibc."""
    library = _glibc()
    if library is None:
        yield
        return
    library.mallopt(MMAP_THRESHOLD, LARGEST)
    library.mallopt(TRIM_THRESHOLD, KEPT_FREE)
    try:
        yield
    finally:
        library.mallopt(TRIM_THRESHOLD, AT_REST)
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
