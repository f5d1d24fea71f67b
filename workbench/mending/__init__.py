"""Quick fixes: edits that make a problem go away, each tried before it is offered.

Modules of this package propose edits that might help, generously; the desk engine checks the project that each
would make, and only those after which the problem is gone are shown. So no rule about layers is
written twice, and no fix is offered that fixes nothing.
"""

from workbench.mending.base import Candidate, Trouble, trouble_of
from workbench.mending.proposals import candidates, proposals

__all__ = ["Candidate", "Trouble", "candidates", "proposals", "trouble_of"]
