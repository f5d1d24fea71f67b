"""The engine beside the training frameworks: ``python benchmarks/engine.py --help``.

The work is in ``beside_frameworks.py``; a module of this name would hide the package ``engine``.
"""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).with_name("beside_frameworks.py")), run_name="__main__")
