"""Check what the system itself must provide, before anything is installed; standard library only."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys

OLDEST, NEWEST = (3, 11), (3, 13)

# Shared libraries that the Qt wheels load and do not bring along → the Debian package of each.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# Only needed to open a window on X11.
WINDOW_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
}


def missing(libraries: dict[str, str]) -> dict[str, str]:
    """Return those of ``libraries`` that the loader does not find."""
    absent = {}
    for name, package in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            absent[name] = package
    return absent


def python_is_right() -> bool:
    """Say what is wrong with this Python, if anything."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return True
    print(
        f"Ganvas needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}; this one is "
        f"{sys.version.split()[0]}.\nName another: make run PYTHON=python3.12",
        file=sys.stderr,
    )
    return False


def libraries_are_there() -> bool:
    """Say which libraries are missing and which command installs them."""
    needed = dict(LIBRARIES)
    if os.environ.get("DISPLAY"):
        needed |= WINDOW_LIBRARIES
    absent = missing(needed) if sys.platform == "linux" else {}
    if not absent:
        return True
    print(
        f"Qt needs system libraries that are not installed: {', '.join(absent)}.\n"
        f"On Debian or Ubuntu:\n  sudo apt-get install {' '.join(absent.values())}",
        file=sys.stderr,
    )
    return False


def main() -> int:
    """Run the checks that were asked for; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="store_true", help="check the version of Python")
    parser.add_argument("--libraries", action="store_true", help="check Qt's system libraries")
    parser.add_argument("--packages", action="store_true", help="print the missing Debian packages")
    options = parser.parse_args()
    if options.packages:
        print(" ".join(missing(LIBRARIES).values()))
        return 0
    right = (not options.python or python_is_right()) and (
        not options.libraries or libraries_are_there()
    )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
