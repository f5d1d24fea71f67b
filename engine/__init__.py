"""Everything that learns: catalogues, data, training, export, and the process the window talks to.

The top of the package and its catalogues stay free of torch, so that the window can read them; what
computes lives in ``engine.compute`` and ``engine.export``. Nothing here knows Qt or the window: the
engine stands on ``projects`` alone and answers through ``engine.protocol`` and run folders.
"""

import projects  # noqa: F401  says where translations lie, before any text is looked up
